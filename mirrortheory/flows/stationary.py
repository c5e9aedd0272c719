r"""Whether a start stays by itself: a saddle of the loss in the weights, a point of rest, or neither, however slowly it moves.

Doubles say that a velocity is 0 where it is below their range: at four layers of 1e-120 each entry of it is about 1e-360. So what
is 0 in doubles is asked again of balls at the exact weights, whose exponents have no bounds. A coordinate whose velocity v is not 0
is at no saddle. While :math:`|v|\,t` is below a part of 1e-9 of the weight it stays as it is within any tolerance; beyond that
doubles cannot follow it.

Source: derived for this project.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import sympy
from numpy.typing import NDArray

from mirrortheory.errors import NotSmooth
from mirrortheory.exact import BallFunction, precision
from mirrortheory.flows.field import effective_parameter, vector_field
from mirrortheory.flows.problems import Array, Problem
from mirrortheory.flows.result.solution import Event, Solution
from mirrortheory.flows.schedules import RATE, with_letter
from mirrortheory.flows.starts import UNDERFLOW
from mirrortheory.theory.flow import Flow, once_per_flow

_DOWNHILL = 1e-8  # a negative eigenvalue of the Hessian above this part of the largest is one
_BITS = 256
_FELT = 1e-9  # of a weight: a change that would be
_LEAST = float(np.log(UNDERFLOW))


def stationary(flow: Flow, problem: Problem, solution: Solution, exact: Sequence[Sequence[sympy.Rational]] | None) -> Solution:
    """Say so when the start, or a coordinate of it, stays by itself.

    Args:
        flow, problem: what was solved.
        solution: what a solver returned that knows nothing of rests and saddles.
        exact: the start, shape (depth, d), of a solver that takes it exactly; None where it is that of the solution, in doubles.

    Returns:
        The solution, with an event "saddle" or "rest" at time 0 and a note; or with a note where a velocity is below the range
        of doubles and not 0.

    Raises:
        NotSmooth: where such a velocity moves a weight by the end.
    """
    start = solution.w[0] if exact is None else np.array(exact, dtype=float)
    x = np.broadcast_to(effective_parameter(flow)(start), start.shape[1:])
    speeds = _Speeds(flow, start, [list(map(sympy.Rational, row)) for row in start.tolist()] if exact is None else exact)
    with np.errstate(all="ignore"):
        slope = problem.slope(x)
    up, down, speed = speeds(np.ones_like(x)), speeds(-np.ones_like(x)), speeds(slope)
    stays, here = ((logs == -np.inf).all(axis=0) for logs in (np.maximum(up, down), speed))
    slow = (speed > -np.inf) & (speed < _LEAST)
    with np.errstate(divide="ignore"):
        felt = np.log(_FELT * np.where(start == 0, np.abs(start).max(axis=0), np.abs(start)))
    if exact is None and (late := slow & (speed + np.log(float(solution.t[-1])) > felt)).any():
        raise NotSmooth(f"the velocity of coordinates {_named(late)} underflows, and is not 0; scale the weights up")
    rests = bool(here.all())
    saddle = stays & (slope != 0)
    if rests and not saddle.all():
        bends = np.linalg.eigvalsh(problem.hessian(x)[np.ix_(~stays, ~stays)]) if not stays.all() else np.zeros(1)
        if bends[0] < -_DOWNHILL * np.abs(bends).max():
            saddle = saddle | ~stays
    kinds = (("saddle", saddle), ("rest", here & ~saddle if rests else np.zeros_like(here)))
    events = tuple(Event(0.0, _named(which), kind) for kind, which in kinds if which.any())
    notes = solution.notes
    if saddle.any():
        where = "start at a saddle (or a maximum) of the loss in the weights, and stay there"
        notes = (*notes, f"coordinates {_named(saddle)} {where}")
    if (hidden := ~here & (speed < _LEAST).all(axis=0)).any():
        what = "have a velocity below the range of doubles, which is not 0: no saddle; scale the weights up to see them move"
        notes = (*notes, f"coordinates {_named(hidden)} {what}")
    if notes == solution.notes and not events:
        return solution
    return replace(solution, events=(*events, *solution.events), converged=rests if events else solution.converged, notes=notes)


def _named(which: NDArray[np.bool_]) -> tuple[int, ...]:
    return tuple(int(j) for j in np.flatnonzero(np.atleast_2d(which).any(axis=0)))


class _Speeds:
    """Logarithms of the velocity at a start, shape (depth, d): from doubles, and from balls where these are tiny or 0."""

    def __init__(self, flow: Flow, start: Array, exact: Sequence[Sequence[sympy.Rational]]) -> None:
        self.start, self.exact, self.field = start, exact, vector_field(flow)
        # What depends on time stays where it stays at two rates: the field is 0 at all of them then.
        self.rates = (0, 1) if flow.decay.varies else (None,)
        self.flow = flow

    def __call__(self, slope: Array) -> Array:
        """Return log |v| for a slope, -oo only where v is 0; with a decay that depends on time, of the larger of two rates."""
        found = np.full(self.start.shape, -np.inf)
        for rate in self.rates:
            with np.errstate(all="ignore"):
                v = np.abs(self.field(self.start, slope, np.nan if rate is None else rate))
                logs = np.where(np.isfinite(v), np.log(v), np.inf)
            for i, j in zip(*np.nonzero(v < UNDERFLOW), strict=True):
                logs[i, j] = self._by_balls(int(i), int(j), float(slope[j]), rate)
            found = np.maximum(found, logs)
        return found

    def _by_balls(self, i: int, j: int, slope: float, rate: int | None) -> float:
        """Return log |v| of one entry, -oo where it is 0, or where balls do not tell it from 0."""
        point = [*(row[j] for row in self.exact), sympy.Rational(slope), *([] if rate is None else [sympy.Integer(rate)])]
        with precision(_BITS):
            value = abs(_entries(self.flow)[i](*point))
            return float(value.log().mid()) if value > 0 else -np.inf


@once_per_flow
def _entries(flow: Flow) -> list[BallFunction]:
    """Return the velocity of each weight for balls."""
    symbols = (*flow.weights, flow.slope, *((RATE,) if flow.decay.varies else ()))
    return [BallFunction(entry, symbols) for entry in with_letter(flow).velocity]
