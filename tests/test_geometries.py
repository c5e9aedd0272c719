"""The l_q link: what it accepts, its values, and its laws on every sign of the gradient."""

import pytest
import sympy
from hypothesis import given
from strategies import exponents, nonzero_rationals

from mirrortheory import Lq, geometries
from mirrortheory.domain import GRADIENT_EXPONENTS, NONZERO, POSITIVE, Domain
from mirrortheory.errors import InvalidArgument
from mirrortheory.evidence import Identity, Verdict
from mirrortheory.exact import evaluate, reduce_to_ring
from mirrortheory.geometries import Geometry

R = sympy.Rational
G, H = sympy.symbols("g h", real=True)
C = sympy.Symbol("c", positive=True)
Q = sympy.Symbol("q", positive=True)
RATIONAL = [Lq(q) for q in ("1", "6/5", "4/3", "3/2", "7/4", "2")]
EVERY = [Lq(Q), *RATIONAL]
RANGE = "an exact rational in [1, 2] or a positive symbol"


@pytest.mark.parametrize(
    ("value", "exponent"), [(1, R(1)), (2, R(2)), ("3/2", R(3, 2)), (" 4/3 ", R(4, 3)), (R(7, 6), R(7, 6)), (Q, Q)]
)
def test_accepted_exponents(value, exponent):
    geometry = Lq(value)
    assert geometry.exponent == geometry.q == exponent
    assert isinstance(geometry.exponent, sympy.Expr)
    assert geometry == Lq(exponent)
    assert hash(geometry) == hash(Lq(exponent))


def test_the_exponents_meant():
    assert Lq(Q).exponents == GRADIENT_EXPONENTS == sympy.Interval(1, 2)
    assert Lq("3/2").exponents == sympy.FiniteSet(R(3, 2))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (0, f"q must be {RANGE}, got 0; write for example 1 (sign flow), 3/2 or 2 (gradient flow)"),
        ("5/2", f"q must be {RANGE}, got 5/2; write for example 1 (sign flow), 3/2 or 2 (gradient flow)"),
        ("-3/2", f"q must be {RANGE}, got -3/2; write for example 1 (sign flow), 3/2 or 2 (gradient flow)"),
        ("99/100", f"q must be {RANGE}, got 99/100; write for example 1 (sign flow), 3/2 or 2 (gradient flow)"),
        (1.5, "q must be an exact rational, got 1.5; write 3/2, not a float"),
        ("3:2", "q must be an exact rational, got 3:2; write an integer or a fraction such as 3/2"),
        ("q", "q must be an exact rational, got q; write an integer or a fraction such as 3/2"),
        (True, "q must be an exact rational, got True; write an integer or a fraction such as 3/2"),
        (None, "q must be an exact rational, got None; write an integer or a fraction such as 3/2"),
        (sympy.sqrt(2), "q must be an exact rational, got sqrt(2); write an integer or a fraction such as 3/2"),
        (2 * Q, "q must be an exact rational, got 2*q; write an integer or a fraction such as 3/2"),
        (sympy.Symbol("r"), f'q must be {RANGE}, got r; write Symbol("r", positive=True)'),
        (sympy.Symbol("r", nonnegative=True), f'q must be {RANGE}, got r; write Symbol("r", positive=True)'),
    ],
)
def test_refused_exponents(value, message):
    with pytest.raises(InvalidArgument) as raised:
        Lq(value)
    assert str(raised.value) == message


def test_special_cases():
    assert Lq(1).link(G) == sympy.sign(G)
    assert Lq(2).link(G) == G
    assert Lq("3/2").link(G) == sympy.sign(G) * sympy.sqrt(sympy.Abs(G))
    assert Lq(Q).link(G).subs(Q, 2).subs(G, -3) == -3


@pytest.mark.parametrize("geometry", RATIONAL, ids=str)
def test_the_link_at_zero(geometry):
    """The selection sign(0) = 0, for sign flow as well."""
    assert geometry.link(G).subs(G, 0) == 0


@given(exponents, nonzero_rationals)
def test_values_of_the_link(q, g):
    """phi(g)^n = g^m for g > 0 and q - 1 = m/n, and phi is odd."""
    value = evaluate(Lq(q).link(G), {G: abs(g)}, 40)
    m, n = int((q - 1).p), int((q - 1).q)
    power = value
    for _ in range(n - 1):
        power = power * value
    assert power.overlaps(evaluate(G**m, {G: abs(g)}, 60))
    assert (-value).overlaps(evaluate(Lq(q).link(G), {G: -abs(g)}, 40))


@pytest.mark.parametrize("geometry", EVERY, ids=str)
def test_laws(geometry):
    q, phi = geometry.exponent, geometry.link
    laws = {
        "odd": phi(-G) + phi(G),
        "homogeneous of degree q - 1": phi(C * G) - C ** (q - 1) * phi(G),
        "multiplicative": phi(G * H) - phi(G) * phi(H),
        "the image of a quotient": phi(G / H) * phi(H) - phi(G),
        "g phi(g) = |g|^q": G * phi(G) - sympy.Abs(G) ** q,
        "|phi(g)| = |g|^(q - 1)": sympy.Abs(phi(G)) - sympy.Abs(G) ** (q - 1),
    }
    for name, law in laws.items():
        assert reduce_to_ring(law).vanishes, name


@pytest.mark.parametrize("geometry", [g for g in EVERY if g != Lq(2)], ids=str)
def test_the_link_is_not_additive(geometry):
    assert not reduce_to_ring(geometry.link(G + H) - geometry.link(G) - geometry.link(H)).vanishes


@pytest.mark.parametrize("geometry", EVERY, ids=str)
def test_false_laws_are_refuted(geometry):
    q, phi = geometry.exponent, geometry.link
    on = Domain({G: NONZERO, C: POSITIVE} | ({q: GRADIENT_EXPONENTS} if q == Q else {}))
    for lhs, rhs in ((phi(-G), phi(G)), (phi(C * G), C**q * phi(G)), (G * phi(G), sympy.Abs(G) ** (q + 1))):
        assert Identity(lhs, rhs, on=on).examine(seed=0).verdict is Verdict.REFUTED


def test_inverse_link_is_the_link_of_the_conjugate_exponent():
    """phi_p(phi_q(g)) = g with 1/p + 1/q = 1."""
    p = Q / (Q - 1)
    inner = Lq(Q).link(G)
    assert reduce_to_ring(sympy.sign(inner) * sympy.Abs(inner) ** (p - 1) - G).vanishes


def test_geometry_is_abstract():
    with pytest.raises(TypeError):
        Geometry()
    assert issubclass(Lq, Geometry)
    exported = [getattr(geometries, name) for name in geometries.__all__]
    assert {cls for cls in exported if isinstance(cls, type) and issubclass(cls, Geometry)} == {Geometry, Lq}


def test_text():
    assert str(Lq("3/2")) == "Lq(q=3/2)"
