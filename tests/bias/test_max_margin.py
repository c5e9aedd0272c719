"""Largest margins: certificates that are checked anew, closed forms of one datum, uniqueness, and data that cannot be separated."""

from fractions import Fraction
from itertools import product

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from mirrortheory import Exponential, Logistic, max_margin
from mirrortheory.bias.classification import gordan, margin_exponent, rows_of
from mirrortheory.bias.classification import vertices as linear
from mirrortheory.bias.classification.simplex import Optimum, Ray, maximise
from mirrortheory.errors import InvalidArgument, NotEvaluable
from mirrortheory.exact import exact

DATA = [[2.0, 1.0, 0.5], [1.0, 3.0, -1.0]]
CONVEX = (1, "6/5", "4/3", "3/2", 2, 3, 6, sympy.oo)


def fraction(value):
    return Fraction(int(value.p), int(value.q))


def separable(seed, *, n=None, d=None, integers=False):
    rng = np.random.default_rng(seed)
    n, d = n or int(rng.integers(1, 12)), d or int(rng.integers(2, 12))
    Z, w = rng.normal(size=(n, d)), rng.normal(size=d)
    Z = np.round(2 * Z) if integers else Z
    Z[(Z @ w == 0)] = w
    return Z, np.sign(Z @ w)


def checked_in_fractions(found, Z, labels):
    """Check an exact certificate with nothing but fractions."""
    rows = [[Fraction(float(y) * float(v)) for v in row] for row, y in zip(Z, labels, strict=True)]
    x, lam = ([fraction(v) for v in part] for part in (found.certificate.x, found.certificate.multipliers))
    assert all(sum(a * b for a, b in zip(row, x, strict=True)) >= 1 for row in rows)
    assert all(v >= 0 for v in lam)
    pulls = [sum(row[j] * v for row, v in zip(rows, lam, strict=True)) for j in range(len(x))]
    sup = found.exponent == sympy.oo
    norm = max(map(abs, x)) if sup else sum(map(abs, x))
    assert (sum(map(abs, pulls)) if sup else max(map(abs, pulls))) <= 1
    assert norm == sum(lam) == fraction(found.certificate.norm)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**6), st.booleans(), st.sampled_from([1, sympy.oo]))
def test_linear_programs_are_settled_exactly(seed, integers, exponent):
    Z, labels = separable(seed, integers=integers)
    found = max_margin((Z, labels), exponent=exponent)
    assert found.certificate.kind == "exact"
    assert found.unique in (True, False)
    checked_in_fractions(found, Z, labels)
    assert found.margin == pytest.approx(1 / float(fraction(found.certificate.norm)))


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 10**6), st.sampled_from(CONVEX[1:-1]))
def test_kkt_conditions_hold_in_balls(seed, exponent):
    Z, labels = separable(seed)
    found = max_margin((Z, labels), exponent=exponent)
    assert found.certificate.kind == "balls"
    assert found.unique is True
    e, rows = float(sympy.Rational(exponent)), Z * labels[:, None]
    size = np.abs(rows).sum(axis=1) @ np.ones(len(rows)) * np.abs(found.x).max()
    margins, norm = rows @ found.x, (np.abs(found.x) ** e).sum() ** (1 / e)
    assert margins.min() == pytest.approx(1, abs=1e-13 * size)
    assert (found.multipliers >= 0).all()
    assert (found.multipliers * (margins - 1)).max() < 1e-12 * size
    gradient = np.sign(found.x) * (np.abs(found.x) / norm) ** (e - 1)
    np.testing.assert_allclose(found.multipliers @ rows, gradient, atol=1e-11 * size)
    assert found.margin == pytest.approx(1 / norm, rel=1e-12)
    assert all(float(v.rad()) < 1e-20 * (1 + abs(float(v.mid()))) for v in found.certificate.x)


