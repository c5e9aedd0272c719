"""The style of every figure, and the one way to make one: no figure is known to pyplot, so none is shown twice or kept alive.

The colours are those of Okabe and Ito (2008); each goes with dashes and a marker of its own, so that lines differ in grey too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from mirrortheory.errors import InvalidArgument

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = ("#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (8, 2)), (0, (3, 1, 1, 1)))
_MARKERS = ("o", "s", "^", "v", "D", "P", "X")
_OWN = len(COLOURS) - 1
_MARKED = 8  # markers along a curve
_STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "mirrortheory",
    "pdf.fonttype": 42,
    "axes.grid": True,
    "grid.alpha": 0.3,
    "font.size": 9,
    "legend.fontsize": "small",
    "axes.titlesize": "medium",
}


@contextmanager
def styled() -> Iterator[None]:
    """Draw in the style of this package, whatever a user has set for their own plots; what they have set is back afterwards."""
    import matplotlib.style
    from matplotlib.rcsetup import cycler

    with matplotlib.style.context(["default", _STYLE], after_reset=True):
        matplotlib.rcParams["axes.prop_cycle"] = cycler(color=COLOURS[1:])
        yield


def new_figure(width: float, height: float) -> Figure:
    """Return an empty figure of this ``width`` and ``height``, inches."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def panels(
    count: int, *, width: float = 4.4, height: float = 3.8, ratios: tuple[float, ...] | None = None
) -> tuple[Figure, list[Any]]:
    """Return a figure with ``count`` panels side by side, of one width or of widths in these ratios; inches, as ``height``."""
    drawn = new_figure(width * count + 0.4, height)
    return drawn, list(drawn.subplots(1, count, squeeze=False, width_ratios=ratios)[0])


def line(i: int, *, points: int = 0) -> dict[str, Any]:
    """Return colour, dashes and marker of line i; with ``points``, a marker at each so many points of the curve."""
    k = i % len(COLOURS)
    style: dict[str, Any] = {"color": COLOURS[k], "linestyle": DASHES[k], "lw": 1.6}
    return style | ({"marker": _MARKERS[k], "ms": 5, "markevery": (points * (i % 3) // 3, points)} if points else {})


def marks(i: int, size: int) -> dict[str, Any]:
    """Return colour and marker of line i, with some markers along a curve of ``size`` points: the dashes are free to say more."""
    every = max(size // _MARKED, 1)
    return {"color": own_colour(i), "marker": _MARKERS[i % _OWN], "ms": 4, "markevery": (every * (i % 4) // 4, every)}


def own_colour(i: int) -> str:
    """Return the colour of coordinate i; black is for what belongs to none."""
    return COLOURS[1 + i % _OWN]


def shade(i: int, count: int) -> Any:
    """Return the colour of line i of ``count``, along a map that is even in lightness."""
    import matplotlib

    return matplotlib.colormaps["viridis"](i / max(count - 1, 1))


def must_be_axes(ax: object) -> None:
    """Raise an InvalidArgument where ``ax`` is no Matplotlib axes of a plane.

    >>> must_be_axes(new_figure(3.0, 2.0).subplots())
    """
    if getattr(ax, "name", None) != "rectilinear":
        raise InvalidArgument("ax", "Matplotlib axes of a plane", type(ax).__name__, "write for example figure.subplots()")


def explained(axes: Axes, entries: Mapping[str, Mapping[str, Any]], **where: Any) -> None:
    """Add a legend to ``axes``; ``entries`` are styles by their text, black where they name no colour."""
    from matplotlib.lines import Line2D

    axes.legend(handles=[Line2D([], [], label=label, **{"color": "black", **style}) for label, style in entries.items()], **where)
