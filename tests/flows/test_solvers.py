"""The solvers as objects: what "auto" takes, what each refuses, a solver of one's own in one file, and their table."""

import ast
import importlib.util
import itertools
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import sympy

import mirrortheory
from mirrortheory import Coupled, Decoupled, Flow, Lq, NoDecay, Product, notation
from mirrortheory.errors import InvalidArgument, NotSmooth
from mirrortheory.flows import (
    BatchSolver,
    BatchTrajectory,
    Callables,
    Logistic,
    Quadratic,
    Request,
    Scalar,
    Solver,
    Trajectory,
    methods,
    simulate,
)
from mirrortheory.reparams import Exp, Mask, PowerDifference

X = sympy.Symbol("x")
QUADRATIC, SCALAR = Quadratic([[1.0]], [1.0]), Scalar((X - 1) ** 2 / 2)
PROBLEMS = (QUADRATIC, Logistic([[1.0]], [1]), SCALAR, Callables(lambda x: x @ x / 2, lambda x: x))
REPARAMS = {
    "product": Product(1),
    "product of three": Product(3),
    "power difference": PowerDifference(2),
    "exp": Exp(),
    "mask": Mask(),
}
DECAYS = {"none": NoDecay(), "decoupled": Decoupled("1/4"), "coupled": Coupled("1/4"), "coupled at rate 0": Coupled(0)}
NAMES = ("exact", "arcs", "dual", "dop853", "taylor", "heyoka")
LETTERS = {"exact": "e", "arcs": "a", "dual": "u", "dop853": "d", "taylor": "t"}

# What was taken before solvers were objects, by exponent, whether the map is a product and whether decay is coupled (rate > 0):
# for the four problems without digits and with 30; then, of a Quadratic and a Scalar without digits and with, which methods can be
# asked for (.), are refused as NotSmooth (N) or as InvalidArgument (I), in the order of NAMES. One class is another now: at q = 1
# "arcs" refuses what is no product as NotSmooth, as all others do.
CHOICES = {
    ("1", True, False): ("eaaaeaaa", "..NNNN N.NNNN ..NNNN N.NNNN"),
    ("1", True, True): ("aaaaaaaa", "N.NNNN N.NNNN N.NNNN N.NNNN"),
    ("1", False, None): ("IIIIIIII", "NNNNNN NNNNNN NNNNNN NNNNNN"),
    ("5/4", True, False): ("uuuutttt", "II.... II.... IIII.. IIII.."),
    ("5/4", True, True): ("ddddtttt", "III... III... IIII.. IIII.."),
    ("5/4", False, None): ("ddddtttt", "III... III... IIII.. IIII.."),
    ("3/2", True, False): ("uuuutttt", "II.... II.... IIII.. IIII.."),
    ("3/2", True, True): ("ddddtttt", "III... III... IIII.. IIII.."),
    ("3/2", False, None): ("ddddtttt", "III... III... IIII.. IIII.."),
    ("2", True, False): ("ddddtttt", "II.... II.... IIII.. IIII.."),
    ("2", True, True): ("ddddtttt", "III... III... IIII.. IIII.."),
    ("2", False, None): ("ddddtttt", "III... III... IIII.. IIII.."),
}


def taken(flow, problem, digits):
    try:
        return LETTERS[methods.choose(flow, problem, Request(digits))[0].name]
    except InvalidArgument:
        return "I"


def refusal(name, flow, problem, digits):
    try:
        methods.must_follow(methods.named(name), flow, problem, Request(digits))
    except InvalidArgument as error:
        assert "\n" not in str(error)
        return "I"
    except NotSmooth as error:
        assert "\n" not in str(error)
        return "N"
    return "."


@pytest.mark.parametrize(("q", "reparam", "decay"), list(itertools.product(("1", "5/4", "3/2", "2"), REPARAMS, DECAYS)))
def test_the_choice_is_what_it_was(q, reparam, decay):
    flow = Flow(Lq(q), REPARAMS[reparam], DECAYS[decay])
    is_product = isinstance(flow.reparam, Product)
    auto, asked = CHOICES[q, is_product, decay == "coupled" if is_product else None]
    assert "".join(taken(flow, problem, digits) for digits in (None, 30) for problem in PROBLEMS) == auto
    grid = [(problem, digits) for digits in (None, 30) for problem in (QUADRATIC, SCALAR)]
    assert " ".join("".join(refusal(name, flow, *entry) for name in NAMES) for entry in grid) == asked


