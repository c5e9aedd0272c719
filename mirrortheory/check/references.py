"""What a claim rests on: the papers that its source, its steps on paper and its explanation cite, as BibTeX.

The bibliography is ``references.bib`` beside this file. A paper is cited by its identifier (``arXiv:2603.02064``, ``doi:..``), by
authors and year (``Bauschke and Borwein (1997)``, ``Woodworth et al. (2020)``), or by the name it goes by (``DLMF``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from mirrortheory.check.claims import Theorem

_IDENTIFIER = re.compile(r"arXiv:(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?|doi:10\.\d{4,}/[^\s;,]*[^\s;,.]")
_YEAR = r"\((?:1[789]|20)\d\d\)"
_NAME = r"[A-Z][\w'-]+"
_AUTHORS = re.compile(rf"({_NAME}(?:(?:, | and ){_NAME})*(?: et al\.)?) {_YEAR}")
_OURS = "known_as"  # a field for us, that is not printed


@dataclass(frozen=True)
class Reference:
    """One entry of the bibliography.

    Attributes:
        kind: of BibTeX, such as ``article``.
        key: by which LaTeX cites it.
        fields: name and text of each, in the order of the file.
    """

    kind: str
    key: str
    fields: Mapping[str, str]

    @property
    def families(self) -> tuple[str, ...]:
        """The family names of the authors."""
        return tuple(author.split(",")[0].strip("{}") for author in self.fields["author"].split(" and "))

    @property
    def names(self) -> tuple[str, ...]:
        """The texts by which it is cited.

        >>> next(r for r in bibliography() if r.key == "amid2020reparameterizing").names
        ('arXiv:2002.10487', 'Amid and Warmuth (2020)')
        """
        fields, families = self.fields, self.families
        names = [f"arXiv:{fields['eprint']}"] if "eprint" in fields else []
        names += [f"doi:{fields['doi']}"] if "doi" in fields else []
        names += [fields[_OURS]] if _OURS in fields else []
        if "year" in fields:
            few = " and ".join(families) if len(families) < 3 else ", ".join(families)
            names += [f"{who} ({fields['year']})" for who in [few, *([f"{families[0]} et al."] if len(families) > 2 else [])]]
        return tuple(names)

    @property
    def bibtex(self) -> str:
        """The entry as it stands in a .bib file."""
        lines = [f"  {name} = {{{text}}}," for name, text in self.fields.items() if name != _OURS]
        return "\n".join((f"@{self.kind}{{{self.key},", *lines, "}"))


@cache
def bibliography() -> tuple[Reference, ...]:
    """Return the papers that the claims of the project rest on."""
    text = resources.files("mirrortheory.check").joinpath("references.bib").read_text(encoding="utf-8")
    entries = re.findall(r"^@(\w+)\{(\w+),\n(.*?)^\}$", text, flags=re.MULTILINE | re.DOTALL)
    return tuple(
        Reference(kind, key, dict(re.findall(r"^  (\w+) = \{(.*)\},$", body, re.MULTILINE))) for kind, key, body in entries
    )


def software(version: str) -> Reference:
    """Return the entry of a version of this software."""
    about = {"author": "{The mirrortheory developers}", "title": "mirrortheory: derive, check and simulate mirror flows"}
    return Reference("software", "mirrortheory", about | {"version": version, "year": "2026"})


def paper() -> Reference:
    """Return the entry of the paper whose theory this is."""
    return next(reference for reference in bibliography() if "arXiv:2603.02064" in reference.names)


def cited(text: str) -> tuple[list[Reference], list[str]]:
    """Return the papers that a text cites, as they follow one another, and what it cites beyond the bibliography.

    >>> found, unknown = cited("this project; Bauschke and Borwein (1997); cf. arXiv:2603.02064, and Nobody (1999)")
    >>> [reference.key for reference in found], unknown
    (['bauschke1997legendre', 'jacobs2026never'], ['Nobody (1999)'])
    """
    seen = [(places, reference) for reference in bibliography() if (places := _places(text, reference))]
    covered = [place for places, _ in seen for place in places]
    mentions = [*_IDENTIFIER.finditer(text), *_AUTHORS.finditer(text)]
    unknown = [m for m in mentions if not any(start < m.end() and m.start() < end for start, end in covered)]
    found = [reference for _, reference in sorted(seen, key=lambda entry: entry[0][0])]
    return found, [m.group() for m in sorted(unknown, key=lambda m: m.start())]


def between_entries(text: str) -> str:
    """Return a text as one line that BibTeX skips: an @ would begin an entry there, after a % too.

    >>> between_entries("mine,\\n@misc{me}")
    'mine, (at)misc{me}'
    """
    return " ".join(text.split()).replace("@", "(at)")


def references(theorem: Theorem) -> tuple[list[Reference], list[str]]:
    """Return the papers that a theorem rests on, and what it cites beyond the bibliography.

    Read are its source, its steps on paper, and its explanation from "Source:" on.
    """
    _, mark, explained = theorem.explanation.partition("Source:")
    return cited(" ".join("; ".join((theorem.claim.source, *theorem.claim.on_paper, explained if mark else "")).split()))


def _places(text: str, reference: Reference) -> list[tuple[int, int]]:
    """Return where a text cites a paper; authors and year before an identifier belong to it, also if the year is a preprint's."""
    places = []
    for name in reference.names:
        for mention in re.finditer(rf"(?<!\w){re.escape(name)}(?:v\d+)?(?!\d|\w)", text):
            start = mention.start()
            before = re.search(rf"{_AUTHORS.pattern}(?:, {_YEAR})?, $", text[:start])
            places.append((before.start() if before else start, mention.end()))
    return sorted(places)
