r"""One increasing function of one variable for each class of parallel columns, all at once.

.. math:: u_k(c) = \sum_{j \in k} \ell_j\, x_j(y_{0j} + c\,\phi_q(\ell_j)) = u_k

Newton's method, kept inside a bracket: a step that leaves it is replaced by its middle, or by a longer one while a side is open.
Where y leaves its dual domain x is infinite, so that side is beyond the root. Where no coordinate can stop, c is approached first
with x(y) to first order (:meth:`mirrortheory.bias.curves.Curves.approach`), which costs a step of Newton's method less each time;
what is found there is only where the bracketed method starts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mirrortheory.bias.curves import Mask
from mirrortheory.bias.mirrors import Mirrors
from mirrortheory.flows.problems import Array

_MOST_STEPS, _MOST_APPROACHES = 2000, 16
_NEAR = 1e-7  # parts of c and y that the bracketed method squares
_EPS = float(np.finfo(float).eps)
_ENOUGH, _ROUNDINGS = 4 * _EPS, 32


@dataclass(frozen=True, eq=False)
class Classes:
    """Coordinates in classes.

    Attributes:
        inside: the coordinates of all classes, those with a column of zeros left out.
        label: the class of each of them.
        ratio, link: ell and phi_q(ell) of each of them.
        count: the number of classes.
        mirrors: of all coordinates.
    """

    inside: NDArray[np.intp]
    label: NDArray[np.intp]
    ratio: Array
    link: Array
    count: int
    mirrors: Mirrors

    @classmethod
    def of(cls, label: NDArray[np.intp], ratio: Array, count: int, q: float, mirrors: Mirrors) -> Classes:
        """Collect the coordinates with a class, label >= 0."""
        inside = np.flatnonzero(label >= 0)
        kept = ratio[inside]
        return cls(inside, label[inside], kept, np.sign(kept) * np.abs(kept) ** (q - 1), count, mirrors)

    def total(self, values: Array) -> Array:
        """Sum values of the coordinates inside over each class, shape (k,)."""
        return np.asarray(np.bincount(self.label, values, self.count), dtype=float)

    def dual(self, c: Array) -> Array:
        """Return y of all coordinates, shape (d,)."""
        y = self.mirrors.y0.copy()
        y[self.inside] += c[self.label] * self.link
        return y

    def at(self, c: Array, near: Array | None = None) -> tuple[Array, Array, Array]:
        """Return y, x and 1/R'' of all coordinates, shape (d,); parameters of the curves that are near may be given."""
        y = self.dual(c)
        return (y, *self.mirrors.primal(y, near))

    def approached(self, target: Array) -> tuple[Array, Array] | None:
        """Return c near the roots, and parameters of the curves near its x, if simple steps lead there."""
        c, near = np.zeros(self.count), None
        with np.errstate(all="ignore"):
            for _ in range(_MOST_APPROACHES):
                near = self.mirrors.approach(self.dual(c), near)
                if near is None:
                    return None
                x, metric = near.x[self.inside], near.metric[self.inside]
                step = (target - self.total(self.ratio * x)) / self.total(self.ratio * self.link * metric)
                c = c + step
                if not np.isfinite(c).all():
                    return None
                if near.off <= _NEAR and (np.abs(step) <= _NEAR * np.abs(c)).all():
                    return c, near.theta
        return None

    def sums(self, c: Array) -> Array:
        """Return the class sums, shape (k,): NaN where y leaves its dual domain."""
        with np.errstate(invalid="ignore"):
            return self.total(self.ratio * self.at(c)[1][self.inside])

    def grows(self, direction: Array) -> Mask:
        """Return which classes have a coordinate that goes on without end when c moves in a direction, shape (k,)."""
        side = np.where(self.mirrors.bound, self.mirrors.side, np.nan)[self.inside]
        on = np.isnan(side) | (side == direction[self.label] * np.sign(self.ratio))
        return self.total(on.astype(float)) > 0

    def reaching_zero(self, low: Array, high: Array) -> list[int]:
        """Return coordinates on one side of 0 whose x comes to 0 at class sums between two bounds, shape (k,)."""
        found = []
        bound, y0 = self.mirrors.bound[self.inside], self.mirrors.y0[self.inside]
        for place in np.flatnonzero(bound & (self.mirrors.side[self.inside] != 0)):
            k, direction = self.label[place], -self.mirrors.side[self.inside[place]] * np.sign(self.ratio[place])
            if self.mirrors.held[self.inside[place]]:
                c = np.zeros(self.count)
                c[k] = -y0[place] / self.link[place]
                total = self.sums(c)[k]
                if not (total < low[k] or total > high[k]) and not np.isnan(total):
                    found.append(int(self.inside[place]))
            elif not self.grows(np.full(self.count, direction))[k] and low[k] <= 0 <= high[k]:
                found.append(int(self.inside[place]))
        return found


@dataclass(frozen=True, eq=False)
class Roots:
    """c of each class, x, which classes are out of reach, the error of x, and a residual of the class sums."""

    c: Array
    x: Array
    lost: Mask
    error: float
    residual: float


def class_roots(classes: Classes, target: Array) -> Roots:
    """Find c of each class, shape (k,), for class sums ``target``, shape (k,)."""
    c = np.zeros(classes.count)
    low, high = np.full_like(c, -np.inf), np.full_like(c, np.inf)
    lost, near = np.zeros(classes.count, dtype=bool), None
    if (found := classes.approached(target)) is not None:
        c, near = found
    else:
        wanted = np.sign(target - classes.sums(c))
        beyond = (wanted != 0) & ~classes.grows(wanted)
        # Without a coordinate that goes on, the sum tends to 0 from the side of the start, and no further.
        lost = beyond & (target * wanted > 0)
    for _ in range(_MOST_STEPS):
        at = classes.at(c, near)
        _, x, metric = at
        with np.errstate(all="ignore"):
            part = classes.ratio * x[classes.inside]
            gap = target - classes.total(part)
            terms = classes.total(np.abs(part)) + np.abs(target)
            slope = classes.total(classes.ratio * classes.link * metric[classes.inside])
            out = ~np.isfinite(gap)  # beyond the dual domain, or beyond the doubles
            done = ~out & (np.abs(gap) <= _ENOUGH * terms)
            rising = np.where(out, c < 0, gap > 0)
            low, high = np.where(rising, c, low), np.where(rising, high, c)
            step = np.where(out | ~np.isfinite(slope), np.nan, c + gap / slope)
            bracketed = np.isfinite(low) & np.isfinite(high)
            longer = np.where(rising, np.maximum(1.0, 4 * c), np.minimum(-1.0, 4 * c))
            middle = np.where(bracketed, low + (high - low) / 2, longer)
            good = np.isfinite(step) & (step > low) & (step < high)
            moved = np.where(good, step, middle)
        still = done | lost | (moved == c) | (bracketed & ((middle <= low) | (middle >= high)))
        if still.all():
            break
        c = np.where(still, c, moved)
    with np.errstate(all="ignore"):  # what leaves the doubles leaves an error or a residual that is not finite
        return _measured(classes, target, c, lost, classes.at(np.where(lost, 0.0, c)) if lost.any() else at)


def _measured(classes: Classes, target: Array, c: Array, lost: Mask, at: tuple[Array, Array, Array]) -> Roots:
    y, x, metric = at
    gone = np.zeros(len(x), dtype=bool)
    gone[classes.inside] = lost[classes.label]
    x, metric = np.where(gone, 0.0, x), np.where(gone, 0.0, metric)
    part = classes.ratio * x[classes.inside]
    terms = classes.total(np.abs(part)) + np.abs(target)
    gap = np.where(lost, 0.0, target - classes.total(part))
    own = _ROUNDINGS * _EPS * (np.abs(x) + metric * (np.abs(y) + np.abs(classes.mirrors.y0)))
    slope = classes.total(classes.ratio * classes.link * metric[classes.inside])
    off = np.abs(gap) + _EPS * terms + classes.total(np.abs(classes.ratio) * own[classes.inside])
    spread = np.where(slope > 0, off / slope, 0.0)
    own[classes.inside] += metric[classes.inside] * np.abs(classes.link) * spread[classes.label]
    unmet = np.where(slope == 0, np.abs(gap), 0.0)[classes.label]  # x is 0 at the double next to c, and 1/R'' says nothing
    own[classes.inside] += unmet / np.abs(classes.ratio)
    residual = np.abs(gap) / np.where(terms > 0, terms, 1.0)
    return Roots(np.where(lost, np.nan, c), x, lost, float(own.max(initial=0.0)), float(residual.max(initial=0.0)))
