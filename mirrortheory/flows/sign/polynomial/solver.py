"""The solver "exact": sign flow of products on quadratic losses, by polynomial arcs from event to event."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, final

import numpy as np

from mirrortheory.errors import InvalidArgument
from mirrortheory.flows.problems import Problem, Quadratic
from mirrortheory.flows.progress import part
from mirrortheory.flows.result.solution import AtTimes, Solution
from mirrortheory.flows.solver import Request, Solver
from mirrortheory.flows.starts import has_balances, in_time
from mirrortheory.theory import Flow

if TYPE_CHECKING:
    from mirrortheory.flows.sign.polynomial.certified_trajectory import Certified

_TIMES, _CERTIFIED_TIMES = 65, 17
_SCALED = 0.7  # of the data in a second sign flow, which is the same but for rounding
_ROUNDING, _ROUNDING_PER_EVENT = 64 * np.finfo(float).eps, 4 * np.finfo(float).eps
_SAFETY = 4.0
_SPEEDS = 2.0  # of a weight of the run and of one of the flow, together
_HOW = "estimated: four times the largest difference so far from a run with scaled data in reverse order, and rounding"


@final
class Exact(Solver):
    """Polynomial arcs, see :func:`mirrortheory.flows.sign_flow` and :func:`mirrortheory.flows.certified_sign_flow`."""

    name = "exact"
    follows = "q = 1, a product, a quadratic loss, no or constant decoupled decay: from event to event, without a step size"
    promises = "exact up to rounding, which is estimated; with digits proved"
    keeps_balances = True

    def refuses(self, flow: Flow, problem: Problem, request: Request) -> str | None:
        if flow.geometry.exponent != 1:
            return "polynomial arcs are for q = 1"
        if (reason := in_time(flow)) is not None:
            return reason
        if isinstance(problem, Quadratic) and has_balances(flow):
            return None
        what = f"{type(problem).__name__}, {flow.reparam}, {flow.decay}"
        text = "exact arcs need a Quadratic, a Product and no or decoupled decay; use arcs, or 1 < q <= 2"
        return f"sign flow (q = 1) is discontinuous, and not followed for {what}: {text}"

    def solve(self, flow: Flow, problem: Problem, start: Any, t_end: Any, request: Request) -> Solution:
        # Here, so that other flows do without them:
        from mirrortheory.flows.sign.polynomial.certified import certified_sign_flow
        from mirrortheory.flows.sign.polynomial.double import sign_flow

        request.without_rtol(self.name)
        depth = np.shape(start)[0] if np.ndim(start) else 0
        if depth != len(flow.weights):
            condition = f"of shape ({len(flow.weights)}, d)"
            raise InvalidArgument("initial", condition, np.shape(start), f"give {len(flow.weights)} layers")
        if request.digits is not None:
            return at_equal_distances(
                certified_sign_flow(problem, start, t_end, digits=request.digits, decay=flow.decay, tick=request.tick)
            )
        path = sign_flow(problem, start, t_end, decay=flow.decay, tick=part(request.tick, 0.0, 1 / 2))
        assert isinstance(problem, Quadratic)
        # The same flow, as sign(c g) = sign(g), with its coordinates and data in reverse order: rounding alone differs.
        turned = Quadratic(_SCALED * problem.Z[::-1, ::-1], _SCALED * problem.b[::-1])
        other = sign_flow(turned, path.initial[:, ::-1], t_end, decay=flow.decay, tick=part(request.tick, 1 / 2, 1 / 2))
        times = np.linspace(0.0, float(t_end), _TIMES)
        w, again = path.w(times), other.w(times)[:, :, ::-1]
        spread, size = (np.maximum.accumulate(np.abs(a).max(axis=(1, 2))) for a in (w - again, w))
        count = np.searchsorted(path.times, times, side="right")
        known, how = path.known_until, _HOW  # rounding 0.7 Z breaks exact dependence, so the other run does not tell
        if known < t_end:
            how = f"{how}; from t = {known:.6g} on, as nearly dependent columns slide, twice the time since, as |dw/dt| <= 1"
        return Solution(
            t=times,
            w=w,
            error=_SAFETY * spread + (_ROUNDING + _ROUNDING_PER_EVENT * count) * size + _SPEEDS * np.maximum(times - known, 0.0),
            how=how,
            method="polynomial arcs from event to event, exact up to rounding",
            dense=AtTimes(path.w),
            events=path.events,
            converged=path.converged,
            unique=path.unique,
            notes=path.notes,
        )


def at_equal_distances(certified: Certified) -> Solution:
    """Return a certified flow at 17 times of equal distance, the last of them the end itself."""
    return certified.solution([certified.until * Fraction(k, _CERTIFIED_TIMES - 1) for k in range(_CERTIFIED_TIMES)])
