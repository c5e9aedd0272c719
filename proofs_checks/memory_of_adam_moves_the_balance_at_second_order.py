r"""Adam's memory tells layers apart only by how they moved while it lasts, at first order by the difference of two lags.

With G_j the value of x f' seen j steps ago, when the layer had the size u + j delta, and any weights a_j, b_j of the two means,

.. math:: D(u, \delta) = \frac{\sum_j a_j G_j/(u + j\delta)}{\sqrt{\sum_j b_j G_j^2/(u + j\delta)^2}}, \qquad
          D(u, 0) = D, \quad \frac{\partial D}{\partial\delta}(u, 0) = \frac{D}{u}\,(\ell_2 - \ell_1), \qquad
          \ell_1 = \frac{\sum_j j\,a_j G_j}{\sum_j a_j G_j}, \quad
          \ell_2 = \frac{\sum_j j\,b_j G_j^2}{\sum_j b_j G_j^2}

at epsilon = 0. D does not depend on the layer: at frozen weights Adam conserves the balance. With delta = eta D a step moves it by
-(eta D)^2 (l_2 - l_1)(1/u_i - 1/u_j) up to third order, so by O(eta) over a fixed time, as long as the lags stay bounded. A
constant slope and long memory have l = beta/(1 - beta), and |D| = 1: Adam stretches an imbalance at the rate
eta (l_2 - l_1)/(u_i u_j), 990 eta/(u_i u_j) for betas 0.9 and 0.999, whichever way the layers move; at equal betas not at all in
this order. Where the slope falls fast, l_2 grows with the time since, and nothing is claimed.

Source: this project; Kingma and Ba (2015), arXiv:1412.6980, for Adam.
"""

import sympy

from mirrortheory.claims import Claim
from mirrortheory.domain import NONZERO, POSITIVE, Domain
from mirrortheory.evidence import Identity

CLAIM = Claim(
    "memory_of_adam_moves_the_balance_at_second_order",
    r"D(u, 0) = D, \quad \partial_\delta D(u, 0) = \frac{D}{u}(\ell_2 - \ell_1)",
    source="this project; Kingma and Ba (2015), arXiv:1412.6980, for Adam",
    scope="memory of 2..4 steps, any positive weights; any slopes whose mean is not 0; layers u > 0; epsilon = 0",
)

u, other, delta = sympy.Symbol("u", positive=True), sympy.Symbol("v", positive=True), sympy.Symbol("delta", real=True)


def check(epsilon=sympy.S.Zero, second=1, power=1):
    for length in range(2, 5):
        lags = range(length)
        slopes = sympy.symbols(f"G:{length}", real=True)
        a, b = sympy.symbols(f"a:{length}", positive=True), sympy.symbols(f"b:{length}", positive=True)
        mean, square = sum(p * s for p, s in zip(a, slopes, strict=True)), sum(p * s**2 for p, s in zip(b, slopes, strict=True))
        ranges = dict.fromkeys((u, other, *a, *b), POSITIVE) | dict.fromkeys(slopes, NONZERO)
        on = Domain(ranges).where(sympy.Ne(mean, 0))

        def direction(size, a=a, b=b, slopes=slopes, lags=lags):
            seen = [s / (size + j * delta) for s, j in zip(slopes, lags, strict=True)]
            root = sympy.sqrt(sum(p * g**2 for p, g in zip(b, seen, strict=True)))
            return sum(p * g for p, g in zip(a, seen, strict=True)) / (root + epsilon)

        alike = [direction(size).subs(delta, 0) for size in (u, other)]
        yield Identity(*alike, on=on, part=f"{length} steps, frozen weights")
        lag_of_mean = sum(j * p * s for j, p, s in zip(lags, a, slopes, strict=True)) / mean
        lag_of_square = sum(j * p * s**2 for j, p, s in zip(lags, b, slopes, strict=True)) / square
        law = mean / sympy.sqrt(square) / u**power * (second * lag_of_square - lag_of_mean)
        yield Identity(sympy.diff(direction(u), delta).subs(delta, 0), law, on=on, part=f"{length} steps, first order")


MUTANTS = {
    "epsilon 1/10": {"epsilon": sympy.Rational(1, 10)},
    "lag of the mean alone": {"second": 0},
    "lags added": {"second": -1},
    "the same for all layers": {"power": 0},
}
