"""The laws of a solver of your own: what it refuses, what it returns, and whether its stated errors are true.

What can be seen from outside, on flows with a closed form and on cases of yours: a solver that passes has made no mistake there.
Each law is one entry of the report, SUPPORTED on the cases that it was seen on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

import numpy as np

from mirrortheory.errors import InvalidArgument, MirrorTheoryError, shown
from mirrortheory.evidence import Evidence, Verdict
from mirrortheory.flows import methods
from mirrortheory.flows.problems import Array
from mirrortheory.flows.result.solution import Solution
from mirrortheory.flows.result.trajectory import Trajectory
from mirrortheory.flows.simulate import simulate
from mirrortheory.flows.solver import Request, Solver
from mirrortheory.testing.closed_forms import SolverCase, closed_forms
from mirrortheory.testing.guarded import Guarded, Raised
from mirrortheory.testing.paths import Path, energy_departure, gradient, growth
from mirrortheory.testing.report import LawReport, judged

_EPS = float(np.finfo(float).eps)
_ROUNDING = 64 * _EPS  # of a weight that was computed, and of a closed form
_VAGUE = 1e-2  # of the largest weight: a larger error lets nearly everything pass
_MOST_GROWTH = 600.0  # so that exp of it does not overflow
_SIGN_EVENTS = 10.0  # by how much the time of an event may move errors, in a sign flow

Fault = dict[str, str] | None
_Found = TypeVar("_Found")


def check_solver(solver: Solver, cases: Sequence[SolverCase] = (), *, allow_open: bool = False) -> LawReport:
    """Check the laws that every solver obeys, on the flows with a closed form that it does not refuse, and on cases of yours.

    =======================================  ================================================================================
    raises nothing but the package's errors  no method raises an error that is none of the package's, such as a ZeroDivisionError
    refuses in words                         ``refuses`` gives one line, or None; ``simulate`` says that line
    follows what it does not refuse          ``solve`` returns a Solution, and leaves the start as it is
    shapes                                   increasing times from 0 to the end, weights and errors for each, errors that never fall
    begins at the start                      the first row is the start
    dense output                             meets the rows
    errors say something                     no stated error is above a hundredth of the weights; else the laws below are left open
    exact solution                           rows, what lies between, and a rest that is reported, are within the stated error of it
    other solvers                            without an exact solution: it agrees with one of the package, within both errors
    energy                                   the loss falls at the integral of <gradient, -dw/dt>, and never rises without decay
    balances                                 first integrals follow the law of the decay, see ``Trajectory.invariants``
    restarts                                 a run to t/2 and a run from there end where one run does (at a constant decay)
    =======================================  ================================================================================

    Args:
        solver: an instance of your class.
        cases: flows of yours, beside those of :func:`mirrortheory.testing.closed_forms.closed_forms`.
        allow_open: whether a law that was seen nowhere may stay.

    Returns:
        The verdict on each law; SUPPORTED is the strongest.

    Raises:
        LawBroken: with each law that fails, and the case, time and numbers; and for a solver that follows none of the cases.
        InvalidArgument: for no solver, or one that does not say what it is called.

    >>> from mirrortheory.flows import methods
    >>> print(check_solver(methods.named("taylor")))
    taylor obeys 11 laws: 11 SUPPORTED
    """
    if not isinstance(solver, Solver):
        raise InvalidArgument("solver", "an instance of a Solver", solver, "write for example check_solver(Mine())")
    methods.named(solver)
    for case in cases:
        if not isinstance(case, SolverCase):
            remedy = "write SolverCase(name, flow, problem, start, t_end)"
            raise InvalidArgument("cases", "a sequence of SolverCase", type(case).__name__, remedy)
    watch, guarded, every = _Watch(), Guarded(solver), (*closed_forms(), *cases)
    refusals = watch.over(every, lambda case: _refusal(guarded, case))
    evidence = [_seen("refuses in words", refusals)] if refusals else []
    followed: dict[SolverCase, _Run] = {}
    if evidence and evidence[0].verdict is Verdict.SUPPORTED:
        taken = [case for case in every if case not in watch.raised and _refuses(guarded, case) is None]
        attempts = watch.over(taken, lambda case: _attempt(guarded, case))
        followed = {case: run for case, run in attempts if isinstance(run, _Run)}
        failed = [(case, None if isinstance(run, _Run) else run) for case, run in attempts]
        if failed or not watch.raised:
            evidence.append(_seen("follows what it does not refuse", failed))
    for law, look in _LAWS.items():
        sound = [case for case, run in followed.items() if (law == "shapes" or not run.malformed) and _applies(law, run)]
        found = watch.over(sound, lambda case, look=look: look(followed[case]))  # type: ignore[misc]
        if found:
            evidence.append(_seen(law, found))
    by_size = sorted(every, key=lambda case: (case.start.size, case.t_end))
    evidence.insert(0, _seen("raises nothing but the package's errors", [(case, watch.raised.get(case)) for case in by_size]))
    return judged(solver.name, evidence, allow_open=allow_open)


@dataclass
class _Watch:
    """What a solver raised that is none of the package's errors, on each case where it did."""

    raised: dict[SolverCase, dict[str, str]] = field(default_factory=dict)

    def over(self, cases: Iterable[SolverCase], look: Callable[[SolverCase], _Found]) -> list[tuple[SolverCase, _Found]]:
        """Return what is seen on each case, but for those where the solver raises such an error."""
        found = []
        for case in cases:
            try:
                found.append((case, look(case)))
            except Raised as error:
                self.raised.setdefault(case, error.fault)
        return found


