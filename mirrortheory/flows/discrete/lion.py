r"""Lion: the sign of a mean in which the newest gradient weighs more than it does in what is remembered.

.. math:: d_k = \operatorname{sign}(\beta_1 m_{k-1} + (1 - \beta_1) g_k), \qquad
          m_k = \beta_2 m_{k-1} + (1 - \beta_2) g_k, \quad m_0 = 0,

with decoupled decay. Each step moves each weight by :math:`\eta` or, at sign(0) = 0, not at all. So without decay, and while
no weight changes sign, the balance of a product moves by 0 or :math:`\pm 2\eta`, and only where the memory of one layer outvotes
the gradient.

Source: Chen et al. (2023), "Symbolic Discovery of Optimization Algorithms", arXiv:2302.06675, Algorithm 2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mirrortheory.flows.discrete.base import Optimizer, fraction, nonnegative
from mirrortheory.flows.problems import Array


@dataclass(frozen=True)
class Lion(Optimizer[Array]):
    """Lion with betas in [0, 1), the paper's by default, and decoupled weight_decay >= 0; the state is m.

    Attributes:
        eta: size of a step.
        beta1: weight of the memory in a step.
        beta2: memory of the gradient.
        weight_decay: decoupled.

    >>> Lion(0.5, weight_decay=1.0).step(w := np.array([2.0, 2.0]), np.array([3.0, 0.0]), Lion(0.5).start(w))[0].tolist()
    [0.5, 1.0]
    """

    beta1: float = 0.9
    beta2: float = 0.99
    weight_decay: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        fraction(self.beta1, "beta1")
        fraction(self.beta2, "beta2")
        nonnegative(self.weight_decay, "weight_decay")

    @property
    def decoupled(self) -> float:
        return self.weight_decay

    def start(self, w: Array) -> Array:
        return np.zeros_like(w)

    def direction(self, gradient: Array, state: Array) -> tuple[Array, Array]:
        along = np.sign(self.beta1 * state + (1 - self.beta1) * gradient)
        return along, self.beta2 * state + (1 - self.beta2) * gradient
