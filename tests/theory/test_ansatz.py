"""First integrals by an ansatz, and fields affine in the weights: each against a route that uses neither."""

from itertools import pairwise

import pytest
import sympy
from scipy.integrate import quad, solve_ivp
from sympy import Rational, log, sqrt
from thinning import thinned

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.decays import Decoupled
from mirrortheory.errors import InvalidArgument, NoClosedForm
from mirrortheory.exact import evaluate, reduce_to_ring
from mirrortheory.potentials.numeric import values
from mirrortheory.reparams import Exp, PowersProduct, Reparam, Separable
from mirrortheory.theory import SLOPE, STEPS, Y, polynomial_integrals
from mirrortheory.theory.affine import affine_field

U, V, W = sympy.symbols("u v w", positive=True)
Q = sympy.Symbol("q", positive=True)


def flow_of(expr, q):
    return Flow(Lq(q), Separable(expr, tuple(s for s in (U, V, W) if expr.has(s))))


def clock(flow, start, end):
    """The weights after the time ``end`` under the slope -1, by a Runge-Kutta method in floats."""
    field = sympy.lambdify(flow.weights, [v.subs(SLOPE, -1) for v in flow.velocity])
    found = solve_ivp(lambda _, w: field(*w), (0, end), [float(w) for w in start], method="DOP853", rtol=1e-12, atol=1e-12)
    return found.y[:, -1]


# Map, q, and the first integrals by hand, in any form: those found must be functions of them.
KNOWN = [
    ((U + V) * W, "2", [U - V, W**2 - (U + V) ** 2 / 2]),
    ((U + V) * W, "3/2", [U - V, W ** Rational(3, 2) - (U + V) ** Rational(3, 2) / 2]),
    ((U + V) * W, "4/3", [U - V, W ** Rational(4, 3) - (U + V) ** Rational(4, 3) / 2]),
    (U**2 + U * V + V**2, "2", [log(U + V) - 3 * log(sympy.Abs(U - V))]),
    (U**2 + 4 * U * V + V**2, "2", [log(U + V) + 3 * log(sympy.Abs(U - V))]),
    (U * V * W + U, "2", [V**2 - W**2, U**2 - V**2 - 2 * log(V + W)]),
    (U * V * W + U * V, "3/2", [U ** Rational(3, 2) - V ** Rational(3, 2), V ** Rational(3, 2) - (W + 1) ** Rational(3, 2)]),
    (U**2 * V**3, "2", [3 * U**2 - 2 * V**2]),
    (U / V, "3/2", [U ** Rational(3, 2) + V ** Rational(3, 2)]),
    (U * sympy.exp(V), "1", [U - V]),
    (U + V - W, "1", [U - V, U + W]),
]


@pytest.mark.parametrize(("expr", "q", "known"), KNOWN, ids=str)
def test_known_first_integrals_are_found(expr, q, known):
    """Gradients of both at a point span one space of dim w - 1; the ring and the flow in floats say that they are conserved."""
    flow = flow_of(expr, q)
    found = polynomial_integrals(flow)
    assert len(found) == len(known) == len(flow.weights) - 1
    point = dict(zip(flow.weights, (3, 2, 5), strict=False))
    gradients = [[sympy.diff(f, w).subs(point).doit() for w in flow.weights] for f in (*known, *found)]
    assert sympy.Matrix(gradients[: len(known)]).rank() == len(known)
    assert sympy.Matrix(gradients).applyfunc(sympy.nsimplify).rank(simplify=True) == len(known)
    later = dict(zip(flow.weights, clock(flow, point.values(), 0.002), strict=True))
    for integral in found:
        assert reduce_to_ring(flow.derivative(integral).doit()).vanishes
        assert abs(float(integral.subs(later)) - float(integral.subs(point))) < 1e-8
        wrong = integral + flow.weights[0] / 1000
        assert not reduce_to_ring(flow.derivative(wrong).doit()).vanishes
        assert abs(float(wrong.subs(later)) - float(wrong.subs(point))) > 1e-7


