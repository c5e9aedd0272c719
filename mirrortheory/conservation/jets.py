r"""Fields at points mod p, with nilpotents: brackets of any depth without a symbolic derivative.

A number :math:`a_0 + \sum_S a_S\,\varepsilon_S` with :math:`\varepsilon_i^2 = 0` is an array over the subsets S of the
nilpotents, :math:`S = \sum_{i \in S} 2^i`. The directional derivative of a field Y along a vector v is the part of :math:`Y(w
+ \varepsilon v)` with :math:`\varepsilon`, so

.. math:: [X, Y](w) = DY(w)\,X(w) - DX(w)\,Y(w)

needs one nilpotent more than its parts. All numbers are integers mod a prime below 2^31, in arrays of 64 bits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mirrortheory.conservation.fields import Fields
from mirrortheory.conservation.terms import Terms

Jets = npt.NDArray[np.int64]
Bracket = int | tuple["Bracket", "Bracket"]  # a generator by its place, or the bracket of two


def product(left: Jets, right: Jets, prime: int) -> Jets:
    """Return the products of numbers with nilpotents, which are the last axis.

    Args:
        left: numbers of shape (.., 2^k).
        right: the same shape.
        prime: the modulus.
    """
    out = np.zeros_like(left)
    for whole in range(left.shape[-1]):
        part = whole
        while True:  # all subsets of a set
            out[..., whole] = (out[..., whole] + left[..., part] * right[..., whole ^ part]) % prime
            if not part:
                break
            part = (part - 1) & whole
    return out


@dataclass(frozen=True)
class Point:
    """Where fields are evaluated: weights mod p, and a value for the power of each base.

    Attributes:
        prime: the modulus.
        weights: a residue for each weight.
        exponent: r of the powers |p|^r, as a residue.
        powers: the residue of |p|^r for each base p.
    """

    prime: int
    weights: tuple[int, ...]
    exponent: int
    powers: tuple[int, ...]


class Evaluator:
    """Fields as arrays of terms, to be evaluated at numbers with nilpotents."""

    def __init__(self, fields: Fields, point: Point) -> None:
        self.point, self.size, self.exponent = point, len(fields.ring.weights), point.exponent
        self.fields = [Polynomials(terms, self.size, point.prime) for terms in fields.terms]
        bases = dict(enumerate(fields.ring.bases))
        self.bases = Polynomials(Terms.of(bases, self.size), len(bases), point.prime)

    def start(self) -> Jets:
        """Return the point without nilpotents, of shape (weights, 1)."""
        return np.array(self.point.weights, np.int64)[:, None]

    def bracket(self, tree: Bracket, at: Jets) -> Jets:
        """Return a bracket of fields at a point, of shape (weights, 2^k).

        Args:
            tree: which.
            at: the weights, of shape (weights, 2^k).
        """
        if isinstance(tree, int):
            return self.fields[tree](np.concatenate([at, self._powers(at)]))
        left, right = (self.bracket(part, at) for part in tree)
        size = at.shape[-1]
        along_left = self.bracket(tree[1], np.concatenate([at, left], axis=-1))[:, size:]
        along_right = self.bracket(tree[0], np.concatenate([at, right], axis=-1))[:, size:]
        return (along_left - along_right) % self.point.prime

    def _powers(self, at: Jets) -> Jets:
        """Return |p|^r of the bases: (p_0 + N)^r = p_0^r sum_k binom(r, k) (N / p_0)^k."""
        if not self.point.powers:
            return np.zeros((0, at.shape[-1]), np.int64)
        prime = self.point.prime
        values = self.bases(at)
        inverses = np.array([pow(int(v), -1, prime) for v in values[:, 0]], np.int64)[:, None]
        step = values * inverses % prime
        step[:, 0] = 0
        term = np.zeros_like(step)
        term[:, 0] = 1
        total, binomial = term.copy(), 1
        for k in range(1, at.shape[-1].bit_length()):  # N^k is 0 once k exceeds the number of nilpotents
            term = product(term, step, prime)
            binomial = binomial * (self.exponent - k + 1) * pow(k, -1, prime) % prime
            total = (total + binomial * term) % prime
        return total * np.array(self.point.powers, np.int64)[:, None] % prime


class Polynomials:
    """Polynomials at numbers with nilpotents."""

    def __init__(self, terms: Terms, slots: int, prime: int) -> None:
        self.slots, self.prime, self.slot, self.letters = slots, prime, terms.slots, terms.letters.T
        self.coefficient = (terms.coefficients % prime).astype(np.int64)

    def __call__(self, values: Jets) -> Jets:
        one = np.zeros((1, values.shape[-1]), np.int64)
        one[0, 0] = 1
        values = np.concatenate([values, one])  # the last is 1
        out = np.zeros((self.slots, values.shape[-1]), np.int64)
        if not len(self.slot):
            return out
        total = self.coefficient[:, None] * (values[self.letters[0]] if len(self.letters) else one) % self.prime
        for places in self.letters[1:]:
            total = product(total, values[places], self.prime)
        np.add.at(out, self.slot, total)
        return out % self.prime
