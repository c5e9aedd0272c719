"""Conjectures as people type them: to a verdict in one step, with the smallest witness and the nearest true statement."""

from mirrortheory.conjecture.finding import NO_MUTANTS, Finding, examine
from mirrortheory.conjecture.stated import FORMS, RELATIONS, Conjecture, conjecture
from mirrortheory.conjecture.typed import plain

__all__ = ["FORMS", "NO_MUTANTS", "RELATIONS", "Conjecture", "Finding", "conjecture", "examine", "plain"]
