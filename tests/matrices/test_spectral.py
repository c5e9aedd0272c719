"""Spectral potentials against the classical ones, their inverses and gradients, and what is refused."""

import numpy as np
import pytest
import sympy

from mirrortheory import Exp, Flow, InvalidArgument, Lq, Product, Square, derive
from mirrortheory.matrices import SpectralPotential
from mirrortheory.potentials import Potential


def derived(flow, **settings):
    return derive(flow, **settings).potential


ENTROPY = SpectralPotential(derived(Flow(Lq(2), Product(2)), imbalance=(0, 2)))  # R' = asinh(x)/2
SIGN = SpectralPotential(derived(Flow(Lq(1), Product(2)), imbalance=(0, 1)))
NEUMANN = SpectralPotential(Potential.of("x*log(x) - x", "x > 0"), symmetric=True)
BALANCED = SpectralPotential(derived(Flow(Lq(2), Product(2)), imbalance=(0, 0)), symmetric=True)  # half of it
SQUARE = SpectralPotential(derived(Flow(Lq(2), Square())), symmetric=True)
BURG = SpectralPotential(derived(Flow(Lq(2), Exp())), symmetric=True)


def matrices(symmetric, shape=(2, 3)):
    rng = np.random.default_rng(3)
    drawn = [rng.normal(size=(3, 3) if symmetric else shape) for _ in range(2)]
    return [x @ x.T + np.eye(3) / 4 for x in drawn] if symmetric else drawn


def logarithm(matrix):
    values, vectors = np.linalg.eigh(matrix)
    return vectors @ np.diag(np.log(values)) @ vectors.T


@pytest.mark.parametrize("spectral", [ENTROPY, SIGN, NEUMANN, BALANCED, SQUARE, BURG], ids=lambda s: str(s.potential)[:40])
def test_gradient_inverse_and_divergence(spectral):
    X, X0 = matrices(spectral.symmetric)
    Y, h = spectral.mirror_map(X), 1e-6
    direction = np.random.default_rng(4).normal(size=X.shape)
    direction = direction + direction.T if spectral.symmetric else direction
    slope = (spectral(X + h * direction) - spectral(X - h * direction)) / (2 * h)
    assert slope == pytest.approx((Y * direction).sum(), rel=1e-6)
    assert spectral.inverse_mirror_map(Y) == pytest.approx(X, abs=1e-10)
    assert spectral.bregman(X, X0) > 0
    assert spectral.bregman(X, X) == pytest.approx(0, abs=1e-12)
    constant = spectral(X) + spectral.conjugate(Y) - (X * Y).sum()  # Fenchel's equality
    assert constant == pytest.approx(0, abs=1e-10)


def test_classical_divergences():
    X, X0 = matrices(symmetric=True)
    von_neumann = np.trace(X @ (logarithm(X) - logarithm(X0)) - X + X0)
    assert NEUMANN.bregman(X, X0) == pytest.approx(von_neumann)
    assert BALANCED.bregman(X, X0) == pytest.approx(von_neumann / 2)
    assert SQUARE.bregman(X, X0) == pytest.approx(von_neumann)
    ratio = X @ np.linalg.inv(X0)
    assert BURG.bregman(X, X0) == pytest.approx(np.trace(ratio) - np.log(np.linalg.det(ratio)) - 3)


def test_singular_values_alone_count():
    X, _ = matrices(symmetric=False)
    left, right = (np.linalg.qr(np.random.default_rng(5).normal(size=(n, n)))[0] for n in X.shape)
    assert ENTROPY(left @ X @ right) == pytest.approx(ENTROPY(X))
    assert ENTROPY.mirror_map(left @ X @ right) == pytest.approx(left @ ENTROPY.mirror_map(X) @ right)
    assert not ENTROPY.mirror_map(np.zeros((2, 3))).any()
    assert SpectralPotential(Potential.of("x**2/2")).mirror_map(X) == pytest.approx(X)


def test_even_potentials_take_symmetric_matrices_of_either_sign():
    X = np.array([[1.0, 2.0], [2.0, -3.0]])
    both = SpectralPotential(ENTROPY.potential, symmetric=True)
    assert both(X) == pytest.approx(ENTROPY(X))
    assert both.mirror_map(X) == pytest.approx(ENTROPY.mirror_map(X))
    assert both.inverse_mirror_map(both.mirror_map(X)) == pytest.approx(X)


def test_what_is_refused():
    for potential in (NEUMANN.potential, BALANCED.potential, BURG.potential, Potential.of("exp(x)")):
        with pytest.raises(InvalidArgument, match=r"potential must be even, with R'\(0\) = 0, on singular values"):
            SpectralPotential(potential)
    with pytest.raises(InvalidArgument, match="potential must be a mirror potential, got x; "):
        SpectralPotential(sympy.Symbol("x"))
    with pytest.raises(InvalidArgument, match="potential must be free of symbols"):
        SpectralPotential(derived(Flow(Lq(2), Product(2)), imbalance=(0, sympy.Symbol("c", positive=True))))
    with pytest.raises(InvalidArgument, match="X must be symmetric"):
        NEUMANN([[1.0, 2.0], [0.0, 1.0]])
    with pytest.raises(InvalidArgument, match="X must be a matrix of finite real numbers"):
        ENTROPY([[1.0, np.nan]])
    with pytest.raises(InvalidArgument, match="X must be positive definite, got the eigenvalue -1; "):
        BALANCED(np.diag([1.0, -1.0]))
    with pytest.raises(InvalidArgument):
        NEUMANN(np.diag([1.0, -1.0]))


def test_a_divergence_of_two_shapes_is_refused():
    entropy = SpectralPotential(derive(Flow(Lq(2), Product(2)), imbalance=(0, 2)).potential)
    with pytest.raises(InvalidArgument, match="X0 must be of the shape"):
        entropy.bregman(np.ones((1, 2)), np.ones((2, 2)))


@pytest.mark.parametrize("matrix", [1j * np.eye(2), "x", None, np.zeros((0, 0)), [1.0, 2.0]])
def test_what_is_no_real_matrix_is_refused(matrix):
    entropy = SpectralPotential(derive(Flow(Lq(2), Product(2)), imbalance=(0, 2)).potential)
    with pytest.raises(InvalidArgument, match="a matrix of finite real numbers"):
        entropy.mirror_map(matrix)


def test_what_doubles_cannot_hold_is_refused():
    burg = SpectralPotential(derive(Flow(Lq(2), Exp())).potential, symmetric=True)
    with pytest.raises(InvalidArgument, match="doubles can hold"):
        burg.mirror_map(np.diag([1e-320, 1.0]))
