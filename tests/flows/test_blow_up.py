"""Faults and their times: blow-up, singularities, losses that turn NaN, starts at saddles."""

import re

import mpmath
import numpy as np
import pytest
import sympy
from scipy.integrate import quad
from thinning import thinned

from mirrortheory import Flow, Lq, NoDecay, Product
from mirrortheory.errors import NotSmooth
from mirrortheory.flows import Callables, Exponential, Quadratic, Scalar, simulate
from mirrortheory.flows.smooth.dop853 import blow_up
from mirrortheory.reparams import Exp

X = sympy.Symbol("x")
FALLING = Scalar(-X)
TARGET = Quadratic([[1.0]], [1.0])


def product(q, depth=2, decay=NoDecay()):
    return Flow(Lq(q), Product(depth), decay)


@thinned(("depth", "q", "start"), [(3, 2, 0.5), (3, 2, 0.1), (4, 2, 0.7), (6, 2, 0.9), (4, "3/2", 0.5)], every=5)
def test_blow_up_is_an_event_at_the_time_of_theory(depth, q, start):
    """Balanced, constant slope -1: T = x0^(1-m) / (L (m - 1)), m = q (L - 1)/L > 1."""
    m = float(sympy.Rational(q)) * (depth - 1) / depth
    expected = start ** (depth * (1 - m)) / (depth * (m - 1))
    path = simulate(product(q, depth), FALLING, [start] * depth, 10 * expected)
    (event,) = path.events
    assert (event.kind, event.coordinates, path.converged) == ("blow-up", (0,), False)
    assert event.time == pytest.approx(expected, rel=1e-6)
    assert path.t[-1] == pytest.approx(0.999 * expected)
    assert len(path.t) == 65
    assert any("blows up" in note for note in path.notes)
    np.testing.assert_allclose(path.y[:, 0], path.t - event.time, rtol=1e-4, atol=1e-5 * expected)  # y' = 1, y(T) = R'(oo) = 0


@thinned("rtol", [1e-5, 1e-9], every=2)
@thinned(
    ("depth", "q", "start"),
    [(3, 2, 0.5), (4, 2, 0.7), (6, 2, 0.3), (4, "3/2", 0.5), (6, "3/2", 0.8), (3, "7/4", 0.4), (7, "5/4", 0.9)],
    every=7,
)
def test_the_error_of_a_blow_up_time_covers(depth, q, start, rtol):
    """dw/dt = w^r, r = (q - 1)(L - 1) > 1: T = w0^(1-r)/(r - 1)."""
    r = (sympy.Rational(q) - 1) * (depth - 1)
    expected = float(sympy.Rational(str(start)) ** (1 - r) / (r - 1))
    (event,) = simulate(product(q, depth), FALLING, [start] * depth, 3 * expected, rtol=rtol, method="dop853").events
    assert abs(event.time - expected) <= event.error < 100 * rtol * expected
    found = blow_up(product(q, depth), FALLING, np.full((depth, 1), start), 3 * expected, rtol=rtol)
    assert (found.time, found.error) == (event.time, event.error)
    assert blow_up(product(q, depth), FALLING, np.full((depth, 1), start), 0.99 * expected) is None


@thinned("seed", range(4), every=3)
def test_the_error_of_a_blow_up_time_of_unbalanced_layers_covers(seed):
    """T = int_s0^oo P^(-(q-1)/q) ds / q, as dy/dt = 1."""
    rng = np.random.default_rng(seed)
    depth, q = [(3, 2.0), (4, 1.75), (5, 1.5), (4, 2.0)][seed]
    w = rng.uniform(0.3, 1.0, size=depth)
    s0 = float((w**q).min())

    def pace(u):  # s = s0 + u^k/(1 - u)^k is smooth enough at both ends for k = 8
        s = s0 + (u / (1 - u)) ** 8
        weight = 8 * (u / (1 - u)) ** 7 / (1 - u) ** 2
        return mpmath.fprod(s + float(v) for v in w**q - s0) ** (-(q - 1) / q) * weight / q

    expected = float(mpmath.quad(pace, [0, 0.25, 0.5, 0.75, 1]))
    (event,) = simulate(product(sympy.Rational(q), depth), FALLING, w, 3 * expected, method="dop853").events
    assert abs(event.time - expected) <= event.error < 1e-7 * expected


