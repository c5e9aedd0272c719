"""Figures as files: SVG, PNG or PDF, written whole, and equal bytes each time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from mirrortheory.check.results import replacing
from mirrortheory.drawing import styled
from mirrortheory.errors import InvalidArgument
from mirrortheory.flows import Trajectory
from mirrortheory.flows.result.panels import figure

if TYPE_CHECKING:
    from mirrortheory.drawing import Figure

SUFFIXES = (".svg", ".png", ".pdf")
_DATED = {"svg": ("Creator", "Date", "Format", "Type"), "png": ("Software",), "pdf": ("Creator", "Producer", "CreationDate")}


def plot_trajectory(trajectory: Trajectory, path: Path) -> None:
    """Write a figure of a trajectory to an SVG, PNG or PDF file, never half of one.

    Args:
        trajectory: what :func:`mirrortheory.flows.simulate` returned; times are dimensionless.
        path: the file, whose suffix .svg, .png or .pdf says which of the three it becomes.

    Raises:
        InvalidArgument: for another suffix, or a file that cannot be written.
    """
    save(lambda: figure(trajectory), path)


def save(draw: Callable[[], Figure], path: Path) -> None:
    """Draw a figure in the style of this package, and write it to an SVG, PNG or PDF file, never half of one.

    Raises:
        InvalidArgument: for another suffix, or a file that cannot be written.
    """
    kind = checked_suffix(path)
    with styled():
        drawn = draw()
        with replacing(path) as beside:
            drawn.savefig(beside, format=kind, dpi=150, metadata=dict.fromkeys(_DATED[kind]))


def checked_suffix(path: Path, name: str = "plot") -> str:
    """Return svg, png or pdf, as the file is called.

    >>> checked_suffix(Path("flow.SVG"))
    'svg'
    """
    if path.suffix.lower() not in SUFFIXES:
        raise InvalidArgument(name, "a file .svg, .png or .pdf", path, "write for example flow.svg")
    return path.suffix.lower()[1:]
