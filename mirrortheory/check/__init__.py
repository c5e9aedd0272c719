"""Claims and their checks: theorem files, what they show, certificates, results on disk, and running many of them."""

from mirrortheory.check.claims import Claim, Outcome, Theorem, examine, find, load

__all__ = ["Claim", "Outcome", "Theorem", "examine", "find", "load"]
