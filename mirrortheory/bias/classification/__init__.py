"""Margins of separable data: the largest in a norm, the flows that seek it, and the horizon of a potential."""

from mirrortheory.bias.classification.data import gordan, rows_of
from mirrortheory.bias.classification.directions import Directions, directions, expected_exponent
from mirrortheory.bias.classification.horizon import Horizon, horizon
from mirrortheory.bias.classification.margin import Certificate, MaxMargin, margin_exponent, max_margin

__all__ = [
    "Certificate",
    "Directions",
    "Horizon",
    "MaxMargin",
    "directions",
    "expected_exponent",
    "gordan",
    "horizon",
    "margin_exponent",
    "max_margin",
    "rows_of",
]
