"""Limits of mirror potentials: by balls at several scales, by SymPy's series of closed forms, and mutants that fail."""

import dataclasses
import functools

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from reference import context
from thinning import thinned

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.errors import InvalidArgument, NoClosedForm
from mirrortheory.exact import evaluate
from mirrortheory.notation import q as q_symbol
from mirrortheory.potentials.asymptotics import limit_lines, verify
from mirrortheory.potentials.finite_part import coefficient, finite_part, inverted
from mirrortheory.potentials.limits import DEPTH, QUANTITIES, balanced_of_depth, expand, limits
from mirrortheory.reparams import LogDifference, PowerDifference, PowersProduct, Separable
from mirrortheory.theory import Normalisation, PowerProduct, X, Y, exponents

R, oo = sympy.Rational, sympy.oo
LAM = sympy.Symbol("lam", positive=True)
FOUR = QUANTITIES[:4]
FAR, NEAR = tuple(R(10) ** k for k in (6, 12, 24)), tuple(R(10) ** -k for k in (6, 12, 24))
IMBALANCES = [(0,), (0, 0), (0, 3), (0, 0, 0), (0, 0, 2), (0, 2, 2), (0, 1, 2), (0, 0, 0, 1), (0, 1, 1, 1), (0, 0, 1, 2)]
ALL = [(q, imbalance) for q in ("1", "5/4", "3/2", "2") for imbalance in IMBALANCES]
CASES = [ALL[i] for i in (0, 2, 6, 9, 12, 14, 15, 18, 19, 22, 23, 26, 31, 32, 34, 36, 37)]


@functools.cache
def potential_of(q, imbalance):
    return derive(Flow(Lq(q), Product(len(imbalance))), imbalance=imbalance).potential


@functools.cache
def of_a_sum(reparam, q):
    return derive(Flow(Lq(q), reparam), initial=(2, 1)).potential


def mutants(expansion):
    """Wrong neighbours: the last coefficient, and a remainder of another order."""
    *before, last = expansion.terms
    x, twist = expansion.variable, R(1001, 1000)
    yield dataclasses.replace(expansion, terms=(*before, twist * last))
    if expansion.remainder != 0:
        yield dataclasses.replace(expansion, remainder=expansion.remainder * x ** R(1, 8))
        yield dataclasses.replace(expansion, remainder=expansion.remainder / x ** R(1, 8))
        yield dataclasses.replace(expansion, remainder=-expansion.remainder)
        yield dataclasses.replace(expansion, remainder=twist**50 * expansion.remainder)


def test_cases_reach_every_kind_of_limit():
    kinds = {(sympy.sign(m0 - 1), sympy.sign(m_oo - 1)) for m0, m_oo in (exponents(potential_of(*case)) for case in CASES)}
    assert kinds == {(-1, -1), (-1, 0), (-1, 1), (0, 0), (0, 1), (1, 1)}


@pytest.mark.parametrize(("q", "imbalance"), CASES)
@pytest.mark.parametrize(("point", "scales"), [(0, NEAR), (oo, FAR)])
def test_mirror_maps_meet_the_balls(q, imbalance, point, scales):
    potential = potential_of(q, imbalance)
    expansion = expand(potential, "mirror_map", point)
    seen = verify(expansion, potential, scales)
    assert seen.holds
    assert seen.exact == (len(set(imbalance)) == 1)


@pytest.mark.slow
@pytest.mark.parametrize(("q", "imbalance"), ALL)
def test_every_quantity_meets_the_balls(q, imbalance):
    potential = potential_of(q, imbalance)
    for quantity in FOUR:
        for point, scales in ((0, NEAR), (oo, FAR)):
            for terms in (1, 3):
                assert verify(expand(potential, quantity, point, terms=terms), potential, scales).holds, (quantity, point)


