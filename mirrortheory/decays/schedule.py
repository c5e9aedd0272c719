r"""Schedules: a rate of decay that depends on time, and its integral.

A rate is an expression of the letter t, or such expressions on stretches of time one after the other,

.. math:: \alpha(t) = \alpha_k(t), \quad t_k \le t < t_{k+1}, \qquad 0 = t_0 < t_1 < \ldots, \qquad
          A(t) = \int_0^t \alpha .

As text: ``1/(1 + t)``, ``2**(-t)``, ``1/10 if t < 5 else 1/100``, ``(1 + cos(pi*t/10))/20 if t < 10 else 0``; in SymPy the second
kind is a Piecewise. Accepted is only what :mod:`mirrortheory.decays.sign` shows to be >= 0 and continuous on each closed stretch.

A is a closed form where one is found: an antiderivative whose derivative is the rate, as a ring decides, and which is seen to be
continuous, so that no branch of it is crossed. Else it stays an integral, which balls enclose.

Source: the fundamental theorem of calculus; Loshchilov and Hutter (2017), arXiv:1608.03983, for schedules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import sympy

from mirrortheory.decays.antiderivative import antiderivative
from mirrortheory.decays.sign import fault, is_continuous
from mirrortheory.errors import InvalidArgument, NotEvaluable, shown
from mirrortheory.exact import expression, rational, reduce_to_ring
from mirrortheory.exact.balls import BallFunction

TIME = sympy.Symbol("t", nonnegative=True)
_U = sympy.Symbol("u", nonnegative=True)
_LETTER = re.compile(r"(?<![A-Za-z0-9_])t(?![A-Za-z0-9_])")
_STRETCH = re.compile(r"(.+)\bif\s+t\s*<(.+)", re.DOTALL)
_EXAMPLE = "write for example 1/(1 + t), or 1/10 if t < 5 else 1/100"
_MOST_STRETCHES = 50
_SOON, _FEW_DIGITS = sympy.Rational(1, 3), 8  # when, and how well, the integral of a rate is enclosed to see that it can be


@dataclass(frozen=True)
class Stretch:
    """A rate on [start, end): ``end`` is a rational, or oo for the last one."""

    start: sympy.Rational
    end: sympy.Expr
    rate: sympy.Expr


def is_schedule(alpha: object) -> bool:
    """Return whether a rate, text or an expression, holds the letter t.

    >>> is_schedule("1/(1 + t)"), is_schedule("1/10"), is_schedule(sympy.Symbol("alpha"))
    (True, False, False)
    """
    if isinstance(alpha, str):
        return bool(_LETTER.search(alpha))
    return isinstance(alpha, sympy.Expr) and any(symbol.name == "t" for symbol in alpha.free_symbols)


def schedule(alpha: str | sympy.Expr) -> sympy.Expr:
    """Return a rate that depends on time, in :data:`TIME`, when it is seen to be >= 0 and integrable at all times.

    Raises:
        InvalidArgument: naming the time at which it is negative or has a pole, or saying that this is not decided; for other
            letters, floats, and stretches that are not in order.

    >>> schedule("1/(1+t)"), schedule("1/10 if t < 5 else 1/100")
    (1/(t + 1), Piecewise((1/10, t < 5), (1/100, True)))
    """
    found = _read(alpha) if isinstance(alpha, str) else _taken(alpha)
    for stretch in found:
        _must_be_a_rate(stretch)
    return _joined([(stretch.rate, stretch.end) for stretch in found])


def stretches(rate: sympy.Expr) -> tuple[Stretch, ...]:
    """Return the stretches of a rate, on each of which it is continuous: one, up to oo, unless it is a Piecewise."""
    pairs = [(e, c) for e, c in rate.args] if isinstance(rate, sympy.Piecewise) else [(rate, sympy.true)]
    ends = [sympy.oo if c == sympy.true else c.rhs for _, c in pairs]
    return tuple(Stretch(a, b, e) for a, b, (e, _) in zip((sympy.S.Zero, *ends), ends, pairs, strict=False))


def text_of(rate: sympy.Expr) -> str:
    """Return a rate as text that :func:`schedule` reads.

    >>> text_of(schedule("1/(1+t) if t < 1/2 else 0"))
    '1/(t + 1) if t < 1/2 else 0'
    """
    plain = [re.sub(r"\bE\b", "exp(1)", str(s.rate)).replace("Abs(", "abs(") for s in stretches(rate)]
    return "".join(f"{e} if t < {s.end} else " for e, s in zip(plain[:-1], stretches(rate), strict=False)) + plain[-1]


def integral(rate: sympy.Expr) -> sympy.Expr:
    """Return A(t), the integral of a rate from 0 to t, in closed form where one is found, and else as an integral.

    A letter for a constant rate is one: A = alpha t.

    >>> integral(schedule("1/(1+t)")), integral(schedule("2**(-t)")), integral(sympy.Rational(1, 10))
    (log(t + 1), 1/log(2) - 1/(2**t*log(2)), t/10)
    >>> integral(schedule("1/10 if t < 5 else 1/100"))
    Piecewise((t/10, t < 5), (t/100 + 9/20, True))
    """
    before, found = sympy.S.Zero, []
    for stretch in stretches(rate):
        whole = closed(stretch)
        if whole is None:
            own = sympy.Integral(stretch.rate.xreplace({TIME: _U}), (_U, stretch.start, TIME))
        else:
            own = whole - whole.subs(TIME, stretch.start)
        found.append((before + own, stretch.end))
        if stretch.end is not sympy.oo:
            before = before + own.subs(TIME, stretch.end)
    return _joined(found)


@lru_cache(maxsize=128)
def closed(stretch: Stretch) -> sympy.Expr | None:
    """Return a function whose derivative is the rate on all of a stretch, as a ring and enclosures show; None without one."""
    if not stretch.rate.has(TIME):
        return stretch.rate * TIME
    found = antiderivative(stretch.rate, TIME)
    if found is None:
        return None
    try:
        right = reduce_to_ring(sympy.diff(found, TIME) - stretch.rate).vanishes
    except NotEvaluable:
        return None
    return found if right and is_continuous(found, TIME, stretch.start, stretch.end) else None


def _joined(pairs: list[tuple[sympy.Expr, sympy.Expr]]) -> sympy.Expr:
    """Return expressions up to their ends as one."""
    *rest, (last, _) = pairs
    return sympy.Piecewise(*((e, sympy.StrictLessThan(TIME, end)) for e, end in rest), (last, True))


def _read(text: str) -> list[Stretch]:
    letters = {"t": TIME, "pi": sympy.pi}
    *pieces, last = re.split(r"\belse\b", text)
    if len(pieces) >= _MOST_STRETCHES:
        raise InvalidArgument("alpha", f"of at most {_MOST_STRETCHES} stretches", text, "write fewer")
    found, start = [], sympy.S.Zero
    for piece in pieces:
        match = _STRETCH.fullmatch(piece.strip())
        if match is None:
            raise InvalidArgument("alpha", "a rate, if t < a time, else another", piece.strip(), _EXAMPLE)
        end = rational(match[2].strip(), "alpha")
        found.append(Stretch(start, end, expression(match[1], letters, "alpha")))
        start = end
    return _in_order([*found, Stretch(start, sympy.oo, expression(last, letters, "alpha"))], text)


def _taken(alpha: sympy.Expr) -> list[Stretch]:
    """Return the stretches of a SymPy expression, whose letter t may have any assumptions."""
    strangers = [s for s in alpha.free_symbols if s.name != "t"]
    if strangers or len(alpha.free_symbols) != 1:
        raise InvalidArgument("alpha", "an expression of the letter t alone", alpha, "put numbers for other letters")
    if alpha.atoms(sympy.Float):
        number = min(alpha.atoms(sympy.Float), key=str)
        raise InvalidArgument("alpha", "an exact expression of t", number, f"write {sympy.Rational(str(number))}, not a float")
    rate = alpha.xreplace({next(iter(alpha.free_symbols)): TIME})
    if not isinstance(rate, sympy.Piecewise):
        return [Stretch(sympy.S.Zero, sympy.oo, rate)]
    found, start = [], sympy.S.Zero
    for value, condition in rate.args:
        end = sympy.oo
        if condition != sympy.true:
            if not isinstance(condition, sympy.StrictLessThan | sympy.LessThan) or condition.lhs != TIME:
                raise InvalidArgument("alpha", "a Piecewise in t < a time", condition, "write Piecewise((a, t < 5), (b, True))")
            end = rational(condition.rhs, "alpha")
        found.append(Stretch(start, end, value))
        start = end
    if found[-1].end is not sympy.oo:
        raise InvalidArgument("alpha", "given at all times t >= 0", alpha, f"add (0, True) for none from t = {start} on")
    return _in_order(found, alpha)


def _in_order(found: list[Stretch], alpha: object) -> list[Stretch]:
    for stretch in found:
        if not stretch.start < stretch.end:
            raise InvalidArgument("alpha", "given on stretches in the order of time, from t = 0 on", alpha, _EXAMPLE)
        if stretch.rate.has(sympy.Piecewise):
            raise InvalidArgument("alpha", "one formula on each stretch", shown(stretch.rate), _EXAMPLE)
    return found


def _must_be_a_rate(stretch: Stretch) -> None:
    found = fault(stretch.rate, TIME, stretch.start, stretch.end)
    if found is None:
        _must_have_an_integral(stretch)
        return
    (what, when), rate = found, shown(stretch.rate)
    if what == "negative":
        remedy = f"if it is to end at a time T, write {rate} if t < T else 0" if stretch.rate.has(TIME) else "write a rate >= 0"
        raise InvalidArgument("alpha", ">= 0 at all times", f"{rate}, which is negative at t = {when}", remedy)
    if what == "pole":
        raise InvalidArgument("alpha", "integrable", f"{rate}, which is not defined near t = {when}", "write for example 1/(1 + t)")
    where = f"from t = {stretch.start} on" if stretch.end is sympy.oo else f"for t in [{stretch.start}, {stretch.end}]"
    condition = "seen to be >= 0 and continuous by its form"
    raise InvalidArgument("alpha", condition, f"{rate}, which is not decided {where}", "write it as a sum of terms >= 0")


def _must_have_an_integral(stretch: Stretch) -> None:
    total = sympy.Integral(stretch.rate.xreplace({TIME: _U}), (_U, stretch.start, TIME))
    try:
        BallFunction(total, (TIME,)).enclose((stretch.start + _SOON,), _FEW_DIGITS)
    except NotEvaluable as error:
        if closed(stretch) is None:
            value = f"{shown(stretch.rate)} ({error})"
            raise InvalidArgument("alpha", "a rate whose integral is enclosed", value, _EXAMPLE) from None


def jumps(rate: sympy.Expr) -> Iterator[sympy.Rational]:
    """Yield the times at which one formula ends and the next begins."""
    yield from (s.start for s in stretches(rate)[1:])
