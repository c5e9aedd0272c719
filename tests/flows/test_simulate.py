"""The one way into the solvers: what is chosen and why, what is refused, events, progress, and losses of one's own."""

import re
import sys
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from functools import partial

import mpmath
import numpy as np
import pytest
import sympy
from thinning import thinned

from mirrortheory import Coupled, Decoupled, Flow, Lq, NoDecay, Product
from mirrortheory.errors import InvalidArgument, NotSmooth
from mirrortheory.exact import current_bits
from mirrortheory.flows import Callables, Exponential, Logistic, Quadratic, Scalar, dual_flow, progress, sign_flow, simulate, taylor
from mirrortheory.reparams import Exp, LogDifference, PowerDifference

X = sympy.Symbol("x")
FALLING = Scalar(-X)
TARGET = Quadratic([[1.0]], [1.0])
PAIR = Quadratic([[1.0, 0.5], [0.2, 1.0]], [1.0, 1.5])
START = np.array([[0.5, -0.4], [0.3, -0.9], [0.8, 0.6]])


def product(q, depth=2, decay=NoDecay()):
    return Flow(Lq(q), Product(depth), decay)


# Digits at the exact time ---------------------------------------------------------------------------------------------


def a_fraction(rng, low=1):
    """A fraction in (low/2, low + 9) that is hardly ever a double."""
    return Fraction(int(rng.integers(low, 50)), int(rng.choice([3, 5, 7, 9, 10, 11])))


def free_sign_flow(rng, decay):
    """A sign flow below its target, and its end: |w_i| = |y| + lambda_i, dy/dt = 1 - alpha y, and lambda decays."""
    depth, d, alpha, t = int(rng.integers(1, 4)), int(rng.integers(1, 3)), Fraction(str(decay.rate)), a_fraction(rng) / 40
    w = [[a_fraction(rng) * int(rng.choice([-1, 1])) for _ in range(d)] for _ in range(depth)]
    end, shrink = [[None] * d for _ in w], mpmath.exp(-mpmath.mpf(alpha.numerator) / alpha.denominator * exactly(t))
    for j in range(d):
        column = [row[j] for row in w]
        least, sign = min(map(abs, column)), np.sign(float(np.prod([float(v) for v in column])))
        lowest = min(range(depth), key=lambda i: abs(column[i]))
        gained = (1 - shrink) / exactly(alpha) if alpha else exactly(t)
        y = int(sign) * exactly(least) * shrink + gained
        for i, v in enumerate(column):
            size = abs(y) + exactly(abs(v) - least) * shrink
            turned = i == lowest and sign * y < 0
            end[i][j] = (-1 if turned else 1) * (1 if v > 0 else -1) * size
    return product(1, depth, decay), Quadratic(np.eye(d), np.full(d, 1e6)), w, t, end


def smooth_flow(rng):
    """dw/dt = w^(L - 1) from balanced layers, with its end; at depth one dw/dt = 1, whatever q is."""
    depth, w, t = int(rng.integers(1, 4)), a_fraction(rng) / 20, a_fraction(rng) / 100
    end = {1: exactly(w) + exactly(t), 2: exactly(w) * mpmath.exp(exactly(t)), 3: 1 / (1 / exactly(w) - exactly(t))}[depth]
    return product(2 if depth > 1 else "3/2", depth), FALLING, [w] * depth, t, [[end]] * depth


def exactly(value):
    return mpmath.mpf(value.numerator) / value.denominator


@thinned("seed", range(60), every=6)
def test_digits_are_those_at_the_exact_time(seed):
    rng, kind = np.random.default_rng(seed), seed % 4
    with mpmath.workdps(60):
        case = smooth_flow(rng) if kind == 3 else free_sign_flow(rng, NoDecay() if kind < 2 else Decoupled("1/3"))
        flow, problem, start, t, end = case
        path = simulate(flow, problem, start, t, digits=30, **({"method": "arcs"} if kind == 1 else {}))
        for row, expected, texts in zip(path.w[-1], end, path.digits, strict=True):
            for value, true, text in zip(row, expected, texts, strict=True):
                assert abs(mpmath.mpf(text) - true) <= mpmath.mpf("1.01e-30") * max(1, 10 * abs(true))
                assert abs(mpmath.mpf(float(value)) - true) <= path.error[-1]
    assert path.t[-1] == float(t)
    assert np.abs(path.at(path.t[-1]) - path.w[-1]).max() <= path.error[-1] + path.dense.error


