r"""One way into all solvers: the flow, the loss and what is asked for decide which of them follows the flow.

The solvers, what each promises, and the order in which "auto" asks them are in :mod:`mirrortheory.flows.methods`, whose table
:func:`mirrortheory.flows.methods.table` is in docs/solvers.md and in ``mirrortheory simulate --help``. A batch (a leading axis of
``initial``) is followed all together by the solvers that can do so, see :mod:`mirrortheory.flows.batch.simulate_batch`, and by
the others one by one. ``method`` may be a :class:`mirrortheory.flows.Solver` of your own.

Source: the modules of the solvers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any, TypedDict, Unpack, overload

import numpy as np
import sympy
from numpy.typing import ArrayLike

from mirrortheory.decays import text_of
from mirrortheory.errors import InvalidArgument, NotSmooth
from mirrortheory.exact import rational
from mirrortheory.flows import methods
from mirrortheory.flows.batch.simulate_batch import simulate_batch
from mirrortheory.flows.problems import Problem, Stack, doubles
from mirrortheory.flows.progress import Progress, Ticker, silent
from mirrortheory.flows.result.batch_trajectory import BatchTrajectory
from mirrortheory.flows.result.solution import Solution
from mirrortheory.flows.result.trajectory import Trajectory, trajectory
from mirrortheory.flows.result.user_events import changes, must_be_watchable
from mirrortheory.flows.solver import BatchSolver, Quantity, Request, Solver
from mirrortheory.flows.starts import numbers_in
from mirrortheory.flows.stationary import stationary
from mirrortheory.matrices import MatrixFlow
from mirrortheory.theory import Flow
from mirrortheory.theory.flow import must_be_a_flow

if TYPE_CHECKING:
    from mirrortheory.flows.matrix.trajectory import MatrixTrajectory


class _Settings(TypedDict, total=False):
    method: str | Solver
    digits: int | None
    rtol: float | None
    events: Sequence[Quantity]
    q: ArrayLike | None
    alpha: ArrayLike | None
    times: ArrayLike | None
    memory: float | None
    progress: Progress | None


_Number = float | str | Fraction


@overload
def simulate(flow: MatrixFlow, problem: Problem, initial: Any, t_end: Any, **settings: Unpack[_Settings]) -> MatrixTrajectory: ...


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
    flow: Flow | MatrixFlow,
    problem: Problem | Stack,
    initial: Any,
    t_end: Any,
    *,
    method: str | Solver = "auto",
    digits: int | None = None,
    rtol: float | None = None,
    events: Sequence[Quantity] = (),
    q: ArrayLike | None = None,
    alpha: ArrayLike | None = None,
    times: ArrayLike | None = None,
    memory: float | None = None,
    progress: Progress | None = None,
) -> Trajectory | BatchTrajectory | MatrixTrajectory:
    """Follow ``flow`` on ``problem`` from weights ``initial`` to time ``t_end``: one trajectory, or a batch of them.

    Args:
        flow: geometry with a rational q, reparameterization, decay with a rational rate; in a batch they may be symbols. For one
            trajectory the rate may depend on time. Or a ``MatrixFlow``, which takes a list of matrices as ``initial``, a method
            of its own, ``rtol`` and ``progress``, and no other setting: see :mod:`mirrortheory.flows.matrix.simulate_matrices`.
        problem: the loss; for a batch one for all, or a ``Stack`` with one for each trajectory.
        initial: weights, shape (depth, d), one imbalance per coordinate; d = 1 may be given as shape (depth,). Of a batch, shape
            (batch, depth, d).
        t_end: final time > 0, dimensionless.
        method: "auto", or the name of a solver (see :mod:`mirrortheory.flows.methods`), or a ``Solver``.
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
        The trajectory, with the error and how it was made, the method and why it was taken, and who refused before it. Blow-up
        and a start at a saddle are events, "blow-up" (the trajectory ends before it; ``error`` of the event is that of its time)
        and "saddle" (the weights stay). For a batch, a ``BatchTrajectory``: what cannot be followed ends with a reason, and the
        others go on. By "dop853" it is the same to the last bit whatever ``memory`` is.

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
    if isinstance(flow, MatrixFlow):
        from mirrortheory.flows.matrix.simulate_matrices import simulate_matrices  # here, so that other flows do without it

        absent: dict[str, Any] = {
            "digits": digits,
            "events": events or None,
            "q": q,
            "alpha": alpha,
            "times": times,
            "memory": memory,
        }
        return simulate_matrices(flow, problem, initial, t_end, method=method, rtol=rtol, progress=progress, absent=absent)
    must_be_a_flow(flow)
    if not isinstance(problem, Problem | Stack):
        remedy = "write Callables(value, gradient) for a loss of your own, or a Stack for a batch"
        raise InvalidArgument("problem", "one loss", type(problem).__name__, remedy)
    batch, watched = _axes(initial) == 3, must_be_watchable(events, flow)
    for name, setting in (("rtol", rtol), ("memory", memory)):
        if setting is not None and not isinstance(setting, int | float | np.number):
            raise InvalidArgument(name, "one number", setting, "write for example 1e-9" if name == "rtol" else "leave it out")
    if progress is not None and not callable(progress):
        raise InvalidArgument("progress", "a function of (done, whole)", progress, "write for example print")
    asked = methods.named(method)
    if batch:
        if watched:
            raise InvalidArgument("events", "absent for a batch", f"{len(watched)} of them", "follow the trajectories one by one")
        if flow.decay.varies:
            raise InvalidArgument("alpha", "constant in a batch", text_of(flow.decay.rate), "follow the trajectories one by one")
        together, finish = _together(asked, flow, problem, Request(digits, rtol))
        return simulate_batch(
            flow,
            problem,
            _doubles("initial", initial),
            _doubles("t_end", t_end),
            one=partial(simulate, method=method),
            together=together,
            asked=asked is not None,
            finish=finish,
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
    numbers_in(flow, in_time=True)
    request = Request(digits, rtol, watched, silent if progress is None else Ticker(progress, 1.0))
    if asked is None:
        taken, why, refused = methods.choose(flow, problem, request)
    else:
        methods.must_follow(asked, flow, problem, request)
        taken, why, refused = asked, "asked for", ()
    if digits is None and not taken.exact_start:
        initial, t_end = _doubles("initial", initial), _doubles("t_end", t_end)
    try:
        solution = taken.solve(flow, problem, initial, t_end, request)
    except NotSmooth as lost:
        if asked is not None or taken.fallback is None:
            raise
        refused, taken, why = (*refused, (taken.name, str(lost))), taken.fallback, f"{taken.name} failed: {lost}"
        try:
            solution = taken.solve(flow, problem, initial, t_end, replace(request, tick=silent))
        except NotSmooth:
            raise lost from None
    if not isinstance(solution, Solution):
        remedy = "let solve return a Solution"
        raise InvalidArgument(f"the result of {taken.name}", "a Solution", type(solution).__name__, remedy)
    if not taken.keeps_balances:
        solution = stationary(flow, problem, solution, _exact(initial) if taken.exact_start else None)
    solution = replace(solution, method=f"{solution.method}; {taken.name}: {why}")
    path = trajectory(flow, problem, solution, independent=not taken.keeps_balances, refused=refused)
    found = [event for k, one in enumerate(request.events) for event in changes(path, one, f"user {k}")]
    request.tick(1.0)
    return replace(path, events=tuple(sorted([*path.events, *found], key=lambda event: event.time))) if found else path


def _together(
    asked: Solver | None, flow: Flow, problem: Problem | Stack, request: Request
) -> tuple[BatchSolver | None, Solver | None]:
    """Return what follows the trajectories of a batch together, and what goes on alone past points that are not Lipschitz."""
    first = problem.problems[0] if isinstance(problem, Stack) else problem
    if isinstance(asked, BatchSolver):
        methods.must_follow(asked, flow, first, request)
    if request.digits is not None:
        return None, None
    if asked is not None:
        return (asked if isinstance(asked, BatchSolver) else None), None
    goes_on = methods.AUTO_FINISH.refuses(flow, first, request) is None
    return methods.AUTO_TOGETHER, methods.AUTO_FINISH if goes_on else None


def _axes(value: Any) -> int:
    """Return how deeply a start is nested; what is ragged is found later."""
    axes = 0
    while isinstance(value, list | tuple) and value:
        value, axes = value[0], axes + 1
    return axes + int(np.ndim(value))


def _exact(initial: Any) -> list[list[sympy.Rational]]:
    """Return a start of numbers, fractions or texts as exact rationals, shape (depth, d)."""
    table = np.array(initial, dtype=object)
    rows = (table[:, None] if table.ndim == 1 else table).tolist()
    return [[sympy.Rational(v) if isinstance(v, float) else rational(v, "initial") for v in row] for row in rows]


def _doubles(name: str, value: Any) -> Any:
    """Return numbers in double precision; text and fractions are exact, and for ``digits``."""
    if name == "t_end" and (isinstance(value, str | bytes) or np.ndim(value)):
        raise InvalidArgument(name, "one number", value, "write for example 2.0; a fraction is for digits")
    found = doubles(name, value, remedy="write numbers, or ask for digits")
    return found if found.ndim else float(found)
