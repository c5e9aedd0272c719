"""AdamW run to its end: balanced, at the stationary point of the loss plus its penalty; and the threshold of growing imbalances."""

import numpy as np
import pytest
import sympy
from thinning import thinned

from mirrortheory import Product
from mirrortheory.flows import AdamW, Quadratic, Scalar, descend

X = sympy.Symbol("x")
EPS, ALPHA = 0.2, 0.5


def slope_of_the_penalty(x, depth):
    """Of eps L (-u - log(1 - alpha u)/alpha), u = x^(1/L), by a difference of its values."""

    def penalty(x):
        u = x ** (1 / depth)
        return EPS * depth * (-u - np.log(1 - ALPHA * u) / ALPHA)

    h = 1e-5
    return (penalty(x + h) - penalty(x - h)) / (2 * h)


@thinned("depth", [1, 2, 3], every=2)
@thinned("target", [1.5, 3.0], every=2)
def test_layers_end_balanced_where_loss_and_penalty_balance(depth, target):
    start = np.array([1.5, 0.7, -1.1])[:depth, None]
    start[-1] *= np.sign(start.prod())  # so that x > 0
    optimizer = AdamW(0.02, 0.5, 0.6, EPS, ALPHA)
    path = descend(optimizer, Product(depth), Quadratic([[1.0]], [target]), start, 20_000, record=20_000)
    sizes, x = np.abs(path.w[-1][:, 0]), path.x[-1, 0]
    print(f"depth {depth}: |w| = {sizes}, x = {x:.6f}")
    assert np.ptp(sizes) < 1e-9
    assert ALPHA * sizes.max() < 1
    assert x > 0.1
    assert target - x == pytest.approx(slope_of_the_penalty(x, depth), abs=1e-7)


@pytest.mark.parametrize(("part", "grows"), [(0.5, True), (0.9, True), (1.1, False), (2.0, False)])
def test_an_imbalance_grows_below_the_threshold_and_shrinks_above_it(part, grows):
    """Layers near 1 and 1/2 that keep their place: the target is far, the run is short, the memory full when it is measured."""
    eta, beta1, beta2 = 2e-6, 0.5, 0.99
    lags = beta2 / (1 - beta2) - beta1 / (1 - beta1)
    alpha = part * eta * lags / 0.5
    path = descend(AdamW(eta, beta1, beta2, 0.0, alpha), Product(2), Scalar(-X), [1.0, 0.5], 3000, record=1500)
    w1, w2 = Product(2).weights
    balance = path.quantity(abs(w1) - abs(w2))[:, 0]
    assert (balance[2] > balance[1]) == grows
    rate = (balance[2] - balance[1]) / (1500 * eta)
    sizes = path.w[1:, :, 0].mean(axis=0)
    law = (eta * lags / sizes.prod() - alpha) * (sizes[0] - sizes[1])
    assert rate == pytest.approx(law, rel=0.02, abs=0.01 * alpha * 0.5)