@pytest.mark.parametrize("method", ["exact", "arcs"])
def test_digits_at_a_fifth_are_seven_tenths(method):
    path = simulate(
        product(1), Quadratic([[1.0]], [10.0]), [Fraction(1, 2), Fraction(1, 4)], Fraction(1, 5), digits=30, method=method
    )
    assert path.digits == (("0.7",), ("0.45",))
    assert simulate(product(1), Quadratic([[1.0]], [10.0]), [0.5, 0.25], 0.2, digits=30, method=method).digits != path.digits


# Choice ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("flow", "problem", "settings", "taken", "independent"),
    [
        (product(2), TARGET, {}, "dop853", True),
        (product(2, decay=Coupled("1/4")), TARGET, {}, "dop853", True),
        (product("3/2"), TARGET, {}, "dual", False),
        (product("3/2", decay=Decoupled("1/4")), TARGET, {}, "dual", False),
        (product("3/2", decay=Coupled("1/4")), TARGET, {}, "dop853", True),
        (Flow(Lq("3/2"), PowerDifference(2)), TARGET, {}, "dop853", True),
        (product("3/2"), TARGET, {"method": "dop853"}, "dop853", True),
        (product(2), TARGET, {"method": "dual"}, "dual", False),
        (product(2), TARGET, {"digits": 30}, "taylor", True),
        (product("3/2"), TARGET, {"digits": 30}, "taylor", True),
        (product(2), TARGET, {"method": "taylor"}, "taylor", True),
        (product(1), TARGET, {}, "exact", False),
        (product(1, decay=Decoupled("1/4")), TARGET, {"digits": 20}, "exact", False),
    ],
)
def test_method_is_chosen_and_said(flow, problem, settings, taken, independent):
    path = simulate(flow, problem, [0.5, 0.25], 0.05, **settings)
    assert re.search(rf"; {taken}: .+", path.method)
    assert path.independent == independent
    assert (path.digits is not None) == (path.how.startswith("proved"))
    assert path.how.startswith(("proved", "estimated"))
    assert (path.digits is not None) == (taken == "taylor" or "digits" in settings)


def test_each_route_is_the_solver_itself():
    w, flow = [0.5, 0.25], product("3/2")
    np.testing.assert_array_equal(simulate(flow, TARGET, w, 3.0).w, dual_flow(flow, TARGET, w, 3.0).w)
    sign = simulate(product(1), PAIR, START[:2], 2.0)
    np.testing.assert_array_equal(sign.w, sign_flow(PAIR, START[:2], 2.0).w(sign.t))
    assert simulate(product(2), TARGET, w, 1, digits=40).digits == taylor(product(2), TARGET, w, 1, digits=40).digits


def test_routes_agree_within_their_errors():
    """Solvers that share no step: two tolerances, implicit in one layer, and enclosed Taylor polynomials."""
    flow = product("3/2", 3, Decoupled("1/4"))
    proved = simulate(flow, PAIR, START, 0.25, digits=30)
    for method in ("dop853", "dual"):
        path = simulate(flow, PAIR, START, 0.25, method=method)
        gap = np.abs(path.w[-1] - proved.w[-1]).max()
        assert gap <= path.error[-1] + proved.error[-1], method
        assert path.error[-1] < 1e-6


def test_exact_sign_flow_has_an_error_that_covers_it():
    flow = product(1, 3, Decoupled("1/4"))
    path = simulate(flow, PAIR, START, 2.0)
    proved = simulate(flow, PAIR, START, 2, digits=30)
    assert proved.how.startswith("proved")
    gap = np.abs(path.at(proved.t) - proved.w).max(axis=(1, 2))
    assert (gap <= np.interp(proved.t, path.t, path.error) + path.dense.error).all()
    assert path.error[-1] < 1e-12
    assert [event.kind for event in path.events] == [event.kind for event in proved.events]


def test_tolerance_reaches_the_solver():
    rough, sharp = (simulate(product(2), PAIR, START[:2], 1.0, rtol=rtol) for rtol in (1e-4, 1e-9))
    assert rough.error[-1] > 100 * sharp.error[-1]
    assert "rtol 0.0001" in rough.method


