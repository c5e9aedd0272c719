"""Balanced layers of a flow: their velocity as a function of numbers, from the flow itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import sympy

from mirrortheory.flows.problems import Array
from mirrortheory.theory import Flow

Velocity: TypeAlias = Callable[[Array, Array | float], Array]

_SIZE = sympy.Symbol("a", positive=True)


def velocity(flow: Flow) -> Velocity:
    """Return d|w|/dt of layers that all have the size a > 0, as a function of a and f'(x)."""
    w = flow.weights[0]
    field = flow.derivative(w).doit().subs(dict.fromkeys(flow.weights, _SIZE))
    compiled: Velocity = sympy.lambdify((_SIZE, flow.slope), field, "numpy")
    return compiled
