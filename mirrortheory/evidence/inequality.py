"""Inequalities: one side that is at most, or below, the other everywhere on a domain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy

from mirrortheory.definitions import work_out
from mirrortheory.domain import Domain, Point
from mirrortheory.evidence.sampling import (
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
from mirrortheory.exact import Cover, compile_condition, cover_positive


@dataclass(frozen=True)
class Inequality(Statement):
    """``lhs <= rhs`` (``lhs < rhs`` when ``strict``) everywhere on ``on``; the arguments are those of :class:`Identity`.

    PROVED when rhs - lhs is a quotient of sums of positive terms, or, on a compact domain, when ball arithmetic shows it
    positive on every box of a subdivision; otherwise sampled, hence SUPPORTED.
    """

    lhs: sympy.Expr
    rhs: sympy.Expr
    on: Domain
    part: str = ""
    samples: int = 100
    strict: bool = False

    def __post_init__(self) -> None:
        read_sides(self)

    def written(self, tree: Callable[[sympy.Basic], Any], place: Callable[[Domain], int]) -> dict[str, Any]:
        relation = "lt" if self.strict else "le"
        return {"relation": relation, "lhs": tree(self.lhs), "rhs": tree(self.rhs), "domain": place(self.on)}

    def examine(self, *, seed: int) -> Evidence:
        lhs, rhs, nonzero = worked_sides(self)
        points = points_of(self.on, lhs, rhs, self.samples, seed, poles=True)
        if not points:
            return Evidence("sampled", Verdict.VACUOUS, self.part, "no point satisfies the assumptions")
        open_points = points_of_vanishing(nonzero, self.on, points)
        ties: list[Point] = []
        for point, left, right in enclosures(self.on, lhs, rhs, points):
            if not left < right:
                ties.append(point)
            exactly_equal = left.is_exact() and right.is_exact() and left == right
            if left > right or (self.strict and exactly_equal):
                return refuted(self.part, point, left, right, "lhs exceeds rhs" if left > right else "lhs equals rhs")
            if not (sharp(left) and sharp(right)) or (self.strict and not left < right):
                open_points.append(point)
        if open_points:
            return self._undecided(f"not decided at {point_text(open_points[0])}, a point of the domain")
        sampled = f"holds at {len(points)} exact points"
        data: dict[str, Any] = {"points": points}
        difference = difference_of(*(work_out(e).expr for e in (self.rhs, self.lhs)))
        exists = all(self.on.nonvanishing(e) for e in nonzero)
        if exists and self.on.positive_by_form(difference, or_zero=not self.strict):
            detail = f"the difference is positive by its form; {sampled}"
            return Evidence("form", Verdict.PROVED, self.part, detail, data=data)
        cover = _cover(difference, self.on) if exists else None
        if cover is not None:
            detail = f"the difference is positive on each of {cover.boxes} boxes that cover the domain; {sampled}"
            return Evidence("boxes", Verdict.PROVED, self.part, detail, data=data | {"splits": cover.splits})
        for point in ties[:MORE]:
            decided, left, right, digits = settled(self.on, lhs, rhs, point)
            if left > right:
                return refuted(self.part, point, left, right, "lhs exceeds rhs", digits)
            if not decided:
                return self._undecided(f"a tie that {digits} digits do not settle at {point_text(point)}")
        return Evidence("sampled", Verdict.SUPPORTED, self.part, sampled, data=data)

    def _undecided(self, detail: str) -> Evidence:
        return Evidence("sampled", Verdict.UNDECIDED, self.part, detail)


def _cover(expr: sympy.Expr, on: Domain) -> Cover | None:
    box = on.box()
    if not box:
        return None
    variables = sorted(on.ranges, key=str)
    order = list(on.ranges)
    conditions = [compile_condition(c, variables) for c in on.conditions]
    return cover_positive(expr, variables, tuple(box[order.index(v)] for v in variables), conditions)
