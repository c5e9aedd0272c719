"""Limits under decay: closed forms, certificates, basins, ties, against flows and optimizers, and refusals."""

import numpy as np
import pytest
import sympy
from decay_table import COUPLED, DECOUPLED, OPTIMIZERS, distances, regression
from scipy.optimize import brentq
from thinning import thinned

from mirrortheory import Coupled, Decoupled, Flow, Lq, Mask, NoDecay, Product, Quadratic, Scalar, simulate
from mirrortheory.bias import Penalty, decay_limit
from mirrortheory.errors import InvalidArgument

ONE = Quadratic([[1.0]], [1.0])


def flow(q, depth, decay, alpha="1/2"):
    return Flow(Lq(q), Product(depth), decay(alpha))


def data(seed, n=5, d=4):
    rng = np.random.default_rng(seed)
    return Quadratic(rng.normal(size=(n, d)), 2 * rng.normal(size=n)), rng.uniform(0.4, 1.2, (4, d)) * rng.choice([1, -1], (4, d))


@pytest.mark.parametrize(
    ("q", "depth", "decay", "shown"),
    [
        (2, 1, Coupled, "f + 1/4 sum |x_j|^(2)"),
        ("3/2", 3, Coupled, "f + 3/4 sum |x_j|^(2/3)"),
        (1, 2, Coupled, "f + 1/2 sum |x_j|"),
        ("3/2", 1, Decoupled, "f + 1/12 sum |x_j|^(3)"),
        ("3/2", 3, Decoupled, "f + 1/4 sum |x_j|"),
        (1, 3, Decoupled, "f over |x_j| <= 8"),
    ],
)
def test_penalties_are_those_of_decay_and_depth(q, depth, decay, shown):
    assert str(Penalty.of(flow(q, depth, decay))) == shown


def test_one_coordinate_has_closed_forms():
    for target in (3.0, 0.25, -2.0):
        problem = Quadratic([[1.0]], [target])
        assert decay_limit(flow(2, 1, Coupled), problem).x[0] == pytest.approx(target / 1.5)
        soft = np.sign(target) * max(abs(target) - 0.5, 0)
        assert decay_limit(flow(1, 2, Coupled), problem).x[0] == soft
        assert decay_limit(flow("3/2", 3, Decoupled), problem).x[0] == np.sign(target) * max(abs(target) - 0.25, 0)
        assert decay_limit(flow(1, 1, Decoupled, 1), problem).x[0] == np.clip(target, -1, 1)
        root = brentq(lambda x, t=abs(target): x - t + 0.25 * x**2, 0, abs(target), xtol=1e-15)  # p = 3, A = alpha^2
        assert decay_limit(flow("3/2", 1, Decoupled), problem).x[0] == pytest.approx(np.sign(target) * root, rel=1e-14)


def test_ridge_is_that_of_the_normal_equations_and_exact():
    problem, _ = data(0)
    found = decay_limit(flow("4/3", 1, Coupled), problem)
    Z = problem.Z
    np.testing.assert_allclose(found.x, np.linalg.solve(Z.T @ Z + np.eye(4) / 2, Z.T @ problem.b), rtol=1e-13)
    assert found.kkt_residual < 1e-15
    assert found.exact is not None
    assert found.unique


def agrees_with_a_run(kind, problem, start, t_end, tolerance):
    found = decay_limit(kind, problem, initial=start)
    assert found.kind == "global minimiser"
    assert found.unique
    assert found.kkt_residual < 1e-15
    np.testing.assert_allclose(simulate(kind, problem, start, t_end).x[-1], found.x, atol=tolerance)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(("depth", "decay"), [(1, Decoupled), (2, Coupled)])
def test_gradient_flows_end_there(depth, decay, seed):
    problem, start = data(seed, n=12, d=3)
    agrees_with_a_run(flow(2, depth, decay), problem, start[:depth], 30.0, 1e-8)


@pytest.mark.parametrize(
    ("q", "depth"),
    [("3/2", 1), *(pytest.param(q, depth, marks=pytest.mark.slow) for q, depth in (("3/2", 2), ("3/2", 3), ("4/3", 2)))],
)
def test_flows_between_sign_and_gradient_end_there(q, depth):
    problem, start = data(0, n=12, d=3)
    agrees_with_a_run(flow(q, depth, Decoupled), problem, start[:depth], 20.0, 1e-4)


@pytest.mark.parametrize("seed", [10, pytest.param(12, marks=pytest.mark.slow)])
@pytest.mark.parametrize(("depth", "decay"), [(1, Decoupled), (2, Decoupled), (3, Decoupled), (1, Coupled), (2, Coupled)])
def test_sign_flows_end_there(depth, decay, seed):
    problem, start = data(seed, d=2)
    agrees_with_a_run(flow(1, depth, decay), problem, start[:depth], 60.0, 1e-9)


