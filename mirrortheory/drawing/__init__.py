"""How figures look: colours that the colour-blind tell apart, dashes and markers, and labels in the notation of the theory."""

from typing import TYPE_CHECKING

from mirrortheory.drawing.labels import letter, listed_names, tex
from mirrortheory.drawing.style import (
    COLOURS,
    DASHES,
    explained,
    line,
    marks,
    must_be_axes,
    new_figure,
    own_colour,
    panels,
    shade,
    styled,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes as Axes
    from matplotlib.figure import Figure as Figure

__all__ = [
    "COLOURS",
    "DASHES",
    "explained",
    "letter",
    "line",
    "listed_names",
    "marks",
    "must_be_axes",
    "new_figure",
    "own_colour",
    "panels",
    "shade",
    "styled",
    "tex",
]
