"""Sums of functions of one weight: three routes to each potential, and what is refused."""

import functools
from itertools import pairwise

import pytest
import sympy
from sympy import Rational
from thinning import thinned

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.decays import Decoupled
from mirrortheory.errors import InvalidArgument, NoClosedForm, NotEvaluable
from mirrortheory.exact import Ball, BallFunction, evaluate, precision, reduce_to_ring
from mirrortheory.potentials.numeric import values
from mirrortheory.reparams import Exp, LogDifference, PowerDifference, PowersProduct, Separable, Square, Tempered
from mirrortheory.theory import DualPotential, X, Y, symbolic_integrals

U, V = sympy.symbols("u v", positive=True)
EXPONENTS = ("1", "5/4", "4/3", "3/2", "2")
SUMS = [
    *(PowerDifference(depth) for depth in (1, 2, 3, 4)),
    LogDifference(),
    Separable(U**3 - sympy.log(V), (U, V)),
    Separable(U**2 - V**3, (U, V)),
]
SINGLE = [Square(), Exp(), Tempered("1/2"), Tempered("3/2"), Separable(sympy.exp(U) - 1 / U, (U,))]


@functools.cache
def derived(reparam, q, start=(2, 1)):
    return derive(Flow(Lq(q), reparam), initial=start[: len(reparam.weights)])


def cases():
    for q in EXPONENTS:
        yield from ((reparam, q) for reparam in SUMS)
        yield from ((reparam, q) for reparam in SINGLE[:4])


@thinned(("reparam", "q"), list(cases()), ids=str, every=16)
def test_three_routes_agree(reparam, q):
    """The inverse metric at the start, the Legendre relation by certified values, and the integral of R'' agree."""
    found = derived(reparam, q)
    potential, start = found.potential, dict(zip(reparam.weights, found.initial, strict=True))
    assert isinstance(potential, DualPotential)
    if potential.closed_conjugate is None and not potential.origin:
        with pytest.raises(NotEvaluable, match="its constant is not fixed"):
            values(potential, 1)
        return
    # 1. R'' at x0 against the metric of the weights, which the potential was not made from.
    if found.x0.is_Rational:
        hessian = values(potential, found.x0, digits=25).hessian
        assert (hessian * evaluate(found.inverse_metric.subs(start), {}, digits=30)).contains(1)
    # 2. R(x) + R*(R'(x)) = x R'(x) is how values are made; the closed forms, when there are any, are enclosed apart.
    left, right = potential.region
    points = [p for p in (Rational(1, 3), Rational(7, 5), Rational(3)) if left < p < right]
    assert points
    enclosed = [values(potential, p, digits=25) for p in points]
    # 3. R'(b) - R'(a) is the integral of R'' over [a, b]: here by the mean value theorem on the monotone curve x(y).
    x_of_y, slope = (BallFunction(e, (Y,)) for e in (potential.inverse_mirror_map, potential.inverse_metric))
    with precision(120):
        for a, b in pairwise(enclosed):
            step = (b.mirror_map - a.mirror_map) / 64
            cells = [a.mirror_map + k * step for k in range(64)]
            total = sum((slope(c.union(c + step)) * step for c in cells), Ball(0))
            assert total.overlaps(b.x - a.x)
            assert x_of_y(b.mirror_map).overlaps(b.x)


def test_gradient_flow_of_a_difference_of_squares_is_the_hyperbolic_entropy():
    potential = derived(PowerDifference(2), 2).potential
    x = potential.symbol
    assert potential.mirror_map == sympy.asinh(x / 4) / 4
    assert potential.form == "elementary"
    assert potential.region == (-sympy.oo, sympy.oo)


@thinned(("depth", "q"), [(2, "2"), (3, "3/2"), (4, "4/3"), (5, "5/4")], every=4)
def test_on_the_critical_line_the_difference_of_powers_is_a_hyperbolic_entropy(depth, q):
    """(L - 1)(q - 1) = 1: u v is constant and R' is an asinh."""
    assert derived(PowerDifference(depth), q).potential.mirror_map.has(sympy.asinh)


def test_sign_flow_of_a_difference_of_squares_is_euclidean_up_to_its_end():
    potential = derived(PowerDifference(2), 1).potential
    assert potential.mirror_map == potential.symbol / 6  # 1/(2c) with u + v = c = 3
    assert potential.region == (-9, 9)
    assert len(potential.validity) == 2
    with pytest.raises(InvalidArgument, match="x must be in the region -9 < x < 9, got 9"):
        values(potential, 9)


