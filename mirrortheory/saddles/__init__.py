"""Saddles of reparameterized losses: what it costs gradient descent to leave one at the pace of sign descent."""

from mirrortheory.saddles.price import escape_rate_ratio, fewest_stable_steps

__all__ = ["escape_rate_ratio", "fewest_stable_steps"]
