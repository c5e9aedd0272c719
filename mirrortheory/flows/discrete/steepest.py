r"""Steepest descent without memory: the steps of Euler's method on a steepest flow, for q = 2 and q = 1.

.. math:: w^+ = (1 - \eta\alpha)\,w - \eta\,\phi_q(g + \beta w), \qquad \phi_2(g) = g, \quad \phi_1(g) = \operatorname{sign}(g),

where one of :math:`\alpha`, :math:`\beta` is the rate of the decay, of a schedule that at the time :math:`k\eta` of step k, and the
other 0. On a product of layers, exactly and for every
loss: gradient descent with decoupled decay moves :math:`w_i^2 - w_j^2` to :math:`(1 - \eta\alpha)^2` of it plus
:math:`\eta^2(g_i^2 - g_j^2)`; sign descent multiplies :math:`|w_i| - |w_j|` by :math:`1 - \eta\alpha` while no weight changes sign.

Source: Bernstein et al. (2018), arXiv:1802.04434, for sign descent; the laws are claims of this project.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from mirrortheory.decays import Coupled, Decay, Decoupled, NoDecay
from mirrortheory.errors import InvalidArgument
from mirrortheory.flows.discrete.base import Optimizer
from mirrortheory.flows.problems import Array
from mirrortheory.flows.schedules import RateAt


@dataclass(frozen=True)
class _WithoutMemory(Optimizer[int | None]):
    decay: Decay = field(default_factory=NoDecay)

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.decay, NoDecay | Decoupled | Coupled):
            raise InvalidArgument("decay", "NoDecay(), Decoupled(alpha) or Coupled(alpha)", self.decay, "write Decoupled('1/10')")
        if self.decay.rate.free_symbols and not self.decay.varies:
            raise InvalidArgument("alpha", "a number in a simulation", self.decay.rate, "write a rational such as 1/2")

    @cached_property
    def _rate_at(self) -> RateAt:  # made once: the rate is exact, slow to convert
        return RateAt(self.decay)

    @cached_property
    def coupled(self) -> float:
        return self.rates(None)[0]

    @cached_property
    def decoupled(self) -> float:
        return self.rates(None)[1]

    def rates(self, state: int | None) -> tuple[float, float]:
        rate = self._rate_at(self.eta * (state or 0))
        return (rate, 0.0) if isinstance(self.decay, Coupled) else (0.0, rate)

    def start(self, w: Array) -> int | None:
        """Return the number of steps made, which a schedule needs; None where the decay is constant."""
        return 0 if self.decay.varies else None

    @abstractmethod
    def along(self, gradient: Array) -> Array:
        """Return what the step goes along.

        Args:
            gradient: of the weights, any shape.
        """

    def direction(self, gradient: Array, state: int | None) -> tuple[Array, int | None]:
        return self.along(gradient), None if state is None else state + 1


@dataclass(frozen=True)
class GradientDescent(_WithoutMemory):
    """w+ = w - eta g, with ``decay`` none, ``Decoupled(alpha)`` or ``Coupled(alpha)``, which are one and the same here.

    >>> GradientDescent(0.5).step(np.array([1.0, -2.0]), np.array([4.0, 1.0]), None)[0].tolist()
    [-1.0, -2.5]
    """

    def along(self, gradient: Array) -> Array:
        return gradient


@dataclass(frozen=True)
class SignDescent(_WithoutMemory):
    """w+ = w - eta sign(g), sign(0) = 0, with ``decay`` none, ``Decoupled(alpha)`` (AdamW's skeleton) or ``Coupled(alpha)``.

    >>> SignDescent(0.5).step(np.array([1.0, -2.0, 3.0]), np.array([4.0, -1.0, 0.0]), None)[0].tolist()
    [0.5, -1.5, 3.0]
    """

    def along(self, gradient: Array) -> Array:
        return np.asarray(np.sign(gradient))
