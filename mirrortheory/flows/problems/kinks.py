"""Kinks of a formula in one real symbol: the points where its value or its slope jumps.

Abs, sign, Heaviside, Max, Min and Piecewise are smooth but where an argument, a difference of two, or of the sides of a condition
vanishes. Between two such points the formula is one smooth branch, so at each of them the limits of two branches are compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations, pairwise

import sympy
from sympy.core.relational import Relational

_BRANCHED = (sympy.Abs, sympy.sign, sympy.Heaviside, sympy.Max, sympy.Min, sympy.Piecewise)
_ROUNDING = 1e-12  # of a formula with floats, whose branches meet up to rounding


def derivative(expr: sympy.Expr, x: sympy.Symbol) -> sympy.Expr:
    """Return the derivative between the kinks, as one formula.

    >>> r = sympy.Symbol("r", real=True)
    >>> derivative(r * sympy.Heaviside(r) + abs(r - 1), r)
    Heaviside(r) + sign(r - 1)
    """
    return sympy.diff(expr, x).replace(sympy.DiracDelta, lambda *_: sympy.S.Zero)


def kink(expr: sympy.Expr, x: sympy.Symbol) -> str | None:
    """Say where the value or the slope jumps or is not finite, or where that cannot be told; None when it is nowhere so.

    >>> r = sympy.Symbol("r", real=True)
    >>> kink(abs(r - 1), r), kink(abs(r - 1) ** 3, r)
    ('slope jumps from -1 to 1 at r = 1', None)
    """
    if not expr.has(*_BRANCHED):
        return None
    exactly = sympy.nsimplify(expr, rational=True)
    points: set[sympy.Expr] = set()
    for edge in _edges(exactly):
        found = sympy.solveset(edge, x, sympy.S.Reals)
        if not (found.is_FiniteSet or found.is_empty):
            return f"kinks at the zeros of {edge} are not found"
        points |= set(found)
    ends = sorted(points, key=float)
    between = [(a + b) / 2 for a, b in pairwise(ends)]
    middles = [ends[0] - 1, *between, ends[-1] + 1] if ends else []
    branches = [exactly.replace(lambda e: isinstance(e, _BRANCHED), _branch_at(x, middle)) for middle in middles]
    for point, (below, above) in zip(ends, pairwise(branches), strict=True):
        for name, order in (("value", 0), ("slope", 1)):
            left, right = (_limit(b.diff(x, order), x, point, side) for b, side in ((below, "-"), (above, "+")))
            if not (left.is_finite and right.is_finite):
                return f"{name} is not finite at {x} = {point}"
            gap = sympy.simplify(left - right)
            if gap != 0 and not (expr.has(sympy.Float) and abs(gap) < _ROUNDING * max(1, abs(left))):
                return f"{name} jumps from {left} to {right} at {x} = {point}"
    return None


def _edges(expr: sympy.Expr) -> Iterator[sympy.Expr]:
    for node in expr.atoms(sympy.Abs, sympy.sign, sympy.Heaviside):
        yield node.args[0]
    for node in expr.atoms(sympy.Max, sympy.Min):
        yield from (a - b for a, b in combinations(node.args, 2))
    for node in expr.atoms(Relational):
        yield node.lhs - node.rhs


def _branch_at(x: sympy.Symbol, point: sympy.Expr) -> Callable[[sympy.Expr], sympy.Expr]:
    """Return what takes a function with branches, of arguments that have none, to the branch that holds at a point."""

    def branch(node: sympy.Expr) -> sympy.Expr:
        if isinstance(node, sympy.Piecewise):
            return next((value for value, condition in node.args if condition.subs(x, point) == sympy.true), sympy.nan)
        if isinstance(node, sympy.Max | sympy.Min):
            pick = max if isinstance(node, sympy.Max) else min
            return pick(node.args, key=lambda a: float(a.subs(x, point)))
        side = sympy.sign(node.args[0].subs(x, point))
        return side * node.args[0] if isinstance(node, sympy.Abs) else side if isinstance(node, sympy.sign) else (1 + side) / 2

    return branch


def _limit(expr: sympy.Expr, x: sympy.Symbol, point: sympy.Expr, side: str) -> sympy.Expr:
    value = expr.subs(x, point)
    return value if value.is_finite else sympy.limit(expr, x, point, side)
