"""Polynomials as arrays of their terms, for sums over many of them at once."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
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
        slots = np.repeat(np.array([slot for slot, _ in entries], np.int64), [len(entry) for _, entry in entries])
        rows = [row for _, entry in entries for row in _letters(entry)]
        degree = max(map(len, rows), default=0)
        letters = np.array([row + [blank] * (degree - len(row)) for row in rows], np.int64).reshape(len(rows), degree)
        return cls(slots, letters, _whole([c for _, entry in entries for c in entry.coeffs()]), blank)

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


def _letters(polynomial: Polynomial) -> list[list[int]]:
    """Return the places of the letters of each term, each as often as its exponent.

    They are read from the polynomial's text: its exponents as tuples hold each letter of the ring, and take four times as long.
    """
    places, rows = _places(polynomial.context()), []
    for term in str(polynomial).replace(" - ", " + ").split(" + ") if polynomial != 0 else ():
        row = []
        for factor in term.lstrip("-").split("*"):
            name, _, power = factor.partition("^")
            if name in places:
                row += [places[name]] * int(power or 1)
        rows.append(row)
    return rows


@lru_cache(maxsize=8)
def _places(context: Any) -> dict[str, int]:
    return {name: place for place, name in enumerate(context.names())}


def _whole(coefficients: Sequence[Any]) -> Any:
    """Return rationals times a common denominator, in 64 bits where they are small."""
    pairs = [(int(c.p), int(c.q)) for c in coefficients]
    common = math.lcm(*(bottom for _, bottom in pairs))
    whole = [top * (common // bottom) for top, bottom in pairs]
    return np.array(whole, np.int64 if max(map(abs, whole), default=0) < 2**31 else object)
