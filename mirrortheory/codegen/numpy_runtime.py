r"""What generated NumPy code needs beside NumPy; its text is copied into that code, so that it stands alone.

Potentials are curves in r >= 0 with products :math:`r^b \prod_i (r^\beta + \lambda_i)^{e_i}`, :math:`1 \le \beta \le 2`,
:math:`\lambda_i > 0`; for a product of layers with one smallest, :math:`\beta = q` and r is its size.

**Root.** :math:`F(\rho) = b \rho + \sum_i e_i \log(e^{\beta\rho} + \lambda_i) - \log T` is convex and increasing, and lies above
:math:`b \rho + \sum_{i \in S} e_i \beta \rho + \sum_{i \notin S} e_i \log \lambda_i - \log T` for every set S. The least of their
roots is therefore no smaller than the root of F; Halley's method, held to twice Newton's step, goes on from there in three or
four steps.

**Integral.** The singularities of the density are at Re r <= 0, so on an octave [a, 2a] it is analytic in the ellipse of parameter
:math:`3 + \sqrt 8`: twelve Gauss-Legendre nodes leave :math:`(3 + \sqrt 8)^{-24} < 10^{-18}`. The octaves below are summed once,
all terms positive, so the error stays relative.

**Inverse.** log r is a smooth function of the integral v, but for the logarithm of v at 0, and of the distance to its supremum c
where there is one. On an eighth of an octave of v, or of c - v beyond c/2, a polynomial of degree 12 in v gives log2 r less a whole
number; intervals where it does not reproduce the integral (turns of a logarithm far out) are left to Newton's method.

Source: derived for this project; Trefethen (2013), "Approximation Theory and Approximation Practice", for the ellipse.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]
Exponent: TypeAlias = tuple[float, float]  # a float, and what it misses of the exponent that is meant
Factors: TypeAlias = tuple[tuple[float, Exponent], ...]
Function: TypeAlias = Callable[[Array], Array]

Polynomials: TypeAlias = tuple[int, Array, Array, Array, Array]  # first key, middles, inverse half widths, scales, coefficients

_CHUNK = 16384  # elements that stay in the cache
_SHIFT, _DEGREE = 49, 12  # bits of a double that a table forgets: it keeps the exponent and three more; and its polynomials
_CHEBYSHEV = [np.pad(np.polynomial.chebyshev.cheb2poly([0] * k + [1])[::-1], (_DEGREE - k, 0)) for k in range(_DEGREE + 1)]
_GAUSS = np.array([  # nodes and weights of Gauss and Legendre; those of NumPy have errors of up to 40 units in the last place
    (0.1252334085114689, 0.24914704581340277), (0.3678314989981802, 0.2334925365383548), (0.5873179542866175, 0.20316742672306592),
    (0.7699026741943047, 0.16007832854334622), (0.9041172563704749, 0.10693932599531843), (0.9815606342467192, 0.04717533638651183),
])  # fmt: skip
_NODES, _WEIGHTS = np.append(-_GAUSS[:, 0], _GAUSS[:, 0]), np.append(_GAUSS[:, 1], _GAUSS[:, 1])


def in_chunks(function: Function, x: Array) -> Array:
    """Return function(x) for x of any shape, computed on stretches that stay in the cache."""
    flat = np.ravel(x)
    out = np.empty_like(flat)
    for start in range(0, flat.size, _CHUNK):
        out[start : start + _CHUNK] = function(flat[start : start + _CHUNK])
    return out.reshape(np.shape(x))


def power(base: Array, exponent: float, rest: float = 0.0) -> Array:
    """Return base^(exponent + rest): what a float misses of a third, say, is 600 times larger in the value at 1e300."""
    if exponent in (1.0, 0.5, -0.5):
        value = base if exponent == 1 else np.sqrt(base)
        return 1 / value if exponent < 0 else value
    value = base**exponent
    return value * (1 + rest * np.log(base)) if rest else value


def quadratic(half: Array, gap: Array | float, exponent: float, rest: float = 0.0) -> Array:
    """Return s^(exponent + rest) for the root s > 0 of s (s + gap) = half^2, without cancellation or overflow, and never 0."""
    root = power(half, exponent, rest) * power(half / (gap / 2 + np.hypot(gap / 2, half)), exponent, rest)
    return np.maximum(root, 2.0**-1074)


def root(target: Array, order: Exponent, beta: Exponent, factors: Factors) -> Array:
    """Return r > 0 with r^order prod (r^beta + shift)^exponent = target > 0, of any shape; order and exponents are positive.

    A target that is nan or inf is its own root, and does not stop the steps of the others.
    """
    finite = np.isfinite(target)
    with np.errstate(over="ignore", under="ignore", divide="ignore", invalid="ignore"):  # where r^beta is no double
        r = in_chunks(lambda part: _root(part, order, beta, factors), np.where(finite, target, 1.0))
    return np.where(finite, r, target)


def _root(target: Array, order: Exponent, beta: Exponent, factors: Factors) -> Array:
    ordered = sorted(factors)
    outside = [exponent[0] * math.log(shift) for shift, exponent in ordered]
    log_target, slope_below = np.log(target), order[0]
    log_r = (log_target - sum(outside)) / slope_below
    for i, (_, exponent) in enumerate(ordered):
        slope_below += beta[0] * exponent[0]
        log_r = np.minimum(log_r, (log_target - sum(outside[i + 1 :])) / slope_below)
    r = np.maximum(np.exp(log_r), 2.0**-1074)
    for _ in range(60):
        s, lift = power(r, *beta), power(r, -order[0] / 2, -order[1] / 2)  # twice: r^order may underflow, and 1 / r overflow
        ratio, slope, bend = target * lift * lift, np.full_like(r, order[0] / beta[0]), np.zeros_like(r)
        for shift, exponent in ordered:
            inverse = 1 / (s + shift)
            part = s * inverse
            slope += part if exponent[0] == 1 else exponent[0] * part
            part -= part * part
            bend += part if exponent[0] == 1 else exponent[0] * part
            ratio = ratio * power(inverse, *exponent)
        newton = np.log(ratio) / slope
        step = newton / np.maximum(1 + newton * bend / (2 * slope), 0.5)
        r = np.maximum(r * np.exp(step if beta[0] == 1 else step / beta[0]), 2.0**-1074)
        if not np.nanmax(np.abs(step), initial=0.0) > 1e-6:
            break
    return r


def at_size(function: Function, x: object, sign: str, at_zero: float | Function) -> Array:
    """Return function(|x|), odd, even or (``positive``) undefined for x < 0; at 0 what is given, or a function at r = 0."""
    x = np.asarray(x, dtype=float)
    size = np.abs(x)
    with np.errstate(over="ignore", under="ignore", divide="ignore", invalid="ignore"):
        limit = at_zero(np.zeros(())) if callable(at_zero) else at_zero
        value = np.where(size > 0, function(np.where(size > 0, size, 1.0)), np.where(size == 0, limit, np.nan))
    if sign == "positive":
        return np.where(x >= 0, value, np.nan)
    return value * np.where(np.signbit(x), -1.0, 1.0) if sign == "odd" else value


def legendre(x: Array, y: Array, conjugate: Array) -> Array:
    """Return x y - conjugate, finite where x y alone overflows, inf where the conjugate does as well."""
    product = x * y
    lifted = np.where(np.isfinite(conjugate), 4 * (x / 4 * y - conjugate / 4), np.inf)
    return np.where(np.isposinf(product), lifted, product - conjugate)


def guarded(function: Function, x: object) -> Array:
    """Return function(x), inf or nan without a warning."""
    with np.errstate(over="ignore", under="ignore", divide="ignore", invalid="ignore"):
        return np.asarray(function(np.asarray(x, dtype=float)))


class Primitive:
    """The integral of r^order prod (r^beta + shift)^exponent over [0, r], or minus that over [r, oo]; and its inverse.

    Args:
        end: exponent of the integral itself at the end it starts from, positive at 0 and negative at oo.
        front: prod shift^exponent.
        order, beta, factors: as in the formula.
        low, high: the r between which it is to be evaluated, positive.
    """

    table: Table | None

    def __init__(
        self, end: Exponent, front: float, order: Exponent, beta: Exponent, factors: Factors, low: float, high: float
    ) -> None:
        least, most = 2.0**-1021, 2.0 ** int(1000 / beta[0])
        low, high = max(least, low), min(most, high)  # also where r at the smallest or largest x is no double
        sizes = [shift ** (1 / beta[0]) for shift, _ in factors]
        # Far enough beyond every shift, the density is a power to the last bit.
        first = math.floor(math.log2(min([low, *(2.0**-64 * size for size in sizes)])))
        last = math.ceil(math.log2(max([high, *(2.0**64 * size for size in sizes)]))) + 1
        self.end, self.front, self.order, self.beta, self.factors = end, front, order, beta, factors
        self.from_infinity, self.first, self.table = end[0] < 0, max(first - 2, -1021), None
        self.far = far = order[0] + 1 + beta[0] * sum(exponent[0] for _, exponent in factors)
        self.ends = 2.0 ** np.arange(self.first, min(last + 2, int(1000 / beta[0])) + 1, dtype=float)
        with np.errstate(over="ignore", invalid="ignore"):
            self.sums = self._sums(end)
            # The rest of the integral beyond the octaves, a power to the last bit.
            self.bound = self.sums[-1] + self.ends[-1] ** far / -far if far < 0 < end[0] else math.inf

    def _sums(self, end: Exponent) -> Array:
        pieces = self._piece(self.ends[:-1], self.ends[1:])
        if self.from_infinity:
            sums, pieces = [float(power(self.ends[-1], *end)) / -end[0]], pieces[::-1]
        else:
            sums = [self.front * float(power(self.ends[0], *end)) / end[0]]
        lost = 0.0
        for piece in pieces:  # compensated, as a logarithm is a sum of some thousand octaves
            term = piece - lost
            total = sums[-1] + term
            lost = (total - sums[-1]) - term if math.isfinite(total) else 0.0
            sums.append(total)
        return -np.array(sums[::-1]) if self.from_infinity else np.array(sums)

    def density(self, r: Array) -> Array:
        """Return r^order prod (r^beta + shift)^exponent."""
        value, s = power(r, *self.order) if self.order[0] else np.ones_like(r), power(r, *self.beta)
        for shift, exponent in self.factors:
            value = value * power(1 + s / shift, *exponent)  # to the last bit where r is small
        return value * self.front

    def _piece(self, a: Array, b: Array) -> Array:
        middle, half = (a + b) / 2, (b - a) / 2
        total = np.zeros_like(middle)
        for node, weight in zip(_NODES, _WEIGHTS, strict=True):
            total += weight * self.density(middle + half * node)
        return total * half

    def __call__(self, r: Array) -> Array:
        """Return the integral at r > 0."""
        return in_chunks(self._at, r)

    def _at(self, r: Array) -> Array:
        octave = np.clip(np.frexp(r)[1] - 1 - self.first, 0, len(self.ends) - 2)
        if self.from_infinity:
            value = self.sums[octave + 1] - self._piece(r, self.ends[octave + 1])
        else:
            value = self.sums[octave] + self._piece(self.ends[octave], r)
        for place, exponent, outside in ((0, self.order[0] + 1, r < self.ends[0]), (-1, self.far, r > self.ends[-1])):
            if outside.any():
                value = np.where(outside, self._beyond(r / self.ends[place], place, exponent), value)
        return np.asarray(value)

    def _beyond(self, ratio: Array, place: int, exponent: float) -> Array:
        """Return the integral outside the octaves, where the density is a power, at ``ratio`` times the first or last of them."""
        edge = self.ends[place]
        if self.from_infinity == (place < 0):
            return np.asarray(self.sums[place] * power(ratio, *self.end))
        grown = np.log(ratio) if abs(exponent) < 1e-12 else np.expm1(exponent * np.log(ratio)) / exponent
        return np.asarray(self.sums[place] + self.density(edge) * edge * grown)

    def _inverse_beyond(self, value: Array) -> Array:
        """Return r outside the octaves, where the density is a power; nan where it is within them, or nowhere."""
        r = np.full_like(value, np.nan)
        with np.errstate(over="ignore", under="ignore", divide="ignore", invalid="ignore"):
            for place, exponent, outside in ((0, self.order[0] + 1, value <= self.sums[0]), (-1, self.far, value >= self.sums[-1])):
                edge, last = self.ends[place], self.sums[place]
                if self.from_infinity == (place < 0):
                    ratio = np.where(value / last > 0, np.abs(value / last) ** (1 / self.end[0]), np.nan)
                else:
                    grown = (value - last) / (self.density(edge) * edge)
                    ratio = np.exp(grown if abs(exponent) < 1e-12 else np.log1p(exponent * grown) / exponent)
                r = np.where(outside, edge * ratio, r)
        return r

    def inverse(self, value: Array) -> Array:
        """Return r with the integral equal to ``value``, nan where there is none."""
        if self.table is None:
            self.table = Table(self)
        return in_chunks(self.table, value)

    def newton(self, value: Array) -> Array:
        """Return what :meth:`inverse` returns, by Newton's method in the octave that holds it."""
        return in_chunks(self._inverse, value)

    def _inverse(self, value: Array) -> Array:
        outside = self._inverse_beyond(value)
        value = np.where((value < self.sums[-1]) & (value > self.sums[0]), value, np.nan)
        octave = np.clip(np.searchsorted(self.sums, value) - 1, 0, len(self.ends) - 2)
        a, b, low, high = self.ends[octave], self.ends[octave + 1], self.sums[octave], self.sums[octave + 1]
        r = a + (b - a) * (value - low) / (high - low)
        for _ in range(60):
            wanted = value - (high - self._piece(r, b) if self.from_infinity else low + self._piece(a, r))
            step = wanted / (r * self.density(r))
            r = r * np.exp(step)
            if not np.nanmax(np.abs(step), initial=0.0) > 1e-8:
                break
        return np.where(np.isnan(outside), r, outside)


