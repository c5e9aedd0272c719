"""Domains as data: membership, sampling, what their conditions rule out, and what they refuse."""

import os
import random
import subprocess
import sys

import pytest
import sympy
from hypothesis import given
from strategies import rationals

from mirrortheory.definitions import at
from mirrortheory.domain import GRADIENT_EXPONENTS, NONNEGATIVE, NONZERO, POSITIVE, REALS, Domain
from mirrortheory.errors import InvalidArgument

R = sympy.Rational
X, Y = sympy.symbols("x y", real=True)
U = sympy.Symbol("u", positive=True)
N = sympy.Symbol("n", nonnegative=True)
Q = sympy.Symbol("q", positive=True)
Interval, Ne = sympy.Interval, sympy.Ne

REGIONS = {
    "R": REALS,
    "nonzero": NONZERO,
    "positive": POSITIVE,
    "nonnegative": NONNEGATIVE,
    "[1, 2]": GRADIENT_EXPONENTS,
    "(1, 2]": Interval.Lopen(1, 2),
    "[-1, 1)": Interval.Ropen(-1, 1),
    "(-oo, 3)": Interval.open(-sympy.oo, 3),
    "(-oo, -2]": Interval(-sympy.oo, -2),
    "a point": sympy.FiniteSet(R(1, 3)),
    "two points": sympy.FiniteSet(-1, R(5, 2)),
    "[0, 1] without 1/2": Interval(0, 1) - sympy.FiniteSet(R(1, 2)),
    "two intervals": sympy.Union(Interval(-2, -1), Interval.open(3, 4)),
    "an interval and a point": sympy.Union(Interval(0, 1), sympy.FiniteSet(7)),
    "positive without 1": POSITIVE - sympy.FiniteSet(1),
    "integers": sympy.Range(1, 5),
}


@pytest.mark.parametrize("name", REGIONS)
def test_samples_are_distinct_exact_points_of_the_domain(name):
    domain = Domain({X: REGIONS[name], Y: REALS}, (Ne(Y, X),))
    points = domain.sample(25, seed=3)
    assert len(points) == 25
    assert len({tuple(p.items()) for p in points}) == 25
    for point in points:
        assert set(point) == {X, Y}
        assert all(isinstance(value, sympy.Rational) for value in point.values())
        assert point[X] in REGIONS[name]
        assert point[X] != point[Y]
        assert domain.contains(point)


@pytest.mark.parametrize("region", [Interval(0, sympy.sqrt(2)), Interval(-sympy.pi, 1)], ids=str)
def test_points_are_rational_whatever_the_range(region):
    points = Domain({X: region}).sample(9, seed=1)
    assert points
    assert all(isinstance(value, sympy.Rational) for point in points for value in point.values())


@pytest.mark.parametrize(
    ("region", "ends"),
    [
        (GRADIENT_EXPONENTS, {1, 2}),
        (Interval.Lopen(1, 2), {2}),
        (Interval.Ropen(-1, 1), {-1}),
        (Interval(R(-1, 3), 5), {R(-1, 3), 5}),
        (NONNEGATIVE, {0}),
        (Interval(-sympy.oo, -2), {-2}),
        (REALS, {0}),
        (sympy.Union(Interval(-2, -1), Interval(3, 4)), {-2, -1, 3, 4}),
    ],
    ids=lambda value: str(sorted(value) if isinstance(value, set) else value),
)
def test_endpoints_of_closed_intervals_are_drawn(region, ends):
    drawn = {point[X] for point in Domain({X: region}).sample(60, seed=1)}
    assert ends <= drawn


@pytest.mark.parametrize("region", [Interval.open(0, 1), POSITIVE, NONZERO], ids=str)
def test_open_ends_are_not_drawn(region):
    assert all(point[X] != 0 for point in Domain({X: region}).sample(60, seed=1))


def test_both_signs_and_small_numbers_are_drawn():
    drawn = [point[X] for point in Domain({X: NONZERO}).sample(60, seed=1)]
    assert min(drawn) < -1
    assert max(drawn) > 1
    assert any(abs(value) < R(1, 4) for value in drawn)


