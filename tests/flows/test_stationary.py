"""Starts that stay, and starts whose velocity is below the range of doubles: the second are at no saddle and at no rest."""

import numpy as np
import pytest

from mirrortheory import Coupled, Decoupled, Flow, Lq, Product
from mirrortheory.errors import NotSmooth
from mirrortheory.flows import Quadratic, dual_flow, simulate

ONE = Quadratic([[1.0]], [1.0])
SLOW = (
    "coordinates (0,) have a velocity below the range of doubles, which is not 0: no saddle; scale the weights up to see them move"
)
UNDERFLOWS = [[1e-120] * 4, [0.0, 1e-200, 1e-200], [1e-200, 0.0, 1e-110, 1e-3]]


@pytest.mark.parametrize("start", UNDERFLOWS)
@pytest.mark.parametrize("decay", [None, Decoupled("1/(1+t)"), Coupled("1/10")])
def test_a_velocity_that_underflows_is_no_saddle(start, decay):
    flow = Flow(Lq(2), Product(len(start)), *([decay] if decay else []))
    path = simulate(flow, ONE, start, 10.0, method="dop853")
    assert path.events == ()
    assert not path.converged
    assert decay is not None or SLOW in path.notes


@pytest.mark.parametrize("start", [[0.0, 0.0, 1e-3], [0.0] * 4, [1e-200, 0.0, 0.0]])
def test_two_layers_that_are_zero_are_a_saddle(start):
    path = simulate(Flow(Lq(2), Product(len(start))), ONE, start, 10.0, method="dop853")
    assert [(event.kind, event.time, event.coordinates) for event in path.events] == [("saddle", 0.0, (0,))]
    assert path.converged
    assert SLOW not in path.notes


def test_one_coordinate_at_a_saddle_beside_one_that_is_slow():
    path = simulate(Flow(Lq(2), Product(4)), Quadratic([[1.0, 0.0], [0.0, 1.0]], [1.0, 1.0]), [[0.0, 1e-120]] * 4, 10.0)
    assert [(event.kind, event.coordinates) for event in path.events] == [("saddle", (0,))]
    assert any(note.startswith("coordinates (1,) have a velocity below") for note in path.notes)


def test_a_slow_start_with_digits_is_no_saddle():
    path = simulate(Flow(Lq(2), Product(4)), ONE, ["1e-120"] * 4, "10", digits=30)
    assert path.events == ()
    assert SLOW in path.notes
    beyond = simulate(Flow(Lq(2), Product(2)), ONE, ["1e-400"] * 2, "1", digits=30)  # no double holds the weights themselves
    assert beyond.events == ()


def test_what_doubles_would_miss_by_the_end_is_refused():
    """w' = w^3 from 1e-120 leaves at 5e239: to stay there to 1e250 would be wrong by 1."""
    flow = Flow(Lq(2), Product(4))
    assert simulate(flow, ONE, [1e-120] * 4, 1e200, method="dop853").w[-1, 0, 0] == pytest.approx(1e-120)
    with pytest.raises(NotSmooth, match=r"^the velocity of coordinates \(0,\) underflows, and is not 0; scale the weights up$"):
        simulate(flow, ONE, [1e-120] * 4, 1e250, method="dop853")


@pytest.mark.parametrize("q", [2, "3/2"])
def test_dual_calls_it_no_rest(q):
    path = dual_flow(Flow(Lq(q), Product(4)), ONE, [1e-120] * 4, 10.0)
    assert path.events == ()
    assert not path.converged
    np.testing.assert_allclose(path.w[-1, :, 0], 1e-120, rtol=1e-9)


def test_dual_refuses_what_it_would_miss():
    with pytest.raises(NotSmooth, match="the gradient of the loss underflows from t = 0 on"):
        dual_flow(Flow(Lq(2), Product(4)), ONE, [1e-120] * 4, 1e250)
    with pytest.raises(NotSmooth, match="the gradient of the loss underflows from t = 0 on"):
        dual_flow(Flow(Lq(2), Product(3)), ONE, [1e-200, 1e-200, 0.1], 10.0)  # no balance gives the second layer back


def test_dual_still_rests_at_a_minimum_whose_gradient_is_zero():
    path = dual_flow(Flow(Lq("3/2"), Product(2)), ONE, [1.0, 1.0], 1.0)
    assert [event.kind for event in path.events] == ["rest"]
    assert path.converged
