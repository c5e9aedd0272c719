"""What a law suite found: one verdict for each law, and an error that says which law failed and where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from mirrortheory.errors import LawBroken, shown
from mirrortheory.evidence import HOLDS, Evidence, Verdict, combine


@dataclass(frozen=True)
class LawReport:
    """The laws of one object with the evidence on each; ``print`` counts them.

    Attributes:
        subject: the object, as text.
        evidence: on each law, whose name is its ``part``.
    """

    subject: str
    evidence: tuple[Evidence, ...]

    @property
    def verdict(self) -> Verdict:
        """The weakest of the verdicts."""
        return combine(self.evidence)

    def __getitem__(self, law: str) -> Verdict:
        """Return the verdict on the law of this name.

        Raises:
            KeyError: when there is no such law.
        """
        return {e.part: e.verdict for e in self.evidence}[law]

    def __str__(self) -> str:
        counts = Counter(e.verdict for e in self.evidence)
        texts = ", ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict if counts[verdict])
        still = [_told(e) for e in self.evidence if e.verdict not in HOLDS]
        held = sum(counts[v] for v in HOLDS)
        return "\n  ".join((f"{self.subject} obeys {held} law{'s' * (held != 1)}: {texts}", *still))


def judged(subject: object, evidence: Iterable[Evidence], *, allow_open: bool) -> LawReport:
    """Return the report on a subject whose laws hold.

    Raises:
        LawBroken: when one is refuted; when one is left open, unless that is allowed; and when there is none.
    """
    report = LawReport(shown(str(subject)), tuple(evidence))
    refuted = [_told(e) for e in report.evidence if e.verdict is Verdict.REFUTED]
    still = [_told(e) for e in report.evidence if e.verdict not in (*HOLDS, Verdict.REFUTED)]
    if not report.evidence:
        still = ["no law: VACUOUS, nothing was looked at"]
    if refuted or (still and not allow_open):
        raise LawBroken(report.subject, refuted, still)
    return report


def _told(found: Evidence) -> str:
    """Return one law with what was found: where it fails and both sides there, or why it stays open."""
    witness = dict(found.witness or {})
    values = {name: value for name, value in witness.items() if name.split(" ")[0] in ("lhs", "rhs")}
    place = ", ".join(f"{name} = {value}" for name, value in witness.items() if name not in values)
    seen = ", ".join(f"{name} = {value.removesuffix(' +/- 0')}" for name, value in values.items()) or found.detail
    return ": ".join(filter(None, (found.part, f"{found.verdict}{f' at {place}' if place else ''}", seen)))