@pytest.mark.parametrize("quantity", FOUR)
@thinned(("q", "imbalance"), [("1", (0, 1, 2)), ("3/2", (0, 0, 1, 2))], every=3)
def test_mutants_are_refuted(q, imbalance, quantity):
    potential = potential_of(q, imbalance)
    for point, scales in ((0, NEAR), (oo, FAR)):
        expansion = expand(potential, quantity, point)
        assert verify(expansion, potential, scales).holds
        for mutant in mutants(expansion):
            assert not verify(mutant, potential, scales).holds, mutant


@pytest.mark.parametrize("quantity", ["mirror_map", "potential"])
def test_far_scales_as_well(quantity):
    potential = potential_of(2, (0, 1, 2))
    for point in (0, oo):
        seen = verify(expand(potential, quantity, point), potential)
        assert seen.holds
        assert seen.scales[-1] in (R(10) ** 40, R(10) ** -40)


def test_a_claim_to_be_exact_can_fail():
    potential = potential_of(2, (0, 0, 0))
    expansion = expand(potential, "mirror_map", 0)
    assert str(expansion) == "-1/x**(1/3) exactly as x -> 0"
    assert verify(expansion, potential, NEAR).holds
    (mutant,) = mutants(expansion)
    assert not verify(mutant, potential, NEAR).holds


@pytest.mark.parametrize("quantity", FOUR)
@pytest.mark.parametrize("q", [1, 2])
def test_series_of_closed_forms_agree(q, quantity):
    """A second route, which knows nothing of the curve."""
    potential = potential_of(q, (0, LAM))
    form = potential.conjugate_at if quantity == "conjugate" else getattr(potential, quantity)
    near = expand(potential, quantity, 0, terms=3)
    rest = sympy.series(form, X, 0, 8).removeO() - near.expression
    assert sympy.limit(rest / near.terms[-1], X, 0, "+") == 0
    far = expand(potential, quantity, oo, terms=3)
    u = sympy.Symbol("u", positive=True)
    series = sympy.series(sympy.expand_log(form.rewrite(sympy.log).subs(X, u**-2), force=True), u, 0, 12).removeO()
    rest = sympy.expand_log(sympy.expand(series - far.expression.subs(X, u**-2)), force=True)
    assert sympy.limit(sympy.simplify(rest) / far.terms[-1].subs(X, u**-2), u, 0, "+") == 0


def test_the_derivative_of_the_potential_is_the_mirror_map():
    """R is found as x R' - R*, from another density than R'."""
    for q, imbalance in (("3/2", (0, LAM, LAM)), ("2", (0, LAM)), ("5/4", (0, 0, LAM)), ("1", (0, LAM))):
        potential = potential_of(q, imbalance)
        for point in (0, oo):
            whole, slope = (expand(potential, name, point, terms=4) for name in ("potential", "mirror_map"))
            pairs = zip((*whole.terms, whole.remainder), (*slope.terms, slope.remainder), strict=True)
            constant = [t for t in whole.terms if not t.has(X)]
            if not constant:
                assert all(sympy.simplify(sympy.diff(a, X) - b) == 0 for a, b in pairs)
            else:
                assert sympy.simplify(sympy.diff(whole.expression, X) - sympy.Add(*slope.terms[:3])) == 0


@thinned(
    ("q", "imbalance"),
    [("1", (0, LAM)), ("5/4", (0, LAM, LAM)), ("3/2", (0, 0, LAM)), ("2", (0, LAM)), ("2", (0, 0, LAM))],
    every=3,
)
@pytest.mark.parametrize(("point", "scales"), [(0, NEAR), (oo, FAR)])
def test_limits_in_the_imbalance(q, imbalance, point, scales):
    potential = potential_of(q, imbalance)
    expansion = expand(potential, "mirror_map", point, variable=LAM)
    assert verify(expansion, potential, scales, x="3/2").holds
    assert not verify(next(mutants(expansion)), potential, scales, x="3/2").holds


def test_unequal_multiples_of_one_symbol():
    second = sympy.Symbol("second", positive=True)
    potential = derive(Flow(Lq("3/2"), Product(3)), imbalance=(0, LAM, second)).potential
    with pytest.raises(InvalidArgument, match="a multiple of"):
        expand(potential, "mirror_map", 0, variable=LAM)
    potential = potential.subs({second: 2 * LAM})
    expansion = expand(potential, "mirror_map", 0, variable=LAM)
    assert "diverges by a term free of x" in expansion.note
    assert "x >> lam**2" in expansion.note
    assert verify(expansion, potential, NEAR[:2], x=3).holds


