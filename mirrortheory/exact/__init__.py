"""Exact arithmetic: rationals, identities in FLINT's polynomial rings, and ball arithmetic in Arb.

This is the only package that imports python-flint.
"""

from mirrortheory.exact.balls import (
    Ball,
    BallFunction,
    ball,
    bits_for,
    current_bits,
    decimal,
    evaluate,
    is_accurate,
    power_integral,
    precision,
)
from mirrortheory.exact.rationals import integer, rational
from mirrortheory.exact.ring import Reduction, reduce_to_ring

__all__ = [
    "Ball",
    "BallFunction",
    "Reduction",
    "ball",
    "bits_for",
    "current_bits",
    "decimal",
    "evaluate",
    "integer",
    "is_accurate",
    "power_integral",
    "precision",
    "rational",
    "reduce_to_ring",
]
