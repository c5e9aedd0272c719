r"""Gradient descent with momentum, in the form of torch.optim.SGD.

.. math:: b_1 = g_1, \quad b_k = \mu\,b_{k-1} + (1 - \tau)\,g_k, \qquad
          d_k = b_k \ \text{(heavy ball)} \quad\text{or}\quad d_k = g_k + \mu\,b_k \ \text{(Nesterov)}

with momentum :math:`\mu` and dampening :math:`\tau`, which spares the first gradient, as in torch. Decay is coupled. A constant
gradient is followed at the speed :math:`(1-\tau)/(1 - \mu)`, so the time of the flow is that many times the sum of the steps.

Source: Polyak (1964), doi:10.1016/0041-5553(64)90137-5; Sutskever et al. (2013), "On the importance of initialization and
momentum", for the form of Nesterov's step.
"""

from __future__ import annotations

from dataclasses import dataclass

from mirrortheory.errors import InvalidArgument
from mirrortheory.flows.discrete.base import Optimizer, fraction, nonnegative
from mirrortheory.flows.problems import Array


@dataclass(frozen=True)
class SGDMomentum(Optimizer[Array | None]):
    """Momentum in (0, 1); dampening in [0, 1), 0 with ``nesterov``; weight_decay >= 0, coupled. The state is b, None at first.

    Attributes:
        eta: size of a step.
        momentum: memory of the steps.
        dampening: taken off the gradient.
        nesterov: whether to look ahead.
        weight_decay: coupled.

    >>> import numpy as np
    >>> heavy, g = SGDMomentum(0.5, 0.5), np.array([4.0])
    >>> w, b = heavy.step(np.array([0.0]), g, None)
    >>> w, b = heavy.step(w, g, b)
    >>> w.tolist(), b.tolist()
    ([-5.0], [6.0])
    """

    momentum: float
    dampening: float = 0.0
    nesterov: bool = False
    weight_decay: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 < self.momentum < 1:
            raise InvalidArgument("momentum", "in (0, 1)", self.momentum, "write for example 0.9, or take GradientDescent")
        fraction(self.dampening, "dampening")
        nonnegative(self.weight_decay, "weight_decay")
        if self.nesterov and self.dampening:
            raise InvalidArgument("dampening", "0 with nesterov", self.dampening, "leave it out")

    @property
    def coupled(self) -> float:
        return self.weight_decay

    def start(self, w: Array) -> Array | None:
        return None

    def direction(self, gradient: Array, state: Array | None) -> tuple[Array, Array | None]:
        b = gradient if state is None else self.momentum * state + (1 - self.dampening) * gradient
        return (gradient + self.momentum * b if self.nesterov else b), b
