"""Peaks of the decay that are far narrower than the steps: no solver misses them; one that is not told of them does."""

import math

import numpy as np
import pytest
import sympy
from thinning import thinned

from mirrortheory import Coupled, Decoupled, Flow, Lq, Product
from mirrortheory.decays import TIME as T
from mirrortheory.errors import NotSmooth
from mirrortheory.flows import Quadratic, schedules, simulate

R = sympy.Rational
FALLING = Quadratic([[1.0]], [0.0])
TWO = Quadratic([[1.0, 0.5], [0.2, 1.0]], [1.0, 1.5])
UNEVEN = [[0.5, 0.4], [0.3, 0.9], [0.8, 0.6]]
HALF = R(1, 2)
PEAKS = {
    "rational": 10**4 / (1 + 10**8 * (T - HALF) ** 2) ** 8,
    "Gaussian": 10**4 * sympy.exp(-(10**8) * (T - HALF) ** 2),
    "sech": 10**4 / sympy.cosh(10**4 * (T - R(1, 3))),
    "hidden": 10**6 * sympy.exp(-(10**12) * (T - R(217, 677)) ** 2),
    "two": 1 / (1 + T) + 10**4 * (sympy.exp(-(10**8) * (T - R(1, 7)) ** 2) + sympy.exp(-(10**10) * (T - R(4, 5)) ** 2)),
}


# exp(-A(1)) in closed form: what is left out beyond the ends is below 1e-50.
ROOT = np.sqrt(np.pi)
DECAYED = {
    "rational": np.exp(-np.pi * math.comb(14, 7) / 4**7),
    "Gaussian": np.exp(-ROOT),
    "sech": np.exp(-np.pi),
    "hidden": np.exp(-ROOT),
    "two": np.exp(-np.log(2) - ROOT - ROOT / 10),
}


@pytest.mark.parametrize("method", ["dop853", "dual"])
@pytest.mark.parametrize("decay", [Decoupled, Coupled])
@thinned("name", list(PEAKS), every=4)
def test_stated_errors_hold_after_a_peak(name, decay, method):
    """w' = -w - alpha w: w(1) = w(0) exp(-1 - A(1))."""
    if (method, decay) == ("dual", Coupled):
        return
    path = simulate(Flow(Lq(2), Product(1), decay(PEAKS[name])), FALLING, [1.0], 1.0, method=method)
    exact = np.exp(-1.0) * DECAYED[name]
    assert abs(path.w[-1, 0, 0] - exact) <= path.error[-1] < 2e-9


def test_two_runs_that_are_not_told_of_a_peak_agree_on_what_is_wrong(monkeypatch):
    monkeypatch.setattr(schedules, "parts", lambda rate, start, end: (start, end))
    path = simulate(Flow(Lq(2), Product(1), Decoupled(PEAKS["hidden"])), FALLING, [1.0], 1.0, method="dop853")
    assert abs(path.w[-1, 0, 0] - np.exp(-1.0) * DECAYED["hidden"]) > 10**6 * path.error[-1]


@thinned("name", ["rational", "Gaussian"], every=2)
def test_dop853_and_dual_follow_one_flow_through_a_peak(name):
    flow = Flow(Lq("3/2"), Product(3), Decoupled(PEAKS[name]))
    free, own = (simulate(flow, TWO, UNEVEN, 0.8, method=method) for method in ("dop853", "dual"))
    assert (np.abs(free.w - own.w) <= free.error[:, None, None] + own.error[:, None, None]).all()
    assert all(law.holds for law in (*free.invariants(), *own.invariants()))
    inside = np.linspace(0.4995, 0.5005, 41)  # the weights between the times are right too
    assert max(np.abs(free.at(t) - own.at(t)).max() for t in inside) <= 2 * (free.error[-1] + own.error[-1])


@pytest.mark.slow
@pytest.mark.parametrize("name", ["rational", "sech"])
def test_sign_flow_through_a_peak(name):
    """w' = -1 - alpha w from 2: w(t) = exp(-A(t)) (2 - int_0^t exp(A)), where A is 0 before the peak and all of A after it."""
    place, end = {"rational": (1 / 2, 0.6), "sech": (1 / 3, 0.35)}[name]
    path = simulate(Flow(Lq(1), Product(1), Decoupled(PEAKS[name])), FALLING, [2.0], end)
    exact = (2 - place) * DECAYED[name] - (end - place)
    width = 2e-3  # of the peak, in which A is neither 0 nor that at the end
    assert path.w[-1, 0, 0] == pytest.approx(exact, abs=width)


def test_a_peak_that_leads_a_sliding_weight_away_is_not_missed():
    """At x = 1 the control is alpha: in the peak it is above 1, so that the weight leaves, and comes back later."""
    peak = 20 * sympy.exp(-(10**6) * (T - R(2, 3)) ** 2)
    path = simulate(Flow(Lq(1), Product(1), Decoupled(peak)), Quadratic([[1.0]], [1.0]), [0.5], 1.0)
    assert [event.kind for event in path.events][:3] == ["slide", "leave", "slide"]
    assert path.events[1].time == pytest.approx(2 / 3 - np.sqrt(np.log(20)) * 1e-3, abs=1e-6)


def test_a_peak_beyond_the_rounding_of_times_is_refused():
    flow = Flow(Lq(2), Product(1), Decoupled(10**16 / (1 + 10**32 * (T - R(1, 3)) ** 2)))
    with pytest.raises(NotSmooth, match=r"near t = 0\.3333.*, narrower than the rounding of times; end before it$"):
        simulate(flow, FALLING, [1.0], 1.0, method="dop853")
