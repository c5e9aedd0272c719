"""Ball arithmetic contains the true value: against mpmath at twice the precision, at poles, where balls hold zero."""

import pickle
import sys
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import flint
import pytest
import reference
import sympy
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import A, U, positive_rationals, rationals, real_expressions

from mirrortheory.errors import InvalidArgument, NotEvaluable
from mirrortheory.exact import (
    Ball,
    BallFunction,
    ball,
    bits_for,
    cover_positive,
    current_bits,
    decimal,
    evaluate,
    is_accurate,
    precision,
)
from mirrortheory.exact.carlson import carlson_rd, carlson_rf

R = sympy.Rational
X, Y, T = sympy.symbols("x y t", real=True)
PIECES = sympy.Piecewise((X**2, R(1, 3) < X), (sympy.Abs(X) / 3, X > -1), (-X, True))

# Every supported function with points where it has a value; half of the points are no doubles.
FUNCTIONS = {
    sympy.exp(X): (0, R(1, 3), -7),
    sympy.log(X): (1, R(1, 3), 40),
    sympy.sqrt(X): (0, 2, R(1, 3)),
    X ** R(1, 3): (0, 2, R(1, 7)),
    X ** R(-2, 3): (2, R(1, 7)),
    X ** R(7, 5): (0, 2, R(1, 7)),
    X**5: (0, -R(1, 3), 3),
    X**-3: (-R(1, 3), 3),
    X**X: (R(1, 3), 1, R(7, 2)),
    sympy.sinh(X): (0, -R(1, 3), 3),
    sympy.cosh(X): (0, -R(1, 3), 3),
    sympy.tanh(X): (0, -R(1, 3), 3),
    sympy.asinh(X): (0, -R(1, 3), 30),
    sympy.acosh(X): (1, R(4, 3)),
    sympy.atanh(X): (0, -R(1, 3)),
    sympy.sin(X): (0, R(1, 3), 100),
    sympy.cos(X): (0, R(1, 3), 100),
    sympy.atan(X): (0, -R(1, 3), 100),
    sympy.gamma(X): (1, R(1, 3), -R(1, 3)),
    sympy.LambertW(X): (0, R(1, 3), -R(1, 3), 100),
    sympy.Abs(X) + sympy.sign(X): (0, R(1, 3), -R(1, 3)),
    PIECES: (2, 0, -R(1, 2), -3),
    sympy.hyper((R(1, 2), R(2, 3)), (R(5, 3),), -4 * X**2): (0, R(1, 3), 20),
    sympy.hyper((R(1, 2), 1), (R(3, 2),), X): (0, R(1, 3), R(9, 10)),
    sympy.pi * X + sympy.E: (R(1, 3), 3),
    sympy.elliptic_k(X): (0, R(1, 3), -5, R(99, 100)),
    sympy.elliptic_e(X): (0, R(1, 3), -5, 1),
    sympy.elliptic_f(X, R(1, 3)): (0, R(1, 3), 2, -7),
    sympy.Max(X, R(1, 3), X**2): (R(1, 7), -2),
    sympy.Min(X, R(1, 3), X**2): (R(1, 7), -2),
}


def ends(value):
    """The exact ends of a ball."""
    middle, radius = (Fraction(int(man)) * Fraction(2) ** int(exp) for man, exp in (value.mid().man_exp(), value.rad().man_exp()))
    return middle - radius, middle + radius


@pytest.mark.parametrize(("expr", "points"), FUNCTIONS.items(), ids=str)
def test_every_function_against_mpmath(expr, points):
    function = BallFunction(expr, (X,))
    for point in points:
        with precision(bits_for(30)):
            enclosure = function(point)
            assert is_accurate(enclosure, 28)
        assert enclosure.overlaps(reference.interval(expr, {X: sympy.Rational(point)}, 60))


@pytest.mark.parametrize("values", [(1, 2, 3), (0, R(1, 3), 5), (R(1, 7), R(1, 7), 40)], ids=str)
def test_carlson_integrals_against_mpmath(values):

    ctx = reference.context(60)
    arguments = [reference.number(ctx, v) for v in values]
    for function, known in ((carlson_rf, ctx.elliprf), (carlson_rd, ctx.elliprd)):
        value = evaluate(function(X, *values[1:]), {X: values[0]}, 40)
        assert reference.is_close(value, known(*arguments).real, R(1, 10**38))


