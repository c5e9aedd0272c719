"""Derivations from any start that people type: the numbers named in reports, others of their kind, and random ones."""

import dataclasses
from fractions import Fraction

import pytest
import sympy
from random_starts import outcomes, verified, within
from sympy import Rational
from thinning import thinned

from mirrortheory import Flow, InvalidArgument, Lq, Product, Separable, derive
from mirrortheory.exact import Constant, constants_in, evaluate
from mirrortheory.potentials.numeric import values
from mirrortheory.report.describe import as_mapping, as_text
from mirrortheory.theory.additive import _in_letters

F = Fraction
U, V, W = sympy.symbols("u v w", positive=True)
CUBE = U**2 - V**3
TYPED = [
    (CUBE, "2", ("1.234", "2.345")),
    (CUBE, "2", ("1.2345", "2.3456")),
    (CUBE, "2", ("1.234567", "2.345678")),
    (CUBE, "2", (F(1.234), F(2.345))),
    (CUBE, "3/2", ("1.234567", "2.345678")),
    (U**2 - sympy.exp(V), "2", (F(1.234), F(2.345))),
    (U**2 - sympy.exp(V), "2", ("1e-300", "1e300")),
    (sympy.exp(U) - sympy.exp(V), "2", ("1.234", "2.345")),
    (sympy.exp(U) - sympy.exp(V), "3/2", (F(0.1), "1e-17")),
    (U**3 - sympy.log(V), "2", ("1.234567", "2.345678")),
    (U**3 - sympy.log(V), "5/4", (F(1.1), "12345678901234567")),
    (U**2 + U - sympy.sqrt(V), "2", ("1.234", "2.345")),
    (U**2 + U - sympy.sqrt(V), "1001/1000", ("1.234", F(0.7))),
    (U**4 - V**4, "2", ("1.234", "2.345")),
    (U**4 - V**4, "3/2", ("1.234567", "2.345678")),
    (U**4 - V**4, "1000001/1000000", ("1e-300", "1e300")),
    *((U**3 - V**2, q, ("1.234", "2.345")) for q in ("1", "5/4", "4/3", "3/2", "7/4", "2")),
    (U**2 + V**2, "3/2", ("1", "1.000000000000000000000000000001")),
    (U**2 + V**2, "2", ("1e300", F(10**300 + 1))),
    (U**4 + V**4 + W**2, "2", ("65.2948895", "4.3e250", "1.5")),
    (sympy.exp(3 * U / 2) + V**5, "1000001/1000000", (F(0.85), "0.85")),
    (U * V + V**2, "2", (F(1.234), "1e-200")),
    (U * V + U * W, "2", ("2.3", "1.3e295", "2.3")),
    (U / V, "1", ("1.234", "2.345")),
    (U * V**2 + V, "1", (F(1.234), "1e300")),
]
IMBALANCES = [
    ("1000001/1000000", (0, 1000)),
    ("1001/1000", (0, 123456789)),
    ("101/100", (0, 10**29)),
    ("999/500", (0, F(1, 10**300))),
    ("3/2", (0, F(1.1), F(10**300))),
    ("1", (F("0.1"), F(0.1), 0)),
    ("2", (0, F(10**17 + 1, 10**17))),
]


def exact(start):
    return tuple(map(F, start))


def ident(value):
    return f"{value}"[:50]


@thinned(("formula", "q", "start"), TYPED, every=12, ids=ident)
def test_what_was_typed(formula, q, start):
    symbols = sorted(formula.free_symbols, key=str)
    found = derive(Flow(Lq(q), Separable(formula, symbols)), initial=exact(start))
    assert verified(found) is not False
    assert within(found)
    assert len(as_text(as_mapping(found))) < 20_000


@thinned(("q", "imbalance"), IMBALANCES, every=3, ids=ident)
def test_imbalances_that_come_to_large_powers(q, imbalance):
    found = derive(Flow(Lq(q), Product(len(imbalance))), imbalance=imbalance)
    assert verified(found)
    assert found.imbalance == tuple(map(sympy.sympify, imbalance))
    assert len(as_text(as_mapping(found))) < 20_000


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_random_starts(seed):
    """A hang, an abort, a traceback, and a form that disagrees with the weights would all be told."""
    for told in outcomes(seed, 25, 100):
        assert not told["outcome"].startswith("BROKEN"), told
        assert told.get("verified", True) is not False, told
        assert told.get("within", True) is not False, told


def test_what_is_derived_for_letters_is_derived_once():
    flow = Flow(Lq("3/2"), Separable(U**3 - V**2, (U, V)))
    derive(flow, initial=(F(1.5), F(2.5)))
    before = _in_letters.cache_info()
    for k in range(1, 4):
        derive(flow, initial=(F(1, 7) + k, F(2.345)))
    after = _in_letters.cache_info()
    assert after.misses == before.misses
    assert after.hits == before.hits + 3


def test_a_wrong_number_in_a_form_is_seen():
    """What verifies the random starts can fail."""
    found = derive(Flow(Lq(2), Separable(CUBE, (U, V))), initial=exact(("1.234", "2.345")))
    assert verified(found)
    for name, change in (("closed_inverse_mirror_map", 1 + Rational(1, 10**9)), ("closed_conjugate", 2)):
        wrong = dataclasses.replace(found.potential, **{name: change * getattr(found.potential, name)})
        assert verified(dataclasses.replace(found, potential=wrong)) is False


def test_short_numbers_stand_in_the_forms_and_long_ones_have_names():
    flow = Flow(Lq(2), Product(2))
    short, long = (derive(flow, imbalance=(0, e)) for e in (3, 10**300))
    assert not constants_in(short.potential.expressions())
    assert "constants" not in as_mapping(short)
    (constant,) = constants_in(long.potential.expressions())
    assert constant.value == 10**300
    assert as_mapping(long)["constants"] == [f"lam2 = {10**300}, about 1e+300"]
    assert values(long.potential, 10**300, digits=20).hessian.overlaps(evaluate(1 / sympy.sqrt(5) / 10**300, {}, digits=330))


def test_equal_weights_have_one_name():
    """Else it would not be seen that the shifts are 0 where a power has a long exponent."""
    start = (F(1, 3), F(1, 3))
    found = derive(Flow(Lq("1000001/1000000"), Separable(U**4 - V**4, (U, V))), initial=start)
    assert found.potential.region[0] == -found.potential.region[1] or found.x0 == 0
    assert verified(found) is not False


def test_numbers_that_doubles_do_not_hold():
    """exp(-10^400) and its neighbour are told apart: balls have exponents of any size."""
    found = derive(Flow(Lq(2), Separable(sympy.exp(U) + sympy.exp(V), (U, V))), initial=(10**400, 10**400 + 1))
    assert found.potential.region[1] == sympy.oo
    assert verified(found) is not False


def test_floats_are_refused_as_before():
    with pytest.raises(InvalidArgument, match="initial must be an exact rational, got 1.234; write 617/500"):
        derive(Flow(Lq(2), Separable(CUBE, (U, V))), initial=(1.234, 2))


def test_a_constant_is_a_positive_number_that_sympy_does_not_work_out():
    c = Constant("c", sympy.exp(sympy.Integer(-(10**8))))
    assert (c.is_positive, c.is_number, (c + 1).is_positive, (c - 1).is_positive) == (True, True, True, False)
    assert str(2 * c**2) == "2*c**2"
    assert c != Constant("c", sympy.exp(-1))
    assert c == Constant("c", sympy.exp(sympy.Integer(-(10**8))))
