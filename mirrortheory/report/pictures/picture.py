"""What a picture is: a figure, and the numbers in it; and how lines are told apart without colour.

The colours are those of Okabe and Ito (2008); each goes with dashes and a marker of its own.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mirrortheory.check.results import write_atomically
from mirrortheory.errors import InvalidArgument
from mirrortheory.report.plots import checked_suffix, save

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_COLOURS = ("#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")
_DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (8, 2)), (0, (3, 1, 1, 1)))
_MARKERS = ("o", "s", "^", "v", "D", "P", "X")


@dataclass(frozen=True)
class Picture:
    """A figure with its numbers.

    Attributes:
        figure: what is drawn.
        columns: names of the columns, in the notation of the theory, in ASCII.
        rows: numbers and words, one entry for each column.
    """

    figure: Figure
    columns: tuple[str, ...]
    rows: Sequence[tuple[object, ...]]

    @property
    def table(self) -> str:
        """The numbers as comma-separated values, each as short as it can be without loss."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows(self.rows)
        return text.getvalue()


def write(draw: Callable[[], Picture], path: Path) -> Path:
    """Write a picture to an SVG or PNG file, and its numbers beside it; return the file of these.

    Args:
        draw: makes the picture.
        path: an .svg or .png file.

    Raises:
        InvalidArgument: for another suffix, a folder that is not there, a file that cannot be written, or one beside it that holds
            something else; nothing is written then.
    """
    checked_suffix(path, "out")
    if not path.resolve().parent.is_dir():
        raise InvalidArgument("out", "in an existing folder", path, "make the folder first")
    drawn: list[Picture] = []
    beside = path.with_suffix(".csv")

    def figure() -> Figure:
        drawn.append(draw())
        if beside.exists() and not beside.read_bytes().startswith(drawn[0].table.partition("\n")[0].encode()):
            raise InvalidArgument("out", "beside no other .csv file of that name", path, f"name another, or move {beside.name}")
        return drawn[0].figure

    save(figure, path)
    write_atomically(beside, drawn[0].table)
    return beside


def line(i: int, *, points: int = 0) -> dict[str, Any]:
    """Return colour, dashes and marker of line i; with ``points``, a marker at each so many points of the curve."""
    k = i % len(_COLOURS)
    style: dict[str, Any] = {"color": _COLOURS[k], "linestyle": _DASHES[k], "lw": 1.6}
    return style | ({"marker": _MARKERS[k], "ms": 5, "markevery": (points * (i % 3) // 3, points)} if points else {})


def panels(
    count: int, *, width: float = 4.4, height: float = 3.8, ratios: tuple[float, ...] | None = None
) -> tuple[Figure, list[Any]]:
    """Return a figure with so many panels side by side, of one width or of widths in these ratios; inches."""
    from matplotlib.figure import Figure

    drawn = Figure(figsize=(width * count + 0.4, height), layout="constrained")
    return drawn, list(drawn.subplots(1, count, squeeze=False, width_ratios=ratios)[0])