def test_the_table_of_amid_and_warmuth():
    entropy, burg = derive(Flow(Lq(2), Square())).potential, derive(Flow(Lq(2), Exp())).potential
    assert sympy.expand(sympy.diff(entropy.potential, X, 2) - 1 / X) == 0
    assert sympy.expand(sympy.diff(burg.potential, X, 2) - X**-2) == 0
    for tau in ("1/2", "3/2"):
        hessian = derive(Flow(Lq(2), Tempered(tau))).potential.hessian
        assert sympy.simplify(hessian * X ** Rational(tau)) == 1


def test_an_ordinary_product_keeps_its_own_route():
    assert not isinstance(derive(Flow(Lq(2), Product(1))).potential, DualPotential)


def test_a_product_of_powers_of_positive_weights_says_nothing_about_negative_x():
    potential = derived(PowersProduct(2, 3), "3/2").potential
    assert potential.where == "x > 0"
    assert values(potential, 3, digits=20).hessian > 0
    with pytest.raises(InvalidArgument, match="x must be in the region x > 0, got -3"):
        values(potential, -3)


def test_balance_laws_hold_with_decay():
    flow = Flow(Lq("4/3"), PowerDifference(2), Decoupled("1/10"))
    (law,) = derive(flow, initial=(2, 1)).balance_laws
    assert law.rate == Rational(-1, 15)  # the charge u^(2/3) shrinks at (1 - r) alpha, r = (L - 1)(q - 1) = 1/3


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: derived(PowerDifference(2), 2, (1, -1)), InvalidArgument, "positive for the weight v, got -1"),
        (lambda: derive(Flow(Lq(2), PowerDifference(2))), InvalidArgument, "initial must be given for a sum"),
        (lambda: derive(Flow(Lq(2), PowerDifference(2)), imbalance=(0, 1)), InvalidArgument, "imbalance must be absent"),
        (lambda: derive(Flow(Lq(sympy.Symbol("q", positive=True)), Square())), NoClosedForm, "derive with a number"),
        (lambda: derived(Separable(U * V + V**2, (U, V)), "3/2"), NoClosedForm, "separation failed"),
        pytest.param(
            lambda: derived(Separable(U + sympy.exp(U**2) - V, (U, V)), "3/2"), NoClosedForm, "failed", marks=pytest.mark.slow
        ),
        (lambda: derived(Separable(sympy.exp(U * V), (U, V)), 2), NoClosedForm, "failed"),
        (lambda: Separable(U + V - V**2, (U, V)), InvalidArgument, "strictly monotone in v"),
        (lambda: Separable(U, (U, V)), InvalidArgument, "those that appear in the map, got v"),
        (lambda: Separable(U * V, (U,)), InvalidArgument, "an expression in the weights, got v"),
        (lambda: Separable(U, (sympy.Symbol("u"),)), InvalidArgument, "1 to 8 positive symbols"),
        (lambda: Separable(sympy.I * U, (U,)), InvalidArgument, "real for positive weights"),
        (lambda: Separable(sympy.Add(*(U**k for k in range(1, 400))), (U,)), InvalidArgument, "at most 500 operations"),
        (lambda: Tempered(2), InvalidArgument, r"tau must be an exact rational in \[0, 2\), got 2"),
        (lambda: PowersProduct(0, 2), InvalidArgument, "a must be an integer from 1 to 8, got 0"),
    ],
)
def test_refusals(make, error, message):
    with pytest.raises(error, match=message):
        make()


@pytest.mark.parametrize("alpha", [Rational(1, 2), 1, 3])
def test_the_metric_one_plus_alpha_x_comes_from_a_weight_plus_its_square(alpha):
    """The potential of arXiv:2506.02630 on x > 0, with R(0) = R'(0) = 0."""
    potential = derive(Flow(Lq(2), Separable(U + alpha * U**2 / 4, (U,)))).potential
    x = potential.symbol
    published = ((1 + alpha * x) * sympy.log(1 + alpha * x) - alpha * x) / alpha**2
    for point in (Rational(1, 3), 5):
        enclosed = values(potential, point, digits=30)
        assert enclosed.potential.overlaps(evaluate(published, {x: point}, digits=30))
        assert enclosed.mirror_map.overlaps(evaluate(sympy.diff(published, x), {x: point}, digits=30))
    assert potential.form == "elementary"


def test_what_happens_at_a_finite_end_depends_on_the_gradient_there():
    """u^2 - v^2 has a vanishing gradient at v = 0, where v may rest; u - v has not, and v just leaves its range."""
    (_, resting), (_, leaving) = (derived(PowerDifference(depth), 1).potential.validity for depth in (2, 1))
    assert "it may stay there" in resting
    assert "may leave the range" in leaving


Q = sympy.Symbol("q", positive=True)


