"""Undefined anywhere in a ball is not finite: at the borders of every function, in the engine and in the kernel alike."""

import json

import pytest
import sympy

from mirrortheory import kernel
from mirrortheory.check.certificates import tree
from mirrortheory.errors import NotEvaluable
from mirrortheory.exact import Ball, BallFunction, ball, precision
from mirrortheory.exact.carlson import carlson_rc, carlson_rd, carlson_rf, carlson_rj

R = sympy.Rational
X, Y, T = sympy.symbols("x y t", real=True)

POLE = 1 / X
BORDERS = {
    "1/x": (1 / X, 0, True, True),
    "log": (sympy.log(X), 0, False, True),
    "square root": (sympy.sqrt(X), 0, False, True),
    "reciprocal square root": (1 / sympy.sqrt(X), 0, False, True),
    "cube root": (X ** R(1, 3), 0, False, True),
    "negative power": (X ** R(-4, 3), 0, False, True),
    "symbolic power": (X**sympy.pi, 0, False, True),
    "exponent": (2 ** sympy.log(X), 0, False, True),
    "power of one": (sympy.Pow(1, sympy.log(X), evaluate=False), 0, False, True),
    "power zero": (sympy.Pow(sympy.log(X), 0, evaluate=False), 0, False, True),
    "acosh": (sympy.acosh(X), 1, False, True),
    "atanh above": (sympy.atanh(X), 1, True, False),
    "atanh below": (sympy.atanh(X), -1, False, True),
    "gamma": (sympy.gamma(X), 0, True, True),
    "gamma at -1": (sympy.gamma(X), -1, True, True),
    "LambertW": (sympy.LambertW(X - sympy.exp(-1)), 0, False, True),
    "argument of hyper": (sympy.hyper((1, 2), (3,), X), 1, True, False),
    "third parameter of hyper": (sympy.hyper((1, 1), (X,), R(1, 2)), 0, True, True),
    "third parameter of hyper at argument 0": (sympy.hyper((1, 1), (X,), 0), -1, True, True),
    "parameter of 1F1": (sympy.hyper((1,), (X,), R(1, 2)), 0, True, True),
    "K": (sympy.elliptic_k(X), 1, True, False),
    "E": (sympy.elliptic_e(X), 1, True, False),
    "F": (sympy.elliptic_f(2, X), 1, True, False),
    "complete Pi": (sympy.elliptic_pi(X, R(1, 2)), 1, True, False),
    "incomplete Pi": (sympy.elliptic_pi(X, 2, R(1, 2)), 1, True, False),
    "RF": (carlson_rf(X, 1, 2), 0, False, True),
    "RD": (carlson_rd(1, 2, X), 0, False, True),
    "RJ": (carlson_rj(1, 2, 3, X), 0, False, True),
    "RC": (carlson_rc(1, X), 0, False, True),
    "sum": (POLE + 1, 0, True, True),
    "even power": (POLE**2, 0, True, True),
    "odd power": (POLE**3, 0, True, True),
}
BORDERS |= {
    f"{function.__name__} of 1/x": (function(POLE), 0, True, True)
    for function in (
        sympy.sin,
        sympy.cos,
        sympy.atan,
        sympy.tanh,
        sympy.asinh,
        sympy.Abs,
        sympy.sign,
        sympy.exp,
        sympy.sinh,
        sympy.cosh,
    )
}
BORDERS |= {f"{function.__name__} of 1/x and 0": (function(POLE, 0), 0, True, True) for function in (sympy.Max, sympy.Min)}


def around(border, low, high):
    return ball(border + R(low)).union(ball(border + R(high)))


@pytest.mark.parametrize("name", BORDERS)
def test_undefined_anywhere_in_a_ball_is_not_finite(name):
    """One rule for engine and kernel: at the border of a function, from both sides, and through functions of it."""
    expr, border, left, right = BORDERS[name]
    borders = [
        (around(border, "-1/5", "-1/6"), left),
        (around(border, "1/6", "1/5"), right),
        (around(border, "-1/50", "1/70"), False),
    ]
    functions = [
        BallFunction(f, (X,))
        for f in (expr, sympy.atan(expr), sympy.sign(expr, evaluate=False), sympy.Mul(0, expr, evaluate=False))
    ]
    try:
        trees = [kernel.tree(json.loads(json.dumps(tree(f.expr))), {"x"}) for f in functions]
    except NotEvaluable:  # not in certificates
        trees = []
    with precision(240):
        for where, defined in borders:
            for function in functions:
                assert function(where).is_finite() == defined, (function.expr, where)
            for node in trees:
                assert kernel.evaluate(node, {"x": where}).is_finite() == defined, (node, where)


@pytest.mark.parametrize(
    "value", [Ball("nan"), Ball("inf"), Ball("-inf"), Ball(0, "inf")], ids=["nan", "inf", "-inf", "everything"]
)
@pytest.mark.parametrize("head", [head for head, count in kernel.ARITY.items() if count == 1 and head not in ("num", "sym")])
def test_no_function_of_an_undefined_value_is_finite(head, value):
    name = {"lambertw": "LambertW", "abs": "Abs"}.get(head, head)
    assert not kernel.evaluate((head, ("sym", "x")), {"x": value}).is_finite()
    assert not BallFunction(getattr(sympy, name)(X), (X,))(value).is_finite()
