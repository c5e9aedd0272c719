"""A third of a cube: x = w^3/3 for w > 0."""

from dataclasses import dataclass

import sympy

from mirrortheory import POSITIVE, Reparam


@dataclass(frozen=True)
class Cube(Reparam):
    """w^3/3 for w > 0."""

    @property
    def weights(self):
        return (sympy.Symbol("w", positive=True),)

    def forward(self, *weights):
        return weights[0] ** 3 / 3

    def lift(self, x):
        return (sympy.cbrt(3 * x),)

    @property
    def image(self):
        return POSITIVE
