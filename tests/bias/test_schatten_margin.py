"""Margins of multiclass data in Schatten norms: known ones, CVXPY's, those of descent, and what is refused."""

import time
import warnings
from fractions import Fraction

import numpy as np
import pytest
import sympy

from mirrortheory import max_margin
from mirrortheory.bias.matrices import max_schatten_margin
from mirrortheory.bias.matrices.power_norm import Power, UnitBall
from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import exact, precision, schatten_norm
from mirrortheory.geometries import Schatten

CVXPY_IS_MISSING = "CVXPY is not installed; pip install mirrortheory[convex]"
NORMS = (1, "9/8", "3/2", 2, 3, 20, sympy.oo)
TABLES = [range(5), pytest.param(range(5, 40), marks=pytest.mark.slow)]


def drawn(seed):
    rng = np.random.default_rng(seed)
    classes, d = int(rng.integers(2, 6)), int(rng.integers(2, 11))
    n = int(rng.integers(classes, 31))
    W, h = rng.normal(size=(classes, d)), rng.normal(size=(n, d))
    return h, np.argmax(h @ W.T, axis=1), classes


def margins_of(W, h, labels):
    scores = h @ W.T
    others = scores[np.arange(len(h)), labels][:, None] - scores
    others[np.arange(len(h)), labels] = np.inf
    return others


def size(matrix, order):
    return float(np.linalg.norm(np.linalg.svd(matrix, compute_uv=False), order))


@pytest.mark.parametrize("seeds", TABLES, ids=["few", "many"])
def test_both_bounds_are_near_and_are_those_of_the_matrices_given(seeds):
    for seed in seeds:
        h, labels, classes = drawn(seed)
        for p in NORMS:
            found = max_schatten_margin(h, labels, p=p, classes=classes)
            order = np.inf if p == sympy.oo else float(sympy.Rational(p))
            dual = np.inf if order == 1 else 1.0 if order == np.inf else order / (order - 1)
            assert 0 < found.margin_at_least <= found.margin_at_most <= found.margin_at_least * (1 + 1e-9)
            assert abs(size(found.direction, order) - 1) < 1e-12
            assert margins_of(found.direction, h, labels).min() == pytest.approx(found.margin_at_least, rel=1e-9)
            assert found.multipliers.min() >= 0
            assert found.multipliers.sum() == pytest.approx(1)
            pull = sum(
                weight * np.outer(np.eye(classes)[labels[i]] - np.eye(classes)[k], h[i])
                for (i, k), weight in np.ndenumerate(found.multipliers)
            )
            assert size(pull, dual) == pytest.approx(found.margin_at_most, rel=1e-9)


@pytest.mark.parametrize("p", [1, 2, sympy.oo], ids=str)
def test_cvxpy_finds_the_same_margin(p):
    cvxpy = pytest.importorskip("cvxpy", reason=CVXPY_IS_MISSING)
    for seed in range(4):
        h, labels, classes = drawn(seed)
        W, margin = cvxpy.Variable((classes, h.shape[1])), cvxpy.Variable()
        norm = {1: cvxpy.normNuc, 2: lambda M: cvxpy.norm(M, "fro"), sympy.oo: cvxpy.sigma_max}[p](W)
        scores = h @ W.T
        own = cvxpy.sum(cvxpy.multiply(np.eye(classes)[labels], scores), axis=1)
        others = [own - scores[:, k] + 1e3 * (labels == k) >= margin for k in range(classes)]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = cvxpy.Problem(cvxpy.Maximize(margin), [norm <= 1, *others]).solve(solver="CLARABEL")
        found = max_schatten_margin(h, labels, p=p, classes=classes)
        assert found.margin == pytest.approx(value, rel=2e-6)


@pytest.mark.parametrize("classes", range(2, 7))
def test_one_datum_for_each_class(classes):
    for p in NORMS:
        found = max_schatten_margin(np.eye(classes), range(classes), p=p)
        known = (classes - 1.0) ** (-1 / (np.inf if p == sympy.oo else float(sympy.Rational(p))))
        assert found.margin_at_least * (1 - 1e-15) <= known <= found.margin_at_most * (1 + 1e-15)
        assert found.margin_at_most <= found.margin_at_least * (1 + 1e-9)
        centred = np.eye(classes) - 1 / classes
        assert np.abs(found.direction / found.direction[0, 0] - centred / centred[0, 0]).max() < 1e-4