@pytest.mark.parametrize(
    ("integrand", "low", "high"),
    [
        (sympy.log(T) / T, 1, X),
        (sympy.exp(-T * X), 0, 1),
        (T**X, 1, 2),
        (1 / sympy.sqrt(T * (T + X)), R(1, 3), X + 1),
        (sympy.sinh(T) * (1 + T**2) ** R(-1, 3), -1, X),
    ],
    ids=str,
)
def test_definite_integrals_against_mpmath(integrand, low, high):
    ctx = reference.context(50)
    for point in (R(1, 3), R(5, 2)):
        value = evaluate(sympy.Integral(integrand, (T, low, high)), {X: point}, 35)
        ends = [reference.value(ctx, sympy.sympify(end), {X: point}) for end in (low, high)]
        known = ctx.quad(lambda t, at=point: reference.value(ctx, integrand, {X: at, T: reference.rational(t)}), ends)
        assert reference.is_close(value, known, R(1, 10**30))


@pytest.mark.parametrize("name", ["__import__('os').abort()", "{0}", "v0", "k1", "a\nb", '"', "return", ""])
def test_names_of_symbols_are_never_run(name):
    hostile = sympy.Symbol(name, real=True)
    assert BallFunction(hostile + hostile**2 * X, (X, hostile))(5, 3) == 48


@given(real_expressions, rationals, positive_rationals)
def test_balls_contain_the_value_of_mpmath(expr, a, u):
    function = BallFunction(expr, (A, U))
    with precision(bits_for(30)):
        enclosure = function(a, u)
    assume(enclosure.is_finite())
    assert enclosure.overlaps(reference.interval(expr, {A: a, U: u}, 60))


@given(real_expressions, rationals, positive_rationals)
def test_two_precisions_overlap(expr, a, u):
    function = BallFunction(expr, (A, U))
    found = []
    for bits in (40, 300):
        with precision(bits):
            found.append(function(a, u))
    assume(all(b.is_finite() for b in found))
    assert found[0].overlaps(found[1])


@given(real_expressions, rationals, positive_rationals, positive_rationals)
def test_a_ball_as_argument_contains_the_values_inside_it(expr, a, u, width):
    """The image of [a - r, a + r] contains the image of each rational in it."""
    function = BallFunction(expr, (A, U))
    radius = width / 1000
    with precision(100):
        wide = function(ball(a - radius).union(ball(a + radius)), u)
        assume(wide.is_finite())
        for inside in (a - radius, a - radius / 3, a, a + radius / 7, a + radius):
            value = function(inside, u)
            assert not value.is_finite() or value.overlaps(wide)


def test_a_third_is_not_rounded_to_a_double():
    third = BallFunction(X / 3, (X,))
    with precision(200):
        enclosure = 3 * third(1)
        assert enclosure.contains(1)
        assert enclosure.rad() < Ball(2) ** -190
        assert third(1).rad() > 0
        assert (3 * ball(R(1, 3))).contains(1)
        assert not ball(R(1, 3)).contains(Ball(1 / 3))


def test_rational_exponents_are_exact():
    cube_root = BallFunction(X ** R(1, 3), (X,))
    general = BallFunction(X**Y, (X, Y))
    with precision(200):
        for enclosure in (cube_root(2), general(2, R(1, 3))):
            assert (enclosure**3).contains(2)
            assert enclosure.rad() < Ball(2) ** -190


@given(rationals, st.integers(2, 2000))
def test_a_rational_is_enclosed_at_any_precision(value, bits):
    with precision(bits):
        low, high = ends(ball(value))
    exact = Fraction(int(value.p), int(value.q))
    assert low <= exact <= high
    assert high - low <= abs(exact) * Fraction(4, 2**bits)


@pytest.mark.parametrize("value", [0.5, "1/2", None, sympy.sqrt(2), sympy.Float(1), X])
def test_only_exact_rationals_become_balls(value):
    with pytest.raises(InvalidArgument, match=r"^value must be an exact rational, got .*; write an integer or a fraction"):
        ball(value)


