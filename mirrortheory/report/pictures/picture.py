"""What a picture is: a figure, and the numbers in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mirrortheory.check.results import write_atomically
from mirrortheory.errors import InvalidArgument
from mirrortheory.report.plots import checked_suffix, save

if TYPE_CHECKING:
    from mirrortheory.drawing import Figure


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
    """Write a picture to an SVG, PNG or PDF file, and its numbers beside it; return the file of these.

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
