"""The smallest point at which a statement fails: small integers and halves first, and each point looked at in ball arithmetic.

Points are enumerated in one order, by the sum of the places that their numbers have in a list. Where it fails at none of the
first, the point that is known is made simpler, one number at a time, for as long as the statement fails there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice

import sympy

from mirrortheory.domain import GRADIENT_EXPONENTS, Domain, Point
from mirrortheory.evidence import Evidence, Identity, Inequality

_MOST, _FEWER, _AT_ONCE, _ROUNDS = 3000, 600, 60, 30
_FAR = tuple(sign * sympy.Integer(10) ** power for power in (6, 40, -6, -40) for sign in (1, -1))
_SMALL = tuple(
    sympy.Rational(p, q)
    for p, q in (
        *(
            (1, 1),
            (2, 1),
            (1, 2),
            (0, 1),
            (-1, 1),
            (3, 1),
            (3, 2),
            (-2, 1),
            (-1, 2),
            (4, 1),
            (5, 2),
            (1, 4),
            (-3, 1),
            (5, 1),
            (6, 1),
        ),
        *((-4, 1), (7, 1), (8, 1), (-5, 1), (9, 1), (10, 1), (1, 10), (-10, 1), (100, 1), (1, 100)),
    )
)
_EXPONENTS = tuple(map(sympy.Rational, ("2", "1", "3/2", "5/4", "7/4")))


def smallest(statement: Identity | Inequality, refuted: Evidence) -> Evidence:
    """Return the evidence that ``statement`` fails at a point as small as one is found; ``refuted`` holds one at which it does.

    >>> x = sympy.Symbol("x", real=True)
    >>> false = Identity(x**3, x, on=Domain({x: sympy.S.Reals}))
    >>> smallest(false, false.examine(seed=0)).witness["x"]
    '2'
    """
    on = statement.on
    if (found := _first_against(statement, islice(_points(on), _MOST))) is not None:
        return found
    for _ in range(_ROUNDS):
        point = refuted.data["witness"]
        found = next(filter(None, (statement.against(_simpler(on, point, v)) for v in point)), None)
        if found is None:
            break
        refuted = found
    return refuted


def overlooked(statement: Identity | Inequality) -> Evidence | None:
    """Return the evidence against a statement at small points or far out, of which few are samples; None where it holds there.

    >>> x = sympy.Symbol("x", real=True)
    >>> overlooked(Inequality(x, 10**30, on=Domain({x: sympy.S.Reals}))).witness["x"]
    '10000000000000000000000000000000000000000'
    """
    points = _points(statement.on)
    return _first_against(statement, chain(islice(points, _FEWER), _far_out(statement.on)))


def _first_against(statement: Identity | Inequality, points: Iterator[Point]) -> Evidence | None:
    while some := list(islice(points, _AT_ONCE)):
        found = statement.against(some)
        if found is not None:
            return found
    return None


def _far_out(on: Domain) -> Iterator[Point]:
    """Yield points with large numbers, or tiny ones, for one letter and for all of them."""
    base = next(_points(on), None)
    if base is None:
        return
    for number in _FAR:
        for moved in (*([v] for v in base), list(base)):
            point = {v: number if v in moved and on.ranges[v].contains(number) == sympy.true else n for v, n in base.items()}
            if on.contains(point):
                yield point


def small_numbers(region: sympy.Set) -> list[sympy.Rational]:
    """Return small numbers in a range, and some near its ends where these are far out.

    >>> small_numbers(sympy.Interval.open(7, sympy.oo))[:3]
    [8, 9, 10]
    """
    numbers = list(_EXPONENTS if region.is_subset(GRADIENT_EXPONENTS) else _SMALL)
    for end, inward in ((region.inf, 1), (region.sup, -1)):
        if end.is_Rational:
            numbers += [end, end + inward, end + inward * sympy.S.Half, end + inward * sympy.Rational(1, 8)]
    return [n for n in dict.fromkeys(numbers) if region.contains(n) == sympy.true]


def _points(on: Domain) -> Iterator[Point]:
    """Yield points of the domain, the sum of the places of their numbers rising; the first letters move first."""
    variables = list(on.ranges)
    numbers = [small_numbers(on.ranges[v]) for v in variables]
    if not all(numbers):
        return
    for total in range(sum(len(n) - 1 for n in numbers) + 1):
        for places in _places(total, [len(n) - 1 for n in numbers]):
            point = {v: n[k] for v, n, k in zip(variables, numbers, places, strict=True)}
            if on.contains(point):
                yield point


def _places(total: int, most: Sequence[int]) -> Iterator[tuple[int, ...]]:
    if not most:
        if total == 0:
            yield ()
        return
    for first in range(min(total, most[0]), -1, -1):
        if total - first <= sum(most[1:]):
            for others in _places(total - first, most[1:]):
                yield (first, *others)


def _simpler(on: Domain, point: Point, variable: sympy.Symbol) -> list[Point]:
    """Return the point with simpler numbers for one letter, the simplest first."""
    value = point[variable]
    near = [sympy.Rational(sympy.floor(value * k + sympy.S.Half), k) for k in (1, 2, 4, 10, 20, 100)]
    near += [sympy.floor(value * sympy.Rational(j, 10)) for j in range(1, 10)] + [value - sympy.sign(value)]
    numbers = dict.fromkeys([*small_numbers(on.ranges[variable]), *near])
    simpler = [n for n in numbers if (n.q, abs(n.p)) < (value.q, abs(value.p))]
    return [there for n in simpler if on.contains(there := {**point, variable: n})]