@pytest.mark.parametrize(
    ("expr", "point"),
    [
        (1 / X, 0),
        (X**-2, 0),
        (X ** R(-1, 2), 0),
        (X ** R(-1, 2), -1),
        (X ** R(-1, 3), 0),
        (sympy.log(X), 0),
        (sympy.log(X), -1),
        (sympy.sqrt(X), -1),
        (X ** R(1, 3), -1),
        (X ** R(2, 3), -1),
        (X**Y, -1),
        (sympy.acosh(X), R(1, 2)),
        (sympy.atanh(X), 1),
        (sympy.atanh(X), 2),
        (sympy.gamma(X), 0),
        (sympy.gamma(X), -3),
        (sympy.LambertW(X), -1),
        (sympy.elliptic_k(X), 1),
        (sympy.elliptic_k(X), 2),
        (sympy.elliptic_e(X), 2),
        (sympy.elliptic_f(1, X), 2),
        (sympy.Integral(1 / T, (T, X, 1)), -1),
        (sympy.Integral(sympy.log(T), (T, X, 1)), -1),
        (sympy.hyper((1, 2), (3,), X), 1),
        (sympy.hyper((1, 2), (3,), X), 2),
        (1 / (sympy.sqrt(X**2 + 2) - sympy.sqrt(2)), 0),
        (sympy.Piecewise((1, X > 0)), -1),
        (sympy.Piecewise((1 / X, X >= 0), (X, True)), 0),
        (sympy.sign(sympy.sqrt(X)), -1),
        (sympy.sign(sympy.log(X)), 0),
        (sympy.Abs(1 / X) - 1, 0),
        (sympy.Max(1 / X, 1), 0),
        (sympy.log(X) ** (Y - R(1, 2)), -1),
        ((1 / X) ** (Y - R(1, 2)), 0),
    ],
)
def test_undefined_values_are_not_finite(expr, point):
    value = BallFunction(expr, (X, Y))(point, R(1, 2))
    assert not value.is_finite()
    with pytest.raises(NotEvaluable, match=r"^no enclosure of .* to 20 digits at "):
        BallFunction(expr, (X, Y)).enclose((point, R(1, 2)), 20)


def test_a_condition_that_balls_cannot_decide_is_not_finite():
    """sinh(x) + cosh(x) - exp(x) is 0, which balls never see; its sign must not choose a branch."""
    zero = sympy.sinh(X) + sympy.cosh(X) - sympy.exp(X)
    for relation in (zero > 0, zero >= 0, zero < 0, zero <= 0, sympy.Ne(zero, 0), sympy.Eq(zero, 0)):
        assert not BallFunction(sympy.Piecewise((1, relation), (2, True)), (X,))(1).is_finite()


@pytest.mark.parametrize(
    ("condition", "at"),
    [
        (X > 1, {0: 2, 1: 2, 2: 1}),
        (X >= 1, {0: 2, 1: 1, 2: 1}),
        (X < 1, {0: 1, 1: 2, 2: 2}),
        (X <= 1, {0: 1, 1: 1, 2: 2}),
        (sympy.Ne(X, 1), {0: 1, 1: 2, 2: 1}),
        (sympy.Eq(X, 1), {0: 2, 1: 1, 2: 2}),
        (sympy.And(X > 0, X < 2), {0: 2, 1: 1, 2: 2}),
        (sympy.Or(X < 1, X > 1), {0: 1, 1: 2, 2: 1}),
    ],
    ids=str,
)
def test_decided_conditions_choose_the_branch(condition, at):
    choose = BallFunction(sympy.Piecewise((1, condition), (2, True)), (X,))
    for point, branch in at.items():
        assert choose(point) == branch


def test_a_pole_in_a_branch_not_taken_does_no_harm():
    assert BallFunction(sympy.Piecewise((X, X < 1), (1 / X, True)), (X,))(0) == 0


def test_powers_of_zero():
    power = BallFunction(X**Y, (X, Y))
    assert power(0, R(1, 2)) == 0
    assert power(0, 0) == 1
    assert not power(0, -1).is_finite()


@pytest.mark.parametrize("exponent", [R(1, 2), R(1, 3), R(2, 3), R(3, 2), R(1, 5)], ids=str)
def test_a_root_of_a_ball_that_holds_zero_is_no_ball_without_its_value(exponent):
    """exp(x) - sinh(x) - cosh(x) + y is y, but its ball at 100 bits is about [-1e-29, 1e-29]."""
    almost = sympy.exp(X) - sympy.sinh(X) - sympy.cosh(X) + Y
    for tiny in (sympy.S.Zero, R(1, 10**60)):
        with precision(100):
            value = BallFunction(almost**exponent, (X, Y))(1, tiny)
        true = evaluate(Y**exponent, {Y: tiny}, digits=100)
        assert not value.is_finite() or value.overlaps(true)


def test_a_cover_proves_nothing_false_where_balls_hold_zero():
    """x^(1/3) exceeds 10^4 x + 1/1000 for x from about 1e-9 to 1e-6, which no sample of small numbers meets."""
    difference = 10**4 * X + R(1, 1000) - X ** R(1, 3)
    assert evaluate(difference, {X: R(1, 10**8)}) < 0
    assert cover_positive(difference, (X,), ((R(0), R(1)),), most=2000) is None


