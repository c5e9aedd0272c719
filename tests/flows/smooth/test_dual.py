"""Flows for 1 < q <= 2 to their rest: known solutions, quadrature, an ordinary implicit solver, events, saddles and refusals."""

from math import prod

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from thinning import thinned

from mirrortheory import Coupled, Decoupled, Flow, Lq, Product, derive
from mirrortheory.errors import InvalidArgument, NotSmooth
from mirrortheory.flows import Exponential, Logistic, Quadratic, Scalar, dual_flow, simulate
from mirrortheory.flows.smooth import collocation
from mirrortheory.reparams import PowerDifference
from mirrortheory.theory import S

X = sympy.Symbol("x")
ONE = Quadratic([[1.0]], [1.0])
EXPONENTS = ["21/20", "9/8", "5/4", "3/2", "7/4", "2"]


def kinds(path):
    return [event.kind for event in path.events]


def departure(path, expected, rounding=0.0):
    """Return the largest multiple of the error estimate by which the weights depart from their known values."""
    gap = np.abs(path.w - expected(path.t)).max(axis=(1, 2)) - rounding
    return float((gap / np.maximum(path.error, np.finfo(float).tiny)).max())


# Known solutions ------------------------------------------------------------------------------------------------------


def towards_one(q, e0, order=None):
    """Depth 1, f = (x - 1)^2/2: |x - 1|^(2-q) falls at the rate 2 - q, or exponentially; ``order`` is 2 - q."""
    order = 2 - q if order is None else order

    def solution(t):
        size = abs(e0) * np.exp(-t) if order == 0 else np.maximum(abs(e0) ** order - order * t, 0) ** (1 / order)
        return (1 + np.sign(e0) * size)[:, None, None]

    return solution


@pytest.mark.parametrize("q", EXPONENTS)
@thinned("e0", [-1.0, 0.3, 1e-6], every=3)
def test_one_layer_rests_at_the_known_time(q, e0):
    exact = float(sympy.Rational(q))
    path = dual_flow(Flow(Lq(q), Product(1)), ONE, [1 + e0], 4.0, rtol=1e-11)
    assert departure(path, towards_one(exact, e0), 1e-15) < 1
    assert path.error[-1] < 1e-10
    end = abs(e0) ** (2 - exact) / (2 - exact) if exact < 2 else np.inf
    assert path.converged == (end < 4)
    if path.converged:
        assert kinds(path)[-1] == "rest"
        assert path.events[-1].time == pytest.approx(end, rel=2 * 1e-11 ** (2 - exact), abs=1e-11)
        assert (path.w[path.t > end] == path.w[-1]).all()


@pytest.mark.parametrize("mutant", [-0.01, 0.01])
def test_a_wrong_power_at_the_rest_is_seen(mutant):
    path = dual_flow(Flow(Lq("5/4"), Product(1)), ONE, [0.2], 1.0)
    assert departure(path, towards_one(1.25, -0.8)) < 1 < 1000 < departure(path, towards_one(1.25, -0.8, 0.75 + mutant))


@pytest.mark.parametrize("q", ["5/4", "3/2", "2"])
@pytest.mark.parametrize("depth", [2, 3, 5])
@pytest.mark.parametrize("alpha", [0, sympy.Rational(1, 2)])
def test_balanced_layers_escape_at_the_known_time(q, depth, alpha):
    """Constant slope -G: |w|^(1-r), r = (depth-1)(q-1), solves a linear equation; from weights of 1e-8."""
    r, push, start = (depth - 1) * float(sympy.Rational(q) - 1), 2 ** float(sympy.Rational(q) - 1), 1e-8
    if r >= 1:
        start = 0.3
    pull, end = float(alpha), 0.5

    def solution(t):
        if r == 1:
            w = start * np.exp((push - pull) * t)
        elif pull:
            faded = -(1 - r) * pull * t
            w = (start ** (1 - r) * np.exp(faded) - push / pull * np.expm1(faded)) ** (1 / (1 - r))
        else:
            w = (start ** (1 - r) + (1 - r) * push * t) ** (1 / (1 - r))
        return np.broadcast_to(w[:, None, None], (len(t), depth, 1))

    path = dual_flow(Flow(Lq(q), Product(depth), Decoupled(alpha)), Scalar(-2 * X), [start] * depth, end)
    assert departure(path, solution) < 1
    assert path.error[-1] < 1e-7
    assert not path.converged


