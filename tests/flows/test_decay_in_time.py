"""Flows whose decay depends on time: closed solutions, one flow by several solvers, laws along flows, steps, refusals."""

import numpy as np
import pytest
import sympy
from scipy.integrate import quad
from thinning import thinned

from mirrortheory import Coupled, Decoupled, Flow, Lq, PowerDifference, Product, derive
from mirrortheory.decays import Decay
from mirrortheory.errors import InvalidArgument, NotSmooth
from mirrortheory.flows import (
    Adam,
    AdamW,
    Callables,
    GradientDescent,
    Logistic,
    Quadratic,
    Scalar,
    SignDescent,
    certified_sign_arcs,
    certified_sign_flow,
    descend,
    sign_arcs,
    sign_flow,
    simulate,
)
from mirrortheory.flows.result.trajectory import Trajectory
from mirrortheory.flows.schedules import RateAt, Total, rates
from mirrortheory.theory import A

ONE = Quadratic([[1.0]], [1.0])
TWO = Quadratic([[1.0, 0.5], [0.2, 1.0]], [1.0, 1.5])
UNEVEN = [[0.5, 0.4], [0.3, 0.9], [0.8, 0.6]]
SCHEDULES = ["1/(1+t)", "2**(-t)", "1/10 if t < 1/3 else 1/2 if t < 2 else 0", "exp(-t**2)", "(1+cos(t))/4"]


# Closed solutions -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "digits"), [("dop853", None), ("dual", None), ("auto", 30)])
def test_one_layer_of_gradient_flow(method, digits):
    """w' = -(w - 1) - w/(1 + t): w = (w0 exp(-t) + t)/(1 + t)."""
    path = simulate(Flow(Lq(2), Product(1), Decoupled("1/(1+t)")), ONE, [2.0], 3.0, method=method, digits=digits)
    exact = (2 * np.exp(-path.t) + path.t) / (1 + path.t)
    assert (np.abs(path.w[:, 0, 0] - exact) <= path.error).all()
    assert path.error[-1] < 1e-8
    if digits:
        value = sympy.N((2 * sympy.exp(-3) + 3) / 4, 40)
        assert abs(sympy.Float(path.digits[0][0], 40) - value) < 1e-29
        assert path.how.startswith("proved")


@pytest.mark.parametrize(("method", "digits"), [("dop853", None), ("dual", None), ("auto", 30)])
def test_one_layer_where_the_rate_jumps(method, digits):
    """w' = -w - alpha w, alpha = 1 to t = 1/3 and 3 from then on: the digits are right across the jump."""
    zero, decay = Quadratic([[1.0]], [0.0]), Decoupled("1 if t < 1/3 else 3")
    path = simulate(Flow(Lq(2), Product(1), decay), zero, [1], "3/2" if digits else 1.5, method=method, digits=digits)
    exact = np.exp(-np.where(path.t < 1 / 3, 2 * path.t, 2 / 3 + 4 * (path.t - 1 / 3)))
    assert (np.abs(path.w[:, 0, 0] - exact) <= path.error).all()
    if digits:
        assert abs(sympy.Float(path.digits[0][0], 40) - sympy.N(sympy.exp(-sympy.Rational(16, 3)), 40)) < 1e-29


def test_one_layer_of_sign_flow_slides_when_it_should():
    """w' = 1 - w/(1 + t) from 1/2: w = (1/2 + t + t^2/2)/(1 + t) reaches 1 at t = 1, and slides there, as alpha < 1."""
    path = simulate(Flow(Lq(1), Product(1), Decoupled("1/(1+t)")), ONE, [0.5], 3.0)
    assert [(event.kind, pytest.approx(event.time, abs=1e-12)) for event in path.events] == [("slide", 1.0)]
    exact = np.where(path.t < 1, (0.5 + path.t + path.t**2 / 2) / (1 + path.t), 1.0)
    assert (np.abs(path.w[:, 0, 0] - exact) <= path.error).all()


