"""Balanced layers of a flow: their velocity and metric as functions of numbers, from the flow itself."""

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


def metric_exponent(flow: Flow) -> sympy.Expr:
    """Return m, for which the inverse metric of balanced layers is L |x|^m: how it grows from x = 1 to x = 2."""
    metric = [flow.inverse_metric.doit().subs(dict(zip(flow.weights, flow.reparam.lift(x), strict=True))) for x in (1, 2)]
    return sympy.simplify(sympy.log(metric[1] / metric[0]) / sympy.log(2))
