"""What drops out of a derivative or a substitution must have a value too: the engine says so by itself, as the kernel does."""

import json

import pytest
import sympy

from mirrortheory import kernel
from mirrortheory.check.certificates import certificate
from mirrortheory.definitions import at
from mirrortheory.domain import NONNEGATIVE, NONZERO, POSITIVE, REALS, Domain
from mirrortheory.evidence import Identity, Inequality

x, y = sympy.symbols("x y", real=True)
PLANE, RIGHT, OFF = (Domain({x: region, y: REALS}) for region in (REALS, NONNEGATIVE, NONZERO))
APART = Domain({x: REALS, y: REALS}, (sympy.Ne(x, y),))
BETWEEN = Domain({x: sympy.Interval.open(0, 1), y: REALS})
BOX = Domain({x: sympy.Interval(0, 2), y: sympy.Interval(0, 1)})


def slope(part):
    return sympy.Derivative(y + part, y)


@pytest.mark.parametrize(
    ("part", "on", "verdict"),
    [
        (1 / (x**2 - 2), PLANE, "DERIVED"),  # undefined at an irrational point, which no sample meets
        (1 / (x**2 + 2), PLANE, "PROVED"),
        ((x**2 - 2) ** -3, PLANE, "DERIVED"),
        (1 / (x - sympy.sqrt(2)), Domain({x: POSITIVE, y: REALS}), "DERIVED"),
        (sympy.sqrt(x), RIGHT, "PROVED"),
        (abs(x) ** sympy.Rational(3, 2), PLANE, "PROVED"),
        (sympy.log(abs(x)), OFF, "PROVED"),
        (sympy.log((1 + x) / (1 - x)), BETWEEN, "PROVED"),
        (1 / sympy.sqrt((x**2 - 2) ** 2 / 16 + 1), PLANE, "PROVED"),
        (sympy.sign(x) * abs(x) ** sympy.Rational(1, 2), PLANE, "PROVED"),
        (1 / sympy.sqrt(x), RIGHT, "UNDECIDED"),  # a sample meets 0
    ],
)
def test_identities_ask_for_values_of_what_drops_out(part, on, verdict):
    statement = Identity(slope(part), 1, on=on)
    found = statement.examine(seed=0)
    assert found.verdict.name == verdict
    if verdict != "UNDECIDED":
        written = json.loads(json.dumps(certificate({}, [(statement, found)], found.verdict)))
        assert kernel.check(written) == verdict  # no more, and no less


def test_a_logarithm_of_a_difference_has_a_value_where_a_condition_says_so():
    rate = sympy.Derivative(x + y + at(sympy.log(abs(x)), {x: x - y}), x)
    right = 1 + 1 / (x - y)
    assert Identity(rate, right, on=APART).examine(seed=0).verdict.name == "PROVED"


@pytest.mark.parametrize(
    ("part", "on", "verdict"),
    [
        (1 / (x**2 - 2), PLANE, "SUPPORTED"),
        (1 / (x**2 - 2), BOX, "SUPPORTED"),  # no boxes cover the pole
        (1 / (x**2 - 5), BOX, "PROVED"),
        (1 / (x**2 + 2), PLANE, "PROVED"),
        (sympy.sqrt(x), RIGHT, "PROVED"),
    ],
)
def test_inequalities_ask_for_values_of_what_drops_out(part, on, verdict):
    assert Inequality(slope(part), 2, on=on).examine(seed=0).verdict.name == verdict


@pytest.mark.parametrize(("value", "verdict"), [(1 / (x**2 - 2), "DERIVED"), (1 / (x**2 + 2), "PROVED")])
def test_a_value_that_is_put_in_and_drops_out_must_exist(value, verdict):
    difference = sympy.Add(y, -y, evaluate=False)
    assert Identity(x + at(difference, {y: value}), x, on=PLANE).examine(seed=0).verdict.name == verdict
