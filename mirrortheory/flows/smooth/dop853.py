r"""Smooth stretches of a flow, by SciPy's DOP853, with an error estimate from a second run by the halves of its steps.

The vector field is the derived one (:attr:`mirrortheory.theory.Flow.velocity`), compiled for NumPy. For q < 2 the field is
not Lipschitz where an argument of the link vanishes: the stretch ends there, and asking for more is refused. Sign flow
(q = 1) is discontinuous there and refused altogether. Where the rate of the decay jumps, both runs end a step and begin anew; where
a part of it ends (:mod:`mirrortheory.decays.resolution`) they end a step and go on, so that no step misses a narrow peak.

**Error.** The second run takes each step of the first in two halves (:mod:`mirrortheory.flows.smooth.halved`), so for smooth
fields its error is 1/255 of the difference; 1/4 of the largest so far is stated, up to the end of a step. Where a half step misses
the tolerance, the runs are far apart, or q < 2 and an argument of the link comes near to 0, the orders tell nothing: a run with
1/1000 of the tolerance and steps of at most 1/64 of the time takes its place, with the whole difference as its error.

**Rounding.** The first run is shaken (:mod:`mirrortheory.flows.rounding`), so that the difference shows what both would lose: by
eight times a unit for each part that is stated of the difference.

**Rest.** Where the flow at q = 2 is linear to the tolerance the steps end (:mod:`mirrortheory.flows.smooth.approach`).

**Blow-up.** Where :math:`|w| \sim (T - t)^{-1/k}` the rate :math:`r = \langle w, \dot w\rangle/|w|^2 = 1/(k (T - t))` has the
exponent -1 in T - t (and nearly so for a logarithm), while at a bounded w whose velocity is not, it is above -1. The steps
shrink towards T until rounding ends them; the exponent measured over the last of them, below -0.9 or not, tells the two apart. T is
that of the tighter run, and its error is estimated by the difference from the looser one, and rounding. The trajectory is kept up
to :math:`(1 - 10^{-3})\,T`, where its error is still small.

Source: Hairer, Norsett, Wanner (1993), "Solving Ordinary Differential Equations I", for DOP853.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import DOP853

from mirrortheory.errors import NotSmooth
from mirrortheory.flows.field import effective_parameter, link_arguments, vector_field
from mirrortheory.flows.problems import Array, Exponential, Logistic, Problem, Quadratic
from mirrortheory.flows.progress import Tick, part, silent
from mirrortheory.flows.result.solution import AtTimes, Event, Solution
from mirrortheory.flows.rounding import alike, signs
from mirrortheory.flows.schedules import rates
from mirrortheory.flows.smooth.approach import MOST, Approach, approach
from mirrortheory.flows.smooth.halved import RightHandSide, Steps, halved
from mirrortheory.flows.starts import SIGN_FLOW, end_of, numbers_in, tolerance, weights_of
from mirrortheory.theory import Flow

_TIMES = 65
_TIGHTER = 1e-3
_SMALLEST_RTOL = 1e-10  # so that the tighter run stays above DOP853's own floor
_MAX_STEPS = 20_000
_MANY, _HOPELESS = 1000, 100  # steps that say how many more there will be, and how many times the most these are: none is tried
_PARTS = 4.0  # of the difference, which for smooth fields is 2^8 times the error of the run by halves
_EPS = float(np.finfo(float).eps)
_SHAKEN = 8 * _PARTS * _EPS  # the looser run, after each step: more than what a step of the other loses, by as much as is divided
_FAR, _FAR_TOLERANCES = 1e-4, 10.0  # of the largest weight: runs that are farther apart do not tell by their orders how far
_ROUNDING, _ROUNDING_OF_HALVES = 1024 * _EPS, 64 * _EPS
_COMPARED = np.array([0.125, 0.375, 0.625, 0.875, 1.0])  # of a step: where the runs are compared
_FIRST_LOOK, _NEXT_LOOK = 24, 1.25  # after how many steps a rest is looked for, and how many times that again
_LINEAR = 0.01  # of the tolerance: what may be missed where the flow is taken as linear
_DRIFT = 10.0  # times the tolerance: how far what is held still may move
_SMOOTH = 0.1  # of its largest value: below it an argument of the link is so near to 0 that the order may be lost
_AFTER_BLOW_UP = 1.01  # times its time by the looser run: where the tighter one would end
_BEFORE_BLOW_UP = 1e-3  # of its time: where a trajectory that blows up ends
_NEAR_BLOW_UP = 1e-9, 1e-3  # of its time: where the exponent of the rate is measured
_LEAST_EXPONENT = 0.9
_GROWING = 1e-2  # of the largest weight


@dataclass(frozen=True, eq=False)
class _Path:
    """Where a run went: its steps, and the rest of the way where it is linear; data alone."""

    steps: Steps
    approach: Approach | None
    shape: tuple[int, ...]

    def many(self, times: Array) -> Array:
        if self.approach is None:
            return self.steps.at(times).reshape(len(times), *self.shape)
        late = times > self.approach.time
        found = np.empty((len(times), len(self.approach.rest)))
        found[~late], found[late] = self.steps.at(times[~late]), self.approach.at(times[late])
        return found.reshape(len(times), *self.shape)


@dataclass(frozen=True, eq=False)
class _Run:
    """A run: its path, and the right-hand side and the rate of the decay on each of the steps that were chosen."""

    path: _Path
    fields: list[RightHandSide]
    rates: list[Callable[[float], float]]


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
        rtol: relative tolerance of the first run, 1e-10 to 1e-3.
        tick: told how far the two runs have come, from 0 to 1.

    Returns:
        The weights at 65 times, from the second run, with an estimate of their error. On blow-up an event "blow-up" with its time,
        and weights up to 0.999 of it. ``converged``: where a rest attracts in all directions, at q = 2, and
        what is left of the way to it is below rounding.

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
        times, coarse, fine, spread = _two(flow, problem, start, end, rtol, tick)
    except _BlowsUp as found:
        event = _located(flow, problem, start, rtol, found.time)
        assert event.error is not None
        end = (1 - _BEFORE_BLOW_UP) * (event.time - event.error)  # before it in both runs
        try:
            times, coarse, fine, spread = _two(flow, problem, start, end, rtol, tick)
        except _BlowsUp as again:
            raise NotSmooth(_unsure(again.time)) from None
        events = (event,)
        notes = (f"blows up at t = {event.time:.10g} +- {event.error:.1e} (estimated); kept up to t = {end:.6g}",)
    w, rough = fine.path.many(times), coarse.path.many(times)
    linear = fine.path.approach
    rests = linear is not None and not linear.drift and linear.left <= _EPS * float(np.abs(w).max())
    if fine.path.approach is not None:
        spread += np.where(times > fine.path.approach.time, fine.path.approach.error, 0.0)
        notes = (*notes, f"from t = {fine.path.approach.time:.6g} on it is linear to the tolerance, and followed as such")
    by_halves = fine.fields is coarse.fields
    which = f"1/{_PARTS:g} of the largest difference" if by_halves else "largest difference"
    lipschitz = flow.geometry.exponent == 2 and isinstance(problem, Quadratic | Logistic | Exponential)
    return Solution(
        t=times,
        w=w,
        error=spread,
        how=f"estimated: {which} so far from a run at rtol {rtol:g} with rounding added, and rounding",
        method=f"DOP853 at rtol {rtol:g} and {'by the halves of its steps' if by_halves else f'{rtol * _TIGHTER:g}'}",
        dense=AtTimes(fine.path.many),
        events=events,
        converged=rests,
        w_coarse=rough,
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
        _integrate(flow, problem, start, t_end, rtol, np.inf, silent, shaken=_EPS)
    except _BlowsUp as found:
        return _located(flow, problem, start, rtol, found.time)
    except NotSmooth:
        return None
    return None


def _located(flow: Flow, problem: Problem, start: Array, rtol: float, near: float) -> Event:
    """Return the event of a blow-up: when the tighter run has it, with the distance from the looser one, whichever met it first."""
    span = _AFTER_BLOW_UP * near
    found: list[_BlowsUp] = []
    for within, longest, shaken in ((rtol, np.inf, _EPS), (rtol * _TIGHTER, span / (_TIMES - 1), 0.0)):
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


def _two(flow: Flow, problem: Problem, start: Array, end: float, rtol: float, tick: Tick) -> tuple[Array, _Run, _Run, Array]:
    """Return the times, two runs, and at the times the error of the second from their difference."""
    times, first, second = np.linspace(0.0, end, _TIMES), part(tick, 0.0, 1 / 2), part(tick, 1 / 2, 1 / 2)
    found = _with_halves(flow, problem, start, end, rtol, first, second)
    if found is not None:
        spread, largest = _spread(*found, times), float(np.abs(found[1].path.steps.states).max())
        if spread[-1] <= max(_FAR, _FAR_TOLERANCES * rtol) * largest:
            return times, *found, spread / _PARTS + _ROUNDING_OF_HALVES * largest
    coarse = _integrate(flow, problem, start, end, rtol, np.inf, first, shaken=_EPS, linear=True)
    # Shorter steps in the tighter run: two runs that accept the same steps would agree whatever their common error is.
    fine = _integrate(flow, problem, start, end, rtol * _TIGHTER, times[1], second, linear=True)
    return times, coarse, fine, _spread(coarse, fine, times) + _ROUNDING * np.abs(fine.path.steps.states).max()


def _with_halves(
    flow: Flow, problem: Problem, start: Array, end: float, rtol: float, first: Tick, second: Tick
) -> tuple[_Run, _Run] | None:
    """Return a run and that by the halves of its steps; None where it blows up, or where they do not suit the second."""
    try:
        coarse = _integrate(flow, problem, start, end, rtol, np.inf, first, shaken=_SHAKEN, linear=True)
    except _BlowsUp:
        return None
    fine = _halved(flow, problem, start, end, rtol, coarse, second)
    return None if fine is None else (coarse, fine)


def _spread(coarse: _Run, fine: _Run, times: Array) -> Array:
    """Return the largest difference of two runs up to the end of the step of the looser one that a time is in."""
    ends = coarse.path.steps.ends
    inside = (ends[:-1, None] + np.diff(ends)[:, None] * _COMPARED).ravel()
    every = np.union1d(inside, times)
    gap = np.abs(fine.path.many(every) - coarse.path.many(every)).max(axis=(1, 2))
    until = ends[np.clip(np.searchsorted(ends, times, side="left"), 0, len(ends) - 1)]  # the end of the steps, if later than it
    return np.asarray(np.maximum.accumulate(gap)[np.searchsorted(every, np.maximum(until, times), side="right") - 1])


def _halved(flow: Flow, problem: Problem, start: Array, end: float, rtol: float, coarse: _Run, tick: Tick) -> _Run | None:
    """Return the run by the halves of the steps of another; None where these do not suit it, or a sign changes."""
    ends, atol = coarse.path.steps.ends, rtol * (float(np.abs(start).max()) or 1.0)
    with np.errstate(all="ignore"):
        steps, states, errors = halved(coarse.fields, ends, start.ravel(), rtol, atol, lambda t: tick(t / end))
        if not (errors <= 1).all():
            return None
        linear = None
        if coarse.path.approach is not None:
            linear = approach(flow, problem, float(ends[-1]), states[-1].reshape(start.shape), end)
            if linear is None:
                return None
        if flow.geometry.exponent != 2:
            field = _Field(flow, problem, start.shape)
            halves = zip(steps.ends, [start.ravel(), *states], np.repeat([None, *coarse.rates], 2)[1:], strict=True)
            size = np.array([field.arguments(t, flat, rate or coarse.rates[0]) for t, flat, rate in halves])
            largest = np.maximum.accumulate(np.abs(size))
            if (np.sign(size) != np.sign(size[0])).any() or (np.abs(size) <= _SMOOTH * largest).any():
                return None
    return _Run(_Path(steps, linear, start.shape), coarse.fields, coarse.rates)


class _Field:
    """The right-hand side for one rate of the decay or another, and what the link is applied to."""

    def __init__(self, flow: Flow, problem: Problem, shape: tuple[int, ...]) -> None:
        self.effective, self.velocity, self.linked = effective_parameter(flow), vector_field(flow), link_arguments(flow)
        self.slope, self.shape = problem.slope, shape
        self.finite = True  # whether the slope of the loss was so far

    def at(self, rate: Callable[[float], float]) -> RightHandSide:
        """Return the right-hand side for a rate as a function of time."""
        effective, velocity, slope_at, shape = self.effective, self.velocity, self.slope, self.shape

        def right_hand_side(t: float, flat: Array) -> Array:
            w = flat.reshape(shape)
            slope = slope_at(effective(w))
            self.finite = self.finite and bool(np.isfinite(slope).all())
            return velocity(w, slope, rate(t)).ravel()

        return right_hand_side

    def arguments(self, t: float, flat: Array, rate: Callable[[float], float]) -> Array:
        """Return what the link is applied to."""
        w = flat.reshape(self.shape)
        return self.linked(w, self.slope(self.effective(w)), rate(t))


def _integrate(
    flow: Flow,
    problem: Problem,
    start: Array,
    t_end: float,
    rtol: float,
    max_step: float,
    tick: Tick,
    *,
    shaken: float = 0.0,
    linear: bool = False,
) -> _Run:
    field, shape = _Field(flow, problem, start.shape), start.shape
    (end, rate), *later = rates(flow.decay, t_end)  # a step that crossed a jump of the rate would see two fields
    right_hand_side = field.at(rate)
    nonsmooth = flow.geometry.exponent != 2
    linear = linear and not nonsmooth and not flow.decay.varies and start.size <= MOST

    def sides(t: float, flat: Array) -> Array | None:
        if not nonsmooth:
            return None
        with np.errstate(all="ignore"):
            found = np.sign(field.arguments(t, flat, rate))
        if not found.all():
            raise NotSmooth(_ends(flow, t, "vanishes"))
        return found

    largest = np.zeros(shape)

    def must_keep_sides(t: float, flat: Array) -> None:
        # Below rtol of its largest value an argument is not told from one that reaches 0 without changing sign.
        found = field.arguments(t, flat, rate)
        size = np.abs(found)
        np.maximum(largest, size, out=largest)
        if (np.sign(found) != side).any():
            raise NotSmooth(_ends(flow, t, "changes sign"))
        if (size <= rtol * largest).any():
            raise NotSmooth(_ends(flow, t, "vanishes"))

    side = sides(0.0, start.ravel())
    scale = float(np.abs(start).max()) or 1.0
    with np.errstate(all="ignore"):
        if not np.isfinite(right_hand_side(0.0, start.ravel())).all():
            raise NotSmooth("the flow cannot be followed past t = 0 (overflow); start closer to zero")
        solver = DOP853(right_hand_side, 0.0, start.ravel(), end, rtol=rtol, atol=rtol * scale, max_step=max_step)
    turned, layers = signs(shape), alike(start)
    ends, growth, look = [0.0], list[float](), _FIRST_LOOK
    interpolants, fields, paces = list[Any](), list[RightHandSide](), list[Callable[[float], float]]()

    def run(rest: Approach | None) -> _Run:
        states, powers = (np.array([getattr(piece, name) for piece in interpolants]) for name in ("y_old", "F"))
        return _Run(_Path(Steps(np.array(ends), states, powers), rest, shape), fields, paces)

    for _ in range(_MAX_STEPS):
        field.finite = True
        with np.errstate(all="ignore"):
            message = solver.step()
            if solver.status != "failed":
                growth.append(float(solver.y @ solver.f) / float(solver.y @ solver.y or 1.0))
            if solver.status == "failed" or not np.isfinite(solver.y).all():
                if _blows_up(np.array(ends[1:]), np.array(growth)):
                    size = np.abs(solver.y_old if solver.y_old is not None else solver.y).reshape(shape).max(axis=0)
                    raise _BlowsUp(ends[-1], tuple(int(j) for j in np.flatnonzero(size > _GROWING * size.max())))
                reason = message or "overflow"
                if not field.finite:
                    reason = "the loss or its gradient is NaN or overflows there"
                raise NotSmooth(f"the flow cannot be followed past t = {solver.t:.6g} ({reason}); end before it")
            if nonsmooth:
                must_keep_sides(solver.t, solver.y)
            interpolants.append(solver.dense_output())
        ends.append(float(solver.t))
        fields.append(right_hand_side)
        paces.append(rate)
        # At a peak of the decay steps are short for a while: what counts is the end of its part.
        if len(ends) % _MANY == 1 and _needed(ends, end) > _HOPELESS * _MAX_STEPS:
            break
        tick(ends[-1] / t_end)
        if shaken:
            with np.errstate(all="ignore"):
                solver.y = solver.y * (1 + shaken * np.take_along_axis(next(turned), layers, axis=0).ravel())
                solver.f = solver.fun(solver.t, solver.y)
        if solver.status == "finished":
            if not later:
                return run(None)
            before = rate
            (end, rate), *later = later
            if rate is before:  # one formula: the step after has what this one knows
                solver.t_bound, solver.status = end, "running"
                continue
            right_hand_side = field.at(rate)
            side = sides(solver.t, solver.y)
            with np.errstate(all="ignore"):
                solver = DOP853(right_hand_side, solver.t, solver.y, end, rtol=rtol, atol=rtol * scale, max_step=max_step)
        elif linear and len(ends) > look:
            look = int(_NEXT_LOOK * look)
            with np.errstate(all="ignore"):
                rest = approach(flow, problem, ends[-1], solver.y.reshape(shape), end)
            if rest is not None and rest.curved <= _LINEAR * rtol * scale and rest.drift <= _DRIFT * rtol * scale:
                return run(rest)
    reached = f"{len(ends) - 1} steps reach only t = {solver.t:.6g} of {t_end:g}"
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