@thinned("depth", [2, 3, 4, 5], every=4)
def test_first_integrals_for_the_letter_exclude_the_critical_line(depth):
    """u^(1-r) + v^(1-r) with r = (L-1)(q-1) is conserved for r != 1; at q = L/(L-1) it is u v, which the number finds."""
    flow = Flow(Lq(Q), PowerDifference(depth))
    (integral,), excluded = symbolic_integrals(flow)
    critical = Rational(depth, depth - 1)
    assert excluded == (critical,)
    r = (depth - 1) * (Q - 1)
    u, v = flow.weights
    by_hand = (u ** (1 - r) + v ** (1 - r)) / (1 - r) / depth ** (Q - 1)
    assert reduce_to_ring(integral - by_hand).vanishes
    assert reduce_to_ring(flow.derivative(by_hand).doit()).vanishes
    assert not reduce_to_ring(flow.derivative(by_hand + u).doit()).vanishes
    assert not integral.subs(Q, critical).is_finite
    for q in ("1", "3/2", "2"):
        if Rational(q) != critical:
            (number,) = derived(PowerDifference(depth), q).invariants
            assert reduce_to_ring(integral.subs(Q, Rational(q)) - number).vanishes
    (at_critical,) = derived(PowerDifference(depth), critical).invariants
    assert at_critical.has(sympy.log)


@pytest.mark.slow
def test_first_integrals_for_the_letter_of_other_sums():
    assert symbolic_integrals(Flow(Lq(Q), LogDifference()))[1] == ()
    _, excluded = symbolic_integrals(Flow(Lq(Q), Separable(U**3 + sympy.exp(V), (U, V))))
    assert excluded == (1, Rational(3, 2))
    with pytest.raises(NoClosedForm, match="SymPy finds no antiderivative"):
        symbolic_integrals(Flow(Lq(Q), Separable(U**3 + U**2 - V, (U, V))))
    with pytest.raises(NoClosedForm, match="depends on another weight"):
        symbolic_integrals(Flow(Lq(Q), Separable(U * V, (U, V))))


def test_the_refusal_of_the_letter_states_the_integrals_and_the_excluded_value():
    with pytest.raises(NoClosedForm) as raised:
        derived(PowerDifference(4), Q)
    assert "first integrals for q != 4/3: " in str(raised.value)
    assert raised.value.reason.endswith("derive with a number such as 3/2")
    assert [line.split(":")[0] for line in raised.value.others] == ["separate layers", "affine field", "sum of blocks"]


def test_region_of_a_map_whose_charge_is_bounded_above():
    """exp(w) - 3 from w > 0: the charge -exp(-w) rises to 0, and x to oo."""
    w = sympy.Symbol("w", positive=True)
    found = derive(Flow(Lq(2), Separable(sympy.exp(w) - 3, (w,)))).potential
    assert found.region == (-2, sympy.oo)


@pytest.mark.parametrize(
    ("expr", "direction"),
    [
        (sympy.exp(sympy.exp(U)), 1),
        (sympy.exp(-sympy.exp(U)), -1),
        (sympy.exp(sympy.sinh(U)), 1),
        (sympy.exp(sympy.exp(sympy.exp(U))), 1),
        (-sympy.sinh(sympy.exp(U)), -1),
        (2**U, 1),
        (Rational(1, 3) ** U, -1),
        (sympy.exp(V**2 + sympy.exp(U)), 1),
    ],
    ids=str,
)
def test_a_map_whose_slope_is_a_product_with_exponentials_is_monotone(expr, direction):
    assert Separable(expr, tuple(sorted(expr.free_symbols, key=str))).direction(U) == direction


@pytest.mark.parametrize(
    "expr",
    [sympy.exp(sympy.log(U) ** 2), sympy.exp(sympy.exp(U) - 9 * U), sympy.cosh(U - 1), U**U, sympy.exp(sympy.sin(U))],
    ids=str,
)
def test_a_map_that_turns_is_refused_whatever_exponentials_stand_before(expr):
    with pytest.raises(InvalidArgument, match="strictly monotone in u"):
        Separable(expr, (U,))


@thinned(
    ("expr", "mirror_map"),
    [(2**U, sympy.log(X) / sympy.log(2)), (sympy.exp(sympy.exp(U)), sympy.log(sympy.log(X))), (sympy.exp(sympy.sinh(U)), None)],
    every=3,
    ids=str,
)
def test_sign_flow_of_exponentials_of_exponentials_has_the_inverse_of_the_map(expr, mirror_map):
    """At q = 1 the weight itself is the dual variable."""
    potential = derive(Flow(Lq(1), Separable(expr, (U,))), initial=(1,)).potential
    mirror_map = sympy.asinh(sympy.log(X)) if mirror_map is None else mirror_map
    assert sympy.simplify(potential.mirror_map.subs(potential.symbol, X) - mirror_map) == 0
