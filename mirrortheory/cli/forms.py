"""A derivation, or a potential of the user's own, as the text of a command: forms, comparison, values; or as code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from mirrortheory.cli.answer import STATUS, Answer
from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import expression, integer, rational

if TYPE_CHECKING:
    from mirrortheory.potentials import MirrorPotential
    from mirrortheory.theory import Derivation

_Result = TypeVar("_Result")
_CODE = ("python", "numpy", "torch")
FORMATS = ("text", "latex", *_CODE)
_DIGITS = "40"


@dataclass(frozen=True)
class Wanted:
    """What is to be shown, as it was typed; wrong options are refused when it is made, before any work is done.

    Attributes:
        output: one of :data:`FORMATS`.
        published: a published R(x) or x(y) to compare with, or None.
        at, digits: the x at which to enclose the values, or None, and to how many digits: 40 where it is None.
        limits: whether to show leading terms.
        at_dual: the y instead of an x, or None.
        seconds: time limit of each step.
    """

    output: str
    published: str | None
    at: str | None
    digits: str | None
    limits: bool
    at_dual: str | None = None
    seconds: str = "30"

    def __post_init__(self) -> None:
        if self.output not in FORMATS:
            remedy = "add --json instead" if self.output == "json" else "write one of them"
            raise InvalidArgument("format", f"one of {', '.join(FORMATS)}", self.output, remedy)
        for name, text, letter in (("at", self.at, "x"), ("at-dual", self.at_dual, "y")):
            if text is not None and self.output in _CODE:
                raise InvalidArgument(name, f"absent with --format {self.output}", text, f"run the code at that {letter}")
            if text is not None:
                rational(text, name)
        if self.at is not None and self.at_dual is not None:
            raise InvalidArgument("at-dual", "absent with --at", self.at_dual, "give one of the two")
        for name, unused in (("compare", self.published), ("limits", self.limits or None)):
            if unused is not None and self.output in _CODE:
                raise InvalidArgument(name, f"absent with --format {self.output}", unused, "ask for it as text")
        if self.digits is not None and self.at is None and self.at_dual is None:
            raise InvalidArgument("digits", "absent where no value is asked for", self.digits, "add for example --at 1")
        integer(self.digits or _DIGITS, "digits", 1, 10_000)
        integer(self.seconds, "seconds", 1, 10**6)

    @property
    def limit(self) -> int:
        """The time limit in seconds."""
        return integer(self.seconds, "seconds", 1, 10**6)

    def in_time(self, step: str, work: Callable[[], _Result]) -> _Result:
        """Return what a step does within the time limit; the name of the step is what is said when it takes longer."""
        from mirrortheory.theory.patience import in_time

        return in_time(work, self.limit, [step])

    def answer(
        self, answer: Answer, found: Derivation | MirrorPotential, more: Mapping[str, str | list[str]] | None = None
    ) -> None:
        """Answer with a derivation or a potential, with ``more`` lines or entries at its end; formulas are as ``output`` says.

        Raises:
            typer.Exit: with the exit code of a conjecture, 1 or 3, where the comparison is refuted or stays open.
        """
        import sympy

        from mirrortheory.potentials import MirrorPotential, Y
        from mirrortheory.potentials.numeric import inverse_values, values
        from mirrortheory.report.describe import as_mapping, as_text, values_mapping
        from mirrortheory.report.latex import as_latex

        if self.output in _CODE:
            from mirrortheory import codegen

            write = getattr(codegen, f"as_{self.output}")
            code = self.in_time("writing of the code", lambda: str(write(found))).removesuffix("\n")
            answer.say(code)
            answer.give(lambda: {"format": self.output, "code": code})
            return
        potential = found if isinstance(found, MirrorPotential) else found.potential
        show = sympy.latex if self.output == "latex" else str
        texts = self.in_time("writing of the forms and limits", lambda: as_mapping(found, show, limits=self.limits))
        described: dict[str, Any] = dict(texts)
        status = 0
        if self.published is not None:
            from mirrortheory.evidence import HOLDS, Verdict
            from mirrortheory.laws.comparison import compare, symbol_of

            formula = expression(self.published, {"x": symbol_of(potential), "y": Y}, "compare")
            compared = self.in_time("comparison with the published potential", lambda: compare(formula, potential))
            described["comparison"] = str(replace(compared, other="the potential given") if found is potential else compared)
            status = STATUS[None if compared.verdict in (Verdict.UNDECIDED, Verdict.VACUOUS) else compared.verdict in HOLDS]
        described |= more or {}
        text = as_latex(found, described) if self.output == "latex" else as_text(described)
        for text_of_point, letter, evaluate in ((self.at, "x", values), (self.at_dual, "y", inverse_values)):
            if text_of_point is not None:
                point, places = rational(text_of_point, letter), integer(self.digits or _DIGITS, "digits", 1, 10_000)
                at_point = self.in_time("enclosure of the values", partial(evaluate, potential, point, digits=places))
                described["values"] = values_mapping(at_point, places)
                enclosures = (f"  {name} = {v['mid']} +/- {v['rad']}" for name, v in described["values"].items())
                lines = (f"values at {letter} = {point}, enclosed:", *enclosures)
                text = "\n".join((text, *(f"% {line}" if self.output == "latex" else line for line in lines)))
        answer.say(text)
        answer.give(lambda: {"format": self.output} | described)
        if status:
            raise typer.Exit(status)
