"""Claims: a statement with its source, scope and expected verdict, and the file that checks it.

A theorem file holds ``CLAIM``, ``check`` and either ``MUTANTS`` (false neighbours of its formula, each of which the same
check must refute) or, for a claim expected to be refuted, ``CONTROLS`` (true neighbours that must hold). For a quick look a file
may do without; its outcome says so, and no claim of the project does. ``check`` yields
:class:`~mirrortheory.evidence.Statement` objects, the same ones in every call; a mutant or control is a mapping of its keyword
arguments.
"""

from __future__ import annotations

import difflib
import importlib.util
import inspect
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

from mirrortheory.check.certificates import settled
from mirrortheory.errors import BrokenCheck, InvalidArgument, MirrorTheoryError, shown
from mirrortheory.evidence import HOLDS, Evidence, Identity, Inequality, Statement, Verdict, combine

TOPICS = {
    "balance": "The flow and its balance",
    "matrices": "Matrices",
    "potentials": "Mirror potentials",
    "decay": "Weight decay",
    "saddles": "Saddles and convergence",
    "bias": "Implicit bias",
    "discrete": "Discrete steps",
}


@dataclass(frozen=True)
class Claim:
    """A statement someone makes.

    Attributes:
        name: the name of its file, the conclusion first.
        statement: LaTeX of the formula.
        source: author, year, identifier, theorem; or "this project".
        scope: where it is checked, in words (depths, exponents, orthants).
        expect: the verdict that its check is expected to earn.
        on_paper: what the step from what is checked to what is stated takes from paper, such as a comparison theorem; it is
            printed beside the verdict.
        topic: what it is about, a key of ``TOPICS``; empty for none of them.

    Raises:
        InvalidArgument: for another ``expect`` than a verdict, another ``on_paper`` than a tuple, and a topic that is not known.
    """

    name: str
    statement: str
    source: str
    scope: str
    expect: Verdict = Verdict.PROVED
    on_paper: tuple[str, ...] = ()
    topic: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.expect, Verdict):
            raise InvalidArgument("expect", "a Verdict", self.expect, "write for example Verdict.REFUTED")
        if not isinstance(self.on_paper, tuple):
            raise InvalidArgument("on_paper", "a tuple of texts", self.on_paper, 'write for example ("the chain rule",)')
        if self.topic not in ("", *TOPICS):
            raise InvalidArgument("topic", f"one of {', '.join(TOPICS)}", self.topic, "or leave it out")


Check = Callable[..., Iterable[Statement]]


@dataclass(frozen=True)
class Theorem:
    """A claim with its check, as read from a file.

    Attributes:
        claim: what is claimed.
        check: yields its statements.
        mutants: keyword arguments of each false neighbour, by name.
        controls: keyword arguments of each true neighbour, by name.
        explanation: the docstring of the file.
        path: the file.
    """

    claim: Claim
    check: Check
    mutants: Mapping[str, Mapping[str, Any]]
    controls: Mapping[str, Mapping[str, Any]]
    explanation: str
    path: Path


@dataclass(frozen=True, repr=False)
class Outcome:
    """What examining a theorem gave; it can be pickled, unlike the theorem.

    Attributes:
        claim: what was claimed.
        explanation: the docstring of the file.
        verdict: the verdict earned; UNDECIDED when the check is broken.
        evidence: what it rests on.
        neighbours: verdict of each mutant (or control) by name.
        seconds: time taken.
        certificate: what mirrortheory.kernel rechecks, as JSON data; None when the check is broken.
        broken: why the check itself is at fault, in one line; empty when it is not.
        remembered: whether it is that of an earlier run.
    """

    claim: Claim
    explanation: str
    verdict: Verdict
    evidence: tuple[Evidence, ...] = ()
    neighbours: Mapping[str, Verdict] = field(default_factory=dict)
    seconds: float = 0.0
    broken: str = ""
    certificate: Any = None
    remembered: bool = False

    def __repr__(self) -> str:
        return f"Outcome({'BROKEN' if self.broken else self.verdict}, as expected: {self.as_expected}: {self.claim.name})"

    def _repr_html_(self) -> str:
        from html import escape  # for notebooks alone

        return f"<b>{'BROKEN' if self.broken else self.verdict}</b> {escape(self.claim.name)}<br>{escape(self.remark)}"

    @property
    def given(self) -> str:
        """What a verdict that holds takes from paper, in words; empty when nothing."""
        return "; ".join(self.claim.on_paper) if self.verdict in HOLDS else ""

    @property
    def untested(self) -> str:
        """``no mutants``, or ``no controls``, where nothing shows that the check can fail; empty where something does."""
        kind = "controls" if self.claim.expect is Verdict.REFUTED else "mutants"
        return "" if self.broken or self.neighbours else f"no {kind}"

    @property
    def as_expected(self) -> bool:
        """Whether the verdict is the expected one and the check is sound."""
        return not self.broken and self.verdict is self.claim.expect

    @property
    def remark(self) -> str:
        """Why the check is broken, or what earned the verdict, with the witness if there is one, in one line."""
        if self.broken or not self.evidence:
            return f"broken: {self.claim.name}: {self.broken or 'it states nothing'}"
        found = next((e for e in self.evidence if e.verdict is self.verdict), self.evidence[0])
        seen = "; ".join((found.detail, *(f"{name} = {value}" for name, value in (found.witness or {}).items())))
        return ": ".join(filter(None, (str(self.verdict), self.claim.name, found.part, seen)))


