"""Identities: two sides that are equal everywhere on a domain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import sympy

from mirrortheory.domain import Domain
from mirrortheory.errors import NotEvaluable, shown
from mirrortheory.evidence.sampling import DIGITS, MORE, difference_of
from mirrortheory.evidence.sides import Comparison, Proof
from mirrortheory.evidence.verdicts import Verdict
from mirrortheory.exact import reduce_to_ring, widest_enclosure
from mirrortheory.exact.thin import vanishes_on_a_thin_set

_MAX_OPERATIONS_TO_SIMPLIFY = 150
_MAX_NUMBER_TO_SIMPLIFY = 1000  # SymPy expands cos(n x) and (x + 1)^n


@dataclass(frozen=True)
class Identity(Comparison):
    """``lhs = rhs`` everywhere on ``on``.

    Examined at exact rational points in ball arithmetic at 30 and 60 digits, then in FLINT's ring, then by SymPy.

    Args:
        lhs, rhs: SymPy expressions in the variables of ``on``, without floats.
        on: where it is claimed.
        part: which part of the claim this is.
        samples: how many points.

    >>> x = sympy.Symbol("x", positive=True)
    >>> everywhere = Domain({x: sympy.Interval.open(0, sympy.oo)})
    >>> Identity((x + 1) ** 2, x**2 + 2 * x + 1, on=everywhere).examine(seed=0).verdict.name
    'PROVED'
    """

    poles: ClassVar[bool] = False
    seen: ClassVar[str] = f"agrees at {{}} exact points to {DIGITS[-1]} digits"
    more: ClassVar[int] = MORE
    closer: ClassVar[int] = 3

    @property
    def relation(self) -> str:
        return "eq"

    def proof(self, lhs: sympy.Expr, rhs: sympy.Expr, nonzero: Sequence[sympy.Expr]) -> Proof:
        difference = difference_of(*self.proved_of())
        found = _equality_in_ring(difference, self.on, nonzero)
        if found is not None:
            return found
        small = all(max(abs(n.p), n.q) <= _MAX_NUMBER_TO_SIMPLIFY for n in difference.atoms(sympy.Rational))
        short = small and not nonzero and difference.count_ops() <= _MAX_OPERATIONS_TO_SIMPLIFY
        if short and _simplifies_to_zero(difference):
            return Proof("symbolic", Verdict.DERIVED, "SymPy simplifies the difference to 0")
        return Proof("sampled", Verdict.SUPPORTED, _width(lhs - rhs, self.on))

    def shortcut(self, lhs: sympy.Expr, rhs: sympy.Expr) -> str:
        found = _equality_in_ring(difference_of(lhs, rhs), self.on)
        return "the ring" if found is not None and found.verdict is Verdict.PROVED else ""


def _equality_in_ring(difference: sympy.Expr, on: Domain, nonzero: Sequence[sympy.Expr] = ()) -> Proof | None:
    try:
        reduction = reduce_to_ring(difference)
    except NotEvaluable:  # an expression that the ring cannot hold is left to the other routes
        return None
    if not reduction.vanishes:
        return None
    left = [e for e in (*nonzero, *reduction.nonzero) if not on.nonvanishing(e)]
    if not all(vanishes_on_a_thin_set(e.xreplace(on.one_signed())) for e in left):
        return None
    if any(on.positive_by_form(-e, or_zero=True) for e in reduction.defined):  # both sides are defined nowhere, or on a thin set
        return None
    assumed = [f"{e} is not 0" for e in left]
    assumed += [f"{e} > 0" for e in reduction.defined if not on.positive(e)]
    if not assumed:
        return Proof("ring", Verdict.PROVED, f"zero in a ring with {len(reduction.generators)} generators")
    return Proof("ring", Verdict.DERIVED, f"zero in a ring, where {shown(', '.join(assumed))}")


def _simplifies_to_zero(difference: sympy.Expr) -> bool:
    try:
        return bool(sympy.simplify(difference) == 0)
    except (TypeError, ValueError, NotImplementedError, AttributeError, RecursionError):
        return False  # simplify fails on some expressions; that says nothing about the statement


def _width(difference: sympy.Expr, on: Domain) -> str:
    """Say how far from 0 the difference of two sides can be anywhere on a compact domain; empty when that is not known."""
    box = on.box()
    if not box or on.conditions:
        return ""
    enclosure = widest_enclosure(difference, list(on.ranges), box)
    return "" if enclosure is None else f"within {float(abs(enclosure).upper()):.1e} on the whole domain, by 512 boxes"
