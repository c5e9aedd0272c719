"""The expressions of a flow, compiled for NumPy: the effective parameter and the vector field of all coordinates at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import sympy

from mirrortheory.flows.problems import Array
from mirrortheory.theory import Flow

Field = Callable[[Array, Array], Array]


def effective_parameter(flow: Flow) -> Callable[[Array], Array]:
    """Return x as a function of weights, shape (depth, ..)."""
    function = sympy.lambdify(flow.weights, flow.effective, "numpy")
    return lambda w: np.asarray(function(*w), dtype=float)


def vector_field(flow: Flow) -> Field:
    """Return dw/dt, shape (depth, d), as a function of weights, shape (depth, d), and slopes, shape (d,)."""
    return _compiled(flow, flow.velocity)


def link_arguments(flow: Flow) -> Field:
    """Return what the link is applied to, in the same way."""
    return _compiled(flow, flow.link_arguments)


def _compiled(flow: Flow, expressions: tuple[sympy.Expr, ...]) -> Field:
    function = sympy.lambdify((*flow.weights, flow.slope), expressions, "numpy", cse=True)

    def call(w: Array, slope: Array) -> Array:
        return np.array([np.broadcast_to(np.asarray(v, dtype=float), slope.shape) for v in function(*w, slope)])

    return call
