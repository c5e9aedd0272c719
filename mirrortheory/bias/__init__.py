"""Implicit bias: which of its minimisers a flow ends at."""

from mirrortheory.bias.decay_limits import DecayLimit, decay_limit
from mirrortheory.bias.decay_penalty import Penalty
from mirrortheory.bias.projection import Projection, bregman_projection

__all__ = ["DecayLimit", "Penalty", "Projection", "bregman_projection", "decay_limit"]
