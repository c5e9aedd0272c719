"""Derivations: first integrals, balance laws, initial weights, refusals, other reparameterizations."""

import math

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from separating_maps import Powers, agree
from strategies import weights
from thinning import thinned

from mirrortheory import Coupled, Decoupled, Flow, Lq, NoDecay, Product, derive
from mirrortheory.domain import GRADIENT_EXPONENTS, NONZERO, POSITIVE
from mirrortheory.errors import InvalidArgument, NoClosedForm
from mirrortheory.exact import evaluate, inverse, reduce_to_ring
from mirrortheory.potentials.numeric import charge
from mirrortheory.potentials.powers import is_monomial, power_form
from mirrortheory.reparams import Separable
from mirrortheory.theory import SLOPE, Normalisation, PowerProduct, S, X, balance_law, separate
from mirrortheory.theory.layers import parametric

R = sympy.Rational
Q = sympy.Symbol("q", positive=True)
LAM = sympy.Symbol("lam", positive=True)
ALPHA = sympy.Symbol("alpha", nonnegative=True)
EXPONENTS = [R(1), R(3, 2), R(2), Q]
log, sqrt, exp = sympy.log, sympy.sqrt, sympy.exp


class Mixed(Powers):
    """x = w1 w2 + w1^2: positive and increasing on positive weights, but the ratio of its slopes does not separate."""

    def forward(self, *weights):
        return weights[0] * weights[1] + weights[0] ** 2


class Bent(Powers):
    """x = w1 w2 w3 + w1 w2: the layers ask for different functions of w1, w2 or w3."""

    def forward(self, *weights):
        return weights[0] * weights[1] * (weights[2] + 1)


# First integrals and balance laws -------------------------------------------------------------------------------------


@thinned("depth", range(1, 6), every=3)
@pytest.mark.parametrize("q", EXPONENTS, ids=str)
def test_invariants_of_products(q, depth):
    flow = Flow(Lq(q), Product(depth))
    derivation = derive(flow)
    assert len(derivation.invariants) == depth - 1
    for invariant, weight in zip(derivation.invariants, flow.weights[1:], strict=True):
        balance = sympy.Abs(flow.weights[0]) ** q - sympy.Abs(weight) ** q
        assert reduce_to_ring(invariant - balance).vanishes
        assert reduce_to_ring(flow.derivative(invariant).doit()).vanishes
    assert all(law.rate == 0 for law in derivation.balance_laws)


@pytest.mark.parametrize("q", EXPONENTS, ids=str)
@thinned("powers", [(2, 1), (1, 2), (2, 3), (1, 2, 1)], ids=str, every=4)
def test_invariants_of_products_of_powers(q, powers):
    """|w_i|^q / m_i^(q-1) up to a factor: m_i^(1-q) |w_i|^q has the same derivative for every i."""
    flow = Flow(Lq(q), Powers(*powers))
    derivation = derive(flow)
    assert len(derivation.invariants) == len(powers) - 1
    for i, invariant in enumerate(derivation.invariants, start=1):
        assert reduce_to_ring(flow.derivative(invariant).doit()).vanishes
        assert not reduce_to_ring(invariant).vanishes
        ratio = (R(powers[0]) / powers[i]) ** (q - 1)
        expected = sympy.Abs(flow.weights[0]) ** q - ratio * sympy.Abs(flow.weights[i]) ** q
        assert reduce_to_ring(invariant - expected).vanishes
        assert not reduce_to_ring(flow.derivative(expected + sympy.Abs(flow.weights[i]) ** q).doit()).vanishes


@pytest.mark.parametrize("q", EXPONENTS, ids=str)
def test_the_inverse_metric_is_an_elementary_symmetric_polynomial(q):
    flow = Flow(Lq(q), Product(3))
    a, b, c = (sympy.Abs(w) ** q for w in flow.weights)
    assert reduce_to_ring(derive(flow).inverse_metric - (a * b + b * c + c * a)).vanishes