class Table:
    """The inverse of a :class:`Primitive` by polynomials, looked up by the exponent and the first three bits of its argument."""

    def __init__(self, primitive: Primitive) -> None:
        self.primitive, self.bound = primitive, primitive.bound
        sizes = np.abs(primitive.sums)
        sign = -1.0 if primitive.from_infinity else 1.0
        self.near = self._polynomials(lambda size: sign * size, sizes.min(), min(sizes.max(), self.bound))
        self.far = None
        if self.bound < math.inf:
            self.far = self._polynomials(lambda left: self.bound - left, self.bound * 2.0**-50, self.bound)

    def _polynomials(self, value_of: Function, low: float, high: float) -> Polynomials:
        keys = np.arange(_key(np.array([max(low, 2.0**-1021)]))[0], _key(np.array([high]))[0] + 1)
        starts = (np.append(keys, keys[-1] + 1) << _SHIFT).view(np.float64)
        middle, half = (starts[:-1] + starts[1:]) / 2, (starts[1:] - starts[:-1]) / 2
        count = 3 * _DEGREE  # more than are needed, so that their rounding errors average out
        angles = np.pi * (np.arange(count) + 0.5) / count
        nodes = np.append(np.cos(angles), [-0.97, 0.31, 0.88])  # the last three only to check
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            r = self.primitive.newton(value_of(middle + half * nodes[:, None]))
            scale: Array = r[count // 2].copy()
            logs = np.log2(r / scale)
            orders = np.arange(_DEGREE + 1)
            chebyshev = np.cos(orders[:, None] * angles) * np.where(orders == 0, 1, 2)[:, None] / count @ logs[:count]
            powers: Array = np.transpose(_CHEBYSHEV) @ chebyshev
            misses = np.abs(np.vander(nodes[count:], _DEGREE + 1) @ powers - logs[count:]).max(axis=0)
            condition = np.maximum(1, np.ptp(logs, axis=0) * middle / (2 * half))  # of r as a function of the size
            condition = condition * np.maximum(1, np.abs(value_of(middle)) / middle)  # and of the size, next to the supremum
            powers[0, ~((misses <= 16 * np.finfo(float).eps * condition) & (r.min(axis=0) > 2.0**-1022))] = np.nan
        return int(keys[0]), middle, 1 / half, scale, powers

    def __call__(self, value: Array) -> Array:
        """Return r, nan where there is none."""
        with np.errstate(over="ignore", invalid="ignore"):
            return self._at(value)

    def _at(self, value: Array) -> Array:
        size = -value if self.primitive.from_infinity else value
        if self.far is None:
            r = self._look_up(self.near, size)
        else:
            left, r = self.bound - size, np.empty_like(size)
            near = size <= left
            r[near], r[~near] = self._look_up(self.near, size[near]), self._look_up(self.far, left[~near])
        lost = np.isnan(r)
        if lost.any():
            r[lost] = self.primitive.newton(value[lost])
        return r

    @staticmethod
    def _look_up(polynomials: Polynomials, size: Array) -> Array:
        first, middle, inverse_half, scale, powers = polynomials
        key = _key(size) - first
        inside = np.clip(key, 0, len(middle) - 1)
        t = (size - middle[inside]) * inverse_half[inside]
        total = powers[0][inside]
        for coefficients in powers[1:]:
            total *= t
            total += coefficients[inside]
        return np.asarray(np.where(inside == key, np.exp2(total) * scale[inside], np.nan))


def _key(size: Array) -> NDArray[np.int64]:
    return np.ascontiguousarray(size).view(np.int64) >> _SHIFT


def divergence(x: object, x0: object, potential: Function, mirror_map: Function, hessian: Function) -> Array:
    """Return R(x) - R(x0) - R'(x0) (x - x0), as the integral of (x - u) R''(u) where x and x0 are close."""
    x, x0 = np.broadcast_arrays(np.asarray(x, dtype=float), np.asarray(x0, dtype=float))
    with np.errstate(over="ignore", under="ignore", divide="ignore", invalid="ignore"):
        after, before, linear = potential(x), potential(x0), mirror_map(x0) * (x - x0)
        apart = after - before - linear
        close = np.abs(apart) <= 1e-3 * (np.abs(after) + np.abs(before) + np.abs(linear))  # else little cancels
        close &= (x * x0 > 0) & (np.abs(x) <= 2 * np.abs(x0)) & (np.abs(x0) <= 2 * np.abs(x))
        a, b = np.where(close, x0, 1.0), np.where(close, x, 1.0)
        total = np.zeros_like(apart)
        for node, weight in zip(_NODES, _WEIGHTS, strict=True):
            total += weight * (1 - node) / 4 * hessian(a + (b - a) * (1 + node) / 2)
        return np.asarray(np.where(close, total * (b - a) * (b - a), apart))
