r"""Adam and AdamW: the mean of the gradients over the root of the mean of their squares.

.. math:: m_k = \beta_1 m_{k-1} + (1 - \beta_1) g_k, \quad v_k = \beta_2 v_{k-1} + (1 - \beta_2) g_k^2, \qquad
          d_k = \frac{m_k/(1 - \beta_1^k)}{\sqrt{v_k/(1 - \beta_2^k)} + \epsilon}, \quad m_0 = v_0 = 0 .

Adam's decay is coupled, AdamW's decoupled. Without memory and epsilon this is sign descent, and so is the first step whatever
the betas. With :math:`\epsilon = 0` the direction 0/0 of a weight that has seen no gradient is 0, where torch.optim gives nan.

A decay given as text may depend on time: ``"1/(1 + t)"`` is that of the time :math:`k\eta` in step k.

Source: Kingma and Ba (2015), arXiv:1412.6980; Loshchilov and Hutter (2019), arXiv:1711.05101, for AdamW.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from mirrortheory.decays import Decoupled
from mirrortheory.flows.discrete.base import Optimizer, fraction, nonnegative
from mirrortheory.flows.problems import Array
from mirrortheory.flows.schedules import RateAt


class Moments(NamedTuple):
    """The state of Adam: how many steps were made, m and the root of v, both of the shape of the weights."""

    steps: int
    mean: Array
    root: Array


@dataclass(frozen=True)
class _Adaptive(Optimizer[Moments]):
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8
    weight_decay: float | str = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        fraction(self.beta1, "beta1")
        fraction(self.beta2, "beta2")
        nonnegative(self.eps, "eps")
        if isinstance(self.weight_decay, str):
            self._rate_at(0.0)  # refuses what is no rate
        else:
            nonnegative(self.weight_decay, "weight_decay")

    @cached_property
    def _rate_at(self) -> Callable[[float], float]:
        return RateAt(Decoupled(self.weight_decay))

    def _rate(self, steps: int) -> float:
        """Return the decay in the step that follows so many."""
        return self._rate_at(self.eta * steps) if isinstance(self.weight_decay, str) else self.weight_decay

    def start(self, w: Array) -> Moments:
        return Moments(0, np.zeros_like(w), np.zeros_like(w))

    def direction(self, gradient: Array, state: Moments) -> tuple[Array, Moments]:
        steps = state.steps + 1
        mean = self.beta1 * state.mean + (1 - self.beta1) * gradient
        kept = np.sqrt(self.beta2) * state.root
        unit = np.ldexp(1.0, np.frexp(np.maximum(np.abs(gradient), kept))[1] - 1)  # in which no square overflows, or vanishes
        square = (kept / unit) ** 2 + (1 - self.beta2) * (gradient / unit) ** 2
        size = np.sqrt(square / (1 - self.beta2**steps)) * unit + self.eps
        along = np.divide(mean / (1 - self.beta1**steps), size, out=np.zeros_like(mean), where=mean != 0)
        return along, Moments(steps, mean, np.sqrt(square) * unit)


@dataclass(frozen=True)
class Adam(_Adaptive):
    """Adam with betas in [0, 1), eps >= 0 and coupled weight_decay >= 0; the defaults are those of torch.optim.

    Attributes:
        eta: size of a step.
        beta1: memory of the gradient.
        beta2: memory of its square.
        eps: added to the root.
        weight_decay: coupled.

    >>> Adam(0.5, eps=0).step(w := np.array([1.0, 2.0]), np.array([3.0, -1e-9]), Adam(0.5).start(w))[0].tolist()
    [0.5, 2.5]
    """

    @property
    def coupled(self) -> float:
        return self._rate(0)

    def rates(self, state: Moments) -> tuple[float, float]:
        return self._rate(state.steps), 0.0


@dataclass(frozen=True)
class AdamW(_Adaptive):
    """Adam with decoupled weight_decay >= 0; the defaults are those of torch.optim, 0.01 for the decay.

    Attributes:
        eta: size of a step.
        beta1: memory of the gradient.
        beta2: memory of its square.
        eps: added to the root.
        weight_decay: decoupled.

    >>> AdamW(0.5, eps=0, weight_decay=1.0).step(w := np.array([1.0]), np.array([3.0]), AdamW(0.5).start(w))[0].tolist()
    [0.0]
    """

    weight_decay: float | str = 0.01

    @property
    def decoupled(self) -> float:
        return self._rate(0)

    def rates(self, state: Moments) -> tuple[float, float]:
        return 0.0, self._rate(state.steps)
