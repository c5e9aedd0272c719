"""The expressions of a flow, compiled for NumPy: the effective parameter and the vector field of all coordinates at once."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import sympy

from mirrortheory.flows.problems import Array
from mirrortheory.flows.schedules import RATE, with_letter
from mirrortheory.theory.flow import Flow, once_per_flow

Field = Callable[..., Array]


def effective_parameter(flow: Flow) -> Callable[[Array], Array]:
    """Return x as a function of weights, shape (depth, ..)."""
    function = _effective(flow)
    return lambda w: np.asarray(function(*w), dtype=float)


def vector_field(flow: Flow) -> Field:
    """Return dw/dt, shape (depth, d), as a function of weights, shape (depth, d), slopes, shape (d,), and the rate of the decay.

    The rate is looked at, and has to be given, when it depends on time.
    """
    return _field(_velocity(flow))


def link_arguments(flow: Flow) -> Field:
    """Return what the link is applied to, in the same way."""
    return _field(_linked(flow))


@once_per_flow
def _effective(flow: Flow) -> Callable[..., Any]:
    return sympy.lambdify(flow.weights, flow.effective, "numpy")  # type: ignore[no-any-return]


@once_per_flow
def _velocity(flow: Flow) -> Callable[..., Any]:
    return _compiled(flow, with_letter(flow).velocity)


@once_per_flow
def _linked(flow: Flow) -> Callable[..., Any]:
    return _compiled(flow, with_letter(flow).link_arguments)


def _compiled(flow: Flow, expressions: tuple[sympy.Expr, ...]) -> Callable[..., Any]:
    return sympy.lambdify((*flow.weights, flow.slope, RATE), expressions, "numpy", cse=True)  # type: ignore[no-any-return]


def _field(function: Callable[..., Any]) -> Field:
    def call(w: Array, slope: Array, rate: float = math.nan) -> Array:
        values = function(*w, slope, rate)
        found = np.empty((len(values), *slope.shape))
        for row, value in zip(found, values, strict=True):
            row[...] = value  # one number, or one for each coordinate
        return found

    return call
