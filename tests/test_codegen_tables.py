"""NumPy code where x(y) has no formula: tables of polynomials, held against enclosed values at many sizes, and at the ends."""

import math

import numpy as np
import pytest
import sympy
from thinning import thinned
from ulps import NAMES, largest, load, ulps

from mirrortheory import Flow, Lq, derive
from mirrortheory.codegen import as_numpy, as_torch
from mirrortheory.codegen.log_tables import Solution
from mirrortheory.exact import Ball, BallFunction, precision
from mirrortheory.potentials.numeric import values
from mirrortheory.reparams import Separable

R = sympy.Rational
U, V, W, Z = sympy.symbols("u v w z", positive=True)
SIZES = (1e-300, 3.7e-60, 1.4e-9, 0.14, 0.77, 1.4, 75.3, 3.7e5, 1.4e60, 1e300)
BAR = 10  # units in the last place


def derived(expr, weights, q, start):
    return derive(Flow(Lq(q), Separable(expr, weights)), initial=start, seconds=600)


@thinned(
    ("expr", "weights", "q", "start"),
    [
        (sympy.sinh(U), (U,), "3/2", None),  # a hypergeometric R', bounded
        (sympy.tanh(U), (U,), 2, None),  # the region ends at 1, where R' is infinite
        (U * V + U, (U, V), "3/2", (3, 1)),  # the region starts inside the curve of a product
        (U / V, (U, V), 2, (2, 1)),
        (sympy.exp(sympy.exp(U)), (U,), 2, None),  # R' and R* of exponential integrals
        (sympy.exp(sympy.exp(U)), (U,), 1, None),  # Ei, with an explicit x(y)
        # of the same kinds, and in no table
        (U**2 + U**5, (U,), "3/2", None),
        (3 * U**2 * (V + 2), (U, V), "3/2", (1, 1)),
        (U / (2 + V) ** 2, (U, V), "4/3", (1, 1)),
    ],
    every=9,
    ids=str,
)
def test_one_clock_without_a_formula_is_right_to_the_bar(expr, weights, q, start):
    derivation = derived(expr, weights, q, start)
    worst = largest(derivation.potential, load(as_numpy(derivation)), SIZES)
    assert max(worst.values()) < BAR, worst


@pytest.mark.slow
@pytest.mark.parametrize(
    ("expr", "weights", "start"), [(U * V - W * Z, (U, V, W, Z), (2, 1, 1, 3)), (U * V - W**3, (U, V, W), (1, 3, 2))], ids=str
)
def test_sums_of_clocks_without_a_formula_are_right_to_the_bar(expr, weights, start):
    derivation = derived(expr, weights, "3/2", start)
    worst = largest(derivation.potential, load(as_numpy(derivation)), SIZES)
    assert max(worst.values()) < BAR, worst


@pytest.fixture(scope="module")
def quotient():
    """u / (1 + v) at q = 2 from (2, 1): 0 < x < sqrt 7, R' = 4 (x / (1 + x^2) + atan x)."""
    derivation = derived(U / (1 + V), (U, V), 2, (2, 1))
    return derivation.potential, load(as_numpy(derivation))


def test_values_close_to_the_ends_of_the_region(quotient):
    potential, names = quotient
    x = float(np.nextafter(math.sqrt(7), 0))
    exact = values(potential, R(x), digits=25)
    for name in NAMES[:3]:
        assert ulps(float(names[name](x)), getattr(exact, name)) < BAR, name
    y = float(exact.mirror_map.mid())
    assert float(names["inverse_mirror_map"](y)) == pytest.approx(x, rel=4e-16)


def test_nothing_is_said_outside_and_limits_at_the_ends(quotient):
    potential, names = quotient
    assert np.isnan(names["mirror_map"]([-1.0, 2.7, np.nan])).all()
    end = float(BallFunction(potential.dual_domain[1], ())().mid())
    assert np.isnan(names["inverse_mirror_map"]([-0.1, end + 1e-9])).all()
    assert float(names["inverse_mirror_map"](0.0)) == 0
    assert float(names["conjugate"](0.0)) == 0
    np.testing.assert_array_equal(names["mirror_map"](np.array([1e-320, 1e-300])) > 0, True)


def test_where_a_value_is_beyond_doubles():
    names = load(as_numpy(derived(sympy.sinh(U), (U,), "3/2", None)))
    assert float(names["hessian"](1e300)) == 0  # 1e-450
    assert float(names["conjugate"](1e-200)) == 0  # y^2 / 2
    end = names["mirror_map"](1e300)
    assert float(end) == pytest.approx(math.sqrt(math.pi) * math.gamma(0.25) / math.gamma(0.75) / 2, rel=4e-16)


def test_torch_code_follows():
    torch = pytest.importorskip("torch")
    names = load(as_torch(derived(sympy.tanh(U), (U,), 2, None)))
    x = torch.tensor([0.1, 0.7], dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(names["mirror_map"](x).sum(), x)
    np.testing.assert_allclose(slope.numpy(), 1 / (1 - x.detach().numpy() ** 2) ** 2, rtol=1e-14)


@pytest.fixture(scope="module")
def logarithm():
    """t(z) for z = t + log t, whose table ends in logarithms on one side, with the integral t^2/2 + t of t."""
    t = sympy.Symbol("t", positive=True)
    ends, dual = (sympy.S.Zero, sympy.oo), (-sympy.oo, sympy.oo)
    return Solution(t, t + sympy.log(t), 1 + 1 / t, ends, dual, sympy.S.One, t, t**2 / 2 + t)


@pytest.mark.parametrize("which", [0, 1])
def test_polynomials_hold_on_their_intervals(logarithm, which):
    """At places that are no anchors, log tau differs from the polynomial by less than 2^-100."""
    side, constant, sign, rows = logarithm.table(which)
    starts = [row[0] for row in rows]
    assert starts == sorted(starts)
    for tau in ("1e-40", "3e-9", "0.0123", "0.7", "0.9", "1.1", "1.9", "7", "123.4", "1e9", "1e70"):
        with precision(600):
            at = Ball(tau)
            if (at > 1) != bool(which):
                continue
            v = side.rho * (at + at.log() - int(side.mark))
            eta, area = v.log(), (sign * (at**2 / 2 + at - BallFunction(constant, ())())).log()
            *_, (_, middle, width, polynomials) = (row for row in rows if row[0] <= float(eta.mid()))
            delta = (eta - middle) / width
            for polynomial, exact in zip(polynomials, (at.log(), area), strict=True):
                found = sum((Ball(c) * delta**k for k, c in enumerate(polynomial)), Ball(0)) / Ball(2) ** 120
                assert abs(found - exact) < Ball(2) ** -100, tau


@thinned("mutant", ["no low parts", "another table"], every=2)
def test_mutants_miss_the_bar(quotient, mutant):
    text = as_numpy(derived(U / (1 + V), (U, V), 2, (2, 1)))
    if mutant == "no low parts":
        changed = text.replace("low = [float(c - int(h))", "low = [0 * float(c - int(h))").replace(
            "_ENOUGH = 2.0**-50", "_ENOUGH = 1.0"
        )
    else:
        changed = text.replace("_UNIT = 2.0**-120", "_UNIT = 2.0**-120 * (1 + 1e-14)")
    assert changed != text
    wrong, x = load(changed), np.array([1e-60, 1e-4, 1.3])
    differences = [np.abs(wrong[name](x) / quotient[1][name](x) - 1) for name in NAMES[:3]]
    assert not np.max(differences) < BAR * 2**-52