@pytest.mark.parametrize("exponent", CONVEX)
@pytest.mark.parametrize("seed", range(3))
def test_no_random_direction_has_a_larger_margin(seed, exponent):
    Z, labels = separable(seed, n=4, d=3)
    found = max_margin((Z, labels), exponent=exponent)
    e = sympy.oo if exponent == sympy.oo else float(sympy.Rational(exponent))
    others = np.random.default_rng(seed).normal(size=(4000, 3)) * 0.1 + found.x / np.abs(found.x).max()
    norms = np.linalg.norm(others, ord=np.inf if e == sympy.oo else e, axis=1)
    margins = (others @ (Z * labels[:, None]).T).min(axis=1) / norms
    assert margins.max() <= found.margin * (1 + 1e-12)
    assert margins.max() > 0.9 * found.margin


@pytest.mark.parametrize("exponent", CONVEX[1:-1])
def test_one_datum_has_a_closed_form(exponent):
    z, e = np.array([3.0, -1.0, 0.5, 0.0]), float(sympy.Rational(exponent))
    direction = np.sign(z) * np.abs(z) ** (1 / (e - 1))
    np.testing.assert_allclose(max_margin(([z], [1]), exponent=exponent).x, direction / (z @ direction), rtol=1e-13)


def test_labels_and_losses_are_the_same_data():
    Z, labels = np.array(DATA), [1, -1]
    signed = max_margin((Z * np.array(labels)[:, None], [1, 1]), exponent="3/2").x
    for problem in (Exponential(Z, labels), Logistic(Z, labels), (Z, labels)):
        np.testing.assert_array_equal(max_margin(problem, exponent="3/2").x, signed)


@pytest.mark.parametrize(
    ("Z", "exponent", "unique"),
    [
        ([[1.0, 1.0]], 1, False),
        ([[1.0, 2.0]], 1, True),
        ([[1.0, 0.0]], sympy.oo, False),
        ([[1.0, 2.0]], sympy.oo, True),
        ([[1.0, 0.0], [0.0, 2.0]], sympy.oo, False),
        ([[1.0, 0.0], [0.0, 1.0]], sympy.oo, True),
        ([[1.0, 1.0, 0.0], [1.0, 1.0, 1.0]], 1, False),
        ([[2.0, 1.0], [1.0, 2.0], [1.5, 1.5]], 1, True),  # degenerate: three rows are tight at (1/3, 1/3)
        ([[1.0, 1.0], [1.0, 2.0]], 1, False),
    ],
)
def test_uniqueness_is_decided(Z, exponent, unique):
    """Against vertices of a fine grid: a second solution nearby, or none."""
    found = max_margin((Z, [1] * len(Z)), exponent=exponent)
    assert found.unique is unique, found.reason
    d, norm = len(Z[0]), 1 / found.margin
    steps = np.linspace(-norm, norm, 121 if d == 2 else 41)
    grid = np.array(list(product(steps, repeat=d)))
    sizes = np.abs(grid).max(axis=1) if exponent == sympy.oo else np.abs(grid).sum(axis=1)
    near = grid[(sizes <= norm * (1 + 1e-9)) & ((grid @ np.array(Z).T).min(axis=1) >= 1 - 1e-9)]
    apart = max((np.abs(near - found.x).max() for _ in (0,) if len(near)), default=0.0)
    assert (apart > 1e-6) is not unique


@pytest.mark.parametrize("exponent", ["1/2", *CONVEX])
def test_data_that_cannot_be_separated_are_refused_with_gordans_vector(exponent):
    with pytest.raises(InvalidArgument, match="row 0: 1/2, row 2: 1/2") as refused:
        max_margin(([[2, 1, 0.5], [1, 3, -1], [-2, -1, -0.5]], [1, 1, 1]), exponent=exponent)
    assert "\n" not in str(refused.value)
    with pytest.raises(InvalidArgument, match="zero row 1"):
        max_margin(([[2, 1], [0, 0]], [1, 1]), exponent=exponent)


def test_a_long_vector_of_gordan_is_named():
    rng = np.random.default_rng(0)
    problem = rng.normal(size=(20, 3)), rng.choice([-1.0, 1.0], size=20)
    with pytest.raises(InvalidArgument, match=r"4 rows that no x .*to three digits, row \d+: 0\.\d+, .*, \.\.\) the rows"):
        max_margin(problem, exponent=1)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**6))
