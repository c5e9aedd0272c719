"""The mpmath form is right to the digits that are asked for, wherever its formulas cancel."""

import mpmath
import pytest
import sympy
from reference import rational
from thinning import thinned
from ulps import load

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.codegen import as_python
from mirrortheory.codegen.python_runtime import exp, precise, root
from mirrortheory.exact import ball, precision
from mirrortheory.potentials.numeric import values
from mirrortheory.reparams import Exp, LogDifference, PowerDifference, Separable

R = sympy.Rational
U, V = sympy.symbols("u v", positive=True)
MAPS = [
    (Product(3), "3/2", {"imbalance": (0, 1, 1)}), (PowerDifference(3), 2, {"initial": (2, 1)}),
    (LogDifference(), "5/4", {"initial": (2, 1)}), (Separable(U + U**2 / 4, (U,)), 2, {}),
    (Product(2), 1, {"imbalance": (0, 3)}), (Product(2), "3/2", {"imbalance": (0, 3)}), (Product(2), 2, {"imbalance": (0, 3)}),
    (PowerDifference(2), 1, {"initial": (2, 1)}), (PowerDifference(3), "3/2", {"initial": (2, 1)}),
    (Separable(U**3 - sympy.log(V), (U, V)), 2, {"initial": (2, 1)}), (Exp(), 1, {}),
]  # fmt: skip


def digits_lost(names, potential, x, dps):
    """The largest relative error of R'', R' and R at x, in units of 10^-dps."""
    with mpmath.workdps(dps):
        point = mpmath.mpf(x)
        exact = values(potential, rational(point), digits=2 * dps + 100)  # of a radius of 10^-digits
        found = {name: names[name](point) for name in ("hessian", "mirror_map", "potential")}
    with precision(2000):
        return max(float(abs(ball(rational(value)) / getattr(exact, name) - 1).mid()) * 10.0**dps for name, value in found.items())


@thinned(("reparam", "q", "start"), MAPS, every=12, ids=str)
def test_digits_asked_for_are_given(reparam, q, start):
    derivation = derive(Flow(Lq(q), reparam), **start)
    names = load(as_python(derivation))
    for dps, x in ((15, "1e-20"), (60, "1e-40"), (60, "1.7"), (30, "1e-9")):
        assert digits_lost(names, derivation.potential, x, dps) < 1, (dps, x)


def test_small_arguments_of_three_layers():
    """At 60 digits R'(1e-60) had a relative error of 3.7e-14, and R'(1e-300) was refused."""
    names = load(as_python(derive(Flow(Lq("3/2"), Product(3)), imbalance=(0, 1, 1))))
    with mpmath.workdps(60):
        for k in (-60, -300):
            x = mpmath.mpf(10) ** k  # R'' = 1 - (4/3) x^(3/2) + .. for these three layers
            assert abs(names["mirror_map"](x) / x - 1) < mpmath.mpf(10) ** -59
            assert abs(2 * names["potential"](x) / x**2 - 1) < mpmath.mpf(10) ** -59
            assert abs(names["inverse_mirror_map"](x) / x - 1) < mpmath.mpf(10) ** -59


def test_far_out_of_sums():
    names = load(as_python(derive(Flow(Lq(2), PowerDifference(3)), initial=(2, 1))))
    with mpmath.workdps(40):
        for x in (mpmath.mpf(10) ** 50, mpmath.mpf(10) ** 300):
            below = mpmath.cbrt(1 / (27 * x))
            assert abs(names["hessian"](x) / (9 * below**4) - 1) < mpmath.mpf(10) ** -16
            assert names["mirror_map"](x) <= mpmath.mpf(1) / 4
    names = load(as_python(derive(Flow(Lq("3/2"), Separable(U**3 - sympy.log(V), (U, V))), initial=(2, 1))))
    assert mpmath.log(-names["mirror_map"](-1e60)) / 1.5e60 == pytest.approx(1)  # and does not fill the memory


def test_constants_are_not_doubles():
    """1/R'' = 6 there."""
    names = load(as_python(derive(Flow(Lq(1), PowerDifference(2)), initial=(2, 1))))
    with mpmath.workdps(50):
        assert abs(6 * names["hessian"](1) - 1) < mpmath.mpf(10) ** -49


def test_the_formula_alone_does_not_have_the_digits():
    names = load(as_python(derive(Flow(Lq(2), PowerDifference(3)), initial=(2, 1))))
    x, exact = mpmath.mpf(10) ** -30, mpmath.mpf("0.017578125")
    assert abs(names["mirror_map"](x) / x / exact - 1) < 1e-15
    assert not abs(names["_inverse_mirror_map"](x * exact) / x - 1) < 1e-3


def test_more_digits_are_taken_until_two_values_agree():
    def cancelling(x):
        return mpmath.exp(x) - 1 - x - x**2 / 2 - x**3 / 6

    x = mpmath.mpf("1e-50")
    assert abs(precise(cancelling, x, cancels=True) * 24 / x**4 - 1) < 1e-14
    assert mpmath.mp.dps == 15
    assert precise(lambda x: x, "0.1") == mpmath.mpf("0.1")
    assert mpmath.isinf(precise(lambda x: mpmath.inf, 1))


def test_a_root_is_found_at_any_precision_and_an_end_where_there_is_none():
    for dps in (15, 60, 300):
        with mpmath.workdps(dps):
            found = root(lambda t: (mpmath.exp(t) - mpmath.mpf(10) ** -300, mpmath.exp(t)), -mpmath.inf, mpmath.inf)
            assert abs(found / (-300 * mpmath.log(10)) - 1) < 100 * mpmath.mp.eps
    assert root(lambda t: (1 + exp(t), exp(t)), -mpmath.inf, mpmath.inf) == -mpmath.inf
