"""Elliptic mirror maps of three and four layers under gradient flow, against the certified parametric values."""

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.exact import BallFunction, ball, carlson_rf, precision
from mirrortheory.potentials.elliptic import first_kind
from mirrortheory.potentials.numeric import charge, values
from mirrortheory.theory import S

R = sympy.Rational
SHIFTS = st.fractions(min_value=R(1, 40), max_value=50, max_denominator=40).map(R)


def agrees(imbalance, x):
    potential = derive(Flow(Lq(2), Product(len(imbalance))), imbalance=imbalance).potential
    form = potential.mirror_map_expression()
    assert not form.has(sympy.Integral)
    with precision(200):
        enclosed = BallFunction(form, (S,))(charge(potential, ball(x)))
    assert enclosed.is_finite()
    assert enclosed.rad() < 1e-20
    assert enclosed.overlaps(values(potential, x, digits=40).mirror_map)
    return potential


@given(st.lists(SHIFTS, min_size=2, max_size=3), SHIFTS)
@settings(max_examples=40)
def test_elliptic_forms_enclose_the_defining_integral(shifts, x):
    agrees((0, *shifts), x)


@pytest.mark.parametrize(
    ("imbalance", "form"),
    [
        ((0, R(1, 2), 2), "elliptic"),
        ((0, R(1, 2), 2, 3), "elliptic"),
        ((0, 2, 2), "parametric"),
        ((0, 2, 2, 2), "parametric"),
        ((0, 2, 2, 3), "parametric"),
        ((0, 2, 3, 3), "parametric"),
    ],
)
def test_repeated_imbalances_are_elementary_in_s(imbalance, form):
    potential = agrees(imbalance, R(17, 10))
    assert potential.form == form
    assert potential.mirror_map_expression().has(carlson_rf) is (form == "elliptic")


@pytest.mark.parametrize("factors", [((0, -1), (2, R(-1, 2))), ((0, R(-1, 2)), (2, R(-1, 3)), (3, R(-1, 2))), ((0, R(-1, 2)),)])
def test_other_products_are_left_alone(factors):
    assert first_kind(tuple((sympy.sympify(a), sympy.sympify(e)) for a, e in factors), S) is None
