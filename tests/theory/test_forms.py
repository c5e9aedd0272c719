r"""Every closed form is checked on three routes: derivatives, the Legendre relation, and the flow itself from its start.

The third route uses nothing of the derivation but its start: along the level set, with x as the variable,

.. math:: \frac{\mathrm d w_i}{\mathrm d x} = \frac{\phi(\partial_i g)}{m}, \quad \frac{\mathrm d y}{\mathrm d x} = \frac1m,
          \quad \frac{\mathrm d R^*}{\mathrm d x} = \frac xm, \qquad m = \sum_i |\partial_i g|^q,

by extrapolation of the midpoint rule in 30 digits (Gragg; Hairer, Norsett, Wanner, "Solving ODEs I", II.9).
"""

import random
from dataclasses import replace

import mpmath
import pytest
import sympy
from pages import EXPONENTS, forms_rows
from reference import number, rational
from thinning import thinned

from mirrortheory import Flow, Lq, derive
from mirrortheory.errors import BrokenCheck, NoClosedForm, NotEvaluable
from mirrortheory.exact import carlson_rf, evaluate, inverse_function, powers_integral
from mirrortheory.potentials.numeric import values
from mirrortheory.reparams import Product, Separable
from mirrortheory.theory import DualPotential, S, Y

R = sympy.Rational
U, V = sympy.symbols("u v", positive=True)
CTX = mpmath.mp  # at 30 digits, by the fixture below
ENTRIES = [
    pytest.param(q, reparam, start, id=f"{name}, q = {q}", marks=() if q == ("1", "2")[i % 2] and i % 3 == 0 else pytest.mark.slow)
    for i, (name, reparam, start) in enumerate(forms_rows())
    for q in EXPONENTS
]


@pytest.fixture(autouse=True)
def thirty_digits():
    with mpmath.workdps(30):
        yield


def middle(ball):
    return CTX.mpf(ball.mid().str(28, radius=False))


def close(a, b, tolerance=1e-13):
    return abs(a - b) <= tolerance * (1 + abs(b))


def extrapolated(field, state, a, b, depth=0):
    """The solution of an ODE at b from ``state`` at a; steps are halved until two columns agree to 20 digits."""
    rows = []
    for k in range(1, 10):
        h = (b - a) / (2 * k)
        before, at = state, [z + h * d for z, d in zip(state, field(state), strict=True)]
        for _ in range(2 * k - 1):
            before, at = at, [z + 2 * h * d for z, d in zip(before, field(at), strict=True)]
        row = [[(p + z + h * d) / 2 for p, z, d in zip(before, at, field(at), strict=True)]]
        for j in range(1, k):
            ratio = (CTX.mpf(k) / (k - j)) ** 2 - 1
            row.append([new + (new - old) / ratio for new, old in zip(row[-1], rows[-1][j - 1], strict=True)])
        rows.append(row)
    error = max(abs(p - z) / (1 + abs(p)) for p, z in zip(rows[-1][-1], rows[-1][-2], strict=True))
    if error < 1e-18:
        return rows[-1][-1]
    assert depth < 12, "the flow is not followed"
    half = extrapolated(field, state, a, (a + b) / 2, depth + 1)
    return extrapolated(field, half, (a + b) / 2, b, depth + 1)


def flowed(flow, start, points):
    """x0, and by point (y - y0, R* - R*0, 1/R''), from the weights alone."""
    q, weights = number(CTX, flow.geometry.exponent), flow.weights
    of_weights = sympy.lambdify(weights, [flow.effective, *(sympy.diff(flow.effective, w) for w in weights)], "mpmath")

    def field(state):
        x, *slope = of_weights(*state[: len(weights)])
        metric = CTX.fsum(abs(e) ** q for e in slope)
        return [CTX.sign(e) * abs(e) ** (q - 1) / metric for e in slope] + [1 / metric, x / metric]

    state = [number(CTX, w) for w in start] + [CTX.mpf(0)] * 2
    x0, found = of_weights(*state[: len(weights)])[0], {}
    for point in points:
        end = extrapolated(field, state, x0, number(CTX, point))
        found[point] = (*end[-2:], 1 / field(end)[-2])
    return x0, found


