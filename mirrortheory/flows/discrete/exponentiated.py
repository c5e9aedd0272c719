r"""Exponentiated gradient: mirror descent of the entropy, whose steps are exact in the logarithm of each weight.

.. math:: w^+ = w\,e^{-\eta g}, \qquad \log w^+ = \log w - \eta g, \qquad w > 0 .

On ``PowerDifference(1)``, x = u - v, it is the two-sided form: u v = c^2 is kept, and :math:`\operatorname{asinh}(x/2c)` falls by
:math:`\eta f'(x)`, so that it is mirror descent of the hyperbolic entropy. Whatever the steps are, where it ends on data is the
Bregman projection of its start. It takes no decay.

Not to be confused with gradient descent on a square or on two layers, which is this for small steps only; the laws are claims of
this project.

Source: Kivinen and Warmuth (1997), doi:10.1006/inco.1996.2612; Ghai, Hazan, Singer (2020), arXiv:1902.01903, for the two sides.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mirrortheory.errors import InvalidArgument
from mirrortheory.flows.discrete.base import Optimizer
from mirrortheory.flows.problems import Array


@dataclass(frozen=True)
class ExponentiatedGradient(Optimizer[None]):
    """w+ = w exp(-eta g), unnormalised, for weights > 0.

    >>> ExponentiatedGradient(0.5).step(np.array([1.0, 2.0]), np.array([0.0, -2 * np.log(2)]), None)[0].tolist()
    [1.0, 4.0]
    """

    def start(self, w: Array) -> None:
        """Refuse weights that are not positive: their logarithm is the dual variable.

        Args:
            w: weights, any shape.

        Raises:
            InvalidArgument: naming the least of them.
        """
        if not (w > 0).all():
            remedy = "write a map of positive weights, such as PowerDifference(1)"
            raise InvalidArgument("weights", "positive under exponentiated gradient", float(w.min()), remedy)

    def direction(self, gradient: Array, state: None) -> tuple[Array, None]:
        return gradient, state

    def moved(self, w: Array, by: Array) -> Array:
        return np.asarray(w * np.exp(-by))
