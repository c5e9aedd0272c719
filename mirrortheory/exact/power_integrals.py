r"""Integrals of products of powers over [0, 1], enclosed by power series whatever the sizes of the constants.

.. math:: \int_0^1 t^{r} \prod_i (t + \tau_i)^{e_i}\,\mathrm d t, \qquad r > -1,\ \tau_i > 0.

Only the singular points 0 and :math:`-\tau_i` limit a series. So [0, 1] is cut into pieces on a logarithmic scale, and on each the
integrand is something simple times power products :math:`\prod (1 + r_i z)^{e_i}` with :math:`|r_i| \le \theta = \sqrt2 - 1`:

- from 0 to the first singular point, :math:`t^r f(t/B)`;
- around singular points, in z with :math:`t = c\,(1 + \theta z)/(1 - \theta z)`, which takes the negative axis to
  :math:`|\theta z| \ge 1`;
- between distant ones, :math:`t^{p} g(A/t)\,h(t/B)`: with the series :math:`h = \sum b_n z^n` this is :math:`\sum b_n M_n`, where
  the moments :math:`M_n = \int y^{p+n} g\,\mathrm d y` follow from one another, as the derivative of :math:`y^{p+n+1} Q g` is a
  combination of their integrands.

A power product solves :math:`Q f' = T f` with polynomials Q and T, which is a recurrence for its coefficients. Run in balls its
radii would blow up, so it is run in numbers, and the polynomial p that comes of it is judged by its defect
:math:`\Delta = T p - Q p'`:

.. math:: \Bigl(\frac pf\Bigr)' = -\frac{\Delta}{Q f}, \qquad
          \Bigl|\frac pf - 1\Bigr| \le \frac{\sum_n |\Delta_n|}{\inf Q f} \quad\text{on } [-1, 1].

This one bound holds what is cut off and what is rounded. As f > 0 it carries over to integrals with positive weights. The number of
terms is proportional to the digits, and that of the pieces to the factors, whatever the sizes.

Source: this project; Mezzarobba (2021), "Rounding error analysis of linear recurrences using generating series", arXiv:2011.00827,
for the blow-up and its remedy.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Sequence
from typing import TypeAlias

import flint
import sympy

from mirrortheory.errors import InvalidArgument
from mirrortheory.exact.arb import Ball, ball, current_bits, precision

_Pairs: TypeAlias = Sequence[tuple[Ball, sympy.Rational]]

_REACH = math.asinh(1)  # half the logarithmic length of a piece around a singular point: its series converges like theta^n
_GAP = 6 * _REACH  # a longer way between singular points is one piece
_GUARD_BITS = 64
_BLOCK = 32  # terms between two looks at the precision needed
_LEAST_BITS = 53
_MOST_TERMS_PER_BIT = 16  # 0.8 are enough


def power_integral(order: sympy.Rational, factors: Sequence[tuple[Ball, Ball, sympy.Rational]]) -> Ball:
    """Enclose the integral over [0, 1] of t^order prod (a t + b)^e, for order > -1, b > 0 and a + b > 0, at the current precision.

    The ball is not finite where b > 0, a + b > 0 or the sign of a is not seen.

    Args:
        order: of t at 0.
        factors: (a, b, e) of each factor.

    Raises:
        InvalidArgument: when the integral diverges.

    >>> with precision(100):
    ...     power_integral(sympy.Rational(-1, 2), [(Ball(1), Ball(1), sympy.Integer(-1))]).overlaps(Ball.pi() / 2)
    True
    """
    if not order > -1:
        raise InvalidArgument("order", "greater than -1", order, "the integral diverges")
    if not all((a >= 0 or a < 0) and b > 0 and a + b > 0 and a.is_finite() and b.is_finite() for a, b, _ in factors):
        return Ball("nan")
    with precision(current_bits() + _GUARD_BITS):
        if all(e.is_Integer and e >= 0 for _, _, e in factors):
            return _of_polynomial(order + 1, factors)
        if any(a < 0 for a, _, _ in factors):
            return _turned(order, factors)
        constant, shifts = Ball(1), []
        for a, b, e in factors:
            constant *= b ** ball(e) if a == 0 else a ** ball(e)
            shifts += [] if a == 0 else [(b / a, e)]
        return constant * _over_pieces(order + 1, sorted(shifts, key=lambda pair: _log(pair[0])))


def _of_polynomial(m: sympy.Rational, factors: Sequence[tuple[Ball, Ball, sympy.Rational]]) -> Ball:
    product = flint.arb_poly([1])
    for a, b, e in factors:
        product *= flint.arb_poly([b, a]) ** int(e)
    return _weighted(product.coeffs(), m)


def _turned(order: sympy.Rational, factors: Sequence[tuple[Ball, Ball, sympy.Rational]]) -> Ball:
    """Map [0, 1] to itself by t = u/(k + (1 - k) u) with k so small that a singular point above 1 comes to lie below 0."""
    k = (math.prod(((a + b) / b for a, b, _ in factors if a < 0), start=Ball(1)) / 2).mid()
    turned = [(a + b * (1 - k), b * k, e) for a, b, e in factors]
    slope = -order - 2 - sum((e for _, _, e in factors), sympy.S.Zero)
    return k * power_integral(order, [*turned, (1 - k, k, slope)])


def _weighted(coefficients: Sequence[Ball], m: sympy.Rational) -> Ball:
    """Integrate z^(m-1) sum c_n z^n over [0, 1]."""
    p, q = int(m.p), int(m.q)
    return q * sum((c / (p + n * q) for n, c in enumerate(coefficients)), Ball(0))


def _log(value: Ball) -> float:
    return float(value.mid().log())


def _over_pieces(m: sympy.Rational, shifts: _Pairs) -> Ball:
    places = [_log(tau) for tau, _ in shifts]
    runs: list[list[float]] = []  # where singular points are near, on the logarithmic scale
    for place in places:
        if place < _REACH:
            low, high = place - _REACH, min(place + _REACH, 0.0)
            high = 0.0 if high > -_GAP else high
            if runs and low - runs[-1][1] < _GAP:
                runs[-1][1] = max(runs[-1][1], high)
            else:
                runs.append([low, high])
    if not runs:
        return _from_zero(m, Ball(1), shifts)
    cuts = [_cut(runs[0][0])]
    total = _from_zero(m, cuts[0], shifts)
    for i, (low, high) in enumerate(runs):
        count = math.ceil((high - low) / (2 * _REACH))
        for k in range(1, count + 1):
            cuts.append(_cut(high if k == count else low + (high - low) * k / count))
            total += _around(m, cuts[-2], cuts[-1], shifts)
        end = runs[i + 1][0] if i + 1 < len(runs) else 0.0
        if end > high:
            cuts.append(_cut(end))
            below = sum(place < high for place in places)
            total += _between(m, cuts[-2], cuts[-1], shifts[:below], shifts[below:])
    return total


def _cut(place: float) -> Ball:
    """Return exp(place) rounded to a short number; 1 at 0, where the last piece ends."""
    with precision(30):
        return Ball(place).exp().mid()


def _from_zero(m: sympy.Rational, end: Ball, shifts: _Pairs) -> Ball:
    """Integrate from 0 to ``end``, which is below theta times the smallest shift."""
    series, slack = _taylor([(end / tau, e) for tau, e in shifts])
    return end ** ball(m) * _powers(shifts) * _weighted(series, m) * slack


def _powers(pairs: Iterable[tuple[Ball, sympy.Rational]]) -> Ball:
    return math.prod((tau ** ball(e) for tau, e in pairs), start=Ball(1))


def _around(m: sympy.Rational, low: Ball, high: Ball, shifts: _Pairs) -> Ball:
    """Integrate over [low, high] by t = c (1 + w z)/(1 - w z), -1 <= z <= 1."""
    tiny = Ball(2) ** -current_bits()
    constant, near = Ball(1), []
    for tau, e in shifts:  # far away t + tau is t or tau
        if tau < low * tiny:
            constant *= (1 + tau / low * Ball(0, 1)) ** ball(e)
            m += e
        elif high < tau * tiny:
            constant *= (tau * (1 + high / tau * Ball(0, 1))) ** ball(e)
        else:
            near.append((tau, e))
    ratio, centre = (high / low).sqrt(), (low * high).sqrt()
    w = (ratio - 1) / (ratio + 1)
    pairs = [(w, m - 1), (-w, -m - 1 - sum(e for _, e in near))]
    pairs += [(w * (centre - tau) / (centre + tau), e) for tau, e in near]
    series, slack = _taylor(pairs)
    constant *= 2 * w * centre ** ball(m) * _powers((centre + tau, e) for tau, e in near)
    return constant * 2 * sum((c / (n + 1) for n, c in enumerate(series) if n % 2 == 0), Ball(0)) * slack


def _between(m: sympy.Rational, low: Ball, high: Ball, below: _Pairs, above: _Pairs) -> Ball:
    """Integrate over [low, high], far above the shifts ``below`` and under the shifts ``above``."""
    for_h, slack = _taylor([(high / tau, e) for tau, e in above])
    order = m + sum((e for _, e in below), sympy.S.Zero)
    moments = _moments(order, low / high, [(tau / low, e) for tau, e in below], for_h)
    return high ** ball(order) * _powers(above) * sum(map(operator.mul, for_h, moments), Ball(0)) * slack


def _moments(order: sympy.Rational, r: Ball, pairs: _Pairs, weights: Sequence[Ball]) -> list[Ball]:
    """Enclose the integrals over [r, 1] of y^(order-1+n) prod (1 + r_i r/y)^e_i for each n, as sharply as weight n asks for."""
    p, q = int(order.p), int(order.q)
    series, slack = _taylor(pairs)
    powers = [Ball(1)]
    for _ in series[1:]:
        powers.append(powers[-1] * r)
    scaled = [a * power for a, power in zip(series, powers, strict=True)]
    r_to, log_r = r ** ball(order), r.log()
    first = min(len(weights), max(len(pairs), math.ceil(1 - order), 0))
    found = []
    for n in range(first):  # term by term
        found.append(_moment(p + n * q, q, series, scaled, r_to, log_r) * slack)
        r_to *= r
    equation, slope = _equation([(root * r, e) for root, e in pairs])
    at_one = _powers((1 + root * r, 1 + e) for root, e in pairs)
    at_r = r_to * _powers((1 + root, 1 + e) for root, e in pairs)
    steps = [(ball(order) + first - k) * equation[k] - slope[k - 1] for k in range(1, len(equation))]
    bits = current_bits()
    for n in range(first, len(weights)):
        if (n - first) % _BLOCK == 0:
            needed = max(_LEAST_BITS, bits + _size(weights[n : n + _BLOCK]))
        with precision(needed):
            inner = sum(map(operator.mul, steps, reversed(found[n - len(steps) : n])), Ball(0))
            found.append((at_one - at_r - inner) * q / (p + n * q))
            at_r *= r
            steps = list(map(operator.add, steps, equation[1:]))
    return found


def _moment(p: int, q: int, series: Sequence[Ball], scaled: Sequence[Ball], r_to: Ball, log_r: Ball) -> Ball:
    """Integrate y^(p/q - 1) sum a_k (r/y)^k over [r, 1], given a_k, a_k r^k and r^(p/q)."""
    total, bits = Ball(0), current_bits()
    for start in range(0, len(series), _BLOCK):
        block, part = slice(start, start + _BLOCK), Ball(0)
        with precision(max(_LEAST_BITS, bits + min(_size(series[block]), 0))):
            for k, (a, s) in enumerate(zip(series[block], scaled[block], strict=True), start):
                exponent = p - k * q
                part += -s * log_r if exponent == 0 else (s - a * r_to) * q / exponent
        total += part
    return total


def _equation(pairs: _Pairs) -> tuple[list[Ball], list[Ball]]:
    """Return the coefficients of Q = prod (1 + r_i z) and of T = Q f'/f."""
    equation, slope = [Ball(1)], list[Ball]()
    for r, e in pairs:
        weight = r * ball(e)
        slope = [a + r * b + weight * c for a, b, c in zip([*slope, Ball(0)], [Ball(0), *slope], equation, strict=True)]
        equation = [a + r * b for a, b in zip([*equation, Ball(0)], [Ball(0), *equation], strict=True)]
    return equation, slope


