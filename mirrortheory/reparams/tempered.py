r"""The map whose mirror flow, under gradient flow, has the tempered inverse metric x^tau.

.. math:: x = \Bigl(\frac{2-\tau}{2}\,w\Bigr)^{2/(2-\tau)}, \qquad \frac{\mathrm d x}{\mathrm d w} = x^{\tau/2}, \qquad w > 0.

tau = 1 is w^2/4 (entropy); tau = 0 is x = w; tau -> 2 is the exponential, which has a class of its own.

Source: Amid and Warmuth (2020), arXiv:2002.10487.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from mirrortheory.domain import POSITIVE
from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import rational
from mirrortheory.reparams.base import Reparam


@dataclass(frozen=True)
class Tempered(Reparam):
    """The tempered map of temperature ``tau``, an exact rational in [0, 2).

    Raises:
        InvalidArgument: for a float, or a temperature outside [0, 2).

    >>> Tempered(1).effective
    w**2/4
    """

    tau: sympy.Rational

    def __post_init__(self) -> None:
        value = rational(self.tau, "tau")
        if not 0 <= value < 2:
            raise InvalidArgument("tau", "an exact rational in [0, 2)", value, "write for example 1/2; for 2 take the exponential")
        object.__setattr__(self, "tau", value)

    @property
    def weights(self) -> tuple[sympy.Symbol, ...]:
        return (sympy.Symbol("w", positive=True),)

    def forward(self, *weights: sympy.Expr) -> sympy.Expr:
        return (weights[0] * (2 - self.tau) / 2) ** (2 / (2 - self.tau))

    def lift(self, x: sympy.Expr) -> tuple[sympy.Expr, ...]:
        return (2 * x ** ((2 - self.tau) / 2) / (2 - self.tau),)

    @property
    def image(self) -> sympy.Set:
        return POSITIVE
