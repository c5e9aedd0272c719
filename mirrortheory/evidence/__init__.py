"""Statements and what was seen when they were examined.

A check yields statements, which are data; :meth:`Statement.examine` turns one into :class:`Evidence`. The verdict of an
evidence is never stronger than what was done: see :class:`Verdict`.
"""

from mirrortheory.decays import TIME
from mirrortheory.evidence.along_flow import START, AlongFlow
from mirrortheory.evidence.ends_at import EndsAt
from mirrortheory.evidence.exists import Exists
from mirrortheory.evidence.identity import Identity
from mirrortheory.evidence.inequality import Inequality
from mirrortheory.evidence.limit import Limit
from mirrortheory.evidence.minimiser import Minimiser
from mirrortheory.evidence.root import Root
from mirrortheory.evidence.spectrum import Spectrum
from mirrortheory.evidence.verdicts import HOLDS, Curve, Evidence, Statement, Verdict, combine

__all__ = [
    "HOLDS",
    "START",
    "TIME",
    "AlongFlow",
    "Curve",
    "EndsAt",
    "Evidence",
    "Exists",
    "Identity",
    "Inequality",
    "Limit",
    "Minimiser",
    "Root",
    "Spectrum",
    "Statement",
    "Verdict",
    "combine",
]
