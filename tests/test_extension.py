"""What a user adds stands in one new file: a reparameterization, a decay and a theorem, each written into a temporary folder.

They import public names only, and no file of the package is edited.
"""

import ast
import importlib.util
from pathlib import Path

import numpy as np
import pytest
import sympy

import mirrortheory
from mirrortheory import (
    POSITIVE,
    REALS,
    Claim,
    Domain,
    Flow,
    Identity,
    Lq,
    MirrorTheoryError,
    NoDecay,
    Product,
    Quadratic,
    Scalar,
    Separable,
    Verdict,
    derive,
    simulate,
)
from mirrortheory.bias import bregman_projection
from mirrortheory.check import examine, find, load
from mirrortheory.flows import SignDescent, Solution, Solver, descend
from mirrortheory.laws import flow_laws, reparam_laws
from mirrortheory.laws.axioms import legendre

CUBE = (Path(__file__).parent / "testing" / "toy" / "toy_mirrors" / "cube.py").read_text(encoding="utf-8")

ABSOLUTE = '''
"""The decay of an absolute value: dw/dt = -(phi(gradient) + alpha sign(w))."""

from dataclasses import dataclass

import sympy

from mirrortheory import RateDecay


@dataclass(frozen=True)
class Absolute(RateDecay):
    """Decay at a constant speed alpha."""

    def link_argument(self, gradient, weight):
        return gradient

    def pull(self, weight):
        return self.alpha * sympy.sign(weight)
'''

THEOREM = r'''
r"""The balance of two layers is conserved by gradient flow, with any factor before the product.

.. math:: \frac{d}{dt} (u^2 - v^2) = 0
"""

import sympy

from mirrortheory import Claim, Flow, Identity, Lq, Separable

CLAIM = Claim("balance_is_conserved_with_a_factor", r"\frac{d}{dt} (u^2 - v^2) = 0", source="a test", scope="q = 2")
u, v = sympy.symbols("u v", positive=True)


def check(power=2):
    flow = Flow(Lq(2), Separable(3 * u * v, (u, v)))
    yield Identity(flow.derivative(u**power - v**power), 0, on=flow.domain())


MUTANTS = {"another power": {"power": 3}}
'''


@pytest.fixture
def written(tmp_path):
    """Write one file into a folder of its own, which imports public names only, and return its path."""

    def write(name, text):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ImportFrom) and node.module.startswith("mirrortheory"):
                assert node.module == "mirrortheory"
                assert {alias.name for alias in node.names} <= set(mirrortheory.__all__)
        path = tmp_path / f"{name}.py"
        path.write_text(text.lstrip(), encoding="utf-8")
        return path

    return write


