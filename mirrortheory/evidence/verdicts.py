"""Verdicts, evidence and what a statement is. The verdict of an evidence is never stronger than what was done."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import sympy

from mirrortheory.domain import Domain
from mirrortheory.errors import NotEvaluable


class Verdict(Enum):
    """How much was shown; the order of the first three is their strength."""

    PROVED = "PROVED"
    DERIVED = "DERIVED"
    SUPPORTED = "SUPPORTED"
    UNDECIDED = "UNDECIDED"
    VACUOUS = "VACUOUS"
    REFUTED = "REFUTED"

    def __str__(self) -> str:
        return self.value


HOLDS = (Verdict.PROVED, Verdict.DERIVED, Verdict.SUPPORTED)


@dataclass(frozen=True)
class Curve:
    """A quantity along a flow against its law, for the report: sequences of one length, ``band`` the error estimate.

    Attributes:
        label: what is drawn.
        times: dimensionless, increasing.
        values: of the quantity.
        law: what they should be.
        band: the error estimate.
    """

    label: str
    times: tuple[float, ...]
    values: tuple[float, ...]
    law: tuple[float, ...]
    band: tuple[float, ...]


@dataclass(frozen=True)
class Evidence:
    """What was looked at and what it showed.

    Attributes:
        kind: ``ring``, ``form`` (positive by its form), ``boxes``, ``symbolic``, ``sampled`` or ``simulated``; ``parts`` (several
            statements, each with its own evidence), ``krawczyk`` (a zero in a box) or ``exact`` (rational arithmetic); for axioms
            also ``orders`` (of powers, compared as rationals) or ``limit`` (by SymPy).
        verdict: what this alone shows of its part.
        part: which part of the claim, for example ``depth 3``.
        detail: one line: how it was examined.
        witness: for REFUTED, the exact point and the two enclosures that differ there.
        curve: for ``simulated``, what to plot.
        data: for a certificate: sample ``points``, the ``witness`` point, the ``splits`` of a subdivision, ``parts`` (each a
            statement with its evidence), ``contrary`` (the same for the contrary), and ``record``, JSON data written as it is.
        essential: whether the verdict of the claim rests on it; corroborating evidence can only weaken a verdict.
    """

    kind: str
    verdict: Verdict
    part: str
    detail: str
    witness: Mapping[str, str] | None = None
    curve: Curve | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    essential: bool = True


class Statement(ABC):
    """Something that is true or false, with the domain on which it is claimed."""

    @abstractmethod
    def examine(self, *, seed: int) -> Evidence:
        """Examine the statement; the verdict says how much was shown.

        Args:
            seed: an integer; it fixes the random points.
        """

    def written(self, tree: Callable[[sympy.Basic], Any], place: Callable[[Domain], int]) -> dict[str, Any]:
        """Return its entry in a certificate: ``relation``, by which the kernel knows the kind, and what the kernel reads.

        Args:
            tree: writes an expression.
            place: writes a domain and returns its index.

        Raises:
            NotEvaluable: when the format has no such statement, or an expression has no place in it.
        """
        raise NotEvaluable(f"a statement of type {type(self).__name__} has no place in a certificate")


def combine(evidence: Sequence[Evidence]) -> Verdict:
    """Return the verdict of a whole from the evidence on its parts: one witness refutes, the weakest part decides.

    >>> combine([])
    <Verdict.VACUOUS: 'VACUOUS'>
    """
    verdicts = [e.verdict for e in evidence]
    essential = [e.verdict for e in evidence if e.essential] or verdicts
    if Verdict.REFUTED in verdicts:
        return Verdict.REFUTED
    if all(v is Verdict.VACUOUS for v in essential):
        return Verdict.VACUOUS
    if Verdict.UNDECIDED in verdicts or Verdict.VACUOUS in verdicts:
        return Verdict.UNDECIDED
    strength = [Verdict.SUPPORTED, Verdict.DERIVED, Verdict.PROVED]
    return min(essential, key=strength.index)
