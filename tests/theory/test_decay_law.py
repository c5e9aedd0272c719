"""The law under decoupled decay: degrees, refusals, and that the potential at a time is one, and that of the imbalance of the time."""

import pytest
import sympy
from thinning import thinned

from mirrortheory import Coupled, Decoupled, Flow, Lq, NoDecay, Product, derive
from mirrortheory.decays import TIME
from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import evaluate
from mirrortheory.exact.arb import precision
from mirrortheory.geometries import Geometry
from mirrortheory.potentials.numeric import values
from mirrortheory.reparams import Exp, LogDifference, Mask, PowerDifference, PowersProduct, Separable, Square, Tempered
from mirrortheory.report.describe import as_mapping, as_text
from mirrortheory.theory import A, Y, decay_law

R = sympy.Rational
LAM, Q = sympy.Symbol("lam", positive=True), sympy.Symbol("q", positive=True)
U, V = sympy.symbols("u v", positive=True)
ALPHA = sympy.Symbol("alpha", nonnegative=True)
HARMONIC = Decoupled("1/(1+t)")


@pytest.mark.parametrize(
    ("reparam", "degree"),
    [
        (Product(1), 1),
        (Product(4), 4),
        (PowersProduct(2, 3), 5),
        (PowerDifference(3), 3),
        (Mask(), 2),
        (Square(), 2),
        (Separable(sympy.sqrt(U) * V, (U, V)), R(3, 2)),
        (Separable(U * V / (U + V), (U, V)), 1),
        (Separable(U**2 - V**3, (U, V)), None),
        (Separable(U + 1, (U,)), None),
        (Exp(), None),
        (LogDifference(), None),
        (Tempered("3/2"), 4),
        (Separable(sympy.sqrt(U) - sympy.sqrt(V), (U, V)), R(1, 2)),
    ],
    ids=str,
)
def test_degree_of_homogeneity(reparam, degree):
    law = decay_law(Flow(Lq(Q), reparam, HARMONIC))
    if degree is None:
        assert law is None
    else:
        assert law.degree == degree
        assert sympy.expand(law.rate - (Q - degree * (Q - 1))) == 0


def test_flows_without_a_law():
    assert decay_law(Flow(Lq(2), Product(2), NoDecay())) is None
    assert decay_law(Flow(Lq(2), Product(2), Decoupled(0))) is None
    assert decay_law(Flow(Lq("3/2"), Product(2), Coupled("1/(1+t)"))) is None
    assert decay_law(Flow(Lq(2), Product(2), Coupled("1/(1+t)"))) == decay_law(Flow(Lq(2), Product(2), HARMONIC))
    found = derive(Flow(Lq("3/2"), Product(2), Coupled("1/(1+t)")))
    assert found.decay_law is None
    assert found.imbalance_in_time() is None
    assert "dual_law" not in as_mapping(found)


@thinned(
    "decay", [HARMONIC, Decoupled("2**(-t)"), Decoupled("1/10 if t < 1 else 1/5"), Decoupled("1/3"), Decoupled(ALPHA)], every=3
)
def test_balance_laws_have_the_rate_of_the_time(decay):
    found = derive(Flow(Lq(Q), Product(3), decay), imbalance=(0, LAM, 1))
    for law in found.balance_laws:
        assert law.multiple == -Q
        assert sympy.simplify(law.rate + Q * decay.rate) == 0
    assert found.imbalance_in_time(A) == (0, LAM * sympy.exp(-Q * A), sympy.exp(-Q * A))
    assert sympy.simplify(found.imbalance_in_time()[2] - sympy.exp(-Q * decay.total)) == 0


@thinned(("q", "depth"), [(1, 2), (2, 2), (R(3, 2), 2), (1, 3), (2, 3), (R(3, 2), 3), (2, 4)], every=4)
def test_dilated_values_are_those_of_the_imbalance_of_the_time(q, depth):
    """By certified values: exp(-kappa A) R'(exp(L A) x) for lam is R'(x) for exp(-q A) lam, and so R, where A = log 4."""
    flow = Flow(Lq(q), Product(depth), HARMONIC)
    law, x, grown = decay_law(flow), R(7, 5), sympy.Integer(4)
    start = (0, *range(1, depth))
    then = tuple(e * grown**-q for e in start)
    if not all(e.is_Rational for e in map(sympy.sympify, then)):
        pytest.skip("the imbalance of the time is no rational number")
    early = values(derive(flow, imbalance=start).potential, grown**law.degree * x, digits=25)
    late = values(derive(flow, imbalance=then).potential, x, digits=25)
    for name, power in (
        ("mirror_map", -law.rate),
        ("potential", -law.rate - law.degree),
        ("conjugate", -law.rate - law.degree),
        ("hessian", law.degree - law.rate),
    ):
        with precision(128):
            factor = evaluate(grown**power, {}, digits=30)
            assert abs(factor * getattr(early, name) - getattr(late, name)) < 1e-20


