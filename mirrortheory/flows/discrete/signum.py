r"""Signum: the sign of a mean of the gradients.

.. math:: m_k = \beta m_{k-1} + (1 - \beta) g_k, \qquad d_k = \operatorname{sign}(m_k), \quad m_0 = 0,

with decoupled decay: Lion with two equal betas. So without decay the balances of a product are conserved as long as f' x keeps one
sign from the first step on, and no weight changes sign.

Source: Bernstein et al. (2018), "signSGD", arXiv:1802.04434, Algorithm 2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mirrortheory.flows.discrete.base import Optimizer, fraction, nonnegative
from mirrortheory.flows.problems import Array


@dataclass(frozen=True)
class Signum(Optimizer[Array]):
    """Signum with beta in [0, 1), the paper's by default, and decoupled weight_decay >= 0; the state is m.

    Attributes:
        eta: size of a step.
        beta: memory of the gradient.
        weight_decay: decoupled.

    >>> signum = Signum(0.5, 0.5)
    >>> w, m = signum.step(np.array([2.0]), np.array([3.0]), np.zeros(1))
    >>> signum.step(w, np.array([-1.0]), m)[0].tolist()
    [1.0]
    """

    beta: float = 0.9
    weight_decay: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        fraction(self.beta, "beta")
        nonnegative(self.weight_decay, "weight_decay")

    @property
    def decoupled(self) -> float:
        return self.weight_decay

    def start(self, w: Array) -> Array:
        return np.zeros_like(w)

    def direction(self, gradient: Array, state: Array) -> tuple[Array, Array]:
        mean = self.beta * state + (1 - self.beta) * gradient
        return np.sign(mean), mean
