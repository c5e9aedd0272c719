"""NumPy code of sums: the nearest doubles, or next to them, from 1e-300 to 1e300; what it is made of."""

import math

import mpmath
import numpy as np
import pytest
import sympy
from pages import EXPONENTS, forms_rows
from reference import context
from thinning import thinned
from ulps import NAMES, largest, load

from mirrortheory import Flow, Lq, derive
from mirrortheory.codegen import as_numpy, double_double, numpy_of_a_sum, numpy_runtime, sum_runtime
from mirrortheory.codegen.double_double import DoubleDouble
from mirrortheory.codegen.numpy_of_a_sum import of_a_sum
from mirrortheory.codegen.sources import runtime_for
from mirrortheory.errors import NoClosedForm
from mirrortheory.potentials import DualPotential, Y
from mirrortheory.reparams import LogDifference, PowerDifference, Separable

R = sympy.Rational
U, V, W = sympy.symbols("u v w", positive=True)
FEW = (1e-300, 3.7e-60, 1.4e-9, 3.7e-6, 0.14, 1.4, 75.3, 3.7e5, 1.4e60, 1e300)
BAR = 10  # units in the last place
CUBES = (PowerDifference(3), 2, (2, 1))


def derived(reparam, q, start):
    return derive(Flow(Lq(q), reparam), initial=start)


SUMS = [(name, q) for name, reparam, start in forms_rows() if "imbalance" not in start and "w1" not in name for q in EXPONENTS]


@thinned(("name", "q"), SUMS, every=96)
def test_every_sum_of_the_table_of_forms_is_right_to_the_bar(name, q):
    reparam, start = next((reparam, start) for row, reparam, start in forms_rows() if row == name)
    try:
        derivation = derive(Flow(Lq(q), reparam), **start)
    except NoClosedForm:
        return
    worst = largest(derivation.potential, load(as_numpy(derivation)), FEW)
    assert max(worst.values()) < BAR, worst


@thinned(
    ("function", "x", "exact"),
    [
        ("mirror_map", 1e-20, 1.7578125e-22),
        ("potential", 1e-12, 8.7890625e-27),
        ("potential", 1e50, 2.5e49),
        ("hessian", 1e50, 2.3938163222576483e-68),
        ("hessian", 1e300, 0.0),  # 5e-402
        ("mirror_map", 1e300, 0.25),
        ("mirror_map", 0.0, 0.0),
        ("inverse_mirror_map", 0.25, math.inf),
    ],
    every=4,
)
def test_cubes_are_right_where_their_formula_cancels(function, x, exact):
    """At 1e-20 R' was 3.5e-20, at 1e-12 R < 0, at 1e50 R = -inf and R'' = 0."""
    assert load(as_numpy(derived(*CUBES)))[function](x) == pytest.approx(exact, rel=1e-15, abs=0)


@thinned(
    ("reparam", "q", "start"),
    [
        (PowerDifference(5), "7/4", (R(1, 3), 5)),
        (LogDifference(), "5/4", (2, 1)),  # R'' = c / cosh(5 x / 8)^2
        (Separable(U**3 - sympy.log(V), (U, V)), "3/2", (2, 1)),  # R' = -e^(3 |x| / 2)
        (Separable(U**3 + V**2 - W**3, (U, V, W)), 2, (2, 1, 3)),
        (Separable(sympy.exp(U) - V**2, (U, V)), "3/2", (1, 3)),
        (PowerDifference(3), 2, (R(1234567, 10**6), R(2345678, 10**6))),
        (PowerDifference(2), 2, (1, R(1, 10**9))),  # R* has a cosh that is no double, over 2 10^9
        (Separable(U**2 - V**2 + W**2, (U, V, W)), 2, (2, 1, R(3, 2))),  # (a e^(8y) - b) e^(-4y)
        (Separable(U**3 / 10**12 - V**3 / 10**12, (U, V)), 2, (2, 1)),
    ],
    every=9,
    ids=str,
)
def test_sums_of_other_kinds_are_right_to_the_bar(reparam, q, start):
    derivation = derived(reparam, q, start)
    worst = largest(derivation.potential, load(as_numpy(derivation)), (*FEW, 140.0, 310.7))
    assert max(worst.values()) < BAR, worst