@pytest.mark.parametrize(
    "domain",
    [
        Domain({X: REALS}, (X > 0, X < 0)),
        Domain({X: REALS}, (sympy.Eq(X, R(1, 1009)),)),
        Domain({X: REALS}, (sympy.false,)),
        Domain({X: sympy.S.EmptySet}),
        Domain({X: Interval.open(1, 1), Y: REALS}),
    ],
    ids=str,
)
def test_an_empty_domain_has_no_samples(domain):
    assert domain.sample(5, seed=0) == []


def test_fewer_points_come_back_where_there_are_fewer():
    assert {p[X] for p in Domain({X: sympy.FiniteSet(1, 2, 3)}, (X > 1,)).sample(9, seed=0)} == {2, 3}


def test_a_domain_without_variables_has_one_point():
    assert Domain({}).sample(5, seed=0) == [{}]
    assert Domain({}).contains({})
    assert str(Domain({})) == ""


def test_no_points_are_drawn_when_none_is_asked_for():
    assert Domain({X: REALS}).sample(0, seed=0) == []


def test_sampling_is_determined_by_the_seed():
    domain = Domain({Y: NONZERO, X: sympy.Union(Interval(0, 1), Interval(5, 6)), Q: GRADIENT_EXPONENTS}, (X > Q,))
    assert domain.sample(12, seed=4) == domain.sample(12, seed=4)
    assert domain.sample(12, seed=4) != domain.sample(12, seed=5)
    again = Domain({Q: GRADIENT_EXPONENTS, X: sympy.Union(Interval(5, 6), Interval(0, 1)), Y: NONZERO}, (X > Q,))
    assert domain.sample(12, seed=4) == again.sample(12, seed=4)


@pytest.mark.parametrize("region", [REALS, NONZERO, Interval(-1, sympy.sqrt(2))], ids=str)
def test_points_that_are_changed_are_drawn_anew_as_they_were(region):
    domain, before = Domain({X: region}), Domain({X: region}).sample(9, seed=4)
    changed = domain.sample(9, seed=4)
    for point in changed:
        point[X] = R(7, 3)
    assert domain.sample(9, seed=4) == before


@pytest.mark.parametrize(("value", "inside"), [(0, True), (R(-1, 2), False), (R(7, 5), True), (R(3, 2), False), (R(10**20), False)])
def test_a_range_with_an_irrational_end_has_what_lies_below_it(value, inside):
    assert Domain({X: Interval(0, sympy.sqrt(2))}).has(X, sympy.sympify(value)) is inside


def test_sampling_does_not_touch_the_global_generator():
    random.seed(1)
    before = random.getstate()
    Domain({X: REALS}).sample(5, seed=9)
    assert random.getstate() == before


@pytest.mark.slow
def test_sampling_does_not_depend_on_the_hash_seed():
    code = (
        "import sympy; from mirrortheory.domain import *; x, y = sympy.symbols('x y', real=True);"
        "d = Domain({x: sympy.Union(sympy.Interval(0, 1), sympy.Interval(5, 6), sympy.FiniteSet(-1, 9)), y: NONZERO},"
        "(x > y,)); print(d, d.sample(9, seed=2))"
    )
    texts = set()
    for hash_seed in "12":
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        run = subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True)
        texts.add(run.stdout)
    assert len(texts) == 1
    assert "x in " in texts.pop()