@pytest.mark.parametrize(
    ("reparam", "decay", "problem", "taken"),
    [
        (Product(2), NoDecay(), QUADRATIC, "exact"),
        (Product(2), NoDecay(), SCALAR, "arcs"),
        (Product(2), Coupled("1/4"), QUADRATIC, "arcs"),
        (Product(2), Decoupled("1/4"), QUADRATIC, "exact"),
    ],
)
def test_the_choice_in_a_batch_is_what_it_was(reparam, decay, problem, taken):
    """Sign flows one by one, the others together; what may be followed once more by "dual" counts twice."""
    told, w = [], [[[0.5], [0.45]]] * 3
    path = simulate(
        Flow(Lq(notation.q), reparam, decay),
        problem,
        w,
        0.0625,
        q=[1, 1.5, 2],
        times=[0, 0.0625],
        progress=lambda *pair: told.append(pair),
    )
    assert f"; {taken}: " in path.method
    assert "DOP853, with steps of its own" in path.method
    assert told[-1] == ((3, 3) if decay == Coupled("1/4") else (5, 5))
    with pytest.raises(NotSmooth, match="sign flow"):
        simulate(Flow(Lq(notation.q), reparam, decay), problem, w, 0.0625, q=[1, 1.5, 2], method="dop853")
    given = simulate(Flow(Lq("3/2"), reparam, decay), problem, w, 0.0625, times=[0, 0.0625], digits=30)
    assert given.method.endswith("taylor: digits are asked for")


def test_a_batch_tells_its_end_also_when_nothing_is_followed_again():
    told = []
    simulate(Flow(Lq("3/2"), Product(2)), QUADRATIC, [[[0.5], [0.4]]], 0.1, progress=lambda *pair: told.append(pair))
    assert told[-1] == (2, 2)


# What is kept of the choice -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", [".npz", ".json"])
def test_refusals_are_kept_and_saved(tmp_path, ending):
    path = simulate(Flow(Lq("3/2"), PowerDifference(2)), QUADRATIC, [0.5, 0.25], 0.1)
    assert path.method.endswith("; dop853: a smooth stretch of a flow without balances to use")
    assert [name for name, _ in path.refused] == ["exact", "arcs", "dop853", "dual"]
    assert dict(path.refused)["dual"].startswith("it needs a Product with no or decoupled decay, not ")
    path.save(tmp_path / f"path{ending}")
    assert Trajectory.load(tmp_path / f"path{ending}").refused == path.refused
    assert simulate(Flow(Lq(2), Product(2)), QUADRATIC, [0.5, 0.25], 0.1, method="dual").refused == ()


@pytest.mark.parametrize("ending", [".npz", ".json"])
def test_refusals_of_a_batch_are_kept_and_saved(tmp_path, monkeypatch, ending):
    monkeypatch.setitem(sys.modules, "heyoka", None)
    paths = simulate(Flow(Lq(notation.q), Product(2)), SCALAR, [[[0.5], [0.25]]] * 2, 0.1, q=[1, 2])
    assert dict(paths.refused)["exact"].startswith("sign flow (q = 1) is discontinuous, and not followed for Scalar, ")
    mixed = simulate(Flow(Lq(2), Product(2)), SCALAR, [[[0.5], [0.25]]], 0.1)
    assert mixed.refused == (("heyoka", "heyoka is not installed"),)
    for batch in (paths, mixed):
        batch.save(tmp_path / f"batch{ending}")
        assert BatchTrajectory.load(tmp_path / f"batch{ending}").refused == batch.refused


def test_a_solver_that_is_lost_is_among_those_that_refused():
    path = simulate(Flow(Lq("3/2"), Product(4)), Scalar(-X), [0.5] * 4, 99.0)
    assert "; dop853: dual failed: " in path.method
    assert path.refused[-1][0] == "dual"
    assert path.independent


def test_where_all_refuse_each_says_why():
    with pytest.raises(InvalidArgument, match="flow must be one that a solver follows, got q = 1, .*dual: sign flow") as error:
        simulate(Flow(Lq(1), PowerDifference(2)), QUADRATIC, [0.5, 0.25], 1.0)
    assert "\n" not in str(error.value)


# A solver of one's own ------------------------------------------------------------------------------------------------

EULER = '''"""Euler's method: one new file, which imports what is public."""

import numpy as np

from mirrortheory.flows import Solution, Solver
from mirrortheory.flows.field import effective_parameter, vector_field


class Euler(Solver):
    name, follows, promises = "euler", "q = 2, any map", "estimated: the difference from steps twice as long"

    def refuses(self, flow, problem, request):
        if request.digits is not None:
            return "Euler's method gives no digits"
        return None if flow.geometry.exponent == 2 else "Euler's method is for q = 2"

    def solve(self, flow, problem, start, t_end, request):
        start = np.reshape(start, (len(flow.weights), -1))
        x, field, steps = effective_parameter(flow), vector_field(flow), 2**14

        def run(steps):
            w, rows = start, [start]
            for k in range(steps):
                w = w + t_end / steps * field(w, problem.slope(x(w)))
                rows.append(w)
                request.tick((k + 1) / steps)
            return np.array(rows)

        fine, rough = run(steps)[::2], run(steps // 2)
        spread, t = np.abs(fine - rough).max(axis=(1, 2)), np.linspace(0.0, t_end, len(rough))

        def dense(time):
            return np.array([[np.interp(time, t, fine[:, i, j]) for j in range(start.shape[1])] for i in range(len(start))])

        every = slice(None, None, 2**8)
        error = np.maximum.accumulate(2 * spread)[every] + 1e-9
        return Solution(t[every], fine[every], error, "estimated: twice that difference", "Euler", dense)
'''


