r"""Classes of parallel columns, decided exactly, and what they make of Z x = b.

Columns :math:`z_j = \ell_j v_k` of one class move together: :math:`Z x = \sum_k u_k v_k` with the class sums
:math:`u_k = \sum_{j \in k} \ell_j x_j`. The v_k are the first columns of their classes. Rows of Z are equivalent to rows with
disjoint supports exactly if the v_k are independent, that is if there are as many classes as the rank; then Z x = b says what each
u_k is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mirrortheory.bias.equations import Equations, equivalent
from mirrortheory.exact import rank_of_doubles
from mirrortheory.flows.problems import Array


@dataclass(frozen=True, eq=False)
class Columns:
    """The classes of parallel columns of a matrix.

    Attributes:
        Z: the matrix, shape (n, d).
        label: the class of each column, from 0 in the order of their first columns; -1 for a column of zeros; shape (d,).
        first: the first column of each class.
        lead: the first nonzero entry of each column, or 0, shape (d,).
    """

    Z: Array
    label: NDArray[np.intp]
    first: tuple[int, ...]
    lead: Array

    @classmethod
    def of(cls, Z: Array) -> Columns:
        """Find the classes.

        >>> Columns.of(np.array([[1.0, 0.0, -2.0, 0.0], [1.0, 3.0, -2.0, 0.0]])).label.tolist()
        [0, 1, 0, -1]
        """
        nonzero = Z != 0
        lead = np.take_along_axis(Z, nonzero.argmax(axis=0)[None], axis=0)[0]
        with np.errstate(all="ignore"):
            shapes = (Z / lead + 0.0).T  # parallel columns have one shape, also rounded; the converse is asked of the exact numbers
        keys: list[Hashable] = [row.tobytes() for row in shapes]
        alike = Counter(keys)
        known = dict[Hashable, int]()
        label, first = [], list[int]()
        for j, key in enumerate(keys):
            if lead[j] == 0:
                label.append(-1)
                continue
            if alike[key] > 1 and len(Z) > 1:
                head = Fraction(float(lead[j]))
                key = tuple(Fraction(float(v)) / head for v in Z[:, j])
            if key not in known:
                known[key] = len(first)
                first.append(j)
            label.append(known[key])
        return cls(Z, np.array(label), tuple(first), lead)

    @cached_property
    def exact_ratio(self) -> tuple[Fraction, ...]:
        """Ell of each column, 0 for a column of zeros."""
        leads = [Fraction(float(v)) for v in self.lead]
        return tuple(v / leads[self.first[k]] if k >= 0 else Fraction(0) for v, k in zip(leads, self.label.tolist(), strict=True))

    @property
    def count(self) -> int:
        """The number of classes: of pairwise non-parallel nonzero columns."""
        return len(self.first)

    @cached_property
    def rank(self) -> int:
        """The rank of Z, decided exactly."""
        return rank_of_doubles(self.directions.tolist()) if self.first else 0

    @cached_property
    def ratio(self) -> Array:
        """ell of each column in doubles, shape (d,)."""
        with np.errstate(over="ignore"):  # a quotient of doubles is rounded once, as that of the exact numbers would be
            return np.where(self.label >= 0, self.lead / self.lead[list(self.first)][self.label], 0.0) if self.first else self.lead

    @cached_property
    def directions(self) -> Array:
        """The v_k, shape (n, k)."""
        return self.Z[:, list(self.first)]

    @property
    def orthogonal(self) -> bool:
        """Whether the v_k are orthogonal to each other, exactly."""
        table = [[Fraction(float(v)) for v in column] for column in self.directions.T]
        return all(sum(a * b for a, b in zip(v, w, strict=True)) == 0 for i, v in enumerate(table) for w in table[:i])

    def sums(self, x: Array) -> Array:
        """Return the class sums of x, shape (k,)."""
        inside = self.label >= 0
        return np.asarray(np.bincount(self.label[inside], (self.ratio * x)[inside], self.count), dtype=float)

    def targets(self, b: Array) -> Equations:
        """Return the equations u = .. of independent v_k.

        Raises:
            InvalidArgument: for equations without a solution.
        """
        return equivalent(self.directions if self.first else self.Z, b, exactly=True)
