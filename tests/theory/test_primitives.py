"""Primitives and their limits, against quadrature in mpmath; limits that SymPy gets wrong are not taken over."""

import mpmath
import pytest
import sympy
from reference import number, rational
from thinning import thinned

from mirrortheory.exact import evaluate
from mirrortheory.theory.end_limits import limit_at
from mirrortheory.theory.primitives import inner_point, primitive

R, OO, ZERO, ONE = sympy.Rational, sympy.oo, sympy.S.Zero, sympy.S.One
T = sympy.Dummy("t", positive=True)
D = sympy.Dummy("d", positive=True)
CONSTANTS = {D: R(5, 3)}
HALF_LINE, UNIT = (ZERO, OO), (ZERO, ONE)
INTEGRANDS = [
    (T ** R(-1, 3), HALF_LINE),
    ((T + 2) ** -1, HALF_LINE),
    ((1 + T**2) ** R(-3, 4), HALF_LINE),
    (1 / (1 + T**2), HALF_LINE),
    ((1 - T**2) ** -2, UNIT),
    ((1 - T**2) ** R(-3, 2), UNIT),
    ((1 - T) ** R(-4, 3) * (1 + T) ** R(-4, 3), UNIT),
    ((1 + 3 * T**2) ** R(-1, 2), HALF_LINE),
    ((4 * T**3 + 2 * T) ** R(-1, 3), HALF_LINE),
    ((4 * T**3 + 2 * T) ** R(-1, 2), HALF_LINE),
    (1 / (4 * T**3 + 2 * T), HALF_LINE),
    (T**-2 * sympy.exp(-T), (ONE, OO)),
    (T ** R(-3, 2) * sympy.exp(-T / 2), (ONE, OO)),
    (T ** R(-1, 3) * sympy.exp(-T), HALF_LINE),
    (T**2 * sympy.exp(-2 * T), HALF_LINE),
    (sympy.exp(-T) / (1 + T), HALF_LINE),
    (T ** R(-1, 3) * (T + D) ** R(-1, 3), HALF_LINE),
    (T ** R(-1, 2) * (T + D) ** R(-1, 2), HALF_LINE),
    (T ** R(-1, 3) * (D - T) ** R(1, 3), (ZERO, D)),
    (T ** R(-1, 2) * (T + D) ** R(-1, 2) * (T + 3) ** R(-1, 2), (ONE, OO)),
    (T ** R(-1, 3) * (T + D) ** R(-1, 3) * (T + 3) ** R(-1, 3), (ONE, OO)),
    (T ** R(-1, 2) * (T + D) ** R(-1, 2) * (T + 3) ** R(-2, 3), (ONE, OO)),
    (T ** R(-1, 3) * (T + 1) ** R(-1, 3) * (D - T) ** R(1, 3), (ZERO, D)),
    (T ** R(-1, 3) * (2 - T) ** R(-1, 3) * (D - T) ** R(-1, 3), (ZERO, D)),
    (D / (1 + T ** R(3, 2)) ** 2, HALF_LINE),
    ((D**2 + 4 * T ** R(3, 2)) ** R(-1, 2), HALF_LINE),
    ((1 + T) * (D**2 + 4 * T**2) ** R(-1, 2), HALF_LINE),
    (T ** R(1, 3) * sympy.log(T), (ONE, OO)),
    (sympy.log(T) / T, (ONE, OO)),
]
RADICALS = [
    (T**a * (3 + sign * D * T**2) ** R(e, 2), (R(1, 2), ONE)) for a in range(-3, 4) for e in (-5, -3, -1, 1, 3) for sign in (1, -1)
]


def quadrature(integrand, low, high):
    function = sympy.lambdify(T, integrand, "mpmath")
    return mpmath.quad(function, [low, low + 1, high] if mpmath.isinf(high) else [low, high])


def value(constant):
    return mpmath.mpf(evaluate(constant.xreplace(CONSTANTS), {}, 25).mid().str(24, radius=False))


def agrees(integrand, ends, found):
    """Whether differences of a primitive, up to its finite limits, are the integrals."""
    places = [inner_point(ends, share).xreplace(CONSTANTS) for share in (R(1, 3), R(2, 3))]
    places = [sympy.Rational(rational(value(place))) for place in places]
    plain = integrand.xreplace(CONSTANTS)
    with mpmath.workdps(25):
        low, high = (number(mpmath.mp, place) for place in places)
        start = value(found.form.subs(T, places[0]))
        right = abs(value(found.form.subs(T, places[1])) - start - quadrature(plain, low, high)) < 1e-15
        if found.high.is_finite:
            end = mpmath.inf if ends[1] == OO else value(ends[1])
            right &= abs(value(found.high) - start - quadrature(plain, low, end)) < 1e-7
        if found.low.is_finite:
            right &= abs(start - value(found.low) - quadrature(plain, value(ends[0]), low)) < 1e-7
    return right


@thinned("entry", [*INTEGRANDS, *RADICALS], every=6)
def test_it_is_the_integral_up_to_its_limits(entry):
    integrand, ends = entry
    found = primitive(integrand, T, ends, CONSTANTS)
    assert found is not None
    assert agrees(integrand, ends, found)
    assert not agrees(integrand * R(1000001, 1000000), ends, found)


@pytest.mark.parametrize(
    ("integrand", "ends", "low", "high"),
    [
        ((1 - T**2) ** R(-3, 2), UNIT, 0, OO),
        (T**-2, HALF_LINE, -OO, 0),
        (-1 / T, HALF_LINE, OO, -OO),
        (1 / (1 + T**2), HALF_LINE, 0, sympy.pi / 2),
        (T ** R(-4, 3) * (1 + T**2) ** R(-1, 3), HALF_LINE, -OO, None),
    ],
)
def test_limits_at_the_ends(integrand, ends, low, high):
    found = primitive(integrand, T, ends, {})
    assert found.low == low
    assert found.high == high if high is not None else found.high.is_finite


def test_a_limit_with_the_wrong_sign_is_mended():
    form = T / sympy.sqrt(1 - T**2)
    assert limit_at(form, T, ONE, "-") == OO
    assert limit_at(-form, T, ONE, "-") == -OO
    assert limit_at(sympy.atan(T), T, OO, "-") == sympy.pi / 2


@pytest.mark.parametrize("integrand", [sympy.exp(T**2), T**T, sympy.sqrt(1 + sympy.sqrt(T) + T), (1 + T + T**3) ** R(1, 3)])
def test_what_no_rule_covers_is_none(integrand):
    assert primitive(integrand, T, HALF_LINE, {}) is None