def weights_of(derivation):
    """Some weights on the level set of a derivation."""
    if derivation.initial is not None:
        return derivation.initial
    flow = derivation.flow
    if isinstance(flow.reparam, Product):  # |w_i|^q = 1 + lam_i, of numbers that are rational to 40 digits
        q = flow.geometry.exponent
        return [R(str(sympy.N((1 + e) ** (1 / q), 45))) for e in derivation.imbalance]
    return [R(2)] * len(flow.weights)


def by_flow(derivation, potential, points=None):
    """Whether certified values of ``potential`` agree with the flow from its start, and every form with the values."""
    x0, _ = flowed(derivation.flow, weights_of(derivation), [])
    points = points or beside(potential, x0)
    _, found = flowed(derivation.flow, weights_of(derivation), points)
    fixed = not (
        isinstance(potential, DualPotential) and potential.closed_conjugate is None and not (potential.origin or potential.at_start)
    )
    if not fixed:
        with pytest.raises(NotEvaluable, match="its constant is not fixed"):
            values(potential, points[0])
        y = [bisected(potential, number(CTX, point)) for point in points]
        return close(y[1] - y[0], found[points[1]][0] - found[points[0]][0])
    balls = [values(potential, point, digits=24) for point in points]
    (a, b), (y0, c0, _), (y1, c1, _) = balls, *found.values()
    agree = close(middle(b.mirror_map) - middle(a.mirror_map), y1 - y0)
    agree &= close(middle(b.conjugate) - middle(a.conjugate), c1 - c0)
    agree &= all(close(middle(v.hessian) * f[2], 1) for v, f in zip(balls, found.values(), strict=True))
    for ball, point in zip(balls, points, strict=True):
        y, x = middle(ball.mirror_map), number(CTX, point)
        wanted = {"inverse_mirror_map": (Y, y, x), "conjugate": (Y, y, middle(ball.conjugate))}
        wanted |= {n: (potential.symbol, x, middle(getattr(ball, n))) for n in ("mirror_map", "hessian", "potential")}
        for name, (symbol, where, expected) in wanted.items():
            form = getattr(potential, f"closed_{name}")
            agree &= form is None or close(at(form, symbol, where), expected)
    return agree


def place(end):
    return CTX.inf * int(sympy.sign(end)) if end.is_infinite else CTX.mpf(str(sympy.N(end, 30)))


def beside(potential, x0):
    """Two points above x0 inside the region of a potential."""
    end = place(potential.region[1]) if isinstance(potential, DualPotential) else CTX.inf
    if x0 + CTX.mpf(1) / 2 < end:
        return [R(int(x0 * 100) + d, 100) for d in (17, 40)]
    return [R(int(1000 * (x0 + (end - x0) * share)), 1000) for share in (CTX.mpf(1) / 5, CTX.mpf(1) / 2)]


def bisected(potential, x):
    """The y with x(y) = x, where no closed form of the conjugate fixes its constant."""
    x_of_y = sympy.lambdify(Y, potential.inverse_mirror_map, "mpmath")
    a, b = map(place, potential.dual_domain)

    def y(t):
        if CTX.isinf(a) and CTX.isinf(b):
            return CTX.log(t / (1 - t))
        return a + (b - a) * t if not (CTX.isinf(a) or CTX.isinf(b)) else b - (1 - t) / t if CTX.isinf(a) else a + t / (1 - t)

    low, high = CTX.mpf(0), CTX.mpf(1)
    for _ in range(95):
        middle = (low + high) / 2
        low, high = (middle, high) if x_of_y(y(middle)) < x else (low, middle)
    return y(low)


def at(form, symbol, where):
    if form.has(inverse_function, powers_integral, carlson_rf):  # which mpmath does not know
        return middle(evaluate(form, {symbol: rational(where)}, 24))
    return CTX.mpf(sympy.lambdify(symbol, form, "mpmath")(where))


