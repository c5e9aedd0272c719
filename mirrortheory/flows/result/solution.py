"""What every solver of a flow returns: weights at times, the error with how it was made, events, and why the method was chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mirrortheory.errors import InvalidArgument
from mirrortheory.flows.problems import Array


@dataclass(frozen=True)
class Event:
    """What happened at ``time`` to ``coordinates``.

    Kinds: cross, slide, leave (slide no more), zero (x passed 0), saddle (stuck), rest, blow-up, user k (the k-th event asked for).
    ``error`` is an estimate of that of the time of a blow-up, None for other kinds.

    Attributes:
        time: dimensionless.
        coordinates: their numbers, from 0.
        kind: one of those above.
        error: of the time of a blow-up.
    """

    time: float
    coordinates: tuple[int, ...]
    kind: str
    error: float | None = None


@dataclass(frozen=True, eq=False)
class AtTimes:
    """The weights at any time, of a solver that has them at many times at once.

    Attributes:
        many: from times, shape (n,), to weights, shape (n, depth, d); a row does not depend on the other times.
    """

    many: Callable[[Array], Array]

    def __call__(self, t: float) -> Array:
        """Return the weights at a time, shape (depth, d)."""
        return np.asarray(self.many(np.array([t], dtype=float))[0])


def weights_at(dense: Callable[[float], Array], times: Array) -> Array:
    """Return the weights at times, shape (n, depth, d): at once where ``dense`` can do so, else one by one."""
    if isinstance(dense, AtTimes):
        return dense.many(times)
    once, places = np.unique(times, return_inverse=True)
    return np.array([dense(float(t)) for t in once])[places]


@dataclass(frozen=True, eq=False)
class Solution:
    """Weights of a flow at times, from one solver.

    Attributes:
        t: increasing times, shape (n,), the first 0, dimensionless.
        w: weights, shape (n, depth, d).
        error: for each time a bound or an estimate of the largest error over all entries of w so far, shape (n,).
        how: how the error was made, in words; starts with "proved" or "estimated".
        method: the solver and why it was taken, in words.
        dense: the weights at any time in [t[0], t[-1]], shape (depth, d); an :class:`AtTimes` is asked for many times at once.
        events: in the order of their times.
        converged: whether the flow came to rest before the end, so that the last weights hold for all later times.
        digits: the weights at the exact end as decimals, shape (depth, d), or None: certified if ``how`` starts with "proved".
        w_coarse: weights of a second run whose difference from ``w`` shows the error of any function of them, or None.
        unique: whether no other solution starts here; None where that is not known.
        notes: what else there is to know, in words.

    Raises:
        InvalidArgument: for other shapes, and for an error whose making is not told.
    """

    t: Array
    w: Array
    error: Array
    how: str
    method: str
    dense: Callable[[float], Array]
    events: tuple[Event, ...] = ()
    converged: bool = False
    digits: tuple[tuple[str, ...], ...] | None = None
    w_coarse: Array | None = None
    unique: bool | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        n = len(self.t)
        if self.w.ndim != 3 or len(self.w) != n:
            raise InvalidArgument("w", f"of shape ({n}, depth, d)", self.w.shape, "give the weights at each time in t")
        if self.error.shape != (n,):
            raise InvalidArgument("error", f"of shape ({n},)", self.error.shape, "give one error for each time in t")
        if not self.how.startswith(("proved", "estimated")):
            raise InvalidArgument("how", 'words that start with "proved" or "estimated"', self.how, "say how the error was made")
