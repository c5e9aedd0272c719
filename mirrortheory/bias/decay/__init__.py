"""Limits of flows with weight decay: penalties, boxes, and basins."""

from mirrortheory.bias.decay.limits import DecayLimit, decay_limit
from mirrortheory.bias.decay.penalty import Penalty

__all__ = ["DecayLimit", "Penalty", "decay_limit"]
