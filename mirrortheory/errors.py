"""The errors of the package: one root, few classes, one shape of message.

A message reads ``name must be <condition>, got <value>; <what to write instead>`` and fits on one line; where
several ways were tried, the reasons follow, one a line. A claim that
fails is a value (a :class:`~mirrortheory.evidence.Verdict`), never one of these exceptions.
"""

from __future__ import annotations

from collections.abc import Sequence

_SHOWN = 60


class MirrorTheoryError(Exception):
    """Root of every error that this package raises on purpose."""


class InvalidArgument(MirrorTheoryError, ValueError):
    """An argument is outside its documented range.

    Args:
        name: the argument.
        condition: what it must be.
        value: what it was.
        remedy: what to write instead.

    >>> raise InvalidArgument("q", "an exact rational in [1, 2]", 3, "write for example 3/2")
    Traceback (most recent call last):
    ...
    mirrortheory.errors.InvalidArgument: q must be an exact rational in [1, 2], got 3; write for example 3/2
    """

    def __init__(self, name: str, condition: str, value: object, remedy: str) -> None:
        self.name, self.condition, self.value, self.remedy = name, condition, value, remedy
        super().__init__(f"{name} must be {condition}, got {shown(value)}; {remedy}")

    def __reduce__(self) -> tuple[type[InvalidArgument], tuple[str, str, object, str]]:
        return type(self), (self.name, self.condition, self.value, self.remedy)


class NoClosedForm(MirrorTheoryError):
    """A derivation stopped; ``step`` names the step that failed, ``reason`` says why, ``others`` why no other way led on."""

    def __init__(self, step: str, reason: str, others: Sequence[str] = ()) -> None:
        self.step, self.reason, self.others = step, reason, tuple(others)
        super().__init__("\n".join((f"no closed form: {step} failed; {reason}", *others)))

    def __reduce__(self) -> tuple[type[NoClosedForm], tuple[str, str, tuple[str, ...]]]:
        return type(self), (self.step, self.reason, self.others)


class OutOfTime(MirrorTheoryError, TimeoutError):
    """A step took longer than it was given; ``step`` names it. It says nothing about the map or formula.

    >>> raise OutOfTime("axioms", 30)
    Traceback (most recent call last):
    ...
    mirrortheory.errors.OutOfTime: no answer within 30 s: axioms was at work; allow more seconds, or a simpler map or formula
    """

    def __init__(self, step: str, seconds: float) -> None:
        self.step, self.seconds = step, seconds
        remedy = "allow more seconds, or a simpler map or formula"
        super().__init__(f"no answer within {seconds:g} s: {step} was at work; {remedy}")

    def __reduce__(self) -> tuple[type[OutOfTime], tuple[str, float]]:
        return type(self), (self.step, self.seconds)


class NotEvaluable(MirrorTheoryError):
    """An expression has no finite enclosure at a point (a pole, a branch cut, or an unsupported function)."""


class NotSmooth(MirrorTheoryError):
    """A flow leaves the region where it is smooth, so a smooth integrator would return a wrong trajectory."""


class BrokenCheck(MirrorTheoryError):
    """A check itself is at fault (it raised, a mutant survives, or it contradicts itself); this never reads as REFUTED."""


class LawBroken(MirrorTheoryError, AssertionError):
    """An object does not obey its laws, or is not seen to: ``subject`` names it, ``broken`` and ``open`` its laws, a text each.

    An AssertionError, so that test runners show it as a failed test. The first line counts, then comes a line for each law.

    >>> raise LawBroken("Link()", ["odd: REFUTED at g = 1: lhs = 0, rhs = -2"], [])
    Traceback (most recent call last):
    ...
    mirrortheory.errors.LawBroken: Link() breaks 1 law
      odd: REFUTED at g = 1: lhs = 0, rhs = -2
    """

    def __init__(self, subject: str, broken: Sequence[str], open: Sequence[str]) -> None:
        self.subject, self.broken, self.open = subject, tuple(broken), tuple(open)
        counts = [f"{word} {len(laws)} law{'s' * (len(laws) > 1)}" for word, laws in self._kinds() if laws]
        super().__init__("\n  ".join((f"{subject} {', and '.join(counts)}", *self.broken, *self.open)))

    def _kinds(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return ("breaks", self.broken), ("leaves open", self.open)

    def __reduce__(self) -> tuple[type[LawBroken], tuple[str, tuple[str, ...], tuple[str, ...]]]:
        return type(self), (self.subject, self.broken, self.open)


def shown(value: object) -> str:
    """Return ``value`` as text of one line and at most 60 characters, for use in messages."""
    try:
        text = value if isinstance(value, str) else repr(value) if isinstance(value, float) else str(value)
    except ValueError:  # Python refuses to print an integer of more than some thousand digits
        text = f"a number of type {type(value).__name__} too long to print"
    text = " ".join(text.split()) or "nothing"
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."