def test_the_hyperbolic_entropy_loses_its_imbalance_as_a_logarithm():
    potential = potential_of(2, (0, LAM))
    expansion = expand(potential, "mirror_map", 0, variable=LAM)
    assert sympy.simplify(expansion.terms[0] - sympy.log(4 * X / LAM) / 2) == 0
    assert "diverges" in expansion.note
    assert "diverges" not in expand(potential, "mirror_map", oo, variable=LAM).note
    assert "diverges" not in expand(potential_of(1, (0, LAM)), "mirror_map", 0, variable=LAM).note


@thinned("q", ["1", "5/4", "3/2", "2"], every=4)
def test_depth_as_a_symbol_is_that_of_the_derivation(q):
    for depth in (5, 6):  # beyond q/(q - 1) for 5/4 the normalisation at infinity begins at 6
        symbolic, derived = balanced_of_depth(q).subs({DEPTH: sympy.Integer(depth)}), potential_of(q, (0,) * depth)
        assert symbolic.effective == derived.effective
        assert symbolic.dual_density == derived.dual_density
        assert symbolic.conjugate_density == derived.conjugate_density
        assert sympy.simplify(symbolic.inverse_metric - derived.inverse_metric) == 0
        assert (symbolic.normalisation == derived.normalisation) == (depth == 6 or q != "5/4")


@pytest.mark.parametrize("quantity", FOUR)
@thinned("q", ["1", "5/4"], every=2)
def test_limits_in_the_depth(q, quantity):
    potential, scales = balanced_of_depth(q), (100, 1000, 10000)
    expansion = expand(potential, quantity, oo, variable=DEPTH)
    assert verify(expansion, potential, scales, x="3/2").holds
    for mutant in mutants(expansion):
        assert not verify(mutant, potential, scales, x="3/2").holds


def test_sign_flow_of_many_layers_tends_to_an_entropy():
    """x R' - R* with R' = x^(1/L): the term of order 1/L of R is the entropy, the leading one is linear."""
    assert expand(balanced_of_depth(1), "potential", oo, variable=DEPTH).terms[1] == X * (sympy.log(X) - 1) / DEPTH


@thinned("q", ["1", "3/2", "2"], every=3)
def test_products_of_powers(q):
    potential = derive(Flow(Lq(q), PowersProduct(2, 3)), initial=(2, 1)).potential
    for quantity in ("mirror_map", "potential"):
        for point, scales in ((0, NEAR), (oo, FAR)):
            expansion = expand(potential, quantity, point)
            assert verify(expansion, potential, scales).holds
            assert not verify(next(mutants(expansion)), potential, scales).holds


SUMS = [(q, reparam) for q in ("1", "3/2", "2") for reparam in (LogDifference(), PowerDifference(2), PowerDifference(3))]


@pytest.mark.parametrize(("q", "reparam"), SUMS[::4], ids=str)
def test_sums_at_an_interior_zero(q, reparam):
    potential = of_a_sum(reparam, q)
    for quantity in ("mirror_map", "inverse_mirror_map"):
        expansion = expand(potential, quantity, 0)
        assert verify(expansion, potential, NEAR).holds, quantity
        assert not verify(next(mutants(expansion)), potential, NEAR).holds, quantity


@pytest.mark.slow
@pytest.mark.parametrize(("q", "reparam"), SUMS, ids=str)
def test_every_quantity_of_a_sum(q, reparam):
    potential = of_a_sum(reparam, q)
    for quantity in QUANTITIES:
        assert verify(expand(potential, quantity, 0), potential, NEAR).holds, quantity


