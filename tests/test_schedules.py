"""Decay that depends on time: what is accepted and refused, its sign by an independent sampling, and its integral by quadrature."""

import mpmath
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from mirrortheory import Coupled, Decoupled, NoDecay
from mirrortheory.decays import TIME, is_schedule, stretches, text_of
from mirrortheory.decays.intervals import NoEnclosure, enclosed
from mirrortheory.decays.schedule import closed, integral, schedule
from mirrortheory.decays.sign import fault, is_continuous
from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import evaluate, expression

R, OO = sympy.Rational, sympy.oo
ACCEPTED = [
    "1/(1+t)",
    "2**(-t)",
    "1/10 if t < 5 else 1/100",
    "1/10 if t < 5 else 1/100 if t < 7 else 0",
    "1 - t/10 if t < 10 else 0",
    "(1 + cos(pi*t/10))/20 if t < 10 else 0",
    "(1+cos(t))/20",
    "t",
    "t**2 - 2*t + 1",
    "sqrt(t)",
    "(1+t)**(-3/2)",
    "t*exp(-t)",
    "1 - exp(-t)",
    "exp(-t) - exp(-2*t)",
    "exp(-t**2)",
    "1/(2+cos(t))",
    "log(1+t)/(1+t)",
    "1/(1+t+t**3)",
    "(1+t)**(1/3) if t < 1 else 2 if t < 2 else exp(2-t)",
    "1/(1+t) - 1/(2+t)",
    "atan(t)",
    "1 + asinh(t)",
]
T = {"t": TIME, "pi": sympy.pi}


@pytest.mark.parametrize("text", ACCEPTED)
def test_an_integral_is_that_of_quadrature_and_its_derivative_is_the_rate(text):
    rate = schedule(text)
    assert schedule(text_of(rate)) == rate
    assert Decoupled(text).rate == Coupled(text).rate == rate
    whole = integral(rate)
    breaks = [float(s.start) for s in stretches(rate)[1:]]
    function = sympy.lambdify(TIME, rate, "mpmath")
    for point in (R(1, 3), R(7, 2), R(12)):
        part = next(s for s in reversed(stretches(whole)) if s.start <= point).rate
        found = evaluate(part, {TIME: point}, digits=15)
        with mpmath.workdps(30):
            expected = mpmath.quad(function, [0, *(b for b in breaks if b < point), point])
        assert abs(float(found.mid()) - float(expected)) < 1e-12 * (1 + float(expected))


@pytest.mark.parametrize(
    ("alpha", "message"),
    [
        (
            "1-t/10",
            "alpha must be >= 0 at all times, got 1 - t/10, which is negative at t = 11; "
            "if it is to end at a time T, write 1 - t/10 if t < T else 0",
        ),
        ("-1/(1+t)", "alpha must be >= 0 at all times, got -1/(t + 1), which is negative at t = 1"),
        ("sin(t)", "alpha must be >= 0 at all times, got sin(t), which is negative at t = 13/4"),
        ("exp(-2*t) - exp(-t)", "alpha must be >= 0 at all times, got -exp(-t) + exp(-2*t), which is negative at t = 1/4"),
        ("t**2 - 2*t + 999999/1000000", "which is negative at t = 1"),
        ("-1/10 if t < 1 else 0", "got -1/10, which is negative at t = 1/2; write a rate >= 0"),
        ("1/(t-1)**2", "alpha must be integrable, got (t - 1)**(-2), which is not defined near t = 1; write for example 1/(1 + t)"),
        ("1/t", "alpha must be integrable, got 1/t, which is not defined near t = 0"),
        ("1/10 if t < 5 else 1/(t-5)", "alpha must be integrable, got 1/(t - 5), which is not defined near t = 5"),
        ("1/(t**2-2)", "alpha must be integrable, got 1/(t**2 - 2), which is not defined near t = 3363/2378"),
        (
            "1/sqrt(t)",
            "alpha must be seen to be >= 0 and continuous by its form, got 1/sqrt(t), which is not decided from t = 0 on",
        ),
        ("t - sin(t)", "got t - sin(t), which is not decided from t = 0 on; write it as a sum of terms >= 0"),
        ("gamma(1+t)", "which is not decided from t = 0 on"),
        ("x*t", "alpha must be a formula in known symbols, got x; write one of t, pi"),
        ("1/(1+t) + 0.1t", "alpha must be made of numbers and names, got 0.1t; write 3/2 or 2*x"),
        ("t^^2", "alpha must be a complete formula, not nested deeply, got t^^2; write numbers"),
        ("__import__('t')", "alpha must be a formula"),
        ("1/10 if t < 5 else 1/100 if t < 3 else 0", "alpha must be given on stretches in the order of time, from t = 0 on"),
        ("1/10 if t < 0 else 1/100", "alpha must be given on stretches in the order of time, from t = 0 on"),
        ("1/10 if t > 5 else 1/100", "alpha must be a rate, if t < a time, else another, got 1/10 if t > 5"),
        ("1/10 if t < 5,5 else 1/100", "alpha must be an exact rational, got 5,5; write an integer or a fraction such as 3/2"),
        ("if t else", "alpha must be a rate, if t < a time, else another, got if t"),
        (0.1 / (1 + TIME), "alpha must be an exact expression of t, got 0.100000000000000; write 1/10, not a float"),
        (sympy.Symbol("a") * TIME, "alpha must be an expression of the letter t alone, got a*t; put numbers for other letters"),
        (sympy.Piecewise((1, TIME < 2)), "alpha must be given at all times t >= 0"),
        (sympy.Piecewise((1, TIME > 2), (2, True)), "alpha must be a Piecewise in t < a time, got t > 2"),
        (sympy.floor(TIME), "alpha must be seen to be >= 0 and continuous by its form, got floor(t)"),
        (sympy.Max(0, 1 - TIME), "alpha must be seen to be >= 0 and continuous by its form"),
    ],
)
@pytest.mark.parametrize("cls", [Decoupled, Coupled])
def test_refused_in_one_line(cls, alpha, message):
    with pytest.raises(InvalidArgument) as raised:
        cls(alpha)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_letter_t_of_any_assumptions_is_time_and_other_letters_are_constant():
    for t in (sympy.Symbol("t"), sympy.Symbol("t", real=True), sympy.Symbol("t", positive=True), TIME):
        assert Decoupled(1 / (1 + t)).rate == 1 / (1 + TIME)
        assert Decoupled(sympy.Piecewise((R(1, 10), t <= 5), (0, True))) == Decoupled("1/10 if t < 5 else 0")
    assert not is_schedule("1/10")
    assert not is_schedule("tanh(s)")
    assert not Decoupled(sympy.Symbol("alpha", nonnegative=True)).varies
    assert Decoupled("1/(1+t)").varies
    assert Decoupled("3/10 if t < 5 else 3/10") == Decoupled("3/10")