def examine(theorem: Theorem, *, seed: int = 0) -> Outcome:
    """Examine a theorem and all its mutants or controls; a check that raises comes back as broken, not refuted.

    Verdicts are those that the kernel earns from the certificate (:func:`mirrortheory.check.certificates.settled`).

    Args:
        theorem: what a file holds.
        seed: an integer; it fixes the random points.
    """
    begin = time.perf_counter()
    claim = theorem.claim
    examined: Sequence[tuple[Statement, Evidence]] = []
    neighbours: dict[str, Verdict] = {}
    broken, record = "", None
    try:
        for statement in _stated(theorem.check()):
            examined = [*examined, (statement, statement.examine(seed=seed))]  # what was seen before a check raises is kept
        neighbours, broken = _neighbours(theorem, examined, seed)
        examined, record = settled(stated(claim), examined)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a check may fail in any way; it is reported, and the others still run
        broken = one_line(error)
    evidence = tuple(e for _, e in examined)
    verdict = Verdict.UNDECIDED if broken else combine(evidence)
    seconds = time.perf_counter() - begin
    return Outcome(claim, theorem.explanation, verdict, evidence, neighbours, seconds, broken, None if broken else record)


def stated(claim: Claim) -> dict[str, str]:
    """Return what a certificate says of a claim.

    Args:
        claim: the claim.
    """
    said = {"name": claim.name, "statement": claim.statement, "source": claim.source, "scope": claim.scope}
    return said | ({"given": "; ".join(claim.on_paper)} if claim.on_paper else {})


def unexamined(path: Path, reason: str, seconds: float = 0.0) -> Outcome:
    """Return the outcome of a theorem file that could not be examined: UNDECIDED, broken, with the reason."""
    claim = Claim(path.stem, statement="", source="", scope="")
    return Outcome(claim, "", Verdict.UNDECIDED, seconds=seconds, broken=reason)


def one_line(error: BaseException) -> str:
    """Return an exception as one line of text."""
    text = " ".join(str(error).split())
    return text if isinstance(error, MirrorTheoryError) else f"{type(error).__name__}: {text}"


def _stated(found: object) -> Iterator[Statement]:
    """Yield what a check yields, each a statement."""
    if not isinstance(found, Iterable):
        raise BrokenCheck(f"check must yield statements, got {shown(type(found).__name__)}; write yield Identity(..)")
    for statement in found:
        if not isinstance(statement, Statement):
            raise BrokenCheck(f"check must yield statements, got {shown(statement)}; write yield Identity(..)")
        yield statement


def _neighbours(theorem: Theorem, examined: Sequence[tuple[Statement, Evidence]], seed: int) -> tuple[dict[str, Verdict], str]:
    statements = [statement for statement, _ in examined]
    refutable = theorem.claim.expect is Verdict.REFUTED
    neighbours = theorem.controls if refutable else theorem.mutants
    kind = "control" if refutable else "mutant"
    verdicts: dict[str, Verdict] = {}
    shown = not refutable or not neighbours
    for name, arguments in neighbours.items():
        stated, verdict = _verdict(_stated(theorem.check(**arguments)), examined, seed, stop_at_refuted=not refutable)
        verdicts[name] = verdict
        if list(islice(theorem.check(**arguments), len(stated))) != stated:
            return verdicts, f"the check keeps state: called again, the {kind} {name!r} states something else"
        shown = shown or not (stated == statements or all(map(_is_trivial, stated)))
        if refutable and verdict not in HOLDS:
            return verdicts, f"the control {name!r} does not hold: {verdict}; a control must be true"
        if not refutable and verdict is not Verdict.REFUTED:
            return verdicts, f"the mutant {name!r} survives: {verdict}; a mutant must be false, and the check must refute it"
    if not shown:
        return verdicts, "no control shows anything: each is the claim itself, or has equal expressions on both sides"
    if list(theorem.check()) != statements:
        return verdicts, "the check keeps state: called again, it states something else"
    return verdicts, ""


