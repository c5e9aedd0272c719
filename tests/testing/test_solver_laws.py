"""The laws of solvers: those of the package obey them, and each law tells a solver that has one fault."""

from dataclasses import replace

import numpy as np
import pytest
import sympy
from thinning import named

from mirrortheory import Coupled, Decoupled, Flow, InvalidArgument, Lq, Product, Quadratic, Scalar
from mirrortheory.errors import LawBroken, NotEvaluable, NotSmooth
from mirrortheory.evidence import Verdict
from mirrortheory.flows import Solver, methods
from mirrortheory.testing import SolverCase, check_solver
from mirrortheory.testing.closed_forms import closed_forms

TAYLOR = methods.named("taylor")
RAISES = "raises nothing but the package's errors"
LAWS = {
    RAISES,
    "refuses in words",
    "follows what it does not refuse",
    "shapes",
    "begins at the start",
    "dense output",
    "errors say something",
    "exact solution",
    "energy",
    "balances",
    "restarts",
}
OWN = SolverCase("two data", Flow(Lq(2), Product(2)), Quadratic([[1.0, 2.0], [0.0, 1.0]], [1.0, 1.0]), np.full((2, 2), 0.5), 0.5)
DECAYED = SolverCase("two decayed layers", Flow(Lq(2), Product(2), Decoupled("1/2")), OWN.problem, [[0.5, 0.5], [1.0, 0.25]], 0.5)


@pytest.mark.parametrize(
    "name", ["taylor", "exact", *(pytest.param(name, marks=pytest.mark.slow) for name in ("arcs", "dop853", "dual"))]
)
def test_solvers_of_the_package_obey_their_laws(name):
    report = check_solver(methods.named(name))
    assert {e.part for e in report.evidence} == LAWS
    assert {e.verdict for e in report.evidence} == {Verdict.SUPPORTED}


@pytest.mark.parametrize("name", ["taylor", pytest.param("dop853", marks=pytest.mark.slow)])
def test_cases_of_ones_own_are_held_against_another_solver(name):
    report = check_solver(methods.named(name), [OWN])
    assert {e.part for e in report.evidence} == LAWS | {"other solvers"}


class Bent(Solver):
    """Taylor's method on few flows, with a fault."""

    name, follows, promises = "bent", "few flows", "estimated"

    def __init__(self, **faults):
        self.faults = faults

    def refuses(self, flow, problem, request):
        if "refuses" in self.faults:
            return self.faults["refuses"]
        few = flow.reparam == Product(1) or (flow.reparam == Product(2) and problem.dimension == 2)
        followed = flow.geometry.exponent == 2 and few and not isinstance(flow.decay, Coupled)
        return TAYLOR.refuses(flow, problem, request) if followed else "it is for few layers at q = 2"

    def solve(self, flow, problem, start, t_end, request):
        faults = self.faults
        if "raises" in faults:
            raise faults["raises"]
        if "flow" in faults:
            flow = faults["flow"](flow)
        if "problem" in faults:
            problem = faults["problem"](problem)
        found = TAYLOR.solve(flow, problem, faults.get("start", lambda w: w)(start), t_end, request)
        return faults.get("solution", lambda s: s)(found)


X = sympy.Symbol("x", real=True)


def uphill(problem):
    """Minus the loss, where that is (x - 1)^2/2."""
    alone = isinstance(problem, Quadratic) and problem.Z.tolist() == problem.b[:, None].tolist() == [[1.0]]
    return Scalar(-((X - 1) ** 2) / 2) if alone else problem


def uncoupled(problem):
    """A loss without what couples two coordinates of one datum."""
    alone = isinstance(problem, Quadratic) and problem.Z.tolist() == [[1.0, 1.0]]
    return Quadratic(np.eye(2), [1.0, 1.0]) if alone else problem


def at_rest_early(s):
    """A solution that says after its second time that nothing moves any more."""
    return replace(s, t=s.t[:2], w=s.w[:2], error=s.error[:2], w_coarse=None, converged=True)


def shifted(by):
    """Weights that are off by a number after the start, at all times."""
    return lambda s: replace(s, w=s.w + by * (s.t > 0)[:, None, None], dense=lambda t: s.dense(t) + by * (t > 0))


