"""Inequalities: one side that is at most, or below, the other everywhere on a domain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import sympy

from mirrortheory.domain import Domain
from mirrortheory.evidence.sampling import MORE, difference_of
from mirrortheory.evidence.sides import Comparison, Proof
from mirrortheory.evidence.verdicts import Verdict
from mirrortheory.exact import Cover, compile_condition, cover_positive


@dataclass(frozen=True)
class Inequality(Comparison):
    """``lhs <= rhs`` (``lhs < rhs`` when ``strict``) everywhere on ``on``; the arguments are those of :class:`Identity`.

    PROVED when rhs - lhs is a quotient of sums of positive terms, or, on a compact domain, when ball arithmetic shows it
    positive on every box of a subdivision; otherwise sampled, hence SUPPORTED.

    Attributes:
        lhs, rhs: the two sides.
        on: the domain.
        strict: whether equality is excluded.
        part: what part of a claim it is, in words.
        samples: how many points are looked at.
    """

    samples: int = 100
    strict: bool = False

    poles: ClassVar[bool] = True
    seen: ClassVar[str] = "holds at {} exact points"
    more: ClassVar[int] = 1
    closer: ClassVar[int] = MORE

    @property
    def relation(self) -> str:
        return "lt" if self.strict else "le"

    def proof(self, lhs: sympy.Expr, rhs: sympy.Expr, nonzero: Sequence[sympy.Expr]) -> Proof:
        left, right = self.proved_of()
        difference = difference_of(right, left)
        exists = all(self.on.nonvanishing(e) for e in nonzero)
        if exists and self._by_form(difference):
            return Proof("form", Verdict.PROVED, "the difference is positive by its form")
        cover = _cover(difference, self.on) if exists else None
        if cover is None:
            return Proof("sampled", Verdict.SUPPORTED, "")
        how = f"the difference is positive on each of {cover.boxes} boxes that cover the domain"
        return Proof("boxes", Verdict.PROVED, how, {"splits": cover.splits})

    def shortcut(self, lhs: sympy.Expr, rhs: sympy.Expr) -> str:
        return "the form" if self._by_form(difference_of(rhs, lhs)) else ""

    def _by_form(self, difference: sympy.Expr) -> bool:
        finely = not difference.has(sympy.Piecewise)  # the kernel has no form of those, but boxes
        return self.on.positive_by_form(difference, or_zero=not self.strict, finely=finely)


def _cover(expr: sympy.Expr, on: Domain) -> Cover | None:
    box = on.box()
    if not box:
        return None
    variables = sorted(on.ranges, key=str)
    order = list(on.ranges)
    conditions = [compile_condition(c, variables) for c in on.conditions]
    return cover_positive(expr, variables, tuple(box[order.index(v)] for v in variables), conditions)
