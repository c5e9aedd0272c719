"""Saddles of reparameterized losses: how long it takes to leave one, and what that costs gradient descent. Which come next."""

from mirrortheory.saddles.jumps import JumpPath, Plateau, saddle_to_saddle
from mirrortheory.saddles.price import escape_rate_ratio, fewest_stable_steps
from mirrortheory.saddles.times import escape_time, fit_time

__all__ = ["JumpPath", "Plateau", "escape_rate_ratio", "escape_time", "fewest_stable_steps", "fit_time", "saddle_to_saddle"]