def test_sums_agree_with_series_of_their_closed_forms():
    potential = of_a_sum(PowerDifference(2), 2)
    expansion = expand(potential, "mirror_map", 0, terms=3)
    assert sympy.expand(sympy.series(potential.mirror_map, potential.symbol, 0, 6).removeO() - expansion.expression) == 0
    expansion = expand(potential, "inverse_mirror_map", 0, terms=2)
    assert sympy.expand(sympy.series(potential.inverse_mirror_map, Y, 0, 4).removeO() - expansion.expression) == 0


def test_a_zero_that_no_symmetry_gives():
    """x = w^2/4 - 3 on w > 0 has R'(0) away from 0."""
    w = sympy.Symbol("w", positive=True)
    potential = derive(Flow(Lq(2), Separable(w**2 / 4 - 3, (w,)))).potential
    for quantity in ("mirror_map", "hessian", "inverse_mirror_map"):
        expansion = expand(potential, quantity, 0)
        assert verify(expansion, potential, NEAR).holds, quantity


@pytest.mark.parametrize(
    ("q", "imbalance"), [("1", (0, 3)), ("1", (0, 1, 2)), ("5/4", (0, 0, 2)), ("3/2", (0, 2, 2)), ("2", (0, 1, 2))]
)
def test_inverse_mirror_maps(q, imbalance):
    potential = potential_of(q, imbalance)
    expansion = expand(potential, "inverse_mirror_map", 0)
    assert verify(expansion, potential, NEAR).holds
    assert not verify(next(mutants(expansion)), potential, NEAR).holds


def test_the_inverse_mirror_map_of_sign_flow_is_exact():
    """x = y (y + 1) (y + 2): a polynomial, found by reverting an infinite series."""
    expansion = expand(potential_of(1, (0, 1, 2)), "inverse_mirror_map", 0, terms=5)
    assert expansion.remainder == 0
    assert sympy.expand(expansion.expression - Y * (Y + 1) * (Y + 2)) == 0


@settings(max_examples=4)
@given(st.integers(1, 9), st.integers(1, 9), st.sampled_from(["5/4", "3/2", "2"]), st.sampled_from([0, oo]))
def test_expansions_are_those_of_any_imbalance(first, second, q, point):
    potential = potential_of(q, (0, R(first, 3), R(second, 3)))
    assert verify(expand(potential, "hessian", point), potential, FAR if point == oo else NEAR).holds


POWERS = [
    ((R(1, 2), R(-1, 2)),),
    ((R(3), R(-1, 2)), (R(2), R(-1, 2))),
    ((R(3), R(-1, 3)), (R(2), R(-1, 3))),
    ((R(3), R(-1, 5)), (R(2), R(-1, 5))),
    ((R(3), R(1, 3)), (R(2), R(1, 3))),
    ((R(3), R(3, 2)),),
    ((R(3), R(-2, 3)),),
]


@thinned("powers", POWERS, ids=str, every=3)
@pytest.mark.parametrize("b", [R(1, 2), R(2, 3), R(1)])
def test_finite_parts_are_what_quadrature_leaves(b, powers):
    """The integral up to S in mpmath, less the powers and the logarithm of S."""
    ctx = context(30)
    found = evaluate(finite_part(PowerProduct(sympy.S.One, ((sympy.S.Zero, b - 1), *powers))), {}, 25)

    def number(value):
        return ctx.mpf(int(value.p)) / int(value.q)

    def integrand(u):
        return u ** number(b - 1) * ctx.fprod((u + number(shift)) ** number(e) for shift, e in powers)

    top = ctx.mpf(10) ** 4
    whole = ctx.quad(lambda z: integrand(z**6) * 6 * z**5, [0, 1]) + ctx.quad(integrand, [10**k for k in range(5)])
    order = b + sum(e for _, e in powers)
    for n in range(9):
        value = number(coefficient(powers, n))
        whole -= value * (ctx.log(top) if order == n else top ** number(order - n) / number(order - n))
    assert abs(whole - ctx.mpf(found.mid().str(28, radius=False))) < 1e-20


def test_inversion_is_its_own_inverse():
    product = PowerProduct(R(5), ((sympy.S.Zero, R(-1, 2)), (R(3), R(-2, 3))))
    twice = inverted(inverted(product))
    assert twice.factors == product.factors
    assert sympy.simplify(twice.coefficient - product.coefficient) == 0