@pytest.mark.parametrize("cases", [15, pytest.param(100, marks=pytest.mark.slow)])
def test_the_estimate_covers_the_error_in_99_of_100_cases(cases):
    rng, covered = np.random.default_rng(0), 0
    for _ in range(cases):
        q, e0, end = sympy.Rational(int(rng.integers(21, 40)), 20), float(rng.normal()), float(rng.uniform(0.3, 3))
        path = dual_flow(Flow(Lq(q), Product(1)), ONE, [1 + e0], end, rtol=float(10 ** rng.uniform(-11, -5)))
        covered += departure(path, towards_one(float(q), e0), 1e-15) <= 1
    assert covered >= 0.99 * cases


@pytest.mark.slow
def test_the_estimate_covers_the_distance_to_a_much_tighter_run():
    for seed in range(24):
        rng = np.random.default_rng(seed)
        problem, weights = coupled(seed, d=int(rng.integers(2, 5)), depth=int(rng.integers(1, 4)))
        flow = Flow(
            Lq(sympy.Rational(int(rng.integers(11, 20)), 10)), Product(len(weights)), Decoupled(sympy.Rational(seed % 2, 4))
        )
        loose, tight = (dual_flow(flow, problem, weights, 1.5, rtol=rtol) for rtol in (1e-7, 1e-11))
        assert (np.abs(loose.w - tight.w).max(axis=(1, 2)) <= loose.error + tight.error).all(), seed
        assert loose.error[-1] < 1e-5


# One coordinate: the time is an integral of the derived potential -----------------------------------------------------


def travel_time(q, weights, target, x, exponent=None):
    """Return int R''(u) / |u - target|^(q-1) du from x_0 to x < target, R'' from the derivation; no solver, no weights."""
    q, exact = sympy.Rational(q), [sympy.Rational(str(w)) for w in weights]
    potential = derive(Flow(Lq(q), Product(len(weights))), initial=[abs(w) for w in exact]).potential
    inverse_metric = sympy.lambdify(S, potential.inverse_metric, "mpmath")
    curve = potential.effective.expression(S)
    size, growth = (sympy.lambdify(S, e, "mpmath") for e in (curve, sympy.diff(curve, S)))
    power = (q - 1) if exponent is None else exponent
    with mpmath.workdps(30):

        def density(s, sign):
            """dt/ds: x = sign P(s)^(1/q), and dx/ds from the curve."""
            return growth(s) / inverse_metric(s) / abs(sign * size(s) - target) ** mpmath.mpf(power)

        def charge(u):
            return mpmath.findroot(lambda s: size(s) - u, (mpmath.mpf(0), 10 + u**2), solver="illinois", tol=1e-50)

        def leg(u, v, sign):  # from size u to size v, with s = c z^4 where s starts from 0
            return mpmath.quad(
                lambda z: density(z**4, sign) * 4 * z**3, [charge(a) ** mpmath.mpf("0.25") if a else 0 for a in (u, v)]
            )

        x0 = mpmath.mpf(prod(exact).p) / prod(exact).q
        total = leg(x0, x, 1) if x0 > 0 else leg(0, -x0, -1) + leg(0, x, 1)
        return float(total)


@thinned(("q", "weights"), [("5/4", (0.5, -0.1)), ("3/2", (0.5, 0.1)), ("5/4", (-0.3, 0.8, 0.5)), ("7/4", (0.2, -0.7))], every=2)
def test_time_to_a_point_is_the_integral_of_the_metric(q, weights):
    """Through x = 0 where the start is negative."""
    path = dual_flow(Flow(Lq(q), Product(len(weights))), Quadratic([[1.0]], [1.3]), weights, 1.0, rtol=1e-11)
    x = float(path.dense(0.5).prod())
    assert 0 < x < 1.3
    assert kinds(path)[:1] == (["zero"] if prod(weights) < 0 else kinds(path)[:1])
    assert travel_time(q, weights, 1.3, x) == pytest.approx(0.5, abs=1e-9)
    assert travel_time(q, weights, 1.3, x, sympy.Rational(q) - sympy.Rational(99, 100)) != pytest.approx(0.5, abs=1e-4)