def test_blow_up_of_unbalanced_layers_is_at_the_integral_of_theory():
    """T = int dx / P'(s(x)) = int_s0^oo ds / (2 sqrt P(s)) at q = 2, slope -1; the other coordinate is still."""
    w = np.array([0.3, 0.5, 0.9])
    excess = w**2 - w.min() ** 2
    expected = quad(lambda r: 1 / np.sqrt(np.prod(r * r + excess[1:])), w.min(), np.inf)[0]  # s = r^2
    path = simulate(product(2, 3), Callables(lambda x: -x[0], lambda x: np.array([-1.0, 0.0])), np.stack([w, w], axis=1), 99.0)
    (event,) = path.events
    assert (event.kind, event.coordinates) == ("blow-up", (0,))
    assert event.time == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    ("problem", "start", "when"),
    [
        (Scalar(sympy.sqrt(1 - X)), 0.5, 0.47),  # x' = 1/(2 sqrt(1 - x)): an infinite velocity at a finite x
        (Scalar(sympy.log(X)), 0.5, 0.125),  # x' = -1/x
        (Scalar(-((1 - X) ** -4) / 4), 0.5, 0.5**6 / 6),  # x' = (1 - x)^-5: a velocity like (T - t)^(-5/6)
    ],
)
def test_singularity_at_bounded_weights_is_no_blow_up(problem, start, when):
    with pytest.raises(NotSmooth, match="cannot be followed past t = ") as error:
        simulate(product(2, 1), problem, [start], 3.0)
    assert float(re.search(r"t = ([0-9.]+)", str(error.value))[1]) == pytest.approx(when, rel=1e-2)


def test_logarithmic_blow_up_is_found():
    """x = exp(w), q = 2, f' = -1/x^(1/2): w' = exp(w/2), w = -2 log(1 - t/2)."""
    path = simulate(Flow(Lq(2), Exp()), Scalar(-2 * sympy.sqrt(X)), [0.0], 5.0)
    assert [event.kind for event in path.events] == ["blow-up"]
    assert path.events[0].time == pytest.approx(2.0, rel=1e-6)


def test_fast_growth_is_no_blow_up():
    path = simulate(product(2, 1), Scalar(-(X**2) / 2), [1.0], 30.0)
    assert path.events == ()
    assert path.x[-1, 0] == pytest.approx(np.exp(30.0), rel=1e-6)


@pytest.mark.parametrize("q", [2, "3/2"])
def test_loss_that_turns_nan_is_named_with_its_time(q):
    def value(x):
        return float(-x[0]) if x[0] < 0.9 else np.nan

    with pytest.raises(NotSmooth, match=r"the loss is NaN or overflows at t = 0\.4"):
        simulate(product(q, 1), Callables(value, lambda x: -np.ones(1)), [0.5], 1.0)


def test_gradient_that_turns_nan_is_named_with_its_time():
    def gradient(x):
        return np.array([-1.0 if x[0] < 0.9 else np.nan])

    with pytest.raises(NotSmooth, match=r"past t = 0\.(4|39999).*the loss or its gradient is NaN or overflows there"):
        simulate(product(2, 1), Callables(lambda x: float(-x[0]), gradient), [0.5], 1.0)


def test_loss_that_overflows_at_the_start_is_refused():
    with pytest.raises(NotSmooth, match="the loss is NaN or overflows at the start, t = 0; start where it is finite"):
        simulate(product(2), Exponential([[1.0]], [-1]), [30.0, 30.0], 1.0)


@pytest.mark.parametrize("settings", [{}, {"method": "dual"}, {"digits": 30}])
def test_start_at_a_saddle_is_said(settings):
    path = simulate(product(2), TARGET, [0.0, 0.0], 1.0, **settings)
    assert [(event.kind, event.time, event.coordinates) for event in path.events] == [("saddle", 0.0, (0,))]
    assert path.converged
    assert (path.w == 0).all()
    assert any("saddle" in text for text in (*path.notes, path.method))


@pytest.mark.parametrize("q", [1, "3/2"])
def test_start_at_a_saddle_is_said_below_q_two(q):
    path = simulate(product(q), TARGET, [0.0, 0.0], 1.0)
    assert "saddle" in {event.kind for event in path.events}
    assert (path.w == 0).all()


def test_one_coordinate_at_a_saddle_does_not_stop_the_other():
    path = simulate(product(2), Scalar((X - 1) ** 2 / 2), [[0.0, 0.5], [0.0, 0.1]], 1.0)
    assert [(event.kind, event.coordinates) for event in path.events] == [("saddle", (0,))]
    assert not path.converged
    assert path.x[-1, 1] > 0.2


def test_start_at_rest_is_told_from_a_maximum():
    rest, top = (simulate(product(2, 1), Scalar(sign * X**2), [0.0], 1.0) for sign in (1, -1))
    assert [event.kind for event in (*rest.events, *top.events)] == ["rest", "saddle"]
    assert rest.converged
    assert top.converged
    assert simulate(product(2), TARGET, [0.0, 0.5], 1.0).events == ()  # one zero layer is no saddle