FAULTS = {
    "a number for a reason": ({"refuses": 1}, {"refuses in words"}),
    "an empty reason": ({"refuses": ""}, {"refuses in words"}),
    "a reason of two lines": ({"refuses": "no,\nno"}, {"refuses in words"}),
    "no solution": ({"solution": lambda s: None}, {"follows what it does not refuse"}),
    "lost where it is smooth": ({"raises": NotSmooth("lost")}, {"follows what it does not refuse"}),
    "ends early": ({"solution": lambda s: replace(s, t=s.t / 2)}, {"shapes"}),
    "begins late": ({"solution": lambda s: replace(s, t=s.t + 1)}, {"shapes"}),
    "goes back": ({"solution": lambda s: replace(s, t=s.t[::-1])}, {"shapes"}),
    "no error": ({"solution": lambda s: replace(s, error=np.full_like(s.error, np.nan))}, {"shapes"}),
    "an error that falls": ({"solution": lambda s: replace(s, error=s.error[::-1] + s.t[::-1])}, {"shapes"}),
    "flat dense output": ({"solution": lambda s: replace(s, dense=lambda t: s.dense(t).ravel())}, {"shapes"}),
    "transposed": ({"solution": lambda s: replace(s, w=np.repeat(s.w, 2, axis=2))}, {"shapes"}),
    "another start": ({"start": lambda w: w + 1e-3}, {"begins at the start", "exact solution", "restarts"}),
    "dense output of a line": (
        {"solution": lambda s: replace(s, dense=lambda t: s.w[0] + (s.w[-1] - s.w[0]) * t / s.t[-1])},
        {"exact solution"},
    ),
    "dense output off the rows": ({"solution": lambda s: replace(s, dense=lambda t: s.dense(t) + 1e-6)}, {"dense output"}),
    "an error that is too small": ({"solution": shifted(1e-6)}, {"exact solution", "energy", "balances"}),
    "no decay": ({"flow": lambda f: Flow(f.geometry, f.reparam)}, {"exact solution", "energy", "balances"}),
    "another exponent": ({"flow": lambda f: Flow(Lq("199/100"), f.reparam, f.decay)}, {"exact solution", "energy"}),
    "another map": ({"flow": lambda f: Flow(f.geometry, f.reparam, Decoupled("1/10"))}, {"exact solution", "energy", "balances"}),
    "a rest that is none": ({"solution": at_rest_early}, {"exact solution"}),
    "a start that is written to": ({"start": lambda w: np.multiply(w, 2.0, out=w)}, {"follows what it does not refuse"}),
    "coordinates that do not feel each other": ({"problem": uncoupled}, {"exact solution"}),
    "wrong late": (
        {"solution": lambda s: replace(s, w=s.w + 1e-3 * (s.t[:, None, None] > 1.5))},
        {"exact solution", "dense output"},
    ),
    "uphill": ({"problem": uphill}, {"exact solution", "energy"}),
}


def at_the_end(error):
    """A solution whose dense output raises an error late."""

    def late(s):
        def dense(t):
            if t > 0.9 * s.t[-1]:
                raise error
            return s.dense(t)

        return replace(s, dense=dense)

    return late


class Unhappy(Bent):
    """It raises when it is asked whether it refuses, which no other case of this file does."""

    def refuses(self, flow, problem, request):
        if self.faults.get("refuses_at", flow.geometry.exponent) == flow.geometry.exponent:
            raise KeyError("q\nand more")
        return super().refuses(flow, problem, request)


@pytest.mark.parametrize(
    ("solver", "fault"),
    [
        (Bent(raises=ZeroDivisionError("division by zero")), "solve raises = ZeroDivisionError: division by zero"),
        (Bent(solution=lambda s: 1 / 0), "solve raises = ZeroDivisionError: division by zero"),
        (Bent(solution=at_the_end(IndexError("of\nrange"))), "dense raises = IndexError: of range"),
        (Bent(solution=at_the_end(InvalidArgument("t", "small", 1, "wait"))), "dense raises = InvalidArgument: t must be small"),
        (Unhappy(), "refuses raises = KeyError: 'q"),
        (Unhappy(refuses_at=2), "refuses raises = KeyError: 'q"),
    ],
    ids=["solve", "later", "dense", "dense, the package's", "refuses", "refuses some"],
)
def test_what_a_solver_raises_is_told_as_a_law_in_one_line(solver, fault):
    with pytest.raises(LawBroken) as raised:
        check_solver(solver, [DECAYED])
    (said,) = raised.value.broken
    assert said.startswith(f"{RAISES}: REFUTED at case = ")
    assert fault in said
    assert "\n" not in said
    assert not raised.value.open or "refuses_at" in solver.faults  # it then follows none of the cases, which is told beside


def test_the_smallest_case_at_which_a_solver_raises_is_told():
    """Two coordinates come before the one coordinate of half the time in the list of cases."""

    class Fussy(Bent):
        def solve(self, flow, problem, start, t_end, request):
            if np.size(start) == 2 or t_end == 0.5:
                raise ZeroDivisionError("division by zero")
            return super().solve(flow, problem, start, t_end, request)

        def refuses(self, flow, problem, request):
            return TAYLOR.refuses(flow, problem, request)

    with pytest.raises(LawBroken) as raised:
        check_solver(Fussy())
    (said,) = (said for said in raised.value.broken if said.startswith(RAISES))
    assert "case = 'q = 2, exp(w), f = -x'" in said