def test_the_integral_of_a_constant_rate_is_a_multiple_of_time():
    alpha = sympy.Symbol("alpha", nonnegative=True)
    assert Decoupled(alpha).total == alpha * TIME
    assert Coupled("1/10").total == TIME / 10
    assert NoDecay().total == 0


def test_a_decay_is_shown_as_it_is_written():
    assert str(Decoupled("1/10 if t < 5 else 1/(1+t)")) == "Decoupled(alpha=1/10 if t < 5 else 1/(t + 1))"
    assert repr(Coupled("1/10")) == "Coupled(alpha=1/10)"


def test_an_antiderivative_with_a_jump_is_not_taken_for_one():
    """A primitive of 1/(2 + cos t) by the half angle jumps at odd multiples of pi: the integral stays one."""
    (whole,) = stretches(schedule("1/(2+cos(t))"))
    assert closed(whole) is None
    value = evaluate(integral(whole.rate), {TIME: 10}, digits=12)
    assert float(value.mid()) == pytest.approx(float(mpmath.quad(lambda t: 1 / (2 + mpmath.cos(t)), [0, 3, 6, 10])), rel=1e-11)
    half_angle = 2 / sympy.sqrt(3) * sympy.atan(sympy.tan(TIME / 2) / sympy.sqrt(3))
    assert not is_continuous(half_angle, TIME, sympy.S.Zero, OO)


polynomials = st.lists(st.integers(-4, 4), min_size=1, max_size=5)


@given(polynomials, polynomials, st.booleans())
def test_a_rational_rate_is_accepted_only_where_samples_agree(above, below, exponential):
    """Independent of root isolation: signs at many times, in exact arithmetic; and a refusal for a sign shows one."""
    p, q = (sum(c * TIME**k for k, c in enumerate(cs)) for cs in (above, below))
    if q == 0:
        return
    rate = sympy.sympify(p / q)
    if exponential:
        rate = rate.xreplace({TIME: sympy.exp(-TIME)})
    if not rate.has(TIME):
        return
    found = fault(rate, TIME, sympy.S.Zero, OO)
    times = [R(k, 7) for k in range(60)] + [R(2**k) for k in range(4, 12)]
    if found is None:
        for time in times:
            value = rate.subs(TIME, time)
            assert value.is_finite
            assert float(value) >= -1e-300
    elif found[0] == "negative":
        assert float(rate.subs(TIME, found[1])) < 1e-12


@given(st.sampled_from(["exp", "cos", "sin", "log", "sqrt", "atan", "sinh", "abs", "cosh"]), st.integers(-3, 3), st.integers(1, 4))
def test_enclosures_hold_the_values(name, shift, power):
    expr = expression(f"{name}(t + {shift})**{power} - t/3", T)
    for low, high in ((R(0), R(1, 2)), (R(1, 2), R(5)), (R(3), OO)):
        try:
            least, most = enclosed(expr, TIME, low, high)
        except NoEnclosure:
            continue
        for k in range(1, 20):
            time = low + (R(k, 20) * (high - low) if high is not OO else R(k))
            value = evaluate(expr, {TIME: time}, digits=30)
            assert not value < least
            assert not value > most


def test_a_sign_is_decided_on_its_stretch_alone():
    line = 1 - TIME / 10
    assert fault(line, TIME, sympy.S.Zero, R(10)) is None
    assert fault(line, TIME, sympy.S.Zero, R(101, 10)) == ("negative", pytest.approx(10.05, abs=0.06))
    assert fault(1 / (TIME - 5), TIME, R(5), OO)[0] == "pole"
    assert fault(1 / (TIME - 5), TIME, R(6), OO) is None
    assert fault(1 / (5 - TIME), TIME, sympy.S.Zero, R(5))[0] == "pole"  # at the end of the stretch: the integral is infinite