def test_sliding_ends_at_a_jump_of_the_rate_and_begins_again():
    """At x = 1 the control is alpha: with alpha = 3 > 1 the weight leaves, w = 1/3 + 2/3 exp(-3 (t - 1)); then it comes back."""
    decay = Decoupled("1/2 if t < 1 else 3 if t < 2 else 0")
    path = simulate(Flow(Lq(1), Product(1), decay), ONE, [0.9], 4.0)
    first = -2 * np.log((2 - 1) / (2 - 0.9))  # w' = 1 - w/2 from 9/10
    low = 1 / 3 + 2 / 3 * np.exp(-3)
    expected = [("slide", first), ("leave", 1.0), ("slide", 2 + 1 - low), ("rest", 2 + 1 - low)]
    assert [(event.kind, pytest.approx(event.time, abs=1e-12)) for event in path.events] == expected
    assert path.converged
    np.testing.assert_allclose(path.at(2.0)[0, 0], low, rtol=1e-12)


def test_coupled_decay_of_sign_flow_with_a_rate_that_jumps():
    """Coupled decay changes nothing while f' is larger; sign descent with the same schedule goes the same way."""
    decay = Coupled("1/10 if t < 1/2 else 2")
    flow = Flow(Lq(1), Product(2), decay)
    path = simulate(flow, TWO, [[0.5, 0.4], [0.3, 0.9]], 2.0)
    eta = 1e-4
    steps = descend(SignDescent(eta, decay), flow.reparam, TWO, [[0.5, 0.4], [0.3, 0.9]], 20_000)
    assert np.abs(steps.w[-1] - path.w[-1]).max() < 20 * eta


# Several solvers ------------------------------------------------------------------------------------------------------


@thinned(("text", "q", "end"), [(text, q, end) for text in SCHEDULES for q, end in (("3/2", 0.5), ("2", 3.0))], every=3)
def test_dop853_dual_and_taylor_follow_one_flow(text, q, end):
    flow = Flow(Lq(q), Product(3), Decoupled(text))
    free, own = (simulate(flow, TWO, UNEVEN, end, method=method) for method in ("dop853", "dual"))
    assert (np.abs(free.w - own.w) <= free.error[:, None, None] + own.error[:, None, None]).all()
    assert all(law.holds for law in (*free.invariants(), *own.invariants()))
    assert free.independent
    if "cos" not in text:
        proved = simulate(flow, TWO, UNEVEN, end, digits=30)
        assert proved.how.startswith("proved")
        assert np.abs(proved.w[-1] - free.w[-1]).max() <= free.error[-1]
        assert all(law.holds for law in proved.invariants())


@thinned("text", SCHEDULES, every=5)
def test_sign_flow_is_where_sign_descent_goes(text):
    flow, problem = Flow(Lq(1), Product(2), Decoupled(text)), Logistic([[1.0, 0.5], [-0.3, 1.0]], [1, -1])
    start = [[0.5, 0.4], [0.3, -0.9]]
    path = simulate(flow, problem, start, 2.0)
    assert all(law.holds for law in path.invariants())
    for eta in (4e-3, 1e-3, 2e-4):  # where it slides, steps chatter by some eta
        steps = descend(SignDescent(eta, flow.decay), flow.reparam, problem, start, round(2 / eta))
        assert np.abs(steps.w[-1] - path.w[-1]).max() < 3 * eta


@pytest.mark.parametrize("q", ["1", "3/2", "2"])
def test_stretches_of_one_rate_are_that_rate(q):
    """A rate that is written in two ways is one flow, also where a solver begins anew at the jump that is none."""
    whole = Flow(Lq(q), Product(2), Decoupled("1/(1+t)"))
    parts = Flow(Lq(q), Product(2), Decoupled("1/(1+t) if t < 1/2 else (2 + t)/(1+t)/(2+t)"))
    first, second = (simulate(flow, TWO, UNEVEN[:2], 1.5) for flow in (whole, parts))
    assert len(rates(parts.decay, 1.5)) in (1, 2)
    assert (np.abs(first.w - second.w) <= first.error[:, None, None] + second.error[:, None, None] + 1e-12).all()


