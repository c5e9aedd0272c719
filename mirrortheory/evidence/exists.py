r"""Existence: two quantities differ at some point of a domain.

.. math:: \exists z \in D: \; l(z) \ne r(z) \qquad (\text{below: } l(z) < r(z))

The dual of REFUTED. PROVED by an exact point z at which the two enclosures are disjoint, or in that order: the witness stands in
the certificate. REFUTED when the contrary, :math:`l = r` (:math:`r \le l`) everywhere on D, is PROVED. Samples that agree show
neither: UNDECIDED.

Not to be confused with a REFUTED identity, which is a claim that failed; this one succeeds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sympy

from mirrortheory.domain import Domain
from mirrortheory.errors import InvalidArgument
from mirrortheory.evidence.identity import Identity
from mirrortheory.evidence.inequality import Inequality
from mirrortheory.evidence.sampling import enclosures, point_text, points_of, points_of_vanishing, refuted
from mirrortheory.evidence.sides import Sides
from mirrortheory.evidence.verdicts import Evidence, Verdict
from mirrortheory.exact import rational

_OPPOSITE = {Verdict.REFUTED: Verdict.PROVED, Verdict.PROVED: Verdict.REFUTED, Verdict.VACUOUS: Verdict.VACUOUS}


@dataclass(frozen=True)
class Exists(Sides):
    """``lhs != rhs`` at some point of ``on``; ``lhs < rhs`` there when ``below``.

    Args:
        lhs, rhs: SymPy expressions in the variables of ``on``, without floats.
        on: where the point is looked for.
        part: which part of the claim this is.
        below: whether lhs is to be the smaller one.
        at: exact values of some or all variables, where to look first.
        samples: how many points to look at.

    >>> x = sympy.Symbol("x", real=True)
    >>> found = Exists(abs(x), x, on=Domain({x: sympy.Interval(-1, 1)}), at={x: -1}).examine(seed=0)
    >>> found.verdict.name, found.detail
    ('PROVED', 'at x = -1: lhs and rhs differ, in ball arithmetic at 60 digits')
    """

    below: bool = False
    at: Mapping[sympy.Symbol, Any] = field(default_factory=dict)
    samples: int = 100

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "at", {v: rational(value, str(v)) for v, value in self.at.items()})

    @property
    def contrary(self) -> Identity | Inequality:
        """That there is no such point."""
        if self.below:
            return Inequality(self.rhs, self.lhs, on=self.on, part=self.part, samples=self.samples)
        return Identity(self.lhs, self.rhs, on=self.on, part=self.part, samples=self.samples)

    def written(self, tree: Callable[[sympy.Basic], Any], place: Callable[[Domain], int]) -> dict[str, Any]:
        sides = {"lhs": tree(self.lhs), "rhs": tree(self.rhs), "domain": place(self.on)}
        return {"relation": "exists", "below": self.below, **sides}

    def examine(self, *, seed: int) -> Evidence:
        contrary = self.contrary
        found = (self._where_told(seed) if self.at else None) or contrary.examine(seed=seed)
        verdict = _OPPOSITE.get(found.verdict, Verdict.UNDECIDED)
        details = {
            Verdict.PROVED: f"at {point_text(found.data.get('witness', {}))}: {found.detail}",
            Verdict.REFUTED: f"there is no such point: {found.detail}",
        }
        detail = details.get(verdict, f"no such point was found: {found.detail}")
        return Evidence(
            found.kind,
            verdict,
            self.part,
            detail,
            found.witness,
            data={"contrary": (contrary, found)} if verdict in details else {},
        )

    def _where_told(self, seed: int) -> Evidence | None:
        """Return the evidence against the contrary where the caller says that it stands."""
        contrary = self.contrary
        narrow = self.on.with_ranges({v: sympy.FiniteSet(value) for v, value in self.at.items()})
        lhs, rhs, nonzero = contrary.worked()
        points = [p for p in points_of(narrow, lhs, rhs, self.samples, seed) if self.on.contains(p)]
        if not points:
            raise InvalidArgument("at", "a point of the domain", point_text(self.at), f"the domain is {self.on}")
        undefined = points_of_vanishing(nonzero, self.on, points)
        for point, left, right in enclosures(self.on, lhs, rhs, [p for p in points if p not in undefined]):
            if how := contrary.contradiction(left, right):
                return refuted(self.part, point, left, right, "rhs exceeds lhs" if self.below else how)
        return None
