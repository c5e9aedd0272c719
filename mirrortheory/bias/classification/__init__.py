"""Margins of separable data: the largest in a norm, the flows that seek it, and the horizon of a potential."""

from mirrortheory.bias.classification.margin import Certificate, MaxMargin, margin_exponent, max_margin

__all__ = ["Certificate", "MaxMargin", "margin_exponent", "max_margin"]