def test_bounds_hold_exactly():
    """The margin of K = 3 at p = 2 is 1/sqrt 2; what is returned proves the bounds, in rationals up to one root."""
    found = max_schatten_margin(np.eye(3), range(3), p=2)
    low, high = Fraction(found.margin_at_least), Fraction(found.margin_at_most)
    assert low**2 <= Fraction(1, 2) <= high**2
    W = [[Fraction(v) for v in row] for row in found.direction.tolist()]
    least = min(W[i][i] - W[k][i] for i in range(3) for k in range(3) if k != i)
    assert low**2 * sum(v * v for row in W for v in row) <= least**2
    weights = [[Fraction(v) for v in row] for row in found.multipliers.tolist()]
    pull = [[sum(weights[i]) if i == k else -weights[i][k] for i in range(3)] for k in range(3)]
    assert sum(v * v for row in pull for v in row) <= (high * sum(map(sum, weights))) ** 2


def test_the_gradient_exponent_names_the_conjugate_norm():
    h, labels, classes = drawn(0)
    for q, p in ((1, sympy.oo), ("3/2", 3), (2, 2)):
        ours, theirs = (max_schatten_margin(h, labels, classes=classes, **given) for given in ({"q": q}, {"p": p}))
        assert ours.exponent == theirs.exponent
        assert ours.margin_at_least == theirs.margin_at_least


def test_two_classes_are_the_margin_of_a_vector():
    """W = (w, -w) has one singular value: sqrt(2) |w|."""
    h, labels, _ = drawn(3)
    labels = (h @ np.arange(1, h.shape[1] + 1) > 0).astype(int)
    euclidean = max_margin((h, 2 * labels - 1), exponent=2).margin
    for p in (1, 2, sympy.oo):
        assert max_schatten_margin(h, labels, p=p).margin == pytest.approx(np.sqrt(2) * euclidean, rel=1e-7)


def test_bounds_hold_for_any_scale_of_the_data_and_are_exact():
    h, labels, classes = drawn(1)
    for scale in (2.0**-200, 2.0**150):
        found = max_schatten_margin(h * scale, labels, p="3/2", classes=classes)
        assert found.margin / scale == pytest.approx(max_schatten_margin(h, labels, p="3/2", classes=classes).margin, rel=1e-9)
    W = [[exact(float(v)) for v in row] for row in found.direction]
    with precision(128):
        assert schatten_norm(W, sympy.Rational(3, 2)) > 0


def hard(name):
    rng = np.random.default_rng(0)
    W, h = rng.normal(size=(3, 4)), rng.normal(size=(10, 4))
    return {
        "one datum": ([[1.0, 2.0]], [1], 2),
        "classes without data": (rng.normal(size=(2, 3)), [0, 1], 5),
        "one column": ([[1.0], [-2.0]], [0, 1], 2),
        "nearly inseparable": ([[1.0, 0.0], [1.0, 1e-7]], [0, 1], 2),
        "twice the same": (np.vstack([h, h]), np.tile(np.argmax(h @ W.T, axis=1), 2), 3),
        "rows of sizes from 1e-6 to 1e6": (h * 10.0 ** np.linspace(-6, 6, 10)[:, None], np.argmax(h @ W.T, axis=1), 3),
    }[name]


@pytest.mark.parametrize(
    "name",
    ["one datum", "classes without data", "one column", "nearly inseparable", "twice the same", "rows of sizes from 1e-6 to 1e6"],
)
def test_hard_data_have_near_bounds_at_every_norm(name):
    data, labels, classes = hard(name)
    for p in (1, "101/100", "3/2", 2, "21/10", 3, 1000, sympy.oo):
        found = max_schatten_margin(data, labels, p=p, classes=classes)
        assert 0 < found.margin_at_least <= found.margin_at_most <= found.margin_at_least * (1 + 1e-8)


def test_five_hundred_pairs_take_a_second():
    rng = np.random.default_rng(5)
    W, h = rng.normal(size=(6, 6)), rng.normal(size=(100, 6))
    labels = np.argmax(h @ W.T, axis=1)
    before = time.process_time()
    for p in (1, 3, sympy.oo):
        max_schatten_margin(h, labels, p=p, classes=6)
    assert time.process_time() - before < 10


@pytest.mark.parametrize(
    "function", [Power(3, 4, 1.0, 0.1), Power(3, 4, 1.5, 0.2), Power(4, 3, 5.0, 0.0), UnitBall(3, 3, 0.5)], ids=str
)
def test_slopes_and_hessians_are_derivatives(function):
    rng = np.random.default_rng(0)
    flat = 0.2 * rng.normal(size=function.rows * function.columns)
    steps = 1e-5 * np.eye(len(flat))
    slope = [(function.value(flat + h) - function.value(flat - h)) / 2e-5 for h in steps]
    assert np.abs(function.slope(flat) - slope).max() < 1e-8 * (1 + np.abs(slope).max())
    rows = np.array([(function.slope(flat + h) - function.slope(flat - h)) / 2e-5 for h in steps])
    assert np.abs(function.hessian(flat) - rows).max() < 1e-7 * (1 + np.abs(rows).max())