@pytest.mark.parametrize(
    ("region", "inside", "outside"),
    [
        (REALS, (0, -5), ()),
        (NONZERO, (1, -1), (0,)),
        (POSITIVE, (R(1, 99),), (0, -1)),
        (NONNEGATIVE, (0, 1), (R(-1, 99),)),
        (GRADIENT_EXPONENTS, (1, R(3, 2), 2), (R(99, 100), R(201, 100))),
        (Interval.open(1, 2), (R(3, 2),), (1, 2)),
        (sympy.FiniteSet(1, 3), (1, 3), (2,)),
        (Interval(0, 1) - sympy.FiniteSet(R(1, 2)), (0, 1), (R(1, 2), 2)),
        (sympy.Complement(sympy.S.Reals, sympy.S.Integers), (R(1, 2),), (1, 0)),
        (sympy.S.Integers, (3,), (R(1, 2),)),
    ],
    ids=str,
)
def test_contains(region, inside, outside):
    domain = Domain({X: region})
    assert all(domain.contains({X: sympy.Rational(v)}) for v in inside)
    assert not any(domain.contains({X: sympy.Rational(v)}) for v in outside)


@given(rationals, rationals)
def test_contains_decides_conditions(x, y):
    domain = Domain({X: REALS, Y: REALS}, (X < Y, Ne(X + Y, 1), sympy.Or(X > 0, Y > 1)))
    assert domain.contains({X: x, Y: y}) is bool(x < y and x + y != 1 and (x > 0 or y > 1))


def test_an_undecided_condition_is_not_satisfied():
    domain = Domain({X: REALS}, (sympy.Function("f", real=True)(X) > 0,))
    assert not domain.contains({X: sympy.S.One})
    assert domain.sample(3, seed=0) == []


def test_where_adds_conditions_and_with_ranges_replaces_ranges():
    domain = Domain({X: REALS, Y: REALS}, (X < Y,))
    part = domain.where(Ne(X, 0), Y < 3)
    assert part.conditions == (X < Y, Ne(X, 0), Y < 3)
    assert part.ranges == domain.ranges
    assert domain.conditions == (X < Y,)
    wider = domain.with_ranges({Y: POSITIVE, U: POSITIVE})
    assert wider.ranges == {X: REALS, Y: POSITIVE, U: POSITIVE}
    assert wider.conditions == domain.conditions


def test_where_refuses_unknown_variables():
    domain = Domain({X: REALS, Y: REALS})
    with pytest.raises(InvalidArgument):
        domain.where(U > 1)


def test_the_ranges_given_are_copied():
    given_ranges = {X: REALS}
    domain = Domain(given_ranges)
    given_ranges[Y] = REALS
    assert domain.ranges == {X: REALS}


@pytest.mark.parametrize(
    ("domain", "text"),
    [
        (Domain({X: REALS}), "x in R"),
        (Domain({X: GRADIENT_EXPONENTS, Y: POSITIVE}), "x in [1, 2]; y in (0, oo)"),
        (Domain({Y: POSITIVE, X: NONNEGATIVE}), "y in (0, oo); x in [0, oo)"),
        (Domain({X: NONZERO}), "x in (-oo, 0) or (0, oo)"),
        (Domain({X: sympy.FiniteSet(2, 1)}), "x in {1, 2}"),
        (Domain({X: sympy.Complement(REALS, sympy.S.Integers)}), "x in R without Integers"),
        (Domain({X: REALS}, (Ne(X, 1), X > 0, X < 5)), "x in R; x != 1; x > 0; x < 5"),
        (Domain({X: REALS}, (sympy.Ge(X, 0), sympy.Le(X, 1))), "x in R; x >= 0; x <= 1"),
        (Domain({X: REALS}, (sympy.Eq(X, 1),)), "x in R; x = 1"),
        (Domain({X: REALS}, (sympy.Or(X > 1, X < 0),)), "x in R; (x > 1) | (x < 0)"),
    ],
)
def test_text(domain, text):
    assert str(domain) == text


CONDITIONED = Domain({X: NONZERO, Y: POSITIVE, Q: Interval.Lopen(1, 2), U: POSITIVE}, (Ne(X, Y), Y > 2 * U, Ne(2 * Q, 3)))