@dataclass
class _Run:
    """A case that was followed, by ``solve`` alone; and by ``simulate`` when that is asked for."""

    solver: Guarded
    case: SolverCase
    solution: Solution
    malformed: bool = field(init=False)

    def __post_init__(self) -> None:
        self.malformed = _shapes(self) is not None

    @cached_property
    def trajectory(self) -> Trajectory:
        case = self.case
        found: Trajectory = simulate(case.flow, case.problem, case.start, case.t_end, method=self.solver)
        return found

    @cached_property
    def path(self) -> Path:
        return Path.of(self.trajectory)

    @property
    def size(self) -> float:
        return max(1.0, float(np.abs(self.solution.w).max()))


def _refuses(solver: Guarded, case: SolverCase) -> str | None:
    return solver.refuses(case.flow, case.problem, Request())


def _refusal(solver: Guarded, case: SolverCase) -> Fault:
    reason = _refuses(solver, case)
    if reason is None:
        return None
    if not isinstance(reason, str) or not reason.strip() or "\n" in reason:
        return {"refuses gives": shown(repr(reason)), "instead of": "one line, or None"}
    try:
        simulate(case.flow, case.problem, case.start, case.t_end, method=solver)
    except MirrorTheoryError as error:
        return None if reason in str(error) else {"simulate says": str(error), "instead of": reason}
    return {"simulate": "follows it", "refuses gives": reason}


def _attempt(solver: Guarded, case: SolverCase, start: Array | None = None, end: float | None = None) -> _Run | dict[str, str]:
    """Return what a solver makes of a case, from another start or to another end when they are given; or why it does not go."""
    begin = case.start if start is None else start
    given = begin.copy()
    try:
        solution = solver.solve(case.flow, case.problem, given, case.t_end if end is None else end, Request())
    except MirrorTheoryError as error:
        return {"solve raises": f"{type(error).__name__}: {error}"}
    if not np.array_equal(given, begin):
        return {"solve changes": "the start that it is given"}
    if not isinstance(solution, Solution):
        return {"solve returns": type(solution).__name__, "instead of": "a Solution"}
    return _Run(solver, case, solution)


