r"""Products of matrices as a map from factors to the effective matrix X, with the chain rule.

.. math:: X = W_1 W_2 \cdots W_L, \qquad
          \nabla_{W_i} f = (W_1 \cdots W_{i-1})^\top\, f'(X)\, (W_{i+1} \cdots W_L)^\top .

Not to be confused with :class:`~mirrortheory.reparams.Product`, whose layers are multiplied entry by entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import integer

Array = NDArray[np.float64]
Factors = tuple[Array, ...]
_WIDEST = 10_000


@final
@dataclass(frozen=True, init=False)
class MatrixProduct:
    """X = W_1 W_2 .. W_L with W_i of shape (widths[i-1], widths[i]).

    Args:
        widths: at least two numbers of rows and columns, from the rows of X to its columns.

    Raises:
        InvalidArgument: for fewer than two widths, or one that is no integer from 1 on.

    >>> product = MatrixProduct(2, 3, 2)
    >>> product.shapes, product.shape, product.depth
    (((2, 3), (3, 2)), (2, 2), 2)
    """

    widths: tuple[int, ...]

    def __init__(self, *widths: int) -> None:
        if len(widths) < 2:
            raise InvalidArgument(
                "widths", "at least two: rows and columns of X", widths, "write for example MatrixProduct(2, 3, 2)"
            )
        object.__setattr__(self, "widths", tuple(integer(width, "widths", 1, _WIDEST) for width in widths))

    def __repr__(self) -> str:
        return f"MatrixProduct({', '.join(map(str, self.widths))})"

    @property
    def depth(self) -> int:
        """The number of factors L."""
        return len(self.widths) - 1

    @property
    def shapes(self) -> tuple[tuple[int, int], ...]:
        """The shape of each factor."""
        return tuple(pairwise(self.widths))

    @property
    def shape(self) -> tuple[int, int]:
        """The shape of X."""
        return self.widths[0], self.widths[-1]

    def factors_of(self, initial: Any) -> Factors:
        """Return the matrices ``initial`` as arrays of doubles, one for each factor.

        Raises:
            InvalidArgument: for another number of them, other shapes, and entries that are not finite; naming the factor.
        """
        shapes = " and ".join(map(str, self.shapes))
        if not isinstance(initial, Sequence | np.ndarray) or isinstance(initial, str) or len(initial) != self.depth:
            got = f"{len(initial)} of them" if hasattr(initial, "__len__") else initial
            raise InvalidArgument(
                "initial", f"{self.depth} matrices, of shapes {shapes}", got, "give a list with one for each factor"
            )
        found = []
        for i, (given, shape) in enumerate(zip(initial, self.shapes, strict=True), start=1):
            name = f"initial W_{i}"
            try:
                matrix = np.array(given if not np.iscomplexobj(given) else "a complex matrix", dtype=float)
            except (TypeError, ValueError):
                raise InvalidArgument(name, "made of numbers in equal rows", given, "write numbers, such as 0.5") from None
            if matrix.shape != shape:
                raise InvalidArgument(name, f"of shape {shape}", matrix.shape, f"give matrices of shapes {shapes}")
            if not np.isfinite(matrix).all():
                raise InvalidArgument(name, "finite in every entry", float(matrix[~np.isfinite(matrix)][0]), "remove the entry")
            found.append(matrix)
        return tuple(found)

    def effective(self, factors: Sequence[Array]) -> Array:
        """Return X, of shape (.., m, n) for factors with leading axes in common."""
        return np.asarray(list(accumulate(factors, np.matmul))[-1])

    def gradients(self, factors: Sequence[Array], slope: Array) -> Factors:
        """Return the gradient of f(X) in each factor.

        Args:
            factors: W_1 .. W_L.
            slope: f'(X), of the shape of X.
        """
        before = list(accumulate(factors[:-1], np.matmul))
        found = []
        for i in range(self.depth - 1, -1, -1):
            found.append(before[i - 1].T @ slope if i else slope)
            slope = slope @ factors[i].T
        return tuple(found[::-1])

    def flat(self, factors: Sequence[Array]) -> Array:
        """Return all entries of the factors in one row."""
        return np.concatenate([factor.ravel() for factor in factors])

    def split(self, flat: Array) -> Factors:
        """Return the factors, shapes (.., rows, columns), of rows of all entries, shape (.., entries); see :meth:`flat`."""
        ends = np.cumsum([rows * columns for rows, columns in self.shapes])[:-1]
        parts = zip(np.split(flat, ends, axis=-1), self.shapes, strict=True)
        return tuple(part.reshape(*flat.shape[:-1], *shape) for part, shape in parts)
