"""Pictures of the theory, one a file: what is drawn is computed by the package, and is written beside as numbers."""

from collections.abc import Callable

from mirrortheory.report.pictures import balance, escape, feature, order, origin, phase, ratio, stationary
from mirrortheory.report.pictures.picture import Picture, write

PICTURES: dict[str, Callable[[], Picture]] = {
    "phase": phase.draw,
    "escape": escape.draw,
    "ratio": ratio.draw,
    "balance": balance.draw,
    "origin": origin.draw,
    "stationary": stationary.draw,
    "feature": feature.draw,
    "order": order.draw,
}

__all__ = ["PICTURES", "Picture", "write"]