@thinned(
    ("form", "q", "start"),
    [
        (3 * U**2 * (V + 2), 2, (1, 1)),  # R''(1e-300) was infinite: cosh / sinh^3 is a double where sinh^3 is none
        (U**3 * (V + 1) ** 2, 2, (2, 1)),
        (3 * U**2 * (V + 2), "3/2", (1, 1)),
        (U**2 * (V + 2) / 10**9, 2, (1, 1)),
    ],
    every=4,
    ids=str,
)
def test_products_of_powers_whose_parts_are_no_doubles(form, q, start):
    derivation = derived(Separable(form, (U, V)), q, start)
    worst = largest(derivation.potential, load(as_numpy(derivation)), (1e-300, 1e-200, 1e-100, 1.4, 1e100, 1e220, 1e280))
    assert max(worst.values()) < BAR, worst


@thinned("q", ["3/2", "1", "5/4", "4/3", "2"], every=5)
def test_next_to_a_finite_end_of_x(q):
    """Of tanh(u): at 1 - 2^-53 doubles do not lead to y, and R' was wrong in its second digit."""
    derivation = derived(Separable(sympy.tanh(U), (U,)), q, (1,))
    worst = largest(derivation.potential, load(as_numpy(derivation)), (0.5, 0.99, 1 - 1e-9, 1 - 2**-53))
    assert max(worst.values()) < BAR, worst


@pytest.mark.parametrize(
    ("reparam", "q", "start", "x", "slope"),
    [
        (PowerDifference(2), 1, (2, 1), -8.999999999999996, -1.4999999999999993),  # R' = x/6 was nan
        (Separable(U / (1 + V), (U, V)), "5/4", (2, 1), 2.8830826474806974, 3.567561380409478),  # the end is 2e-16 beyond
        (Separable(sympy.exp(sympy.exp(U)), (U,)), 1, (1,), 2.7182818284590455, 1.1018891328384955e-16),  # log log x was 1e-323
    ],
    ids=["affine", "the last double", "iterated exponential"],
)
def test_next_to_an_end_of_x_whose_doubles_do_not_tell_y(reparam, q, start, x, slope):
    derivation = derived(reparam, q, start)
    names = load(as_numpy(derivation))
    assert names["mirror_map"](x) == pytest.approx(slope, rel=1e-15, abs=0)
    assert max(largest(derivation.potential, names, ()).values()) < BAR


def test_far_out_a_root_of_what_cancels_is_wrong(monkeypatch):
    """Of tanh(u) at q = 3/2: R* has the root of 1 - y^2/(1 + y^2), of which doubles keep nothing from y = 1e8 on."""
    monkeypatch.setattr(numpy_of_a_sum, "_one_quotient", lambda form: form)
    derivation = derived(Separable(sympy.tanh(U), (U,)), "3/2", (1,))
    assert largest(derivation.potential, load(as_numpy(derivation)), (1 - 2**-53,))["potential"] > 100 * BAR


def test_a_tangent_is_right_next_to_its_poles():
    """u + u^3 at q = 2: x = tan(sqrt(3) y) / sqrt(3)."""
    root, x = sympy.sqrt(3), sympy.Symbol("x", real=True)
    ends, reals = (-sympy.pi / 2 / root, sympy.pi / 2 / root), (-sympy.oo, sympy.oo)
    conjugate = -sympy.log(sympy.cos(root * Y)) / 3
    body = of_a_sum(DualPotential(sympy.tan(root * Y) / root, ends, reals, x, True, conjugate, None, None, None, ()))
    names, ctx = load(f"{runtime_for(body, numpy_runtime, double_double, sum_runtime)}\n\n\n{body}"), context(700)
    for size in (1e-100, 1e-5, 0.3, 1e5, 1e150, 1e300):
        exact = ctx.atan(ctx.sqrt(3) * ctx.mpf(size)) / ctx.sqrt(3)
        assert float(names["mirror_map"](-size)) == pytest.approx(-float(exact), rel=1e-15)
        assert float(names["hessian"](size)) == pytest.approx(float(1 / (1 + 3 * ctx.mpf(size) ** 2)), rel=1e-15, abs=1e-300)
        value = size * exact - ctx.log(1 + 3 * ctx.mpf(size) ** 2) / 6
        assert float(names["potential"](size)) == pytest.approx(float(value), rel=1e-15, abs=1e-300)


@thinned("mutant", ["no Taylor polynomial", "no low parts", "y alone"], every=3)
def test_mutants_miss_the_bar(mutant):
    text = as_numpy(derived(*CUBES))
    if mutant == "no Taylor polynomial":
        changed = text.replace("radius=", "radius=0 * ")
    elif mutant == "no low parts":
        changed = text.replace("np.where(finite, rest, 0.0)", "np.where(finite, 0 * rest, 0.0)")
    else:
        changed = text.replace("1/(27*below**3)", "1/(27*(_C2 - y)**3)")
    assert changed != text
    right, wrong, x = load(text), load(changed), np.array([1e-60, 1e-4, 1e40])
    differences = [np.abs(wrong[name](x) / right[name](x) - 1) for name in NAMES[:3]]
    assert not np.max(differences) < 1e3 * 2**-52