@pytest.mark.parametrize(
    ("flow", "imbalance"),
    [
        (Flow(Lq(2), Product(2), HARMONIC), (0, 3)),
        (Flow(Lq(1), Product(2), HARMONIC), (0, 3)),
        (Flow(Lq("3/2"), Product(2), HARMONIC), None),
        (Flow(Lq(2), Product(2), HARMONIC), None),
        (Flow(Lq(2), PowersProduct(2, 3), HARMONIC), None),
    ],
    ids=str,
)
def test_forms_at_a_time_are_those_of_one_potential(flow, imbalance):
    """R_t'' and R_t' are derivatives, x_t(y) inverts R_t', and R_t* + R_t = x y: derived for R, dilated each by its own power."""
    found = derive(flow, imbalance=imbalance)
    forms, x = found.decay_law.forms(found.potential), found.potential.symbol
    point = {x: R(7, 5), TIME: R(3, 2)}

    def is_zero(expr):
        return abs(evaluate(expr.subs(point), {}, digits=25)) < 1e-20

    if "potential" in forms:
        assert is_zero(sympy.diff(forms["potential"], x) - forms["mirror_map"])
    assert is_zero(sympy.diff(forms["mirror_map"], x) - forms["hessian"])
    dual = forms["mirror_map"].subs(point)
    if "inverse_mirror_map" in forms:
        assert is_zero(forms["inverse_mirror_map"].subs({Y: dual, TIME: R(3, 2)}) - x)
    if {"conjugate", "potential"} <= forms.keys():
        assert is_zero(forms["conjugate"].subs({Y: dual, TIME: R(3, 2)}) + forms["potential"] - x * dual)


def test_at_the_critical_depth_decay_leaves_y_alone_and_the_logarithm_drifts():
    found = derive(Flow(Lq(2), Product(2), HARMONIC))
    form = found.decay_law.forms(found.potential, A)["mirror_map"]
    assert found.decay_law.rate == 0
    assert sympy.simplify(sympy.expand_log(form - found.potential.mirror_map, force=True) - A) == 0  # log(x)/2 + A


def test_a_derivation_says_what_decay_does():
    text = as_text(as_mapping(derive(Flow(Lq(2), Product(3), HARMONIC), imbalance=(0, 0, LAM))))
    for line in (
        "integral A(t) of the decay: log(t + 1)",
        "lam*exp(-2*A)",
        "dual decay law: dy/dt = -f' + y/(t + 1) for y = R_t'(x)",
        "drift form: d R_t'(x)/dt = -f' - alpha M_t'(x), M_t = (-1) R_t",
        "decay 1/(t + 1) >= 0 at all times t >= 0",
    ):
        assert line in text
    assert "M_t = 0" in as_text(as_mapping(derive(Flow(Lq(2), Product(2), HARMONIC))))


def test_a_link_of_ones_own_has_no_law():
    """It need not be multiplicative, as that of Adam with an epsilon is not."""

    class Smoothed(Geometry):
        exponent = sympy.Integer(1)

        def link(self, gradient):
            return sympy.tanh(gradient)

    assert decay_law(Flow(Smoothed(), Product(2), HARMONIC)) is None


def test_a_letter_t_beside_time_is_refused():
    t = sympy.Symbol("t", positive=True)
    with pytest.raises(InvalidArgument, match="weights must be no t where decay depends on the time t"):
        Flow(Lq(2), Separable(t * U, (t, U)), HARMONIC)
    with pytest.raises(InvalidArgument, match="named as nothing else in the forms is, got t"):
        derive(Flow(Lq(2), Product(2), HARMONIC), imbalance=(0, t))
    assert derive(Flow(Lq(2), Separable(t * U, (t, U)), Decoupled("1/10"))).decay_law is None


def test_the_derivative_of_what_depends_on_time_holds_its_own():
    flow = Flow(Lq(2), Product(2), HARMONIC)
    w1, w2 = flow.weights
    moved = flow.derivative((1 + TIME) ** 2 * (w1**2 - w2**2)).doit()
    assert sympy.simplify(moved) == 0
    assert flow.domain().ranges[TIME] == sympy.Interval(0, sympy.oo)
    with pytest.raises(InvalidArgument):
        Flow(Lq(2), Product(2), Decoupled("1/10")).derivative(TIME * w1)