def test_a_certified_run_of_sign_flow_encloses_the_limit_of_its_arcs():
    """On an inner point and a corner of the box: x = 1 is reached, and 4 approached as exp(-t/2)."""
    problem = Quadratic([[1.0, 0.0], [0.0, 1.0]], [1.0, 9.0])
    found = decay_limit(flow(1, 2, Decoupled), problem)
    assert found.x.tolist() == [1.0, 4.0]
    path = simulate(flow(1, 2, Decoupled), problem, [["1/2", "1/2"], ["1/4", "1/4"]], "40", digits=20)
    ends = [sympy.Rational(u) * sympy.Rational(v) for u, v in zip(*path.digits, strict=True)]
    assert abs(ends[0] - 1) < sympy.Rational(1, 10**18)
    z = sympy.exp(-20)
    expected = (2 - sympy.Rational(3, 2) * z) * (2 - sympy.Rational(7, 4) * z)
    assert abs(ends[1] - sympy.N(expected, 40)) < 1e-17
    assert 0 < 4 - ends[1] < 2e-8


def test_layers_of_one_size_keep_the_sign_and_it_says_so():
    problem, _ = data(1)
    free = decay_limit(flow(2, 2, Coupled), problem).x
    size = np.full(4, 0.7)
    for signs in ([1, 1, 1, 1], [-1, 1, -1, 1]):
        start = np.array([size * signs, size])
        found = decay_limit(flow(2, 2, Coupled), problem, initial=start)
        assert (found.x * signs >= 0).all()
        assert np.abs(found.x - free).max() > 0.1
        assert any("keep their signs" in given for given in found.given)
        path = simulate(flow(2, 2, Coupled), problem, start, 40.0)
        np.testing.assert_allclose(path.x[-1], found.x, atol=1e-4)


def test_a_coordinate_that_starts_with_two_layers_zero_stays_there():
    found = decay_limit(flow(2, 2, Coupled, "1/10"), Quadratic(np.eye(2), [1.0, 1.0]), initial=[[0.0, 0.0], [0.0, 1.0]])
    assert found.x == pytest.approx([0, 0.9])
    assert any("coordinates 0 start at 0" in given for given in found.given)


def test_equal_columns_make_many_limits_and_it_says_so():
    problem = Quadratic([[1.0, 1.0], [1.0, 1.0]], [2.0, 2.0])
    found = [
        decay_limit(flow(q, depth, decay), problem) for q, depth, decay in ((1, 1, Decoupled), (2, 2, Coupled), (2, 1, Coupled))
    ]
    assert [limit.unique for limit in found] == [False, False, True]
    ends = [simulate(flow(2, 2, Coupled), problem, start, 60.0).x[-1] for start in ([[1, 0.1], [0.5, 0.1]], [[0.1, 1], [0.1, 0.5]])]
    assert np.abs(ends[0] - ends[1]).max() > 0.1
    assert [end.sum() for end in ends] == pytest.approx([found[1].x.sum()] * 2, abs=1e-6)


BEYOND = Flow(Lq(2), Product(3), Decoupled("111/256"))  # outer point 27/64, and 0 is least


def test_beyond_the_conjugate_depth_the_basin_decides():
    outer, inner = (decay_limit(BEYOND, ONE, initial=[size] * 3) for size in (1.0, 0.4))
    assert outer.x[0] == pytest.approx(27 / 64, rel=1e-14)
    assert (outer.kind, outer.unique) == ("strict local minimiser", False)
    assert inner.x[0] == 0
    assert (inner.kind, inner.unique) == ("global minimiser", True)
    for start, found in (([1.0] * 3, outer), ([0.4] * 3, inner), ([-1.0, 1.0, 1.0], inner)):
        assert decay_limit(BEYOND, ONE, initial=start).x == pytest.approx(found.x)
        assert simulate(BEYOND, ONE, start, 80.0).x[-1] == pytest.approx(found.x, abs=1e-6)


