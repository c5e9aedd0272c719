r"""The rate of a decay, and its integral A(t), in double precision: part by part, so that no step crosses a jump or a peak.

The parts are those of :mod:`mirrortheory.decays.resolution`: on each a few points show all of the rate, as enclosures say. So steps
that end where a part does miss no peak, however narrow. Closed forms of A are evaluated as they are; what stays an integral is the
sum over parts by Gauss's rule with 16 points, to rounding. Solvers that use them estimate their errors from two runs; proved ones
work with the exact expressions (:mod:`mirrortheory.decays`).

Source: Trefethen (2013), "Approximation Theory and Approximation Practice", for the error of Gauss's rule.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import numpy as np
import sympy

from mirrortheory.decays import TIME, Decay, RateDecay, stretches
from mirrortheory.decays.resolution import POINTS, parts
from mirrortheory.errors import NotEvaluable, NotSmooth
from mirrortheory.exact import BallFunction
from mirrortheory.flows.problems import Array
from mirrortheory.theory import Flow

RATE = sympy.Symbol("alpha", nonnegative=True)
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(POINTS)
_EXACT_NODES = [sympy.Rational(float(node)) for node in _NODES]
_NARROW = 2.0**-6  # of its time: on a part that is shorter the rounding of times would be felt
_DIGITS = 20
_CALLS = 4096  # of an integral, whose values are kept: the nodes of one step come many times


def with_letter(flow: Flow) -> Flow:
    """Return a flow whose rate is the letter :data:`RATE` when it depends on time, so that it is compiled once."""
    decay = flow.decay
    if not (isinstance(decay, RateDecay) and decay.varies):
        return flow
    return Flow(flow.geometry, flow.reparam, replace(decay, alpha=RATE))


def rates(decay: Decay, t_end: float) -> list[tuple[float, Callable[[float], float]]]:
    """Return the parts of a decay up to ``t_end``: the end of each, and its rate as a function of time, one for each stretch.

    Raises:
        NotSmooth: where the rate varies too fast to be resolved.

    >>> from mirrortheory import Decoupled
    >>> [(end, rate(4.0)) for end, rate in rates(Decoupled("1/10 if t < 5 else 1/(1+t)"), 7.0)]
    [(5.0, 0.1), (7.0, 0.2)]
    """
    if not _varies(decay):
        constant = float(decay.rate)
        return [(t_end, lambda t: constant)]
    last, found = sympy.Rational(t_end), []
    for stretch in stretches(decay.rate):
        if stretch.start < last:
            rate = _function(stretch.rate)
            found += [(float(t), rate) for t in _parts(stretch.rate, stretch.start, min(stretch.end, last))[1:]]
    return found


def _parts(rate: sympy.Expr, start: sympy.Rational, end: sympy.Expr) -> tuple[sympy.Rational, ...]:
    try:
        return parts(rate, start, end)
    except NotEvaluable as error:
        raise NotSmooth(f"{error}; end before it") from None


class RateAt:
    """The rate of a decay as a function of one time >= 0; it may be pickled.

    >>> from mirrortheory import Decoupled
    >>> RateAt(Decoupled("1/10 if t < 5 else 1/100"))(5.0)
    0.01
    """

    def __init__(self, decay: Decay) -> None:
        self.decay, pieces = decay, stretches(decay.rate)
        self._starts, self._functions = [float(s.start) for s in pieces], [_function(s.rate) for s in pieces]

    def __call__(self, t: float) -> float:
        return self._functions[max(bisect_right(self._starts, t) - 1, 0)](t)

    def __reduce__(self) -> tuple[type[RateAt], tuple[Decay]]:
        return RateAt, (self.decay,)  # compiled anew


def is_constant(decay: Decay, t: float) -> bool:
    """Return whether the rate is constant on the stretch that begins at the time t, or holds it."""
    return not next(s for s in reversed(stretches(decay.rate)) if float(s.start) <= t).rate.free_symbols


def ends(decay: Decay) -> float:
    """Return from which time on there is no decay: 0 without any, infinite where it goes on.

    >>> from mirrortheory import Decoupled
    >>> ends(Decoupled("1/10 if t < 5 else 0")), ends(Decoupled("1/10"))
    (5.0, inf)
    """
    last = stretches(decay.rate)[-1]
    return float(last.start) if last.rate == 0 else float("inf")


class Total:
    """A, the integral of the rate of a decay from 0, as a function of times >= 0 of any shape; it may be pickled.

    >>> from mirrortheory import Decoupled
    >>> A = Total(Decoupled("1/10 if t < 5 else 1/100"))
    >>> A(np.array([0.0, 5.0, 15.0])).round(12).tolist()
    [0.0, 0.5, 0.6]
    """

    def __init__(self, decay: Decay) -> None:
        self.decay, self._constant = decay, None if _varies(decay) else float(decay.rate)
        if self._constant is None:
            pieces = stretches(decay.total)
            self._starts = [float(s.start) for s in pieces]
            self._functions = [_integrated(s.rate, s.end) for s in pieces]

    def __call__(self, t: float | Array) -> Array:
        if self._constant is not None:
            return np.asarray(self._constant * np.asarray(t))
        return np.array([self._at(float(s)) for s in np.ravel(t)]).reshape(np.shape(t))

    def _at(self, t: float) -> float:
        return self._functions[max(bisect_right(self._starts, t) - 1, 0)](t)

    def __reduce__(self) -> tuple[type[Total], tuple[Decay]]:
        return Total, (self.decay,)  # compiled anew


def _varies(decay: Decay) -> bool:
    return isinstance(decay, RateDecay) and decay.varies


def _function(expr: sympy.Expr) -> Callable[[float], float]:
    function = _of_times(expr)
    return lambda t: float(function(t))


def _of_times(expr: sympy.Expr) -> Callable[[float | Array], Array]:
    """Return an expression of TIME for a time or many; what overflows inside it, such as cosh below a bar, is infinite there."""
    function = sympy.lambdify(TIME, expr, "numpy")

    def at(t: float | Array) -> Array:
        with np.errstate(over="ignore"):
            return np.asarray(function(t), dtype=float)

    return at


def _integrated(expr: sympy.Expr, end: sympy.Expr) -> Callable[[float], float]:
    """Return closed forms, and integrals from a constant to TIME or to a constant, as a function up to ``end``."""
    found = expr.atoms(sympy.Integral)
    plain = _function(expr.xreplace(dict.fromkeys(found, sympy.S.Zero)))
    integrals = [(float(expr.coeff(i)), _since_then(i, end)) for i in found]

    @lru_cache(maxsize=_CALLS)
    def function(t: float) -> float:
        return plain(t) + float(sum(c * integral(t) for c, integral in integrals))

    return function


class Since:
    """The integral of a rate from a time on, as a function of the time that has gone since, by Gauss's rule on its parts.

    Times since then are exact, however short they are beside the times themselves.

    Args:
        rate: an expression in :data:`mirrortheory.decays.TIME`.
        low: when it begins.
        end: up to when the rate is this expression.

    >>> gone = Since(1 / (1 + TIME), sympy.Integer(1), sympy.oo)
    >>> float(round(gone(2.0), 12))  # log 2
    0.69314718056
    """

    def __init__(self, rate: sympy.Expr, low: sympy.Rational, end: sympy.Expr) -> None:
        self._rate, self._low, self._end = rate, low, end
        self._function, self._enclosed = _of_times(rate), BallFunction(rate, (TIME,))
        self._last, self._gone, self._values = low, [0.0], [0.0]

    def __call__(self, gone: float) -> float:
        if gone > self._gone[-1]:
            self._reach(min(self._end, self._low + sympy.Integer(2) ** math.ceil(math.log2(gone))))
        place = max(bisect_right(self._gone, gone) - 1, 0)
        return self._values[place] + self._gauss(self._gone[place], gone)

    def _reach(self, end: sympy.Rational) -> None:
        """Go on to a time."""
        if not self._last < end:
            return
        for right in _parts(self._rate, self._last, end)[1:]:
            gone = float(right - self._low)
            self._values.append(self._values[-1] + self._gauss(self._gone[-1], gone))
            self._gone.append(gone)
        self._last = end

    def _gauss(self, a: float, b: float) -> float:
        """Return the integral over [a, b], by exact times where those in doubles are too far from each other."""
        half, low = (b - a) / 2, float(self._low)
        if half > _NARROW * (low + b):
            values = np.broadcast_to(self._function(low + a + half * (1 + _NODES)), _NODES.shape)
        else:
            start, scale = self._low + sympy.Rational(a), sympy.Rational(half)
            times = [(start + scale * (1 + node),) for node in _EXACT_NODES]
            values = np.array([float(v.mid()) for v in self._enclosed.over(times, _DIGITS)])
        return float(half * (_WEIGHTS @ values))


def since(decay: Decay, begin: float, end: float) -> Since:
    """Return the integral of the rate of a decay that varies, from ``begin`` on, up to ``end`` in the same stretch."""
    low = sympy.Rational(begin)
    stretch = next(s for s in reversed(stretches(decay.rate)) if s.start <= low)
    return Since(stretch.rate, low, sympy.Rational(end))


def _since_then(integral: sympy.Integral, end: sympy.Expr) -> Callable[[float], float]:
    """Return an integral from a constant to TIME, or to a constant, as a function of TIME up to ``end``."""
    variable, low, high = integral.limits[0]
    rate = integral.function.xreplace({variable: TIME})
    if high != TIME:
        value = Since(rate, low, high)(float(high - low))
        return lambda t: value
    found = Since(rate, low, end)
    return lambda t: found(t if low == 0 else float(sympy.Rational(t) - low))
