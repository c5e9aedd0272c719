r"""The first positive root of a function known by balls, isolated, proved simple, and never passed by.

A function gives, on a ball of times, enclosures of its values and of its slopes. A piece [a, b] of (0, h] holds no root when
the enclosure of its values, direct or by the mean value theorem about a point m,

.. math:: f([a, b]) \subset f(m) + f'([a, b])\,([a, b] - m),

excludes 0. It holds exactly one root, a simple one, when :math:`f'([a, b])` excludes 0 and f changes its sign from a to b. Else it
is bisected, the earlier part first, so every piece before the first root is excluded by a proof. The root is then enclosed by
interval Newton steps :math:`X \leftarrow X \cap (m - f(m)/f'(X))`. Where a piece is narrower than half of the digits and still
not settled (a multiple root, or several that are close), it is said to be undecided.

A polynomial with rational coefficients is factored over Q: multiplicities are exact then, roots of factors simple, the root of a
linear factor is rational, and two roots that lie first on the same interval are equal if and only if their factors are.

Source: Moore (1966), "Interval Analysis", for the interval Newton method; derived for this project.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import flint

from mirrortheory.exact.arb import Ball, current_bits
from mirrortheory.exact.numbers import Exact, Number, Undecided, as_ball, sign

Function: TypeAlias = Callable[[Ball], tuple[Ball, Ball]]

_SPLIT = 0.48716  # no simple fraction, so that a bisection does not end on a root that is one
_MOST_PIECES = 20_000


@dataclass(frozen=True)
class Root:
    """The first root of a function.

    Attributes:
        time: the root, exact if it is rational and so are the coefficients, else enclosed.
        multiplicity: 1, or more for rational coefficients.
        factor: the irreducible polynomial that it is a root of, for rational coefficients; else None.
    """

    time: Number
    multiplicity: int = 1
    factor: flint.fmpq_poly | None = None


def polynomial(c: Sequence[Number]) -> Function:
    """Return values and slopes of sum c_k t^k, on a ball by the Taylor coefficients at its midpoint.

    Args:
        c: the coefficients, from the constant on.
    """
    values = flint.arb_poly([as_ball(value) for value in c])
    slopes = values.derivative()

    def function(t: Ball) -> tuple[Ball, Ball]:
        if t.is_exact():
            return values(t), slopes(t)
        shifted, away = values(flint.arb_poly([t.mid(), 1])), t - t.mid()
        return shifted(away), shifted.derivative()(away)

    return function


def first_root(c: Sequence[Number], end: Ball) -> Root | None:
    """Return the first root of sum c_k t^k in (0, end], or None when it is proved that there is none.

    Leading coefficients that are 0 exactly are dropped: the root at t = 0 is not looked for.

    Args:
        c: coefficients, the lowest first.
        end: an exact ball > 0.

    Raises:
        Undecided: when the first root could not be separated from another or from the end, or shown to be there.

    >>> first_root([Exact(-2), Exact(0), Exact(1)], Ball(4)).time.contains(Ball(2).sqrt())
    True
    >>> first_root([Exact(1), Exact(-2), Exact(1)], Ball(4))
    Root(time=1, multiplicity=2, factor=x + (-1))
    """
    known = next((k for k, value in enumerate(c) if sign(value) != 0), len(c))
    if len(c) - known <= 1:
        return None
    rationals = [value for value in c[known:] if isinstance(value, Exact)]
    if len(rationals) == len(c) - known:
        return _first_exact_root(flint.fmpq_poly(rationals), end)
    return simple_root(polynomial(c[known:]), end)


def simple_root(function: Function, end: Ball) -> Root | None:
    """Return the first root of ``function`` in (0, end], proved simple, or None when there is none.

    Raises:
        Undecided: as :func:`first_root`, or when the value at 0 is not known to differ from 0.
    """
    found = _isolated(function, end)
    return None if found is None else Root(_refined(function, *found))


def _first_exact_root(p: flint.fmpq_poly, end: Ball) -> Root | None:
    try:
        if _isolated(polynomial(p.coeffs()), end) is None:
            return None
    except Undecided:
        pass  # a multiple root, perhaps: the factors have none
    roots = []
    for factor, multiplicity in p.factor()[1]:
        if factor.degree() == 1:
            time: Number = -factor[0] / factor[1]
            if time > 0 and time <= end:
                roots.append(Root(time, multiplicity, factor))
        elif (found := simple_root(polynomial(factor.coeffs()), end)) is not None:
            roots.append(Root(found.time, multiplicity, factor))
    for root in roots:
        if all(root is other or root.time < other.time for other in roots):
            return root
    if roots:
        first = min(as_ball(root.time).lower() for root in roots)
        raise Undecided("roots of different polynomials are not separated", first, first)
    return None


def _isolated(function: Function, end: Ball) -> tuple[Ball, Ball] | None:
    before, least = sign(function(Ball(0))[0]), end * Ball(2) ** -(current_bits() // 2)
    if not before:
        raise Undecided("the value at the start is not known to differ from 0")
    waiting = [(Ball(0), end)]
    for _ in range(_MOST_PIECES):
        if not waiting:
            return None
        low, high = waiting.pop()
        whole = low.union(high)
        value, slope = function(whole)
        if sign(value):
            continue
        middle = (low + (high - low) * _SPLIT).mid()
        if sign(function(middle)[0] + slope * (whole - middle)):
            continue
        if sign(slope):
            after = sign(function(high)[0])
            if after == before:
                continue
            if after == -before:
                return low, high
        if not high - low > least:
            raise Undecided("a root is not simple, or not separated from the next", low, high)
        waiting += [(middle, high), (low, middle)]
    raise Undecided("roots were not isolated in the pieces allowed", *waiting.pop())


def _refined(function: Function, low: Ball, high: Ball) -> Ball:
    here = low.union(high)
    while True:
        middle = here.mid()
        narrower = here.intersection(middle - function(middle)[0] / function(here)[1])
        if not 2 * narrower.rad() < here.rad():
            return narrower
        here = narrower
