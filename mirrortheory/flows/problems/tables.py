"""Losses made of a table of data Z, one row a datum, and sums over it in one fixed order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import rational
from mirrortheory.flows.problems.base import Array, Problem

_SHORT = 64  # longer sums over the same data are made by BLAS, column by column


@dataclass(frozen=True, eq=False)
class Tabled(Problem):
    """A loss of the products Z x, with Z of shape (n, d), finite in every entry."""

    Z: Array

    @property
    def dimension(self) -> int | None:
        return int(self.Z.shape[1])


def table(Z: ArrayLike) -> Array:
    """Return data as an array of shape (n, d).

    Raises:
        InvalidArgument: for another shape, and for entries that are not finite.
    """
    data = doubles("Z", Z, 2)
    if data.ndim != 2 or 0 in data.shape:
        raise InvalidArgument("Z", "of shape (n, d), n and d at least 1", data.shape, "give one row for each datum")
    return finite("Z", data)


def doubles(name: str, values: ArrayLike, axes: int = 0, *, remedy: str = "write numbers, such as 0.5") -> Array:
    """Return values as an array of doubles with at least so many axes; text may be a number, or a fraction such as "1/2".

    Args:
        name: what they are called in messages.
        values: numbers or texts.
        axes: how many axes at least.
        remedy: what to write instead.

    Raises:
        InvalidArgument: for other text, for rows of different lengths, for complex numbers, and beyond the range of doubles.
    """
    try:
        given = np.array(values, ndmin=axes)
        if not np.iscomplexobj(given):  # NumPy would drop the imaginary parts
            return given.astype(float)
    except OverflowError:
        raise InvalidArgument(name, "in the range of doubles", values, "write smaller numbers") from None
    except (TypeError, ValueError):
        numbers = _fractions(values, axes)
        if numbers is None:
            raise InvalidArgument(name, "made of numbers in equal rows", values, remedy) from None
        return numbers
    raise InvalidArgument(name, "made of real numbers", values, "give their real parts")


def _fractions(values: ArrayLike, axes: int) -> Array | None:
    """Return values with text such as "1/2" among them, or None."""
    try:
        table = np.array(values, dtype=object, ndmin=axes)
        numbers = [float(rational(v)) if isinstance(v, str) else v for v in table.ravel().tolist()]
        return np.array(numbers, dtype=float).reshape(table.shape)
    except (TypeError, ValueError, OverflowError):
        return None


def finite(name: str, array: Array) -> Array:
    """Return an array that is finite in every entry.

    Args:
        name: what it is called in messages.
        array: of any shape.

    Raises:
        InvalidArgument: naming an entry that is not.
    """
    if not np.isfinite(array).all():
        raise InvalidArgument(name, "finite in every entry", float(array[~np.isfinite(array)][0]), "remove the entry")
    return array


def last(stacked: Array) -> Array:
    """Return an array with its first axis last, contiguous in memory."""
    return np.ascontiguousarray(np.moveaxis(stacked, 0, -1))


def times(data: Array, x: Array) -> Array:
    """Return the products of matrices, shape (n, d, c) or (n, d) for all, and columns, shape (d, c), each as if alone."""
    if data.ndim == 2 and len(x) > _SHORT:
        product: Array = np.matmul(data, np.ascontiguousarray(x.T)[..., None])[..., 0]
        return np.ascontiguousarray(product.T)
    if x.shape[-1] == 1:  # einsum adds in another order along a single column
        return times(data if data.ndim == 2 else np.repeat(data, 2, axis=-1), np.repeat(x, 2, axis=-1))[:, :1]
    total: Array = np.einsum("nd,dc->nc" if data.ndim == 2 else "ndc,dc->nc", data, x)
    return total