def test_gordans_vector_is_exact_and_there_just_where_nothing_separates(seed):
    rng = np.random.default_rng(seed)
    Z, labels = np.round(2 * rng.normal(size=(5, 3))), rng.choice([-1.0, 1.0], size=5)
    Z[(Z == 0).all(axis=1), 0] = 1
    rows = rows_of((Z, labels))
    found = gordan(rows)
    if found is None:
        assert max_margin((Z, labels), exponent=1).margin > 0
        return
    assert sum(found) == 1
    assert all(v >= 0 for v in found)
    assert all(v == 0 for v in rows.pulls(found))
    with pytest.raises(InvalidArgument, match="separable"):
        max_margin((Z, labels), exponent=1)


@pytest.mark.parametrize("exponent", [1, sympy.oo])
def test_nearly_inseparable_data_are_settled_exactly(exponent):
    """Condition 1e15: the doubles alone would not tell."""
    Z, labels = [[1.0, 1.0], [1.0, 1 + 2.0**-50]], [1, -1]
    found = max_margin((Z, labels), exponent=exponent)
    checked_in_fractions(found, Z, labels)
    assert [fraction(v) for v in found.certificate.x] == [2**51 + 1, -(2**51)]


def test_an_exact_answer_does_not_rest_on_highs(monkeypatch):
    Z, labels = separable(5)
    expected = [max_margin((Z, labels), exponent=e).certificate.norm for e in (1, sympy.oo)]
    monkeypatch.setattr(linear, "approximate", lambda rows, sup: None)
    for e, norm in zip((1, sympy.oo), expected, strict=True):
        found = max_margin((Z, labels), exponent=e)
        assert found.certificate.norm == norm
        checked_in_fractions(found, Z, labels)
    assert max_margin((Z, labels), exponent=2).certificate.kind == "balls"


def test_a_wrong_vertex_is_not_accepted():
    rows = rows_of((DATA, [1, 1]))
    found = linear.by_simplex(rows, sup=False)
    assert linear.optimal(rows, list(found.x), list(found.multipliers), sup=False)
    for k in range(3):
        moved = [v + (exact("1/1000000") if j == k else 0) for j, v in enumerate(found.x)]
        assert not linear.optimal(rows, moved, list(found.multipliers), sup=False)
    assert linear.vertex(rows, np.array([0.0, 0.0, 2.0]), np.array([1.0, 0.0]), sup=False) is None


def test_below_one_all_vertices_are_listed():
    found = max_margin((DATA, [1, 1]), exponent="1/2")
    assert found.certificate.kind == "vertices"
    assert found.unique is False  # (1, 0, 0) and (0, 1, 0)
    minima = {tuple(x.tolist()) for x in (found.x, *found.others)}
    assert minima == {(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.4, 0.2, 0.0)}
    rows, rng = np.array(DATA), np.random.default_rng(0)

    def norm(x):
        return (np.abs(x) ** 0.5).sum(axis=-1) ** 2

    for x in minima:
        near = np.array(x) + 1e-5 * rng.normal(size=(2000, 3))
        near /= np.minimum((near @ rows.T).min(axis=1), 1)[:, None]
        assert norm(near).min() > norm(np.array(x)) * (1 - 1e-12)
    everywhere = rng.normal(size=(20000, 3))
    margins = (everywhere @ rows.T).min(axis=1)
    assert (margins[margins > 0] / norm(everywhere[margins > 0])).max() <= found.margin


