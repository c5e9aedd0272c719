"""Weight decay: rates accepted and refused, velocities in small cases, and where the two forms agree."""

import pytest
import sympy
from hypothesis import given
from strategies import exponents, nonzero_rationals, rationals

from mirrortheory import Coupled, Decoupled, Lq, NoDecay
from mirrortheory.decays import Decay
from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import reduce_to_ring

R = sympy.Rational
G, W = sympy.symbols("g w", real=True)
Q = sympy.Symbol("q", positive=True)
ALPHA = sympy.Symbol("alpha", nonnegative=True)
RATED = [Decoupled, Coupled]
EVERY = [Lq(Q), *map(Lq, ("1", "4/3", "3/2", "2"))]


@pytest.mark.parametrize("cls", RATED)
@pytest.mark.parametrize(("value", "rate"), [(0, R(0)), (3, R(3)), ("1/10", R(1, 10)), (R(7, 2), R(7, 2)), (ALPHA, ALPHA), (Q, Q)])
def test_accepted_rates(cls, value, rate):
    decay = cls(value)
    assert decay.rate == decay.alpha == rate
    assert isinstance(decay.rate, sympy.Expr)
    assert decay == cls(rate)
    assert decay != NoDecay()


@pytest.mark.parametrize("cls", RATED)
@pytest.mark.parametrize(
    ("value", "message"),
    [
        (-1, "alpha must be an exact rational >= 0, got -1; write 1 for decay towards the origin"),
        ("-1/2", "alpha must be an exact rational >= 0, got -1/2; write 1/2 for decay towards the origin"),
        (0.1, "alpha must be an exact rational, got 0.1; write 1/10, not a float"),
        ("0,1", "alpha must be an exact rational, got 0,1; write an integer or a fraction such as 3/2"),
        ("alpha", "alpha must be an exact rational, got alpha; write an integer or a fraction such as 3/2"),
        (True, "alpha must be an exact rational, got True; write an integer or a fraction such as 3/2"),
        (None, "alpha must be an exact rational, got None; write an integer or a fraction such as 3/2"),
        (
            sympy.Symbol("a", real=True),
            'alpha must be a rational >= 0 or a nonnegative symbol, got a; write Symbol("a", nonnegative=True)',
        ),
        (
            sympy.Symbol("a", negative=True),
            'alpha must be a rational >= 0 or a nonnegative symbol, got a; write Symbol("a", nonnegative=True)',
        ),
    ],
)
def test_refused_rates(cls, value, message):
    with pytest.raises(InvalidArgument) as raised:
        cls(value)
    assert str(raised.value) == message


def test_velocities_in_small_cases():
    assert NoDecay().velocity(Lq(2), G, W) == -G
    assert NoDecay().velocity(Lq(1), G, W) == -sympy.sign(G)
    assert Decoupled(ALPHA).velocity(Lq(2), G, W) == -G - ALPHA * W
    assert Decoupled(ALPHA).velocity(Lq(1), G, W) == -sympy.sign(G) - ALPHA * W
    assert Coupled(ALPHA).velocity(Lq(2), G, W) == -G - ALPHA * W
    assert Coupled(ALPHA).velocity(Lq(1), G, W) == -sympy.sign(G + ALPHA * W)
    link_argument = G + W / 2
    assert Coupled("1/2").velocity(Lq("3/2"), G, W) == -sympy.sign(link_argument) * sympy.sqrt(sympy.Abs(link_argument))


@pytest.mark.parametrize("decay", [NoDecay(), Decoupled("1/3"), Coupled("1/3")], ids=str)
def test_link_argument_and_pull_make_the_velocity(decay):
    for geometry in EVERY:
        rebuilt = -(geometry.link(decay.link_argument(G, W)) + decay.pull(W))
        assert decay.velocity(geometry, G, W) == rebuilt


def test_the_parts_of_each_decay():
    assert (NoDecay().rate, NoDecay().link_argument(G, W), NoDecay().pull(W)) == (0, G, 0)
    assert (Decoupled("1/3").link_argument(G, W), Decoupled("1/3").pull(W)) == (G, W / 3)
    assert (Coupled("1/3").link_argument(G, W), Coupled("1/3").pull(W)) == (G + W / 3, 0)


@pytest.mark.parametrize("geometry", EVERY, ids=str)
@pytest.mark.parametrize("cls", RATED)
def test_rate_zero_is_no_decay(geometry, cls):
    assert reduce_to_ring(cls(0).velocity(geometry, G, W) - NoDecay().velocity(geometry, G, W)).vanishes


@pytest.mark.parametrize("geometry", EVERY, ids=str)
def test_decoupled_is_coupled_for_a_linear_link_only(geometry):
    difference = Decoupled(ALPHA).velocity(geometry, G, W) - Coupled(ALPHA).velocity(geometry, G, W)
    assert reduce_to_ring(difference).vanishes is (geometry == Lq(2))


@given(exponents, nonzero_rationals, rationals, nonzero_rationals.map(abs))
def test_decay_pulls_towards_the_origin(q, weight, gradient, alpha):
    """Without a gradient both forms move a weight towards 0; decoupled decay adds exactly -alpha w to any velocity."""
    for cls in RATED:
        still = cls(alpha).velocity(Lq(q), sympy.S.Zero, weight)
        assert sympy.sign(still) == -sympy.sign(weight)
    moved = Decoupled(alpha).velocity(Lq(q), gradient, weight) - NoDecay().velocity(Lq(q), gradient, weight)
    assert sympy.expand(moved) == -alpha * weight


def test_decay_is_abstract():
    with pytest.raises(TypeError):
        Decay()


@pytest.mark.parametrize(("decay", "text"), [(NoDecay(), "NoDecay()"), (Coupled("1/2"), "Coupled(alpha=1/2)")])
def test_text(decay, text):
    assert str(decay) == text
