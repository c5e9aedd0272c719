"""Products of layers: what they accept, their image, their Jacobian, and balanced weights."""

import math

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from strategies import nonzero_rationals, rationals, weights

from mirrortheory import Product
from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import evaluate, reduce_to_ring
from mirrortheory.reparams import Reparam

R = sympy.Rational
X = sympy.Symbol("x", real=True)
DEPTHS = range(1, 9)


@pytest.mark.parametrize(("value", "depth"), [(1, 1), (8, 8), ("3", 3), (" 4 ", 4), (sympy.Integer(5), 5), ("6/2", 3)])
def test_accepted_depths(value, depth):
    assert Product(value).depth == depth
    assert type(Product(value).depth) is int
    assert Product(value) == Product(depth)


@pytest.mark.parametrize("value", [0, 9, -1, "0", "9", "5/2", "3.5.0", 3.0, True, None, "three", "", sympy.Symbol("L")])
def test_refused_depths(value):
    shown = "nothing" if value == "" else value
    with pytest.raises(InvalidArgument) as raised:
        Product(value)
    assert str(raised.value) == f"depth must be an integer from 1 to 8, got {shown}; write one of 1..8"


@pytest.mark.parametrize("depth", DEPTHS)
def test_weights_are_distinct_real_symbols(depth):
    found = Product(depth).weights
    assert found == tuple(sympy.Symbol(f"w{i}", real=True) for i in range(1, depth + 1))
    assert found == Product(depth).weights


@given(st.integers(1, 5).flatmap(weights))
def test_forward_is_the_product(values):
    product = Product(len(values))
    assert product.forward(*values) == math.prod(values)
    assert product.effective.subs(dict(zip(product.weights, values, strict=True))) == math.prod(values)


def test_small_cases():
    w1, w2 = Product(2).weights
    assert Product(1).effective == w1
    assert Product(2).effective == w1 * w2
    assert Product(1).jacobian() == (1,)
    assert Product(2).jacobian() == (w2, w1)
    assert Product(1).lift(sympy.Integer(-5)) == (-5,)
    assert Product(2).lift(sympy.Integer(-9)) == (-3, 3)
    assert Product(3).lift(sympy.Integer(8)) == (2, 2, 2)
    assert Product(4).lift(sympy.S.Zero) == (0, 0, 0, 0)


@pytest.mark.parametrize("depth", DEPTHS)
def test_the_jacobian_is_x_over_w(depth):
    product = Product(depth)
    for weight, entry in zip(product.weights, product.jacobian(), strict=True):
        assert reduce_to_ring(entry - product.effective / weight).vanishes
        assert not entry.has(weight)


@given(st.integers(1, 5).flatmap(lambda depth: st.tuples(weights(depth), st.integers(0, depth - 1))), nonzero_rationals)
def test_the_jacobian_is_the_difference_quotient(case, step):
    """A product is linear in each layer, so the quotient is the derivative whatever the step."""
    values, place = case
    product = Product(len(values))
    moved = [v + step if i == place else v for i, v in enumerate(values)]
    quotient = (product.forward(*moved) - product.forward(*values)) / step
    assert product.jacobian()[place].subs(dict(zip(product.weights, values, strict=True))) == quotient


@pytest.mark.parametrize("depth", DEPTHS)
def test_balanced_weights_map_to_x_and_have_one_magnitude(depth):
    product = Product(depth)
    balanced = product.lift(X)
    assert len(balanced) == depth
    assert reduce_to_ring(product.forward(*balanced) - X).vanishes
    for weight in balanced[1:]:
        assert reduce_to_ring(sympy.Abs(balanced[0]) - sympy.Abs(weight)).vanishes
        assert reduce_to_ring(weight - balanced[1]).vanishes


@given(st.integers(1, 8), rationals)
def test_balanced_weights_at_numbers(depth, x):
    values = Product(depth).lift(x)
    assert evaluate(sympy.Mul(*values, evaluate=False), {}, 40).overlaps(evaluate(x, {}, 40))
    assert all(v >= 0 for v in values[1:])
    assert sympy.sign(values[0]) == sympy.sign(x)


def test_a_wrong_image_does_not_pass():
    product = Product(3)
    assert not reduce_to_ring(product.forward(*Product(3).lift(X)) - sympy.Abs(X)).vanishes
    assert not reduce_to_ring(product.forward(*[sympy.Abs(X) ** R(1, 3)] * 3) - X).vanishes


def test_reparam_is_abstract():
    with pytest.raises(TypeError):
        Reparam()


def test_text():
    assert str(Product(3)) == "Product(depth=3)"