def test_duplicates_parallel_rows_and_zero_columns_do_not_matter():
    plain = max_margin((DATA, [1, 1]), exponent="3/2")
    more = max_margin(([*DATA, DATA[0], [4.0, 2.0, 1.0]], [1, 1, 1, 1]), exponent="3/2")
    np.testing.assert_allclose(more.x, plain.x, rtol=1e-14)
    wide = max_margin((np.column_stack([np.array(DATA), np.zeros(2)]), [1, 1]), exponent=3)
    assert wide.x[3] == 0
    assert wide.certificate.kind == "balls"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: max_margin((DATA, [1, 1]), exponent=0), "exponent must be a number > 0"),
        (lambda: max_margin((DATA, [1, 1]), exponent=0.5), "write 1/2, not a float"),
        (lambda: max_margin((DATA, [1, 2]), exponent=1), "labels must be"),
        (lambda: max_margin(([[1.0, float("nan")]], [1]), exponent=1), "finite in every entry"),
        (lambda: max_margin(DATA, exponent=1), "problem must be labelled data"),
        (lambda: max_margin((np.ones((30, 30)) + np.eye(30), np.ones(30)), exponent="1/2"), "at most 20000 bases"),
        (lambda: margin_exponent(3, 2), "q must be"),
        (lambda: margin_exponent(2, 0), "depth must be"),
    ],
)
def test_bad_input_is_refused_in_one_line(call, words):
    with pytest.raises(InvalidArgument, match=words) as refused:
        call()
    assert "\n" not in str(refused.value)


def test_where_doubles_do_not_reach_it_is_said():
    with pytest.raises(NotEvaluable, match="margin near 1"):
        max_margin(([[1, 1], [-1, -1 + 2**-30]], [1, 1]), exponent=2)


@pytest.mark.parametrize("exponent", ["11/10", "3/2", 2, 3])
@pytest.mark.parametrize("Z", [[[1e10, 5e9], [1, 3]], [[1e12, 5e12], [1, 3], [1e-12, 2e-12]], [[1e-10, 5e-9], [-1, 3]]])
def test_rows_of_any_sizes_are_certified(Z, exponent):
    """Weak duality again, in numbers of 60 digits: no margin below 1, and lambda whose bound is the norm."""
    found = max_margin((Z, [1] * len(Z)), exponent=exponent)
    assert found.certificate.kind == "balls"
    e = sympy.Rational(exponent)
    with mpmath.workdps(60):
        x, lam = ([mpmath.mpf(float(v.mid())) for v in part] for part in (found.certificate.x, found.certificate.multipliers))
        primal, conjugate = (mpmath.mpf(k.p) / k.q for k in (e, e / (e - 1)))
        pulls = [mpmath.fdot(column, lam) for column in zip(*Z, strict=True)]
        assert min(mpmath.fdot(row, x) for row in Z) > 1 - mpmath.mpf("1e-14")
        assert abs(mpmath.fsum(abs(r) ** conjugate for r in pulls) - 1) < 1e-13
        assert abs(sum(lam) / mpmath.fsum(abs(v) ** primal for v in x) ** (1 / primal) - 1) < 1e-14


@settings(deadline=None, max_examples=8)
@given(st.integers(0, 10**6), st.sampled_from(CONVEX[1:-1]))
def test_random_rows_of_sizes_far_apart_have_their_certificate(seed, exponent):
    Z, labels = separable(seed)
    sizes = 10.0 ** np.random.default_rng(seed).uniform(-12, 12, size=(len(Z), 1))
    assert max_margin((Z * sizes, labels), exponent=exponent).certificate.kind == "balls"


def test_simplex_ends_at_an_optimum_or_on_a_ray():
    one, zero = exact(1), exact(0)
    found = maximise([one, one], [[one, one + one], [one + one, one]], [one, one])
    assert isinstance(found, Optimum)
    assert found.value == sum(found.u) == sum(found.v)
    assert maximise([one, zero], [[zero, one]], [one]) == Ray((one, zero))
    # Beale's example, on which the rule of the largest coefficient may cycle
    c = [exact(v) for v in ("3/4", -20, "1/2", -6)]
    M = [[exact(v) for v in row] for row in (("1/4", -8, -1, 9), ("1/2", -12, "-1/2", 3), (0, 0, 1, 0))]
    assert maximise(c, M, [zero, zero, one]).value == exact("5/4")
