"""Exact arithmetic: rationals, identities in FLINT's polynomial rings, and ball arithmetic in Arb.

This is the only package that imports python-flint.
"""

import mirrortheory.exact.pickling  # noqa: F401 - teaches pickle
from mirrortheory.exact.arb import Ball, ball, bits_for, current_bits, precision
from mirrortheory.exact.balls import BallFunction, compile_condition, evaluate, is_accurate
from mirrortheory.exact.boxes import Cover, cover_positive, widest_enclosure
from mirrortheory.exact.carlson import carlson_rf
from mirrortheory.exact.complex_balls import Analytic
from mirrortheory.exact.constants import Constant, accurate, constants_in, is_short, is_steep, placed, put_in
from mirrortheory.exact.decimals import decimal
from mirrortheory.exact.gram import GramNorm
from mirrortheory.exact.implicit import inverse_function, powers_integral
from mirrortheory.exact.interval import between, interval, points
from mirrortheory.exact.inversion import inverse, solved
from mirrortheory.exact.krawczyk import Inner, System
from mirrortheory.exact.monotone import monotone_root
from mirrortheory.exact.newton import enclosed_zero
from mirrortheory.exact.numbers import (
    Exact,
    Number,
    Undecided,
    as_ball,
    exact,
    is_exact,
    modulus,
    rank,
    rank_of_doubles,
    row_reduced,
    sign,
    solve,
)
from mirrortheory.exact.order import compare, ordered, sign_of
from mirrortheory.exact.parse import expression, written
from mirrortheory.exact.positive_roots import positive_root
from mirrortheory.exact.power_integrals import power_integral
from mirrortheory.exact.power_primitive import power_rises
from mirrortheory.exact.ranges import Ranges, lowest, simplified
from mirrortheory.exact.rationals import as_expression, integer, listed, rational
from mirrortheory.exact.ring import Reduction, factor_in_ring, reduce_to_ring
from mirrortheory.exact.roots import Function, Root, first_root, polynomial, simple_root
from mirrortheory.exact.singular_values import schatten_norm, singular_values
from mirrortheory.exact.terms import partial_parts, real_where, replaced, with_facts

__all__ = [
    "Analytic",
    "Ball",
    "BallFunction",
    "Constant",
    "Cover",
    "Exact",
    "Function",
    "GramNorm",
    "Inner",
    "Number",
    "Ranges",
    "Reduction",
    "Root",
    "System",
    "Undecided",
    "accurate",
    "as_ball",
    "as_expression",
    "ball",
    "between",
    "bits_for",
    "carlson_rf",
    "compare",
    "compile_condition",
    "constants_in",
    "cover_positive",
    "current_bits",
    "decimal",
    "enclosed_zero",
    "evaluate",
    "exact",
    "expression",
    "factor_in_ring",
    "first_root",
    "integer",
    "interval",
    "inverse",
    "inverse_function",
    "is_accurate",
    "is_exact",
    "is_short",
    "is_steep",
    "listed",
    "lowest",
    "modulus",
    "monotone_root",
    "ordered",
    "partial_parts",
    "placed",
    "points",
    "polynomial",
    "positive_root",
    "power_integral",
    "power_rises",
    "powers_integral",
    "precision",
    "put_in",
    "rank",
    "rank_of_doubles",
    "rational",
    "real_where",
    "reduce_to_ring",
    "replaced",
    "row_reduced",
    "schatten_norm",
    "sign",
    "sign_of",
    "simple_root",
    "simplified",
    "singular_values",
    "solve",
    "solved",
    "widest_enclosure",
    "with_facts",
    "written",
]
