"""Statements that fail on a set with inner points earn nothing: moduli that vanish there, kinks, wells between the samples."""

import pytest
import sympy
from thinning import thinned

from mirrortheory.domain import POSITIVE, REALS, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.evidence.identity import _equality_in_ring
from mirrortheory.evidence.sampling import difference_of
from mirrortheory.exact.thin import vanishes_on_a_thin_set

R, Interval, Abs, Max = sympy.Rational, sympy.Interval, sympy.Abs, sympy.Max
X, Y = sympy.symbols("x y", real=True)
U = sympy.Symbol("u", positive=True)
FLAT = Abs(X**2 - 2) + Abs(X**2 - R(7, 2)) - R(3, 2)  # 0 where 2 <= x^2 <= 7/2
ON = Domain({X: Interval(0, 3)})


@pytest.mark.parametrize("low", [R(7, 2), R(5, 2), 3])
def test_signs_of_what_vanishes_on_an_interval_are_not_1(low):
    flat = Abs(X**2 - 2) + Abs(X**2 - low) - (low - 2)
    assert Identity(sympy.sign(flat) ** 2, 1, on=ON).examine(seed=0).verdict.name not in ("PROVED", "DERIVED")
    assert Identity((flat * X) / flat, X, on=ON).examine(seed=0).verdict.name not in ("DERIVED",)


@pytest.mark.parametrize(
    ("expr", "thin"),
    [
        (X, True),
        (Abs(X) - X, False),
        (Abs(X - 1) - 1, True),
        (FLAT, False),
        (Max(X, 0), False),
        (sympy.Piecewise((0, X < 0), (X, True)), False),
        (sympy.sqrt(X**2 + 2 * X + 1) - X - 1, False),
        (sympy.sqrt(U) + X, True),
        (U**X - 1, True),
        (X * Abs(Y) - Y * Abs(X), False),
        (Abs(Abs(X) - 1) - 2, True),
        (Abs(Abs(X) - 1) - Abs(X) + 1, False),
        (sympy.atan(1 / X) + sympy.atan(X) - sympy.pi / 2, False),
        (sympy.log(U) - X, True),
        (sympy.sqrt(Abs(X)) - 1, True),
        (sympy.sqrt(Abs(sympy.asinh(sympy.sinh(2 - (X - 3) ** 2))) + 2) - (X - 3), False),  # the root comes back on another branch
        (X / Abs(X) - 1, False),
        (sympy.Integer(0), False),
    ],
    ids=str,
)
def test_zeros_of_analytic_functions_are_thin(expr, thin):
    assert vanishes_on_a_thin_set(expr) == thin


POWER, NEGATIVE = R(-5, 2) ** (1 / U), -1 - X**2


@pytest.mark.parametrize(
    ("lhs", "rhs", "shown"),
    [
        (POWER * (X - 3) + POWER * (R(1, 2) - X), R(-5, 2) ** (1 + 1 / U), False),
        (NEGATIVE**U * NEGATIVE, NEGATIVE ** (U + 1), False),
        (sympy.log(NEGATIVE) * X + sympy.log(NEGATIVE), (X + 1) * sympy.log(NEGATIVE), False),
        ((1 - X) ** U * (1 - X), (1 - X) ** (U + 1), True),
    ],
    ids=str,
)
def test_the_ring_shows_nothing_of_what_is_defined_nowhere(lhs, rhs, shown):
    assert bool(_equality_in_ring(difference_of(lhs, rhs), Domain({X: REALS, U: POSITIVE}))) is shown


@pytest.mark.parametrize(
    ("lhs", "rhs", "on"),
    [
        (1 + R(1, 10**100) * Max(0, X - 2), 1, ON),
        (1 + R(1, 10**100) * Max(0, X - R(1, 2)), 1, Domain({X: POSITIVE})),
        (1 + R(1, 10**300) * Abs(Abs(X - 1) - X + 1), 1, Domain({X: REALS})),
    ],
    ids=str,
)
def test_all_ties_are_looked_at_closely(lhs, rhs, on):
    assert Identity(lhs, rhs, on=on).examine(seed=0).verdict.name == "REFUTED"


@thinned(
    ("rhs", "on"),
    [
        ((X**2 - 2) ** 2 + (Y**2 - 3) ** 2 - R(1, 100), Domain({X: REALS, Y: REALS})),
        (sympy.exp(X) - sympy.E * X - R(1, 10**6), Domain({X: REALS})),
        (U**2 + 1 / U - R(189, 100), Domain({U: POSITIVE})),
        ((X**2 - 2) ** 2 - R(1, 1000), ON),
    ],
    every=4,
    ids=str,
)
def test_wells_between_the_samples_are_found(rhs, on):
    assert Inequality(0, rhs, on=on, strict=True).examine(seed=0).verdict.name == "REFUTED"


@pytest.mark.parametrize("rhs", [(X**2 - 2) ** 2 + R(1, 1000), sympy.exp(X) - X - R(999, 1000)], ids=str)
def test_what_holds_at_the_bottom_of_a_well_is_not_refuted(rhs):
    assert Inequality(0, rhs, on=Domain({X: REALS})).examine(seed=0).verdict.name in ("SUPPORTED", "PROVED")
