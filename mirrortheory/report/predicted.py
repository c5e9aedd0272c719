"""A figure of a predicted end: each coordinate at the start, at the end, and where a flow that was followed stopped."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mirrortheory.flows.problems import Array
from mirrortheory.report.plots import save

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def plot_ends(ends: dict[str, Array], title: str, path: Path) -> None:
    """Write a figure of x at several places, by name, each of shape (d,), to an SVG, PNG or PDF file, never half of one.

    Raises:
        InvalidArgument: for another suffix, or a file that cannot be written.
    """

    def draw() -> Figure:
        from matplotlib.figure import Figure
        from matplotlib.ticker import MaxNLocator

        drawn = Figure(figsize=(8.0, 3.6), layout="constrained")
        axes = drawn.subplots()
        markers = ("o", "x", "+", "s")
        for marker, (name, x) in zip(markers, ends.items(), strict=False):
            axes.plot(np.arange(len(x)), x, marker, label=name, markerfacecolor="none")
        axes.axhline(0.0, linewidth=0.8, color="grey")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set(xlabel="coordinate", ylabel="$x$", title=title)
        axes.legend()
        return drawn

    save(draw, path)
