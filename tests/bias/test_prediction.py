"""Predicted ends: against flows, closed forms, another solver and ball arithmetic; saddles, sums, pairs, and refusals."""

import dataclasses
from fractions import Fraction

import numpy as np
import pytest
from random_problems import compared, random_case
from thinning import thinned

from mirrortheory import Decoupled, Flow, Lq, Product, Quadratic, derive, implicit_bias
from mirrortheory.bias import end_of_flow, row_equivalent_pair
from mirrortheory.bias.regression.base import Case
from mirrortheory.bias.regression.certified_pair import certified_pair
from mirrortheory.bias.regression.columns import Columns
from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import Ball, precision
from mirrortheory.flows import Exponential
from mirrortheory.potentials.numeric import values
from mirrortheory.reparams import PowerDifference

QUICK = (1, 2, 3, 5, 6, 17, 22, 46)  # of one second or so each


@pytest.mark.parametrize("seed", QUICK)
def test_predictions_agree_with_flows(seed):
    _, distance, error, _, _ = compared(random_case(seed))
    assert distance <= error < 1e-5


@pytest.mark.slow
@pytest.mark.parametrize("seed", [178, *range(300, 325)])
def test_many_predictions_agree_with_flows(seed):
    _, distance, error, _, _ = compared(random_case(seed))
    assert distance <= error < 1e-4


def test_a_start_with_another_imbalance_is_told_apart():
    """The comparison can fail: the end of one flow is not that of another."""
    case = random_case(14)
    moved = dataclasses.replace(case, initial=case.initial * np.array([[1.1], [1.0], [1 / 1.1]]))
    assert np.allclose(moved.initial.prod(axis=0), case.initial.prod(axis=0))
    end = implicit_bias(case.flow, case.problem, case.initial)
    other = implicit_bias(moved.flow, moved.problem, moved.initial)
    assert np.abs(end.x - other.x).max() > 1e3 * (end.error + other.error + 1e-9)


@pytest.mark.parametrize("q", ["1", "6/5", "4/3", "3/2", "2"])
def test_depth_one_on_one_datum_is_a_step_along_the_link(q):
    z, start, b = np.array([3.0, -0.5, 0.0, 1.0]), np.array([1.0, 2.0, -1.0, 0.25]), 2.5
    end = implicit_bias(Flow(Lq(q), Product(1)), Quadratic([z], [b]), [start])
    link = np.sign(z) * np.abs(z) ** (float(Lq(q).exponent) - 1)
    np.testing.assert_allclose(end.x, start + link * (b - z @ start) / (z @ link), rtol=1e-14)
    assert end.kkt_residual < 1e-14


def test_convex_programs_have_the_same_solutions():
    cvxpy = pytest.importorskip("cvxpy", reason="the independent witness needs CVXPY: pip install mirrortheory[convex]")
    rng = np.random.default_rng(2)
    Z, w = rng.normal(size=(3, 8)), rng.uniform(0.3, 1.5, 8)
    x = cvxpy.Variable(8)
    # Balanced layers, q = 2: the Kullback-Leibler divergence from the start.
    b = Z @ rng.uniform(0.2, 2, 8)
    cvxpy.Problem(cvxpy.Minimize(cvxpy.sum(cvxpy.kl_div(x, w**2))), [Z @ x == b]).solve(solver="CLARABEL")
    end = implicit_bias(Flow(Lq(2), Product(2)), Quadratic(Z, b), [w, w]).x
    divergences = [(v * np.log(v / w**2) - v + w**2).sum() for v in (end, x.value)]
    assert divergences[0] <= divergences[1] + 1e-7  # a solver of cones has half the digits in x
    np.testing.assert_allclose(end, x.value, atol=1e-3)
    # One layer, q = 2: the nearest point; one datum, q = 4/3: that in the norm of the conjugate exponent 4.
    cvxpy.Problem(cvxpy.Minimize(cvxpy.sum_squares(x - w)), [Z @ x == b]).solve(solver="CLARABEL")
    np.testing.assert_allclose(implicit_bias(Flow(Lq(2), Product(1)), Quadratic(Z, b), [w]).x, x.value, atol=1e-6)
    cvxpy.Problem(cvxpy.Minimize(cvxpy.norm(x - w, 4)), [Z[0] @ x == 1]).solve(solver="CLARABEL")
    np.testing.assert_allclose(implicit_bias(Flow(Lq("4/3"), Product(1)), Quadratic(Z[:1], [1]), [w]).x, x.value, atol=1e-4)