def test_errors_of_the_package_are_a_refusal_of_their_own_law():
    with pytest.raises(LawBroken) as raised:
        check_solver(Bent(raises=NotEvaluable("no value")))
    assert [said.partition(":")[0] for said in raised.value.broken] == ["follows what it does not refuse"]


SLOW = ("another exponent", "another map", "another start", "dense output of a line", "goes back", "an empty reason")


@pytest.mark.parametrize(("faults", "broken"), named(FAULTS, slow=SLOW))
def test_each_fault_is_told(faults, broken):
    with pytest.raises(LawBroken) as raised:
        check_solver(Bent(**faults), [DECAYED])
    found = {said.partition(":")[0] for said in raised.value.broken}
    assert broken <= found, raised.value
    assert all(": REFUTED at case = " in said for said in raised.value.broken)


def test_without_a_fault_it_passes():
    report = check_solver(Bent(), [DECAYED])
    assert {e.verdict for e in report.evidence} == {Verdict.SUPPORTED}


def test_a_fault_is_told_with_case_time_and_both_sides():
    with pytest.raises(LawBroken) as raised:
        check_solver(Bent(solution=shifted(1e-3)))
    (exact,) = [said for said in raised.value.broken if said.startswith("exact solution")]
    assert exact.startswith("exact solution: REFUTED at case = 'q = 2, one layer', t = ")
    assert "layer = 1, coordinate = 1, error = " in exact
    assert exact.count("lhs = ") == exact.count("rhs (exact) = ") == 1


def test_a_solver_that_forgets_where_it_was_is_told_by_a_restart():
    case = SolverCase("linear", Flow(Lq(2), Product(1)), Quadratic([[1.0]], [1.0]), [[0.5]], 1.0)
    with pytest.raises(LawBroken, match="restarts: REFUTED at case = 'q = 2, one layer', t = 1"):
        check_solver(Bent(start=lambda w: np.full_like(w, 0.25) if w.shape == (1, 1) else w), [case])


def test_a_solver_that_is_wrong_on_a_case_of_ones_own_is_told_by_another():
    wrong = Bent(problem=lambda p: Quadratic(p.Z, p.b + 0.01) if np.shape(getattr(p, "Z", ())) == (2, 2) and p.Z[0, 1] else p)
    with pytest.raises(LawBroken) as raised:
        check_solver(wrong, [OWN])
    assert any(said.startswith("other solvers: REFUTED at case = 'two data', t = 0.5") for said in raised.value.broken)
    assert not any(said.startswith("exact solution") for said in raised.value.broken)


def test_errors_that_let_everything_pass_are_no_pass():
    def vague(s):
        return replace(s, error=np.full_like(s.error, 10.0))

    with pytest.raises(LawBroken) as raised:
        check_solver(Bent(flow=lambda f: Flow(f.geometry, f.reparam), solution=vague))
    assert raised.value.broken == ()
    assert raised.value.open[0].startswith(
        "errors say something: UNDECIDED: q = 2, one layer: the stated error is 10 of weights up to"
    )
    assert check_solver(Bent(solution=vague), allow_open=True)["errors say something"] is Verdict.UNDECIDED


def test_a_solver_that_refuses_everything_is_no_pass():
    with pytest.raises(
        LawBroken, match="follows what it does not refuse: VACUOUS: it follows none of the cases; give some of its own"
    ):
        check_solver(Bent(refuses="it is tired"))


def test_what_is_no_solver_is_refused():
    class Nameless(Bent):
        name = None

    with pytest.raises(InvalidArgument, match="solver must be an instance of a Solver, got dop853; write"):
        check_solver("dop853")
    with pytest.raises(InvalidArgument, match="cases must be a sequence of SolverCase, got tuple; write SolverCase"):
        check_solver(Bent(), [(OWN.flow, OWN.problem, OWN.start)])
    with pytest.raises(InvalidArgument, match=r"initial must be of shape \(2, 2\), got \(2, 1\); give"):
        SolverCase("short", OWN.flow, OWN.problem, [[1.0], [1.0]], 1.0)
    with pytest.raises(InvalidArgument, match=r"Nameless.name must be a string, got None; write"):
        check_solver(Nameless())


def test_the_cases_are_all_followed_by_some_solver():
    for case in closed_forms():
        assert methods.choose(case.flow, case.problem, methods.Request())
