"""Exponentiated gradient, one-sided and two-sided, and gradient descent on two layers: where their steps end."""

import numpy as np
import pytest

from mirrortheory import PowerDifference, Product
from mirrortheory.errors import InvalidArgument
from mirrortheory.flows import ExponentiatedGradient, GradientDescent, Quadratic, descend

EPS = float(np.finfo(float).eps)


def regression(seed):
    """Return a random underdetermined regression with 2 data in 5 coordinates."""
    rng = np.random.default_rng(seed)
    return Quadratic(rng.normal(size=(2, 5)), rng.normal(size=2)), rng


def outside(problem, y):
    """Return how far y is from the row space of the data."""
    basis, _ = np.linalg.qr(problem.Z.T)
    return float(np.abs(y - basis @ (basis.T @ y)).max())


@pytest.mark.parametrize("seed", range(4))
def test_two_sides_are_mirror_descent_of_the_hyperbolic_entropy(seed):
    problem, rng = regression(seed)
    start = rng.uniform(0.1, 2, size=(2, 5))
    eta = 1 / np.linalg.norm(problem.Z, 2) ** 2 / 8
    path = descend(ExponentiatedGradient(eta), PowerDifference(1), problem, start, 200)
    width = 2 * np.sqrt(start[0] * start[1])
    assert np.abs(path.w[:, 0] * path.w[:, 1] / (start[0] * start[1]) - 1).max() < 1000 * EPS
    slopes = np.array([problem.slope(x) for x in path.x[:-1]])
    moved = np.diff(np.arcsinh(path.x / width), axis=0)
    assert np.abs(moved + eta * slopes).max() < 1000 * EPS * (1 + np.abs(slopes).max())


@pytest.mark.parametrize("seed", range(2))
def test_it_ends_at_the_projection_at_a_large_step_where_gradient_descent_does_not(seed):
    problem, rng = regression(seed)
    start = np.array([np.full(5, 1.0), rng.uniform(0.2, 0.8, size=5)])
    eta = 1 / np.linalg.norm(problem.Z, 2) ** 2 / 8
    ends = {}
    for optimizer, reparam in ((ExponentiatedGradient(eta), PowerDifference(1)), (GradientDescent(eta), Product(2))):
        path = descend(optimizer, reparam, problem, start, 8000, record=8000)
        assert path.loss[-1] < 1e-20
        ends[reparam] = path
    u, v = np.moveaxis(ends[PowerDifference(1)].w, 1, 0)
    y = np.log(u / v) / 2
    assert outside(problem, y[-1] - y[0]) < 1e-12
    first, second = np.moveaxis(ends[Product(2)].w, 1, 0)
    y = np.log((first + second) / (first - second)) / 2
    assert outside(problem, y[-1] - y[0]) > 1e-6


@pytest.mark.parametrize("seed", range(4))
def test_gradient_descent_on_two_layers_ends_at_the_projection_of_a_shifted_start(seed):
    problem, rng = regression(seed)
    start = np.array([np.full(5, 1.0), rng.uniform(0.2, 0.8, size=5)])
    eta = 1 / np.linalg.norm(problem.Z, 2) ** 2 / 8
    path = descend(GradientDescent(eta), Product(2), problem, start, 4000)
    steps = eta * np.array([problem.slope(x) for x in path.x[:-1]])
    plus, minus = path.w[:, 0] + path.w[:, 1], path.w[:, 0] - path.w[:, 1]
    scale = path.w[:, 0] ** 2 - path.w[:, 1] ** 2
    assert np.abs(scale[-1] / scale[0] / np.prod(1 - steps**2, axis=0) - 1).max() < 1e-11
    y = np.log(plus / minus) / 2
    shift = (np.arctanh(steps) - steps).sum(axis=0)
    assert np.abs(shift).max() > 1e-6
    assert outside(problem, y[-1] - (y[0] - shift)) < 1e-11


@pytest.mark.parametrize("weight", [0.0, -1.0])
def test_weights_must_be_positive(weight):
    problem = Quadratic([[1.0]], [1.0])
    with pytest.raises(InvalidArgument, match="positive under exponentiated gradient"):
        descend(ExponentiatedGradient(0.1), Product(1), problem, [[weight]], 1)