def _applies(law: str, run: _Run) -> bool:
    if law == "exact solution":
        return run.case.exact is not None
    if law == "other solvers":
        return run.case.exact is None
    return law not in ("restarts", "energy") or not run.case.flow.decay.varies


def _shapes(run: _Run) -> Fault:
    found, case = run.solution, run.case
    shape = case.start.shape
    if not len(found.t):
        return {"times": "none"}
    if found.w.shape[1:] != shape:
        return {"shape of w": str(found.w.shape), "instead of": f"({len(found.t)}, {shape[0]}, {shape[1]})"}
    if not (np.isfinite(found.t).all() and np.isfinite(found.w).all()):
        return {"t or w": "not finite"}
    if found.t[0] != 0 or not (np.diff(found.t) > 0).all():
        return {"times": "do not increase from 0"}
    stopped = found.converged or any(event.kind == "blow-up" for event in found.events)
    if not stopped and abs(found.t[-1] - case.t_end) > _ROUNDING * case.t_end:
        return {"last time": f"{found.t[-1]:g}", "instead of": f"{case.t_end:g}"}
    if not (np.isfinite(found.error).all() and (found.error >= 0).all()):
        return {"errors": "negative, or not finite"}
    if not (np.diff(found.error) >= 0).all():
        return {"errors": "fall; each is the largest so far"}
    between = np.shape(found.dense(float(found.t[-1]) / 2))
    return None if between == shape else {"shape of dense(t)": str(between), "instead of": str(shape)}


def _start(run: _Run) -> Fault:
    return _apart(run, 0.0, run.solution.w[0], run.case.start, float(run.solution.error[0]), "start")


def _dense(run: _Run) -> Fault:
    found = run.solution
    for t, w, error in zip(found.t, found.w, found.error, strict=True):
        if fault := _apart(run, float(t), np.asarray(found.dense(float(t))), w, float(error), "row"):
            return fault
    return None


def _exact(run: _Run) -> Fault:
    assert run.case.exact is not None
    found = run.solution
    middles = (found.t[1:] + found.t[:-1]) / 2
    seen = [(float(t), w, float(e)) for t, w, e in zip(found.t, found.w, found.error, strict=True)]
    seen += [(float(t), np.asarray(found.dense(float(t))), float(e)) for t, e in zip(middles, found.error[1:], strict=True)]
    if found.converged and found.t[-1] < run.case.t_end:  # it says that nothing moves from there on
        seen.append((run.case.t_end, found.w[-1], float(found.error[-1])))
    for t, w, error in sorted(seen, key=lambda entry: entry[0]):
        if fault := _apart(run, t, w, run.case.exact(t), error, "exact"):
            return fault
    return None


def _others(run: _Run) -> Fault:
    case, found = run.case, run.solution
    for other in methods.SOLVERS:
        if type(other) is type(run.solver.solver) or other.refuses(case.flow, case.problem, Request()) is not None:
            continue
        second = _attempt(Guarded(other), case)
        if isinstance(second, _Run):
            last = float(min(found.t[-1], second.solution.t[-1]))
            w, v = (np.asarray(run_.solution.dense(last)) for run_ in (run, second))
            return _apart(run, last, w, v, float(found.error[-1] + second.solution.error[-1]), other.name)
    return {"open": "no other solver follows it"}


def _vague(run: _Run) -> Fault:
    error = float(run.solution.error[-1])
    return {"open": f"the stated error is {error:.2g} of weights up to {run.size:.3g}"} if error > _VAGUE * run.size else None


