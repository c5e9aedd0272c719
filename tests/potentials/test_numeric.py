"""Certified values against mpmath: quadrature of the defining integral, elliptic integrals, and laws of the values."""

import math

import pytest
import reference
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import depths, exponents, nonzero_rationals, positive_rationals
from thinning import thinned

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.errors import BrokenCheck, InvalidArgument, NotEvaluable
from mirrortheory.exact import ball, bits_for, evaluate, is_accurate, precision
from mirrortheory.potentials import Normalisation, S, X, numeric
from mirrortheory.potentials.numeric import Values, charge, values
from mirrortheory.testing import imbalances
from mirrortheory.theory.layers import parametric
from mirrortheory.theory.separation import separate

R = sympy.Rational
TINY, HUGE = R(1, 10**300), R(10**300)
NAMES = ("x", "hessian", "mirror_map", "potential", "conjugate")


@pytest.fixture(autouse=True)
def sharp_comparisons():
    """What the tests compute from the values is as sharp as these are."""
    with precision(bits_for(320)):
        yield


def parametric_potential(q, imbalance):
    """The potential without closed forms: everything comes from the curve."""
    flow = Flow(Lq(q), Product(len(imbalance)))
    return parametric(flow, separate(flow), tuple(map(R, imbalance)))


def normalisation(q, imbalance):
    """R'(0) is finite iff q (k - 1)/k < 1, with k the number of smallest layers."""
    k, depth = sum(shift == 0 for shift in imbalance), len(imbalance)
    if q * (k - 1) < k:
        return Normalisation.ORIGIN
    return Normalisation.INFINITY if q * (depth - 1) > depth else Normalisation.ONE


class ByQuadrature:
    """R'' = 1/P'(s(u)) with s from root finding, and R', R, R* from it by quadrature in x, all in mpmath."""

    def __init__(self, q, imbalance, digits=50):
        self.ctx = reference.context(digits)
        self.q = reference.number(self.ctx, q)
        self.shifts = [reference.number(self.ctx, shift) for shift in imbalance]
        k = sum(shift == 0 for shift in imbalance)
        self.bend = max(2, math.ceil(1 / max(R(1, 8), 1 - q * (k - 1) / k))) + 1
        self.known = {}

    def charge(self, u):
        """Solve prod (s + lam_i) = u^q for s, in log s, where the equation is convex and nearly linear."""
        ctx, target = self.ctx, self.q * self.ctx.log(u)
        fixed = ctx.fsum(ctx.log(shift) for shift in self.shifts if shift)
        zeros = sum(shift == 0 for shift in self.shifts)
        start = min((target - fixed) / zeros, target / len(self.shifts))

        def equation(t):
            return ctx.fsum(ctx.log(ctx.exp(t) + shift) for shift in self.shifts) - target

        return ctx.exp(ctx.findroot(equation, (start, start + 1), tol=ctx.mpf(10) ** (-ctx.dps)))

    def hessian(self, u):
        if u not in self.known:  # the three integrals have the same nodes
            s, places = self.charge(u), range(len(self.shifts))
            terms = (self.ctx.fprod(s + self.shifts[j] for j in places if j != i) for i in places)
            self.known[u] = 1 / self.ctx.fsum(terms)
        return self.known[u]

    def integral(self, integrand, x):
        """Integrate from 0 to x, with u = x z^n to tame u^-m at 0, in pieces that end where s is one of the shifts."""
        n, ctx = self.bend, self.ctx
        bends = {ctx.fprod(lam + other for other in self.shifts) ** (1 / self.q) for lam in self.shifts if lam}
        inner = sorted(ctx.root(u / x, n) for u in bends if u < x)
        return ctx.quad(lambda z: integrand(x * z**n) * x * n * z ** (n - 1), [0, *inner, 1])

    def conjugate(self, x):
        return self.integral(lambda u: u * self.hessian(u), x)

    def mirror_map(self, x):
        return self.integral(self.hessian, x)

    def potential(self, x):
        """R(x) = integral of (x - u) R''(u), where R'(0) = 0."""
        return self.integral(lambda u: (x - u) * self.hessian(u), x)