def test_a_rest_comes_where_decay_has_ended():
    """f = (x - 1)^2/2, one layer, q = 3/2: from the end of decay at w1 on, (1 - w)^(1/2) falls at 1/2."""
    path = simulate(Flow(Lq("3/2"), Product(1), Decoupled("1 if t < 1/4 else 0")), ONE, [0.1], 4.0)
    at_end = path.at(0.25)[0, 0]
    (rest,) = [event for event in path.events if event.kind == "rest"]
    assert rest.time == pytest.approx(0.25 + 2 * np.sqrt(1 - at_end), abs=1e-5)
    assert path.converged
    assert not simulate(Flow(Lq("3/2"), Product(1), Decoupled("1 if t < 1/4 else 1/100")), ONE, [0.1], 4.0).converged


def test_a_start_at_rest_for_now_moves_when_decay_begins():
    path = simulate(Flow(Lq(2), Product(1), Decoupled("t")), ONE, [1.0], 2.0)
    assert not path.events
    assert path.w[-1, 0, 0] < 0.7
    assert simulate(Flow(Lq(2), Product(1), Decoupled("t")), Quadratic([[1.0]], [0.0]), [0.0], 2.0).converged


ALONG = ["1/(1+t)", "2**(-t)", "3/10 if t < 1 else 1/10", "1/5"]
PRODUCTS = [("3/2", Product(2)), ("3/2", Product(4)), ("2", Product(3)), ("5/4", Product(3))]

# Laws along flows -----------------------------------------------------------------------------------------------------


@thinned(("text", "q", "reparam"), [(text, q, reparam) for text in ALONG for q, reparam in PRODUCTS], every=3)
def test_dual_law_along_a_flow(text, q, reparam):
    """exp(kappa A) y(t) - y(0) = -int exp(kappa A) phi(f'), y from the weights alone, by quadrature of the dense output."""
    flow = Flow(Lq(q), reparam, Decoupled(text))
    law = derive(flow).decay_law
    path = simulate(flow, Scalar((sympy.Symbol("x") - 3) ** 2 / 2), np.linspace(0.6, 1.1, len(flow.weights)), 1.5, method="dop853")
    whole, kappa, power = Total(flow.decay), float(law.rate), float(flow.geometry.exponent) - 1

    def pull(t):
        x = float(path.at(t).prod())
        return np.exp(kappa * float(whole(t))) * np.sign(x - 3) * abs(x - 3) ** power

    moved = np.exp(kappa * whole(path.t)) * path.y[:, 0] - path.y[0, 0]
    for place in (20, 64):
        expected = -quad(pull, 0, path.t[place], points=[1.0] if path.t[place] > 1 else None, limit=200)[0]
        assert moved[place] == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("q", ["1", "2"])
def test_derived_mirror_map_at_a_time_is_that_of_the_weights(q):
    """Two layers: R_t'(x(t)) in closed form against y made of the imbalance of each time, and the imbalance itself."""
    flow = Flow(Lq(q), Product(2), Decoupled("1/(1+t)"))
    found = derive(flow, initial=("1/2", "4/5"))
    path = simulate(flow, ONE, [0.5, 0.8], 2.0)
    form = sympy.lambdify((found.potential.symbol, "t"), found.decay_law.forms(found.potential)["mirror_map"], "numpy")
    np.testing.assert_allclose(form(path.x[:, 0], path.t), path.y[:, 0], rtol=1e-7)
    gap = sympy.lambdify("t", found.imbalance_in_time()[1], "numpy")
    np.testing.assert_allclose(gap(path.t), path.w[:, 1, 0] ** int(q) - path.w[:, 0, 0] ** int(q), rtol=1e-7)
    assert found.decay_law.forms(found.potential, A)["mirror_map"].has(A)