def _size(values: Sequence[Ball]) -> int:
    """Return a b with max |value| < 2^b, of exact values; very small when all are 0."""
    sizes = [int(exponent) + int(mantissa).bit_length() for mantissa, exponent in (v.man_exp() for v in values) if mantissa != 0]
    return max(sizes, default=-(2**62))


def _taylor(pairs: _Pairs) -> tuple[list[Ball], Ball]:
    """Return the exact coefficients of a polynomial p for f = prod (1 + r_i z)^e_i, and a ball that f/p is in for -1 <= z <= 1."""
    bits, slack, kept = current_bits(), Ball(1), []
    for r, e in pairs:
        if abs(r) < Ball(2) ** -bits:
            slack *= (1 + r * Ball(0, 1)) ** ball(e)
        elif e != 0:
            kept.append((r, e))
    if not all(abs(r) < 1 for r, _ in kept):
        return [Ball(1)], Ball("nan")
    (first, *equation), slope = _equation(kept)
    steps = [t + k * c for k, (t, c) in enumerate(zip(slope, equation, strict=True))]
    degree = len(equation)
    found, recent, defect = [first], [first, *[Ball(0)] * degree][:degree], Ball(0)
    size = 0
    while size > -bits and degree and len(found) < _MOST_TERMS_PER_BIT * bits:
        with precision(max(_LEAST_BITS, bits + min(size, 0))):
            for n in range(len(found), len(found) + _BLOCK):
                total = sum(map(operator.mul, steps, recent), Ball(0))
                coefficient = (total / n).mid()
                defect += abs(total - n * coefficient)
                steps = list(map(operator.sub, steps, equation))
                found.append(coefficient)
                recent = [coefficient, *recent[:-1]]
        size = _size(recent)
    for _ in recent:  # the rows of the defect after the last coefficient
        defect += abs(sum(map(operator.mul, steps, recent), Ball(0)))
        steps, recent = list(map(operator.sub, steps, equation)), [Ball(0), *recent[:-1]]
    least = math.prod((((1 - abs(r)) ** ball(1 + e)).min((1 + abs(r)) ** ball(1 + e)) for r, e in kept), start=Ball(1))
    error = (defect / least).upper()
    return found, slack * Ball(1, 2 * error) if error < Ball(1) / 2 else Ball("nan")
