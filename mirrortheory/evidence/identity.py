"""Identities: two sides that are equal everywhere on a domain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sympy

from mirrortheory.definitions import work_out
from mirrortheory.domain import Domain, Point
from mirrortheory.errors import BrokenCheck, NotEvaluable, shown
from mirrortheory.evidence.sampling import (
    DIGITS,
    MORE,
    difference_of,
    enclosures,
    point_text,
    points_of,
    points_of_vanishing,
    read_sides,
    refuted,
    settled,
    sharp,
    worked_sides,
)
from mirrortheory.evidence.verdicts import Evidence, Statement, Verdict
from mirrortheory.exact import reduce_to_ring, widest_enclosure

_MAX_OPERATIONS_TO_SIMPLIFY = 150
_MAX_NUMBER_TO_SIMPLIFY = 1000  # SymPy expands cos(n x) and (x + 1)^n


@dataclass(frozen=True)
class Identity(Statement):
    """``lhs = rhs`` everywhere on ``on``.

    Examined at exact rational points in ball arithmetic at 30 and 60 digits, then in FLINT's ring, then by SymPy.

    Args:
        lhs, rhs: SymPy expressions in the variables of ``on``, without floats.
        on: where it is claimed.
        part: which part of the claim this is.
        samples: how many points.

    >>> x = sympy.Symbol("x", positive=True)
    >>> everywhere = Domain({x: sympy.Interval.open(0, sympy.oo)})
    >>> Identity((x + 1) ** 2, x**2 + 2 * x + 1, on=everywhere).examine(seed=0).verdict.name
    'PROVED'
    """

    lhs: sympy.Expr
    rhs: sympy.Expr
    on: Domain
    part: str = ""
    samples: int = 12

    def __post_init__(self) -> None:
        read_sides(self)

    def written(self, tree: Callable[[sympy.Basic], Any], place: Callable[[Domain], int]) -> dict[str, Any]:
        return {"relation": "eq", "lhs": tree(self.lhs), "rhs": tree(self.rhs), "domain": place(self.on)}

    def examine(self, *, seed: int) -> Evidence:
        lhs, rhs, nonzero = worked_sides(self)
        points = points_of(self.on, lhs, rhs, self.samples, seed)
        if not points:
            return Evidence("sampled", Verdict.VACUOUS, self.part, "no point satisfies the assumptions")
        found = self._sampled(lhs, rhs, points, nonzero)
        if found is not None:
            return found
        kind, verdict, how = _equality(difference_of(*(work_out(e).expr for e in (self.lhs, self.rhs))), self.on, nonzero)
        if verdict is Verdict.SUPPORTED:  # only samples speak for it: look at more of them, and closer
            points = points_of(self.on, lhs, rhs, MORE * self.samples, seed)
            found = self._sampled(lhs, rhs, points, nonzero)
            if found is not None:
                return found
            for point in points[:3]:
                decided, left, right, digits = settled(self.on, lhs, rhs, point)
                if decided and not left.overlaps(right):
                    return refuted(self.part, point, left, right, "lhs and rhs differ", digits)
                if not decided:
                    return _undecided(self.part, f"a tie that {digits} digits do not settle at {point_text(point)}")
        sampled = f"agrees at {len(points)} exact points to {DIGITS[-1]} digits"
        how = how or _width(lhs - rhs, self.on)
        detail = f"{how}; {sampled}" if how else sampled
        return Evidence(kind, verdict, self.part, detail, data={"points": points})

    def _sampled(self, lhs: sympy.Expr, rhs: sympy.Expr, points: Sequence[Point], nonzero: Sequence[sympy.Expr]) -> Evidence | None:
        """Return the evidence against the statement at these points, or None when all agree."""
        undefined = points_of_vanishing(nonzero, self.on, points)
        for point, left, right in enclosures(self.on, lhs, rhs, points):
            if not (sharp(left) and sharp(right)):
                undefined.append(point)
            elif point not in undefined and not left.overlaps(right):
                self._must_not_be_proved(difference_of(lhs, rhs), point)
                return refuted(self.part, point, left, right, "lhs and rhs differ")
        if not undefined:
            return None
        return _undecided(self.part, f"undefined or unresolved at {point_text(undefined[0])}, a point of the domain")

    def _must_not_be_proved(self, difference: sympy.Expr, point: Point) -> None:
        found = _equality_in_ring(difference, self.on)
        if found is not None and found[1] is Verdict.PROVED:
            raise BrokenCheck(f"the ring proves what ball arithmetic refutes at {point_text(point)}")


def _undecided(part: str, detail: str) -> Evidence:
    return Evidence("sampled", Verdict.UNDECIDED, part, detail)


def _equality(difference: sympy.Expr, on: Domain, nonzero: Sequence[sympy.Expr]) -> tuple[str, Verdict, str]:
    found = _equality_in_ring(difference, on, nonzero)
    if found is not None:
        return found
    small = all(max(abs(n.p), n.q) <= _MAX_NUMBER_TO_SIMPLIFY for n in difference.atoms(sympy.Rational))
    short = small and not nonzero and difference.count_ops() <= _MAX_OPERATIONS_TO_SIMPLIFY
    if short and _simplifies_to_zero(difference):
        return "symbolic", Verdict.DERIVED, "SymPy simplifies the difference to 0"
    return "sampled", Verdict.SUPPORTED, ""


def _equality_in_ring(difference: sympy.Expr, on: Domain, nonzero: Sequence[sympy.Expr] = ()) -> tuple[str, Verdict, str] | None:
    try:
        reduction = reduce_to_ring(difference)
    except NotEvaluable:  # an expression that the ring cannot hold is left to the other routes
        return None
    if not reduction.vanishes:
        return None
    assumed = [f"{e} is not 0" for e in (*nonzero, *reduction.nonzero) if not on.nonvanishing(e)]
    assumed += [f"{e} > 0" for e in reduction.defined if not on.positive(e)]
    if not assumed:
        return "ring", Verdict.PROVED, f"zero in a ring with {len(reduction.generators)} generators"
    return "ring", Verdict.DERIVED, f"zero in a ring, where {shown(', '.join(assumed))}"


def _simplifies_to_zero(difference: sympy.Expr) -> bool:
    try:
        return bool(sympy.simplify(difference) == 0)
    except (TypeError, ValueError, NotImplementedError, AttributeError, RecursionError):
        return False  # simplify fails on some expressions; that says nothing about the statement


def _width(difference: sympy.Expr, on: Domain) -> str:
    """Say how far from 0 the difference of two sides can be anywhere on a compact domain; empty when that is not known."""
    box = on.box()
    if not box or on.conditions:
        return ""
    enclosure = widest_enclosure(difference, list(on.ranges), box)
    return "" if enclosure is None else f"within {float(abs(enclosure).upper()):.1e} on the whole domain, by 512 boxes"
