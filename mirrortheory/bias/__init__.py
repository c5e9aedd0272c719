"""Implicit bias: which of its minimisers a flow ends at."""

from mirrortheory.bias.projection import Projection, bregman_projection

__all__ = ["Projection", "bregman_projection"]