@pytest.mark.parametrize(
    "expr",
    [
        X,
        Y,
        X * Y,
        X / Y,
        X**-3,
        sympy.Abs(X),
        sympy.sign(X) * Y,
        X - Y,
        Y - X,
        3 * Y - 3 * X,
        (X - Y) ** 2 * Y,
        Y - 2 * U,
        sympy.Abs(Y - 2 * U) ** Q,
        Q - 1,
        Q - R(3, 2),
        Q + 5,
        X**2 + 1,
        sympy.Integer(3),
        sympy.sqrt(2) - 1,
        sympy.sqrt(X**2 + 1),
    ],
    ids=str,
)
def test_nonvanishing(expr):
    assert CONDITIONED.nonvanishing(expr)


@pytest.mark.parametrize(
    "expr",
    [
        sympy.S.Zero,
        X + Y,
        X - 2 * Y,
        X + 1,
        Q - 2,
        Q - R(5, 4),
        (X - Y) * (X + 1),
        Y - U,
        X**2 - Y**2,
        sympy.log(U),
        sympy.log(U) ** 2,
        sympy.sin(X),
        sympy.Symbol("z", real=True),
        sympy.log(U) ** 2 + sympy.log(Y) ** 2,
        (X - 1) ** 2,
        sympy.Abs(X - 1) + sympy.Abs(Y - 1),
    ],
    ids=str,
)
def test_what_may_vanish_is_not_nonvanishing(expr):
    assert not CONDITIONED.nonvanishing(expr)


def test_conditions_that_allow_equality_rule_nothing_out():
    domain = Domain({X: REALS, Y: REALS}, (sympy.Ge(X, Y), sympy.Le(X, 2 * Y), sympy.Or(X > 0, X < 0)))
    assert not any(domain.nonvanishing(e) for e in (X - Y, X - 2 * Y, X))


def test_what_is_nonvanishing_does_not_vanish_at_samples():
    points = [p for seed in range(3) for p in CONDITIONED.sample(8, seed=seed)]
    assert len(points) == 24
    for expr in (X, X - Y, X - 2, X**2 - 2, Y - 2 * U, Q - 1, X * Y - X, Q - R(3, 2), X**3 + X, U - R(1, 3), Q - 2):
        assert not (CONDITIONED.nonvanishing(expr) and any(expr.subs(p) == 0 for p in points))


@pytest.mark.parametrize(
    ("symbol", "region", "inside"),
    [
        (U, REALS, "(0, oo)"),
        (U, NONNEGATIVE, "(0, oo)"),
        (U, NONZERO, "(0, oo)"),
        (U, Interval(0, 1), "(0, oo)"),
        (N, REALS, "[0, oo)"),
        (N, Interval(-1, 1), "[0, oo)"),
        (X, sympy.S.Complexes, "R"),
    ],
)
def test_a_range_wider_than_the_symbol_is_declared_is_refused(symbol, region, inside):
    with pytest.raises(InvalidArgument) as raised:
        Domain({symbol: region})
    message = str(raised.value)
    assert message.startswith(f"range of {symbol} must be inside {inside}, as the symbol is declared, got ")
    assert message.endswith("; declare the symbol real=True, or narrow the range")


@pytest.mark.parametrize(
    ("assumptions", "region"),
    [
        ({}, REALS),
        ({"negative": True}, REALS),
        ({"nonpositive": True}, REALS),
        ({"integer": True}, REALS),
        ({"rational": False, "real": True}, REALS),
        ({"real": True, "zero": True}, REALS),
        ({"real": True, "nonzero": True}, REALS),
        ({"even": True}, Interval(0, 1)),
        ({"prime": True}, POSITIVE),
        ({"extended_positive": True}, REALS),
        ({"extended_positive": True}, POSITIVE),
        ({"extended_nonnegative": True}, REALS),
        ({"extended_nonpositive": True}, REALS),
        ({"extended_nonzero": True}, REALS),
        ({"extended_real": True, "zero": False}, REALS),
        ({"extended_real": True}, REALS),
        ({"real": True, "polar": True}, REALS),
        ({"positive": True, "irrational": True}, POSITIVE),
        ({"finite": True}, REALS),
    ],
    ids=str,
)
def test_a_symbol_of_which_more_is_declared_than_its_range_says_is_refused(assumptions, region):
    """SymPy rewrites |z| as -z for a negative symbol z: on R that proves too much."""
    with pytest.raises(InvalidArgument):
        Domain({sympy.Symbol("z", **assumptions): region})