@pytest.mark.parametrize("undefined", [sympy.sign(sympy.sqrt(X)), sympy.log(X) ** (X - X * Y)], ids=str)
def test_a_cover_proves_nothing_where_the_expression_is_undefined(undefined):
    box = ((R(-2), R(-1)), (R(1), R(1)))
    assert not BallFunction(undefined, (X, Y))(-1, 1).is_finite()
    assert cover_positive(undefined + 2, (X, Y), box, most=200) is None


def test_a_cover_proves_what_is_true():
    cover = cover_positive(X**2 - X + R(3, 10), (X,), ((R(-1), R(2)),))
    assert cover is not None
    assert cover.boxes == cover.splits.count(-1) > 1
    assert cover_positive(X**2 - X + R(1, 4), (X,), ((R(-1), R(2)),), most=500) is None


@pytest.mark.parametrize(
    ("expr", "what"),
    [
        (X + sympy.Float("0.1"), "Float"),
        (X ** sympy.Float("0.5"), "Float"),
        (sympy.zeta(X), "zeta"),
        (sympy.Function("f")(X), "f"),
        (X + sympy.Symbol("z"), "Symbol"),
        (sympy.I * X, "ImaginaryUnit"),
        (sympy.oo * sympy.Abs(X), "Infinity"),
        (sympy.Derivative(sympy.Function("f")(X), X), "Derivative"),
        (sympy.LambertW(X, -1), "LambertW"),
    ],
)
def test_what_has_no_enclosure_is_refused(expr, what):
    with pytest.raises(NotEvaluable, match=rf"\({what}\) has no enclosure in ball arithmetic(; write exact numbers.*)?$"):
        BallFunction(expr, (X,))


def test_an_undecidable_condition_is_refused():
    with pytest.raises(NotEvaluable, match=r"^the condition .* cannot be decided in ball arithmetic$"):
        BallFunction(sympy.Piecewise((1, sympy.Xor(X > 0, Y > 0)), (2, True)), (X, Y))


def test_the_number_of_arguments_is_checked():
    with pytest.raises(InvalidArgument) as raised:
        BallFunction(X + Y, (X, Y))(1)
    assert str(raised.value) == "point must be one value for each of (x, y), got 1; give every variable a value"


@pytest.mark.parametrize("digits", [1, 15, 50, 400])
@pytest.mark.parametrize("expr", [sympy.asinh(X) / 3, sympy.exp(50 * X), sympy.exp(-300 * X), sympy.log(1 + X / 10**30)])
def test_enclose_reaches_the_digits_asked_for(expr, digits):
    value = BallFunction(expr, (X,)).enclose((R(7, 3),), digits)
    low, high = ends(value)
    scale = max(Fraction(1), abs(low + high) / 2)
    assert (high - low) / 2 <= scale / 10**digits
    assert value.overlaps(BallFunction(expr, (X,)).enclose((R(7, 3),), digits + 30))


def test_enclose_raises_the_precision_against_cancellation():
    expr = (1 + X - sympy.exp(X)) / X**2
    value = evaluate(expr, {X: R(1, 10**100)}, digits=30)
    assert is_accurate(value, 30)
    assert value.contains(ball(R(-1, 2))) or (value - ball(R(-1, 2))).abs_upper() < Ball(10) ** -29


def test_enclose_gives_up_where_the_value_is_hidden_for_ever():
    zero = sympy.sinh(X) + sympy.cosh(X) - sympy.exp(X)
    with pytest.raises(NotEvaluable, match=r"^no enclosure of .* to 10 digits at"):
        BallFunction(1 / zero, (X,)).enclose((1,), 10)


def test_is_accurate_is_relative_above_one():
    with precision(100):
        for middle, digits in ((10**9, 9), (-(10**9), 9), (0, 0), (R(1, 2), 0)):
            assert is_accurate(ball(middle - R(1, 2)).union(ball(middle + R(1, 2))), digits)
            assert not is_accurate(ball(middle - 2).union(ball(middle + 2)), digits)


def test_precision_is_restored():
    before = flint.ctx.prec
    with precision(777):
        assert current_bits() == flint.ctx.prec == 777
        with precision(55):
            assert current_bits() == 55
        assert current_bits() == 777
    assert current_bits() == before


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, NotEvaluable])
def test_precision_is_restored_after_an_exception(error):
    before = current_bits()
    with pytest.raises(error), precision(777):
        raise error
    assert current_bits() == before


def test_enclose_leaves_the_precision_as_it_was():
    before = current_bits()
    evaluate(sympy.exp(X), {X: 1}, digits=200)
    with pytest.raises(NotEvaluable):
        evaluate(1 / X, {X: 0})
    assert current_bits() == before


