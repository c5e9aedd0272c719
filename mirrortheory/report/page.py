"""Pages of HTML that show what was claimed, what was found, and on what evidence: one page of all claims, or a site.

A page loads nothing: formulas are MathML, plots are inline SVG, and equal input gives an equal page. It links to other claims, to
arXiv, and to the files that it is told of.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from mirrortheory.check.claims import TOPICS, Outcome
from mirrortheory.evidence import HOLDS, Evidence, Verdict
from mirrortheory.report import decided
from mirrortheory.report.curve import curve_svg
from mirrortheory.report.mathml import mathml
from mirrortheory.report.prose import as_html

_MATH = re.compile(r"^\.\. math::(.*(?:\n(?:[ \t]*\n)*[ \t]+\S.*)*)", re.MULTILINE)
_CORRECTED, _OTHER = "corrected", "other"
_TITLES = {**TOPICS, _OTHER: "Other claims", _CORRECTED: "Corrected statements"}
_LONGEST = 1500  # characters of LaTeX; what is longer is in the certificate alone
_LONGEST_AMONG_ALL = 600  # the same on the page of all claims


@dataclass(frozen=True)
class Section:
    """A claim on a page: its outcome, its fragment identifier, and where its page is (for a site) and its files are."""

    outcome: Outcome
    anchor: str
    address: str
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def topic(self) -> str:
        """Under which heading it stands: what is false as stated has its own."""
        return _CORRECTED if self.outcome.claim.expect is Verdict.REFUTED else self.outcome.claim.topic or _OTHER

    @property
    def topics(self) -> list[str]:
        """By which topics it is found."""
        return list(dict.fromkeys((self.outcome.claim.topic or _OTHER, self.topic)))

    @property
    def blocks(self) -> list[tuple[str, str]]:
        """The explanation as paragraphs and formulas; the first is a title in words."""
        return list(_blocks(self.outcome.explanation))

    @property
    def title(self) -> str:
        """What is claimed in a sentence; its name where there is none."""
        first = next(iter(self.blocks), ("", ""))
        return first[1] if first[0] == "text" else self.outcome.claim.name


@dataclass(frozen=True)
class Seen:
    """Evidence that differs in its part and in numbers only: the first piece, its statement, on what domain, and all parts."""

    evidence: Evidence
    parts: list[str]
    statement: list[decided.Phrase]
    domain: list[decided.Phrase]


def render(
    outcomes: Sequence[Outcome], *, versions: Mapping[str, str], date: str, files: Mapping[str, Mapping[str, str]] | None = None
) -> str:
    """Return the report as one HTML page.

    Args:
        outcomes: what examining each claim gave, in the order of the page.
        versions: name and version of the software that was used.
        date: when it was used, in words.
        files: for the name of a claim, links to its files by what they are.

    Returns:
        The page, which loads nothing from outside itself.
    """
    anchors = _anchors(outcomes)
    sections = [
        Section(outcome, anchor, f"#{anchor}", (files or {}).get(outcome.claim.name, {}))
        for outcome, anchor in zip(outcomes, anchors, strict=True)
    ]
    links = {section.outcome.claim.name: section.address for section in sections}
    return _filled("report.html", sections, links, versions, date, site=False)


def site(
    outcomes: Sequence[Outcome], *, versions: Mapping[str, str], date: str, files: Mapping[str, Mapping[str, str]] | None = None
) -> Iterator[tuple[str, str]]:
    """Yield the pages of a static site, path and HTML: ``index.html``, and ``claims/NAME.html`` for each claim.

    Args:
        outcomes: what examining each claim gave, of distinct names.
        versions: name and version of the software that was used.
        date: when it was used, in words.
        files: for the name of a claim, links to its files by what they are, from its page.
    """
    anchors = _anchors(outcomes)
    sections = [
        Section(outcome, anchor, f"claims/{quote(_file(outcome))}", (files or {}).get(outcome.claim.name, {}))
        for outcome, anchor in zip(outcomes, anchors, strict=True)
    ]
    yield (
        "index.html",
        _filled("report.html", sections, {s.outcome.claim.name: s.address for s in sections}, versions, date, site=True),
    )
    links = {s.outcome.claim.name: quote(_file(s.outcome)) for s in sections}
    for section in sections:
        yield f"claims/{_file(section.outcome)}", _filled("claim.html", [section], links, versions, date, site=True)


def _file(outcome: Outcome) -> str:
    return f"{outcome.claim.name}.html"


def _filled(
    template: str, sections: Sequence[Section], links: Mapping[str, str], versions: Mapping[str, str], date: str, *, site: bool
) -> str:
    environment = _environment()
    script = environment.get_template("filter.js").render().strip()
    by_topic = {topic: [s for s in sections if s.topic == topic] for topic in _TITLES}
    return environment.get_template(template).render(
        sections=sections,
        links=links,
        topics={topic: (title, by_topic[topic]) for topic, title in _TITLES.items() if by_topic[topic]},
        verdicts=Counter(section.outcome.verdict for section in sections),
        all_verdicts=list(Verdict),
        titles=_TITLES,
        holds=HOLDS,
        longest=_LONGEST if template == "claim.html" else _LONGEST_AMONG_ALL,
        versions=sorted(versions.items()),
        date=date,
        site=site,
        script=Markup(script),
        digest=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )


@lru_cache(maxsize=1)
def _environment() -> Environment:
    found = Environment(loader=PackageLoader("mirrortheory.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    found.filters |= {
        "prose": _prose,
        "display": _display,
        "inline": partial(_display, inline=True),
        "seen": _seen,
        "plot": lambda *given: Markup(curve_svg(*given)),
    }
    return found


@pass_context
def _prose(context: Context, text: str) -> Markup:
    return Markup(as_html(text, context["links"]))  # it escapes


def _anchors(outcomes: Sequence[Outcome]) -> list[str]:
    """Return one fragment identifier per outcome; it stays the same from page to page while names are distinct."""
    seen: Counter[str] = Counter()
    anchors = []
    for outcome in outcomes:
        anchor = "claim-" + re.sub(r"\W", "-", outcome.claim.name, flags=re.ASCII)
        seen[anchor] += 1
        anchors.append(anchor if seen[anchor] == 1 else f"{anchor}.{seen[anchor]}")
    return anchors


def _seen(outcome: Outcome, whole: bool) -> list[Seen]:
    """Return the evidence of a claim; what does not hold comes first.

    Unless the ``whole`` is asked for, pieces that differ in their part and in numbers only are one; but a witness stands alone.
    """
    found: dict[Any, Seen] = {}
    for number, e in enumerate(outcome.evidence):
        part = e.part or "the whole claim"
        alone = whole or e.witness is not None or e.curve is not None
        key = number if alone else (e.kind, e.verdict, re.sub(r"\d+", "0", e.detail), e.essential)
        if key not in found:
            stated = (
                [f(outcome.certificate, number) for f in (decided.statement, decided.domain)] if outcome.certificate else [[], []]
            )
            found[key] = Seen(e, [], *stated)
        found[key].parts.append(part)
    return sorted(found.values(), key=lambda seen: seen.evidence.verdict in HOLDS)


def _blocks(explanation: str) -> Iterator[tuple[str, str]]:
    """Yield the paragraphs (``text``) and the displayed formulas (``math``) of a docstring in order."""
    for i, piece in enumerate(_MATH.split(explanation)):
        for block in re.split(r"\n\s*\n|\n(?=Source:)", piece):
            if block.strip():
                yield ("math" if i % 2 else "text"), " ".join(block.split())


def _display(latex: str, longest: int = _LONGEST, *, inline: bool = False) -> Markup:
    """Return a formula as MathML in a box that scrolls, or in a line; as LaTeX where it cannot be converted faithfully."""
    if len(latex) > longest:
        return Markup('<span class="note">(a formula of {} characters, in the certificate)</span>').format(len(latex))
    shown = mathml(latex, display="inline" if inline else "block")
    if inline:
        return Markup(shown) if shown else Markup("<code>{}</code>").format(latex)
    if shown:
        return Markup(f'<div class="formula">{shown}</div>')
    return Markup('<pre class="formula"><code>{}</code></pre>').format(latex)