@pytest.mark.parametrize("alpha", ["1/5", "1/3", "2/5", "9/20", "1/2"])
@pytest.mark.parametrize("depth", [3, 4, 6])
def test_the_least_value_is_known_where_columns_are_orthogonal(depth, alpha):
    """Against a grid: who is called global has the least value, who is called local has not."""
    decay = Flow(Lq(2), Product(depth), Coupled(alpha))
    grid, rate = np.linspace(0, 1.2, 4001), float(sympy.Rational(alpha))
    least = ((grid - 1) ** 2 / 2 + rate * depth / 2 * grid ** (2 / depth)).min()
    for size in (0.2, 0.5, 0.7, 0.9, 1.0, 1.3):
        found = decay_limit(decay, ONE, initial=[size] * depth)
        value = (found.x[0] - 1) ** 2 / 2 + rate * depth / 2 * abs(found.x[0]) ** (2 / depth)
        assert (found.kind == "global minimiser") == bool(value < least + 1e-9)


@thinned("size", [0.2, 0.7, 0.9, 1.3], every=3)
@pytest.mark.parametrize(("q", "depth", "decay"), [(2, 4, Decoupled), (1, 3, Coupled)])
def test_basins_of_layers_of_one_size_are_those_of_the_flow(q, depth, decay, size):
    kind = flow(q, depth, decay, "1/3")
    found = decay_limit(kind, ONE, initial=[size] * depth)
    assert simulate(kind, ONE, [size] * depth, 60.0).x[-1] == pytest.approx(found.x, abs=1e-4)


def test_a_start_at_rest_on_the_inner_branch_is_no_minimiser():
    """x = 1/8: level 1/2 * 7/8 = 7/16 for r = 2/3."""
    found = decay_limit(Flow(Lq(2), Product(3), Coupled("7/16")), ONE, initial=[0.5] * 3)
    assert (found.x[0], found.kind) == (0.125, "stationary point")


def test_a_run_tells_the_basin_where_no_theorem_does_and_the_end_is_certified():
    problem, start = data(5, n=8, d=2)
    decay = Flow(Lq(2), Product(3), Coupled("1/4"))
    found = decay_limit(decay, problem, initial=start[:3])
    assert found.kind == "strict local minimiser"
    assert "Krawczyk" in found.certificate
    assert "positive definite" in found.certificate
    assert "not proved" in found.given[0]
    np.testing.assert_allclose(simulate(decay, problem, start[:3], 100.0).x[-1], found.x, atol=1e-6)


def test_a_run_that_passes_the_ghost_of_a_fold_is_no_end():
    """Just above the rate of the fold, 3/4^(4/3) = 0.47247, the flow is slow near x_c = 1/4, where nothing rests."""
    kind, start = Flow(Lq(2), Product(3), Coupled("4726/10000")), [1.0, 0.99, 1.0]
    with pytest.raises(InvalidArgument, match="t_end must be a time at which the flow is near its end, got 60"):
        decay_limit(kind, ONE, initial=start, t_end=60)
    assert decay_limit(kind, ONE, initial=start, t_end=2000).x[0] == 0


GLUE = Quadratic(
    np.linalg.cholesky([[1.0, 0.9], [0.9, 1.0]]).T, np.linalg.solve(np.linalg.cholesky([[1.0, 0.9], [0.9, 1.0]]), [1.0, 3.0])
)


def test_layers_that_meet_under_coupled_sign_flow_can_end_at_a_saddle():
    """Two starts with layers of different sizes: one ends at the lasso, the other is held at 0; Adam is not."""
    decay = flow(1, 2, Coupled, "1/10")
    found = decay_limit(decay, GLUE, initial=[[0.9, 0.5], [0.5, 0.1]])
    np.testing.assert_allclose(found.x, [-151 / 19, 191 / 19], rtol=1e-12)
    free, held = (simulate(decay, GLUE, start, 4.0) for start in ([[0.9, 0.5], [0.5, 0.1]], [[0.9, 0.5], [0.95, 0.1]]))
    np.testing.assert_allclose(free.x[-1], found.x, atol=1e-9)
    np.testing.assert_allclose(held.x[-1], [0.0, 2.9], atol=1e-9)
    assert any("layers that meet" in given for given in found.given)
    assert np.abs(GLUE.slope(held.x[-1]))[0] > 0.1  # beyond alpha: no stationary point of the penalised loss


def test_more_coordinates_than_are_enclosed_have_no_certificate_and_no_claim():
    rng = np.random.default_rng(0)
    problem = Quadratic(rng.normal(size=(20, 14)), rng.normal(size=20))
    found = decay_limit(flow("3/2", 2, Decoupled), problem)
    assert (found.kind, found.unique) == ("near a stationary point", None)
    assert found.certificate.startswith("none")
    assert found.kkt_residual < 1e-15
    many = Quadratic(rng.normal(size=(40, 30)), rng.normal(size=40))
    assert decay_limit(flow(1, 1, Decoupled, 8), many).certificate == "KKT conditions decided in exact rationals"