def test_a_difference_of_squares_has_the_law_of_its_degree():
    """u^2 - v^2 at q = 2: degree 2, kappa = 0, and uv shrinks at 2 alpha."""
    flow = Flow(Lq(2), PowerDifference(2), Decoupled("2**(-t)"))
    found = derive(flow, initial=("1", "1/2"))
    assert (found.decay_law.degree, found.decay_law.rate) == (2, 0)
    path = simulate(flow, ONE, [1.0, 0.5], 2.0)
    form = sympy.lambdify((found.potential.symbol, "t"), found.decay_law.forms(found.potential)["mirror_map"], "numpy")
    y = form(path.x[:, 0], path.t)
    for place in (20, 64):
        assert y[place] - y[0] == pytest.approx(
            -quad(lambda t: path.at(t)[0, 0] ** 2 - path.at(t)[1, 0] ** 2 - 1, 0, path.t[place])[0]
        )


# Steps ----------------------------------------------------------------------------------------------------------------


@thinned("text", ["1/(1+t)", "1/10 if t < 1/2 else 1/2", "(1 + cos(pi*t))/4 if t < 1 else 0"], every=3)
def test_a_sign_step_with_a_schedule_shrinks_the_balance_by_its_rate(text):
    """Exactly the product of 1 - eta alpha(t_k), up to rounding, which is exp(-A) up to O(eta)."""
    decay, (w1, w2) = Decoupled(text), Product(2).weights
    gaps = []
    for eta in (1 / 64, 1 / 1024):
        path = descend(SignDescent(eta, decay), Product(2), ONE, [0.5, 0.25], round(1 / eta))
        balance = path.quantity(abs(w1) - abs(w2))[:, 0]
        kept = np.cumprod([1.0, *(1 - eta * RateAt(decay)(t) for t in path.t[:-1])])
        np.testing.assert_allclose(balance, balance[0] * kept, rtol=1e-12)
        gaps.append(np.abs(balance - balance[0] * np.exp(-Total(decay)(path.t))).max())
    assert gaps[1] < gaps[0] / 8


@pytest.mark.parametrize("text", ["1/(1+t)", "1/10 if t < 1/2 else 1/2"])
def test_adamw_with_a_schedule(text):
    """Without memory it is sign descent with the same schedule, coupled or decoupled."""
    start, count, eta = [[0.5, 0.4], [0.3, 0.9]], 1000, 1e-3
    for ours, decay in ((AdamW, Decoupled(text)), (Adam, Coupled(text))):
        steps = descend(ours(eta, beta1=0, beta2=0, eps=0, weight_decay=text), Product(2), TWO, start, count)
        np.testing.assert_allclose(steps.w, descend(SignDescent(eta, decay), Product(2), TWO, start, count).w, atol=1e-12)
        with pytest.raises(InvalidArgument, match="alpha must be >= 0 at all times"):
            ours(eta, weight_decay="1 - t")


def test_layers_that_are_tied_stay_tied_across_a_jump():
    """Two balanced layers under sign flow come to x = 0 after a jump of the rate and stay there, a saddle."""
    flow = Flow(Lq(1), Product(2), Decoupled("1/10 if t < 1/8 else 1/5 if t < 1/4 else 1/(1+t)"))
    path = simulate(flow, Quadratic([[1.0]], [-1.0]), [0.7, 0.7], 3.0)
    assert [event.kind for event in path.events] == ["saddle"]
    assert path.events[0].time > 0.25
    assert (path.w[-1] == 0).all()


def test_a_decay_of_ones_own_must_be_constant():
    class Mine(Decay):
        rate = 1 / (1 + sympy.Symbol("t", nonnegative=True))

        def link_argument(self, gradient, weight):
            return gradient

        def pull(self, weight):
            return self.rate * weight

    with pytest.raises(InvalidArgument, match="alpha must be constant in a decay of your own"):
        simulate(Flow(Lq(2), Product(2), Mine()), ONE, [0.5, 0.25], 1.0)


def test_coupled_steps_use_the_rate_of_their_time():
    path = descend(GradientDescent(0.5, Coupled("t")), Product(1), Quadratic([[0.0]], [0.0]), [1.0], 3)
    assert path.w[:, 0, 0].tolist() == [1.0, 1.0, 0.75, 0.375]


