r"""Dense output as data: polynomials through Chebyshev points, piece by piece, whatever solver made the weights.

On [a, b] the weights are interpolated at :math:`\tfrac{a+b}2 + \tfrac{b-a}2\cos(k\pi/8)`, k = 0..8, in barycentric form. A
piece that misses the solver's own dense output at points in between is halved, so that pieces shrink towards a kink, but no
further than times in doubles tell; what is still missed then is kept as ``error``. So a trajectory is arrays alone, and is saved
as it is.

Source: Berrut and Trefethen (2004), "Barycentric Lagrange interpolation", SIAM Review 46.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from mirrortheory.flows.problems import Array
from mirrortheory.flows.result.solution import weights_at

_DEGREE = 8
_POINTS = (1 - np.cos(np.pi * np.arange(_DEGREE + 1) / _DEGREE)) / 2
_WEIGHTS = (-1.0) ** np.arange(_DEGREE + 1) * np.where(np.isin(np.arange(_DEGREE + 1), (0, _DEGREE)), 0.5, 1.0)
_BETWEEN = np.array([0.025, 0.46])  # where a piece is compared: off its points
_HALVINGS = 24
_ULPS = 8  # of a time: what the weights move in them is rounding, which no halving mends
_MOST_NUMBERS = 2**22  # kept in all, about


@dataclass(frozen=True, eq=False)
class Pieces:
    """Weights as piecewise polynomials: call it with a time, which is taken into [breaks[0], breaks[-1]].

    Attributes:
        breaks: increasing times, shape (m + 1,).
        values: weights at the Chebyshev points of each piece, shape (m, 9, depth, d).
        error: the largest difference seen from what was interpolated.
    """

    breaks: Array
    values: Array
    error: float

    def __call__(self, t: float) -> Array:
        """Return the weights at a time, shape (depth, d)."""
        return np.asarray(self.at(np.array([t], dtype=float))[0])

    def at(self, times: Array) -> Array:
        """Return the weights at times of shape (n,), shape (n, depth, d)."""
        if len(times) == 1:  # as when a root is looked for
            places = np.array([bisect_right(self.breaks, times[0])])
        else:
            places = np.searchsorted(self.breaks, times, side="right")
        places = np.minimum(np.maximum(places - 1, 0), len(self.values) - 1)
        start, end = self.breaks[places], self.breaks[places + 1]
        return _interpolated(self.values[places], np.minimum(np.maximum((times - start) / (end - start), 0.0), 1.0))


def pieces(dense: Callable[[float], Array], breaks: Sequence[float] | Array, tolerance: float | Array) -> Pieces:
    """Interpolate ``dense`` between increasing ``breaks``, to ``tolerance``, one or one a piece, where halving reaches it."""
    ends = np.asarray(breaks, dtype=float)
    a, b, error = ends[:-1], ends[1:], 0.0
    within = np.broadcast_to(tolerance, a.shape)
    starts, found, kept = list[Array](), list[Array](), 0
    for halvings in range(_HALVINGS, -1, -1):  # all pieces of one generation at once
        length = (b - a)[:, None]
        times = a[:, None] + length * _POINTS
        times[:, -1] = b
        every = weights_at(dense, np.concatenate([times, a[:, None] + length * _BETWEEN], axis=1).ravel())
        every = every.reshape(len(a), -1, *every.shape[1:])
        values, between = every[:, : _DEGREE + 1], every[:, _DEGREE + 1 :]
        again = np.stack([_interpolated(values, np.full(len(a), part)) for part in _BETWEEN], axis=1)
        missed = np.abs(again - between).max(axis=(1, 2, 3))
        middle, steps, moved = (a + b) / 2, np.diff(times, axis=1), np.abs(np.diff(values, axis=1)).max(axis=(2, 3))
        apart = steps > 0  # on a part of a few ulps some times are one
        felt = _ULPS * np.spacing(b) * np.where(apart, moved / np.where(apart, steps, 1.0), 0.0).max(axis=1)
        halve = ((missed > np.maximum(within, felt)) & (a < middle) & (middle < b)) if halvings else np.zeros(len(a), dtype=bool)
        room = _MOST_NUMBERS // values[0].size - kept - len(a)  # as many pieces may still be added
        halve &= np.cumsum(halve) <= room
        starts.append(a[~halve])
        found.append(values[~halve])
        kept, error = kept + int((~halve).sum()), max(error, float(missed[~halve].max(initial=0.0)))
        if not halve.any():
            break
        within = np.tile(within[halve], 2)
        a, b = np.concatenate([a[halve], middle[halve]]), np.concatenate([middle[halve], b[halve]])
    begin = np.concatenate(starts)
    order = np.argsort(begin)
    return Pieces(np.append(begin[order], ends[-1]), np.concatenate(found)[order], error)


def _interpolated(values: Array, parts: Array) -> Array:
    """Return the polynomials through values at the Chebyshev points, shape (n, 9, ..), each at its part of the piece in [0, 1]."""
    hit = parts[:, None] == _POINTS
    on = hit.any(axis=1, keepdims=True)
    pull = np.where(on, hit, _WEIGHTS / np.where(on, 1.0, parts[:, None] - _POINTS))
    return np.asarray(np.einsum("nk,nk...->n...", pull / pull.sum(axis=1, keepdims=True), values))