def test_a_first_integral_of_sums_of_roots():
    """u^2 + u v + v^2 at q = 3/2: (2u + v)^(3/2) (u + 3v) - (u + 2v)^(3/2) (3u + v), which nobody would guess."""
    flow = flow_of(U**2 + U * V + V**2, "3/2")
    (found,) = polynomial_integrals(flow)
    by_hand = (2 * U + V) ** Rational(3, 2) * (U + 3 * V) - (U + 2 * V) ** Rational(3, 2) * (3 * U + V)
    assert sympy.expand(found - by_hand) == 0
    start, end = (3.0, 2.0), clock(flow, (3, 2), 0.1)
    conserved = sympy.lambdify((U, V), found)
    assert abs(conserved(*start) - conserved(*end)) < 1e-8
    neighbour = sympy.lambdify((U, V), by_hand.subs(3 * V, 2 * V))
    assert abs(neighbour(*start) - neighbour(*end)) > 0.1


def test_polynomials_of_the_least_degree_and_fewest_terms_come_first():
    assert polynomial_integrals(flow_of((U + V) * W, "2")) == (U - V, 2 * U * V - W**2)
    assert polynomial_integrals(flow_of(U**2 + 4 * U * V + V**2, "2"), degree=4) == ((U - V) ** 3 * (U + V),)
    assert polynomial_integrals(Flow(Lq(2), Product(3))) == tuple(
        w**2 - Product(3).weights[2] ** 2 for w in reversed(Product(3).weights[:2])
    )


def test_decay_is_set_aside():
    plain = flow_of((U + V) * W, "3/2")
    assert polynomial_integrals(Flow(plain.geometry, plain.reparam, Decoupled(1))) == polynomial_integrals(plain)


@pytest.mark.parametrize("q", ["2", "3/2", "4/3"])
def test_finding_none_is_no_error(q):
    """u v + v^2 at q = 2: the eigenvalues 1 +- sqrt(2) admit no polynomial over Q."""
    assert polynomial_integrals(flow_of(U * V + V**2, q)) == ()


@pytest.mark.parametrize(
    ("expr", "q", "message"),
    [
        (U * V + V**2, Q, "it needs a number for q"),
        (U * sympy.exp(V), "2", "dx/du = exp(v) is no rational function of the weights"),
        (U * sqrt(V), "2", "dx/du = sqrt(v) is no rational function"),
        (U**2 * V + V**3, "3/2", "the coefficients 1, sqrt(2)/2 are not rational"),
        ((U + V + W) ** 60, "2", "more than 1000 terms"),
    ],
    ids=str,
)
def test_what_the_ansatz_refuses(expr, q, message):
    with pytest.raises(NoClosedForm) as raised:
        polynomial_integrals(flow_of(expr, q))
    assert raised.value.step == "polynomial ansatz"
    assert message in str(raised.value)


def test_weights_of_both_signs_are_refused_below_two():
    with pytest.raises(NoClosedForm, match="not seen to keep its sign on positive weights, which q = 3/2 needs"):
        polynomial_integrals(Flow(Lq("3/2"), Product(2)))


@pytest.mark.parametrize("degree", [0, 9, 2.0])
def test_refused_degrees(degree):
    with pytest.raises(InvalidArgument, match="degree must be an integer from 1 to 8"):
        polynomial_integrals(flow_of(U * V, "2"), degree)


# Fields affine in the weights ------------------------------------------------------------------------------------------

SOLVED = [
    (U * V + V**2, "2", (2, 1)),
    (U * V + V**2, "1", (2, 1)),
    ((U + V) * W, "2", (2, 1, 3)),
    (U**2 + U * V + V**2, "2", (2, 1)),
    (U * V + V * W + W * U, "2", (2, 1, 3)),
    (U * V + U, "2", (2, 1)),
    (U / V, "1", (2, 1)),
    (U * V**2 - 1 / V, "1", (2, 1)),
    (U * V * W + U, "1", (2, 1, 3)),
]


