"""Products of matrices: shapes, gradients against differences, rows of all entries, and what is refused."""

import pickle

import numpy as np
import pytest

from mirrortheory import InvalidArgument, MatrixProduct


@pytest.mark.parametrize("widths", [(2, 3), (2, 3, 2), (3, 1, 2, 4), (1, 1, 1)])
def test_gradients_are_those_of_differences(widths):
    rng, product = np.random.default_rng(0), MatrixProduct(*widths)
    factors = tuple(rng.normal(size=shape) for shape in product.shapes)
    slope, h = rng.normal(size=product.shape), 1e-6

    def loss(flat):
        return float((slope * product.effective(product.split(flat))).sum())

    flat = product.flat(factors)
    differences = [(loss(flat + h * unit) - loss(flat - h * unit)) / (2 * h) for unit in np.eye(len(flat))]
    assert product.flat(product.gradients(factors, slope)) == pytest.approx(differences, abs=1e-8)
    for back, factor in zip(product.split(np.stack([flat, flat])), factors, strict=True):
        assert np.array_equal(back, np.stack([factor, factor]))
    assert product.effective(factors) == pytest.approx(np.linalg.multi_dot(factors) if len(factors) > 1 else factors[0])


def test_it_is_a_value():
    assert repr(MatrixProduct(2, 3, 2)) == "MatrixProduct(2, 3, 2)"
    assert MatrixProduct(2, 3) == pickle.loads(pickle.dumps(MatrixProduct(2, 3)))
    assert hash(MatrixProduct(2, 3)) == hash(MatrixProduct(2, 3))


@pytest.mark.parametrize("widths", [(), (2,), (2, 0), (2, -1), (2, 1.5), (2, "x"), ((2, 3),)])
def test_widths_that_are_refused(widths):
    with pytest.raises(InvalidArgument, match="widths must be"):
        MatrixProduct(*widths)


@pytest.mark.parametrize(
    ("initial", "message"),
    [
        ([np.eye(2)], "initial must be 2 matrices, of shapes (2, 3) and (3, 2), got 1 of them; "),
        (None, "initial must be 2 matrices"),
        ("ab", "initial must be 2 matrices"),
        ([np.eye(2), np.eye(2)], "initial W_1 must be of shape (2, 3), got (2, 2); "),
        ([np.ones((2, 3)), np.ones((2, 3))], "initial W_2 must be of shape (3, 2), got (2, 3); "),
        ([np.ones((2, 3)), np.full((3, 2), np.nan)], "initial W_2 must be finite in every entry, got nan; "),
        ([[[1, 2, 3], [1, 2]], np.ones((3, 2))], "initial W_1 must be made of numbers in equal rows"),
        (np.ones((2, 2, 3, 2)), "initial W_1 must be of shape (2, 3), got (2, 3, 2); "),
    ],
)
def test_starts_that_are_refused(initial, message):
    with pytest.raises(InvalidArgument) as refused:
        MatrixProduct(2, 3, 2).factors_of(initial)
    assert str(refused.value).startswith(message)
    assert "\n" not in str(refused.value)