CASES = [
    (R(1), (0, 1), R(1, 3)),
    (R(1), (0, 0, 2), R(5, 7)),
    (R(1), (3, 0, 1, R(1, 2)), R(7, 3)),
    (R(1), (0, 0, 0, 0), R(2)),
    (R(6, 5), (0, 0, 1), R(4, 9)),
    (R(5, 4), (0, 0, 0), R(11, 10)),
    (R(5, 4), (1, 0, 1, 0), R(1, 9)),
    (R(4, 3), (0, R(1, 5)), R(3)),
    (R(3, 2), (0, 3), R(1, 7)),
    (R(3, 2), (0, 0), R(1, 7)),
    (R(3, 2), (2, 0, 1), R(9, 4)),
    (R(3, 2), (0, 0, 1), R(2, 3)),
    (R(7, 4), (0, 1, 2, 3), R(3, 5)),
    (R(9, 5), (0, R(1, 10), 5), R(20)),
    (R(2), (0, 1), R(1, 3)),
    (R(2), (0, 1, 2), R(8, 3)),
    (R(2), (R(1, 100), 0, 4, 1, 1), R(3, 2)),
]


@thinned(("q", "imbalance", "x"), CASES, ids=str, every=6)
def test_values_against_quadrature(q, imbalance, x):
    assert normalisation(q, imbalance) is Normalisation.ORIGIN
    found = values(parametric_potential(q, imbalance), x, digits=40)
    by_quadrature = ByQuadrature(q, imbalance)
    point = reference.number(by_quadrature.ctx, x)
    for name in ("hessian", "mirror_map", "conjugate", "potential"):
        assert reference.is_close(getattr(found, name), getattr(by_quadrature, name)(point), R(1, 10**25)), name


@pytest.mark.slow
@given(depths.flatmap(imbalances), exponents, positive_rationals)
@settings(max_examples=8)
def test_values_against_quadrature_at_random(imbalance, q, x):
    assume(normalisation(q, imbalance) is Normalisation.ORIGIN)
    found = values(parametric_potential(q, imbalance), x, digits=30)
    by_quadrature = ByQuadrature(q, imbalance, digits=40)
    point = reference.number(by_quadrature.ctx, x)
    assert reference.is_close(found.hessian, by_quadrature.hessian(point), R(1, 10**25))
    assert reference.is_close(found.mirror_map, by_quadrature.mirror_map(point), R(1, 10**18))


@pytest.mark.parametrize(("a", "b", "x"), [(1, 2, R(1, 3)), (R(1, 7), 5, R(4)), (3, 3, R(1, 50))])
def test_three_layers_under_gradient_flow_have_elliptic_integrals(a, b, x):
    """R' = R_F(0, a, b) - R_F(s, s + a, s + b) in Carlson's form."""
    found = values(derive(Flow(Lq(2), Product(3)), imbalance=(0, a, b)).potential, x, digits=50)
    by_quadrature = ByQuadrature(R(2), (0, a, b), digits=60)
    ctx = by_quadrature.ctx
    s, a, b = by_quadrature.charge(reference.number(ctx, x)), *(reference.number(ctx, shift) for shift in (a, b))
    known = ctx.elliprf(0, a, b) - ctx.elliprf(s, s + a, s + b)
    assert reference.is_close(found.mirror_map, known.real, R(1, 10**45))
    assert reference.is_close(found.conjugate, s / 2, R(1, 10**45))


@pytest.mark.parametrize(("q", "imbalance"), [(R(2), (0, 0, 1)), (R(2), (0, 0, 0, 3, 1)), (R(7, 4), (1, 0, 0, 0))], ids=str)
def test_values_where_the_mirror_map_vanishes_at_infinity(q, imbalance):
    """R'(x) = - integral of R'' from x to oo; R* and R from 0."""
    potential = derive(Flow(Lq(q), Product(len(imbalance))), imbalance=imbalance).potential
    assert potential.normalisation is normalisation(q, imbalance) is Normalisation.INFINITY
    found = values(potential, R(3, 2), digits=30)
    by_quadrature = ByQuadrature(q, imbalance, digits=40)
    ctx, x = by_quadrature.ctx, reference.number(by_quadrature.ctx, R(3, 2))
    n = 8  # u = x / z^n makes the tail analytic enough

    def tail(z):
        return by_quadrature.hessian(x / z**n) * x * n / z ** (n + 1)

    assert reference.is_close(found.mirror_map, -ctx.quad(tail, [0, 1]), R(1, 10**15))
    assert reference.is_close(found.conjugate, by_quadrature.conjugate(x), R(1, 10**15))
    assert (found.potential + found.conjugate).overlaps(ball(R(3, 2)) * found.mirror_map)


