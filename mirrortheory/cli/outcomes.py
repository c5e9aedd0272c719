"""Outcomes of claims as ``check`` prints them: a table as wide as the terminal, what is unexpected, a count; and as JSON data."""

from __future__ import annotations

import itertools
import shlex
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from mirrortheory.cli.terminal import STYLES, WIDE, plain_table

if TYPE_CHECKING:
    from mirrortheory.check.claims import Outcome

_COLUMNS = {"claim": 25, "verdict": 11, "expected": 9, "evidence": 9, "seconds": 7, "source": 12}  # narrowest; fits 80 columns
_BROKEN, _EARLIER = "BROKEN", "earlier"  # the second stands for the seconds of what is remembered
_ORDER = ("PROVED", "DERIVED", "SUPPORTED", "REFUTED", "UNDECIDED", "VACUOUS", _BROKEN)


def print_outcomes(console: Console, outcomes: Sequence[Outcome]) -> None:
    """Print a row for each outcome, and what verdicts take from paper.

    Where rows do not fit the terminal, each name gets a line of its own: names are never cut, so that they can be copied.
    """
    notes = itertools.count(1)
    rows = [_row(outcome, f" ({next(notes)})" if _note(outcome) else "") for outcome in outcomes]
    table = plain_table()
    for name, narrowest in _COLUMNS.items():
        table.add_column(name, min_width=narrowest)
    for cells, style in rows:
        table.add_row(*(Text(cell, style=style if i == 1 else "") for i, cell in enumerate(cells)))
    if console.measure(table, options=console.options.update(max_width=WIDE)).maximum <= console.width:
        console.print(table)
    else:
        for (name, verdict, expected, evidence, seconds, source), style in rows:
            console.print(name, soft_wrap=True, markup=False, highlight=False)
            seconds = seconds if seconds == _EARLIER else f"{seconds} s"
            below = Text.assemble((verdict, style), f", expected {expected}; {evidence or 'nothing shown'}; {seconds}; {source}")
            console.print(Padding(below, (0, 0, 0, 2)), highlight=False)
    for number, note in enumerate(filter(None, map(_note, outcomes)), start=1):
        console.print(f"({number}) {note}", markup=False, highlight=False, soft_wrap=True)


def print_unexpected(console: Console, outcomes: Sequence[Outcome], *, checks: Path | None, seed: int) -> None:
    """Print why each outcome is not the expected one, with the witness if there is one, and the command that shows it again."""
    for outcome in filter(lambda o: not o.as_expected, outcomes):
        for line in unexpected(outcome, checks=checks, seed=seed):
            console.print(line, markup=False, highlight=False, soft_wrap=True)


def unexpected(outcome: Outcome, *, checks: Path | None, seed: int) -> tuple[str, str]:
    """Return why an outcome is not the expected one, and the command that shows it again, a line each."""
    return outcome.remark, f"  again: {again(outcome.claim.name, checks=checks, seed=seed)}"


def again(name: str, *, checks: Path | None, seed: int) -> str:
    """Return the command that examines this claim alone, as it was examined.

    >>> again("balance_is_kept", checks=Path("my claims"), seed=0)
    "mirrortheory check balance_is_kept --checks 'my claims' --seed 0"
    """
    folder = () if checks is None else ("--checks", str(checks))
    return shlex.join(("mirrortheory", "check", name, *folder, "--seed", str(seed)))


def counted(outcomes: Sequence[Outcome]) -> str:
    """Return how many outcomes are as expected, and how many there are of each verdict, in one line."""
    expected = sum(outcome.as_expected for outcome in outcomes)
    counts = counts_of(outcomes)
    given = Counter(str(outcome.verdict) for outcome in outcomes if outcome.given)
    texts = (f"{count} {name}" + (f" ({given[name]} of them given ..)" if given[name] else "") for name, count in counts.items())
    return f"{expected} of {len(outcomes)} claims have the expected verdict. {', '.join(texts)}"


def counts_of(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """Return how many outcomes there are of each verdict, of those that occur; a check at fault is BROKEN."""
    found = Counter(map(_verdict, outcomes))
    return {name: found[name] for name in _ORDER if found[name]}


def as_json(outcomes: Sequence[Outcome], *, checks: Path | None, seed: int) -> dict[str, Any]:
    """Return outcomes as data for JSON, each with the command that examines it again."""
    claims = [_as_json(o) | {"again": again(o.claim.name, checks=checks, seed=seed)} for o in outcomes]
    return {"claims": claims, "counts": counts_of(outcomes), "seed": seed}


def _verdict(outcome: Outcome) -> str:
    return _BROKEN if outcome.broken else str(outcome.verdict)


def _note(outcome: Outcome) -> str:
    """Return what belongs to a verdict: what it takes from paper, and whether nothing shows that its check can fail."""
    parts = [f"given: {outcome.given}"] if outcome.given else []
    parts += [f"{outcome.untested}, so nothing shows that the check can fail"] if outcome.untested else []
    return ", ".join((str(outcome.verdict), *parts)) if parts else ""


def _row(outcome: Outcome, note: str) -> tuple[tuple[str, ...], str]:
    """Return the cells of an outcome, and the style of its verdict."""
    kinds = Counter(e.kind for e in outcome.evidence)
    evidence = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
    claim, verdict = outcome.claim, _verdict(outcome)
    seconds = _EARLIER if outcome.remembered else f"{outcome.seconds:.1f}"
    style = STYLES.get(verdict, "yellow") if outcome.as_expected else "bold red"
    return (claim.name, verdict + note, str(claim.expect), evidence, seconds, claim.source), style


def _as_json(outcome: Outcome) -> dict[str, Any]:
    evidence = [
        {"kind": e.kind, "verdict": str(e.verdict), "part": e.part, "detail": e.detail, "essential": e.essential}
        | ({"witness": dict(e.witness)} if e.witness is not None else {})
        for e in outcome.evidence
    ]
    return {
        "name": outcome.claim.name,
        "verdict": str(outcome.verdict),
        "given": list(outcome.claim.on_paper) if outcome.given else [],
        "expected": str(outcome.claim.expect),
        "as_expected": outcome.as_expected,
        "scope": outcome.claim.scope,
        "source": outcome.claim.source,
        "evidence": evidence,
        "neighbours": {name: str(v) for name, v in outcome.neighbours.items()},
        "broken": outcome.broken,
        "seconds": round(outcome.seconds, 3),
        "remembered": outcome.remembered,
    }
