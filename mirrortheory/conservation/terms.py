"""Polynomials as arrays of their terms, for sums over many of them at once."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

Polynomial = Any  # flint.fmpq_mpoly
Indices = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Terms:
    """Polynomials as arrays of their terms, times a number that makes their coefficients whole.

    Attributes:
        slots: which polynomial each term belongs to, of shape (terms,), in increasing order.
        letters: the places of its letters in increasing order, each as often as its exponent, then ``blank`` for 1;
            of shape (terms, highest degree).
        coefficients: an integer for each, of shape (terms,).
        blank: the number of letters.
    """

    slots: Indices
    letters: Indices
    coefficients: Any
    blank: int

    def used(self) -> set[int]:
        """Return the letters that occur."""
        return {int(i) for i in np.unique(self.letters)} - {self.blank}

    @classmethod
    def of(cls, polynomials: Mapping[int, Polynomial], blank: int) -> Terms:
        """Read polynomials in ``blank`` letters."""
        entries = sorted(polynomials.items())
        powers = [row for _, entry in entries for row in entry.monoms()]
        coefficients = [c for _, entry in entries for c in entry.coeffs()]
        slots = np.repeat(np.array([slot for slot, _ in entries], np.int64), [len(entry) for _, entry in entries])
        if not powers:
            return cls(slots, np.zeros((0, 0), np.int64), np.zeros(0, np.int64), blank)
        try:  # ten times as fast as an array of numbers
            table = np.frombuffer(b"".join(map(bytes, powers)), np.uint8).reshape(len(powers), -1)
        except ValueError:  # an exponent above 255
            table = np.array([[int(n) for n in row] for row in powers], np.int64)
        term, letter = np.nonzero(table)
        times = table[term, letter].astype(np.int64)
        degrees = np.bincount(term, times, len(powers)).astype(np.int64)
        letters = np.full((len(powers), int(degrees.max())), blank, np.int64)
        letters[np.arange(letters.shape[1]) < degrees[:, None]] = np.repeat(letter, times)
        return cls(slots, letters, _whole(coefficients), blank)

    @classmethod
    def one(cls, coefficients: Sequence[Fraction | int], letters: Sequence[list[int]], blank: int) -> Terms:
        """Return one polynomial from the coefficients and the letters of its terms, in any order."""
        degree = max(map(len, letters), default=0)
        table = np.array([row + [blank] * (degree - len(row)) for row in letters], np.int64).reshape(len(letters), degree)
        return cls(np.zeros(len(letters), np.int64), np.sort(table, axis=1), _whole(coefficients), blank)

    def gradient(self) -> Terms:
        """Return the derivatives of one polynomial by all letters: what is left of a term without one of its letters."""
        places = range(self.letters.shape[1])
        slots = np.concatenate([np.zeros(0, np.int64), *(self.letters[:, k] for k in places)])
        rest = [np.delete(self.letters, k, axis=1) for k in places] or [self.letters]
        order = np.flatnonzero(slots != self.blank)
        order = order[np.argsort(slots[order], kind="stable")]
        coefficients = np.tile(self.coefficients, len(places))
        return Terms(slots[order], np.concatenate(rest)[order], coefficients[order], self.blank)

    @classmethod
    def told_apart(cls, fields: Sequence[Terms]) -> Terms:
        """Return fields as one, each times a letter of its own: sum_k z_k X_k, with the letters z_k from ``blank`` + 1 on."""
        degree, blank = max(field.letters.shape[1] for field in fields), fields[0].blank
        padded = [np.pad(field.letters, ((0, 0), (0, degree - field.letters.shape[1])), constant_values=blank) for field in fields]
        own = np.repeat(np.arange(blank + 1, blank + 1 + len(fields)), [len(field.slots) for field in fields])
        slots = np.concatenate([field.slots for field in fields])
        order = np.argsort(slots, kind="stable")
        letters = np.column_stack([np.concatenate(padded), own])[order]
        return cls(slots[order], letters, np.concatenate([field.coefficients for field in fields])[order], blank)


def _whole(coefficients: Sequence[Any]) -> Any:
    """Return rationals times a common denominator, in 64 bits where they are small."""
    pairs = [(int(c.numerator), int(c.denominator)) for c in coefficients]
    common = math.lcm(*(bottom for _, bottom in pairs))
    whole = [top * (common // bottom) for top, bottom in pairs]
    return np.array(whole, np.int64 if max(map(abs, whole), default=0) < 2**31 else object)