def by_derivative(potential):
    """Whether the forms are derivatives of one another: exactly along the curve of a product, in balls for closed forms."""
    if not isinstance(potential, DualPotential):
        x, density, conjugate = (
            p.expression(S) for p in (potential.effective, potential.dual_density, potential.conjugate_density)
        )
        exactly = sympy.simplify(conjugate / (x * density)) == 1  # dR* = x dy
        exactly &= sympy.simplify(sympy.diff(x, S) / density / potential.inverse_metric) == 1 or all(
            evaluate(sympy.diff(x, S) / density, {S: s}, 30).overlaps(evaluate(potential.inverse_metric, {S: s}, 30))
            for s in (R(1, 3), 2)
        )
    else:
        exactly = potential.closed_conjugate is None or overlap(
            sympy.diff(potential.closed_conjugate, Y), potential.closed_inverse_mirror_map, Y, dual_points(potential)
        )
    x = potential.symbol
    slope = potential.closed_mirror_map
    pairs = [(slope, potential.closed_hessian), (potential.closed_potential, slope)]
    return exactly and all(
        a is None or b is None or overlap(sympy.diff(a, x), b, x, [potential_point(potential, t) for t in (R(1, 3), R(2, 3))])
        for a, b in pairs
    )


def overlap(a, b, symbol, points):
    return all(evaluate(a, {symbol: p}, 25).overlaps(evaluate(b, {symbol: p}, 25)) for p in points)


def inner(ends, t):
    low, high = (end if end.is_infinite else R(str(sympy.N(end, 20))) for end in ends)
    if low.is_finite and high.is_finite:
        return low + (high - low) * t
    return low + 3 * t if low.is_finite else high - 3 * t if high.is_finite else 3 * t - 1


def dual_points(potential):
    return [inner(potential.dual_domain, t) for t in (R(1, 3), R(2, 3))]


def potential_point(potential, t):
    return inner(potential.region, t) if isinstance(potential, DualPotential) else 3 * t


def by_legendre(potential):
    """Whether R(x) + R*(R'(x)) = x R'(x), for closed forms of R, R' and R*."""
    closed = (potential.closed_mirror_map, potential.closed_potential, potential.closed_conjugate)
    if None in closed:
        return True
    mirror_map, form, conjugate = closed
    x = potential.symbol
    points = [potential_point(potential, t) for t in (R(1, 3), R(2, 3))]
    return overlap(form + conjugate.subs(Y, mirror_map), x * mirror_map, x, points)


@pytest.mark.parametrize(("q", "reparam", "start"), ENTRIES)
def test_every_form_of_the_table_agrees_on_three_routes(q, reparam, start):
    try:
        derivation = derive(Flow(Lq(q), reparam), **start)
    except NoClosedForm:
        assert isinstance(reparam, Separable)  # "none" in the table
        return
    potential = derivation.potential
    assert by_derivative(potential)
    assert by_legendre(potential)
    assert by_flow(derivation, potential)


ALONE = dict.fromkeys(
    ("closed_mirror_map", "closed_hessian", "closed_potential"), lambda e: None
)  # so that nothing but the flow can tell


@thinned(
    ("route", "changes"),
    [
        (lambda d, p: by_derivative(p), {"closed_mirror_map": lambda e: e * R(3, 2)}),
        (lambda d, p: by_derivative(p), {"closed_conjugate": lambda e: e + Y / 10**12}),
        (lambda d, p: by_legendre(p), {"closed_potential": lambda e: e + R(1, 10**12)}),
        (by_flow, ALONE | {"closed_inverse_mirror_map": lambda e: e * (1 + R(1, 10**10))}),
        (by_flow, ALONE | {"closed_conjugate": lambda e: e * (1 + R(1, 10**10))}),
        (by_flow, {"closed_mirror_map": lambda e: e + R(1, 10**10)}),
    ],
    every=3,
)
def test_a_form_with_one_constant_changed_is_caught(route, changes):
    found = derive(Flow(Lq(2), Separable(U**2 - V**2, (U, V))), initial=(2, 1))
    assert route(found, found.potential)
    changed = replace(found.potential, **{name: change(getattr(found.potential, name)) for name, change in changes.items()})
    try:
        assert not route(found, changed)
    except BrokenCheck as caught:  # values of a potential compare its forms
        assert "differ" in str(caught)


