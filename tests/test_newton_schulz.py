"""Newton-Schulz: it acts on singular values alone, and its certified range holds every value that is sampled, tightly."""

import numpy as np
import pytest
import sympy

from mirrortheory import InvalidArgument, Schatten
from mirrortheory.errors import NotEvaluable
from mirrortheory.geometries import CUBIC, MUON, exact_coefficients, newton_schulz, newton_schulz_error


def iterated(s, steps, coefficients):
    a, b, c = map(float, exact_coefficients(coefficients))
    for _ in range(steps):
        s = a * s + b * s**3 + c * s**5
    return s


@pytest.mark.parametrize("shape", [(3, 3), (2, 5), (5, 2), (1, 4)])
def test_it_acts_on_singular_values(shape):
    matrix = np.random.default_rng(3).normal(size=shape)
    left, sizes, right = np.linalg.svd(matrix / np.linalg.norm(matrix), full_matrices=False)
    for coefficients in (MUON, CUBIC, (2, "-3/2", 0.5)):
        expected = left * iterated(sizes, 5, coefficients) @ right
        assert newton_schulz(matrix, coefficients=coefficients) == pytest.approx(expected, abs=1e-12)
    assert newton_schulz(matrix, 0) == pytest.approx(matrix / np.linalg.norm(matrix))
    assert newton_schulz(matrix, 40, coefficients=CUBIC) == pytest.approx(Schatten(1).link_of(matrix), abs=1e-10)


def test_of_the_zero_matrix_it_is_zero():
    assert not newton_schulz(np.zeros((2, 3))).any()


@pytest.mark.parametrize(
    ("steps", "low", "coefficients"), [(5, "1/100", MUON), (5, "1/1000", MUON), (7, "1/10", CUBIC), (0, "1/2", MUON)]
)
def test_the_range_holds_every_sample_and_is_tight(steps, low, coefficients):
    found = newton_schulz_error(steps, low, coefficients=coefficients)
    values = iterated(np.linspace(float(sympy.Rational(low)), 1, 100_001), steps, coefficients)
    assert found.low <= values.min() + 1e-12
    assert values.max() - 1e-12 <= found.high
    assert values.min() - found.low < 1e-4
    assert found.high - values.max() < 1e-4
    assert found.slack <= 1.1e-6
    assert np.abs(values - 1).max() <= found.error


def test_five_steps_of_muon_do_not_converge():
    """From singular values in [1/100, 1] they end in [0.681, 1.135], and more steps do not help."""
    for steps in (5, 6, 8):
        found = newton_schulz_error(steps, "1/100")
        assert (round(found.low, 4), round(found.high, 4)) == (0.6818, 1.1344)
    assert round(newton_schulz_error(5, "1/1000").low, 3) == 0.471
    assert newton_schulz_error(18, "1/100", coefficients=CUBIC).error < 1e-8


def test_what_is_refused():
    with pytest.raises(NotEvaluable, match="no bound is found after 50 steps"):
        newton_schulz_error(50, 0, 3, parts=4)
    for low, high in ((1, 1), (-1, 1), ("1/2", "1/3")):
        with pytest.raises(InvalidArgument, match="low must be at least 0 and below high"):
            newton_schulz_error(5, low, high)
    for wrong in ((1, 2), "abc", 3.0):
        with pytest.raises(InvalidArgument, match=r"coefficients must be three numbers \(a, b, c\)"):
            newton_schulz(np.eye(2), coefficients=wrong)
    with pytest.raises(InvalidArgument, match="steps must be"):
        newton_schulz(np.eye(2), -1)


def test_nothing_stays_nothing_and_large_entries_do_not_overflow():
    assert not newton_schulz(np.zeros((2, 2)), eps=0.0).any()
    assert np.allclose(newton_schulz(1e200 * np.eye(2), 30, coefficients=CUBIC), np.eye(2))
    with pytest.raises(InvalidArgument, match="a matrix of finite real numbers"):
        newton_schulz([1.0, 2.0])
