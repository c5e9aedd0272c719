"""Formulas from untrusted text: what they mean, why they are refused, and that nothing hostile takes long."""

import time

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from mirrortheory.errors import InvalidArgument
from mirrortheory.exact.parse import FUNCTIONS, expression

X, Y = sympy.symbols("x y", real=True)
P = sympy.Symbol("p", positive=True)
SYMBOLS = {"x": X, "y": Y, "p": P, "x_1": sympy.Symbol("x_1", real=True)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", sympy.S.Zero),
        ("  12  ", sympy.Integer(12)),
        ("6/4", sympy.Rational(3, 2)),
        ("1/2/3", sympy.Rational(1, 6)),
        ("--7", sympy.Integer(7)),
        ("-2**2", sympy.Integer(-4)),
        ("-2^2", sympy.Integer(-4)),
        ("2^3^2", sympy.Integer(512)),
        ("x^-1*y^2**p", Y ** (2**P) / X),
        ("2**-1", sympy.S.Half),
        ("2**3**2", sympy.Integer(512)),
        ("x_1", sympy.Symbol("x_1", real=True)),
        ("x - (y - p)", X - Y + P),
        ("2*x/y", 2 * X / Y),
        ("-x**2", -(X**2)),
        ("(-x)**2", X**2),
        ("x**(1/3)", X ** sympy.Rational(1, 3)),
        ("x**y", X**Y),
        ("sqrt(x**2)", sympy.Abs(X)),
        ("exp(2*log(p))", P**2),
        ("abs(x)**(x - 1)*sign(x)", sympy.Abs(X) ** (X - 1) * sympy.sign(X)),
        ("4*atan(1)", sympy.pi),
        ("gamma(5)", sympy.Integer(24)),
        ("0.25*x", X / 4),
        (".5 + 1.", sympy.Rational(3, 2)),
        ("x**0.5*1e-5*2e5", 2 * sympy.sqrt(X)),
        ("+".join("x" * 100), 100 * X),
    ],
)
def test_what_a_formula_means(text, expected):
    assert expression(text, SYMBOLS) == expected


def test_every_function_is_sympys():
    for name in FUNCTIONS:
        assert expression(f"{name}(p)", SYMBOLS) == getattr(sympy, {"abs": "Abs"}.get(name, name))(P)


UNREAL = "look for a zero denominator, a root or log of a negative number"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (3, "must be text, got 3"),
        (b"x", "must be text"),
        ("", "got nothing"),
        ("x^^2", "a complete formula"),
        ("x*^2", "a complete formula"),
        ("^2", "a complete formula"),
        ("2^100000", "free of exponents and roots beyond 64"),
        ("(-8)^(1/3)", UNREAL),
        ("1e500", "got 1e500"),
        ("1e-500", "got 1e-500"),
        ("0.2.5", "got 0.2.5"),
        ("1e5x", "got 1e5x"),
        ("0.5j", "got 0.5j"),
        ("2e90**64", "numbers beyond"),
        ("2x", "got 2x"),
        ("0x10", "got 0x10"),
        ("1_000", "got 1_000"),
        ("1and 2", "got 1and"),
        ("007", "a complete formula"),
        ("x +", "a complete formula"),
        ("(x", "a complete formula"),
        ("lambda", "a complete formula"),
        ("x +\ny", r"got '\n'"),
        ("\uff58 + 1", r"got '\uff58'"),  # NFKC makes it x
        ("x # y", "got '#'"),
        ("z", "write one of x, y, p, x_1"),
        ("__builtins__", "write one of x, y, p, x_1"),
        ("eval(x)", "write one of sqrt"),
        ("x(1)", "write one of sqrt"),
        ("sin(x)(x)", "write one of sqrt"),
        ("log(x, 2)", "give log exactly one argument"),
        ("sqrt(*x)", "got *x"),
        ("sqrt(**x)", "give sqrt exactly one argument"),
        ("x.__class__.__mro__", "got x.__class__"),
        ("x[0]", "got '['"),
        ("x, y", "got x, y"),
        ("'x'", "must be a formula"),
        ("x is y", "got x is y"),
        ("x if y else p", "got x if y else p"),
        ("(yield)", "got yield"),
        ("x // y", "got x // y"),
        ("True", "got True"),
        ("...", "must be a formula"),
        ("__import__('os').system('id')", "must be a formula"),
        ("1/0", UNREAL),
        ("x/(y - y)", UNREAL),
        ("log(0)", UNREAL),
        ("sqrt(-1)", UNREAL),
        ("(-8)**(1/3)", UNREAL),
        ("sqrt(-p)", UNREAL),
    ],
)
def test_refusals(text, reason):
    with pytest.raises(InvalidArgument) as raised:
        expression(text, SYMBOLS, "map")
    message = str(raised.value)
    assert message.startswith("map must be ")
    assert reason in message
    assert "\n" not in message
    assert len(message) < 400


