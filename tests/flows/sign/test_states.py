"""The states of a sign flow and the functions that take one to the next, one by one."""

from dataclasses import replace

import numpy as np
import pytest
import sympy

from mirrortheory.exact import Undecided, as_ball, exact
from mirrortheory.flows import Quadratic, Scalar
from mirrortheory.flows.sign.certified_steps import Indeterminate
from mirrortheory.flows.sign.event_driven import states
from mirrortheory.flows.sign.polynomial import certified_decision
from mirrortheory.flows.sign.polynomial.certified_events import first_event as certified_first_event
from mirrortheory.flows.sign.polynomial.certified_state import System as CertifiedSystem
from mirrortheory.flows.sign.polynomial.certified_state import advance as certified_advance
from mirrortheory.flows.sign.polynomial.double_decision import by_box, by_rank_one, decide, start
from mirrortheory.flows.sign.polynomial.double_events import first_event
from mirrortheory.flows.sign.polynomial.double_state import System, advance
from mirrortheory.flows.sign.smooth import certified_state, double_state
from mirrortheory.flows.sign.smooth.ball_components import BallCoordinates
from mirrortheory.flows.sign.smooth.clocks import ConstantRate
from mirrortheory.flows.sign.smooth.components import Coordinates, Layers
from mirrortheory.flows.sign.smooth.panels import Mesh


@pytest.fixture(autouse=True)
def _quiet():
    """NaN say that there is no root, as in sign_flow."""
    with np.errstate(divide="ignore", invalid="ignore"):
        yield


def started(Z, b, weights, t_end=2.0, alpha=0.0):
    return decide(*start(System(Quadratic(Z, b), np.array(weights, dtype=float), alpha, t_end)))


def contents(state):
    """Every array of a state, as bytes, and all else as text."""
    if isinstance(state, tuple):
        return tuple(map(contents, state))
    if isinstance(state, np.ndarray):
        return state.tobytes()
    return contents((state.columns, state.inverse)) if hasattr(state, "inverse") else repr(state)


# In doubles, on a quadratic loss ----------------------------------------------------------------------------------------


def test_first_event_is_where_the_gradient_vanishes():
    """(1/2 + t)(1/4 + t) = 1; the start is free and moves up."""
    state = started([[1.0]], [1.0], [[0.5], [0.25]])
    assert state.signs.sigma.tolist() == [-1]
    assert state.sliding.span.columns.size == 0
    end = first_event(state)
    assert (end.hits, end.exits, end.zeros, end.final) == ([0], [], [], False)
    assert end.length == pytest.approx((np.sqrt(1 / 16 + 4) - 1 / 4) / 2 - 1 / 4, rel=1e-15)


def test_first_event_is_a_zero_of_x_where_that_comes_first():
    end = first_event(started([[1.0]], [1.0], [[0.5], [-0.25]]))
    assert (end.length, end.hits, end.zeros) == (0.25, [], [0])


def test_first_event_is_the_end_of_the_flow_where_nothing_happens():
    end = first_event(started([[1.0]], [1.0], [[0.5], [0.25]], t_end=0.125))
    assert (end.length, end.happens, end.final) == (0.125, False, True)


def test_arc_under_decay_ends_where_its_clock_has_run_once():
    state = started([[1.0]], [100.0], [[0.5], [0.25]], t_end=20.0, alpha=0.5)
    end = first_event(state)
    assert (end.length, end.happens, end.final) == (2.0, False, False)
    assert advance(state, end).point.time == pytest.approx(np.log(2) / 0.5)


def test_advance_goes_to_the_event_and_leaves_the_state_as_it_was():
    state = started([[1.0]], [1.0], [[0.5], [-0.25]])
    before, end = contents(state), first_event(state)
    passed = advance(state, end)
    assert contents(state) == before
    assert (passed.point.time, passed.point.y.tolist(), passed.signs.side.tolist()) == (0.25, [0.0], [1.0])
    assert [event.kind for event in passed.events] == ["zero"]
    assert passed.polynomials is None
    after = decide(passed, end)
    assert after.arc.start == 0.25
    assert after.events == ()


def test_advance_holds_a_coordinate_at_a_saddle():
    state = started([[1.0]], [1.0], [[0.25], [-0.25]])
    held = advance(state, first_event(state))
    assert [event.kind for event in held.events] == ["saddle"]
    assert held.stuck == 1
    assert held.unique_until == 0.25
    assert "reaches a saddle" in held.notes[0].text


