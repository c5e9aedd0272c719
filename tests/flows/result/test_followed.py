"""What a trajectory and a batch share: an expression, its error and a law are the same whichever way a flow was followed."""

import numpy as np
import pytest
import sympy

from mirrortheory import Decoupled, Flow, Lq, Product, notation
from mirrortheory.errors import InvalidArgument
from mirrortheory.flows import Quadratic, Scalar, simulate

X = sympy.Symbol("x")
TARGET = Quadratic([[1.0]], [1.0])
W1, W2 = Product(2).weights


@pytest.mark.parametrize("expr", [W1 * W2, W1 - 2 * W2, sympy.log(W1), sympy.Integer(3)])
def test_a_batch_gives_the_quantity_of_its_trajectories_within_the_errors(expr):
    flow, starts, times = Flow(Lq(2), Product(2)), [[0.5, 0.25], [0.75, 0.5]], np.linspace(0, 1, 5)
    paths = simulate(flow, TARGET, [[[a], [b]] for a, b in starts], 1.0, times=times)
    values, error = paths.quantity(expr)
    assert values.shape == error.shape == (2, 5, 1)
    for k, start in enumerate(starts):
        single = simulate(flow, TARGET, start, 1.0)
        other, own = single.quantity(expr)
        places = np.searchsorted(single.t, times)
        assert (np.abs(values[k] - other[places]) <= error[k] + own[places]).all()
    assert error.max() < 1e-7
    assert (np.diff(error, axis=1) >= 0).all()


def test_an_expression_of_a_batch_may_hold_the_symbols_that_have_values():
    flow = Flow(Lq(notation.q), Product(2), Decoupled(notation.alpha))
    paths = simulate(flow, TARGET, [[[0.5], [0.25]]] * 2, 1.0, q=[2, 1.5], alpha=[0.1, 0.2])
    values, _ = paths.quantity(W1 + notation.alpha)
    np.testing.assert_array_equal(values, paths.w[:, :, 0] + paths.alpha[:, None, None])
    with pytest.raises(InvalidArgument, match="expr must be an expression in w1, w2, q, alpha, got z"):
        paths.quantity(sympy.Symbol("z"))


def test_what_was_followed_no_more_has_an_infinite_error_and_decides_nothing():
    """dw/dt = w^2 from 1 blows up at 1, and from 1/4 at 4."""
    paths = simulate(Flow(Lq(2), Product(3)), Scalar(-X), np.array([1.0, 0.25])[:, None, None] * np.ones((2, 3, 1)), 2.0)
    assert paths.ended[0] < 2 == paths.ended[1]
    values, error = paths.quantity(paths.flow.weights[0])
    assert np.isnan(values[0, -1]).all()
    assert np.isinf(error[0, -1]).all()
    assert np.isfinite(error[1]).all()
    assert all(law.holds for law in paths.invariants())