def test_time_of_the_bar_is_the_integral_of_the_metric_up_to_rest():
    path = dual_flow(Flow(Lq("5/4"), Product(2)), Quadratic([[1.0]], [1.3]), [0.5, 0.1], 2.0, rtol=1e-11)
    rest = path.events[-1]
    assert path.converged
    assert rest.kind == "rest"
    assert path.w[-1].prod() == pytest.approx(1.3, abs=1e-13)
    near = 1.3 - 1e-6
    left = travel_time("5/4", (0.5, 0.1), 1.3, near) + np.float64(1e-6) ** 0.75 / 0.75 / metric(path.w[-1].ravel(), 1.25)
    assert rest.time == pytest.approx(left, abs=1e-10)


def metric(w, q):
    """1/R'' of two layers, by hand."""
    return abs(w[0]) ** q + abs(w[1]) ** q


@thinned("problem", [Exponential([[1.0]], [1]), Logistic([[2.0]], [1]), Scalar(sympy.exp(-X))], every=3)
def test_a_gradient_that_underflows_is_no_rest(problem):
    """dw/dt = exp(-(q - 1) w) has not slowed down much where exp(-w) leaves the doubles: a rest was stated, with an error of 0.04."""
    q, rate = sympy.Rational(1001, 1000), float(getattr(problem, "Z", np.ones((1, 1)))[0, 0])
    with pytest.raises(
        NotSmooth, match=r"the gradient of the loss underflows from t = \d+\.?\d* on; end before it, or ask for digits"
    ):
        dual_flow(Flow(Lq(q), Product(1)), problem, [5.0], 1200.0)
    path = dual_flow(Flow(Lq(q), Product(1)), problem, [5.0], 100.0)
    pace = rate ** (1e-3)
    expected = np.log(np.exp(1e-3 * rate * 5) + 1e-3 * rate * pace * 100) / (1e-3 * rate)
    assert abs(path.w[-1, 0, 0] - expected) <= path.error[-1] + (1e-4 if isinstance(problem, Logistic) else 0)
    assert not path.converged


def test_gradient_flow_never_rests():
    path = dual_flow(Flow(Lq(2), Product(2)), ONE, [0.5, 0.5], 60.0)
    assert not path.converged
    assert path.w[-1].prod() == pytest.approx(1, abs=1e-12)


# Several coordinates --------------------------------------------------------------------------------------------------


def implicit(q, problem, weights, end, rtol=1e-10):
    """SciPy's Radau on all the weights, with its own difference quotients: slow, and without a dual."""

    def velocity(_, flat):
        w = flat.reshape(weights.shape)
        others = np.array([np.delete(w, i, 0).prod(axis=0) for i in range(len(w))])
        gradient = problem.slope(w.prod(axis=0)) * others
        return -(np.sign(gradient) * np.abs(gradient) ** (q - 1)).ravel()

    solution = solve_ivp(velocity, (0, end), weights.ravel(), method="Radau", rtol=rtol, atol=rtol / 100)
    return solution.y[:, -1].reshape(weights.shape)


def coupled(seed, d=5, depth=2):
    rng = np.random.default_rng(seed)
    weights = rng.uniform(0.2, 1.2, size=(depth, d)) * rng.choice([-1, 1], size=(depth, d))
    return Quadratic(rng.normal(size=(d + 1, d)) / np.sqrt(d + 1), rng.normal(size=d + 1)), weights


@thinned(("seed", "q", "depth"), [(0, "3/2", 2), (1, "3/2", 3), (2, "7/4", 2), (3, "8/5", 1)], every=4)
def test_coupled_coordinates_cross_as_an_ordinary_implicit_solver_says(seed, q, depth):
    problem, weights = coupled(seed, depth=depth)
    path = dual_flow(Flow(Lq(q), Product(depth)), problem, weights, 1.0, rtol=1e-10)
    assert "cross" in kinds(path) or "zero" in kinds(path)
    expected = implicit(float(sympy.Rational(q)), problem, weights, 1.0)
    assert np.abs(path.w[-1] - expected).max() < 3e-8
    wrong = implicit(float(sympy.Rational(q)) + 0.01, problem, weights, 1.0, 1e-7)
    assert np.abs(path.w[-1] - wrong).max() > 1e-4