@pytest.mark.parametrize("q", [*EXPONENTS, R(5, 4)], ids=str)
@thinned("alpha", [ALPHA, R(1, 3)], ids=str, every=2)
def test_decoupled_decay_shrinks_the_balance_at_rate_q_alpha(q, alpha):
    for law in derive(Flow(Lq(q), Product(3), Decoupled(alpha))).balance_laws:
        assert reduce_to_ring(law.rate + q * alpha).vanishes
        assert reduce_to_ring(law.derivative + q * alpha * law.invariant).vanishes


@pytest.mark.parametrize("alpha", [ALPHA, R(1, 3)], ids=str)
def test_coupled_decay_shrinks_the_balance_of_gradient_flow(alpha):
    for law in derive(Flow(Lq(2), Product(3), Coupled(alpha))).balance_laws:
        assert reduce_to_ring(law.rate + 2 * alpha).vanishes


@pytest.mark.parametrize("q", [R(1), R(5, 4), R(3, 2), R(7, 4), Q], ids=str)
@thinned("alpha", [ALPHA, R(1, 3)], ids=str, every=2)
def test_coupled_decay_has_no_balance_law_of_its_own_below_two(q, alpha):
    for law in derive(Flow(Lq(q), Product(2), Coupled(alpha))).balance_laws:
        assert law.rate is None
        assert "is no constant multiple of itself" in str(law)


@pytest.mark.parametrize("cls", [Decoupled, Coupled])
@pytest.mark.parametrize("q", EXPONENTS, ids=str)
def test_decay_of_rate_zero_conserves_the_balance(cls, q):
    assert [law.rate for law in derive(Flow(Lq(q), Product(2), cls(0))).balance_laws] == [0]


@pytest.mark.parametrize("powers", [(2, 1), (4, 1), (1, 4), (2, 1, 8)], ids=str)
def test_balance_laws_of_products_of_powers(powers):
    """The rate is found also where the invariant happens to vanish at small weights: 4 w2^2 = w1^2 at (2, 1)."""
    for law in derive(Flow(Lq(2), Powers(*powers), Decoupled(R(1, 3)))).balance_laws:
        assert law.rate == R(-2, 3)


def test_balance_law_of_another_quantity():
    flow = Flow(Lq(2), Product(2), Decoupled(R(1, 2)))
    w1, w2 = flow.weights
    assert balance_law(flow, w1**2 - w2**2).rate == -1
    law = balance_law(flow, w1**2 + w2**2)
    assert law.rate is None
    assert law.derivative == flow.derivative(w1**2 + w2**2).doit()


def test_text_of_balance_laws():
    flow = Flow(Lq(2), Product(2))
    w1, w2 = flow.weights
    assert str(balance_law(flow, w1**2 - w2**2)) == "d/dt (w1**2 - w2**2) = 0"
    decaying = Flow(Lq(2), Product(2), Decoupled(ALPHA))
    assert str(balance_law(decaying, w1**2 - w2**2)) == "d/dt (w1**2 - w2**2) = -2*alpha * (w1**2 - w2**2)"


# Flows ----------------------------------------------------------------------------------------------------------------


def test_the_flow_in_small_cases():
    w1, w2 = Product(2).weights
    flow = Flow(Lq(2), Product(2))
    assert flow.decay == NoDecay()
    assert flow.gradient == (SLOPE * w2, SLOPE * w1)
    assert flow.velocity == (-SLOPE * w2, -SLOPE * w1)
    assert Flow(Lq(1), Product(2)).velocity == (-sympy.sign(SLOPE * w2), -sympy.sign(SLOPE * w1))
    assert Flow(Lq(2), Product(2), Coupled(ALPHA)).link_arguments == (SLOPE * w2 + ALPHA * w1, SLOPE * w1 + ALPHA * w2)
    assert sympy.expand(flow.derivative(w1 * w2).doit()) == sympy.expand(-SLOPE * (w1**2 + w2**2))