def test_start_holds_saddles_and_says_whose_gradient_vanishes():
    state, event = start(System(Quadratic(np.eye(3), [1, 1, 1]), np.array([[0.0, 2.0, 0.5], [0.0, 0.5, 0.25]]), 0.0, 1.0))
    assert [(e.kind, e.coordinates) for e in state.events] == [("saddle", (0,))]
    assert "starts at a saddle" in state.notes[0].text
    assert event.hits == [1]
    assert state.signs.sigma.tolist() == [0, 0, -1]
    assert [(e.kind, e.coordinates) for e in decide(state, event).events] == [("slide", (1,))]


def test_decide_slides_where_the_other_bound_would_cross_back_and_crosses_where_it_would_not():
    slides = started([[1.0]], [1.0], [[0.5], [0.25]])
    end = first_event(slides)
    after = decide(advance(slides, end), end)
    assert [event.kind for event in after.events] == ["slide", "rest"]
    assert after.sliding.span.columns.tolist() == [0]
    fast = started([[1.0, 5.0], [0.0, 9.0]], [3.25, 20.0], [[0.7, 0.5], [1.0, 1.0]], t_end=0.01)
    end = first_event(fast)
    after = decide(advance(fast, end), end)
    assert [(event.kind, event.coordinates) for event in after.events] == [("cross", (0,))]
    assert after.signs.released == ((0, 1),)


@pytest.mark.parametrize("seed", range(6))
def test_both_ways_to_decide_agree_and_no_step_changes_a_state(seed):
    rng = np.random.default_rng(seed)
    depth, d, alpha = 2 + seed % 3, 7, seed % 2 / 2
    weights = rng.uniform(0.2, 1.2, size=(depth, d)) * rng.choice([-1, 1], size=(depth, d))
    system, compared = System(Quadratic(rng.normal(size=(8, d)), rng.normal(size=8)), weights, alpha, 2.0), 0
    for state in states(*start(system), first_event, advance, decide):
        before = contents(state)
        end = first_event(state) if state.polynomials is not None else None
        if end is not None and end.happens:
            there = advance(state, end)
            hits, exits = end.hits, end.exits
            if len(hits) + len(exits) == 1 and not end.zeros:
                quick = by_rank_one(there, bool(hits), (hits or exits)[0])
                if quick is not None:
                    compared += 1
                    slow = by_box(there, hits, exits)
                    assert quick.signs.sigma.tolist() == slow.signs.sigma.tolist()
                    assert quick.events == slow.events
            assert contents(decide(there, end)) == contents(decide(there, end))
        assert contents(state) == before
    assert compared > 3


# In rationals and balls ---------------------------------------------------------------------------------------------------


def certified(Z, b, weights, end=2, alpha=0):
    rows = [[[exact(v) for v in row] for row in table] for table in (Z, weights)]
    return certified_decision.start(CertifiedSystem(rows[0], [exact(v) for v in b], rows[1], exact(alpha), exact(end)))


def test_certified_first_event_is_exact_for_rational_data():
    state = certified_decision.decide(*certified([[1]], [1], [["1/2"], ["-1/4"]]))
    end = certified_first_event(state)
    assert (end.length, end.zeros, end.hits) == (exact("1/4"), [0], [])
    there = certified_advance(state, end)
    assert (there.eta, there.y, there.polynomials) == (exact("1/4"), (0,), None)
    assert state.y == (exact("-1/4"),)
    assert [event.kind for event in there.events] == ["zero"]


def test_certified_choice_that_is_wrong_is_not_proved():
    """1 - x vanishes at the start, where x rests; moved off it, the gradient has the wrong sign."""
    state, event = certified([[1]], [1], [[2], ["1/2"]])
    assert event.hits == [0]
    for sigma in (1, -1):
        assert certified_decision.proved(replace(state, sigma=(sigma,), order=(1,)), [0]) is None
    assert certified_decision.proved(replace(state, sliding=(0,)), [0]) is not None
    after = certified_decision.decide(state, event)
    assert [e.kind for e in after.events] == ["slide", "rest"]
    assert after.resting


def test_certified_decision_ends_where_uniqueness_is_not_proved():
    state, event = certified([[1, 1, 0], [0, 0, 1]], [2, 4], [[2, 2, 1], ["1/2", "1/2", 1]])
    after = certified_decision.decide(state, event)
    assert after.arc is None
    assert "uniqueness is not proved" in after.notes[0].text
    with pytest.raises(Indeterminate, match="of rank 1"):
        certified_first_event(after)


