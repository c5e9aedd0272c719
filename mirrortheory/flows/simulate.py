r"""One way into all solvers: the flow, the loss and what is asked for decide which of them follows the flow.

===========  ==================================================================================================
"exact"      q = 1, a product, a quadratic loss, no or decoupled decay: from event to event, without a step size
"arcs"       q = 1, a product, any smooth loss, any decay: smooth arcs between located events; with ``digits`` certified ones
"dual"       1 < q <= 2, a product, no or decoupled decay: through crossings of zero to the rest
"dop853"     1 < q <= 2, any reparameterization and decay: smooth stretches, and up to a blow-up
"taylor"     the same with ``digits``: proved ones
"heyoka"     the same, compiled (extra ``fast``): in double precision, or up to 30 ``digits`` by an estimate
===========  ==================================================================================================

A batch (a leading axis of ``initial``) is followed by "dop853" and "heyoka" all together, see
:mod:`mirrortheory.flows.batch.simulate_batch`, and
by the other methods one by one. "auto" there is "heyoka" for q = 2 where it is installed, knows the flow, and no weight is small at
the start; else "dop853" for q > 1, and then "dual" for those products that come to a point where the field is not Lipschitz; at
q = 1 the entries are followed one by one.

"auto" takes "exact" at q = 1 where it can and else "arcs"; "taylor" when digits are asked for; "dual" for 1 < q < 2 where it can
(its field is not Lipschitz, and explicit solvers crawl); "dop853" for the rest. "exact", "arcs" and "dual" keep the balances by
their construction: a test of a balance law takes "dop853", which knows of none.

Source: the modules of the solvers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, TypedDict, Unpack, overload

import numpy as np
import sympy
from numpy.typing import ArrayLike

from mirrortheory.decays import Coupled
from mirrortheory.errors import InvalidArgument, NotSmooth
from mirrortheory.flows.batch.simulate_batch import simulate_batch
from mirrortheory.flows.field import effective_parameter, vector_field
from mirrortheory.flows.problems import Array, Problem, Quadratic, Stack
from mirrortheory.flows.progress import Progress, Tick, Ticker, part, silent
from mirrortheory.flows.result.batch_trajectory import BatchTrajectory
from mirrortheory.flows.result.solution import Event, Solution
from mirrortheory.flows.result.trajectory import Trajectory, trajectory
from mirrortheory.flows.result.user_events import changes
from mirrortheory.flows.sign.polynomial.certified import certified_sign_flow
from mirrortheory.flows.sign.polynomial.certified_trajectory import Certified
from mirrortheory.flows.sign.polynomial.double import sign_flow
from mirrortheory.flows.sign.smooth.certified import certified_sign_arcs
from mirrortheory.flows.sign.smooth.double import sign_arcs
from mirrortheory.flows.smooth.compiled import taylor_compiled
from mirrortheory.flows.smooth.dop853 import smooth
from mirrortheory.flows.smooth.dual import dual_flow
from mirrortheory.flows.smooth.taylor import taylor
from mirrortheory.reparams import Product
from mirrortheory.theory import Flow

_METHODS = "auto", "dop853", "dual", "taylor", "heyoka", "exact", "arcs"
_SMOOTH = "dop853", "taylor", "heyoka"  # methods that know of no first integral
_TIMES, _CERTIFIED_TIMES = 65, 17
_SCALED = 0.7  # of the data in a second sign flow, which is the same but for rounding
_ROUNDING, _ROUNDING_PER_EVENT = 64 * np.finfo(float).eps, 4 * np.finfo(float).eps
_SAFETY = 4.0
_DOWNHILL = 1e-8  # a negative eigenvalue of the Hessian above this part of the largest is one


class _Settings(TypedDict, total=False):
    method: str
    digits: int | None
    rtol: float | None
    events: Sequence[sympy.Expr | Callable[[float, Array], ArrayLike]]
    q: ArrayLike | None
    alpha: ArrayLike | None
    times: ArrayLike | None
    memory: float | None
    progress: Progress | None


_Number = float | str | Fraction


@overload
def simulate(flow: Flow, problem: Stack, initial: Any, t_end: Any, **settings: Unpack[_Settings]) -> BatchTrajectory: ...


@overload
def simulate(
    flow: Flow,
    problem: Problem,
    initial: Sequence[_Number] | Sequence[Sequence[_Number]],
    t_end: Any,
    **settings: Unpack[_Settings],
) -> Trajectory: ...


@overload  # the type of an array does not tell how many axes it has
def simulate(flow: Flow, problem: Problem | Stack, initial: ArrayLike, t_end: Any, **settings: Unpack[_Settings]) -> Any: ...


def simulate(
    flow: Flow,
    problem: Problem | Stack,
    initial: Any,
    t_end: Any,
    *,
    method: str = "auto",
    digits: int | None = None,
    rtol: float | None = None,
    events: Sequence[sympy.Expr | Callable[[float, Array], ArrayLike]] = (),
    q: ArrayLike | None = None,
    alpha: ArrayLike | None = None,
    times: ArrayLike | None = None,
    memory: float | None = None,
    progress: Progress | None = None,
) -> Trajectory | BatchTrajectory:
    """Follow ``flow`` on ``problem`` from weights ``initial`` to time ``t_end``: one trajectory, or a batch of them.

    Args:
        flow: geometry with a rational q, reparameterization, decay with a rational rate; in a batch they may be symbols.
        problem: the loss; for a batch one for all, or a ``Stack`` with one for each trajectory.
        initial: weights, shape (depth, d), one imbalance per coordinate; d = 1 may be given as shape (depth,). Of a batch, shape
            (batch, depth, d).
        t_end: final time > 0, dimensionless.
        method: "auto", or "dop853", "dual", "taylor", "heyoka", "exact", "arcs" (see :mod:`mirrortheory.flows.simulate`).
        digits: certified decimal digits of the weights at ``t_end`` itself (by "heyoka" estimated ones); then ``initial`` and
            ``t_end`` may be fractions.
        rtol: tolerance of the looser of two runs, for "dop853", "heyoka" and "dual"; 1e-9 by default; of "arcs", 1e-10.
        events: expressions in the weights, or functions of (t, w) with values of shape () or (d,); each change of sign by more
            than the error of the value is an event "user k", k the place in this list from 0. Not for a batch.
        q: of a batch, values in [1, 2] of the symbol q of the flow, shape () or (batch,).
        alpha: of a batch, values >= 0 of the symbol alpha of the flow, shape () or (batch,).
        times: of a batch, when to keep the weights: increasing, from 0 to ``t_end``; five equidistant times by default.
        memory: of a batch, about how many bytes may be at work beside the result, 2^24 by default; at least one trajectory is
            followed at a time.
        progress: called with (done, whole) at most four times a second and at the end, never falling: for one trajectory
            the time reached over ``t_end``, where two runs count half each, and where a higher precision begins again it stands
            still; of a batch, trajectories, each counted twice where some may be followed once more by "dual".

    Returns:
        The trajectory, with the error and how it was made, and the method and why it was taken. Blow-up and a start at a saddle
        are events, "blow-up" (the trajectory ends before it; ``error`` of the event is that of its time) and "saddle" (the weights
        stay). For a batch, a ``BatchTrajectory``: what cannot be followed ends with a reason, and the others go on. By "dop853" it
        is the same to the last bit whatever ``memory`` is.

    Raises:
        InvalidArgument: for symbols in the flow, wrong shapes or ranges, a method that cannot follow this flow; in a batch for
            symbols without values and values without a symbol.
        NotSmooth: for one trajectory where no solver goes on: see the modules of the solvers.

    >>> from mirrortheory import Flow, Lq, Product
    >>> from mirrortheory.flows import Quadratic, Stack, simulate
    >>> path = simulate(Flow(Lq(2), Product(2)), Quadratic([[1.0]], [1.0]), [0.5, 0.1], 3.0)
    >>> bool(abs(path.x[-1, 0] - 1) < 0.1), path.invariants()[0].holds
    (True, True)
    >>> losses = Stack([Quadratic([[1.0]], [1.0]), Quadratic([[1.0]], [2.0])])
    >>> paths = simulate(Flow(Lq(2), Product(2)), losses, [[[0.5], [0.1]], [[0.5], [0.1]]], 9.0)
    >>> paths.x[:, -1, 0].round(4).tolist()
    [1.0, 2.0]
    """
    if not isinstance(problem, Problem | Stack):
        remedy = "write Callables(value, gradient) for a loss of your own, or a Stack for a batch"
        raise InvalidArgument("problem", "one loss", type(problem).__name__, remedy)
    batch = _axes(initial) == 3
    for name, setting in (("rtol", rtol), ("memory", memory)):
        if setting is not None and not isinstance(setting, int | float | np.number):
            raise InvalidArgument(name, "one number", setting, "write for example 1e-9" if name == "rtol" else "leave it out")
    if progress is not None and not callable(progress):
        raise InvalidArgument("progress", "a function of (done, whole)", progress, "write for example print")
    if method not in _METHODS:
        raise InvalidArgument("method", f"one of {', '.join(_METHODS)}", method, "leave it out")
    if batch:
        if events:
            raise InvalidArgument("events", "absent for a batch", f"{len(events)} of them", "follow the trajectories one by one")
        return simulate_batch(
            flow,
            problem,
            _doubles("initial", initial),
            _doubles("t_end", t_end),
            one=simulate,
            method=method,
            finish=_keeps_balances(flow),
            q=q,
            alpha=alpha,
            times=times,
            rtol=rtol,
            memory=memory,
            progress=progress,
            digits=digits,
        )
    if isinstance(problem, Stack):
        raise InvalidArgument(
            "initial", "of shape (batch, depth, d) for a Stack", f"{_axes(initial)} axes", "give one start for each loss"
        )
    for name, given in (("q", q), ("alpha", alpha), ("times", times), ("memory", memory)):
        if given is not None:
            remedy = "give initial an axis for a batch, or leave it out"
            raise InvalidArgument(name, "absent for a single trajectory", given, remedy)
    for name, value in (("q", flow.geometry.exponent), ("alpha", flow.decay.rate)):
        if value.free_symbols:
            raise InvalidArgument(name, "a number in a simulation", value, "write a rational such as 3/2")
    taken, why = _choice(flow, problem, digits) if method == "auto" else (method, "asked for")
    _can(taken, flow, problem, digits, rtol)
    if digits is None and taken != "taylor":
        initial, t_end = _doubles("initial", initial), _doubles("t_end", t_end)
    tolerance: dict[str, Any] = {} if rtol is None else {"rtol": rtol}
    tick: Tick = silent if progress is None else Ticker(progress, 1.0)
    if taken == "exact":
        solution = _exact(flow, problem, initial, t_end, digits, tick)
    elif taken == "arcs" and digits is not None:
        solution = _rounded(certified_sign_arcs(flow, problem, initial, t_end, digits=digits, tick=tick))
    elif taken == "arcs":
        solution = sign_arcs(flow, problem, initial, t_end, tick=tick, **tolerance)
    elif taken == "taylor":
        solution = taylor(flow, problem, initial, t_end, tick=tick, **({} if digits is None else {"digits": digits}))
    elif taken == "heyoka":
        solution = taylor_compiled(flow, problem, initial, t_end, digits=digits, tick=tick, **tolerance)
    elif taken == "dop853":
        solution = smooth(flow, problem, initial, t_end, tick=tick, **tolerance)
    else:
        try:
            solution = dual_flow(flow, problem, initial, t_end, tick=tick, **tolerance)
        except NotSmooth as lost:
            if method != "auto":
                raise
            try:  # a smooth stretch may lead to a blow-up, which dop853 reports
                solution, taken, why = smooth(flow, problem, initial, t_end, **tolerance), "dop853", f"dual failed: {lost}"
            except NotSmooth:
                raise lost from None
    if taken in _SMOOTH:
        solution = _stationary(flow, problem, solution)
    solution = replace(solution, method=f"{solution.method}; {taken}: {why}")
    path = trajectory(flow, problem, solution, independent=taken in _SMOOTH)
    found = [event for k, watched in enumerate(events) for event in changes(path, watched, f"user {k}")]
    tick(1.0)
    return replace(path, events=tuple(sorted([*path.events, *found], key=lambda event: event.time))) if found else path


def _axes(value: Any) -> int:
    """Return how deeply a start is nested; what is ragged is found later."""
    axes = 0
    while isinstance(value, list | tuple) and value:
        value, axes = value[0], axes + 1
    return axes + int(np.ndim(value))


def _choice(flow: Flow, problem: Problem, digits: int | None) -> tuple[str, str]:
    """Return the method for "auto", and why."""
    if flow.geometry.exponent == 1:
        polynomial = isinstance(problem, Quadratic) and _keeps_balances(flow)
        return ("exact", "sign flow, by polynomial arcs") if polynomial else ("arcs", "sign flow without polynomial arcs")
    if digits is not None:
        return "taylor", "digits are asked for"
    if flow.geometry.exponent < 2 and _keeps_balances(flow):
        return "dual", "the field is not Lipschitz at 0 for q < 2"
    return "dop853", "q = 2, smooth" if flow.geometry.exponent == 2 else "a smooth stretch of a flow without balances to use"


def _can(method: str, flow: Flow, problem: Problem, digits: int | None, rtol: float | None) -> None:
    """Refuse a method that cannot follow a flow, or cannot do what else is asked for."""
    sign = flow.geometry.exponent == 1
    remedy = 'leave out method, or write "dop853" on smooth stretches'
    if sign and method not in ("exact", "arcs"):
        raise NotSmooth(
            "sign flow (q = 1) is discontinuous and not integrated by a smooth solver; use exact or arcs, or 1 < q <= 2"
        )
    if method == "exact":
        if not sign:
            raise InvalidArgument("method", "another for q > 1", method, "polynomial arcs are for q = 1; leave it out")
        if not isinstance(problem, Quadratic) or not _keeps_balances(flow):
            what = f"{type(problem).__name__}, {flow.reparam}, {flow.decay}"
            text = "exact arcs need a Quadratic, a Product and no or decoupled decay; use arcs, or 1 < q <= 2"
            raise NotSmooth(f"sign flow (q = 1) is discontinuous, and not followed for {what}: {text}")
    if method == "arcs" and not (sign and isinstance(flow.reparam, Product)):
        raise InvalidArgument("method", "another for this flow", f"arcs, q = {flow.geometry.exponent}, {flow.reparam}", remedy)
    if method == "dual" and not _keeps_balances(flow):
        raise InvalidArgument("method", "another for this flow", f"dual, {flow.reparam}, {flow.decay}", remedy)
    if digits is not None and method in ("dop853", "dual"):
        raise InvalidArgument("digits", f"absent for {method}, which proves none", digits, "leave out method, or digits")
    if rtol is not None and (method in ("taylor", "exact") or (method == "arcs" and digits is not None)):
        raise InvalidArgument("rtol", f"absent for {method}, which has no tolerance", rtol, "leave it out")


def _doubles(name: str, value: Any) -> Any:
    """Return numbers in double precision; text and fractions are exact, and for ``digits``."""
    try:
        found = np.array(value, dtype=float)
    except OverflowError:
        raise InvalidArgument(name, "in the range of doubles", value, "write smaller numbers") from None
    except (ValueError, TypeError):
        raise InvalidArgument(name, "made of numbers in equal rows", value, "write numbers, or ask for digits") from None
    if name == "t_end" and found.ndim:
        raise InvalidArgument(name, "one number", value, "write for example 2.0")
    return found if found.ndim else float(found)


def _keeps_balances(flow: Flow) -> bool:
    coupled = isinstance(flow.decay, Coupled) and flow.decay.rate != 0
    return isinstance(flow.reparam, Product) and not coupled


def _exact(flow: Flow, problem: Problem, initial: ArrayLike, t_end: float, digits: int | None, tick: Tick) -> Solution:
    depth = np.shape(initial)[0] if np.ndim(initial) else 0
    if depth != len(flow.weights):
        condition = f"of shape ({len(flow.weights)}, d)"
        raise InvalidArgument("initial", condition, np.shape(initial), f"give {len(flow.weights)} layers")
    if digits is not None:
        return _rounded(certified_sign_flow(problem, initial, t_end, digits=digits, decay=flow.decay, tick=tick))
    path = sign_flow(problem, initial, t_end, decay=flow.decay, tick=part(tick, 0.0, 1 / 2))
    assert isinstance(problem, Quadratic)
    # The same flow, as sign(c g) = sign(g), with its coordinates and data in reverse order: rounding alone differs.
    turned = Quadratic(_SCALED * problem.Z[::-1, ::-1], _SCALED * problem.b[::-1])
    other = sign_flow(turned, path.initial[:, ::-1], t_end, decay=flow.decay, tick=part(tick, 1 / 2, 1 / 2))
    times = np.linspace(0.0, float(t_end), _TIMES)
    w, again = path.w(times), other.w(times)[:, :, ::-1]
    spread, size = (np.maximum.accumulate(np.abs(a).max(axis=(1, 2))) for a in (w - again, w))
    count = np.searchsorted(path.times, times, side="right")
    return Solution(
        t=times,
        w=w,
        error=_SAFETY * spread + (_ROUNDING + _ROUNDING_PER_EVENT * count) * size,
        how="estimated: four times the largest difference so far from a run with scaled data in reverse order, and rounding",
        method="polynomial arcs from event to event, exact up to rounding",
        dense=lambda t: path.w([t])[0],
        events=path.events,
        converged=path.converged,
        unique=path.unique,
        notes=path.notes,
    )


def _rounded(certified: Certified) -> Solution:
    return certified.solution([certified.until * Fraction(k, _CERTIFIED_TIMES - 1) for k in range(_CERTIFIED_TIMES)])


def _stationary(flow: Flow, problem: Problem, solution: Solution) -> Solution:
    """Say so when the start, or a coordinate of it, stays by itself: a saddle of the loss in w, or a point of rest."""
    start = solution.w[0]
    x, field = np.broadcast_to(effective_parameter(flow)(start), start.shape[1:]), vector_field(flow)
    with np.errstate(all="ignore"):
        slope = problem.slope(x)
        up, down, here = ((field(start, s) == 0).all(axis=0) for s in (np.ones_like(x), -np.ones_like(x), slope))
    rests = bool(here.all())
    saddle = up & down & (slope != 0)
    if rests and not saddle.all():
        free = ~(up & down)
        bends = np.linalg.eigvalsh(problem.hessian(x)[np.ix_(free, free)]) if free.any() else np.zeros(1)
        if bends[0] < -_DOWNHILL * np.abs(bends).max():
            saddle = saddle | free
    kinds = (("saddle", saddle), ("rest", here & ~saddle if rests else np.zeros_like(here)))
    events = tuple(Event(0.0, tuple(int(j) for j in np.flatnonzero(which)), kind) for kind, which in kinds if which.any())
    if not events:
        return solution
    where = f"coordinates {events[0].coordinates} start at a saddle (or a maximum) of the loss in the weights, and stay there"
    notes = (*solution.notes, where) if saddle.any() else solution.notes
    return replace(solution, events=(*events, *solution.events), converged=rests, notes=notes)
