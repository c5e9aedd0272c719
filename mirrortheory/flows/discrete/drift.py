r"""How far Adam moves a balance: measured on a slope that stays the same, and as its lags say.

Two layers grow under f(x) = -x, at epsilon = 0. In step k the corrected means lag by

.. math:: \ell_k = \tau - \frac{k\beta^k}{1 - \beta^k}, \quad \tau = \frac{\beta}{1 - \beta}, \qquad
          \Delta_k\bigl(|w_1| - |w_2|\bigr) = \eta^2\,(\ell^{(1)}_k - \ell^{(2)}_k)\Bigl(\frac1{|w_1|} - \frac1{|w_2|}\Bigr) + \dots

before which both layers have grown by (k - 1) eta. What is left out is smaller by a factor of eta tau/|w|, the part of a layer by
which it moves while the memory lasts.

Source: this project; Kingma and Ba (2015), arXiv:1412.6980, for Adam.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import sympy

from mirrortheory.errors import InvalidArgument
from mirrortheory.flows.discrete.adam import Adam
from mirrortheory.flows.discrete.descent import descend
from mirrortheory.flows.problems import Array, Scalar
from mirrortheory.reparams import Product

_MEMORIES = 10  # in a run
_MOST_STEPS = 10**6
_ROUNDING = 1e-3  # of the drift, at most


class Drift(NamedTuple):
    """How far |w_1| - |w_2| moved: measured, and by the lags; and over how many steps, and the largest eta tau/|w| on the way."""

    measured: float
    predicted: float
    steps: int
    part: float


def drift_of_adam(eta: float, beta1: float, beta2: float, *, start: tuple[float, float] = (1.0, 0.5)) -> Drift:
    """Follow Adam for ten of its longer memories, and compare the move of the balance with that of the lags.

    Args:
        eta: step > 0 (a time, dimensionless).
        beta1, beta2: in [0, 1), not equal: where they are, nothing is predicted in this order.
        start: the sizes of the two layers, positive and not equal.

    Raises:
        InvalidArgument: for values outside of these ranges, a memory of more than 100000 steps, or a step so small that
            rounding errors could make a thousandth of the drift.

    >>> drift = drift_of_adam(1e-5, 0.9, 0.99)
    >>> drift.steps, abs(drift.measured / drift.predicted - 1) < 0.01
    (1000, True)
    """
    adam = Adam(eta, beta1, beta2, eps=0.0)
    if beta1 == beta2:
        raise InvalidArgument("beta2", "other than beta1", beta2, "at equal betas the lags move nothing")
    if not (len(start) == 2 and min(start) > 0 and start[0] != start[1] and max(start) < float("inf")):
        raise InvalidArgument("start", "two positive sizes that differ", start, "write for example 1, 1/2")
    memory = 1 / (1 - max(beta1, beta2))
    steps = round(_MEMORIES * memory)
    if steps > _MOST_STEPS:
        raise InvalidArgument("betas", "at most 0.99999", max(beta1, beta2), "take a shorter memory")
    w1, w2 = Product(2).weights
    path = descend(adam, Product(2), Scalar(-sympy.Symbol("x")), start, steps, record=steps)
    balance = path.quantity(abs(w1) - abs(w2))[:, 0]
    k = np.arange(1.0, steps + 1)
    first, second = (size + (k - 1) * eta for size in start)
    rate = (_lag(beta1, k) - _lag(beta2, k)) * (1 / first - 1 / second)
    predicted = float(eta**2 * rate.sum())
    if steps * np.finfo(float).eps * (max(start) + steps * eta) > _ROUNDING * abs(predicted):
        raise InvalidArgument("eta", "a step at which the drift is above rounding errors", eta, "take a larger step")
    return Drift(float(balance[-1] - balance[0]), predicted, steps, float(eta * (memory - 1) / min(start)))


def _lag(beta: float, k: Array) -> Array:
    """Return by how many steps the corrected mean lags behind in step k."""
    kept = beta**k
    return np.asarray(beta / (1 - beta) - k * kept / (1 - kept))