def _energy(run: _Run) -> Fault:
    case, path = run.case, run.trajectory
    far = energy_departure(case.flow, case.problem, run.path)
    if not far <= 1:
        return {"departure": f"{far:.3g} times what the error allows"}
    if case.flow.decay.rate != 0:
        return None
    force = gradient(case.flow, case.problem)
    push = max(float(np.abs(force(w)).sum()) for w in path.w)
    rise = np.diff(path.loss) - 2 * push * path.error[1:] - _ROUNDING * np.maximum(1.0, np.abs(path.loss[1:]))
    k = int(rise.argmax()) if len(rise) else 0
    if len(rise) and rise[k] > 0:
        return {"t": f"{path.t[k + 1]:.6g}", "loss": f"{path.loss[k + 1]:.10g}", "loss before": f"{path.loss[k]:.10g}"}
    return None


def _balances(run: _Run) -> Fault:
    for found in run.trajectory.invariants():
        if found.holds is False:
            assert found.predicted is not None
            far = np.abs(found.values - found.predicted) - found.error
            k = int(far.max(axis=1).argmax())
            j = int(far[k].argmax())
            sides = {"lhs": f"{found.values[k, j]:.10g}", "rhs": f"{found.predicted[k, j]:.10g}"}
            return {"t": f"{run.trajectory.t[k]:.6g}", "balance": found.name, **sides, "allowed": f"{found.error[k, j]:.2g}"}
    return None


def _restarts(run: _Run) -> Fault:
    case, found = run.case, run.solution
    half = case.t_end / 2
    first = _attempt(run.solver, case, end=half)
    if not isinstance(first, _Run):
        return {"t": f"{half:g}", **first}
    second = _attempt(run.solver, case, start=first.solution.w[-1], end=half)
    if not isinstance(second, _Run):
        return {"from t": f"{half:g}", **second}
    if case.flow.geometry.exponent == 1:
        parting = _SIGN_EVENTS  # weights move at speed one whatever they are: errors stay, and an event moves by their size
    else:
        parting = float(np.exp(min(growth(case.flow, case.problem, run.path) * half, _MOST_GROWTH)) * np.sqrt(found.w[0].size))
    error = float(parting * first.solution.error[-1] + second.solution.error[-1] + found.error[-1])
    if error > _VAGUE * run.size:
        return {"open": f"near solutions part by a factor of {parting:.2g}, so that two runs are not seen to differ"}
    return _apart(run, case.t_end, second.solution.w[-1], found.w[-1], error, "in one run")


def _apart(run: _Run, t: float, w: Array, true: Array, error: float, name: str) -> Fault:
    """Return where two values of the weights are further from each other than they may be, entry by entry."""
    gap = np.abs(w - true)
    if (gap <= error + _ROUNDING * run.size).all():
        return None
    i, j = np.unravel_index(int(gap.argmax()), gap.shape)
    sides = {"lhs": f"{w[i, j]:.12g}", f"rhs ({name})": f"{true[i, j]:.12g}"}
    return {"t": f"{t:.6g}", "layer": str(i + 1), "coordinate": str(j + 1), **sides, "error": f"{error:.2g}"}


_LAWS: dict[str, Callable[[_Run], Fault]] = {
    "shapes": _shapes,
    "begins at the start": _start,
    "dense output": _dense,
    "errors say something": _vague,
    "exact solution": _exact,
    "other solvers": _others,
    "energy": _energy,
    "balances": _balances,
    "restarts": _restarts,
}


def _seen(law: str, found: Sequence[tuple[SolverCase, Fault]]) -> Evidence:
    """Return the evidence on a law from what was found on each case; the first fault is the witness."""
    for case, fault in found:
        if fault is not None and "open" not in fault:
            return Evidence("simulated", Verdict.REFUTED, law, "", {"case": repr(case.name), **fault})
    still = [f"{case.name}: {fault['open']}" for case, fault in found if fault is not None]
    if still:
        return Evidence("simulated", Verdict.UNDECIDED, law, still[0])
    if not found:
        return Evidence("simulated", Verdict.VACUOUS, law, "it follows none of the cases; give some of its own as cases=[..]")
    return Evidence("simulated", Verdict.SUPPORTED, law, f"on {len(found)} cases")
