r"""The order of real constants: balls raised in precision until they decide, and exact tests of zero.

Balls never show that a constant is 0. Three tests do: it vanishes in the ring; it is a combination of logarithms with rational
ratios, :math:`c \log\prod a_i^{n_i}`, which vanishes with :math:`\prod a_i^{n_i} - 1`; or it is algebraic and smaller than what
its form can be without being 0. For a form of integers, + - * / and roots, write the value as U/L with algebraic integers U and L
of degree at most D, the product of the indices of the distinct roots, whose conjugates are at most u and l: as the norm of U is an
integer,

.. math:: U/L = 0 \quad\text{or}\quad |U/L| \ge \frac{1}{l\,u^{D-1}}.

Source: Burnikel, Funke, Mehlhorn, Schirra, Schmitt (2001), "A separation bound for real algebraic expressions", for u, l and D.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cmp_to_key

import sympy

from mirrortheory.errors import NotEvaluable, shown
from mirrortheory.exact.arb import Ball, precision
from mirrortheory.exact.balls import BallFunction
from mirrortheory.exact.constants import Constant
from mirrortheory.exact.implicit import inverse_function, powers_integral
from mirrortheory.exact.rationals import as_expression
from mirrortheory.exact.ring import reduce_to_ring

_INFINITE = (sympy.oo, -sympy.oo)
_FIRST_BITS = 64
_BITS_BEFORE_ZERO = 512  # what is as small as that may be 0
_MOST_BITS = 2**17
_MOST_BITS_OF_FUNCTIONS = 2**12  # of integrals and hypergeometric functions, which are slow
_SLOW = (sympy.Integral, sympy.hyper, sympy.elliptic_f, sympy.elliptic_pi, sympy.expint, inverse_function, powers_integral)
_MOST_FACTORS = 100  # of the product whose logarithm a constant is


def sign_of(constant: sympy.Expr) -> int:
    """Return -1, 0 or 1: the sign of a real constant, or of an infinite one, as a fact.

    Raises:
        NotEvaluable: when the constant has no enclosure, or is neither seen to be 0 nor to differ from it.

    >>> root = sympy.sqrt(10**40 + 1)
    >>> sign_of(root - 10**20), sign_of(sympy.sqrt(3 + 2 * sympy.sqrt(2)) - 1 - sympy.sqrt(2))
    (1, 0)
    """
    constant = as_expression(constant, "constant")
    if constant.is_Rational or constant in _INFINITE:
        return int(sympy.sign(constant))
    function = BallFunction(constant, ())
    separation = _separation(constant)
    bits, most = _FIRST_BITS, _MOST_BITS_OF_FUNCTIONS if constant.has(*_SLOW) else _MOST_BITS
    while bits <= most:
        with precision(bits):
            value = function()
            if value > 0 or value < 0:
                return 1 if value > 0 else -1
            if value == 0 or (separation is not None and bool(abs(value) < Ball(2) ** -separation)):
                return 0
        if bits == _BITS_BEFORE_ZERO and _vanishes(constant):
            return 0
        bits *= 2
    raise NotEvaluable(f"whether {shown(constant)} is 0 is not decided: balls of {most} bits and exact tests do not tell")


def compare(left: sympy.Expr, right: sympy.Expr) -> int:
    """Return the sign of ``left - right``, of constants or infinite ends.

    >>> compare(-sympy.oo, sympy.log(2)), compare(sympy.log(8), 3 * sympy.log(2))
    (-1, 0)
    """
    left, right = as_expression(left, "left"), as_expression(right, "right")
    if left == right:
        return 0
    if left in _INFINITE or right in _INFINITE:  # SymPy adds oo only to what it sees to be real
        return sign_of(left) if left in _INFINITE else -sign_of(right)
    return sign_of(left - right)


def ordered(constants: Iterable[sympy.Expr]) -> list[sympy.Expr]:
    """Return constants in increasing order; equal ones keep theirs.

    >>> ordered([sympy.sqrt(2), sympy.oo, sympy.Rational(7, 5)])
    [7/5, sqrt(2), oo]
    """
    return sorted(constants, key=cmp_to_key(compare))


def _vanishes(constant: sympy.Expr) -> bool:
    try:
        reduction = reduce_to_ring(constant)
        if reduction.vanishes and not reduction.nonzero and not reduction.defined:
            return True
    except NotEvaluable:
        pass  # the ring says nothing
    difference = _of_powers(constant)
    return difference is not None and sign_of(difference) == 0


def _of_powers(constant: sympy.Expr) -> sympy.Expr | None:
    """Return prod a_i^n_i over n_i > 0 less that over n_i < 0 for c sum n_i log(a_i), with positive a_i; None for another form."""
    pairs = [term.as_independent(sympy.log, as_Add=False) for term in sympy.Add.make_args(sympy.expand(constant))]
    if not all(isinstance(log, sympy.log) for _, log in pairs):
        return None
    ratios = [sympy.radsimp(coefficient / pairs[0][0]) for coefficient, _ in pairs]
    if not all(ratio.is_Rational for ratio in ratios):
        return None
    common = math.lcm(*(int(ratio.q) for ratio in ratios))
    powers = [(log.args[0], int(ratio * common)) for ratio, (_, log) in zip(ratios, pairs, strict=True)]
    if sum(abs(n) for _, n in powers) > _MOST_FACTORS or any(sign_of(a) <= 0 for a, _ in powers):
        return None
    above, below = (sympy.Mul(*(a ** abs(n) for a, n in powers if side * n > 0)) for side in (1, -1))
    return above - below


def _separation(constant: sympy.Expr) -> int | None:
    """Return the number of bits b with value = 0 or |value| >= 2^-b for an expression in rationals and roots; None for another."""
    roots: set[tuple[sympy.Expr, int]] = set()
    bounds = _bounds(constant, roots)
    if bounds is None:
        return None
    degree = math.prod(index for _, index in roots)
    bits = bounds[1] + (degree - 1) * bounds[0]
    return math.ceil(bits) + 1 if bits < _MOST_BITS else None


def _bounds(expr: sympy.Expr, roots: set[tuple[sympy.Expr, int]]) -> tuple[float, float] | None:
    """Return upper bounds of log2 u and log2 l, and collect the roots taken."""
    if isinstance(expr, sympy.Rational):
        return float(abs(int(expr.p)).bit_length()), float(int(expr.q).bit_length())
    if isinstance(expr, Constant):
        return _bounds(expr.value, roots)
    if isinstance(expr, sympy.Add | sympy.Mul):
        parts = [_bounds(part, roots) for part in expr.args]
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            return None
        above, below = known[0]
        for u, l in known[1:]:
            above, below = (max(above + l, u + below) + 1 if expr.is_Add else above + u), below + l
        return above, below
    if not (isinstance(expr, sympy.Pow) and isinstance(expr.exp, sympy.Rational)):
        return None
    inner = _bounds(expr.base, roots)
    if inner is None:
        return None
    index, times = int(expr.exp.q), abs(int(expr.exp.p))
    u, l = inner
    if index > 1:
        roots.add((expr.base, index))
        u, l = ((u + (index - 1) * l) / index, l) if u >= l else (u, ((index - 1) * u + l) / index)
    return (times * u, times * l) if expr.exp > 0 else (times * l, times * u)