HOSTILE = [
    ("9**9**9", "exponents"),
    ("x**65", "exponents"),
    ("2**(1/65)", "exponents and roots"),
    ("2**(x - x + 10**9)", "exponents"),
    ("((2**60)**60)**60", "bits"),
    ("2**(x + 10**9)*2**(-x)", "bits"),
    ("exp(10**9*log(2))", "bits"),
    ("exp(x + 10**9*log(2))", "bits"),
    ("gamma(10**6)", "bits"),
    ("cosh(10**40)", "bits"),
    ("exp(exp(exp(exp(9))))", "bits"),
    ("sqrt(" + "*".join(["7" * 49] * 40) + ")", "bits under roots"),
    ("(" * 10**6 + "x" + ")" * 10**6, "5000 characters"),
    ("(" * 999 + "x" + ")" * 999, "nested deeply"),
    ("-" * 4000 + "x", "nested deeply"),
    ("-" * 101 + "x", "nested at most 100"),
    ("**".join("x" * 90), "bits"),
    ("+".join("x" * 240), "nested at most 100"),
    ("+".join(["(x+y)*(x-y)"] * 80), "500 nodes"),
    ("9" * 51, "50 digits"),
    ("9" * 10**6, "5000 characters"),
    ("x" * 5000, "known symbols"),
]


@pytest.mark.parametrize(("text", "reason"), HOSTILE)
def test_hostile_text_is_refused_before_it_costs(text, reason):
    start = time.process_time()
    with pytest.raises(InvalidArgument, match=reason):
        expression(text, SYMBOLS)
    assert time.process_time() - start < 1  # the bound of the specification; each takes a few milliseconds


@pytest.mark.parametrize(
    "text",
    [
        "abs(" + "+".join(f"1/(x + {k})" for k in range(80)) + ")",
        "*".join(f"{k}**(1/{k + 1})" for k in range(2, 60)),
        "acosh(" * 90 + "x" + ")" * 90,
        "LambertW(" * 90 + "x" + ")" * 90,
        "abs((x + y + p + 1)**64 - (x - y)**64)",
        "sign(sqrt(2) + sqrt(3) - sqrt(5 + 2*sqrt(6)))",
    ],
)
def test_the_longest_formulas_within_the_limits_are_read_in_time(text):
    start = time.process_time()
    assert expression(text, SYMBOLS).free_symbols <= set(SYMBOLS.values())
    assert time.process_time() - start < 1


LEAVES = st.sampled_from(("x", "y", "p", "2", "1/3", "0", "7"))
FORMULAS = st.recursive(
    LEAVES,
    lambda e: st.one_of(
        st.tuples(st.sampled_from(FUNCTIONS), e).map(lambda t: f"{t[0]}({t[1]})"),
        st.tuples(e, st.sampled_from(("+", "-", "*", "/", "**")), e).map(lambda t: f"({t[0]}){t[1]}({t[2]})"),
    ),
    max_leaves=6,
)


@given(FORMULAS)
@settings(max_examples=300)
def test_well_formed_text_is_what_sympy_makes_of_it_or_refused(text):
    try:
        found = expression(text, SYMBOLS)
    except InvalidArgument:
        return
    assert found == eval(_exact(text), {"__builtins__": {}}, {**_SYMPY, **SYMBOLS})


_SYMPY = {name: getattr(sympy, {"abs": "Abs"}.get(name, name)) for name in FUNCTIONS} | {"N": sympy.Integer}


def _exact(text):
    return "".join(f"N({c})" if c.isdigit() else c for c in text)