def test_the_two_ways_to_decay_end_at_different_points():
    problem, start = regression()
    box, lasso = (decay_limit(each, problem, initial=start) for each in (DECOUPLED, COUPLED))
    assert np.abs(box.x - lasso.x).max() > 0.5
    assert np.abs(box.x).max() == 16 / 9
    assert (lasso.x == 0).sum() == 2
    assert (box.x == 0).sum() == 0


@pytest.mark.parametrize("name", ["sign descent, decoupled", "Lion", "sign descent, coupled"])
def test_distances_of_sign_like_optimizers_shrink_with_the_step(name):
    coarse, fine = distances(name, (2e-2, 5e-3))
    assert fine < coarse / 2
    assert fine < 0.03


@pytest.mark.parametrize("name", ["SGD + L2, momentum", "gradient descent + L2"])
def test_gradient_optimizers_rest_at_the_limit_at_every_step(name):
    assert max(distances(name, (1e-2, 5e-3))) < 1e-10


@pytest.mark.parametrize("name", ["Adam + L2", "AdamW"])
def test_adam_ends_near_the_limit_of_its_own_decay_and_far_from_the_other(name):
    problem, start = regression()
    other = decay_limit(COUPLED if OPTIMIZERS[name][1] is DECOUPLED else DECOUPLED, problem, initial=start).x
    own = decay_limit(OPTIMIZERS[name][1], problem, initial=start).x
    (distance,) = distances(name, (5e-3,))
    assert distance < 0.15 < np.abs(own - other).max() / 3


SYMBOL = sympy.Symbol("q", positive=True)


@pytest.mark.parametrize(
    ("given", "problem", "settings", "message"),
    [
        (Flow(Lq(2), Product(2), NoDecay()), ONE, {}, "flow must be with Decoupled or Coupled decay of a rate > 0, got NoDecay()"),
        (flow(2, 2, Coupled, 0), ONE, {}, "of a rate > 0"),
        (Flow(Lq(2), Mask(), Coupled(1)), ONE, {}, "flow must be of a product of layers, got Mask()"),
        (Flow(Lq(SYMBOL), Product(2), Coupled(1)), ONE, {}, "in numbers, with a constant rate, got the letter q"),
        (Flow(Lq(2), Product(2), Coupled("1/(1+t)")), ONE, {}, "with a constant rate, got the letter t"),
        (flow(2, 2, Coupled), Scalar(sympy.Symbol("x") ** 2), {}, "problem must be a Quadratic, got Scalar"),
        (flow(2, 3, Coupled), ONE, {}, "initial must be given for f + 3/4 sum |x_j|^(2/3)"),
        (flow(2, 2, Coupled), ONE, {"initial": [1, 2, 3]}, "initial must be of shape (2, 1), got (3,)"),
        (flow(2, 2, Coupled), ONE, {"initial": [np.nan, 1]}, "initial must be finite in every entry, got nan"),
        (flow(2, 2, Coupled), ONE, {"initial": ["a", 1]}, "initial must be made of numbers"),
        (
            flow("3/2", 3, Coupled),
            ONE,
            {"initial": [1.0, 0.8, 0.4]},
            "initial must be the start of a flow that a solver can follow",
        ),
        (
            BEYOND,
            ONE,
            {"initial": [1.0, 0.9, 0.8], "t_end": 0.5},
            "t_end must be a time at which the flow is near its end, got 0.5",
        ),
    ],
)
def test_refusals_are_one_line(given, problem, settings, message):
    with pytest.raises(InvalidArgument) as caught:
        decay_limit(given, problem, **settings)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_is_near_no_stationary_point_is_refused():
    rng = np.random.default_rng(50)
    Z = rng.normal(size=(3, 4)) * 10.0 ** np.array([0, -25, 20, 3])
    with pytest.raises(InvalidArgument, match="Z must be of columns for which Newton's method ends, got a residual of"):
        decay_limit(flow("11/10", 3, Decoupled, "1/10"), Quadratic(Z, [1.0, -2.0, 0.5]))


def test_extreme_data_are_decided_exactly():
    tiny = Quadratic([[1e-20, 0.0], [0.0, 1e20]], [1.0, 1.0])
    found = decay_limit(flow(1, 1, Decoupled), tiny)
    assert found.x == pytest.approx([2.0, 1e-20])
    nearly = Quadratic([[1.0, 1.0], [1.0, 1.0 + 2**-40]], [1.0, 2.0])
    box = decay_limit(flow(1, 1, Decoupled, "1/1000"), nearly)
    assert box.unique
    assert box.x == pytest.approx([-1000.0, 1000.0], abs=3)
    assert sum(v == 1000 or v == -1000 for v in box.exact) == 1