@pytest.mark.parametrize("q", EXPONENTS, ids=str)
def test_energy_decreases(q):
    """df/dt = f' dx/dt = -sum |dL/dw_i|^q."""
    flow = Flow(Lq(q), Product(3))
    decrease = SLOPE * flow.derivative(flow.effective).doit()
    assert reduce_to_ring(decrease + sum(sympy.Abs(g) ** q for g in flow.gradient)).vanishes


def test_the_domain_of_a_flow():
    plain = Flow(Lq("3/2"), Product(2)).domain()
    assert plain.ranges == dict.fromkeys((*Product(2).weights, SLOPE), NONZERO)
    symbolic = Flow(Lq(Q), Product(2), Decoupled(ALPHA)).domain({SLOPE: POSITIVE})
    assert symbolic.ranges[Q] == GRADIENT_EXPONENTS
    assert symbolic.ranges[ALPHA] == sympy.Interval(0, sympy.oo)
    assert symbolic.ranges[SLOPE] == POSITIVE


# Initial weights ------------------------------------------------------------------------------------------------------


@given(st.integers(2, 3).flatmap(weights), st.sampled_from([R(1), R(3, 2), R(2)]))
@settings(max_examples=12)
def test_initial_weights_give_the_imbalance_and_x0(initial, q):
    derivation = derive(Flow(Lq(q), Product(len(initial))), initial=initial)
    smallest = min(abs(w) for w in initial)
    assert derivation.initial == initial
    assert derivation.x0 == math.prod(initial)
    for shift, weight in zip(derivation.imbalance, initial, strict=True):
        expected = abs(weight) ** q - smallest**q
        assert evaluate(shift, {}, 40).overlaps(evaluate(expected, {}, 40))
        assert (shift == 0) is (abs(weight) == smallest)


@pytest.mark.parametrize(
    ("initial", "imbalance"),
    [(("1", "-2"), (0, 3)), ((R(1, 2), R(-1, 2)), (0, 0)), ((0, 3), (0, 9)), ((0, 0), (0, 0)), ((-3, 1), (8, 0))],
)
def test_initial_weights_of_every_sign(initial, imbalance):
    derivation = derive(Flow(Lq(2), Product(2)), initial=initial)
    assert derivation.imbalance == imbalance
    assert derivation.x0 == math.prod(map(R, initial))


def test_initial_weights_with_a_symbol_for_q():
    derivation = derive(Flow(Lq(Q), Product(3)), initial=(R(1, 2), -1, R(1, 2)))
    assert derivation.imbalance[0] == derivation.imbalance[2] == 0
    assert agree(derivation.imbalance[1], 1 - R(1, 2) ** Q)
    pair = derive(Flow(Lq(Q), Product(2)), initial=(R(1, 2), 1)).potential
    assert agree(pair.hessian, 1 / sqrt((1 - R(1, 2) ** Q) ** 2 + 4 * X**Q))


@pytest.mark.parametrize("q", [R(1), R(3, 2), R(2)], ids=str)
@pytest.mark.parametrize(
    ("reparam", "initial"),
    [
        (Product(3), (R(1, 2), -3, 1)),
        (Product(2), (2, 2)),
        (Powers(2, 1), (1, 1)),
        (Powers(2, 1), (1, 3)),
        (Powers(2, 1), (5, R(1, 2))),
        (Powers(1, 3, 1), (1, 1, 2)),
    ],
    ids=str,
)
def test_the_potential_of_initial_weights_has_their_inverse_metric(q, reparam, initial):
    """1/R''(x0) is the sum of |dx/dw_i|^q at the initial weights: the imbalance is the one of these weights."""
    derivation = derive(Flow(Lq(q), reparam), initial=initial)
    at_weights = derivation.inverse_metric.subs(dict(zip(reparam.weights, initial, strict=True)))
    assert min(derivation.imbalance) == 0
    x0 = evaluate(abs(derivation.x0), {}, 60)
    s = charge(derivation.potential, x0)
    assert s.is_finite()
    middle = R(int(s.mid().man_exp()[0])) * R(2) ** int(s.mid().man_exp()[1])
    on_curve = derivation.potential.inverse_metric.subs(S, middle)
    gap = evaluate(on_curve, {}, 30) - evaluate(at_weights, {}, 30)
    assert abs(gap) < 1e-9