@thinned(("expr", "q", "start"), SOLVED, ids=str, every=4)
def test_the_potential_is_that_of_the_flow(expr, q, start):
    """Along the flow in floats y is the clock, and 1/R'' is the metric of the weights that it reaches."""
    flow = flow_of(expr, q)
    found = derive(flow, initial=start)
    potential = found.potential
    assert potential.at_start
    assert len(found.invariants) == len(flow.weights) - 1
    assert values(potential, found.x0, digits=20).mirror_map.contains(0)
    for time in (0.02, 0.05):
        later = dict(zip(flow.weights, clock(flow, start, time), strict=True))
        x = Rational(float(expr.subs(later)))
        at_x = values(potential, x, digits=25)
        assert abs(float(at_x.mirror_map.mid()) - time) < 1e-9
        assert abs(float(at_x.hessian.mid()) * float(found.inverse_metric.subs(later)) - 1) < 1e-8
        for integral in found.invariants:
            assert abs(float(integral.subs(later)) - float(integral.subs(dict(zip(flow.weights, start, strict=True))))) < 1e-8
    assert reduce_to_ring(sympy.diff(potential.conjugate, Y) - potential.inverse_mirror_map).vanishes


def test_r_is_the_bregman_divergence_from_the_start():
    """By the mean value theorem R lies between Riemann sums of R', and R(x0) = R'(x0) = 0."""
    potential = derive(flow_of(U * V + V**2, "2"), initial=(2, 1)).potential
    grid = [3 + Rational(k, 8) for k in range(9)]
    slopes = [values(potential, x, digits=20) for x in grid]
    lower = sum(a.mirror_map / 8 for a, _ in pairwise(slopes))
    upper = sum(b.mirror_map / 8 for _, b in pairwise(slopes))
    assert slopes[0].potential.contains(0)
    assert lower < slopes[-1].potential
    assert slopes[-1].potential < upper


def test_a_linear_combination_of_products_has_the_hyperbolic_entropy():
    """(u + v) w: with c = u + v the field is that of sqrt(2) times a product of two layers, so R' is an asinh."""
    potential = derive(flow_of((U + V) * W, "2"), initial=(2, 1, 3)).potential
    assert potential.form == "elementary"
    assert potential.mirror_map.has(sympy.asinh)
    assert potential.region == (sqrt(5), sympy.oo)  # where v = 0, u = u - v = 1 and w^2 = 5 by the first integrals
    x = potential.symbol
    imbalance = evaluate(1 / potential.hessian**2 - 8 * x**2, {x: Rational(7)}, 30)
    assert imbalance.overlaps(evaluate(1 / potential.hessian**2 - 8 * x**2, {x: Rational(11)}, 30))
    assert imbalance.contains(81)  # 27^2 - 8 9^2: metric and x of the weights at the start


@pytest.mark.parametrize(("expr", "end"), [(U * V + V**2, 0), (U**2 + U * V + V**2, Rational(1, 3)), ((U + V) * W, sqrt(5))])
def test_the_region_ends_where_a_weight_does(expr, end):
    flow = flow_of(expr, "2")
    found = derive(flow, initial=(2, 1, 3)[: len(flow.weights)])
    assert found.potential.region == (end, sympy.oo)
    curve = affine_field(flow).curve(found.initial)
    low = found.potential.dual_domain[0]
    at_end = [evaluate(entry.subs(Y, low), {}, 20) for entry in curve]
    assert at_end[1].contains(0)
    assert all(w > 0 for i, w in enumerate(at_end) if i != 1)
    with pytest.raises(InvalidArgument, match="x must be in the region"):
        values(found.potential, -1)


def test_a_first_integral_with_irrational_exponents():
    (integral,) = derive(flow_of(U * V + V**2, "2"), initial=(2, 1)).invariants
    flow = flow_of(U * V + V**2, "2")
    by_hand = (1 - sqrt(2)) * log(U + (1 + sqrt(2)) * V) - (1 + sqrt(2)) * log(sympy.Abs(U + (1 - sqrt(2)) * V))
    assert reduce_to_ring(flow.derivative(integral).doit()).vanishes
    assert reduce_to_ring(flow.derivative(by_hand).doit()).vanishes
    assert not reduce_to_ring(flow.derivative(by_hand + log(V)).doit()).vanishes


