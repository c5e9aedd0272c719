"""Inverses undo what they are given, or are None."""

import pytest
import sympy
from sympy import Rational, asinh, exp, log, sinh, sqrt, tanh

from mirrortheory.exact import evaluate, expression, inverse

X, P = sympy.Symbol("x", real=True), sympy.Symbol("p", positive=True)
VALUE = sympy.Symbol("v", positive=True)


@pytest.mark.parametrize(
    ("expr", "variable", "points"),
    [
        (3 * P ** Rational(7, 4), P, (Rational(1, 9), 5)),
        (asinh(2 * P / 3) / 2 + 1, P, (1, 4)),
        (tanh(P) / 5, P, (1, 2)),
        (log(2 * P) - 3, P, (7, 90)),
        (2 ** (3 * P), P, (1, 2)),
        ((sqrt(9 + 4 * P) - 3) / 2, P, (1, 30)),
        (4 * sinh(4 * X), X, (-1, 0, 2)),
        (P**2 / 4 + P - 2, P, (Rational(1, 9), 5)),
        (2 * X**3 + Rational(27, 2) * X + 1, X, (-3, Rational(1, 7), 5)),
        (exp(1 - 2 * X) - 7, X, (-3, 2)),
    ],
)
def test_the_inverse_undoes_the_expression(expr, variable, points):
    solution = inverse(expr, variable, VALUE)
    for point in points:
        back = solution.subs(VALUE, expr.subs(variable, point))
        assert evaluate(back - point, {}, digits=30).contains(0)


@pytest.mark.parametrize(
    "expr",
    [
        X**2,
        X**2 + X,
        P**2 - P,
        X**3 - X,
        X**3 + X**2,
        X + exp(X),
        X * log(P) * sinh(X),
        sqrt(X) + X,
        sympy.gamma(X),
        (1 + X) ** 2,
        sympy.cos(X),
    ],
)
def test_what_no_rule_undoes_is_none(expr):
    assert inverse(expr, P if expr.has(P) and not expr.has(X) else X, VALUE) is None


@pytest.mark.parametrize("form", ["(v+1)**(1/3) + (v+2)**15", "sqrt(v+1) + sqrt(v+2)", "v**(-25/3) + (v+1)**12 - v"])
def test_a_sum_of_a_root_and_more_is_refused_before_it_is_expanded(form, monkeypatch):
    """Of three powers of high order, bringing them over one denominator took minutes."""
    v = sympy.Symbol("v", positive=True)
    monkeypatch.setattr(sympy, "together", lambda _: pytest.fail("it was expanded"))
    assert inverse(expression(form, {"v": v}), v, sympy.Symbol("x", positive=True)) is None


@pytest.mark.parametrize("form", ["sqrt(v)/(1+sqrt(v)) + 3", "2*sqrt(1+sqrt(v)) + 1", "1/(1+v**(1/3)) - 2"])
def test_a_sum_that_is_a_function_of_one_root_is_solved(form):
    v, x = sympy.symbols("v x", positive=True)
    found = inverse(expression(form, {"v": v}), v, x)
    value = expression(form, {"v": v}).subs(v, 2)
    assert abs(found.subs(x, value).evalf(30) - 2) < 1e-25