def test_an_imbalance_keeps_no_initial_weights():
    derivation = derive(Flow(Lq(2), Product(2)), imbalance=("0", "3"))
    assert derivation.initial is derivation.x0 is None
    assert derivation.imbalance == (0, 3)
    assert derive(Flow(Lq(2), Product(3))).imbalance == (0, 0, 0)


def test_the_potential_is_the_one_at_time_zero_under_decay():
    plain = derive(Flow(Lq(2), Product(2)), imbalance=(0, 3)).potential
    decaying = derive(Flow(Lq(2), Product(2), Decoupled(ALPHA)), imbalance=(0, 3)).potential
    assert decaying.mirror_map == plain.mirror_map
    assert "with decay the imbalance moves by the balance law; this is the potential at time zero" in decaying.validity
    assert decaying.validity[:-1] == plain.validity


def test_assumptions_and_validity():
    derivation = derive(Flow(Lq(Q), Product(2), Decoupled(ALPHA)))
    assert "1 <= q <= 2" in derivation.assumptions
    assert "decay alpha >= 0, constant in time" in derivation.assumptions
    onto = "R' is onto: the dual domain is unbounded"
    bounded = "R' is bounded at oo: the dual domain is not all of R"
    for q, depth, line in ((R(1), 5, onto), (R(2), 2, onto), (R(2), 3, bounded), (R(3, 2), 3, onto), (R(3, 2), 4, bounded)):
        assert line in derive(Flow(Lq(q), Product(depth))).potential.validity
    crossing = "x in R: one layer is smallest, so x passes through 0 when that layer changes sign"
    assert crossing in derive(Flow(Lq(2), Product(3)), imbalance=(0, 1, 2)).potential.validity
    assert crossing not in derive(Flow(Lq(2), Product(3)), imbalance=(0, 0, 2)).potential.validity


def test_substitution_in_a_potential():
    potential = derive(Flow(Lq(2), Product(2)), imbalance=(0, LAM)).potential.subs({LAM: R(3)})
    assert potential.mirror_map == derive(Flow(Lq(2), Product(2)), imbalance=(0, 3)).potential.mirror_map
    assert potential.effective == derive(Flow(Lq(2), Product(2)), imbalance=(0, 3)).potential.effective
    assert potential.normalisation is Normalisation.ORIGIN


# Refusals -------------------------------------------------------------------------------------------------------------


PAIR = "write 2 rationals >= 0, at least one of them 0, such as 0,1"
ASK = "write an integer or a fraction such as 3/2"


