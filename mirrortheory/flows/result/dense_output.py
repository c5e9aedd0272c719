r"""Dense output as data: polynomials through Chebyshev points, piece by piece, whatever solver made the weights.

On [a, b] the weights are interpolated at :math:`\tfrac{a+b}2 + \tfrac{b-a}2\cos(k\pi/8)`, k = 0..8, in barycentric form. A
piece that misses the solver's own dense output at points in between is halved, so that pieces shrink towards a kink, but no
further than times in doubles tell; what is still missed then is kept as ``error``. So a trajectory is arrays alone, and is saved
as it is.

Source: Berrut and Trefethen (2004), "Barycentric Lagrange interpolation", SIAM Review 46.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from mirrortheory.flows.problems import Array

_DEGREE = 8
_POINTS = (1 - np.cos(np.pi * np.arange(_DEGREE + 1) / _DEGREE)) / 2
_WEIGHTS = (-1.0) ** np.arange(_DEGREE + 1) * np.where(np.isin(np.arange(_DEGREE + 1), (0, _DEGREE)), 0.5, 1.0)
_BETWEEN = 0.025, 0.46  # where a piece is compared: off its points
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
        place = int(np.clip(np.searchsorted(self.breaks, t, side="right") - 1, 0, len(self.values) - 1))
        start, end = self.breaks[place], self.breaks[place + 1]
        return _interpolated(self.values[place], min(max((t - start) / (end - start), 0.0), 1.0))


def pieces(dense: Callable[[float], Array], breaks: Sequence[float] | Array, tolerance: float) -> Pieces:
    """Interpolate ``dense`` between increasing ``breaks``, to ``tolerance`` where halving the pieces reaches it."""
    first = [(float(a), float(b), 0) for a, b in pairwise(breaks)]
    work, ends, error, most = first[::-1], [float(breaks[0])], 0.0, _MOST_NUMBERS / (_DEGREE + 1)
    found: list[Array] = []
    while work:
        a, b, halved = work.pop()
        times = a + (b - a) * _POINTS
        times[-1] = b
        values = np.array([dense(float(t)) for t in times])
        missed = max(float(np.abs(_interpolated(values, s) - dense(a + (b - a) * s)).max()) for s in _BETWEEN)
        middle = (a + b) / 2
        steps, moved = np.diff(times), np.abs(np.diff(values, axis=0)).max(axis=(1, 2))
        apart = steps > 0  # on a part of a few ulps some times are one
        felt = _ULPS * np.spacing(b) * float((moved[apart] / steps[apart]).max(initial=0.0))
        if (
            missed > max(tolerance, felt)
            and halved < _HALVINGS
            and a < middle < b
            and (len(found) + len(work)) * values[0].size < most
        ):
            work += [(middle, b, halved + 1), (a, middle, halved + 1)]
            continue
        found.append(values)
        ends.append(b)
        error = max(error, missed)
    return Pieces(np.array(ends), np.array(found), error)


def _interpolated(values: Array, part: float) -> Array:
    """Return the polynomial through values at the Chebyshev points, shape (9, ..), at a part of the piece in [0, 1]."""
    hit = np.flatnonzero(part == _POINTS)
    if hit.size:
        return np.asarray(values[hit[0]])
    pull = _WEIGHTS / (part - _POINTS)
    return np.asarray(np.tensordot(pull, values, 1) / pull.sum())