@thinned("q", ["9/8", "5/4"], every=2)
def test_gradient_components_vanish_at_crossings_and_x_at_its_zeros(q):
    problem, weights = coupled(4)
    path = dual_flow(Flow(Lq(q), Product(2)), problem, weights, 2.0)
    found = [event for event in path.events if event.kind in ("cross", "zero")]
    assert {event.kind for event in found} == {"cross", "zero"}
    for event in found:
        value = {"cross": lambda x: problem.slope(x), "zero": lambda x: x}[event.kind]
        (j,), h = event.coordinates, 1e-3
        assert abs(value(path.dense(event.time).prod(axis=0))[j]) < 1e-8
        before, after = (value(path.dense(t).prod(axis=0))[j] for t in (event.time - h, event.time + h))
        assert before * after < 0


@thinned("q", ["9/8", "3/2"], every=2)
def test_balances_and_energy_hold_through_crossings_and_rest(q):
    """f(0) - f(T) = int sum_i |grad_i|^q, though the velocity is found by no difference."""
    problem, weights = coupled(4)
    exact, flow = float(sympy.Rational(q)), Flow(Lq(q), Product(2))
    path = dual_flow(flow, problem, weights, 40.0)
    charges = np.abs(path.w) ** exact
    np.testing.assert_allclose(
        charges[:, 0] - charges[:, 1], np.broadcast_to((charges[:, 0] - charges[:, 1])[0], charges[:, 0].shape), atol=1e-14
    )
    assert path.converged
    t = np.linspace(0, path.events[-1].time, 4001)
    w = np.array([path.dense(s) for s in t])
    gradient = np.array([problem.slope(x) for x in w.prod(axis=1)])[:, None] * w[:, ::-1]
    spent = np.trapezoid((np.abs(gradient) ** exact).sum(axis=(1, 2)), t)
    assert problem.value(w[0].prod(axis=0)) - problem.value(w[-1].prod(axis=0)) == pytest.approx(spent, rel=1e-4)
    least = np.linalg.lstsq(problem.Z, problem.b, rcond=None)[0]
    np.testing.assert_allclose(path.w[-1].prod(axis=0), least, atol=1e-7)


def test_uncoupled_coordinates_rest_one_by_one_and_as_if_alone():
    problem = Scalar((X - 1) ** 2 / 2)
    path = dual_flow(Flow(Lq("3/2"), Product(1)), problem, [[0.0, 0.5, 2.5]], 3.0)
    assert kinds(path) == ["rest"] * 3
    assert [event.coordinates for event in path.events] == [(1,), (0,), (2,)]
    expected = [2 * np.sqrt(e) for e in (0.5, 1.0, 1.5)]
    np.testing.assert_allclose([event.time for event in path.events], expected, atol=1e-4)
    alone = [dual_flow(Flow(Lq("3/2"), Product(1)), problem, [x], 3.0) for x in (0.0, 0.5, 2.5)]
    for j, single in enumerate(alone):
        assert (np.abs(path.w[:, :, j] - single.w[:, :, 0]).max(axis=1) <= path.error + single.error).all()


def test_more_coordinates_than_data_rest_on_the_data():
    rng = np.random.default_rng(5)
    problem, weights = Quadratic(rng.normal(size=(2, 6)), rng.normal(size=2)), rng.uniform(0.3, 1, size=(2, 6))
    path = dual_flow(Flow(Lq("5/4"), Product(2)), problem, weights, 4.0)
    assert path.converged
    assert problem.value(path.w[-1].prod(axis=0)) < 1e-18
    assert np.isfinite(path.error).all()


PARALLEL = [("3/2", [1.0, 1.0, 1.0]), ("5/4", [1.0, 2.0, 1.0]), ("7/4", [1.0, 2.0, -3.0, 1.0])]


