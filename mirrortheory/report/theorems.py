r"""Claims as theorem environments of LaTeX, each with the verdict that was earned; the document compiles as it is.

A claim that is PROVED is a theorem, one that is DERIVED a derived statement, as its assumptions are not all stated, one that is
refuted a false statement, and any other a conjecture: no environment says more than its verdict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mirrortheory.check.claims import Outcome
from mirrortheory.evidence import Verdict

_KINDS = {Verdict.PROVED: "theorem", Verdict.DERIVED: "derivedstatement", Verdict.REFUTED: "falsestatement"}
_OTHER = "conjecture"
_NAMED = {"\\": r"\textbackslash{}", "^": r"\^{}", "~": r"\~{}", "<": r"\textless{}", ">": r"\textgreater{}"}
_ESCAPED = str.maketrans({c: rf"\{c}" for c in "#$%&_{}"} | _NAMED)
_HEAD = r"""\documentclass{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{amsmath, amssymb, amsthm}
\newtheorem{theorem}{Theorem}
\newtheorem{derivedstatement}[theorem]{Derived statement}
\newtheorem{falsestatement}[theorem]{False statement}
\newtheorem{conjecture}[theorem]{Conjecture}
\begin{document}"""


def as_theorems(outcomes: Sequence[Outcome], *, versions: Mapping[str, str]) -> str:
    """Return a document with an environment for each claim, in the order of ``outcomes``.

    Args:
        outcomes: what examining each claim gave.
        versions: name and version of the software that was used, written as a comment.
    """
    used = ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))
    return "\n".join((f"% Made by {used}.", _HEAD, *map(_environment, outcomes), r"\end{document}", ""))


def _environment(outcome: Outcome) -> str:
    claim = outcome.claim
    kind = _OTHER if outcome.broken else _KINDS.get(outcome.verdict, _OTHER)
    given = ", given what is on paper" if outcome.given else ""
    earned = "BROKEN" if outcome.broken else f"{outcome.verdict}{given}"
    facts = [f"Scope: {_text(claim.scope)}.", f"Source: {_text(claim.source)}."]
    facts += [f"On paper: {_text(text)}." for text in claim.on_paper]
    facts += [f"Fails at: {_text(_point(outcome))}."] if outcome.verdict is Verdict.REFUTED and _point(outcome) else []
    lines = (
        rf"\begin{{{kind}}}[{earned}]\label{{{claim.name}}}",
        f"{_text(claim.name.replace('_', ' ').capitalize())}.",
        *([rf"\[ {claim.statement} \]"] if claim.statement.strip() else []),
        " ".join(facts),
        rf"\end{{{kind}}}",
    )
    return "\n".join(lines)


def _point(outcome: Outcome) -> str:
    witness = next((e.witness for e in outcome.evidence if e.verdict is Verdict.REFUTED and e.witness), {})
    return "; ".join(f"{name} = {value}" for name, value in witness.items())


def _text(words: str) -> str:
    return words.rstrip(".").translate(_ESCAPED)
