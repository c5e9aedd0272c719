r"""Deep diagonal network: the effective parameter is the entrywise product of the layers.

.. math:: x = w_1 w_2 \cdots w_L, \qquad \frac{\partial x}{\partial w_i} = \frac{x}{w_i}.

Source: Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import sympy

from mirrortheory.exact import integer
from mirrortheory.reparams.base import Reparam

MAX_DEPTH = 8


@dataclass(frozen=True)
class Product(Reparam):
    """The product of ``depth`` layers, depth an integer from 1 to 8.

    Raises:
        InvalidArgument: for a depth that is no integer from 1 to 8.

    >>> Product(3).effective
    w1*w2*w3
    """

    depth: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "depth", integer(self.depth, "depth", 1, MAX_DEPTH))

    @property
    def weights(self) -> tuple[sympy.Symbol, ...]:
        return tuple(sympy.Symbol(f"w{i}", real=True) for i in range(1, self.depth + 1))

    def forward(self, *weights: sympy.Expr) -> sympy.Expr:
        return math.prod(weights)

    def lift(self, x: sympy.Expr) -> tuple[sympy.Expr, ...]:
        magnitude = sympy.Abs(x) ** sympy.Rational(1, self.depth)
        return (sympy.sign(x) * magnitude, *[magnitude] * (self.depth - 1))