@pytest.fixture
def euler(tmp_path):
    (tmp_path / "euler.py").write_text(EULER, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("euler", tmp_path / "euler.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Euler()


def test_a_solver_of_ones_own_is_one_new_file(euler):
    flow, told = Flow(Lq(2), Product(2)), []
    path = simulate(
        flow, QUADRATIC, [0.5, 0.25], 1.0, method=euler, events=[flow.weights[0] - 0.6], progress=lambda *p: told.append(p)
    )
    exact = simulate(flow, QUADRATIC, [0.5, 0.25], 1.0)
    assert path.method == "Euler; euler: asked for"
    assert path.independent
    assert (np.abs(path.w - exact.at(path.t)).max(axis=(1, 2)) <= path.error + exact.error[-1] + 2 * exact.dense.error).all()
    assert [event.kind for event in path.events] == ["user 0"]
    assert path.invariants()[0].holds
    assert told[-1] == (1.0, 1.0)


def test_a_solver_of_ones_own_follows_a_batch_one_by_one(euler):
    paths = simulate(Flow(Lq(2), Product(2)), QUADRATIC, [[[0.5], [0.25]], [[0.75], [0.5]]], 1.0, method=euler)
    assert paths.reasons == ("", "")
    assert paths.method == "Euler; euler: asked for"


@pytest.mark.parametrize(
    ("q", "settings", "error", "message"),
    [
        ("3/2", {}, InvalidArgument, "method must be another for this flow, got euler, q = 3/2, .*; Euler's method is for q = 2"),
        (1, {}, NotSmooth, "Euler's method is for q = 2"),
        (
            2,
            {"digits": 5},
            InvalidArgument,
            "digits must be absent for euler, which proves none, got 5; leave out method, or digits",
        ),
    ],
)
def test_a_solver_of_ones_own_refuses_in_one_line(euler, q, settings, error, message):
    with pytest.raises(error, match=message):
        simulate(Flow(Lq(q), Product(2)), QUADRATIC, [0.5, 0.25], 1.0, method=euler, **settings)


@pytest.mark.parametrize("method", [3, None, Solver, ["auto"]])
def test_what_is_no_solver_is_no_method(method):
    with pytest.raises(InvalidArgument, match="method must be one of auto, dop853, .*; leave it out, or take one of these"):
        simulate(Flow(Lq(2), Product(2)), QUADRATIC, [0.5, 0.25], 1.0, method=method)


def test_a_solver_without_a_name_is_told_what_to_write():
    class Nameless(Solver):
        follows, promises = "all flows", "estimated"

        def refuses(self, flow, problem, request): ...

        def solve(self, flow, problem, start, t_end, request): ...

    with pytest.raises(InvalidArgument, match='Nameless.name must be a string, got None; write for example name = "mine"'):
        simulate(Flow(Lq(2), Product(2)), QUADRATIC, [0.5, 0.25], 1.0, method=Nameless())


# The contract ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("solver", methods.SOLVERS, ids=lambda solver: solver.name)
def test_a_solver_is_final_and_says_what_it_does(solver):
    cls = type(solver)
    assert set(cls.__mro__[1:-2]) <= {Solver, BatchSolver, *Solver.__mro__}
    assert solver.name in NAMES
    assert solver.follows.startswith(("q = 1", "1 < q <= 2"))
    assert any(word in solver.promises for word in ("estimated", "proved"))
    assert methods.named(solver.name) is not None


def test_nothing_is_decided_by_the_name_of_a_solver():
    """Outside of the solvers themselves no name is compared with, or is a key."""
    package = Path(mirrortheory.__file__).parent
    for path in [
        *(package / "flows").glob("*.py"),
        *(package / "flows" / "batch").glob("*.py"),
        *(package / "report").glob("*.py"),
    ]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Compare):
                texts = {leaf.value for leaf in ast.walk(node) if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str)}
                assert not texts & {*NAMES, "auto"}, f"{path.name}, line {node.lineno}"


def test_the_help_of_simulate_names_each_solver_and_its_promise():
    run = subprocess.run(
        [sys.executable, "-m", "mirrortheory", "simulate", "--help"], capture_output=True, text=True, check=True, timeout=120
    )
    shown = "".join(run.stdout.split())
    for solver in methods.SOLVERS:
        assert "".join(f"{solver.name}{solver.follows}({solver.promises})".split()) in shown