@pytest.mark.parametrize(("q", "depth"), [(R(2), 2), (R(3, 2), 3), (R(4, 3), 4), (R(6, 5), 6)])
def test_values_where_the_mirror_map_vanishes_at_one(q, depth):
    potential = derive(Flow(Lq(q), Product(depth))).potential
    assert potential.normalisation is Normalisation.ONE
    for x in (R(1, 7), R(1), R(9)):
        found = values(potential, x, digits=40)
        assert found.mirror_map.overlaps(evaluate(sympy.log(x) / depth, {}, 60))
        assert found.hessian.overlaps(ball(1 / (depth * x)))
        assert found.conjugate.overlaps(ball(x / depth))
    assert values(potential, 1).mirror_map.contains(0)


@pytest.mark.parametrize("depth", range(1, 6))
@pytest.mark.parametrize("q", [R(1), R(6, 5), R(7, 4), R(2)], ids=str)
def test_balanced_values_are_powers(q, depth):
    m = q * R(depth - 1, depth)
    potential = parametric_potential(q, (0,) * depth)
    for x in (R(1, 7), R(9, 2)):
        found = values(potential, x, digits=40)
        assert found.hessian.overlaps(evaluate(x**-m / depth, {}, 60))
        assert found.conjugate.overlaps(evaluate(x ** (2 - m) / (depth * (2 - m)), {}, 60))
        if m != 1:
            assert found.mirror_map.overlaps(evaluate(x ** (1 - m) / (depth * (1 - m)), {}, 60))
            assert found.potential.overlaps(evaluate(x ** (2 - m) / (depth * (1 - m) * (2 - m)), {}, 60))


@given(depths.flatmap(imbalances), exponents, nonzero_rationals, st.sampled_from([5, 20, 40]))
@settings(max_examples=12)
def test_laws_of_the_values(imbalance, q, x, digits):
    potential = parametric_potential(q, imbalance)
    found, mirrored = values(potential, x, digits=digits), values(potential, -x, digits=digits)
    for name in NAMES[1:]:
        assert is_accurate(getattr(found, name), digits)
    assert found.x.contains(ball(x))
    assert (found.potential + found.conjugate).overlaps(found.x * found.mirror_map)  # Legendre
    assert found.hessian > 0
    assert not found.conjugate <= 0
    assert found.mirror_map.overlaps(-mirrored.mirror_map)  # R is even, R' odd
    assert found.potential.overlaps(mirrored.potential)
    assert found.conjugate.overlaps(mirrored.conjugate)
    assert found.hessian.overlaps(mirrored.hessian)
    if potential.normalisation is Normalisation.ORIGIN:
        assert found.mirror_map * ball(x) > 0
        assert not found.potential <= 0
    sharper = values(potential, x, digits=digits + 10)
    assert all(getattr(found, name).overlaps(getattr(sharper, name)) for name in NAMES)


@given(depths.flatmap(imbalances), exponents, positive_rationals, positive_rationals)
@settings(max_examples=10)
def test_the_mirror_map_increases_and_the_bregman_divergence_is_positive(imbalance, q, x, x0):
    assume(x != x0)
    potential = parametric_potential(q, imbalance)
    at, start = values(potential, x), values(potential, x0)
    assert ball(x - x0) * (at.mirror_map - start.mirror_map) > 0
    first = at.potential - start.potential - start.mirror_map * ball(x - x0)
    second = at.potential + start.conjugate - ball(x) * start.mirror_map
    assert first > 0
    assert first.overlaps(second)


@pytest.mark.parametrize(("q", "imbalance"), [(R(1), (0, 1)), (R(3, 2), (0, 0, 1)), (R(2), (0, 0)), (R(2), (0, 0, 3))], ids=str)
def test_central_differences(q, imbalance):
    """(R'(x + h) - R'(x - h))/2h is R''(x) + O(h^2), and the same one level up."""
    potential = parametric_potential(q, imbalance)
    x, h = R(2, 3), R(1, 10**15)
    low, here, high = (values(potential, x + step, digits=60) for step in (-h, 0, h))
    for upper, lower in (("mirror_map", "hessian"), ("potential", "mirror_map")):
        slope = (getattr(high, upper) - getattr(low, upper)) / ball(2 * h)
        assert abs(slope - getattr(here, lower)) < 1e-27
        assert slope.rad() < 1e-40
    dual = (high.conjugate - low.conjugate) / (high.mirror_map - low.mirror_map)  # dR*/dy = x
    assert abs(dual - ball(x)) < 1e-27


