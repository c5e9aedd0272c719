r"""Flows whose weights are known in closed form: what any solver that follows them must meet within its error.

==================================  ============================================================================
one layer, f = (x - 1)^2/2          :math:`w = 1 + (w_0 - 1) e^{-t}`; with decay a: 1/(1 + a) for 1, and (1 + a) t for t
one layer, f = (x_1+x_2-2)^2/2      :math:`w_i = w_{i0} + (2 - w_{10} - w_{20})(1 - e^{-2t})/2`
two balanced layers                 :math:`x = 1/(1 + (1/x_0 - 1) e^{-2t})`
two layers, f = -x                  :math:`w_1 = e^{-at}(w_{10} \cosh t + w_{20} \sinh t)`, and 1 and 2 exchanged
one layer, q = 3/2                  :math:`1 - w = (\sqrt{1 - w_0} - t/2)^2`
two balanced layers, f = -x         :math:`w = (\sqrt{w_0} + t/2)^2` at q = 3/2
sign flow                           :math:`w_i = w_{i0} + t` until x = 1, and then rest
exp(w), f = -x                      :math:`w = -\log(e^{-w_0} - t)`
==================================  ============================================================================

Source: by hand; each is held against the field of its flow in the tests.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy

from mirrortheory.decays import Coupled, Decoupled
from mirrortheory.flows.problems import Array, Problem, Quadratic, Scalar
from mirrortheory.flows.starts import end_of, weights_of
from mirrortheory.geometries import Lq
from mirrortheory.reparams import Exp, Product
from mirrortheory.theory import Flow


@dataclass(frozen=True, eq=False)
class SolverCase:
    """A flow that a solver is to follow.

    Attributes:
        name: what it is called where a law fails.
        flow, problem: what is followed.
        start: initial weights, shape (depth, d), or (depth,) for d = 1.
        t_end: the time up to which it is followed, dimensionless.
        exact: the true weights at a time, shape (depth, d); or None, and another solver is taken for comparison.

    Raises:
        InvalidArgument: for a start of another shape, and an end that is no time > 0.
    """

    name: str
    flow: Flow
    problem: Problem
    start: Any
    t_end: float
    exact: Callable[[float], Array] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "start", weights_of(self.start, len(self.flow.weights), self.problem.dimension))
        object.__setattr__(self, "t_end", end_of(self.t_end))


def closed_forms() -> tuple[SolverCase, ...]:
    """Return flows whose exact solution is known: q = 2, 3/2 and 1, with one and two layers, with and without decay."""
    unit, two = Quadratic([[1.0]], [1.0]), Quadratic(np.eye(2), [1.0, 2.0])
    sum_of_two = Quadratic([[1.0, 1.0]], [2.0])
    falling = Scalar(-sympy.Symbol("x", real=True))
    one, product = Product(1), Product(2)
    meets = (np.sqrt(65) - 3) / 8  # (1/2 + t)(1/4 + t) = 1
    wide = [[1.0], [0.5]]

    def linear(t: float, rate: float = 0.0, start: Any = 0.25, target: Any = 1.0) -> Array:
        rest = np.asarray(target) / (1 + rate)
        return np.array(rest + (np.asarray(start) - rest) * np.exp(-(1 + rate) * t), ndmin=2)

    def balanced(t: float) -> Array:
        return np.full((2, 1), (1 + 3 * np.exp(-2 * t)) ** -0.5)

    def hyperbolic(t: float, rate: float = 0.0) -> Array:
        return np.asarray(np.exp(-rate * t) * np.array([[np.cosh(t) + np.sinh(t) / 2], [np.cosh(t) / 2 + np.sinh(t)]]))

    decayed = (Decoupled("1/2"), Coupled("1/2"))
    return (
        SolverCase("q = 2, one layer", Flow(Lq(2), one), unit, [[0.25]], 1.0, linear),
        SolverCase(
            "q = 2, two coordinates", Flow(Lq(2), one), two, [[0.25, 3.0]], 1.0, lambda t: linear(t, 0, (0.25, 3.0), (1.0, 2.0))
        ),
        SolverCase(
            "q = 2, two coordinates, one datum",  # their sum is 2 in the end, and their difference stays
            Flow(Lq(2), one),
            sum_of_two,
            [[0.25, 0.5]],
            1.0,
            lambda t: np.array([[0.25, 0.5]]) - 0.625 * np.expm1(-2 * t),
        ),
        SolverCase("q = 2, two balanced layers", Flow(Lq(2), product), unit, [[0.5], [0.5]], 1.0, balanced),
        SolverCase("q = 2, two layers, f = -x", Flow(Lq(2), product), falling, wide, 0.5, hyperbolic),
        *(
            SolverCase(f"q = 2, one layer, {decay}", Flow(Lq(2), one, decay), unit, [[0.25]], 1.0, lambda t: linear(t, 0.5))
            for decay in decayed
        ),
        *(
            SolverCase(f"q = 2, two layers, f = -x, {d}", Flow(Lq(2), product, d), falling, wide, 0.5, lambda t: hyperbolic(t, 0.5))
            for d in decayed
        ),
        SolverCase("q = 2, exp(w), f = -x", Flow(Lq(2), Exp()), falling, [[0.0]], 0.5, lambda t: np.array([[-np.log(1 - t)]])),
        SolverCase(
            "q = 3/2, one layer",
            Flow(Lq("3/2"), one),
            unit,
            [[0.25]],
            1.0,
            lambda t: np.array([[1 - (np.sqrt(0.75) - t / 2) ** 2]]),
        ),
        SolverCase(
            "q = 3/2, two balanced layers, f = -x",
            Flow(Lq("3/2"), product),
            falling,
            [[0.25], [0.25]],
            1.0,
            lambda t: np.full((2, 1), ((1 + t) / 2) ** 2),
        ),
        SolverCase("q = 1, one layer", Flow(Lq(1), one), unit, [[0.25]], 1.0, lambda t: np.array([[0.25 + min(t, 0.75)]])),
        SolverCase(
            "q = 1, two layers",
            Flow(Lq(1), product),
            unit,
            [[0.5], [0.25]],
            1.0,
            lambda t: np.array([[0.5], [0.25]]) + min(t, meets),
        ),
        SolverCase("q = 2, one layer, long after", Flow(Lq(2), one), unit, [[0.25]], 8.0, linear),
    )
