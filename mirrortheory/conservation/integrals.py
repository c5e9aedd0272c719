r"""First integrals that are exhibited, with their gradients in the ring of the fields, and how many of them are independent.

Each is verified there: :math:`\sum_i \omega_i X_{k,i} = 0` for the gradient :math:`\omega = \nabla h` and every field.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import sympy

from mirrortheory.conservation.closure import Echelon
from mirrortheory.conservation.fields import Fields
from mirrortheory.conservation.jets import Point, Polynomials
from mirrortheory.conservation.terms import Polynomial, Terms


@dataclass(frozen=True)
class FirstIntegral:
    """A function that all fields annihilate.

    Attributes:
        written: the function, or what writes it when it is read.
        gradient: its derivatives that are not 0, up to a common number, by the place of the weight, as numerator and denominator
            in the ring of the fields.
    """

    written: sympy.Expr | Callable[[], sympy.Expr]
    gradient: Mapping[int, tuple[Polynomial, Polynomial]]

    @cached_property
    def expr(self) -> sympy.Expr:
        """The function."""
        return self.written if isinstance(self.written, sympy.Expr) else self.written()


def annihilated(laws: Sequence[FirstIntegral], fields: Fields) -> list[FirstIntegral]:
    r"""Return the laws that all fields annihilate, exactly.

    All fields are asked at once, side by side as :math:`\sum_k a^{N k} X_k`, with a power N of the first letter a that no product
    of an entry and a slope reaches, so that no two of them meet.

    Args:
        laws: functions that may be first integrals.
        fields: the fields.
    """
    if not laws or not fields.vectors:
        return list(laws)
    one = fields.ring.context.constant(1)
    slopes = [_over_one_denominator(law, one) for law in laws]
    degree = fields.degree + max((int(a.total_degree()) for entries in slopes for a in entries.values()), default=0)
    together = fields.side_by_side(fields.ring.letters[0] ** (degree + 1))
    sums = (sum((together[i] * a for i, a in entries.items() if i in together), one * 0) for entries in slopes)
    return [law for law, total in zip(laws, sums, strict=True) if total == 0]


def _over_one_denominator(law: FirstIntegral, one: Polynomial) -> dict[int, Polynomial]:
    common = math.prod({str(b): b for _, b in law.gradient.values() if b != 1}.values(), start=one)
    return {i: a if common == 1 else a * (common / b) for i, (a, b) in law.gradient.items()}


def independent(laws: Sequence[FirstIntegral], point: Point) -> list[FirstIntegral]:
    """Return laws whose gradients are linearly independent at a point mod p, the first ones first.

    Args:
        laws: first integrals.
        point: where.
    """
    letters, size, p = np.array([*point.weights, *point.powers], np.int64)[:, None], len(point.weights), point.prime
    pairs = {(k, i): pair for k, law in enumerate(laws) for i, pair in law.gradient.items()}
    slots = {key: slot for slot, key in enumerate(pairs)}
    rows = np.zeros((len(laws), size), np.int64)
    tops, bottoms = ({slots[key]: pair[side] for key, pair in pairs.items() if pair[side] != 1} for side in (0, 1))
    above, below = (Polynomials(Terms.of(side, len(letters)), len(pairs), p)(letters)[:, 0] for side in (tops, bottoms))
    for key, slot in slots.items():
        top = int(above[slot]) if slot in tops else 1
        rows[key] = top * pow(int(below[slot]), -1, p) % p if slot in bottoms else top
    echelon = Echelon(size, p)
    return [law for law, row in zip(laws, rows, strict=True) if echelon.adds(row)]


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
    terms = []
    for powers, c in zip(value.monoms(), value.coeffs(), strict=True):
        letters = [weights[i] ** n if n > 1 else weights[i] for i, n in enumerate(map(int, powers)) if n]
        terms.append(sympy.Mul(sympy.Rational(int(c.p), int(c.q)), *letters))
    return sympy.Add(*terms)
