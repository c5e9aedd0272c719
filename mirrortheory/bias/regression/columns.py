r"""Classes of parallel columns, decided exactly, and what they make of Z x = b.

Columns :math:`z_j = \ell_j v_k` of one class move together: :math:`Z x = \sum_k u_k v_k` with the class sums
:math:`u_k = \sum_{j \in k} \ell_j x_j`. The v_k are the first columns of their classes. Rows of Z are equivalent to rows with
disjoint supports exactly if the v_k are independent, that is if there are as many classes as the rank; then Z x = b says what each
u_k is.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mirrortheory.bias.equations import Equations, equivalent
from mirrortheory.exact import exact, rank
from mirrortheory.flows.problems import Array


@dataclass(frozen=True, eq=False)
class Columns:
    """The classes of parallel columns of a matrix.

    Attributes:
        Z: the matrix, shape (n, d).
        label: the class of each column, from 0 in the order of their first columns; -1 for a column of zeros; shape (d,).
        first: the first column of each class.
        exact_ratio: ell of each column, 0 for a column of zeros.
    """

    Z: Array
    label: NDArray[np.intp]
    first: tuple[int, ...]
    exact_ratio: tuple[Fraction, ...]

    @classmethod
    def of(cls, Z: Array) -> Columns:
        """Find the classes.

        >>> Columns.of(np.array([[1.0, 0.0, -2.0, 0.0], [1.0, 3.0, -2.0, 0.0]])).label.tolist()
        [0, 1, 0, -1]
        """
        known: dict[tuple[tuple[int, ...], tuple[Fraction, ...]], int] = {}
        label, first, ratio, leads = [], list[int](), list[Fraction](), list[Fraction]()
        for j, column in enumerate(Z.T):
            support = np.flatnonzero(column)
            if not support.size:
                label.append(-1)
                ratio.append(Fraction(0))
                continue
            entries = [Fraction(float(v)) for v in column[support]]
            key = tuple(map(int, support)), tuple(v / entries[0] for v in entries[1:])
            if key not in known:
                known[key] = len(first)
                first.append(j)
                leads.append(entries[0])
            label.append(known[key])
            ratio.append(entries[0] / leads[known[key]])
        return cls(Z, np.array(label), tuple(first), tuple(ratio))

    @property
    def count(self) -> int:
        """The number of classes: of pairwise non-parallel nonzero columns."""
        return len(self.first)

    @cached_property
    def rank(self) -> int:
        """The rank of Z, decided exactly."""
        return rank([[exact(float(v)) for v in row] for row in self.Z])

    @cached_property
    def ratio(self) -> Array:
        """ell of each column in doubles, shape (d,)."""
        return np.array([float(v) for v in self.exact_ratio])

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
