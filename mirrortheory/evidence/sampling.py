"""Looking at two sides at exact points of a domain, in ball arithmetic at two precisions that must agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sympy

from mirrortheory.definitions import work_out
from mirrortheory.domain import Domain, Point
from mirrortheory.errors import BrokenCheck, InvalidArgument
from mirrortheory.evidence.verdicts import Evidence, Verdict
from mirrortheory.exact import Ball, BallFunction, as_expression, bits_for, decimal, is_accurate, precision

DIGITS = (30, 60)
LAST_RESORT_DIGITS = 1000
MORE = 16
_AGREEING_DIGITS = 20


def read_sides(statement: object) -> None:
    """Replace ``lhs`` and ``rhs`` of a frozen statement by SymPy expressions; text is refused."""
    for side in ("lhs", "rhs"):
        object.__setattr__(statement, side, as_expression(getattr(statement, side), side))


def worked_sides(statement: Any) -> tuple[sympy.Expr, sympy.Expr, tuple[sympy.Expr, ...]]:
    """Return ``lhs`` and ``rhs`` worked out, and what must not vanish for them to be defined."""
    lhs, rhs = work_out(statement.lhs), work_out(statement.rhs)
    return lhs.expr, rhs.expr, (*lhs.nonzero, *rhs.nonzero)


def difference_of(lhs: sympy.Expr, rhs: sympy.Expr) -> sympy.Expr:
    """Return lhs - rhs without any cancellation."""
    # Unevaluated: 1/(m - 1) - 1/(m - 1) is not 0 where it is undefined.
    return sympy.Add(lhs, sympy.Mul(-1, rhs, evaluate=False), evaluate=False)


def sharp(value: Ball) -> bool:
    """Return whether a ball is small enough for an overlap to mean agreement."""
    return bool(value.is_finite() and is_accurate(value, _AGREEING_DIGITS))


def points_of(on: Domain, lhs: sympy.Expr, rhs: sympy.Expr, samples: int, seed: int) -> list[Point]:
    """Return exact points of a domain that ranges over every symbol of both sides; any other domain is refused."""
    unknown = (lhs.free_symbols | rhs.free_symbols) - set(on.ranges)
    if unknown:
        raise InvalidArgument("on", "a domain that ranges over every symbol", *on.unknown(unknown))
    return on.sample(samples, seed=seed)


def points_of_vanishing(nonzero: Sequence[sympy.Expr], on: Domain, points: Sequence[Point]) -> list[Point]:
    """Return the points at which one of ``nonzero`` is not seen to differ from 0."""
    variables, found = tuple(on.ranges), []
    functions = [BallFunction(e, variables) for e in nonzero]
    with precision(bits_for(DIGITS[-1])):
        for point in points:
            arguments = [point[v] for v in variables]
            if not all(value > 0 or value < 0 for value in (f(*arguments) for f in functions)):
                found.append(point)
    return found


def enclosures(
    on: Domain, lhs: sympy.Expr, rhs: sympy.Expr, points: Sequence[Point], digits: Sequence[int] = DIGITS
) -> list[tuple[Point, Ball, Ball]]:
    """Enclose both sides at each point, at precisions that must agree; the sharpest pair comes back."""
    variables = tuple(on.ranges)
    left, right = BallFunction(lhs, variables), BallFunction(rhs, variables)
    found = []
    for point in points:
        arguments = [point[v] for v in variables]
        pairs = []
        for places in digits:
            with precision(bits_for(places)):
                pairs.append((left(*arguments), right(*arguments)))
        for rough, sharp in zip(pairs[0], pairs[-1], strict=True):
            if rough.is_finite() and sharp.is_finite() and not rough.overlaps(sharp):
                raise BrokenCheck(f"two precisions give disjoint enclosures at {point_text(point)}")
        found.append((point, *pairs[-1]))
    return found


def refuted(part: str, point: Point, left: Ball, right: Ball, detail: str, digits: int = DIGITS[-1]) -> Evidence:
    """Return the evidence that two enclosures at a point refute a statement."""
    witness = {str(v): str(value) for v, value in point.items()}
    clash = {"lhs", "rhs"} & set(witness)
    places = 20 if _apart(left, right, 20) else digits
    for name, value in (("lhs", left), ("rhs", right)):
        enclosure = decimal(value, places)
        witness[f"{name} side" if clash else name] = f"{enclosure['mid']} +/- {enclosure['rad']}"
    detail = f"{detail}, in ball arithmetic at {digits} digits"
    return Evidence("sampled", Verdict.REFUTED, part, detail, witness, data={"witness": point})


def _apart(left: Ball, right: Ball, digits: int) -> bool:
    """Return whether two balls are equal, or differ visibly at this many digits."""
    gap = abs(left - right)
    return bool(gap == 0 or gap > 4 * Ball(10) ** -digits * max(abs(left), abs(right), Ball(1)))


def point_text(point: Mapping[sympy.Symbol, sympy.Rational]) -> str:
    """Return a point as text."""
    return ", ".join(f"{v} = {value}" for v, value in point.items()) or "the only point"