@pytest.mark.parametrize(("q", "row"), PARALLEL)
def test_parallel_columns_at_rest_are_set_in_motion_together(q, row):
    """All but the last gradient vanish at the start, and go like the entries a of the row: x goes like phi(a), to 1 + a . x = 0."""
    data = [row, [0.0] * (len(row) - 1) + [1.0]]
    path = simulate(Flow(Lq(q), Product(1)), Quadratic(data, [0.0, 1.0]), [[0.0] * len(row)], 60.0)
    a = np.array(row[:-1])
    phi = np.sign(a) * np.abs(a) ** (float(sympy.Rational(q)) - 1)
    np.testing.assert_allclose(path.x[-1], [*(-phi / (a @ phi)), 1.0], atol=path.error[-1])
    assert path.converged


@pytest.mark.parametrize("start", [0.0, 1e-200, 0.5])
def test_steps_that_shrink_to_nothing_are_refused(start, monkeypatch):
    """At t = 0 no step is short against the time."""
    monkeypatch.setattr(collocation, "solve", lambda *of: None)
    with pytest.raises(NotSmooth, match="cannot be followed past t = 0 "):
        dual_flow(Flow(Lq("3/2"), Product(1)), ONE, [start], 3.0)


@settings(deadline=None, max_examples=5)
@given(seed=st.integers(0, 2**32 - 1), q=st.sampled_from(["5/4", "3/2", "2"]), alpha=st.sampled_from([0, sympy.Rational(1, 2)]))
def test_agrees_with_simulate_on_smooth_stretches(seed, q, alpha):
    rng = np.random.default_rng(seed)
    weights = rng.uniform(0.5, 1.5, size=(3, 3))
    problem = Logistic(rng.normal(size=(4, 3)), rng.choice([-1, 1], size=4)) if seed % 2 else coupled(seed, d=3)[0]
    flow = Flow(Lq(q), Product(3), Decoupled(alpha))
    try:
        smooth = simulate(flow, problem, weights, 0.1, method="dop853")
    except NotSmooth:
        return
    path = dual_flow(flow, problem, weights, 0.1)
    assert (np.abs(path.w - smooth.w).max(axis=(1, 2)) <= path.error + smooth.error).all()


def test_q_below_2_tends_to_gradient_flow():
    problem, weights = coupled(6, d=3)
    at = [dual_flow(Flow(Lq(q), Product(2)), problem, weights, 1.0).w[-1] for q in ("2", "1999/1000", "19999/10000")]
    far, near = (np.abs(w - at[0]).max() for w in at[1:])
    assert far / near == pytest.approx(10, rel=0.1)


@pytest.mark.parametrize("problem", [coupled(0)[0], Logistic(coupled(1)[0].Z, [1, -1, 1, 1, -1, -1]), Scalar(sympy.cosh(X) + X**3)])
def test_hessian_is_the_derivative_of_the_slope(problem):
    x, h = np.linspace(-0.7, 0.9, 5), 1e-5
    quotients = [(problem.slope(x + h * unit) - problem.slope(x - h * unit)) / (2 * h) for unit in np.eye(5)]
    np.testing.assert_allclose(problem.hessian(x), np.array(quotients).T, rtol=1e-6, atol=1e-9)


# Saddles --------------------------------------------------------------------------------------------------------------


def test_a_start_on_a_saddle_is_said():
    path = dual_flow(Flow(Lq("5/4"), Product(2)), Scalar((X - 1) ** 2 / 2), [[0.0, 0.5], [0.0, 0.5]], 3.0)
    assert (path.events[0].kind, path.events[0].time, path.events[0].coordinates) == ("saddle", 0.0, (0,))
    assert (path.w[:, :, 0] == 0).all()
    assert path.w[-1, :, 1].prod() == pytest.approx(1, abs=1e-8)
    assert "not unique" in path.method
    one = dual_flow(Flow(Lq("5/4"), Product(2)), ONE, [0.0, 0.5], 3.0)
    assert kinds(one) == ["rest"]
    assert "not unique" not in one.method