def test_the_potential_of_another_start_is_caught_by_the_flow():
    flow = Flow(Lq("3/2"), Product(3))
    right, wrong = (derive(flow, initial=start) for start in ((1, 2, 3), (1, 2, R(300001, 100000))))
    assert by_flow(right, right.potential)
    assert not by_flow(right, wrong.potential)


REGIONS = [  # each was wrong, or a crash
    (U + 1, 2, (2,), (1, sympy.oo)),
    (U - 1, "3/2", (2,), (-1, sympy.oo)),
    (sympy.log(U * V), 1, (2, 1), (-sympy.oo, sympy.oo)),
    (sympy.exp(U), "13/10", (1,), (1, sympy.oo)),
    (1 - sympy.exp(U), "5/3", (1,), (-sympy.oo, 0)),
    (-sympy.exp(U) - 2 * sympy.log(V), "5/3", (2, 1), (-sympy.oo, sympy.oo)),
    (2 * U + sympy.log(1 + V), 2, (1, 2), None),
    (U * V + U + V, 2, ("1/10", "7/3"), None),
]


@thinned(("expr", "q", "start", "region"), REGIONS, every=4)
def test_region_is_where_the_weights_stay_positive(expr, q, start, region):
    weights = sorted(expr.free_symbols, key=str)
    derivation = derive(Flow(Lq(q), Separable(expr, weights)), initial=start)
    potential = derivation.potential
    assert region is None or potential.region == region
    assert potential.inverse_mirror_map.free_symbols <= {Y}
    assert by_flow(derivation, potential)


def test_no_potential_claims_x_that_positive_weights_do_not_reach():
    """With u = v + 2 the square of u + v lies above 4; u (v + 1) at 1/2 and 3 has v + 1 > 7/2 where u vanishes."""
    assert derive(Flow(Lq("3/2"), Separable((U + V) ** 2, (U, V))), initial=(3, 1)).potential.region == (4, sympy.oo)
    for expr, start in (((1 + U) * (1 + V), (1, 2)), ((1 + U) * V, ("1/2", 3))):
        potential = derive(Flow(Lq(1), Separable(expr, (U, V))), initial=start).potential
        assert isinstance(potential, DualPotential)
        assert potential.region[0] > 0


@pytest.mark.slow
def test_a_charge_whose_range_is_not_found_is_refused():
    with pytest.raises(NoClosedForm, match="range of the charge|inversion"):
        derive(Flow(Lq("4/3"), Separable(-sympy.exp(U**2), (U,))))


def random_map(draw):
    """A sum of functions of one weight, a product of powers, or a quadratic map, with q and a start."""
    k, sign = draw.choice((1, 2, 3, R(1, 2), R(3, 2))), draw.choice((1, -1))
    term = draw.choice((U**k, sympy.log(U), sympy.exp(U), U + U**2))
    other = draw.choice((V**k, sympy.log(V), V**2))
    expr, q = draw.choice(
        ((term + sign * other, None), (term, None), (U**k * V, None), (U * V + V**2 + draw.choice((0, U)), 2), (U * V, 1))
    )
    weights = sorted(expr.free_symbols, key=str)
    start = [R(draw.randint(1, 12), draw.randint(1, 5)) for _ in weights]
    return Flow(Lq(q or draw.choice((1, "5/4", "4/3", "3/2", 2))), Separable(expr, weights)), start


@thinned("seed", range(30), every=15)
def test_random_maps_agree_with_their_flow(seed):
    flow, start = random_map(random.Random(seed))
    try:
        derivation = derive(flow, initial=start)
    except NoClosedForm:
        return
    assert by_derivative(derivation.potential)
    assert by_flow(derivation, derivation.potential)


@pytest.mark.parametrize(("reparam", "assumed"), [(Product(2), "real and nonzero"), (Separable(U * V, (U, V)), "positive")])
def test_range_of_the_weights_is_among_the_assumptions(reparam, assumed):
    assert f"the weights are {assumed}" in derive(Flow(Lq(1), reparam), initial=(2, 1)).assumptions
