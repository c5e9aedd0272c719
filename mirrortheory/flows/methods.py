"""The solvers of this package: the order in which "auto" asks them, what is taken, and their table.

"auto" takes the first of ``AUTO`` that does not refuse. "exact", "arcs" and "dual" keep the balances by their construction: a test
of a balance law takes "dop853", which knows of none. In a batch, "auto" follows trajectories with q > 1 together: by the compiled
series where q = 2, heyoka is installed and knows the flow, and no weight is small at the start; else by DOP853 on columns. Those
that come to a point where the field is not Lipschitz are followed by "dual" once more where it can, and sign flows one by one.
"""

from __future__ import annotations

from dataclasses import replace

from mirrortheory.errors import InvalidArgument, NotSmooth
from mirrortheory.flows.problems import Problem
from mirrortheory.flows.sign.polynomial.solver import Exact
from mirrortheory.flows.sign.smooth.solver import Arcs
from mirrortheory.flows.smooth.dop853_solver import Dop853
from mirrortheory.flows.smooth.dual_solver import Dual
from mirrortheory.flows.smooth.heyoka_solver import Heyoka
from mirrortheory.flows.smooth.taylor_solver import Taylor
from mirrortheory.flows.solver import BatchSolver, Request, Solver
from mirrortheory.theory import Flow

SOLVERS: tuple[Solver, ...] = (Dop853(), Dual(), Taylor(), Heyoka(), Exact(), Arcs())

# Each with why it is taken once those before it have refused.
AUTO: tuple[tuple[Solver, str], ...] = (
    (Exact(), "sign flow, by polynomial arcs"),
    (Arcs(), "sign flow without polynomial arcs"),
    (Dop853(only_lipschitz=True), "q = 2, smooth"),
    (Dual(), "the field is not Lipschitz at 0 for q < 2"),
    (Dop853(), "a smooth stretch of a flow without balances to use"),
    (Taylor(), "digits are asked for"),
)
AUTO_TOGETHER: BatchSolver = Heyoka(only_regular=True)
AUTO_FINISH: Solver = Dual()  # in a batch, past the points where the field is not Lipschitz

Refusals = tuple[tuple[str, str], ...]


def named(method: str | Solver) -> Solver | None:
    """Return the solver that a user asks for, or None for "auto".

    Raises:
        InvalidArgument: for another name, or a solver that does not say what it is called.
    """
    if isinstance(method, Solver):
        for fact in ("name", "follows", "promises"):
            if not isinstance(getattr(method, fact, None), str):
                wrong = getattr(method, fact, None)
                raise InvalidArgument(f"{type(method).__name__}.{fact}", "a string", wrong, f'write for example {fact} = "mine"')
        return method
    known: dict[object, Solver | None] = {"auto": None, **{solver.name: solver for solver in SOLVERS}}
    if not isinstance(method, str) or method not in known:
        raise InvalidArgument("method", f"one of {', '.join(map(str, known))}", method, "leave it out, or take one of these")
    return known[method]


def choose(flow: Flow, problem: Problem, request: Request) -> tuple[Solver, str, Refusals]:
    """Return the solver that "auto" takes, why, and those that refused before it, each with its reason.

    Raises:
        InvalidArgument: when all refuse.

    >>> from mirrortheory import Lq, Product
    >>> from mirrortheory.flows import Quadratic
    >>> solver, why, refused = choose(Flow(Lq("3/2"), Product(2)), Quadratic([[1.0]], [1.0]), Request())
    >>> solver.name, why
    ('dual', 'the field is not Lipschitz at 0 for q < 2')
    >>> refused[-1]
    ('dop853', 'the field is not Lipschitz where a gradient vanishes for q = 3/2')
    """
    refused: dict[str, str] = {}
    for solver, why in AUTO:
        reason = solver.refuses(flow, problem, request)
        if reason is None:
            return solver, why, tuple(refused.items())
        refused[solver.name] = reason
    reasons = "; ".join(f"{name}: {reason}" for name, reason in refused.items())
    what = f"q = {flow.geometry.exponent}, {flow.reparam}, {flow.decay}"
    raise InvalidArgument("flow", "one that a solver follows", what, f"all refuse it ({reasons})")


def must_follow(solver: Solver, flow: Flow, problem: Problem, request: Request) -> None:
    """Refuse what a solver that was asked for refuses.

    Raises:
        NotSmooth: for sign flow, which is discontinuous.
        InvalidArgument: for other flows, and for digits that it does not give.
    """
    reason = solver.refuses(flow, problem, request)
    if reason is None:
        return
    if request.digits is not None and solver.refuses(flow, problem, replace(request, digits=None)) is None:
        remedy = "leave out method, or digits"
        raise InvalidArgument("digits", f"absent for {solver.name}, which proves none", request.digits, remedy)
    if flow.geometry.exponent == 1:
        raise NotSmooth(reason)
    what = f"{solver.name}, q = {flow.geometry.exponent}, {flow.reparam}, {flow.decay}"
    remedy = f'{reason}: leave out method, or write "dop853" on smooth stretches'
    raise InvalidArgument("method", "another for this flow", what, remedy)


def table() -> str:
    """Return the table of solvers as Markdown."""
    why: dict[str, str] = {}
    for solver, reason in AUTO:
        why[solver.name] = f"{why[solver.name]}; or {reason}" if solver.name in why else reason
    rows = ['| method | follows | its error is | "auto" takes it for |', "|---|---|---|---|"]
    for solver in SOLVERS:
        rows.append(f"| `{solver.name}` | {solver.follows} | {solver.promises} | {why.get(solver.name, 'nothing: ask for it')} |")
    return "\n".join(rows)


__doc__ = f"{__doc__}\n{table()}\n"
