r"""Double-double arithmetic for arrays: a number is the sum of two doubles, and has about 31 digits.

Its text is copied into the generated NumPy code of sums, whose formulas cancel in doubles. Functions take arrays of doubles too,
and then return such: the same formula is evaluated quickly to find where to look, and once with 31 digits there. A constant
follows the array that it meets.

Sources: Dekker (1971), "A floating-point technique for extending the available precision", for sums and products; Hida, Li, Bailey
(2001), "Library for double-double and quad-double arithmetic", for the functions.
"""

from __future__ import annotations

from typing import Any

import numpy as np

_HIGH_BITS = np.int64(~((1 << 27) - 1))


class DoubleDouble:
    """The sum high + low of two arrays of doubles, |low| at most half a unit in the last place of high."""

    __array_ufunc__ = None  # arrays leave + - * / to this class

    def __init__(self, high: Any, low: Any = 0.0) -> None:
        total = np.add(high, low)
        rest = low - (total - high)
        finite = np.isfinite(rest)
        self.high, self.low = np.where(finite, total, high), np.where(finite, rest, 0.0)

    def __add__(self, other: Any) -> Any:
        if isinstance(other, np.ndarray):
            return self.high + other
        other = double_double(other)
        total = self.high + other.high
        part = total - self.high
        rest = (self.high - (total - part)) + (other.high - part)
        return DoubleDouble(total, rest + (self.low + other.low))

    def __neg__(self) -> DoubleDouble:
        return DoubleDouble(-self.high, -self.low)

    def __sub__(self, other: Any) -> Any:
        return self + -other

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    def __mul__(self, other: Any) -> Any:
        if isinstance(other, np.ndarray):
            return self.high * other
        other = double_double(other)
        high, low = _product(self.high, other.high)
        return DoubleDouble(high, low + (self.high * other.low + self.low * other.high))

    def __truediv__(self, other: Any) -> Any:
        if isinstance(other, np.ndarray):
            return self.high / other
        other = double_double(other)
        first = self.high / other.high
        rest = self - other * DoubleDouble(first)
        return DoubleDouble(first, np.where(np.isfinite(rest.high), rest.high / other.high, 0.0))

    def __rtruediv__(self, other: Any) -> Any:
        return other / self.high if isinstance(other, np.ndarray) else double_double(other) / self

    def __pow__(self, n: int) -> Any:
        if n < 0:
            return 1 / self**-n
        square = self * self if n > 1 else self
        return square if n <= 2 else square ** (n // 2) if n % 2 == 0 else square ** (n // 2) * self

    __radd__, __rmul__ = __add__, __mul__

    def where(self, condition: Any, other: DoubleDouble) -> DoubleDouble:
        """Return this where the condition holds, and the other elsewhere."""
        return DoubleDouble(np.where(condition, self.high, other.high), np.where(condition, self.low, other.low))


def double_double(value: Any) -> DoubleDouble:
    """Return a number, of at most 53 bits if it is an integer, as a double-double."""
    return value if isinstance(value, DoubleDouble) else DoubleDouble(np.asarray(value, dtype=float))


def _product(a: Any, b: Any) -> tuple[Any, Any]:
    a_high, b_high = ((np.asarray(c).view(np.int64) & _HIGH_BITS).view(np.float64) for c in (a, b))
    a_low, b_low, product = a - a_high, b - b_high, a * b
    return product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low


_LOG_2 = DoubleDouble(0.6931471805599453, 2.319046813846299e-17)


def exp(z: Any) -> Any:
    """Return e^z, by its series at z less a multiple of log 2, over 64, and six squarings."""
    if not isinstance(z, DoubleDouble):
        return np.exp(z)
    z = z.where(np.abs(z.high) < 1500, DoubleDouble(np.clip(z.high, -1500, 1500)))  # the others are 0 or infinite
    twos = np.rint(np.nan_to_num(z.high) / _LOG_2.high)
    r = (z - _LOG_2 * DoubleDouble(twos)) / 64
    x = r.high
    series = DoubleDouble(1 / 720 + x * (1 / 5040 + x * (1 / 40320 + x * (1 / 362880 + x / 3628800))))
    for k in (120, 24, 6, 2):
        series = r * series + 1 / double_double(k)
    grown = r + r * r * series  # e^r - 1
    for _ in range(6):
        grown = grown * grown + 2 * grown
    value = grown + 1
    half = np.trunc(twos / 2).astype(int)  # 2^1024 itself is no double
    rest_of_it = twos.astype(int) - half
    return DoubleDouble(*(np.ldexp(np.ldexp(part, half), rest_of_it) for part in (value.high, value.low)))


def sinh(z: Any) -> Any:
    """Return (e^z - e^-z) / 2, at small z by its series."""
    if not isinstance(z, DoubleDouble):
        return np.sinh(z)
    grown, square, series = exp(z), z * z, DoubleDouble(np.ones_like(z.high))
    for k in range(22, 0, -2):
        series = square * series / (k * (k + 1)) + 1
    return (z * series).where(np.abs(z.high) < 0.3, (grown - 1 / grown) / 2)


def cosh(z: Any) -> Any:
    """Return (e^z + e^-z) / 2."""
    grown = exp(z)
    return (grown + 1 / grown) / 2


def log(z: Any) -> Any:
    """Return the logarithm of z >= 0, by one step of Newton's method from that of doubles."""
    if not isinstance(z, DoubleDouble):
        return np.log(z)
    _, twos = np.frexp(z.high)
    part = DoubleDouble(np.ldexp(z.high, -twos), np.ldexp(z.low, -twos))  # in [1/2, 1)
    first = np.log(part.high)
    change = part * exp(DoubleDouble(-first)) - 1
    value = change - change * change / 2 + DoubleDouble(first) + _LOG_2 * DoubleDouble(twos.astype(float))
    return value.where((z.high > 0) & np.isfinite(z.high), DoubleDouble(np.log(z.high)))


def sqrt(z: Any) -> Any:
    """Return the square root of z >= 0, by one step of Newton's method from that of doubles."""
    if not isinstance(z, DoubleDouble):
        return np.sqrt(z)
    first = np.sqrt(z.high)
    rest = z - DoubleDouble(*_product(first, first))
    return DoubleDouble(first, np.where(first > 0, rest.high / (2 * np.where(first > 0, first, 1.0)), 0.0))


def rational_power(z: Any, p: int, q: int) -> Any:
    """Return z^(p/q) for z >= 0."""
    if not isinstance(z, DoubleDouble):
        return z ** (p / q)
    value = exp(log(z) * p / q)
    return value.where(z.high > 0, DoubleDouble(np.where(z.high == 0, 0.0 ** (p / q) if p > 0 else np.inf, np.nan)))


def product_of_powers(*factors: tuple[Any, int, int]) -> Any:
    """Return the product of b^(p/q) over (b, p, q); only the whole may be beyond the doubles, and each b is one."""
    total, twos = 1.0, 0
    for base, p, q in factors:
        high = base.high if isinstance(base, DoubleDouble) else base
        _, size = np.frexp(high)
        size = size - size % q
        total = total * _power(_by_twos(base, -size), p, q)
        twos = twos + p * (size // q)
    return _by_twos(total, twos)


def _power(z: Any, p: int, q: int) -> Any:
    if q > 2:
        return rational_power(z, p, q)
    root = z if q == 1 else sqrt(z)
    return root**p if p > 0 else 1 / root**-p


def _by_twos(z: Any, n: Any) -> Any:
    """Return z 2^n; 2^n itself may be no double."""
    if isinstance(z, DoubleDouble):
        return DoubleDouble(_by_twos(z.high, n), _by_twos(z.low, n))
    n = np.clip(n, -4000, 4000)
    return np.ldexp(np.ldexp(z, n // 2), n - n // 2)


_TWO_PI = DoubleDouble(6.283185307179586, 2.4492935982947064e-16)


def _sin_and_versine(z: Any) -> tuple[Any, Any]:
    """Return sin z and 1 - cos z: the series of sin at z over 128, and seven doublings of the angle."""
    z = z - _TWO_PI * DoubleDouble(np.rint(np.nan_to_num(z.high) / _TWO_PI.high))
    angle = z / 128
    square = angle * angle
    t = square.high
    series = DoubleDouble(1 / 362880 - t / 39916800 * (1 - t / 156))
    for k in (-5040, 120, -6):
        series = square * series + 1 / double_double(k)
    sine = angle + angle * square * series
    versine = sine * sine / (1 + sqrt(1 - sine * sine))
    for _ in range(7):
        sine, versine = 2 * sine * (1 - versine), 2 * sine * sine
    return sine, versine


def sin(z: Any) -> Any:
    """Return sin z."""
    return _sin_and_versine(z)[0] if isinstance(z, DoubleDouble) else np.sin(z)


def cos(z: Any) -> Any:
    """Return cos z."""
    return 1 - _sin_and_versine(z)[1] if isinstance(z, DoubleDouble) else np.cos(z)


def sin_between(angle: Any, rest: Any) -> Any:
    """Return the sine of an angle in [0, pi] that is known with what it lacks of pi, which counts next to pi."""
    if isinstance(angle, DoubleDouble):
        return sin(angle.where(angle.high < rest.high, rest))
    return np.sin(np.minimum(angle, rest))


def atan(z: Any) -> Any:
    """Return the arc tangent, by one step from that of doubles."""
    if not isinstance(z, DoubleDouble):
        return np.arctan(z)
    first = DoubleDouble(np.arctan(z.high))
    sine, versine = _sin_and_versine(first)
    cosine = 1 - versine
    value = first + (z * cosine - sine) / (cosine + z * sine)
    return value.where(np.abs(z.high) < 1e150, _TWO_PI * DoubleDouble(np.sign(z.high)) / 4 - 1 / z)


def asin(z: Any) -> Any:
    """Return the arc sine."""
    return atan(z / sqrt((1 - z) * (1 + z))) if isinstance(z, DoubleDouble) else np.arcsin(z)


def asinh(z: Any) -> Any:
    """Return the inverse of the hyperbolic sine, at small z by one step from that of doubles."""
    if not isinstance(z, DoubleDouble):
        return np.arcsinh(z)
    close = np.abs(z.high) < 0.25
    first = DoubleDouble(np.arcsinh(np.where(close, z.high, 0.0)))
    near = first + (z - sinh(first)) / cosh(first)
    sign = DoubleDouble(np.where(z.high < 0, -1.0, 1.0))
    size = z * sign
    small = size.high < 1e150
    root = sqrt(size.where(small, DoubleDouble(1.0)) ** 2 + 1).where(small, size)
    return near.where(close, sign * log(size + root))
