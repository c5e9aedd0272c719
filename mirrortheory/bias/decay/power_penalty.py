r"""Stationary points of a quadratic loss plus a power of the sizes of x, in doubles, and their certificates in balls.

.. math:: F(x) = \tfrac12 |Zx - b|^2 + \frac Ar \sum_j |x_j|^r, \qquad
          \partial_j F = (Hx - g)_j + A\,\mathrm{sign}(x_j)\,|x_j|^{r-1}, \quad H = Z^T Z,\ g = Z^T b

For r > 1 F is strictly convex, and a stationary point is its only minimiser; where x_j is held to one sign, x_j = 0 with a slope
that points outwards is allowed. For r < 1 every x_j = 0 is a strict local minimum in x_j, as the slope of the penalty is infinite
there, so that F has a strict local minimum where the others are stationary and :math:`H - A(1-r)\,\mathrm{diag}|x_j|^{r-2}` is
positive definite on them.

**Certificate.** On the support :math:`u_j = |x_j|`; Krawczyk's operator shows one zero of the gradient in a box around the double,
and no other. There the matrix is least where u is, and elimination in rationals decides that it is positive definite.

Source: Krawczyk (1969) for the enclosure; Chen, Xu, Ye (2010), doi:10.1137/090761471, for local minima of l_r penalties.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import sympy
from scipy.optimize import minimize

from mirrortheory.errors import NotEvaluable
from mirrortheory.exact import Exact, System, decimal, evaluate, exact
from mirrortheory.flows.problems import Array

MOST_ENCLOSED = 12  # coordinates on the support; more take minutes
_NEAR = tuple(sympy.Rational(1, 10**n) for n in (12, 9, 6))  # the boxes around a double, relative, one after the other
_STEPS, _HALVINGS, _LEAST = 200, 60, 1e-100


Side = tuple[sympy.Rational, sympy.Rational]


@dataclass(frozen=True)
class PowerPenalised:
    """F of the module: H and g exact, the strength A > 0 and the order r > 0, r != 1, as constants of SymPy.

    ``signs`` of a coordinate is 1 or -1 where x_j is held to one side of 0, 0 where it is held at 0, and None where it is free.
    """

    H: Sequence[Sequence[Exact]]
    g: Sequence[Exact]
    strength: sympy.Expr
    order: sympy.Rational
    signs: Sequence[int | None]

    def minimiser(self) -> Array:
        """Return the minimiser in doubles, for r > 1: a quasi-Newton method, then Newton's, with descent of F."""
        H, g, A, r = self._doubles()
        side = np.array([0 if s is None else s for s in self.signs])
        held = np.array([s is not None for s in self.signs])

        def value(x: Array) -> tuple[float, Array]:
            size = np.abs(x)
            return float(x @ H @ x / 2 - g @ x + A / r * (size**r).sum()), H @ x - g + A * np.sign(x) * size ** (r - 1)

        bounds = [(0 if s in (0, 1) else None, 0 if s in (0, -1) else None) for s in self.signs]
        begin = np.where(g != 0, np.sign(g) * np.minimum(1.0, (np.abs(g) / A) ** (1 / (r - 1))), 0.0)
        begin[held & (side * begin <= 0)] = 0.0
        options = {"ftol": 1e-15, "gtol": 1e-12}
        x = np.array(minimize(value, begin, jac=True, method="L-BFGS-B", bounds=bounds, options=options).x)
        for _ in range(_STEPS):
            level, slope = value(x)
            free = ~(held & (x == 0) & (side * slope >= 0)) & (np.diagonal(H) > 0)
            bend = A * (r - 1) * np.maximum(np.abs(x[free]), _LEAST) ** (r - 2)
            step = np.zeros_like(x)
            step[free] = np.linalg.lstsq(H[np.ix_(free, free)] + np.diag(bend), -slope[free], rcond=1e-15)[0]
            for k in range(_HALVINGS):
                there = x + step / 2**k
                there[held & (side * there <= 0)] = 0.0
                if value(there)[0] < level:
                    break
            else:
                break
            x = there
        # Where the penalty bends more than the loss, the slope tells x_j better than differences of F do.
        slope = H @ x - g
        with np.errstate(divide="ignore", over="ignore"):
            steep = (A * (r - 1) * np.abs(x) ** (r - 2) > np.diagonal(H)) & (x != 0)
        x[steep] = -np.sign(slope[steep]) * (np.abs(slope[steep]) / A) ** (1 / (r - 1))
        x[held & (side * x <= 0)] = 0.0
        return self.polished(x)

    def polished(self, x: Array) -> Array:
        """Return the stationary point on the support of x to which damped Newton steps lead; no sign of it changes."""
        H, g, A, r = self._doubles()
        on = np.flatnonzero(x)
        side, u = np.sign(x[on]), np.abs(x[on])
        block, pull = np.outer(side, side) * H[np.ix_(on, on)], side * g[on]

        def slope(u: Array) -> Array:
            return np.asarray(block @ u - pull + A * u ** (r - 1))

        here = slope(u)
        for _ in range(_STEPS):
            step = np.linalg.lstsq(block + np.diag(A * (r - 1) * u ** (r - 2)), -here, rcond=None)[0]
            for k in range(_HALVINGS):
                there = u + step / 2**k
                if (there > 0).all() and np.linalg.norm(slope(there)) < np.linalg.norm(here):
                    break
            else:
                break
            u, here = there, slope(there)
        found = np.zeros_like(x)
        found[on] = side * u
        return found

    def enclosed(self, x: Array) -> Sequence[Side] | None:
        """Return (low, high) of each |x_j| on the support of x, between which is exactly one stationary point; None if not shown.

        Where x_j = 0 and r > 1 the slope must point outwards, or vanish, on all of that box.
        """
        on = [int(j) for j in np.flatnonzero(x)]
        if len(on) > MOST_ENCLOSED:
            return None
        if not on:
            return [] if self.order < 1 or self._outwards(x, on, []) else None
        for near in _NEAR:
            sides = self._krawczyk(x, on, near)
            if sides is not None and (self.order < 1 or self._outwards(x, on, sides)):
                return sides
        return None

    def _krawczyk(self, x: Array, on: Sequence[int], near: sympy.Rational) -> Sequence[Side] | None:
        u = sympy.symbols(f"u1:{len(on) + 1}", positive=True)
        side = [1 if x[j] > 0 else -1 for j in on]
        A, r = self.strength, self.order
        block = [[s * t * _rational(self.H[i][j]) for j, t in zip(on, side, strict=True)] for i, s in zip(on, side, strict=True)]
        slopes = [[h + A * (r - 1) * v ** (r - 2) * int(k == m) for m, h in enumerate(block[k])] for k, v in enumerate(u)]
        values = [
            sum((h * w for h, w in zip(row, u, strict=True)), A * v ** (r - 1)) - s * _rational(self.g[i])
            for row, v, s, i in zip(block, u, side, on, strict=True)
        ]
        sizes = [sympy.Rational(abs(float(x[j]))) for j in on]
        box = {v: (size * (1 - near), size * (1 + near)) for v, size in zip(u, sizes, strict=True)}
        try:
            inner = System(values, slopes, u, box).inner_boxes()
        except NotEvaluable:
            return None
        return inner[0].sides if len(inner) == 1 else None

    def is_local_minimum(self, x: Array, sides: Sequence[Side]) -> bool:
        """Return whether the Hessian is shown to be positive definite on the support, everywhere between ``sides``; r < 1."""
        on = [int(j) for j in np.flatnonzero(x)]
        rows = [[self.H[i][j] for j in on] for i in on]
        for k, (low, _) in enumerate(sides):
            bend = decimal(evaluate(self.strength * (1 - self.order) * low ** (self.order - 2), {}, 40), 40)
            rows[k][k] = rows[k][k] - exact(bend["mid"]) - exact(bend["rad"])
        return _positive_definite(rows)

    def _outwards(self, x: Array, on: Sequence[int], sides: Sequence[Side]) -> bool:
        for j in set(range(len(x))) - set(on):
            slope, width = -self.g[j], exact(0)
            for i, (low, high) in zip(on, sides, strict=True):
                middle, half = exact((low + high) / 2), exact((high - low) / 2)
                slope, width = slope + self.H[j][i] * (middle if x[i] > 0 else -middle), width + abs(self.H[j][i]) * half
            held = self.signs[j]
            if held != 0 and not (slope == 0 == width if held is None else held * slope >= width):
                return False
        return True

    def _doubles(self) -> tuple[Array, Array, float, float]:
        H = np.array([[int(v.p) / int(v.q) for v in row] for row in self.H])
        return H, np.array([int(v.p) / int(v.q) for v in self.g]), float(self.strength), float(self.order)


def _rational(value: Exact) -> sympy.Rational:
    return sympy.Rational(int(value.p), int(value.q))


def _positive_definite(rows: list[list[Exact]]) -> bool:
    """Decide it by the pivots of elimination in rationals."""
    rows = [list(row) for row in rows]
    for k, row in enumerate(rows):
        if not row[k] > 0:
            return False
        for other in rows[k + 1 :]:
            part = other[k] / row[k]
            other[:] = [a - part * b for a, b in zip(other, row, strict=True)]
    return True