def gradient_of(W, h, labels):
    """The gradient of the logistic loss, up to a positive factor that keeps it from underflow."""
    differences = margins_of(W, h, labels)
    logs = -np.logaddexp.reduce(-differences, axis=1, initial=0.0)  # -log(1 + sum exp(-m))
    logs = logs[:, None] - differences
    weights = np.exp(logs - logs.max())
    pulled = weights.T @ h
    np.add.at(pulled, labels, -weights.sum(axis=1)[:, None] * h)
    return pulled


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("q", [1, "3/2", 2], ids=str)
def test_normalised_descent_comes_near_the_margin_of_its_own_norm(q, seed):
    rng = np.random.default_rng(seed)
    W, h = rng.normal(size=(3, 4)), rng.normal(size=(9, 4))
    labels = np.argmax(h @ W.T, axis=1)
    link, found = Schatten(q), max_schatten_margin(h, labels, q=q, classes=3)
    order = np.inf if q == 1 else float(found.exponent)
    W, reached = np.zeros((3, 4)), []
    for k in range(1, 1501):
        direction = link.link_of(gradient_of(W, h, labels))
        W = W - 0.5 / np.sqrt(k) * direction / size(direction, order)
        if k in (150, 1500):
            reached.append(margins_of(W, h, labels).min() / size(W, order) / found.margin_at_most)
    assert 0.75 < reached[0] < reached[1] < 1
    assert reached[1] > 0.94


def test_sign_descent_comes_near_the_entrywise_margin_and_not_the_spectral_one():
    rng = np.random.default_rng(0)
    W, h = rng.normal(size=(3, 4)), rng.normal(size=(9, 4))
    labels = np.argmax(h @ W.T, axis=1)
    pairs = [np.outer(np.eye(3)[y] - np.eye(3)[k], h[i]).ravel() for i, y in enumerate(labels) for k in range(3) if k != y]
    entrywise = max_margin((np.array(pairs), np.ones(len(pairs))), exponent=sympy.oo).margin
    W = np.zeros((3, 4))
    for k in range(1, 1501):
        W = W - 0.5 / np.sqrt(k) * np.sign(gradient_of(W, h, labels))
    least = margins_of(W, h, labels).min()
    assert 0.94 < least / np.abs(W).max() / entrywise < 1
    assert least / size(W, np.inf) < 0.94 * max_schatten_margin(h, labels, q=1, classes=3).margin


def test_data_that_cannot_be_separated_are_refused_with_the_pairs_that_show_it():
    with pytest.raises(InvalidArgument, match=r"datum 0 against class 1: 2/3, datum 1 against class 0: 1/3; .* is 0, exactly"):
        max_schatten_margin([[1, 0], [2, 0]], [0, 1], q=1)
    rng = np.random.default_rng(0)
    with pytest.raises(InvalidArgument, match="separable by some W, got .* pairs") as refused:
        max_schatten_margin(rng.normal(size=(20, 2)), rng.integers(0, 3, size=20), p=2)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([[1.0, 2.0], [2.0, 1.0]], [0, 1], {"q": 1, "p": 2}), "given, or else p"),
        (([[1.0, 2.0], [2.0, 1.0]], [0, 1], {}), "given, or else p"),
        (([[1.0, 2.0], [2.0, 1.0]], [0, 1], {"q": 3}), r"in \[1, 2\]"),
        (([[1.0, 2.0], [2.0, 1.0]], [0, 1], {"p": "1/2"}), ">= 1"),
        (([[1.0, 2.0], [2.0, 1.0]], [1, 2], {"q": 1}), "none of class 0"),
        (([[1.0, 2.0]], None, {"q": 1}), "a list of integers >= 0"),
        (([[1.0, 2.0]], [0.5], {"q": 1}), "integers >= 0, one for each"),
        (([[1.0, 2.0]], [0, 1], {"q": 1}), "integers >= 0, one for each"),
        (([[1.0, 2.0]], [1], {"q": 1, "classes": 1}), "classes must be an integer >= 2"),
        (([[0.0, 0.0], [1.0, 1.0]], [0, 1], {"q": 1}), "without zero rows"),
        (([[1e200, 0.0], [1.0, 1.0]], [0, 1], {"q": 1}), "sizes from 1e-100"),
        (([[np.nan, 0.0], [1.0, 1.0]], [0, 1], {"q": 1}), "finite"),
    ],
)
def test_what_is_refused(arguments, words):
    data, labels, given = arguments
    with pytest.raises(InvalidArgument, match=words):
        max_schatten_margin(data, labels, **given)