CLASSES = np.array([[1.0, 2.0], [0.5, -1.0]])[:, [0, 1, 0, 1]] * np.array([1, 1, -0.5, 3])
START = np.array([[0.5, 1.0, -0.75, 1.25], [1.0, -0.25, 0.5, 0.75]])


@pytest.mark.parametrize("q", ["6/5", "3/2"])
def test_row_operations_do_not_move_the_end_of_disjoint_rows(q):
    flow, problem = Flow(Lq(q), Product(2)), Quadratic(CLASSES, [1.0, -0.5])
    A = np.array([[2.0, 1.0], [0.0, -4.0]])
    one, other = (implicit_bias(flow, p, START) for p in (problem, Quadratic(A @ problem.Z, A @ problem.b)))
    np.testing.assert_allclose(one.x, other.x, rtol=1e-13)
    assert Columns.of(problem.Z).count == 2


def test_parallel_columns_of_a_sign_flow_may_slide_in_any_proportion():
    """The class-wise law gives another point than the solution that the solver selects; neither is the only one."""
    flow, problem = Flow(Lq(1), Product(2)), Quadratic(CLASSES, [1.0, -0.5])
    end = implicit_bias(flow, problem, START)
    assert end.rule.startswith("sign flow on a quadratic loss")
    assert "share that in any way" in dict(end.refused)["rows equivalent to disjoint supports: " + end.refused[1][0].split(": ")[1]]
    law = implicit_bias(flow, problem, START, class_sums=Columns.of(CLASSES).sums(end.x))
    assert "slid alike" in " ".join(law.given)
    np.testing.assert_allclose(CLASSES @ law.x, problem.b, atol=1e-12)


@pytest.mark.parametrize("q", ["1", "3/2"])
def test_a_coordinate_that_comes_to_a_saddle_stays_there(q):
    """Two tied layers, k = 2 < p, pushed to the other side of 0: the other coordinate does the rest."""
    flow, w = Flow(Lq(q), Product(2)), [[0.5, 0.5], [0.5, 0.25]]
    problem = Quadratic([[1.0, 1.0]], [-2.0])
    end = implicit_bias(flow, problem, w)
    assert end.x.tolist() == [0.0, pytest.approx(-2.0, rel=1e-14)]
    assert "stay there" in " ".join(end.notes)
    followed = end_of_flow(flow, problem, w)
    assert np.abs(end.x - followed.x).max() <= end.error + followed.error
    certain = implicit_bias(flow, problem, w, digits=20)
    assert certain.digits == ("0", "-2")


def test_a_class_without_a_way_out_ends_at_a_saddle():
    flow, problem = Flow(Lq("3/2"), Product(2)), Quadratic([[1.0, 2.0, 0.0]], [-2.0])
    w = [[0.5, 0.5, 1.0], [0.5, 0.5, 1.0]]
    end = implicit_bias(flow, problem, w)
    assert end.x.tolist() == [0.0, 0.0, 1.0]
    assert not end.on_equations
    assert "out of reach" in end.notes[0]
    followed = end_of_flow(flow, problem, w, to_equations=False)
    assert np.abs(end.x - followed.x).max() <= end.error + followed.error + 1e-9
    with pytest.raises(InvalidArgument, match="digits must be absent where a class ends at a saddle"):
        implicit_bias(flow, problem, w, digits=10)


def test_tied_layers_that_may_come_to_a_saddle_on_the_way_are_refused():
    """c may turn between classes that are not orthogonal: the rule refuses where the bound does not exclude it, and not elsewhere."""
    flow = Flow(Lq("3/2"), Product(2))
    near, far = [[1.0, 1.0], [1.0, 0.5]], [[1.0, 1.0], [1.0, 0.5]]
    Z = np.array([[1.0, 0.5], [0.25, 1.0]])
    end = implicit_bias(flow, Quadratic(Z, Z @ [1.1, 0.6]), near)
    assert end.rule.startswith("rows equivalent")
    with pytest.raises(InvalidArgument, match=r"coordinate 0 may come to the saddle x = 0"):
        implicit_bias(flow, Quadratic(Z, Z @ [0.1, 3.0]), far)