def test_bits_leave_a_guard():
    for digits in (1, 50, 10_000):
        assert 2 ** bits_for(digits) > 10 ** (digits + 6)


magnitudes = st.integers(-400, 400).map(lambda e: Fraction(10) ** e)
middles = st.builds(lambda m, e: m * e, st.fractions(-9, 9, max_denominator=10**6), magnitudes)
radii = st.one_of(st.just(Fraction(0)), st.builds(lambda m, e: m * e, st.fractions(0, 9, max_denominator=99), magnitudes))


@given(middles, radii, st.integers(1, 60), st.integers(30, 300))
def test_decimal_strings_enclose_the_ball(middle, radius, digits, bits):
    with precision(bits):
        low, high = (R(e.numerator, e.denominator) for e in (middle - radius, middle + radius))
        value = ball(low).union(ball(high))
    found = decimal(value, digits)
    assert set(found) == {"mid", "rad"}
    low, high = ends(value)
    mid, rad = Fraction(found["mid"]), Fraction(found["rad"])
    assert mid - rad <= low
    assert high <= mid + rad


@given(middles.filter(bool), st.integers(1, 60))
def test_decimal_strings_are_as_sharp_as_the_digits_asked_for(middle, digits):
    with precision(bits_for(digits + 5)):
        found = decimal(ball(R(middle.numerator, middle.denominator)), digits)
    assert Fraction(found["rad"]) <= abs(middle) * Fraction(10, 10**digits)
    assert len(found["mid"].lstrip("-0.").split("e")[0].replace(".", "").rstrip("0")) <= digits + 4


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        (R(0), 5, ("0", "0")),
        (R(1, 4), 5, ("0.25", "0")),
        (R(-1, 4), 5, ("-0.25", "0")),
        (R(1024), 9, ("1024", "0")),
        (R(2) ** 300, 400, (str(2**300)[0] + "." + str(2**300)[1:] + "e+90", "0")),
        (R(1, 2**30), 40, ("9.31322574615478515625e-10", "0")),
        (R(3, 64), 9, ("0.046875", "0")),
    ],
)
def test_decimal_of_exact_balls(value, digits, expected):
    with precision(400):
        found = decimal(ball(value), digits)
    assert (found["mid"], found["rad"]) == expected


@pytest.mark.parametrize("value", ["nan", "inf", "-inf"])
def test_decimal_of_a_ball_that_is_not_finite_is_refused(value):
    with pytest.raises(NotEvaluable, match=r"^the ball is not finite$"):
        decimal(Ball(value), 10)


def test_a_root_beyond_the_machine_word_is_enclosed():
    x = sympy.Symbol("x", positive=True)
    found = evaluate(x ** sympy.Rational(1, 2**70), {x: 3}, digits=30)
    assert found.overlaps(1 + evaluate(sympy.log(3) / 2**70, {}, digits=30))
    assert (found - 1) * 2**70 > 1


def test_threads_take_turns_at_the_precision():
    """Each sees its own from the beginning of a block to its end, and what was set before comes back."""

    def seen(bits):
        with precision(bits):
            here = {current_bits() for _ in range(200)}
            with precision(2 * bits):
                inside = {(flint.arb(1) / 3).rel_accuracy_bits() for _ in range(200)}
            return here, inside, current_bits()

    before, switch = (flint.ctx.prec, flint.ctx.cap), sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            for bits, (here, inside, after) in zip(range(60, 160), pool.map(seen, range(60, 160)), strict=True):
                assert here == {after} == {bits}
                assert all(abs(own - 2 * bits) <= 2 for own in inside)
    finally:
        sys.setswitchinterval(switch)
    assert (flint.ctx.prec, flint.ctx.cap) == before


@given(st.integers(-(2**300), 2**300), st.integers(0, 2**30 - 1), st.integers(-700, 700), st.integers(-700, 700))
def test_a_ball_is_pickled_to_the_last_bit(middle, radius, high, low):
    value = Ball((middle, high), Ball((radius, low)))
    back = pickle.loads(pickle.dumps(value))
    assert back.mid() == value.mid()
    assert back.rad() == value.rad()


@pytest.mark.parametrize("value", [Ball("nan"), Ball("inf"), Ball("-inf"), Ball(3, "inf"), Ball("inf", 2)], ids=repr)
def test_a_ball_that_is_not_finite_is_pickled(value):
    back = pickle.loads(pickle.dumps(value))
    assert (back.is_nan(), back > 0, back < 0, back.contains(0)) == (value.is_nan(), value > 0, value < 0, value.contains(0))
