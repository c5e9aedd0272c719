"""A quantity along a flow against its law, as an SVG element for a page."""

from __future__ import annotations

import html
import io
import math
import re
from collections.abc import Sequence

from mirrortheory.evidence import Curve

_STYLE = {"svg.fonttype": "none", "svg.hashsalt": "mirrortheory", "axes.grid": True, "grid.alpha": 0.3}


def curve_svg(curve: Curve, number: int, description: str) -> str:
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
    with matplotlib.style.context(["default", _STYLE], after_reset=True):
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
    svg = re.sub(r'\bd="[^"]*"', lambda path: re.sub(r"(\.\d\d)\d+", r"\1", path[0]), svg)  # a hundredth of a point is enough
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
