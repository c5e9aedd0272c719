r"""Smooth stretches of a flow, by SciPy's DOP853, with an error estimate from two tolerances.

The vector field is the derived one (:attr:`mirrortheory.theory.Flow.velocity`), compiled for NumPy. For q < 2 the field is
not Lipschitz where an argument of the link vanishes: the stretch ends there, and asking for more is refused. Sign flow
(q = 1) is discontinuous there and refused altogether. Where the rate of the decay jumps, both runs end a step and begin anew; where
a part of it ends (:mod:`mirrortheory.decays.resolution`) they end a step and go on, so that no step misses a narrow peak.

**Rounding.** The looser run is shaken (:mod:`mirrortheory.flows.rounding`), so that the difference shows what both would lose.

**Blow-up.** Where :math:`|w| \sim (T - t)^{-1/k}` the rate :math:`r = \langle w, \dot w\rangle/|w|^2 = 1/(k (T - t))` has the
exponent -1 in T - t (and nearly so for a logarithm), while at a bounded w whose velocity is not, it is above -1. The steps
shrink towards T until rounding ends them; the exponent measured over the last of them, below -0.9 or not, tells the two apart. T is
that of the tighter run, and its error is estimated by the difference from the looser one, and rounding. The trajectory is kept up
to :math:`(1 - 10^{-3})\,T`, where its error is still small.

Source: Hairer, Norsett, Wanner (1993), "Solving Ordinary Differential Equations I", for DOP853.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import DOP853, OdeSolution

from mirrortheory.errors import NotSmooth
from mirrortheory.flows.field import effective_parameter, link_arguments, vector_field
from mirrortheory.flows.problems import Array, Exponential, Logistic, Problem, Quadratic
from mirrortheory.flows.progress import Tick, part, silent
from mirrortheory.flows.result.solution import AtTimes, Event, Solution
from mirrortheory.flows.rounding import alike, signs
from mirrortheory.flows.schedules import rates
from mirrortheory.flows.starts import SIGN_FLOW, end_of, numbers_in, tolerance, weights_of
from mirrortheory.theory import Flow

_TIMES = 65
_TIGHTER = 1e-3
_SMALLEST_RTOL = 1e-10  # so that the tighter run stays above DOP853's own floor
_MAX_STEPS = 20_000
_MANY, _HOPELESS = 1000, 100  # steps that say how many more there will be, and how many times the most these are: none is tried
_EPS = float(np.finfo(float).eps)
_ROUNDING = 1024 * _EPS
_AFTER_BLOW_UP = 1.01  # times its time by the looser run: where the tighter one would end
_BEFORE_BLOW_UP = 1e-3  # of its time: where a trajectory that blows up ends
_NEAR_BLOW_UP = 1e-9, 1e-3  # of its time: where the exponent of the rate is measured
_LEAST_EXPONENT = 0.9
_GROWING = 1e-2  # of the largest weight


@dataclass(frozen=True)
class _Run:
    rows: Array
    dense: OdeSolution

    def many(self, times: Array) -> Array:
        return np.asarray(self.dense(times)).T.reshape(len(times), *self.rows.shape[1:])


class _BlowsUp(Exception):
    """The weights leave every bound at ``time``: caught below, and the end brought forward."""

    def __init__(self, time: float, coordinates: tuple[int, ...]) -> None:
        self.time, self.coordinates = time, coordinates


def smooth(flow: Flow, problem: Problem, initial: ArrayLike, t_end: float, *, rtol: float = 1e-9, tick: Tick = silent) -> Solution:
    """Integrate a smooth stretch of ``flow`` on ``problem`` from weights ``initial`` to time ``t_end``, or to its blow-up.

    Args:
        flow: geometry with a rational q in (1, 2], reparameterization, decay with a rational rate or one that depends on time.
        problem: the loss.
        initial: weights, shape (depth, d); d = 1 may be given as shape (depth,).
        t_end: final time > 0, dimensionless.
        rtol: relative tolerance of the looser run, 1e-10 to 1e-3; the tighter one is 1000 times smaller.
        tick: told how far the two runs have come, from 0 to 1.

    Returns:
        The weights at 65 times, from the tighter run; the error is the largest difference from the looser one so far, plus 1024
        units of rounding. On blow-up an event "blow-up" with its time, and weights up to 0.999 of it.

    Raises:
        InvalidArgument: for symbols in the flow, wrong shapes, a time that is not positive.
        NotSmooth: for q = 1; when an argument of the link vanishes before ``t_end`` and q < 2; on stiffness; where the loss
            overflows or is NaN.

    >>> from mirrortheory import Flow, Lq, Product
    >>> from mirrortheory.flows import Scalar
    >>> from sympy.abc import x
    >>> path = smooth(Flow(Lq(2), Product(3)), Scalar(-x), [0.5, 0.5, 0.5], 3.0)  # dw/dt = w^2
    >>> [(event.kind, round(event.time, 6)) for event in path.events]
    [('blow-up', 2.0)]
    """
    start = _checked(flow, problem, initial, t_end, rtol)
    with np.errstate(all="ignore"):
        problem.check(effective_parameter(flow)(start))
    end = float(t_end)
    events: tuple[Event, ...] = ()
    notes: tuple[str, ...] = ()
    try:
        times, coarse, fine = _two(flow, problem, start, end, rtol, tick)
    except _BlowsUp as found:
        event = _located(flow, problem, start, rtol, found.time)
        assert event.error is not None
        end = (1 - _BEFORE_BLOW_UP) * (event.time - event.error)  # before it in both runs
        try:
            times, coarse, fine = _two(flow, problem, start, end, rtol, tick)
        except _BlowsUp as again:
            raise NotSmooth(_unsure(again.time)) from None
        events = (event,)
        notes = (f"blows up at t = {event.time:.10g} +- {event.error:.1e} (estimated); kept up to t = {end:.6g}",)
    spread = np.abs(fine.rows - coarse.rows).max(axis=(1, 2))
    lipschitz = flow.geometry.exponent == 2 and isinstance(problem, Quadratic | Logistic | Exponential)
    return Solution(
        t=times,
        w=fine.rows,
        error=np.maximum.accumulate(spread) + _ROUNDING * np.abs(fine.rows).max(),
        how=f"estimated: largest difference so far from a run at rtol {rtol:g} with rounding added, and rounding",
        method=f"DOP853 at rtol {rtol:g} and {rtol * _TIGHTER:g}",
        dense=AtTimes(fine.many),
        events=events,
        w_coarse=coarse.rows,
        unique=True if lipschitz else None,
        notes=notes,
    )


def blow_up(flow: Flow, problem: Problem, initial: ArrayLike, t_end: float, *, rtol: float = 1e-9) -> Event | None:
    """Return the blow-up of a flow, with an estimate of the error of its time; None if it has none before the end, or for q = 1.

    Args:
        flow, problem, initial, t_end, rtol: as of :func:`smooth`.
    """
    start = np.array(initial, dtype=float)
    try:
        _integrate(flow, problem, start, np.array([0.0, t_end]), rtol, np.inf, silent, shaken=True)
    except _BlowsUp as found:
        return _located(flow, problem, start, rtol, found.time)
    except NotSmooth:
        return None
    return None


def _located(flow: Flow, problem: Problem, start: Array, rtol: float, near: float) -> Event:
    """Return the event of a blow-up: when the tighter run has it, with the distance from the looser one, whichever met it first."""
    span = np.array([0.0, _AFTER_BLOW_UP * near])
    found: list[_BlowsUp] = []
    for within, longest, shaken in ((rtol, np.inf, True), (rtol * _TIGHTER, span[1] / (_TIMES - 1), False)):
        try:
            _integrate(flow, problem, start, span, within, longest, silent, shaken=shaken)
        except _BlowsUp as blown:
            found.append(blown)
        else:
            raise NotSmooth(_unsure(near))
    looser, tighter = found
    error = float(abs(tighter.time - looser.time) + _ROUNDING * tighter.time)
    return Event(tighter.time, tighter.coordinates, "blow-up", error)


def _unsure(time: float) -> str:
    return f"the flow cannot be followed past t = {time:.6g} (blow-up at one tolerance alone); end before it"


def _checked(flow: Flow, problem: Problem, initial: ArrayLike, t_end: float, rtol: float) -> Array:
    numbers_in(flow, in_time=True)
    if flow.geometry.exponent == 1:
        raise NotSmooth(SIGN_FLOW)
    start = weights_of(initial, len(flow.weights), problem.dimension)
    end_of(t_end)
    tolerance(rtol, _SMALLEST_RTOL)
    return start


def _two(flow: Flow, problem: Problem, start: Array, end: float, rtol: float, tick: Tick) -> tuple[Array, _Run, _Run]:
    times = np.linspace(0.0, end, _TIMES)
    # Shorter steps in the tighter run: two runs that accept the same steps would agree whatever their common error is.
    coarse = _integrate(flow, problem, start, times, rtol, np.inf, part(tick, 0.0, 1 / 2), shaken=True)
    fine = _integrate(flow, problem, start, times, rtol * _TIGHTER, times[1], part(tick, 1 / 2, 1 / 2))
    return times, coarse, fine


def _integrate(
    flow: Flow, problem: Problem, start: Array, times: Array, rtol: float, max_step: float, tick: Tick, *, shaken: bool = False
) -> _Run:
    effective, field, linked = effective_parameter(flow), vector_field(flow), link_arguments(flow)
    shape, finite = start.shape, True
    (end, rate), *later = rates(flow.decay, float(times[-1]))  # a step that crossed a jump of the rate would see two fields

    def right_hand_side(t: float, flat: Array) -> Array:
        nonlocal finite
        w = flat.reshape(shape)
        slope = problem.slope(effective(w))
        finite = finite and bool(np.isfinite(slope).all())
        return field(w, slope, rate(t)).ravel()

    def arguments(t: float, flat: Array) -> Array:
        w = flat.reshape(shape)
        return linked(w, problem.slope(effective(w)), rate(t))

    def sides(t: float, flat: Array) -> Array | None:
        if not nonsmooth:
            return None
        with np.errstate(all="ignore"):
            found = np.sign(arguments(t, flat))
        if not found.all():
            raise NotSmooth(_ends(flow, t, "vanishes"))
        return found

    nonsmooth = flow.geometry.exponent != 2
    largest = np.zeros(shape)

    def vanishing(t: float, flat: Array) -> bool:
        # Below rtol of its largest value an argument is not told from one that reaches 0 without changing sign.
        size = np.abs(arguments(t, flat))
        np.maximum(largest, size, out=largest)
        return bool((size <= rtol * largest).any())

    side = sides(0.0, start.ravel())
    scale = float(np.abs(start).max()) or 1.0
    with np.errstate(all="ignore"):
        if not np.isfinite(right_hand_side(0.0, start.ravel())).all():
            raise NotSmooth("the flow cannot be followed past t = 0 (overflow); start closer to zero")
        solver = DOP853(right_hand_side, 0.0, start.ravel(), end, rtol=rtol, atol=rtol * scale, max_step=max_step)
    turned, layers = signs(shape), alike(start)
    rows, ends, interpolants, growth = [start], [0.0], [], []
    for _ in range(_MAX_STEPS):
        finite = True
        with np.errstate(all="ignore"):
            message = solver.step()
            if solver.status != "failed":
                growth.append(float(solver.y @ solver.f) / float(solver.y @ solver.y or 1.0))
        if solver.status == "failed" or not np.isfinite(solver.y).all():
            if _blows_up(np.array(ends[1:]), np.array(growth)):
                size = np.abs(solver.y_old if solver.y_old is not None else solver.y).reshape(shape).max(axis=0)
                raise _BlowsUp(ends[-1], tuple(int(j) for j in np.flatnonzero(size > _GROWING * size.max())))
            reason = message or "overflow"
            if not finite:
                reason = "the loss or its gradient is NaN or overflows there"
            raise NotSmooth(f"the flow cannot be followed past t = {solver.t:.6g} ({reason}); end before it")
        with np.errstate(all="ignore"):
            if side is not None and (np.sign(arguments(solver.t, solver.y)) != side).any():
                raise NotSmooth(_ends(flow, solver.t, "changes sign"))
            if side is not None and vanishing(solver.t, solver.y):
                raise NotSmooth(_ends(flow, solver.t, "vanishes"))
            dense = solver.dense_output()
        ends.append(float(solver.t))
        # At a peak of the decay steps are short for a while: what counts is the end of its part.
        if len(ends) % _MANY == 1 and _needed(ends, end) > _HOPELESS * _MAX_STEPS:
            break
        tick(float(solver.t) / float(times[-1]))
        interpolants.append(dense)
        while len(rows) < len(times) and times[len(rows)] <= solver.t:
            rows.append(dense(times[len(rows)]).reshape(shape))
        if shaken:
            with np.errstate(all="ignore"):
                solver.y = solver.y * (1 + _EPS * np.take_along_axis(next(turned), layers, axis=0).ravel())
                solver.f = solver.fun(solver.t, solver.y)
        if solver.status == "finished":
            if not later:
                return _Run(np.array(rows), OdeSolution(ends, interpolants))
            before = rate
            (end, rate), *later = later
            if rate is before:  # one formula: the step after has what this one knows
                solver.t_bound, solver.status = end, "running"
                continue
            side = sides(solver.t, solver.y)
            with np.errstate(all="ignore"):
                solver = DOP853(right_hand_side, solver.t, solver.y, end, rtol=rtol, atol=rtol * scale, max_step=max_step)
    reached = f"{len(ends) - 1} steps reach only t = {solver.t:.6g} of {times[-1]:g}"
    raise NotSmooth(f"{reached}: the flow is stiff, or its end too far; end before it")


def _needed(ends: list[float], end: float) -> float:
    """Return how many more steps there are to the end of a part of the decay, if they are as long as the last."""
    last = _MANY // 2
    return last * (end - ends[-1]) / max(ends[-1] - ends[-1 - last], float(np.finfo(float).tiny))


def _blows_up(times: Array, rates: Array) -> bool:
    """Return whether the growth rate of the weights goes like 1/(T - t) at the ends of the steps, T the last of them."""
    left = times[-1] - times if len(times) else times
    rates = rates[: len(times)]
    near, far = (part * (times[-1] if len(times) else 0.0) for part in _NEAR_BLOW_UP)
    use = (left > near) & (left < far) & (rates > 0) & np.isfinite(rates)
    if use.sum() < 4 or not rates[-1] > 0:
        return False
    return bool(-np.polyfit(np.log(left[use]), np.log(rates[use]), 1)[0] > _LEAST_EXPONENT)


def _ends(flow: Flow, time: float, what: str) -> str:
    where = f"where the field is not Lipschitz for q = {flow.geometry.exponent}"
    return f"an argument of the link {what} at t = {time:.6g}, {where}; end before it"