@thinned(("q", "depth"), [("5/4", 2), ("3/2", 2), ("5/4", 4)], every=3)
def test_a_saddle_is_reached_at_the_known_time(q, depth):
    """Slope 1 pulls balanced layers to 0: w^(1-r) falls at the rate 1 - r."""
    r, w = (depth - 1) * float(sympy.Rational(q) - 1), 0.5
    path = dual_flow(Flow(Lq(q), Product(depth)), Scalar(X), [w] * depth, 4.0)
    assert kinds(path) == ["saddle"]
    assert path.events[0].time == pytest.approx(w ** (1 - r) / (1 - r), rel=1e-9)
    assert path.converged
    assert "not unique" in path.method
    assert departure(path, lambda t: np.maximum(w ** (1 - r) - (1 - r) * t, 0)[:, None, None] ** (1 / (1 - r))) < 1


def test_a_saddle_that_repels_in_the_limit_only_is_never_reached():
    path = dual_flow(Flow(Lq("3/2"), Product(3)), Scalar(X), [0.5] * 3, 20.0)
    assert kinds(path) == []
    np.testing.assert_allclose(path.w[-1], 0.5 * np.exp(-20), rtol=1e-7)


def test_rest_on_a_maximum_of_the_loss_is_called_a_saddle():
    path = dual_flow(Flow(Lq("3/2"), Product(1)), Scalar(-((X - 1) ** 2) / 2), [1.0], 1.0)
    assert kinds(path) == ["saddle"]
    assert dual_flow(Flow(Lq("3/2"), Product(1)), ONE, [1.0], 1.0).events[0].kind == "rest"


# The method -----------------------------------------------------------------------------------------------------------


def one_step(h, power=1.0, jacobian=-1.0):
    """Return the error after one step of x' = -phi(x) from 1."""
    problem, one = np.full((1, 1), -jacobian), np.ones(1)
    v = collocation.solve(
        lambda x: x,
        problem,
        0 * one,
        one,
        h,
        np.ones(len(collocation.NODES)),
        np.ones((len(collocation.NODES), 1)),
        power,
        1e-15 * one,
    )
    order = 1 - 1 / power
    expected = np.exp(-h) if order == 0 else (1 - order * h) ** (1 / order)
    return abs(float((1 - h * collocation.partial(1.0) @ v).item()) - expected)


def test_a_step_has_order_nine():
    assert np.log2(one_step(0.8) / one_step(0.4)) == pytest.approx(10, abs=0.7)
    assert one_step(0.1) < 1e-15
    assert one_step(0.1, 4.0) < 1e-15


def test_a_step_needs_no_exact_jacobian():
    assert one_step(0.1, 4.0, -1.3) < 1e-13


@pytest.mark.parametrize(
    ("flow", "arguments", "message"),
    [
        (Flow(Lq(1), Product(2)), {}, "q must be above 1, got 1; use sign_flow"),
        (Flow(Lq(sympy.Symbol("q", positive=True)), Product(2)), {}, "q must be a number in a simulation"),
        (Flow(Lq("3/2"), Product(2), Coupled(1)), {}, "decay must be none or decoupled"),
        (Flow(Lq("3/2"), PowerDifference(2)), {}, "reparam must be a Product"),
        (Flow(Lq("3/2"), Product(3)), {}, r"initial must be of shape \(3, 1\)"),
        (Flow(Lq("3/2"), Product(2)), {"initial": [0.5, np.inf]}, "initial must be finite"),
        (Flow(Lq("3/2"), Product(2)), {"t_end": -1.0}, "t_end must be a finite time > 0"),
        (Flow(Lq("3/2"), Product(2)), {"rtol": 1e-15}, "rtol must be between 1e-12 and 1e-3"),
        (Flow(Lq("3/2"), Product(2), Decoupled(1)), {"t_end": 1e4}, "t_end must be at most 300"),
    ],
)
def test_what_it_is_not_for_is_refused(flow, arguments, message):
    given_arguments = {"initial": [0.5, 0.5], "t_end": 1.0, "rtol": 1e-9, **arguments}
    with pytest.raises(InvalidArgument, match=message):
        dual_flow(flow, ONE, given_arguments["initial"], given_arguments["t_end"], rtol=given_arguments["rtol"])


def test_a_blow_up_is_refused_near_its_time():
    """q = 2, depth 3, slope -1: 1/w falls at the rate 1."""
    with pytest.raises(NotSmooth, match=r"past t = (1\.99|2)"):
        dual_flow(Flow(Lq(2), Product(3)), Scalar(-X), [0.5] * 3, 3.0)