@pytest.mark.parametrize(
    ("function", "reference", "points"),
    [
        (double_double.exp, "exp", (-600.3, -1e-3, 0.3, 1.0, 700.3)),
        (double_double.log, "log", (1e-300, 0.3, 1.1, 1e300)),
        (double_double.sqrt, "sqrt", (1e-200, 0.3, 2.0, 1e300)),
        (lambda z: double_double.rational_power(z, -8, 3), lambda ctx: lambda z: z ** (-ctx.mpf(8) / 3), (1e-90, 0.3, 1e90)),
        (double_double.sin, "sin", (-3.0, 1e-9, 0.5, 100.0)),
        (double_double.cos, "cos", (-3.0, 0.5, 100.0)),
        (double_double.atan, "atan", (-1e300, -3.0, 1e-9, 1e200)),
        (double_double.asin, "asin", (-0.999, 1e-9, 0.5)),
        (double_double.asinh, "asinh", (-1e200, -3.0, 0.5, 1e10)),
        (double_double.cosh, "cosh", (-3.0, 0.5)),
        (double_double.sinh, "sinh", (-3.0, 0.5)),
    ],
)
def test_double_doubles_have_27_digits(function, reference, points):
    ctx, low = context(60), 1e-17
    exact = getattr(ctx, reference) if isinstance(reference, str) else reference(ctx)
    with np.errstate(all="ignore"):
        found = function(DoubleDouble(np.array(points), low * np.array(points)))
        plain = function(np.array(points))
    for x, high, rest, double in zip(points, found.high, found.low, plain, strict=True):
        at = ctx.mpf(x) + ctx.mpf(low * x)
        assert abs((ctx.mpf(float(high)) + ctx.mpf(float(rest))) / exact(at) - 1) < 1e-27, x
        assert abs(ctx.mpf(float(double)) / exact(ctx.mpf(x)) - 1) < 1e-13, x


def test_a_product_of_powers_is_a_double_where_its_parts_are_none():
    factors = [(1e200, 3, 1), (1e-150, 5, 1), (1e100, 3, 2), (1e-2, -1, 3)]  # 1e600, 1e-750, 1e150 and 1e2/3
    exact = 10 ** (mpmath.mpf(2) / 3)
    with np.errstate(all="ignore"):
        plain = double_double.product_of_powers(*((np.array([b]), p, q) for b, p, q in factors))
        found = double_double.product_of_powers(*((DoubleDouble(np.array([b])), p, q) for b, p, q in factors))
    assert float(plain[0]) == pytest.approx(float(exact), rel=1e-13)
    assert float(found.high[0]) == pytest.approx(float(exact), rel=1e-14)  # the factors themselves are rounded


def test_double_doubles_at_the_ends_of_the_doubles():
    with np.errstate(all="ignore"):
        ends = DoubleDouble(np.array([-np.inf, -800.0, 710.0, np.inf]))
        np.testing.assert_array_equal(double_double.exp(ends).high, [0, 0, np.inf, np.inf])
        np.testing.assert_array_equal((1 / DoubleDouble(np.array([0.0, np.inf]))).high, [np.inf, 0])
        np.testing.assert_array_equal((ends + 1).high, [-np.inf, -799, 711, np.inf])


def test_only_what_is_called_is_written():
    text = as_numpy(derived(*CUBES))
    assert "rational_power" not in text  # its powers are whole
    assert "class Primitive" not in text
    assert "mirrortheory" not in text.split('"""', 2)[2]
    assert set(NAMES) <= load(text).keys()


def test_bregman_divergence_of_a_sum():
    names, ctx = load(as_numpy(derived(*CUBES))), context(40)
    x, x0 = 1 + 1e-9, 1.0
    assert float(names["bregman"](x, x0)) == pytest.approx(float(names["hessian"](1.0)) * (x - x0) ** 2 / 2, rel=1e-6)
    parts = [ctx.mpf(float(names["potential"](p))) for p in (5.0, 0.25)]
    apart = parts[0] - parts[1] - ctx.mpf(float(names["mirror_map"](0.25))) * ctx.mpf(4.75)
    assert mpmath.almosteq(mpmath.mpf(str(apart)), mpmath.mpf(float(names["bregman"](5.0, 0.25))), rel_eps=1e-12)
