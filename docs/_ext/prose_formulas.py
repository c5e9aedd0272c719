"""Formulas that pages write as one types them, ``d/dt R'(x) = -phi(f'(x))``, as mathematics: a page stays readable on a forge.

What is not surely a formula stays text: the rules are those of the report of a check (:mod:`mirrortheory.report.prose`).
"""

from __future__ import annotations

import html
import re

import staged
from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

from mirrortheory.report.prose import as_html

_AS_WRITTEN = (
    nodes.literal,
    nodes.literal_block,
    nodes.doctest_block,
    nodes.math,
    nodes.math_block,
    nodes.raw,
    nodes.title,
    nodes.comment,
    addnodes.desc_signature,
    addnodes.literal_strong,
    addnodes.literal_emphasis,
    addnodes.toctree,
)


# Signs that the rules know by words; what is no formula in the end gets its signs back.
_LETTERS = "αβγδεζηθκλμνξπρστφψωΓΔΛΣΦΩ"
_NAMES = (
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "kappa", "lambda", "mu", "nu", "xi", "pi", "rho"),
    *("sigma", "tau", "phi", "psi", "omega", "Gamma", "Delta", "Lambda", "Sigma", "Phi", "Omega"),
)
_WORDS = {"∞": "oo"} | dict(zip(_LETTERS, _NAMES, strict=True))
_SIGNS = {"≤": "<=", "≥": ">=", "≠": "!=", "±": "+-", "·": "*", "²": "^2", "³": "^3", "⁴": "^4"}
_MATH = re.compile(r"(<math.*?</math>)")


def shown(text: str) -> str:
    """Return text as HTML with its formulas as MathML."""
    spelled = re.sub(f"([A-Za-z0-9']?)([{''.join(_WORDS)}])(?=([A-Za-z0-9]?))", _apart, text)
    for sign, plain in _SIGNS.items():
        spelled = spelled.replace(sign, plain)
    if spelled == text:
        return as_html(text)
    back = {html.escape(plain): sign for sign, plain in (_WORDS | _SIGNS).items() if sign in text}
    parts = _MATH.split(as_html(spelled))
    return "".join(part if i % 2 else _restored(part, back) for i, part in enumerate(parts))


def _apart(found: re.Match[str]) -> str:
    """Write a letter as a word, apart from what stands beside it."""
    before, letter, after = found.groups()
    return f"{before}{' ' if before else ''}{_WORDS[letter]}{' ' if after else ''}"


def _restored(part: str, back: dict[str, str]) -> str:
    for plain, sign in back.items():
        part = re.sub(rf"(?<![A-Za-z]){re.escape(plain)}(?![A-Za-z])", sign, part) if plain.isalpha() else part.replace(plain, sign)
    return part


def _convert(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    if app.builder.format != "html" or staged.origin(docname).suffix == ".py":  # notebooks write formulas as LaTeX
        return
    for text in list(doctree.findall(nodes.Text)):
        if not _stays(text) and "<math" in (markup := shown(text.astext())) and not (_in_head(text) and _is_alone(markup)):
            text.parent.replace(text, nodes.raw("", markup, format="html"))


def _stays(text: nodes.Text) -> bool:
    above = text.parent
    while above is not None and not isinstance(above, _AS_WRITTEN):
        above = above.parent
    return above is not None


def _in_head(text: nodes.Text) -> bool:
    """Return whether a text stands in the head of a table: one without text is empty for what reads a page aloud."""
    above = text.parent
    while above is not None and not isinstance(above, nodes.thead):
        above = above.parent
    return above is not None


def _is_alone(markup: str) -> bool:
    return not any(part.strip() for part in _MATH.split(markup)[::2])


def setup(app: Sphinx) -> dict[str, bool]:
    """Convert the text of pages when references are resolved."""
    app.connect("doctree-resolved", _convert, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