# Refusals -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"method": "rk4"}, InvalidArgument, "method must be one of auto, dop853, dual, taylor, heyoka, exact, arcs, got rk4"),
        ({"method": "exact"}, InvalidArgument, "method must be another for this flow, got exact, q = 2, .*polynomial arcs are for q = 1: leave out method"),
        ({"method": "dual", "flow": product(2, decay=Coupled(1))}, InvalidArgument, "method must be another for this flow, got dual"),
        ({"method": "dual", "flow": Flow(Lq(2), PowerDifference(2))}, InvalidArgument, "method must be another for this flow"),
        ({"method": "dop853", "digits": 30}, InvalidArgument, "digits must be absent for dop853, which proves none, got 30"),
        ({"digits": 30, "rtol": 1e-9}, InvalidArgument, "rtol must be absent for taylor, which has no tolerance"),
        ({"digits": 5}, InvalidArgument, "digits must be an integer from 30 to 200, got 5"),
        ({"digits": 30, "problem": Callables(lambda x: x @ x / 2, lambda x: x)}, InvalidArgument, "problem must be a Quadratic, .* got Callables"),
        ({"flow": product(1), "method": "dop853"}, NotSmooth, r"sign flow \(q = 1\) is discontinuous"),
        ({"flow": product(1), "problem": FALLING, "method": "exact"}, NotSmooth, r"sign flow \(q = 1\) is discontinuous, and not followed for Scalar"),
        ({"flow": product(1, decay=Coupled(1)), "method": "exact"}, NotSmooth, "not followed for Quadratic, .*Coupled"),
        ({"flow": product(1), "initial": [0.1, 0.2, 0.3]}, InvalidArgument, r"initial must be of shape \(2, d\), got \(3,\)"),
        ({"flow": product(1), "initial": 0.1}, InvalidArgument, r"initial must be of shape \(2, d\)"),
        ({"flow": product(1), "rtol": 1e-9}, InvalidArgument, "rtol must be absent for exact"),
        ({"flow": product("3/2"), "initial": [0.1]}, InvalidArgument, r"initial must be of shape \(2, 1\)"),
        ({"t_end": -1.0}, InvalidArgument, "t_end must be a finite time > 0, got -1.0"),
        ({"t_end": -1.0, "flow": product("3/2")}, InvalidArgument, "t_end must be a finite time > 0, got -1.0"),
        ({"t_end": -1.0, "flow": product(1)}, InvalidArgument, "t_end must be a finite time > 0, got -1.0"),
        ({"t_end": -1, "digits": 30}, InvalidArgument, "t_end must be a time > 0, got -1"),
        ({"t_end": "soon"}, InvalidArgument, "t_end must be one number, got soon; write for example 2.0; a fraction is for digits"),
        ({"initial": ["a", "b"]}, InvalidArgument, "initial must be made of numbers in equal rows"),
        ({"initial": [[1.0], [1.0, 2.0]]}, InvalidArgument, "initial must be made of numbers in equal rows"),
        ({"problem": (lambda x: x, lambda x: x)}, InvalidArgument, r"problem must be one loss, got tuple; write Callables"),
        ({"events": [sympy.Symbol("z")]}, InvalidArgument, "events must be expressions in .* got z"),
        ({"q": 2}, InvalidArgument, "q must be absent for a single trajectory, got 2; give initial an axis for a batch, or"),
        ({"alpha": 0.5}, InvalidArgument, "alpha must be absent for a single trajectory, got 0.5"),
        ({"times": [0, 1]}, InvalidArgument, r"times must be absent for a single trajectory, got \[0, 1\]"),
        ({"memory": 1e6}, InvalidArgument, "memory must be absent for a single trajectory, got 1000000.0"),
        ({"initial": [[[0.5], [0.25]]], "events": [lambda t, w: w]}, InvalidArgument, "events must be absent for a batch, got 1 of them"),
        ({"initial": [[[0.5], [0.25]]], "method": "rk4"}, InvalidArgument, "method must be one of auto, .*, arcs, got rk4"),
        ({"initial": [[[0.5], [0.25]]], "method": "dop853", "digits": 30}, InvalidArgument, "digits must be absent for dop853"),
        ({"initial": [[["a"], [0.25]]]}, InvalidArgument, "initial must be made of numbers in equal rows"),
        ({"initial": [[[0.5], [0.25, 1]]]}, InvalidArgument, "initial must be made of numbers in equal rows"),
        ({"events": [lambda t, w: w]}, InvalidArgument, r"events must be of values of shape \(\) or \(1,\), got \(2, 1\)"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused_in_one_line(changes, error, message):
    arguments = {"flow": product(2), "problem": TARGET, "initial": [0.5, 0.25], "t_end": 1.0, **changes}
    with pytest.raises(error, match=message) as refused:
        simulate(**arguments)
    assert "\n" not in str(refused.value)


# Losses of one's own --------------------------------------------------------------------------------------------------


def test_pair_of_callables_follows_the_same_path_as_the_loss_that_it_states():
    own = Callables(PAIR.value, PAIR.slope)
    for flow in (product(2, 3), product("3/2", 3)):
        theirs, ours = (simulate(flow, problem, START, 0.5) for problem in (PAIR, own))
        assert (np.abs(theirs.w - ours.w).max(axis=(1, 2)) <= theirs.error + ours.error).all()
    assert simulate(product(2, 3), own, START, 0.5).unique is None  # nobody knows whether their gradient is Lipschitz


@pytest.mark.parametrize(
    ("value", "gradient", "error", "message"),
    [
        (lambda x: x @ x, lambda x: x, InvalidArgument, "gradient must be the derivative of value, got .* where differences give .*; correct it"),
        (lambda x: x @ x / 2, lambda x: x * (1 + 1e-4), InvalidArgument, "gradient must be the derivative of value"),
        (lambda x: x, lambda x: x, InvalidArgument, r"value must be a function that returns one number, got \(40,\)"),
        (lambda x: 0.0, lambda x: x[:1], InvalidArgument, r"gradient must be a function that returns shape \(40,\), got \(1,\)"),
        (lambda x: 0.0, lambda x: 0.0, InvalidArgument, r"gradient must be a function that returns shape \(40,\), got \(\)"),
        (lambda x: np.nan, lambda x: x, NotSmooth, "the loss is NaN or overflows at the start"),
        (lambda x: x @ x, lambda x: x * np.inf, NotSmooth, "the gradient of the loss is NaN or overflows at the start"),
        (3, lambda x: x, InvalidArgument, "value must be a function of x"),
        (lambda x: 0.0, None, InvalidArgument, "gradient must be a function of x"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("q", [2, "3/2"])
def test_wrong_callables_are_refused_in_one_line(value, gradient, error, message, q):
    with pytest.raises(error, match=message) as refused:
        simulate(product(q), Callables(value, gradient), np.full((2, 40), 0.5), 1.0)
    assert "\n" not in str(refused.value)


def test_rough_but_right_gradients_are_not_refused():
    """Large values with a small gradient: differences are mostly rounding there, and say nothing."""
    problem = Callables(lambda x: float(1e9 + x @ x / 2), lambda x: x)
    problem.check(np.array([1e-3, 2.0]))
    Callables(lambda x: float(np.sum(np.abs(x) ** 1.5)), lambda x: 1.5 * np.sign(x) * np.abs(x) ** 0.5).check(
        np.array([1e-2, -1.0])
    )


def test_exponential_loss_is_followed_alike_by_doubles_and_by_proved_digits():
    """One datum, depth one: exp(x_t) = exp(x_0) + t."""
    problem, flow = Exponential([[1.0]], [1]), product(2, 1)
    path, proved = simulate(flow, problem, [0.5], 2.0), simulate(flow, problem, ["1/2"], 2, digits=30)
    np.testing.assert_allclose(path.x[:, 0], np.log(np.exp(0.5) + path.t), rtol=1e-9)
    exact = sympy.log(sympy.exp(sympy.Rational(1, 2)) + 2).n(35)
    assert abs(sympy.Float(proved.digits[0][0], 35) - exact) < 1e-29


# Events ---------------------------------------------------------------------------------------------------------------


def test_events_are_located_where_the_solution_has_them():
    """Depth one, x = 1 - exp(-t)."""
    flow = product(2, 1)
    half = sympy.Rational(1, 2)
    path = simulate(flow, TARGET, [0.0], 3.0, events=[flow.weights[0] - half, lambda t, w: t - 1.25, flow.weights[0] - 2])
    found = [(event.kind, event.coordinates) for event in path.events]
    assert found == [("user 0", (0,)), ("user 1", ())]
    assert [event.time for event in path.events] == pytest.approx([np.log(2), 1.25], abs=1e-9)


def test_events_of_each_coordinate_join_those_of_the_solver_in_order():
    flow = product("3/2", 1)
    problem = Scalar((X - 1) ** 2 / 2)
    path = simulate(flow, problem, [[0.0, 0.5]], 4.0, events=[lambda t, w: w[0] - 0.75])
    assert [event.time for event in path.events] == sorted(event.time for event in path.events)
    watched = [event for event in path.events if event.kind == "user 0"]
    assert [event.coordinates for event in watched] == [(1,), (0,)]
    # (1 - x)^(1/2) = (1 - x0)^(1/2) - t/2
    assert [event.time for event in watched] == pytest.approx([2 * (0.5**0.5 - 0.5), 1.0], abs=1e-8)
    assert {event.kind for event in path.events} == {"user 0", "rest"}


def test_map_of_functions_other_than_powers_is_followed():
    """x = exp(w), q = 2, f' = -1: w' = exp(w)."""
    path = simulate(Flow(Lq(2), Exp()), FALLING, [0.0], 0.5)
    np.testing.assert_allclose(path.w[:, 0, 0], -np.log(1 - path.t), rtol=1e-8, atol=1e-12)


def test_logistic_regression_of_several_coordinates():
    problem = Logistic([[1.0, 0.5], [-0.3, 1.0], [0.7, -0.2]], [1, -1, 1])
    path = simulate(product("3/2", 3), problem, START, 2.0)
    assert (np.diff(path.loss) < 0).all()
    assert path.y.shape == path.x.shape


@pytest.mark.parametrize(("flow", "problem"), [(product(1), FALLING), (product(1, decay=Coupled(1)), Quadratic([[1.0]], [1.0]))])
def test_sign_flow_without_polynomial_arcs_is_followed_by_located_ones(flow, problem):
    path = simulate(flow, problem, [0.5, 0.25], 0.2)
    assert "arcs: sign flow without polynomial arcs" in path.method
    assert path.how.startswith("estimated")
    assert np.abs(path.w[-1, :, 0] - path.w[0, :, 0]).max() == pytest.approx(0.2)  # at speed 1 until something happens
    with pytest.raises(InvalidArgument, match="method must be another for this flow, got arcs, q = 2"):
        simulate(product(2), problem, [0.5, 0.25], 0.2, method="arcs")


# Progress -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("q", [2, "3/2"])
def test_progress_is_the_part_of_two_runs(q, monkeypatch):
    monkeypatch.setattr(progress, "_PAUSE", 0.0)
    told = []
    simulate(product(q), PAIR, START[:2], 0.5, progress=lambda done, whole: told.append((done, whole)))
    dones = [done for done, _ in told]
    assert {whole for _, whole in told} == {1.0}
    assert dones == sorted(set(dones))
    assert dones[-1] == 1.0
    assert 0.5 in dones  # the first run is through
    assert sum(done < 0.5 for done in dones) > 2


COUPLED = Quadratic([[1.0, 0.4], [-0.3, 1.0]], [1.0, -0.5])
LOGISTIC = Logistic([[1.0, 0.4], [-0.3, 1.0]], [1, -1])
BEGIN = [[0.5, 0.25], [0.75, 1.0]]


@pytest.mark.parametrize(
    ("flow", "problem", "options"),
    [
        (Flow(Lq(1), Product(2)), COUPLED, {}),
        pytest.param(Flow(Lq(1), Product(2)), COUPLED, {"digits": 20}, marks=pytest.mark.slow),
        (Flow(Lq(1), Product(2), Coupled("1/5")), LOGISTIC, {}),
        pytest.param(Flow(Lq(1), Product(2), Coupled("1/5")), LOGISTIC, {"digits": 20}, marks=pytest.mark.slow),
        pytest.param(Flow(Lq(2), Product(2)), COUPLED, {"digits": 30}, marks=pytest.mark.slow),
        pytest.param(Flow(Lq(2), Product(2)), COUPLED, {"method": "heyoka"}, id="heyoka"),
    ],
)
def test_progress_is_told_within_a_run_of_every_method(flow, problem, options, monkeypatch):
    if options.get("method") == "heyoka":
        pytest.importorskip("heyoka", reason="the extra fast is not installed")
    monkeypatch.setattr(progress, "_PAUSE", 0.0)
    told = []
    path = simulate(flow, problem, BEGIN, 3.0, progress=lambda done, whole: told.append(done), **options)
    assert told == sorted(set(told))
    assert told[-1] == 1.0
    assert sum(0 < done < 1 for done in told) >= 2
    assert (path.w == simulate(flow, problem, BEGIN, 3.0, **options).w).all()  # being watched changes nothing


def test_progress_is_told_seldom():
    told = []
    simulate(product(2), PAIR, START[:2], 2.0, progress=lambda done, whole: told.append((done, whole)))
    assert told[-1] == (1.0, 1.0)
    assert len(told) < 20


@pytest.mark.parametrize(
    ("initial", "t_end", "settings", "message"),
    [
        ([10**400, 1], 1.0, {}, "initial must be in the range of doubles"),
        ([1.0, 1.0], 10**400, {}, "t_end must be in the range of doubles"),
        ([1.0, 1.0], [1.0], {}, "t_end must be one number"),
        ([[[1.0], [1.0]]], [1.0], {}, "t_end must be one number"),
        ([1.0, 1.0], 5e-324, {}, "t_end must be a time > 1e-300"),
        ([1.0, 1.0], 5e-324, {"method": "dual"}, "t_end must be a time > 1e-300"),
        ([1.0, 1.0], 1.0, {"rtol": [1e-9]}, "rtol must be one number"),
        ([[[1.0], [1.0]]], 1.0, {"memory": "much"}, "memory must be one number"),
        ([[[1.0], [1.0]]], 1.0, {"memory": np.inf}, "memory must be a number of bytes > 0"),
        ([[[1.0], [1.0]]], 1.0, {"times": [0, "soon"]}, "times must be made of numbers"),
        ([1.0, 1.0], 1.0, {"progress": 3}, "progress must be a function"),
    ],
)
def test_settings_of_the_wrong_kind_are_refused_in_one_line(initial, t_end, settings, message):
    with pytest.raises(InvalidArgument, match=message):
        simulate(Flow(Lq(2), Product(2)), Quadratic([[1.0]], [1.0]), initial, t_end, **settings)


@pytest.mark.parametrize("expr", [3, "x**2", None, sympy.Integer(3)])
def test_what_is_no_expression_is_no_scalar_loss(expr):
    with pytest.raises(InvalidArgument, match="expr must be an expression in one symbol"):
        Scalar(expr)


@pytest.mark.parametrize("weight", [-1.0, 0.0])
def test_weights_outside_the_domain_of_a_logarithm_are_refused(weight):
    with pytest.raises((InvalidArgument, NotSmooth)):
        simulate(Flow(Lq(2), LogDifference()), Scalar((sympy.Symbol("x") - 1) ** 2), [weight, 1.0], 1.0)


def test_a_saddle_of_a_difference_of_powers_is_followed_without_a_warning():
    path = simulate(Flow(Lq(2), PowerDifference(2)), Quadratic([[1.0]], [1.0]), [0.0, 0.0], 1.0)
    assert not path.w.any()
    assert np.isnan(path.y).all()


# Threads --------------------------------------------------------------------------------------------------------------


def with_digits(flow, target):
    path = simulate(flow, Quadratic([[1.0]], [target]), [Fraction(1, 2), Fraction(1, 4)], Fraction(1, 2), digits=30)
    return path.digits, path.error.tolist(), path.w.tolist(), path.events


@thinned("flow", [product(2), product("3/2"), product(1), product(1, decay=Coupled("1/4"))], every=2)
def test_threads_get_the_digits_of_one_thread(flow):
    """Arb's precision belongs to the process: without turns one thread works with that of another, and refuses falsely."""
    targets = [1 + k / 32 for k in range(24)]
    expected, before, switch = [with_digits(flow, target) for target in targets], current_bits(), sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(partial(with_digits, flow), targets)) == expected
    finally:
        sys.setswitchinterval(switch)
    assert current_bits() == before