# Refusals and files ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("flow", "settings", "message"),
    [
        (Flow(Lq(1), Product(2), Decoupled("1/(1+t)")), {"method": "exact"}, "it is for a constant alpha, not for 1/(t + 1)"),
        (Flow(Lq(1), Product(2), Decoupled("1/(1+t)")), {"digits": 20}, "arcs: it is for a constant alpha, not for 1/(t + 1)"),
        (Flow(Lq(1), Product(2), Coupled("1/(1+t)")), {}, "coupled decay of sign flow is followed for a rate that is constant"),
        (Flow(Lq(2), Product(2), Decoupled("1/(1+t)")), {"method": "heyoka"}, "it is for a constant alpha, not for 1/(t + 1)"),
        (Flow(Lq(2), Product(2), Decoupled("cos(t) + 1")), {"digits": 30}, "has no recurrence for Taylor coefficients here"),
        (
            Flow(Lq(2), Product(2), Decoupled("exp(t)")),
            {"method": "dual"},
            "t_end must be so early that the integral of the decay is at most 300, got 20.0",
        ),
    ],
)
def test_refused_in_one_line(flow, settings, message):
    end = 20.0 if "exp" in str(flow.decay) else 1.0
    with pytest.raises((InvalidArgument, NotSmooth)) as raised:
        simulate(flow, ONE, [0.5, 0.25], end, **settings)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("follow", "message"),
    [
        (
            lambda: sign_flow(ONE, [0.5, 0.25], 1.0, decay=Decoupled("1/(1+t)")),
            "alpha must be a number in a simulation, got 1/(t + 1)",
        ),
        (lambda: certified_sign_flow(ONE, [0.5, 0.25], 1.0, decay=Decoupled("1/(1+t)")), "alpha must be a number in a simulation"),
        (
            lambda: certified_sign_arcs(Flow(Lq(1), Product(2), Decoupled("1/(1+t)")), ONE, [0.5, 0.25], 1.0),
            "alpha must be constant for this solver, got 1/(t + 1); leave out method and digits",
        ),
        (
            lambda: sign_arcs(Flow(Lq(1), Product(2), Coupled("t")), ONE, [0.5, 0.25], 1.0),
            "alpha must be constant between jumps where decay is coupled, got t",
        ),
    ],
)
def test_functions_that_are_solvers_refuse_too(follow, message):
    with pytest.raises(InvalidArgument) as raised:
        follow()
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_batch_is_refused():
    with pytest.raises(InvalidArgument, match=r"alpha must be constant in a batch, got 1/\(t \+ 1\)"):
        simulate(Flow(Lq(2), Product(2), Decoupled("1/(1+t)")), ONE, [[[0.5], [0.25]]], 1.0)


@thinned("text", SCHEDULES, every=3)
@pytest.mark.parametrize("suffix", [".npz", ".json"])
def test_a_trajectory_is_saved_with_its_schedule(tmp_path, text, suffix):
    flow = Flow(Lq(2), Product(3), Decoupled(text))
    path = simulate(flow, TWO, UNEVEN, 1.0)
    path.save(tmp_path / f"path{suffix}")
    again = Trajectory.load(tmp_path / f"path{suffix}")
    assert again.flow == flow
    assert again.w.tobytes() == path.w.tobytes()
    assert [law.holds for law in again.invariants()] == [True, True]


def test_a_loss_of_ones_own_sees_no_time():
    """Callables depend on x alone; the rate at the start of a run that is split is that of its stretch."""
    loss = Callables(lambda x: float(((x - 1) ** 2).sum() / 2), lambda x: x - 1)
    first, second = (
        simulate(Flow(Lq(2), Product(2), Decoupled("1/(1+t)")), f, [0.5, 0.25], 1.0, method="dop853") for f in (loss, ONE)
    )
    np.testing.assert_allclose(first.w, second.w, atol=1e-10)
