"""Horizons: against level sets of the potential far out, in numbers."""

import pytest
import sympy

from mirrortheory import Flow, LogDifference, Lq, NoClosedForm, PowerDifference, Product, Square, Tempered, derive
from mirrortheory.bias.classification import horizon
from mirrortheory.potentials import own
from mirrortheory.potentials.numeric import values


def of_layers(q, *imbalance):
    return derive(Flow(Lq(q), Product(len(imbalance))), imbalance=imbalance).potential


@pytest.mark.parametrize(
    ("q", "imbalance"), [(2, (0,)), (1, (0, 2)), (1, (0, 1, 2)), ("3/2", (0, 1)), (2, (0, 1, 1)), ("6/5", (0, 0, 3)), (2, (0, 3))]
)
def test_the_potential_grows_like_it(q, imbalance):
    potential = of_layers(q, *imbalance)
    found = horizon(potential)

    def ratio(x):
        size = sympy.Integer(x)
        growth = float(size) ** float(found.exponent) * (float(sympy.log(size)) if found.logarithmic else 1)
        return float(values(potential, size, digits=20).potential.mid()) / growth / float(found.right)

    near, far = abs(ratio(10**8) - 1), abs(ratio(10**24) - 1)
    assert far < near or far < 1e-15
    assert far < (0.05 if found.logarithmic else 1e-3)


def test_exponents_and_weights_of_the_catalogue():
    x = sympy.Symbol("lam", positive=True)
    assert str(horizon(of_layers(2, 0, x))) == "l_1, as R ~ 1/2 |x| log |x|"
    assert horizon(of_layers(1, 0, x)).exponent == sympy.Rational(3, 2)
    assert [horizon(of_layers("3/2", 0, lam)).right for lam in (1, 2)] == [sympy.Rational(8, 5)] * 2
    ends = [horizon(of_layers(2, 0, lam, lam)) for lam in (1, 4)]
    assert [(e.exponent, e.onto) for e in ends] == [(1, False)] * 2
    assert ends[0].right != ends[1].right  # R' is bounded, by the imbalance
    for reparam, exponent, onto in ((PowerDifference(2), 1, True), (PowerDifference(3), 1, False), (LogDifference(), 1, False)):
        found = horizon(derive(Flow(Lq(2), reparam), initial=(1, 1)).potential)
        assert (found.exponent, found.onto, found.left) == (exponent, onto, found.right)
    assert horizon(derive(Flow(Lq(2), Square())).potential).left is None
    assert horizon(derive(Flow(Lq(2), Tempered("1/2"))).potential).exponent == sympy.Rational(3, 2)


def test_potentials_of_your_own():
    assert horizon(own("x**4/4")).exponent == 4
    assert str(horizon(own("cosh(x)"))) == "l_oo, as log R ~ 1 |x|"
    assert not horizon(own("sqrt(1 + x**2)")).onto
    for formula, domain in (("-log(x)", "x > 0"),):
        with pytest.raises(NoClosedForm, match="level sets are not bounded"):
            horizon(own(formula, domain))
    with pytest.raises(NoClosedForm, match="R falls at infinity"):
        horizon(of_layers(2, 0, 0, 0))