def test_columns_that_are_parallel_to_the_last_bit_only_are_of_two_classes():
    third = 1 / 3  # as a double, so that (3, 1) and (1, third) have one rounded shape
    near = Columns.of(np.array([[3.0, 1.0, 6.0], [1.0, third, 2.0]]))
    assert near.label.tolist() == [0, 1, 0]
    assert near.ratio.tolist() == [1.0, 1.0, 2.0]
    assert near.exact_ratio == (1, 1, 2)
    assert (near.count, near.rank) == (2, 2)
    assert Columns.of(np.array([[3.0, 1.5, 0.0], [1.0, 0.5, 0.0]])).label.tolist() == [0, 0, -1]


@pytest.mark.parametrize("q", ["3/2"])
def test_inside_a_class_the_sum_determines_the_end(q):
    flow = Flow(Lq(q), Product(2))
    Z = np.array([[1.0, 2.0, 1.0], [0.5, -1.0, 1.0]])[:, [0, 0, 1, 2]] * np.array([1.0, -0.5, 1.0, 1.0])
    problem = Quadratic(Z, [1.5, 0.25])
    followed = end_of_flow(flow, problem, START)
    columns = Columns.of(Z)
    assert (columns.count, columns.rank) == (3, 2)
    end = implicit_bias(flow, problem, START, class_sums=columns.sums(followed.x))
    assert end.given == ("the class sums",)
    np.testing.assert_allclose(end.x, followed.x, atol=10 * followed.error)
    assert implicit_bias(flow, problem, START).x is None


def test_two_row_equivalent_problems_end_apart_below_q_two():
    Z = np.array([[1.0, 2.0, 0.5], [1.0, -1.0, 1.0]])
    problem = Quadratic(Z, [2.0, 1.0])
    end = implicit_bias(Flow(Lq("3/2"), Product(1)), problem, [[0.0, 0.0, 0.0]], witness=True)
    pair = end.witness
    assert end.x is None
    assert pair.conclusive
    np.testing.assert_allclose(pair.other.Z, pair.A @ Z)
    assert abs(np.linalg.det(pair.A)) > 0.5
    by_events = implicit_bias(Flow(Lq(1), Product(1)), problem, [[0.0, 0.0, 0.0]], witness=True)
    assert by_events.witness.proved
    assert "row operations move the end" in by_events.notes[-1]
    assert not pair.proved
    same = row_equivalent_pair(Flow(Lq(2), Product(1)), problem, np.zeros((1, 3)))
    assert same.distance <= same.end.error + same.other_end.error


def _pair_at_one(Z, b, initial):
    table = np.array(initial, dtype=object)
    case = Case(Flow(Lq(1), Product(len(table))), Quadratic(Z, b), table, None, None, True)
    return certified_pair(case)


def test_at_q_one_the_pair_is_a_proof_and_its_ends_are_those_of_the_claim():
    """The claim scaling_a_row_of_the_data_moves_the_end_of_sign_flow has these ends, from events worked out in rationals."""
    Z = np.array([[1.0, 2.0, 0.5], [1.0, -1.0, 1.0]])
    pair = _pair_at_one(Z, [2.0, 1.0], [[0.0, 0.0, 0.0]])
    assert pair.certificate.startswith("proved: the flows on (Z, b) and (A Z, A b) come to rest at least")
    assert "until they rest there is no other Filippov solution" in pair.certificate
    for end, problem in ((pair.end, pair.problem), (pair.other_end, pair.other)):
        followed = end_of_flow(Flow(Lq(1), Product(1)), problem, [[0.0, 0.0, 0.0]])
        assert np.abs(end.x - followed.x).max() <= end.error + followed.error
        np.testing.assert_allclose(Z @ end.x, [2.0, 1.0], atol=1e-13)
    assert 0 < pair.distance <= np.abs(pair.end.x - pair.other_end.x).max() + pair.end.error + pair.other_end.error
    exact = [[sum(Fraction(a) * Fraction(v) for a, v in zip(row, column, strict=True)) for column in Z.T] for row in pair.A]
    assert [[Fraction(v) for v in row] for row in pair.other.Z] == exact