@pytest.mark.parametrize(
    ("imbalance", "message"),
    [
        ((0,), f"imbalance must be one entry for each of 2 layers, got 0; {PAIR}"),
        ((0, 1, 2), f"imbalance must be one entry for each of 2 layers, got 0,1,2; {PAIR}"),
        ((), f"imbalance must be one entry for each of 2 layers, got nothing; {PAIR}"),
        (5, f"imbalance must be one entry for each of 2 layers, got 5; {PAIR}"),
        ("0,1", f"imbalance must be one entry for each of 2 layers, got 0,1; {PAIR}"),
        ((1, 2), f"imbalance must be 0 for at least one layer, got 1,2; {PAIR}"),
        ((LAM, 1), f"imbalance must be 0 for at least one layer, got lam,1; {PAIR}"),
        ((0, -1), f"imbalance must be nonnegative in every entry, got 0,-1; {PAIR}"),
        (("0", "-1/2"), f"imbalance must be nonnegative in every entry, got 0,-1/2; {PAIR}"),
        ((0, "0,5"), f"imbalance must be an exact rational, got 0,5; {ASK}"),
        ((0, 0.5), "imbalance must be an exact rational, got 0.5; write 1/2, not a float"),
        ((0, "a"), f"imbalance must be an exact rational, got a; {ASK}"),
        ((0, None), f"imbalance must be an exact rational, got None; {ASK}"),
        ((0, sympy.Symbol("lam")), f"imbalance must be an exact rational, got lam; {ASK}"),
        ((0, sympy.Symbol("lam", nonnegative=True)), f"imbalance must be an exact rational, got lam; {ASK}"),
        ((0, 2 * LAM), f"imbalance must be an exact rational, got 2*lam; {ASK}"),
    ],
)
def test_refused_imbalances(imbalance, message):
    with pytest.raises(InvalidArgument) as raised:
        derive(Flow(Lq(2), Product(2)), imbalance=imbalance)
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("initial", "message"),
    [
        ((1,), "initial must be 2 weights, one a layer, got 1; write 2 rationals"),
        (5, "initial must be 2 weights, one a layer, got 5; write 2 rationals"),
        ("1,2", "initial must be 2 weights, one a layer, got 1,2; write 2 rationals"),
        ((), "initial must be 2 weights, one a layer, got nothing; write 2 rationals"),
        ((1, 2, 3), "initial must be 2 weights, one a layer, got 1,2,3; write 2 rationals"),
        ((1, 0.5), "initial must be an exact rational, got 0.5; write 1/2, not a float"),
        ((1, "x"), f"initial must be an exact rational, got x; {ASK}"),
        ((1, LAM), f"initial must be an exact rational, got lam; {ASK}"),
        ((1, "1/0"), "initial must be an exact rational, got 1/0; the denominator is zero"),
    ],
)
def test_refused_initial_weights(initial, message):
    with pytest.raises(InvalidArgument) as raised:
        derive(Flow(Lq(2), Product(2)), initial=initial)
    assert str(raised.value) == message


def test_imbalance_and_initial_weights_exclude_each_other():
    with pytest.raises(InvalidArgument) as raised:
        derive(Flow(Lq(2), Product(2)), imbalance=(0, 1), initial=(1, 2))
    assert str(raised.value) == ("imbalance must be absent when initial weights are given, got (0, 1); give one of the two")


@pytest.mark.parametrize("q", [R(3, 2), R(2), Q], ids=str)
def test_a_map_that_does_not_separate_names_the_step(q):
    with pytest.raises(NoClosedForm) as raised:
        derive(Flow(Lq(q), Mixed(1, 1)))
    assert raised.value.step == "separation"
    assert str(raised.value).startswith("no closed form: separation failed; the ratio of velocities ")


def test_sign_flow_separates_on_positive_weights_only():
    """At q = 1 every velocity is a sign: w1 - w2 is conserved on positive weights, but not on every orthant."""
    with pytest.raises(NoClosedForm) as raised:
        derive(Flow(Lq(1), Mixed(1, 1)))
    assert raised.value.step == "first integrals"


def test_a_decreasing_layer_names_the_step():
    with pytest.raises(NoClosedForm) as raised:
        derive(Flow(Lq(2), Powers(1, -1)))
    assert raised.value.step == "sign of the Jacobian"
    assert raised.value.reason == (
        "dx/da2 = -a1/a2**2 is not positive on the positive orthant; 1 of 1 first integrals known: w1**2 + w2**2;"
        " the level set is not solved for x"
    )


@pytest.mark.parametrize("q", [R(3, 2), R(2)], ids=str)
def test_layers_that_ask_for_different_functions_name_the_step(q):
    with pytest.raises(NoClosedForm) as raised:
        derive(Flow(Lq(q), Bent(1, 1, 1)))
    assert raised.value.step in ("separation", "parametric form", "inversion", "first integrals")