EXTREME = [(R(1), (0, 1)), (R(3, 2), (0, 2, 0)), (R(2), (1, 0)), (R(2), (0, 1, 2)), (R(5, 4), (0, 0, 0)), (R(2), (0, 0, 1))]


@pytest.mark.parametrize("x", [TINY, HUGE, R(1, 10**30), R(10**30)], ids=["1e-300", "1e300", "1e-30", "1e30"])
@pytest.mark.parametrize(("q", "imbalance"), EXTREME, ids=str)
def test_tiny_and_huge_x(q, imbalance, x):
    """Near 0, P(s) ~ s^k prod lam; at oo, P(s) ~ s^L: the Hessian has the power laws of both ends."""
    potential = derive(Flow(Lq(q), Product(len(imbalance))), imbalance=imbalance).potential
    found = values(potential, x, digits=30)
    assert all(is_accurate(getattr(found, name), 30) for name in NAMES)
    assert (found.potential + found.conjugate).overlaps(found.x * found.mirror_map)
    k, depth = sum(shift == 0 for shift in imbalance), len(imbalance)
    product = math.prod(R(shift) for shift in imbalance if shift)
    if x < 1:
        s = (x**q / product) ** R(1, k)
        asymptote = 1 / (k * s ** (k - 1) * product)
    else:
        asymptote = 1 / (depth * x ** (q * R(depth - 1, depth)))
    assert abs(found.hessian / evaluate(asymptote, {}, 700) - 1) < 1e-5


@pytest.mark.parametrize("x", [R(1, 3), R(7), TINY, HUGE], ids=["1/3", "7", "1e-300", "1e300"])
@pytest.mark.parametrize(("q", "imbalance"), [*EXTREME, (R(1), (0, 0, 0, 2)), (R(9, 5), (3, 0, 0))], ids=str)
def test_the_charge_solves_its_equation(q, imbalance, x):
    potential = parametric_potential(q, imbalance)
    with precision(bits_for(50)):
        s = charge(potential, ball(x))
        assert s > 0
        assert s.rel_accuracy_bits() > 100
        effective = ball(1)
        for shift, e in potential.effective.factors:
            effective = effective * (s + ball(shift)) ** ball(e)
        assert effective.contains(ball(x))


def test_the_charge_of_a_wide_ball_contains_the_charges_inside_it():
    potential = parametric_potential(R(3, 2), (0, 1, 2))
    with precision(200):
        wide = charge(potential, ball(R(1)).union(ball(R(2))))
        for x in (R(1), R(5, 4), R(2)):
            assert not wide.is_finite() or wide.overlaps(charge(potential, ball(x)))


@pytest.mark.parametrize("imbalance", [(0, 1), (2, 0, 1), (0, 1, 2, 3)], ids=str)
@pytest.mark.parametrize("q", [R(1), R(3, 2), R(2)], ids=str)
def test_values_at_zero(q, imbalance):
    """One smallest layer: R''(0) = 1/prod lam_i, and R', R, R* vanish."""
    found = values(derive(Flow(Lq(q), Product(len(imbalance))), imbalance=imbalance).potential, 0)
    assert found.hessian.overlaps(ball(1 / R(math.prod(shift for shift in imbalance if shift))))
    assert all(getattr(found, name) == 0 for name in ("x", "mirror_map", "potential", "conjugate"))


@pytest.mark.parametrize(
    ("q", "imbalance", "message"),
    [
        (R(1), (0, 0), "R''(0) is infinite here; choose x != 0"),
        (R(3, 2), (0, 0, 1), "R''(0) is infinite here; choose x != 0"),
        (R(2), (0, 0), "R'(0) is infinite here; choose x != 0"),
        (R(3, 2), (0, 0, 0), "R'(0) is infinite here; choose x != 0"),
        (R(2), (0, 0, 1), "R'(0) is infinite here; choose x != 0"),
    ],
    ids=str,
)
def test_zero_is_refused_where_values_are_infinite(q, imbalance, message):
    with pytest.raises(NotEvaluable) as raised:
        values(derive(Flow(Lq(q), Product(len(imbalance))), imbalance=imbalance).potential, 0)
    assert str(raised.value) == message