def test_rows_whose_sum_rounds_are_scaled_instead():
    pair = _pair_at_one([[1.0, 2.0, 0.5], [1.1, -1.0, 0.9]], [2.0, 1.3], [[0.0, 0.0, 0.0]])
    assert pair.A.tolist() == [[1 / 16, 0.0], [0.0, 1.0]]  # where it is doubled the ends are alike
    assert pair.proved
    np.testing.assert_allclose(pair.problem.Z @ pair.other_end.x, pair.problem.b, atol=1e-13)


def test_where_both_ends_are_one_nothing_is_proved():
    assert _pair_at_one([[1.0, 2.0], [1.0, -1.0]], [2.0, 1.0], [[0.0, 0.0]]) == "the ends are not shown to differ"


@thinned(("q", "depth", "n"), [("2", 3, 2), ("2", 2, 3), ("3/2", 3, 1), ("1", 2, 1)], every=4)
def test_digits_obey_the_kkt_conditions_in_the_potentials_of_the_derivation(q, depth, n):
    """R' is that of mirrortheory.potentials.numeric, which knows nothing of the enclosures here."""
    rng = np.random.default_rng(7)
    w, Z = rng.integers(1, 8, (depth, 4)) / 4, rng.integers(1, 8, (n, 4)) / 4
    flow, problem = Flow(Lq(q), Product(depth)), Quadratic(Z, Z @ [1.0, 0.5, 2.0, 0.75])
    end = implicit_bias(flow, problem, w, digits=30)
    assert end.certificate.startswith("proved")
    plain = implicit_bias(flow, problem, w)
    assert np.abs(end.x - plain.x).max() <= plain.error + end.error
    exponent, changes = float(Lq(q).exponent), []
    with precision(200):
        exact_x = [Ball(text) for text in end.digits]
        for row, right in zip(Z, problem.b, strict=True):
            assert abs(sum((Ball(float(v)) * x for v, x in zip(row, exact_x, strict=True)), Ball(0)) - Ball(float(right))) < 1e-28
        for j, text in enumerate(end.digits):
            potential = derive(flow, initial=[Fraction(float(v)) for v in w[:, j]]).potential
            after, before = (values(potential, v, digits=35).mirror_map for v in (Fraction(text), Fraction(float(w[:, j].prod()))))
            changes.append(float(after - before))
    if n == 1:
        link = Z[0] ** (exponent - 1)
        np.testing.assert_allclose(changes / link, changes[0] / link[0], rtol=1e-12)
    else:
        np.testing.assert_allclose(changes, Z.T @ np.linalg.lstsq(Z.T, changes, rcond=None)[0], atol=1e-12)


def test_other_maps_are_predicted_by_their_derived_potentials():
    flow, problem = Flow(Lq(2), PowerDifference(2)), Quadratic([[1.0, 2.0, -1.0]], [3.0])
    w = np.array([[1.0, 0.5, 1.0], [1.0, 0.5, 2.0]])
    end = implicit_bias(flow, problem, w)
    lam = 4 * w[0] * w[1]  # that of a product with the same potential, up to a factor
    np.testing.assert_allclose(
        (np.arcsinh(2 * end.x / lam) - np.arcsinh(2 * (w[0] ** 2 - w[1] ** 2) / lam)) / problem.Z[0], end.dual[0] * 4
    )
    with pytest.raises(InvalidArgument, match="digits must be absent for another map"):
        implicit_bias(flow, problem, w, digits=10)


@pytest.mark.parametrize("far", [1e3, 1e9])
def test_beyond_the_conjugate_depth_far_ends_are_reached(far):
    """R' is bounded for L > p, and x grows with y at one finite value of c."""
    w = np.array([[0.1, 0.5], [0.2, 1.0], [0.3, 2.0], [1.0, 1.0]])
    for q, Z in (("2", [[1.0, 3.0]]), ("3/2", [[1.0, -3.0]])):
        end = implicit_bias(Flow(Lq(q), Product(4)), Quadratic(Z, [far]), w)
        assert abs(np.dot(Z[0], end.x) - far) <= 4 * end.error < 1e-3 * far
        certain = implicit_bias(Flow(Lq(q), Product(4)), Quadratic(Z, [far]), w, digits=15)
        assert np.abs(certain.x - end.x).max() <= end.error + certain.error


