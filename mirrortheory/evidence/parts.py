"""Statements that come to several equalities and inequalities: each is examined, the weakest decides."""

from __future__ import annotations

from collections.abc import Sequence

from mirrortheory.evidence.identity import Identity
from mirrortheory.evidence.inequality import Inequality
from mirrortheory.evidence.verdicts import Evidence, Verdict, combine

Part = Identity | Inequality


def all_of(parts: Sequence[Part], *, part: str, seed: int) -> Evidence:
    """Examine ``parts``, all of which must hold; the first that is refuted gives the witness.

    The kernel makes the same parts, in the same order, from the statement itself.
    """
    examined = tuple((statement, statement.examine(seed=seed)) for statement in parts)
    verdict = combine([found for _, found in examined])
    refuted = [found for _, found in examined if found.verdict is Verdict.REFUTED]
    if refuted:
        return Evidence(
            "parts", verdict, part, f"{refuted[0].part}: {refuted[0].detail}", refuted[0].witness, data={"parts": examined}
        )
    detail = "; ".join(f"{found.part}: {found.verdict} ({found.kind})" for _, found in examined)
    return Evidence("parts", verdict, part, detail, data={"parts": examined})
