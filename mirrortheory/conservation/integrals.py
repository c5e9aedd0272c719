r"""First integrals that are exhibited, with their gradients in the ring of the fields, and how many of them are independent.

Each is verified there: :math:`\sum_i \omega_i X_{k,i} = 0` for the gradient :math:`\omega = \nabla h` and every field.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy

from mirrortheory.conservation.closure import Echelon
from mirrortheory.conservation.fields import Fields, Polynomial, Terms
from mirrortheory.conservation.jets import Point, Polynomials


@dataclass(frozen=True)
class FirstIntegral:
    """A function that all fields annihilate.

    Attributes:
        expr: the function.
        gradient: its derivatives that are not 0, up to a common number, by the place of the weight, as numerator and denominator
            in the ring of the fields.
    """

    expr: sympy.Expr
    gradient: Mapping[int, tuple[Polynomial, Polynomial]]

    def is_annihilated(self, fields: Fields) -> bool:
        """Return whether all fields annihilate it, exactly."""
        one = fields.ring.context.constant(1)
        common = math.prod({str(b): b for _, b in self.gradient.values()}.values(), start=one)
        weights = {i: a * (common / b) for i, (a, b) in self.gradient.items()}
        return all(sum((vector[i] * a for i, a in weights.items() if i in vector), one * 0) == 0 for vector in fields.vectors)


def independent(laws: Sequence[FirstIntegral], point: Point) -> list[FirstIntegral]:
    """Return laws whose gradients are linearly independent at a point mod p, the first ones first.

    Args:
        laws: first integrals.
        point: where.
    """
    echelon = Echelon(len(point.weights), point.prime)
    return [law for law in laws if echelon.adds(_row(law, point))]


def _row(law: FirstIntegral, point: Point) -> Any:
    letters, size, p = np.array([*point.weights, *point.powers], np.int64)[:, None], len(point.weights), point.prime
    sides = ({i: pair[side] for i, pair in law.gradient.items() if pair[side] != 1} for side in (0, 1))
    above, below = (Polynomials(Terms.of(side, len(letters)), size, p)(letters)[:, 0] for side in sides)
    row = np.zeros(size, np.int64)
    for i, (top, bottom) in law.gradient.items():
        row[i] = (1 if top == 1 else above[i]) if bottom == 1 else int(above[i]) * pow(int(below[i]), -1, p) % p
    return row


def resting(fields: Fields) -> list[FirstIntegral]:
    """Return the weights that do not move as first integrals.

    Args:
        fields: the fields.
    """
    one, moving = fields.ring.context.constant(1), {i for vector in fields.vectors for i in vector}
    return [FirstIntegral(w, {i: (one, one)}) for i, w in enumerate(fields.ring.weights) if i not in moving]


def as_expr(value: Polynomial, weights: Sequence[sympy.Symbol]) -> sympy.Expr:
    """Return a polynomial in the weights as a SymPy expression.

    Args:
        value: the polynomial.
        weights: the symbols.
    """
    terms = [
        sympy.Rational(int(c.p), int(c.q)) * sympy.Mul(*(w**n for w, n in zip(weights, powers, strict=False) if n))
        for powers, c in value.to_dict().items()
    ]
    return sympy.Add(*terms)
