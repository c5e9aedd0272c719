"""Implicit bias: which of its minimisers a flow ends at."""

from mirrortheory.bias.classification import MaxMargin, max_margin
from mirrortheory.bias.projection import Projection, bregman_projection

__all__ = ["MaxMargin", "Projection", "bregman_projection", "max_margin"]
