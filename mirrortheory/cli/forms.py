"""A derivation, or a potential of the user's own, as the text of a command: forms, comparison, values; or as code."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import expression, integer, rational

if TYPE_CHECKING:
    from mirrortheory.potentials import MirrorPotential
    from mirrortheory.theory import Derivation

FORMATS = ("text", "latex", "json", "python", "numpy")
_CODE = ("python", "numpy")


@dataclass(frozen=True)
class Wanted:
    """What is to be shown, as it was typed; wrong options are refused when it is made, before any work is done.

    Attributes:
        output: one of :data:`FORMATS`.
        published: a published R(x) or x(y) to compare with, or None.
        at, digits: where to enclose the values, or None, and to how many digits.
        limits: whether to show leading terms.
    """

    output: str
    published: str | None
    at: str | None
    digits: str
    limits: bool

    def __post_init__(self) -> None:
        if self.output not in FORMATS:
            raise InvalidArgument("format", f"one of {', '.join(FORMATS)}", self.output, "write one of them")
        if self.at is not None and self.output in _CODE:
            raise InvalidArgument("at", f"absent with --format {self.output}", self.at, "run the code at that x")
        integer(self.digits, "digits", 1, 10_000)

    def text(self, found: Derivation | MirrorPotential, more: Mapping[str, str | list[str]] | None = None) -> str:
        """Return the text of a derivation or a potential, with ``more`` lines or entries at its end."""
        import sympy

        from mirrortheory.potentials import MirrorPotential, Y
        from mirrortheory.potentials.numeric import values
        from mirrortheory.report.describe import as_mapping, as_text, values_mapping

        if self.output in _CODE:
            from mirrortheory.codegen import as_numpy, as_python

            return (as_python if self.output == "python" else as_numpy)(found).removesuffix("\n")
        potential = found if isinstance(found, MirrorPotential) else found.potential
        described: dict[str, Any] = dict(as_mapping(found, sympy.latex if self.output == "latex" else str, limits=self.limits))
        if self.published is not None:
            from mirrortheory.laws.comparison import compare, symbol_of

            formula = expression(self.published, {"x": symbol_of(potential), "y": Y}, "compare")
            compared = compare(formula, potential)
            described["comparison"] = str(replace(compared, other="the potential given") if found is potential else compared)
        described |= more or {}
        text = as_text(described)
        if self.at is not None:
            point, places = rational(self.at, "at"), integer(self.digits, "digits", 1, 10_000)
            described["values"] = values_mapping(values(potential, point, digits=places), places)
            enclosures = (f"  {name} = {v['mid']} +/- {v['rad']}" for name, v in described["values"].items())
            text = "\n".join((text, f"values at x = {point}, enclosed:", *enclosures))
        return json.dumps(described, indent=1) if self.output == "json" else text