def test_lines_of_text():
    lines = limit_lines(derive(Flow(Lq(2), Product(2)), imbalance=(0, LAM)).potential)
    assert lines == [
        "R'(x) = x/lam - 2*x**3/(3*lam**3) + O(x**5) as x -> 0",
        "R'(x) = log(4*x/lam)/2 + lam**2/(32*x**2) + O(x**(-4)) as x -> oo",
        "R'(x) = log(4*x/lam)/2 + lam**2/(32*x**2) + O(lam**4) as lam -> 0",
        "R'(x) = x/lam - 2*x**3/(3*lam**3) + O(lam**(-5)) as lam -> oo",
    ]
    assert limit_lines(derive(Flow(Lq(q_symbol), Product(2))).potential) == []
    assert len(limit_lines(derive(Flow(Lq(2), PowerDifference(2)), initial=(2, 1)).potential)) == 1
    assert len(limit_lines(derive(Flow(Lq(2), Product(3)), imbalance=(0, LAM, 1)).potential)) == 2
    assert limits(potential_of(2, (0, 0)))[0].remainder == 0


def test_a_polynomial_mirror_map_is_exact_with_all_its_terms():
    """u^2 - v^2 at q = 1 is linear; one term less than a polynomial has is not exact."""
    linear = of_a_sum(PowerDifference(2), 1)
    assert expand(linear, "mirror_map", 0, terms=1).remainder == 0
    cut = dataclasses.replace(linear, closed_mirror_map=X + X**3, closed_inverse_mirror_map=Y - Y**3 + 3 * Y**5, symbol=X)
    assert expand(cut, "mirror_map", 0, terms=1).remainder == X**3
    assert expand(cut, "mirror_map", 0, terms=2).remainder == 0


def test_irrational_imbalances():
    potential = derive(Flow(Lq("3/2"), Product(3)), initial=(2, 1, 3)).potential
    for point, scales in ((0, NEAR), (oo, FAR)):
        assert verify(expand(potential, "hessian", point), potential, scales).holds


def test_what_is_refused():
    potential = potential_of(2, (0, LAM))
    for arguments in (("slope", 0), ("mirror_map", 1), ("inverse_mirror_map", oo)):
        with pytest.raises(InvalidArgument):
            expand(potential, *arguments)
    with pytest.raises(InvalidArgument, match="terms"):
        expand(potential, "mirror_map", 0, terms=0)
    with pytest.raises(InvalidArgument, match="L -> oo"):
        expand(potential, "mirror_map", oo, variable=DEPTH)
    with pytest.raises(InvalidArgument, match="q must be a number"):
        expand(derive(Flow(Lq(q_symbol), Product(2))).potential, "mirror_map", 0)
    with pytest.raises(InvalidArgument, match="inside the region"):
        expand(of_a_sum(PowerDifference(2), 2), "mirror_map", oo)
    with pytest.raises(InvalidArgument, match="at must be a value for each symbol"):
        verify(expand(potential, "mirror_map", 0), potential)
    with pytest.raises(InvalidArgument, match="scales"):
        verify(expand(potential_of(2, (0, 3)), "mirror_map", 0), potential_of(2, (0, 3)), (0,))
    with pytest.raises(InvalidArgument, match="q must be"):
        balanced_of_depth(3)
    u, v = sympy.symbols("u v", positive=True)
    with pytest.raises(NoClosedForm, match="R'"):
        expand(derive(Flow(Lq(1), Separable(u**3 - sympy.log(v), (u, v))), initial=(2, 1)).potential, "mirror_map", 0)


def test_normalisation_at_infinity_leaves_no_constant_there():
    """R'(oo) = 0 for three layers of gradient flow with two smallest ones, so the constant is at x -> 0."""
    potential = potential_of(2, (0, 0, 1))
    assert potential.normalisation is Normalisation.INFINITY
    assert all(term.has(X) for term in expand(potential, "mirror_map", oo, terms=3).terms)
