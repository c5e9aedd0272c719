r"""Statements about two sides, and how those that compare them at every point of a domain are examined.

1. Both sides are enclosed at exact points of the domain. A point where they are seen to contradict the statement refutes it; one
   where they are undefined, or do not tell, leaves it undecided.
2. A proof is tried, of the sides as they are defined.
3. Without a proof only the samples speak: ties are then looked at more closely.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

import sympy

from mirrortheory.definitions import Worked, work_out
from mirrortheory.domain import Domain, Point
from mirrortheory.errors import BrokenCheck
from mirrortheory.evidence.descent import lowest_points
from mirrortheory.evidence.sampling import (
    closely,
    enclosures,
    exactly,
    is_quick,
    point_text,
    points_of,
    points_of_vanishing,
    refuted,
    settled,
    sharp,
)
from mirrortheory.evidence.verdicts import Evidence, Statement, Verdict
from mirrortheory.exact import Ball, as_expression


@dataclass(frozen=True)
class Sides(Statement):
    """A statement about ``lhs`` and ``rhs`` on ``on``: SymPy expressions without floats; text is refused."""

    lhs: sympy.Expr
    rhs: sympy.Expr
    on: Domain
    part: str = ""

    def __post_init__(self) -> None:
        for side in ("lhs", "rhs"):
            object.__setattr__(self, side, as_expression(getattr(self, side), side))

    def worked(self) -> tuple[sympy.Expr, sympy.Expr, tuple[sympy.Expr, ...]]:
        """Return ``lhs`` and ``rhs`` worked out, and what must not vanish for them to be defined."""
        lhs, rhs = self._worked
        return lhs.where_defined, rhs.where_defined, (*lhs.nonzero, *rhs.nonzero)

    def plain(self) -> tuple[sympy.Expr, sympy.Expr]:
        """Return ``lhs`` and ``rhs`` worked out, wherever they are defined."""
        lhs, rhs = self._worked
        return lhs.expr, rhs.expr

    def proved_of(self) -> tuple[sympy.Expr, sympy.Expr]:
        """Return ``lhs`` and ``rhs`` worked out, with 0 times what must be defined and is not seen to be so on the domain."""
        lhs, rhs = (replace(side, defined=tuple(e for e in side.defined if not self.on.has_value(e))) for side in self._worked)
        return lhs.where_defined, rhs.where_defined

    @cached_property
    def _worked(self) -> tuple[Worked, Worked]:
        return work_out(self.lhs), work_out(self.rhs)


class Proof(NamedTuple):
    """What a statement earns besides samples: kind and verdict of the evidence, how in words, and data for a certificate."""

    kind: str
    verdict: Verdict
    how: str
    data: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Comparison(Sides):
    """A relation between two sides that is to hold everywhere on ``on``."""

    samples: int = 12

    poles: ClassVar[bool]  # whether the zeros of divisors are among the points
    seen: ClassVar[str]  # what is said of the points when all agree
    more: ClassVar[int]  # how many times as many points are drawn when only samples speak
    closer: ClassVar[int]  # how many ties are then looked at with as many digits as they may need

    @property
    @abstractmethod
    def relation(self) -> str:
        """``eq``, ``le`` or ``lt``."""

    @abstractmethod
    def proof(self, lhs: sympy.Expr, rhs: sympy.Expr, nonzero: Sequence[sympy.Expr]) -> Proof:
        """Return what is earned without samples; SUPPORTED when that is nothing. ``lhs`` and ``rhs`` are worked out.

        Args:
            lhs: the left side, worked out.
            rhs: the right side, worked out.
            nonzero: what must not vanish for the sides to be defined.
        """

    @abstractmethod
    def shortcut(self, lhs: sympy.Expr, rhs: sympy.Expr) -> str:
        """Return what proves the statement at once, to be held against a point that refutes it; empty when nothing does.

        Args:
            lhs: the left side, worked out.
            rhs: the right side, worked out.
        """

    def written(self, tree: Callable[[sympy.Basic], Any], place: Callable[[Domain], int]) -> dict[str, Any]:
        return {"relation": self.relation, "lhs": tree(self.lhs), "rhs": tree(self.rhs), "domain": place(self.on)}

    def contradiction(self, left: Ball, right: Ball) -> str:
        """Return how enclosures of the two sides at a point contradict the statement; empty when they do not."""
        if self.relation == "eq":
            return "lhs and rhs differ" if left.is_finite() and right.is_finite() and not left.overlaps(right) else ""
        if left > right:
            return "lhs exceeds rhs"
        equal = left.is_exact() and right.is_exact() and left == right
        return "lhs equals rhs" if self.relation == "lt" and equal else ""

    def examine(self, *, seed: int) -> Evidence:
        lhs, rhs, nonzero = self.worked()
        points = points_of(self.on, lhs, rhs, self.samples, seed, poles=self.poles)
        if not points:
            return Evidence("sampled", Verdict.VACUOUS, self.part, "no point satisfies the assumptions")
        against, ties = self._sampled(lhs, rhs, nonzero, points)
        if against is not None:
            return against
        proof = self.proof(lhs, rhs, nonzero)
        if proof.verdict is Verdict.SUPPORTED:  # only samples speak for it: look at more of them, and closer
            if self.more > 1:
                points = points_of(self.on, lhs, rhs, self.more * self.samples, seed, poles=self.poles)
                against, ties = self._sampled(lhs, rhs, nonzero, points)
            if against is None and self.relation != "eq" and is_quick(lhs, rhs):
                against, _ = self._sampled(lhs, rhs, nonzero, lowest_points(self.on, lhs, rhs, points))
            against = against or self._tied(lhs, rhs, ties if is_quick(lhs, rhs) else ties[: self.closer])
            if against is not None:
                return against
        sampled = self.seen.format(len(points))
        detail = f"{proof.how}; {sampled}" if proof.how else sampled
        return Evidence(proof.kind, proof.verdict, self.part, detail, data={"points": points, **proof.data})

    def against(self, points: Sequence[Point]) -> Evidence | None:
        """Return the evidence of the first of these exact points of the domain at which the statement fails, if it does at one."""
        found, _ = self._sampled(*self.worked(), points)
        return found if found is not None and found.verdict is Verdict.REFUTED else None

    def _sampled(
        self, lhs: sympy.Expr, rhs: sympy.Expr, nonzero: Sequence[sympy.Expr], points: Sequence[Point]
    ) -> tuple[Evidence | None, list[Point]]:
        """Return the evidence against the statement at these points, if any, and where the sides may be equal."""
        undecided = points_of_vanishing(nonzero, self.on, points)
        ties: list[Point] = []
        for point, left, right in enclosures(self.on, lhs, rhs, points):
            if self._unclear(left, right):
                left, right = self._closer(lhs, rhs, point)
            how = "" if point in undecided else self.contradiction(left, right)
            if how:
                if shortcut := self.shortcut(lhs, rhs):
                    raise BrokenCheck(f"{shortcut} proves what ball arithmetic refutes at {point_text(point)}")
                return refuted(self.part, point, left, right, how), ties
            if not left < right:
                ties.append(point)
            if self._unclear(left, right):
                undecided.append(point)
        if undecided:
            return self._undecided(f"undefined or unresolved at {point_text(undecided[0])}, a point of the domain"), ties
        return None, ties

    def _unclear(self, left: Ball, right: Ball) -> bool:
        """Return whether enclosures of the sides at a point do not tell if the statement holds there."""
        return not (sharp(left) and sharp(right)) or (self.relation == "lt" and not left < right)

    def _closer(self, lhs: sympy.Expr, rhs: sympy.Expr, point: Point) -> tuple[Ball, Ball]:
        left, right = exactly(lhs, rhs, point)
        equal = left == right
        tie = sharp(left) and sharp(right) and self._unclear(left, right) and not equal
        return closely(self.on, lhs, rhs, point)[:2] if tie and is_quick(lhs, rhs) else (left, right)

    def _tied(self, lhs: sympy.Expr, rhs: sympy.Expr, ties: Sequence[Point]) -> Evidence | None:
        """Return the evidence against the statement at points where the sides may be equal, with as many digits as that takes."""
        for place, point in enumerate(ties):
            decided, left, right, digits = settled(self.on, lhs, rhs, point, thoroughly=place < self.closer)
            if how := self.contradiction(left, right):
                return refuted(self.part, point, left, right, how, digits)
            if not decided:
                return self._undecided(f"a tie that {digits} digits do not settle at {point_text(point)}")
        return None

    def _undecided(self, detail: str) -> Evidence:
        return Evidence("sampled", Verdict.UNDECIDED, self.part, detail)