def test_certified_states_of_data_and_start_alike_are_those_in_doubles():
    rng = np.random.default_rng(4)
    Z, b, weights = rng.integers(-4, 5, size=(4, 3)) / 4, rng.integers(-8, 9, size=4) / 4, rng.integers(1, 9, size=(2, 3)) / 8
    doubles = list(states(*start(System(Quadratic(Z, b), weights, 0.0, 2.0)), first_event, advance, decide))
    begin = certified(Z.tolist(), b.tolist(), weights.tolist())
    balls = list(states(*begin, certified_first_event, certified_advance, certified_decision.decide))
    assert [s.arc is None for s in balls] == [s.arc is None for s in doubles][: len(balls)]
    for one, other in zip(balls, doubles, strict=False):
        assert float(one.time.mid()) == pytest.approx(other.point.time, abs=1e-12)
        assert [float(as_ball(v).mid()) for v in one.y] == pytest.approx(other.point.y.tolist(), abs=1e-12)
        assert list(one.sigma) == other.signs.sigma.tolist()
        assert [(e.kind, e.coordinates) for e in one.events] == [(e.kind, e.coordinates) for e in other.events]


# On smooth losses ---------------------------------------------------------------------------------------------------------

COSH = Scalar(sympy.cosh(sympy.Symbol("x") - 1))


def smooth(problem, weights, alpha=0.0, layers=False, end=2.0):
    start = np.array(weights, dtype=float)
    components = Layers(problem, start, alpha) if layers else Coordinates(problem, start, ConstantRate(alpha))
    return double_state.decide(*double_state.start(components, Mesh(17, 1e-10), components.clock(end)))


def test_smooth_steps_reach_the_event_of_the_quadratic_loss():
    """f = cosh(x - 1) has the sign flow of (x - 1)^2."""
    state = smooth(COSH, [[0.5], [0.25]])
    assert (state.here.sigma.tolist(), state.limit, state.zeros) == ([-1], 2.0, ())
    end = double_state.first_event(state)
    while end.hit is None:
        state = double_state.decide(double_state.advance(state, end), end)
        end = double_state.first_event(state)
    before = state.here.z.copy()
    there = double_state.advance(state, end)
    assert there.undecided
    assert there.here.eta == pytest.approx((np.sqrt(1 / 16 + 4) - 1 / 4) / 2 - 1 / 4, rel=1e-14)
    assert state.here.z.tolist() == before.tolist()
    after = double_state.decide(there, end)
    assert [event.kind for event in after.events] == ["slide", "rest"]
    assert double_state.first_event(after) is None


def test_smooth_steps_hold_a_saddle_and_pass_a_simple_zero():
    for weights, kinds, sigma in (([[0.25], [-0.25]], ["saddle"], 0), ([[0.5], [-0.25]], ["zero"], -1)):
        state = smooth(COSH, weights)
        assert (state.limit, state.zeros) == (0.25, (0,))
        while not state.undecided:
            state = double_state.advance(state, double_state.first_event(state))
        assert [event.kind for event in state.events] == kinds
        assert state.here.z.tolist() == [0.0]
        assert state.here.sigma.tolist() == [sigma]


def test_certified_smooth_steps_return_what_is_proved_and_change_nothing():
    components = BallCoordinates(COSH, ((exact("1/2"),), (exact("1/4"),)), exact(0))
    state = certified_state.decide(*certified_state.start(components, as_ball(exact(2))))
    end = certified_state.first_event(state)
    assert (end.hits, end.zeros, dict(end.exits)) == ((0,), (), {})
    assert state.begun.pieces == ()
    assert end.arc.pieces
    there = certified_state.advance(state, end)
    assert there.arc is end.arc
    assert float(there.time.mid()) == pytest.approx(0.6327822185)
    assert [e.kind for e in certified_state.decide(there, end).events] == ["slide", "rest"]


def test_certified_smooth_choice_that_is_wrong_is_not_proved(monkeypatch):
    components = BallCoordinates(COSH, ((exact(2),), (exact("1/2"),)), exact(0))
    state, event = certified_state.start(components, as_ball(exact(1)))
    assert event.hits == (0,)
    monkeypatch.setattr(certified_state, "guess", lambda state, Z: {0: 1})
    with pytest.raises(Undecided, match="crossing or sliding of coordinate 0"):
        certified_state.decide(state, event)


def test_what_is_not_decided_on_an_arc_is_raised_once_its_pieces_are_kept():
    """Two coordinates that reach their targets together by chance: 0 + t = 1 = 2 - t."""
    components = BallCoordinates(COSH, ((exact(0), exact(2)),), exact(0))
    state = certified_state.decide(*certified_state.start(components, as_ball(exact(2))))
    end = certified_state.first_event(state)
    there = certified_state.advance(state, end)
    assert there.arc.pieces
    with pytest.raises(Undecided, match="are not separated"):
        certified_state.decide(there, end)
