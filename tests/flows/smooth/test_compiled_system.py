"""Compiled equations: the vector field by another route, exact data, where powers end, refusals."""

from importlib.util import find_spec

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from mirrortheory import Coupled, Decoupled, Flow, Lq, Product, notation
from mirrortheory.flows import Callables, Exponential, Logistic, Quadratic, Scalar, Stack, simulate
from mirrortheory.flows.field import effective_parameter, link_arguments, vector_field
from mirrortheory.flows.smooth.compiled_system import NotCompiled, Shape, data, exact_data, shape_of, system
from mirrortheory.reparams import Exp, LogDifference, PowerDifference, Separable

X, V = sympy.Symbol("x", real=True), sympy.Symbol("v", positive=True)
RNG = np.random.default_rng(0)
Z, LABELS = RNG.normal(size=(5, 3)), np.array([1.0, -1, -1, 1, 1])
needs_heyoka = pytest.mark.skipif(find_spec("heyoka") is None, reason="heyoka is not installed (extra fast)")
if find_spec("heyoka") is not None:
    import heyoka

PROBLEMS = [Quadratic(Z, RNG.normal(size=5)), Logistic(Z, LABELS), Exponential(Z, LABELS), Scalar(sympy.cosh(X / 3) + X**3 / 7)]
FLOWS = [
    Flow(Lq(2), Product(3), Decoupled("1/3")),
    Flow(Lq(2), LogDifference(), Coupled("1/3")),
    Flow(Lq(2), Exp()),
    Flow(Lq("3/2"), Product(2)),
    Flow(Lq("4/3"), PowerDifference(2), Coupled("1/3")),
    Flow(Lq("5/4"), Product(3), Decoupled("1/3")),
]


def evaluated(flow, problem, w, signs, rate=0.0, exponent=0.0):
    """The right-hand sides at weights."""
    shape = shape_of(problem, w.shape[1])
    equations = system(heyoka, flow, shape, float)
    variables = [left for left, _ in equations]
    parameters = np.concatenate([[rate, exponent], data(problem)[0], signs.ravel()])
    last = heyoka.par[len(parameters) - 1]  # so that all parameters are asked for
    function = heyoka.cfunc([*(right for _, right in equations), last], vars=variables)
    return function(np.append(w.ravel(), np.zeros(len(equations) - w.size)), pars=parameters)[:-1]


@needs_heyoka
@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda p: type(p).__name__)
@pytest.mark.parametrize("flow", FLOWS, ids=str)
def test_equations_are_the_vector_field(flow, problem):
    w = RNG.uniform(0.3, 1.2, size=(len(flow.weights), 3))
    slope = problem.slope(effective_parameter(flow)(w))
    arguments = link_arguments(flow)(w, slope)
    found = evaluated(flow, problem, w, np.sign(arguments))
    assert found[: w.size] == pytest.approx(vector_field(flow)(w, slope).ravel(), rel=1e-12)
    if flow.geometry.exponent == 2:
        assert len(found) == w.size
    else:
        assert found[-1] == pytest.approx(np.log(np.abs(arguments)).sum() / 100, rel=1e-12)
        other = evaluated(flow, problem, w, -np.sign(arguments))
        assert np.isnan(other).all() or not np.allclose(other, found)


@needs_heyoka
def test_q_and_alpha_are_parameters():
    flow = Flow(Lq(notation.q), Product(2), Decoupled(notation.alpha))
    fixed = Flow(Lq("5/4"), Product(2), Decoupled("1/3"))
    w = RNG.uniform(0.3, 1.2, size=(2, 3))
    slope = PROBLEMS[0].slope(effective_parameter(fixed)(w))
    signs, known = np.sign(link_arguments(fixed)(w, slope)), vector_field(fixed)(w, slope).ravel()
    assert evaluated(flow, PROBLEMS[0], w, signs, 1 / 3, 1 / 4)[:6] == pytest.approx(known, rel=1e-12)
    assert not np.allclose(evaluated(flow, PROBLEMS[0], w, signs, 1 / 3, 1 / 3)[:6], known)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(st.lists(st.lists(st.floats(-9, 9), min_size=3, max_size=3), min_size=1, max_size=4))
def test_exact_data_round_to_the_data(rows):
    Z = np.array(rows)
    exact = [int(v.p) / int(v.q) for v in exact_data(Quadratic(Z, Z[:, 0]))]
    size = max(1e-300, np.abs(Z).max() ** 2)
    assert exact == pytest.approx(data(Quadratic(Z, Z[:, 0]))[0].tolist(), abs=1e-14 * size)
    labelled = Logistic(Z, np.ones(len(Z)))
    assert [float(int(v.p) / int(v.q)) for v in exact_data(labelled)] == data(labelled)[0].tolist()


def test_data_of_many_losses_are_rows():
    problem = Stack(Quadratic(RNG.normal(size=(2, 3)), RNG.normal(size=2)) for _ in range(4))
    alone = np.vstack([data(loss) for loss in problem.problems])
    assert data(problem) == pytest.approx(alone)
    assert shape_of(problem, 3) == shape_of(Quadratic(Z, LABELS), 3) == Shape(Quadratic, 0, 3)
    assert shape_of(problem, 3).inputs == data(problem).shape[1] == 12


@needs_heyoka
def test_a_root_of_the_reparameterization_ends_too():
    """x = 2/3 v^(3/2): v' = -sqrt(v) for the slope 1 comes to rest at v = 0, as (1 - t/2)^2 from 1."""
    flow = Flow(Lq(2), Separable(2 * V ** sympy.Rational(3, 2) / 3, (V,)))
    assert evaluated(flow, Scalar(X), np.array([[0.25]]), np.empty(0)) == pytest.approx([-0.5, np.log(0.25) / 100])
    early = simulate(flow, Scalar(X), np.ones((1, 1, 1)), 1.0, method="heyoka")
    assert early.w[0, -1, 0, 0] == pytest.approx(0.25, abs=early.error[0, -1])
    assert early.method.startswith("heyoka")
    assert not simulate(flow, Scalar(X), np.ones((1, 1, 1)), 3.0, method="heyoka").method.startswith("heyoka")


REFUSED = [
    (lambda: shape_of(Callables(lambda x: float(x @ x), lambda x: 2 * x), 2), "a Callables is not compiled"),
    (lambda: shape_of(Logistic(np.ones((40, 30)), np.ones(40)), 30), "1200 numbers couple its coordinates"),
    (lambda: system(heyoka, FLOWS[0], shape_of(Scalar(sympy.Abs(X)), 1), float), "Unable to convert the sympy object"),
    (lambda: system(heyoka, FLOWS[0], shape_of(Scalar(sympy.gamma(X)), 1), float), "Unable to convert the sympy object"),
]


@needs_heyoka
@pytest.mark.parametrize(("call", "reason"), REFUSED, ids=[reason for _, reason in REFUSED])
def test_what_heyoka_does_not_know_is_refused(call, reason):
    with pytest.raises(NotCompiled, match=reason) as error:
        call()
    assert "\n" not in str(error.value)
    assert error.value.reason in str(error.value)
