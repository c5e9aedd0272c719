"""A count of laws as JSON, to be checked by :mod:`mirrortheory.recount`, which imports nothing of the package."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import sympy

from mirrortheory.check.certificates import tree
from mirrortheory.conservation.closure import Span
from mirrortheory.conservation.fields import Fields, ParallelColumns
from mirrortheory.conservation.integrals import FirstIntegral
from mirrortheory.conservation.jets import Bracket
from mirrortheory.conservation.terms import Polynomial

Json = Any


def certificate(
    outputs: Sequence[sympy.Expr],
    weights: Sequence[sympy.Symbol],
    q: sympy.Expr,
    damping: Fraction | None,
    fields: Fields,
    classes: Sequence[ParallelColumns],
    laws: Sequence[FirstIntegral],
    found: Span,
    cell: Sequence[Fraction] | None,
) -> dict[str, Json]:
    """Return what the two sides of a count rest on.

    Args:
        outputs: the map.
        weights: its letters.
        q: the gradient exponent.
        damping: gamma of a flow with momentum; None without.
        fields: the fields.
        classes: the classes of parallel columns.
        laws: the laws that were found.
        found: the independent brackets.
        cell: a point of the cell that was looked at.
    """
    bases = {str(base): place for place, base in enumerate(fields.ring.bases)}
    return {
        "map": [tree(output) for output in outputs],
        "weights": [w.name for w in weights],
        "damping": None if damping is None else str(damping),
        "q": "q" if q.is_Symbol else str(q),
        "bases": [_polynomial(base) for base in fields.ring.bases],
        "classes": [] if fields.exponent == 1 else [_class(group, bases) for group in classes],
        "laws": [[[i, _polynomial(top), _polynomial(bottom)] for i, (top, bottom) in law.gradient.items()] for law in laws],
        "point": {
            "prime": found.point.prime,
            "weights": list(found.point.weights),
            "powers": list(found.point.powers),
            "exponent": found.point.exponent,
        },
        "cell": None if cell is None else [str(value) for value in cell],
        "brackets": [_bracket(bracket) for bracket in found.brackets],
    }


def _polynomial(value: Polynomial) -> Json:
    return [[str(c), [[i, int(n)] for i, n in enumerate(powers) if n]] for powers, c in value.to_dict().items()]


def _class(group: ParallelColumns, bases: dict[str, int]) -> Json:
    entries = []
    for i, ratio in zip(group.weights, group.ratios, strict=True):
        relative, exponents = ratio.over(group.ratios[0]), [0] * len(bases)
        for key, (_, exponent) in relative.factors.items():
            exponents[bases[key]] = exponent
        entries.append([i, [relative.sign, exponents]])
    return entries


def _bracket(tree: Bracket) -> Json:
    return tree if isinstance(tree, int) else [_bracket(part) for part in tree]
