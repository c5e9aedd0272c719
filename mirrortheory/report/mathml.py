"""LaTeX as MathML, which browsers set without loading anything."""

from __future__ import annotations

import html
from functools import lru_cache
from xml.etree import ElementTree

_ARITY = {"mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "munder": 2, "mover": 2, "msubsup": 3, "munderover": 3}
_FENCES = ("(", ")", "[", "]", "{", "}", "|", "‖")
_READ_AS = (  # what the converter does not read, in words that it does
    (r"\begin{aligned}", r"\begin{align*}"),
    (r"\end{aligned}", r"\end{align*}"),
    (r"\arg\min", r"\operatorname{argmin}"),
    (r"arg\,min", "argmin"),
    (r"\operatorname*{", r"\operatorname{"),
    (r"\Bigl\{", r"\left\{"),
    (r"\Bigr\}", r"\right\}"),
    (r"\Bigl\|", r"\left\|"),
    (r"\Bigr\|", r"\right\|"),
)
_REACHING_OUT = {"href", "style", "class", "id"}


@lru_cache(maxsize=4096)
def mathml(latex: str, *, display: str = "block") -> str | None:
    """Return a formula as a ``math`` element, or None when it cannot be converted faithfully.

    >>> mathml("x^2", display="inline")
    '<math display="inline"><msup><mi>x</mi><mn>2</mn></msup></math>'
    """
    from latex2mathml.converter import convert_to_element  # slow to import

    for written, read in _READ_AS:
        latex = latex.replace(written, read)
    try:
        tree: ElementTree.Element = convert_to_element(latex, display=display)
    except Exception:  # noqa: BLE001 - the converter raises a dozen unrelated classes; a formula must not cost the page
        return None
    for node in tree.iter():
        # The converter leaves character references in the text. Resolved here, once, they survive the serializer, which
        # escapes whatever markup the formula holds.
        text = node.text = html.unescape(node.text or "")
        misread = text.startswith("\\") or (node.tag == "mi" and text in ("{", "}"))
        if misread or len(node) != _ARITY.get(node.tag, len(node)) or not _REACHING_OUT.isdisjoint(node.attrib):
            return None
    for row in list(tree.iter()):
        _space(row)
    _shorten(tree)
    return ElementTree.tostring(tree, encoding="unicode")


def _shorten(tree: ElementTree.Element) -> None:
    """Leave out what a browser knows in HTML: the namespace, rows of one, how fences stretch."""
    tree.attrib.pop("xmlns", None)
    for node in tree.iter():
        for place, child in enumerate(node):
            while child.tag == "mrow" and len(child) == 1:
                node[place] = child = child[0]
        node.attrib.pop("fence", None)  # of no effect
        if node.tag == "mo" and node.get("form") in ("prefix", "postfix") and node.text in _FENCES:
            for name in ("stretchy", "lspace", "rspace"):  # as they are for a fence in its place
                node.attrib.pop(name, None)
            if node.text not in ("|", "‖"):
                del node.attrib["form"]
    if len(tree) == 1 and tree[0].tag == "mrow":
        tree[:] = tree[0][:]


def _space(row: ElementTree.Element) -> None:
    """Space bars, named operators and signs as LaTeX does; a browser would set each of them as a relation."""
    for before, node, after in zip([None, *row], row, [*row[1:], None], strict=False):
        core = node[0] if node.tag in _ARITY and node.tag != "mfrac" else node
        opens = before is None or (before.tag == "mo" and before.text not in (")", "]", "|", "‖"))
        if core.tag == "mo" and core.text in ("|", "‖", "/"):
            core.attrib |= {"lspace": "0", "rspace": "0"}
        elif core.tag == "mo" and core.text in ("+", "\N{MINUS SIGN}") and opens:
            core.set("form", "prefix")
        elif core.tag in ("mi", "mo") and len(core.text or "") > 1 and (core.text or "").isalpha():
            if core.tag == "mo" and node.tag == "msub":
                node.tag, core.attrib["movablelimits"] = "munder", "true"
            closed = after is not None and after.text == "("
            core.tag = "mo"
            core.attrib |= {"lspace": "0" if opens else "0.167em", "rspace": "0" if closed else "0.167em"}
