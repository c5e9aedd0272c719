r"""Adam's memory tells layers apart only by how they moved while it lasts, at first order by the difference of two lags.

With G_j the value of x f' seen j steps ago, when the layer had the size u + j delta, and any weights a_j, b_j of the two means,

.. math:: D(u, \delta) = \frac{\sum_j a_j G_j/(u + j\delta)}{\sqrt{\sum_j b_j G_j^2/(u + j\delta)^2}}, \qquad
          D(u, 0) = D, \quad \frac{\partial D}{\partial\delta}(u, 0) = \frac{D}{u}\,(\ell_2 - \ell_1), \qquad
          \ell_1 = \frac{\sum_j j\,a_j G_j}{\sum_j a_j G_j}, \quad
          \ell_2 = \frac{\sum_j j\,b_j G_j^2}{\sum_j b_j G_j^2}

at epsilon = 0. D does not depend on the layer: at frozen weights Adam conserves the balance. With delta = eta D a step from the
sizes u_i, u_j moves it by

.. math:: \Delta\bigl(|w_i| - |w_j|\bigr) = -(\eta D)^2 (\ell_2 - \ell_1)\Bigl(\frac1{u_i} - \frac1{u_j}\Bigr) + O(\eta^3),

stated by the value and the derivative of Delta/eta at eta = 0. As G_j is not 0, D is smooth in delta near 0, so that by Taylor's
theorem the rest of Delta/eta is O(eta^2): on paper. Not checked: so it moves by
O(eta) over a fixed time while the lags stay bounded. A constant slope and long memory have
l = beta/(1 - beta) and |D| = 1: Adam stretches an imbalance at the rate eta (l_2 - l_1)/(u_i u_j),
990 eta/(u_i u_j) for betas 0.9 and 0.999, whichever way the layers move; at equal betas not at all in this order.

Source: this project; Kingma and Ba (2015), arXiv:1412.6980, for Adam.
"""

import sympy

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import Named, at
from mirrortheory.domain import NONZERO, POSITIVE, Domain
from mirrortheory.evidence import Identity

CLAIM = Claim(
    "memory_of_adam_moves_the_balance_at_second_order",
    r"\Delta(|w_i| - |w_j|) = -(\eta D)^2 (\ell_2 - \ell_1)\left(\frac{1}{u_i} - \frac{1}{u_j}\right) + O(\eta^3)",
    topic="discrete",
    source="this project; Kingma and Ba (2015), arXiv:1412.6980, for Adam",
    scope="depth 2; memory of 2 or 3 steps, in which each layer moved by eta D a step, any positive weights of the two means; "
    "any x f' seen, of mean not 0; positive layers before and after; epsilon = 0",
    on_paper=("D is smooth in the step, so that by Taylor's theorem the rest is O(eta^3)",),
)

u, v = sympy.symbols("u v", positive=True)
delta, eta = sympy.symbols("delta eta", real=True)


def check(epsilon=sympy.S.Zero, second=1, power=1):
    flow = Flow(Lq(1), Product(2))
    for length in (2, 3):
        lags = range(length)
        slopes = sympy.symbols(f"G:{length}", real=True)
        a, b = sympy.symbols(f"a:{length}", positive=True), sympy.symbols(f"b:{length}", positive=True)
        mean, square = sum(p * s for p, s in zip(a, slopes, strict=True)), sum(p * s**2 for p, s in zip(b, slopes, strict=True))
        on = Domain(dict.fromkeys((u, v, *a, *b), POSITIVE) | dict.fromkeys(slopes, NONZERO)).where(sympy.Ne(mean, 0))
        before = [dict(zip(flow.weights, (u + j * delta, v + j * delta), strict=True)) for j in lags]
        directions = []
        for w in flow.weights:
            gradient = flow.slope * sympy.Derivative(flow.effective, w)
            seen = [at(at(gradient, {flow.slope: s / flow.effective}), old) for s, old in zip(slopes, before, strict=True)]
            root = sympy.sqrt(sum(p * g**2 for p, g in zip(b, seen, strict=True)))
            directions.append(Named(f"D_{w}_{length}", sum(p * g for p, g in zip(a, seen, strict=True)) / (root + epsilon)))
        common = mean / sympy.sqrt(square)
        lag_of_mean = sum(j * p * s for j, p, s in zip(lags, a, slopes, strict=True)) / mean
        lag_of_square = sum(j * p * s**2 for j, p, s in zip(lags, b, slopes, strict=True)) / square
        excess = common * (second * lag_of_square - lag_of_mean)
        for size, direction in zip((u, v), directions, strict=True):
            part = f"{length} steps, layer of size {size}"
            yield Identity(at(direction, {delta: 0}), common, on=on, part=f"{part}, frozen weights")
            drift = at(sympy.Derivative(direction, delta), {delta: 0})
            yield Identity(drift, excess / size**power, on=on, part=f"{part}, first order")
        # The step moves the balance by eta times this, which vanishes at eta = 0.
        apart = -sympy.Add(*(s * at(d, {delta: eta * common}) for s, d in zip((1, -1), directions, strict=True)))
        yield Identity(at(apart, {eta: 0}), 0, on=on, part=f"{length} steps, the balance to first order")
        law = -common * excess * (1 / u**power - 1 / v**power)
        yield Identity(at(sympy.Derivative(apart, eta), {eta: 0}), law, on=on, part=f"{length} steps, to second order")


MUTANTS = {
    "epsilon 1/10": {"epsilon": sympy.Rational(1, 10)},
    "lag of the mean alone": {"second": 0},
    "lags added": {"second": -1},
    "the same for all layers": {"power": 0},
}