@pytest.mark.parametrize("q", ["1", "3/2", "2"])
def test_a_coordinate_that_starts_at_a_saddle_stays_there(q):
    end = implicit_bias(Flow(Lq(q), Product(3)), Quadratic([[1.0, 1.0]], [2.0]), [[0.0, 0.5], [0.0, 1.0], [1.0, 0.25]])
    np.testing.assert_allclose(end.x, [0, 2], rtol=1e-14)
    assert "start at a saddle" in " ".join(end.notes)


def test_degenerate_data_have_stated_answers():
    flow = Flow(Lq(2), Product(1))
    end = implicit_bias(flow, Quadratic([[0.0, 0.0]], [0.0]), [[3.0, 4.0]])
    np.testing.assert_allclose(end.x, [3, 4], rtol=1e-14)
    end = implicit_bias(Flow(Lq("3/2"), Product(2)), Quadratic([[0.0, 0.0]], [0.0]), [[3.0, 4.0], [1.0, 1.0]])
    np.testing.assert_allclose(end.x, [3, 4], rtol=1e-14)
    end = implicit_bias(flow, Quadratic([[1.0], [2.0], [3.0]], [2.0, 4.0, 6.0]), [[0.0]])
    np.testing.assert_allclose(end.x, 2.0, rtol=1e-14)
    assert "2 of 3 equations follow" in end.notes[0]
    end = implicit_bias(flow, Quadratic([[1, 1], [1, 1 + 2.0**-52]], [1, 1 + 512 * 2.0**-52]), [[0.0, 0.0]], digits=20)
    assert end.digits == ("-511", "512")


FULL = Quadratic([[1, 2, 3], [1, 1, 1]], [1, 1])
ONE = Quadratic([[1.0, 1.0]], [1.0])
WEIGHTS = [[1.0, 1.0], [0.5, 0.25]]


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ((Flow(Lq(2), Product(2), Decoupled("1/10")), ONE, WEIGHTS), {}, "alpha must be 0: decay moves the end, got 1/10"),
        ((Flow(Lq(2), Product(2)), Exponential([[1.0, 1.0]], [1.0]), WEIGHTS), {}, "problem must be a Quadratic, got Exponential"),
        ((Flow(Lq(2), Product(3)), ONE, WEIGHTS), {}, "initial must be of shape (3, 2), got (2, 2)"),
        ((Flow(Lq(2), Product(2)), ONE, [[1.0, np.nan], [1.0, 1.0]]), {}, "initial must be finite, got nan"),
        ((Flow(Lq(2), Product(2)), Quadratic([[1, 1], [1, 1]], [1, 2]), WEIGHTS), {}, "b must be in the range of Z"),
        ((Flow(Lq("3/2"), Product(2)), Quadratic([[1, 1], [1, 1]], [1, 2]), WEIGHTS), {}, "b must be in the range of Z"),
        ((Flow(Lq(2), Product(2)), ONE, [[1, 1], [1, -1]]), {"digits": 0}, "digits must be an integer from 1"),
        ((Flow(Lq(2), Product(2)), Quadratic([[1.0, 1.0]], [-1.0]), [[1, 1], [1, 1]]), {}, "b must be met by Z x inside"),
        ((Flow(Lq("3/2"), Product(2)), FULL, [[1, 2, 1], [1, 1, 2]]), {"class_sums": [1]}, "class_sums must be 3 numbers"),
        ((Flow(Lq("3/2"), Product(2)), FULL, [[1, 2, 1], [1, 1, 2]]), {"class_sums": [1, 2, 3]}, "class_sums must be such that"),
    ],
)
def test_refusals_are_one_line(arguments, options, message):
    with pytest.raises(InvalidArgument) as caught:
        implicit_bias(*arguments, **options)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
