"""What comes of a conjecture: the verdict that the kernel earns, and for a false one a small witness and what is true instead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mirrortheory.check.certificates import settled
from mirrortheory.conjecture.nearest import guesses
from mirrortheory.conjecture.reproduce import python
from mirrortheory.conjecture.stated import Conjecture
from mirrortheory.conjecture.typed import SLOPE_NAME
from mirrortheory.conjecture.witness import overlooked, smallest
from mirrortheory.domain import NONNEGATIVE, NONZERO, POSITIVE, REALS, Domain
from mirrortheory.errors import BrokenCheck, NotEvaluable, OutOfTime
from mirrortheory.evidence import HOLDS, Evidence, Identity, Inequality, Verdict
from mirrortheory.theory import SLOPE
from mirrortheory.theory.patience import in_time

NO_MUTANTS = "no mutants"
_WORDS = ((NONZERO, "nonzero"), (POSITIVE, "> 0"), (NONNEGATIVE, ">= 0"), (REALS, "real"))


@dataclass(frozen=True)
class Finding:
    """A conjecture and what was found.

    Attributes:
        conjecture: what was examined.
        evidence: what it rests on; its verdict is the one that the kernel earns.
        python: for REFUTED, lines of Python that print both sides at the witness; empty otherwise.
        nearest: a statement like a refuted one that holds, with its verdict; None where none was found.
        cut_short: whether the time was up while a smaller witness or a true statement was sought.
    """

    conjecture: Conjecture
    evidence: Evidence
    python: str = ""
    nearest: tuple[str, Verdict] | None = None
    cut_short: bool = False

    @property
    def verdict(self) -> Verdict:
        """How much was shown."""
        return self.evidence.verdict

    @property
    def holds(self) -> bool | None:
        """Whether it holds; None where that stays open."""
        return True if self.verdict in HOLDS else False if self.verdict is Verdict.REFUTED else None

    @property
    def witness(self) -> dict[str, str]:
        """The point at which a refuted conjecture fails, letters and values."""
        point = self.evidence.data.get("witness", {}) if self.evidence.witness is not None else {}
        return {_named(str(v)): str(value) for v, value in point.items()}

    @property
    def sides(self) -> dict[str, str]:
        """Both sides at the witness, as balls."""
        return {k: v for k, v in (self.evidence.witness or {}).items() if k.startswith(("lhs", "rhs"))}

    def as_json(self) -> dict[str, Any]:
        """Return what docs/json.md describes."""
        nearest = None if self.nearest is None else {"statement": self.nearest[0], "verdict": str(self.nearest[1])}
        refuted = self.verdict is Verdict.REFUTED
        return {
            "conjecture": self.conjecture.text,
            "flow": _flow(self.conjecture),
            "on": place(self.conjecture.statement.on),
            "verdict": str(self.verdict),
            "mutants": [],
            "why": self.evidence.detail,
            "witness": {"point": self.witness, **_keyed(self.sides)} if refuted else None,
            "python": self.python if refuted else None,
            "nearest": nearest,
        }

    def as_text(self) -> str:
        """Return the lines that the command prints."""
        lines = [f"conjecture: {self.conjecture.text}"]
        lines += [f"flow: {_flow(self.conjecture)}"] if self.conjecture.of_a_flow else []
        lines += [f"on: {place(self.conjecture.statement.on)}"]
        lines.append(f"verdict: {self.verdict}{f', {NO_MUTANTS}' if self.holds else ''}")
        lines.append(f"why: {self.evidence.detail}")
        if self.verdict is Verdict.REFUTED:
            lines.append(f"witness: {', '.join(f'{v} = {value}' for v, value in self.witness.items()) or 'the only point'}")
            lines += [f"  {side} = {ball}" for side, ball in self.sides.items()]
            if self.nearest is not None:
                lines.append(f"true instead: {self.nearest[0]} ({self.nearest[1]}, {NO_MUTANTS})")
            lines += ["time was up before all was tried; allow more by --seconds"] if self.cut_short else []
            lines += ["in Python:", *(f"  {line}".rstrip() for line in self.python.splitlines())]
        return "\n".join(lines)


def examine(conjecture: Conjecture, *, seed: int = 0, seconds: float = 60) -> Finding:
    """Examine a conjecture; for one that is refuted, look for the smallest witness and for what is true instead.

    Args:
        conjecture: from :func:`mirrortheory.conjecture.conjecture`.
        seed: seed of the sampling.
        seconds: limit of time of the examination, and again of the search for what is true instead.

    >>> from mirrortheory import Flow, Lq, Product
    >>> from mirrortheory.conjecture import conjecture
    >>> found = examine(conjecture(Flow(Lq(2), Product(2)), "w1**2/w2**2", conserved=True))
    >>> found.verdict.name, found.witness, found.nearest[0]
    ('REFUTED', {'w1': '2', 'w2': '1', 'slope': '1'}, 'd/dt (w1**2 - w2**2) = 0')
    """
    evidence = _examined(conjecture, seed, seconds)
    if evidence.verdict is not Verdict.REFUTED:
        return Finding(conjecture, evidence)
    found: dict[str, Any] = {}

    def more() -> None:
        found["evidence"] = _settled(conjecture, smallest(conjecture.statement, evidence))
        for guess in guesses(conjecture):
            verdict = _examined(guess, seed, seconds).verdict
            if verdict in HOLDS:
                found["nearest"] = (guess.text, verdict)
                return

    cut_short = _runs_out(more, seconds)
    witness = found.get("evidence", evidence)
    return Finding(conjecture, witness, python(conjecture, witness.data["witness"]), found.get("nearest"), cut_short)


def _examined(conjecture: Conjecture, seed: int, seconds: float) -> Evidence:
    """Return the evidence on a conjecture; what cannot be examined stays open, with the reason."""
    try:
        found = in_time(lambda: _seen(conjecture.statement, seed), seconds, ["examination"])
        found = in_time(lambda: _settled(conjecture, found), seconds, ["kernel"])
    except (BrokenCheck, NotEvaluable, OutOfTime) as error:
        return Evidence("sampled", Verdict.UNDECIDED, "", " ".join(str(error).split()))
    return found


def _settled(conjecture: Conjecture, evidence: Evidence) -> Evidence:
    """Return the evidence with the verdict that the kernel earns."""
    about = {"name": "conjecture", "statement": conjecture.text, "source": "", "scope": ""}
    ((_, found),), _ = settled(about, [(conjecture.statement, evidence)])
    return found


def _seen(statement: Identity | Inequality, seed: int) -> Evidence:
    found = statement.examine(seed=seed)
    return (overlooked(statement) or found) if found.verdict is Verdict.SUPPORTED else found


def _runs_out(work: Callable[[], None], seconds: float) -> bool:
    """Return whether the time was up before ``work`` was done."""
    try:
        in_time(work, seconds, ["search"])
    except OutOfTime:
        return True
    return False


def place(on: Domain) -> str:
    """Return a domain in words.

    >>> from mirrortheory import Flow, Lq, Product
    >>> place(Flow(Lq(2), Product(2)).domain())
    'w1, w2, slope nonzero'
    """
    alike: dict[str, list[str]] = {}
    for v, region in on.ranges.items():
        words = next((words for known, words in _WORDS if region == known), None)
        words = words or ("nowhere" if region.is_empty else "in " + str(Domain({v: region})).partition(" in ")[2])
        alike.setdefault(words, []).append(_named(str(v)))
    whole = str(Domain(on.ranges, on.conditions))
    kept = whole.split("; ")[len(on.ranges) :]
    return "; ".join((*(f"{', '.join(names)} {words}" for words, names in alike.items()), *map(_named, kept))) or "one point"


def _keyed(sides: Mapping[str, str]) -> dict[str, str]:
    return {"difference" if name == "lhs - rhs" else name: ball for name, ball in sides.items()}


def _named(text: str) -> str:
    return text.replace(SLOPE.name, SLOPE_NAME)


def _flow(conjecture: Conjecture) -> str:
    flow = conjecture.flow
    return ", ".join(map(repr, (flow.geometry, flow.reparam, flow.decay)))