def test_other_assumptions_are_refused_in_one_line():
    with pytest.raises(InvalidArgument) as raised:
        Domain({sympy.Symbol("x", extended_positive=True): REALS})
    assert str(raised.value).startswith("the symbol x must be declared one of real, nonzero, positive, ")
    assert str(raised.value).endswith("write Symbol('x', real=True)")
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("assumptions", "region"),
    [
        ({"real": True, "finite": True}, REALS),
        ({"real": True, "positive": True}, POSITIVE),
        ({"nonnegative": True, "nonzero": True}, POSITIVE),
        ({"real": True, "zero": False}, NONZERO),
    ],
    ids=str,
)
def test_known_assumptions_are_accepted_in_other_words(assumptions, region):
    assert Domain({sympy.Symbol("z", **assumptions): region}).sample(3, seed=0)


def test_no_lattice_holds_all_points():
    points = [p[X] for p in Domain({X: Interval(0, 1)}).sample(12, seed=0)]
    assert sum(value.q > 10**9 for value in points) >= 4
    assert any(value.q & (value.q - 1) for value in points if value.q > 10**9)
    assert sum(value.q < 10**4 for value in points) >= 6


def test_declared_symbols_are_accepted_on_their_ranges():
    assert Domain({U: POSITIVE, N: NONNEGATIVE, Q: GRADIENT_EXPONENTS, X: REALS}).sample(3, seed=0)
    assert Domain({U: sympy.FiniteSet(2), N: sympy.FiniteSet(0)}).sample(1, seed=0) == [{N: 0, U: 2}]


def test_a_condition_on_another_variable_is_refused():
    with pytest.raises(InvalidArgument) as raised:
        Domain({X: REALS}, (X < Y, U > 1))
    assert str(raised.value) == "conditions must be about variables of the domain, got y; add its range to the domain"


def test_box():
    assert Domain({X: Interval(0, 1), Y: Interval(R(-1, 3), 2)}).box() == ((0, 1), (R(-1, 3), 2))
    for region in (REALS, Interval.open(0, 1), Interval(0, sympy.sqrt(2)), sympy.FiniteSet(1)):
        assert Domain({X: Interval(0, 1), Y: region}).box() is None


@pytest.mark.parametrize("width", [1, sympy.Rational(1, 10**7), sympy.Rational(1, 10**30)])
@pytest.mark.parametrize("end", [sympy.sqrt(2), sympy.pi - 4, -sympy.log(10)])
def test_short_ranges_with_irrational_ends_have_samples(end, width):
    region = Interval(end, end + width)
    points = [p[X] for p in Domain({X: region}).sample(10, seed=0)]
    assert len(points) == 10
    assert all(end < p < end + width for p in points)
    joined = Domain({X: sympy.Union(sympy.FiniteSet(7), region)}).sample(10, seed=0)
    assert any(p[X] != 7 for p in joined)


@pytest.mark.parametrize(
    ("ranges", "conditions"),
    [
        ({"x": sympy.S.Reals}, ()),
        ({sympy.Symbol("x", real=True): (0, 1)}, ()),
        ({sympy.Symbol("x", real=True): "R"}, ()),
        ({sympy.Symbol("x", real=True): sympy.S.Reals}, ("x > 0",)),
        ({sympy.Symbol("x", real=True): sympy.S.Reals}, (True,)),
        ({sympy.Symbol("x", real=True): sympy.S.Reals}, (sympy.Derivative(sympy.Symbol("x", real=True) ** 2) > 0,)),
        ({sympy.Symbol("x", real=True): sympy.S.Reals}, (at(sympy.Symbol("x", real=True), {sympy.Symbol("x", real=True): 2}) > 3,)),
    ],
)
def test_what_is_no_range_or_condition_is_refused_in_one_line(ranges, conditions):
    with pytest.raises(InvalidArgument):
        Domain(ranges, conditions)