def _verdict(
    statements: Iterable[Statement], examined: Sequence[tuple[Statement, Evidence]], seed: int, *, stop_at_refuted: bool
) -> tuple[list[Statement], Verdict]:
    """Return the statements that were examined, up to one that is refuted if it decides, and the verdict.

    One that the claim makes too, as most of a mutant's are, has the evidence that it was found to have there.
    """
    stated, evidence = [], []
    for statement in statements:
        stated.append(statement)
        known = next((found for other, found in examined if other == statement), None) if _compares_all(statement) else None
        evidence.append(known or statement.examine(seed=seed))
        if stop_at_refuted and evidence[-1].verdict is Verdict.REFUTED:
            return stated, Verdict.REFUTED
    return stated, combine(evidence)


def _compares_all(statement: Statement) -> bool:
    """Return whether equal statements are one: a problem that is simulated, say, takes no part in the comparison."""
    return is_dataclass(statement) and all(part.compare for part in fields(statement))


def _is_trivial(statement: Statement) -> bool:
    return isinstance(statement, Identity | Inequality) and statement.lhs == statement.rhs


def find(folder: Path) -> list[Path]:
    """Return the theorem files of a folder, in order of name.

    Raises:
        InvalidArgument: when the folder cannot be read or holds no theorem file.
    """
    try:
        found = sorted(p for p in folder.iterdir() if p.suffix == ".py" and p.is_file() and not p.name.startswith("_"))
    except OSError as error:
        raise InvalidArgument("checks", "a readable folder", folder, f"{error.strerror or error}".lower()) from None
    if not found:
        raise InvalidArgument("checks", "a folder with theorem files (*.py)", folder, "name one such as proofs_checks")
    return found


def load(path: Path) -> Theorem:
    """Read a theorem file. This runs the file: it is code, like a test.

    Args:
        path: the theorem file.

    Raises:
        BrokenCheck: when the file does not run, or has no CLAIM or check, or another name than its claim.
    """
    module = _run(path)
    claim, check = getattr(module, "CLAIM", None), getattr(module, "check", None)
    if not isinstance(claim, Claim) or not callable(check):
        raise BrokenCheck(f"{path.name} must define CLAIM, a Claim, and check, a function")
    if claim.name != path.stem:
        raise BrokenCheck(f"the claim of {path.name} must be named {path.stem}, got {claim.name}")
    mutants, controls = getattr(module, "MUTANTS", {}), getattr(module, "CONTROLS", {})
    if not isinstance(mutants, Mapping) or not isinstance(controls, Mapping):
        raise BrokenCheck(f"{path.name}: MUTANTS and CONTROLS must map names to arguments of check")
    parameters = inspect.signature(check).parameters
    for name, arguments in (*mutants.items(), *controls.items()):
        if not isinstance(arguments, Mapping) or not set(arguments) <= set(parameters):
            known = ", ".join(parameters) or "none"
            raise BrokenCheck(f"{path.name}: {name!r} must map parameters of check to values, got {arguments!r}; it has {known}")
    return Theorem(claim, check, mutants, controls, inspect.getdoc(module) or "", path)


def _run(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"proofs_checks.{path.stem}", path)
    if spec is None or spec.loader is None:
        raise BrokenCheck(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise BrokenCheck(f"{path.name} does not run: {one_line(error)}") from error
    return module


def select(paths: Sequence[Path], names: Sequence[str]) -> list[Path]:
    """Return the files named, by their claims or by paths that end in .py; all of ``paths`` when no name is given.

    Raises:
        InvalidArgument: for a name that is not known, with the nearest ones, and for a path where no file is.
    """
    known = {path.stem: path for path in paths}
    known |= {name: Path(name) for name in names if name.endswith(".py") and Path(name).is_file()}
    for name in names:
        if name not in known and name.endswith(".py"):
            raise InvalidArgument("claim", "a theorem file", name, "no such file; mirrortheory new-check NAME writes one")
        if name not in known:
            near = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
            near = near or [n for n in known if name.lower() in n][:3]
            remedy = f"did you mean {', '.join(near)}?" if near else "see mirrortheory list"
            raise InvalidArgument("claim", "the name of a theorem file", name, remedy)
    return [known[n] for n in dict.fromkeys(names)] if names else list(paths)
