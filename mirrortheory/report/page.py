"""One self-contained page of HTML that shows what was claimed, what was found, and on what evidence.

The page loads nothing: formulas are MathML, plots are inline SVG, and equal input gives an equal page.
"""

from __future__ import annotations

import html
import io
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from xml.etree import ElementTree

from jinja2 import Environment, PackageLoader, StrictUndefined

from mirrortheory.check.claims import Outcome
from mirrortheory.evidence import HOLDS, Curve, Evidence, Verdict

_MATH = re.compile(r"^\.\. math::(.*(?:\n(?:[ \t]*\n)*[ \t]+\S.*)*)", re.MULTILINE)
_ARITY = {"mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "munder": 2, "mover": 2, "msubsup": 3, "munderover": 3}
_REACHING_OUT = {"href", "style", "class", "id"}
_PLOT_STYLE = {"svg.fonttype": "none", "svg.hashsalt": "mirrortheory", "axes.grid": True, "grid.alpha": 0.3}


def render(outcomes: Sequence[Outcome], *, versions: Mapping[str, str]) -> str:
    """Return the report as one HTML page.

    Args:
        outcomes: what examining each claim gave, in the order of the page.
        versions: name and version of the software that was used.

    Returns:
        The page, which refers to nothing outside itself.
    """
    anchors = _anchors(outcomes)
    names = {outcome.claim.name: anchor for outcome, anchor in zip(outcomes, anchors, strict=True)}
    loader = PackageLoader("mirrortheory.report")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    environment.filters |= {"blocks": _blocks, "formula": _formula, "groups": _groups, "plot": _plot}
    return environment.get_template("report.html").render(
        sections=list(zip(anchors, outcomes, strict=True)),
        verdicts={verdict: [outcome.verdict for outcome in outcomes].count(verdict) for verdict in Verdict},
        holds=HOLDS,
        words=lambda text: [(word, names.get(word)) for word in re.split(r"(\w*_\w*)", text)],
        versions=sorted(versions.items()),
    )


def _anchors(outcomes: Sequence[Outcome]) -> list[str]:
    """Return one fragment identifier per outcome; it stays the same from page to page while names are distinct."""
    seen: Counter[str] = Counter()
    anchors = []
    for outcome in outcomes:
        anchor = "claim-" + re.sub(r"\W", "-", outcome.claim.name, flags=re.ASCII)
        seen[anchor] += 1
        anchors.append(anchor if seen[anchor] == 1 else f"{anchor}.{seen[anchor]}")
    return anchors


def _groups(evidence: Sequence[Evidence]) -> list[tuple[Evidence, list[str]]]:
    """Return evidence that differs in its part only together, with these parts; what does not hold comes first."""
    found: dict[tuple[str, Verdict, str, bool], tuple[Evidence, list[str]]] = {}
    for e in evidence:
        _, parts = found.setdefault((e.kind, e.verdict, e.detail, e.essential), (e, []))
        parts.append(e.part or "the whole claim")
    return sorted(found.values(), key=lambda group: group[0].verdict in HOLDS)


def _blocks(explanation: str) -> Iterator[tuple[str, str]]:
    """Yield the paragraphs (``text``) and the displayed formulas (``math``) of a docstring in order."""
    for i, piece in enumerate(_MATH.split(explanation)):
        for block in re.split(r"\n\s*\n|\n(?=Source:)", piece):
            if block.strip():
                yield ("math" if i % 2 else "text"), " ".join(block.split())


def _formula(latex: str) -> str | None:
    """Return a formula as MathML, or None when it cannot be converted faithfully."""
    from latex2mathml.converter import convert_to_element  # slow to import

    try:
        tree: ElementTree.Element = convert_to_element(latex, display="block")
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
    return ElementTree.tostring(tree, encoding="unicode")


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


def _plot(curve: Curve, number: int, description: str) -> str:
    """Return a curve as an SVG element: the quantity and its law, and below them their distance on a log axis.

    Args:
        curve: what to plot.
        number: distinct for each plot of a page, so that no two plots share an identifier.
        description: what the plot shows, for those who cannot see it.
    """
    import matplotlib.style  # slow to import, and few claims have a curve
    from matplotlib.figure import Figure

    gaps = [abs(value - law) for value, law in zip(curve.values, curve.law, strict=True)]
    picture = io.StringIO()
    # The default style first: what a user has set for their own plots must not change the page.
    with matplotlib.style.context(["default", _PLOT_STYLE], after_reset=True):
        figure = Figure(figsize=(6.0, 4.8), layout="constrained")
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
        edges = [[law + sign * band for law, band in zip(curve.law, curve.band, strict=True)] for sign in (-1, 1)]
        above.fill_between(curve.times, *edges, alpha=0.3, color="C0", label="law ± error estimate")
        above.plot(curve.times, curve.law, color="C0", label="law")
        above.plot(curve.times, curve.values, "o", color="C1", markersize=4, fillstyle="none", label="along the flow")
        above.set_ylim(*_around([*curve.values, *curve.law]))
        above.set_ylabel("quantity")
        shown = [gap or math.nan for gap in gaps]  # a log axis has no place for 0
        below.plot(curve.times, shown, "o", color="C1", markersize=3, label="|quantity - law|")
        below.plot(curve.times, [band or math.nan for band in curve.band], "--", color="C0", label="error estimate")
        below.set_yscale("log")
        below.set_ylim(*_decades([*gaps, *curve.band]))
        below.yaxis.set_major_formatter("{x:.0e}")
        below.set(xlabel="t (dimensionless)", ylabel="distance")
        for axes in (above, below):
            axes.legend(fontsize="small")
        figure.savefig(picture, format="svg", metadata=dict.fromkeys(("Creator", "Date", "Format", "Type")))
    svg = picture.getvalue()
    svg = re.sub(r"<defs>\s*<style.*?</defs>", "", svg, count=1, flags=re.DOTALL)  # it would style the whole page
    svg = re.sub(r'(\bid="|\bhref="#|\burl\(#)', rf"\g<1>plot{number}-", svg)
    start = svg.index("<svg")  # what comes before belongs to a file of its own
    opening = f'<svg role="img" aria-label="{html.escape(description)}"'
    return opening + re.sub(r' (width|height)="[^"]*"', "", svg[start + 4 :], count=2)


def _around(values: Sequence[float]) -> tuple[float, float]:
    """Return limits for an axis; a constant gets room, lest its rounding errors fill the plot."""
    finite = [value for value in values if math.isfinite(value)] or [0.0]
    low, high = min(finite), max(finite)
    margin = max(0.08 * (high - low), 0.05 * max(abs(low), abs(high))) or 1.0
    return low - margin, high + margin


def _decades(values: Sequence[float]) -> tuple[float, float]:
    """Return limits for a log axis: whole decades around the values that it can show."""
    shown = [value for value in values if 1e-300 < value < 1e300] or [1e-16]
    return 0.5 * 10.0 ** math.floor(math.log10(min(shown))), 2.0 * 10.0 ** math.ceil(math.log10(max(shown)))