def loaded(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_reparameterization_of_ones_own_is_checked_derived_and_simulated(written):
    cube = loaded(written("cube", CUBE)).Cube()
    flow = Flow(Lq(2), cube)
    laws = [*reparam_laws(cube), *flow_laws(flow)]
    assert {law.examine(seed=0).verdict for law in laws} == {Verdict.PROVED}
    x = sympy.Symbol("x", positive=True)
    assert sympy.simplify(derive(flow).potential.hessian - (3 * x) ** sympy.Rational(-4, 3)) == 0
    path = simulate(flow, Scalar((x - 1) ** 2 / 2), [[1.0]], 2.0)  # w' = -w^2 (w^3/3 - 1)
    assert path.x[0, 0] == pytest.approx(1 / 3)
    assert 0.9 < path.x[-1, 0] < 1


def test_a_decay_of_ones_own_enters_the_flow(written):
    absolute = loaded(written("absolute", ABSOLUTE)).Absolute
    flow = Flow(Lq(2), Product(2), absolute("1/2"))
    first, second = flow.weights
    balance = first**2 - second**2
    assert sympy.simplify(flow.derivative(balance).doit() + abs(first) - abs(second)) == 0
    assert Flow(Lq(2), Product(2), absolute(0)).velocity == Flow(Lq(2), Product(2), NoDecay()).velocity
    with pytest.raises(mirrortheory.InvalidArgument, match="alpha must be an exact rational >= 0, got -1"):
        absolute(-1)


def test_a_theorem_of_ones_own_is_checked(written):
    path = written("balance_is_conserved_with_a_factor", THEOREM)
    assert find(path.parent) == [path]
    outcome = examine(load(path))
    assert outcome.verdict is Verdict.PROVED
    assert outcome.as_expected
    assert outcome.neighbours == {"another power": Verdict.REFUTED}


U = sympy.Symbol("u", positive=True)
TWO_LAYERS, QUADRATIC = Flow(Lq(2), Product(2)), Quadratic([[1.0]], [1.0])


def linear_solver(**changed):
    """Return a solver of dw/dt = 1 - w from 0, with other entries of its solution."""

    class Linear(Solver):
        name, follows, promises = "linear", "q = 2, one layer, (x - 1)^2/2", "estimated"

        def refuses(self, flow, problem, request):
            return None

        def solve(self, flow, problem, start, t_end, request):
            t = np.linspace(0, t_end, 3)
            entries = {"t": t, "w": (1 - np.exp(-t)).reshape(3, 1, 1), "error": np.full(3, 1e-15), "how": "estimated: rounding"}
            entries |= {"method": "by hand", "dense": lambda s: np.array([[1 - np.exp(-s)]])}
            return changed["instead"] if "instead" in changed else Solution(**(entries | changed))

    return Linear()


def run_of(solver):
    return simulate(Flow(Lq(2), Product(1)), QUADRATIC, [0.0], 1.0, method=solver)


def test_a_solver_of_ones_own_is_followed():
    assert run_of(linear_solver()).x[-1, 0] == pytest.approx(0.632121, abs=1e-6)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Flow(Product(2), Lq(2)), "geometry must be a Geometry, got Product(depth=2); write for example Flow("),
        (lambda: Flow(Lq(2), Product(2), 1), "decay must be a Decay, got 1; write"),
        (lambda: derive(Product(2)), "flow must be a Flow, got Product(depth=2); write"),
        (lambda: Separable(1.5 * U, (U,)), "map must be made of exact numbers, got 1.5*u; write Rational(1, 2)"),
        (lambda: Domain({"u": REALS}), "ranges must be of SymPy symbols, got u; write Symbol(..)"),
        (lambda: Identity(0.5 * U, U, on=Domain({U: POSITIVE})).examine(seed=0), "write exact numbers, such as Rational(1, 2)"),
        (lambda: run_of(linear_solver(instead=1)), "the result of linear must be a Solution, got int; let solve return"),
        (lambda: run_of(linear_solver(w=np.zeros((3, 1)))), "w must be of shape (3, depth, d), got (3, 1); give"),
        (lambda: run_of(linear_solver(error=np.zeros(2))), "error must be of shape (3,), got (2,); give"),
        (lambda: Claim("a", "b", "c", "d", expect="REFUTED"), "expect must be a Verdict, got REFUTED; write"),
        (lambda: Claim("a", "b", "c", "d", on_paper="e"), "on_paper must be a tuple of texts, got e; write"),
        (lambda: descend("adam", Product(2), QUADRATIC, [1, 1], 1), "optimizer must be an Optimizer, got adam; write"),
        (lambda: descend(SignDescent(0.1), TWO_LAYERS, QUADRATIC, [1, 1], 1), "reparam must be a Reparam, got Flow("),
        (lambda: legendre(derive(TWO_LAYERS)), "potential must be a derived potential, got Derivation; write derive(..).potential"),
        (
            lambda: legendre(derive(TWO_LAYERS).potential, "R"),
            "domain must be an interval, got R; write for example Interval(0, oo)",
        ),
        (lambda: legendre(derive(TWO_LAYERS).potential)["onto"], "axiom must be one of strict convexity, "),
        (lambda: bregman_projection(derive(TWO_LAYERS), [1.0], [[1.0]], [1.0]), "got Derivation; write derive(..).potential"),
        (lambda: run_of(linear_solver(how="well")), 'how must be words that start with "proved" or "estimated", got well; say'),
    ],
)
def test_a_first_mistake_is_told_in_one_line_with_its_remedy(make, message):
    with pytest.raises(MirrorTheoryError) as raised:
        make()
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_one_weight_needs_no_tuple():
    assert Separable(U**2, U).weights == (U,)
