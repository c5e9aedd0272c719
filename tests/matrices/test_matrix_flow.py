"""Flows of matrices as vector fields: decays, energy, agreement with flows of numbers, and what is refused."""

import numpy as np
import pytest
import sympy

from mirrortheory import Coupled, Decoupled, Flow, InvalidArgument, Lq, MatrixFlow, MatrixProduct, NoDecay, Product, Schatten
from mirrortheory.geometries import Entrywise

ALPHA = sympy.Rational(1, 3)


@pytest.mark.parametrize("decay", [NoDecay(), Decoupled(ALPHA), Coupled(ALPHA)], ids=str)
@pytest.mark.parametrize("q", ["1", "3/2", "2"])
@pytest.mark.parametrize("geometry", [Schatten, Entrywise])
def test_products_of_numbers_follow_the_derived_field(geometry, q, decay):
    """On 1 x 1 matrices, and on diagonal ones coordinate by coordinate, both geometries are Lq."""
    flow = Flow(Lq(q), Product(3), decay)
    field = sympy.lambdify([*flow.weights, flow.slope], flow.velocity)
    w, slope = np.array([[0.7, -0.4], [1.2, 0.3], [-0.5, 2.0]]), np.array([-1.5, 0.6])
    matrices = MatrixFlow(geometry(q), MatrixProduct(2, 2, 2, 2), decay)
    found = matrices.velocity(tuple(map(np.diag, w)), np.diag(slope))
    assert np.array(found) == pytest.approx(np.array([np.diag(row) for row in field(*w, slope)]), abs=1e-12)
    single = MatrixFlow(geometry(q), MatrixProduct(1, 1, 1, 1), decay)
    found = single.velocity(tuple(w[:, :1, None]), slope[:1, None])
    assert np.ravel(found) == pytest.approx(np.array(field(*w, slope))[:, 0], abs=1e-12)


@pytest.mark.parametrize("geometry", [Schatten, Entrywise])
@pytest.mark.parametrize("q", ["1", "3/2", "2"])
def test_the_loss_falls_at_the_rate_of_the_dual_norms(geometry, q):
    rng, product = np.random.default_rng(1), MatrixProduct(2, 3, 4)
    flow = MatrixFlow(geometry(q), product)
    factors, slope = tuple(rng.normal(size=shape) for shape in product.shapes), rng.normal(size=product.shape)
    gradients = product.gradients(factors, slope)
    fall = sum((g * v).sum() for g, v in zip(gradients, flow.velocity(factors, slope), strict=True))
    assert fall == pytest.approx(-sum(flow.geometry.dual_norm(g) ** flow.geometry.number for g in gradients))


def test_what_is_not_finite_is_not_moved_but_told():
    flow = MatrixFlow(Schatten(1), MatrixProduct(2, 2))
    with np.errstate(invalid="ignore"):
        assert np.isnan(flow.velocity((np.eye(2),), np.array([[np.inf, 0], [0, 1]]))[0]).all()


def test_what_is_no_flow_of_matrices():
    for geometry in (Lq(1), Entrywise, 1):
        with pytest.raises(InvalidArgument, match="geometry must be a MatrixGeometry"):
            MatrixFlow(geometry, MatrixProduct(2, 2))
    with pytest.raises(InvalidArgument, match="product must be a MatrixProduct"):
        MatrixFlow(Schatten(1), Product(2))
    with pytest.raises(InvalidArgument, match="decay must be a Decay"):
        MatrixFlow(Schatten(1), MatrixProduct(2, 2), 0.1)
    with pytest.raises(InvalidArgument, match="decay must be of a constant rate, for matrices, got"):
        MatrixFlow(Schatten(1), MatrixProduct(2, 2), Decoupled("1/(1+t)"))