@pytest.mark.parametrize("x", ["1/3", " 2 ", 3, -1, R(5, 7), sympy.Integer(4)])
def test_forms_of_x(x):
    found = values(derive(Flow(Lq(1), Product(1))).potential, x, digits=20)
    assert isinstance(found, Values)
    assert found.mirror_map.contains(ball(R(str(x).strip())))


def test_irrational_imbalance_from_initial_weights():
    potential = derive(Flow(Lq("3/2"), Product(2)), initial=(1, 2)).potential
    found = values(potential, 2, digits=40)
    lam = sympy.Integer(2) ** R(3, 2) - 1
    assert found.hessian.overlaps(evaluate(1 / sympy.sqrt(lam**2 + 4 * sympy.Integer(2) ** R(3, 2)), {}, 60))
    assert found.hessian.overlaps(evaluate(1 / (1 + sympy.Integer(2) ** R(3, 2)), {}, 60))


def test_a_closed_form_that_differs_is_noticed():
    potential = derive(Flow(Lq(2), Product(2)), imbalance=(0, 3)).potential
    for name in ("closed_hessian", "closed_mirror_map", "closed_potential", "conjugate_at"):
        form = getattr(potential, name)
        wrong = type(potential)(**{**vars(potential), name: form * (1 + R(1, 10**30))})
        with pytest.raises(BrokenCheck, match=r"^the closed form of .* and the parametric form differ at x = -1/2$"):
            values(wrong, R(-1, 2), digits=40)
        assert values(potential, R(-1, 2), digits=40)


def test_a_wrong_parametric_form_is_noticed():
    potential = derive(Flow(Lq(2), Product(2)), imbalance=(0, 3)).potential
    wrong = type(potential)(**{**vars(potential), "inverse_metric": potential.inverse_metric * (1 + R(1, 10**30)) + 0 * S})
    with pytest.raises(BrokenCheck, match="hessian"):
        values(wrong, 1, digits=40)


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (0.5, "x must be an exact rational, got 0.5; write 1/2, not a float"),
        ("half", "x must be an exact rational, got half; write an integer or a fraction such as 3/2"),
        ("one", "x must be an exact rational, got one; write an integer or a fraction such as 3/2"),
        (True, "x must be an exact rational, got True; write an integer or a fraction such as 3/2"),
        (sympy.sqrt(2), "x must be an exact rational, got sqrt(2); write an integer or a fraction such as 3/2"),
        (X, "x must be an exact rational, got x; write an integer or a fraction such as 3/2"),
    ],
)
def test_refused_x(x, message):
    with pytest.raises(InvalidArgument) as raised:
        values(derive(Flow(Lq(2), Product(2))).potential, x)
    assert str(raised.value) == message


def test_refused_symbols():
    q, lam = sympy.symbols("q lam", positive=True)
    with pytest.raises(InvalidArgument) as raised:
        values(derive(Flow(Lq(q), Product(3))).potential, 1)
    assert str(raised.value) == "q must be a rational to evaluate a potential, got a symbol; derive with q such as 3/2"
    with pytest.raises(InvalidArgument) as raised:
        values(derive(Flow(Lq(2), Product(2)), imbalance=(0, lam)).potential, 1)
    assert str(raised.value) == ("potential must be free of symbols to be evaluated, got lam; derive with numbers in their place")


@pytest.mark.parametrize("digits", [0, -1, 10_001, 2.5, "fifty", True, None])
def test_refused_digits(digits):
    with pytest.raises(InvalidArgument) as raised:
        values(derive(Flow(Lq(2), Product(1))).potential, 1, digits=digits)
    assert str(raised.value) == f"digits must be an integer from 1 to 10000, got {digits}; write one of 1..10000"


def test_many_digits():
    found = values(derive(Flow(Lq(2), Product(2)), imbalance=(0, 3)).potential, R(1, 3), digits=500)
    assert found.mirror_map.overlaps(evaluate(sympy.asinh(R(2, 9)) / 2, {}, 600))
    assert is_accurate(found.mirror_map, 500)


def test_the_names_of_the_values_are_the_fields():
    assert tuple(Values.__dataclass_fields__) == NAMES
    assert numeric.values is values
