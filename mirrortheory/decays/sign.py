r"""Whether a rate is >= 0 and integrable on a stretch of time: decided exactly or by enclosures, and else said to be open.

- **Rational functions** of t, and of one exponential :math:`u = b^{t} \in (0, 1]`: denominators are shown to have no root on the
  closed stretch, and then the sign is that of a polynomial between its roots of odd order, counted exactly.
- **Other rates**: enclosed by their form (:mod:`mirrortheory.decays.intervals`) on parts of the stretch, which are halved, with a
  last part up to oo. What has an enclosure is continuous there, so that it is integrable on every finite stretch.
- **Negative** is only what has an exact time at which the rate is negative, in exact or ball arithmetic.

Source: Sturm's theorem, by SymPy, for the roots; Moore (1966), "Interval Analysis", for the enclosures.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from itertools import pairwise

import sympy

from mirrortheory.decays.intervals import NoEnclosure, enclosed
from mirrortheory.errors import NotEvaluable
from mirrortheory.exact.arb import Ball, precision
from mirrortheory.exact.balls import BallFunction

_BITS = 128
_MOST_DEGREE = 200  # of a polynomial whose roots are counted
_MOST_PARTS = 400
_FIRST_TAIL, _LAST_TAIL = 1, 2**40  # where a part that reaches up to oo begins, after the start
_LOOKS = 64  # times at which a negative rate is looked for
_U = sympy.Symbol("u", positive=True)


def fault(rate: sympy.Expr, time: sympy.Symbol, low: sympy.Rational, high: sympy.Expr) -> tuple[str, object] | None:
    """Return None when ``rate`` is >= 0 and continuous at all times of [low, high) and at a finite end; else what is wrong.

    Args:
        rate: an expression in ``time`` alone, without floats.
        time: the letter.
        low, high: rationals, or high is oo.

    Returns:
        None, or one of ("negative", t), ("pole", t), ("open", None), with a time where that is known.

    >>> t = sympy.Symbol("t", nonnegative=True)
    >>> fault(1 / (1 + t), t, sympy.S.Zero, sympy.oo), fault(1 - t / 10, t, sympy.S.Zero, sympy.oo)
    (None, ('negative', 11))
    """
    if _is_rational(rate, time) and _degree(rate, time) <= _MOST_DEGREE:
        found = _of_rational(rate, time, low, high)
        if found != ("open", None):
            return found
    content, rest = rate.as_content_primitive()
    positive = rest if content.is_positive else rate  # 1/20 + cos(t)/20 is a twentieth of 1 + cos(t), whose least value is exact
    with precision(_BITS):
        seen = _of_exponential(positive, time) or _covered(positive, time, low, high, lambda least: bool(least >= 0))
        return None if seen else _negative(rate, time, low, high) or ("open", None)


def _is_rational(expr: sympy.Expr, time: sympy.Symbol) -> bool:
    """Return whether an expression is a rational function with rational coefficients, as it is written."""
    if isinstance(expr, sympy.Pow):
        return isinstance(expr.exp, sympy.Integer) and _is_rational(expr.base, time)
    if isinstance(expr, sympy.Add | sympy.Mul):
        return all(_is_rational(argument, time) for argument in expr.args)
    return expr == time or isinstance(expr, sympy.Rational)


def _degree(expr: sympy.Expr, time: sympy.Symbol) -> int:
    """Return a bound for the degrees above and below the bar of a rational function, before anything is multiplied out."""
    if not expr.has(time):
        return 0
    if isinstance(expr, sympy.Pow):
        return _degree(expr.base, time) * abs(int(expr.exp))
    return max(1, sum(_degree(argument, time) for argument in expr.args))


def _of_rational(rate: sympy.Expr, time: sympy.Symbol, low: sympy.Rational, high: sympy.Expr) -> tuple[str, object] | None:
    for power in rate.atoms(sympy.Pow):
        if power.exp.is_negative:
            above, below = sympy.fraction(sympy.together(power.base))
            for part in (above, below):
                if part.has(time) and (pole := _first_root(sympy.Poly(part, time), low, high)) is not None:
                    return "pole", pole
    above, below = (sympy.Poly(part, time) for part in sympy.fraction(sympy.cancel(rate)))
    sides = above * below
    if sides.is_zero:
        return None
    odd = reduce(lambda a, b: a * b, (factor for factor, power in sides.sqf_list()[1] if power % 2), sympy.Poly(1, time))
    inside = _roots_in(odd, low, high) - sum(end is not sympy.oo and odd(end) == 0 for end in (low, high))
    signs = ((point, sides(point)) for point in _looked_at(odd, low, high))
    known = [(point, sign) for point, sign in signs if sign != 0]
    below_zero = next((point for point, sign in known if sign < 0), None)
    if below_zero is not None:
        return "negative", below_zero
    if inside:
        return "negative", _first_root(odd, low, high)
    return None if known else ("open", None)


def _roots_in(polynomial: sympy.Poly, low: sympy.Rational, high: sympy.Expr) -> int:
    """Return how many roots there are in [low, high], exactly."""
    return 0 if polynomial.degree() < 1 else int(polynomial.count_roots(low, None if high is sympy.oo else high))


def _first_root(polynomial: sympy.Poly, low: sympy.Rational, high: sympy.Expr) -> sympy.Expr | None:
    """Return the first root in [low, high], or a rational near it; None when there is none."""
    if _roots_in(polynomial, low, high) == 0:
        return None
    end = None if high is sympy.oo else high
    left, right = polynomial.intervals(inf=low, sup=end, eps=sympy.Rational(1, 1000))[0][0]
    return (left + right) / 2


def _looked_at(polynomial: sympy.Poly, low: sympy.Rational, high: sympy.Expr) -> list[sympy.Rational]:
    """Return times inside (low, high), some of them between the roots of a polynomial."""
    end = None if high is sympy.oo else high
    roots = polynomial.intervals(inf=low, sup=end, eps=sympy.Rational(1, 1000)) if polynomial.degree() >= 1 else []
    ends = sorted({low, *(e for (left, right), _ in roots for e in (left, right))})
    ends.append(ends[-1] + 2 if end is None else end)
    return [a + (b - a) * sympy.Rational(k, 8) for a, b in pairwise(ends) if a < b for k in (4, 3, 5, 1, 7)]


def _of_exponential(rate: sympy.Expr, time: sympy.Symbol) -> bool:
    """Return whether a rational function of u = b^t in (0, 1], all exponentials of the rate being powers of it, is seen >= 0."""
    powers = [p for p in rate.atoms(sympy.Pow, sympy.exp) if p.has(time) and p.as_base_exp()[1].has(time)]
    if not powers:
        return False
    speeds = []
    for power in powers:
        base, exponent = power.as_base_exp()
        speed = sympy.diff(exponent, time)
        if base.has(time) or not isinstance(speed, sympy.Rational) or exponent.subs(time, 0) != 0:
            return False
        known = base is sympy.E or (isinstance(base, sympy.Rational) and base > 1)
        if not known or base != powers[0].as_base_exp()[0]:
            return False
        speeds.append(-speed)
    unit = sympy.Rational(reduce(sympy.gcd, (abs(s.p) for s in speeds)), reduce(sympy.ilcm, (s.q for s in speeds), 1))
    in_u = rate.xreplace({power: _U ** (speed / unit) for power, speed in zip(powers, speeds, strict=True)})
    if not _is_rational(in_u, _U) or _degree(in_u, _U) > _MOST_DEGREE:
        return False
    return _of_rational(in_u, _U, sympy.S.Zero, sympy.S.One) is None


def is_continuous(expr: sympy.Expr, time: sympy.Symbol, low: sympy.Rational, high: sympy.Expr) -> bool:
    """Return whether ``expr`` is seen to be defined and continuous at all times of [low, high], or of [low, oo)."""
    with precision(_BITS):
        return _covered(expr, time, low, high, lambda least: True)


def _covered(rate: sympy.Expr, time: sympy.Symbol, low: sympy.Rational, high: sympy.Expr, accepted: Callable[[Ball], bool]) -> bool:
    """Return whether parts of the closed stretch, halved as needed, all have an enclosure whose lower end is accepted."""
    waiting: list[tuple[sympy.Rational, sympy.Expr]] = [(low, high)]
    for _ in range(_MOST_PARTS):
        if not waiting:
            return True
        left, right = waiting.pop()
        try:
            if accepted(enclosed(rate, time, left, right)[0]):
                continue
        except NoEnclosure:
            pass  # of the whole: perhaps its parts have one
        if right is sympy.oo:
            further = max(2 * (left - low), sympy.Integer(_FIRST_TAIL))
            if further > _LAST_TAIL:
                return False
            waiting += [(low + further, right), (left, low + further)]
        else:
            middle = (left + right) / 2
            waiting += [(middle, right), (left, middle)]
    return False


def _negative(rate: sympy.Expr, time: sympy.Symbol, low: sympy.Rational, high: sympy.Expr) -> tuple[str, object] | None:
    """Return a time at which the rate is proved to be negative, of some that are looked at."""
    steps = [sympy.Rational(k, 4) for k in range(1, _LOOKS // 2)] + [sympy.Integer(2) ** k for k in range(3, _LOOKS // 2)]
    times = (
        [low + s for s in steps] if high is sympy.oo else [low + (high - low) * sympy.Rational(k, _LOOKS) for k in range(_LOOKS)]
    )
    try:
        function = BallFunction(rate, (time,))
    except NotEvaluable:
        return None
    return next((("negative", point) for point in times if function(point) < 0), None)