# Parts ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("q", EXPONENTS, ids=str)
@pytest.mark.parametrize("reparam", [Product(3), Powers(2, 1), Powers(2, 3)], ids=["product", "2,1", "2,3"])
def test_separation(q, reparam):
    """Charges increase, their inverses invert them, and all charges move at one pace."""
    flow = Flow(Lq(q), reparam)
    separation = separate(flow)
    jacobian = [sympy.diff(reparam.forward(*separation.magnitudes), a) for a in separation.magnitudes]
    for a, u, back, entry in zip(separation.magnitudes, separation.charges, separation.inverses, jacobian, strict=True):
        assert reduce_to_ring(back.subs(separation.charge, u) - a).vanishes
        assert reduce_to_ring(sympy.diff(u, a)).positive
        assert reduce_to_ring(sympy.diff(u, a) * flow.geometry.link(entry) - separation.pace).vanishes


@pytest.mark.parametrize("q", EXPONENTS, ids=str)
def test_the_parametric_potential_has_no_closed_forms(q):
    flow = Flow(Lq(q), Product(2))
    potential = parametric(flow, separate(flow), (sympy.S.Zero, LAM))
    assert potential.form == "parametric"
    forms = (potential.closed_hessian, potential.closed_mirror_map, potential.closed_potential, potential.closed_conjugate)
    assert set(forms) == {None}
    assert potential.effective == derive(flow, imbalance=(0, LAM)).potential.effective


def test_power_products():
    product = PowerProduct.parse(3 * S * (S + LAM) ** Q * sqrt(S), S)
    assert product.coefficient == 3
    assert dict(product.factors) == {sympy.S.Zero: R(3, 2), LAM: Q}
    assert product.order_at_zero() == R(3, 2)
    assert product.order_at_infinity() == Q + R(3, 2)
    assert reduce_to_ring(product.expression(S) - 3 * S ** R(3, 2) * (S + LAM) ** Q).vanishes
    assert PowerProduct.parse(sympy.Integer(7), S) == PowerProduct(sympy.Integer(7), ())
    assert PowerProduct.parse(S / S**1, S).factors == ()
    assert product.subs({LAM: R(2)}).factors == ((0, R(3, 2)), (2, Q))


@pytest.mark.parametrize("expr", [2 * S + 1, S**2 + 1, (2 * S + 1) ** Q, exp(S), S**S])
def test_what_is_no_power_product_is_refused(expr):
    with pytest.raises(NoClosedForm) as raised:
        PowerProduct.parse(expr, S)
    assert raised.value.step == "parametric form"


def test_powers_of_positive_quantities():
    a, b = sympy.symbols("a b", positive=True)
    assert power_form((a * b) ** Q / a**Q) == b**Q
    assert is_monomial(3 * a**Q * b, a)
    assert not is_monomial(3 * a + b, a)
    assert inverse(3 * a**Q, a, b) == (b / 3) ** (1 / Q)
    assert reduce_to_ring(inverse(sympy.asinh(a / 2), a, b) - 2 * sympy.sinh(b)).vanishes
    assert inverse(a**3 - 3 * a**2 + a, a, b) is None


@pytest.mark.parametrize("name", ["x", "x0", "y", "s", "u", "z", "L", "w1"])
def test_imbalance_named_as_another_quantity_is_refused(name):
    """R' = asinh(2 x/x)/2 would be what such a symbol gives."""
    with pytest.raises(InvalidArgument, match=f"imbalance must be named as nothing else in the forms is, got {name}"):
        derive(Flow(Lq(2), Product(2)), imbalance=(0, sympy.Symbol(name, positive=True)))


def test_letter_of_the_exponent_is_no_imbalance():
    exponent = sympy.Symbol("q", positive=True)
    with pytest.raises(InvalidArgument, match="got q; write for example lam"):
        derive(Flow(Lq(exponent), Product(2)), imbalance=(0, exponent))


def test_names_of_weights_do_not_matter():
    """Weights named as the magnitudes are, in another order, were once mixed up."""
    forms = []
    for names in ("u v", "a2 a1", "x y", "y x", "s u"):
        a, b = sympy.symbols(names, positive=True)
        found = derive(Flow(Lq("3/2"), Separable(a**2 * b, (a, b))), initial=("1/2", 3))
        forms.append((found.potential.effective, found.potential.dual_density, found.invariants[0].subs({a: 5, b: 7})))
    assert forms == forms[:1] * len(forms)