class Form(Reparam):
    """x = w1 w2 + w2^2 on weights of both signs."""

    weights = Product(2).weights

    def forward(self, *weights):
        return weights[0] * weights[1] + weights[1] ** 2

    def lift(self, x):
        return x - 1, sympy.S.One


def test_weights_of_both_signs_have_no_end_under_gradient_flow():
    found = derive(Flow(Lq(2), Form()), initial=(2, -1))
    assert found.potential.region == (-sympy.oo, sympy.oo)
    assert values(found.potential, -1, digits=20).mirror_map.contains(0)
    with pytest.raises(InvalidArgument, match="initial must be no stationary point of the map"):
        derive(Flow(Lq(2), Form()), initial=(0, 0))
    with pytest.raises(NoClosedForm, match="first integrals failed"):
        derive(Flow(Lq(1), Form()), initial=(2, 1))


def test_decay_moves_the_first_integrals_by_their_degree():
    flow = Flow(Lq(2), Separable((U + V) * W, (U, V, W)), Decoupled(Rational(1, 3)))
    found = derive(flow, initial=(2, 1, 3))
    assert [law.rate for law in found.balance_laws] == [Rational(-1, 3), Rational(-2, 3)]
    assert "this is the potential at time zero" in found.potential.validity[-1]


# Refusals that name what is known --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expr", "q", "start", "message"),
    [
        (U * V + V**2, "3/2", (2, 1), "no first integral found by the polynomial ansatz"),
        (
            U * V + V**2,
            "2",
            None,
            "ansatz\nsum of functions of one weight each: x = u*v + v**2 is none\naffine field: initial weights instead would give x(y)",
        ),
        ((U + V) * W, "3/2", (2, 1, 3), "2 of 2 first integrals known: u - v, -2*w**(3/2) + (u + v)**(3/2); the level set is not"),
        (U * V * W + U, "3/2", (2, 1, 3), "1 of 2 first integrals known: v**(3/2) - w**(3/2)"),
        (U * V + V**2, Q, (2, 1), "is no product h(v) k(u); no first integral: polynomial ansatz: it needs a number for q"),
        ((U + V) ** 2 + U, "2", (2, 1), "reaches 0 is not found; 1 of 1 first integrals known: 4*(u - v) - log(4*u + 4*v + 1)"),
    ],
    ids=str,
)
def test_a_refusal_names_the_integrals_found(expr, q, start, message):
    with pytest.raises(NoClosedForm) as raised:
        derive(flow_of(expr, q), initial=start)
    assert message in str(raised.value)
    assert len(str(raised.value).splitlines()) == len(STEPS), "one line for each way that was tried"


@pytest.mark.parametrize(
    ("reparam", "start", "message"),
    [
        (Separable(U * V, (U, V)), (2, -1), "initial must be positive for the weight v, got -1; write positive weights"),
        (Separable(log(U), (U,)), (0,), "initial must be positive for the weight u, got 0"),
        (PowersProduct(2, 3), (-2, 1), "initial must be positive for the weight u, got -2"),
        (Separable(U * V + V**2, (U, V)), (2, 0), "initial must be positive for the weight v, got 0"),
    ],
    ids=str,
)
def test_starts_outside_the_range_of_a_weight(reparam, start, message):
    with pytest.raises(InvalidArgument, match="initial must be positive") as raised:
        derive(Flow(Lq(2), reparam), initial=start)
    assert message in str(raised.value)


def test_a_map_of_weights_of_both_signs_takes_any_start():
    assert derive(Flow(Lq(2), Exp()), initial=(-1,)).x0 == sympy.exp(-1)


@thinned("x", [5, 12], every=2)
def test_a_conjugate_without_closed_form_is_an_integral_from_the_start(x):
    potential = derive(flow_of(sqrt(U) * V + sympy.exp(U * V), "1"), initial=(2, 1)).potential
    assert potential.closed_conjugate is None
    found = values(potential, x, digits=15)
    x_of_y = sympy.lambdify(Y, potential.inverse_mirror_map)
    expected, _ = quad(x_of_y, 0, float(found.mirror_map.mid()))
    assert abs(float(found.conjugate.mid()) - expected) < 1e-9
