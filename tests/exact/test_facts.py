"""SymPy's facts of expressions that a statement keeps as they were written: products with a literal 0."""

import itertools

import pytest
import sympy
from sympy.core.cache import clear_cache
from sympy.core.random import seed

from mirrortheory import Domain
from mirrortheory.domain import POSITIVE
from mirrortheory.evidence import Identity, Inequality, Verdict
from mirrortheory.exact import with_facts

x, y = sympy.symbols("x y", positive=True)


def kept(*factors):
    return sympy.Mul(*factors, evaluate=False)


# Made anew for each question: SymPy stores what it found in the expression.
ZEROS = {
    "4*0": lambda: kept(4, 0),
    "0*x": lambda: kept(0, x),
    "(1/2)*0": lambda: kept(sympy.Rational(1, 2), 0),
    "0*0": lambda: kept(0, 0),
    "pi*0": lambda: kept(sympy.pi, 0),
}
IN_WHICH = {
    "alone": (lambda zero: zero, 0),
    "times x": (lambda zero: kept(zero, x), 0),
    "plus x^2": (lambda zero: sympy.Add(zero, x**2, evaluate=False), x**2),
    "modulus": (lambda zero: sympy.Abs(kept(x, zero), evaluate=False), 0),
}
FACTS = ("positive", "zero", "nonzero", "nonnegative", "real", "integer", "even", "odd", "rational", "finite")


def fresh(order):
    seed(order)
    clear_cache()
    with_facts.cache_clear()


@pytest.mark.parametrize("zero", ZEROS.values(), ids=ZEROS)
def test_every_fact_is_that_of_the_value_in_any_order(zero):
    for order, (made, value), fact in itertools.product(range(10), IN_WHICH.values(), FACTS):
        fresh(order)
        assert getattr(with_facts(made(zero())), f"is_{fact}") is getattr(sympy.sympify(value), f"is_{fact}"), (order, fact)


@pytest.mark.parametrize("zero", ZEROS.values(), ids=ZEROS)
def test_statements_with_such_products_have_one_verdict_in_any_order(zero):
    on = Domain({x: POSITIVE, y: POSITIVE})
    for order in range(30):
        fresh(order)
        speed = sympy.Add(x**2, zero(), evaluate=False)
        assert Identity(x / sympy.sqrt(speed, evaluate=False), 1, on=on).examine(seed=0).verdict is Verdict.PROVED
        assert Inequality(0, kept(zero(), y), on=on, strict=True).examine(seed=0).verdict is Verdict.REFUTED
