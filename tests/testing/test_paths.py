"""Laws along a path, as numbers: at most 1 for the flow that was followed, more for its neighbours."""

import numpy as np
import pytest

from mirrortheory import Coupled, Decoupled, Exp, Flow, Lq, NoDecay, PowerDifference, Product, Quadratic, simulate
from mirrortheory.testing.closed_forms import closed_forms
from mirrortheory.testing.paths import Path, energy_departure, gradient, growth, velocity

DATA = Quadratic([[1.0, 2.0], [0.5, 1.0]], [2.0, 1.0])


def followed(flow, start, end=0.5, **settings):
    return Path.of(simulate(flow, DATA, start, end, **settings))


@pytest.mark.parametrize(
    ("flow", "false"),
    [
        (Flow(Lq(2), Product(2)), Flow(Lq("199/100"), Product(2))),
        (Flow(Lq(2), Product(2), Decoupled("1/2")), Flow(Lq(2), Product(2))),
        (Flow(Lq(2), PowerDifference(2), Coupled("1/2")), Flow(Lq(2), PowerDifference(2), Coupled("51/100"))),
        (Flow(Lq(1), Product(2), Decoupled("1/2")), Flow(Lq(1), Product(2), Coupled("1/2"))),
    ],
    ids=["another exponent", "no decay", "another rate", "coupled"],
)
def test_energy_tells_a_flow_from_its_neighbours(flow, false):
    found = followed(flow, [[1.0, 0.5], [0.25, 0.5]])
    assert energy_departure(flow, DATA, found) <= 1 < energy_departure(false, DATA, found)


def test_gradient_and_velocity_are_those_of_the_loss_in_the_weights():
    w, h = np.array([[0.5, 0.25], [1.0, 2.0]]), 1e-6
    flow = Flow(Lq(2), PowerDifference(3), Decoupled("1/3"))
    value = lambda w: DATA.value(w[0] ** 3 - w[1] ** 3)  # noqa: E731
    slopes = np.array([[(value(w + h * e) - value(w - h * e)) / (2 * h) for e in row] for row in np.eye(4).reshape(2, 2, 2, 2)])
    assert gradient(flow, DATA)(w) == pytest.approx(slopes, rel=1e-6)
    assert velocity(flow, DATA)(w) == pytest.approx(-slopes - w / 3, rel=1e-6)


def test_near_solutions_part_no_faster_than_the_growth_says():
    flow, start = Flow(Lq(2), Exp()), np.array([[-0.5, 0.25]])
    one, two = (followed(flow, w, rtol=1e-10) for w in (start, start + 1e-5))
    parted = np.abs(one.w[-1] - two.w[-1]).max()
    assert parted <= 1e-5 * np.sqrt(2) * np.exp(growth(flow, DATA, one) * 0.5)
    backwards = np.abs(np.linalg.eigvals(DATA.Z.T @ DATA.Z)).max()  # at one layer the Jacobian is -Z^T Z
    assert growth(Flow(Lq(2), Product(1)), DATA, followed(Flow(Lq(2), Product(1)), start)) == pytest.approx(
        1.5 * backwards, rel=1e-6
    )


@pytest.mark.parametrize("case", closed_forms(), ids=lambda case: case.name)
def test_closed_forms_follow_their_field(case):
    field, h = velocity(case.flow, case.problem), 1e-5
    assert case.exact(0.0) == pytest.approx(np.array(case.start), rel=1e-14, abs=1e-14)
    for t in (0.1, 0.2, 0.4):
        slope = (case.exact(t + h) - case.exact(t - h)) / (2 * h)
        assert slope == pytest.approx(field(case.exact(t)), rel=1e-7)
        for decay in (Decoupled("1/3"), Coupled("1/4")):
            other = velocity(Flow(case.flow.geometry, case.flow.reparam, decay), case.problem)
            differs = slope != pytest.approx(other(case.exact(t)), rel=1e-7)
            assert differs or (case.flow.geometry.exponent == 1 and isinstance(decay, Coupled))


def test_closed_forms_are_of_every_kind():
    flows = [case.flow for case in closed_forms()]
    assert {flow.geometry.exponent for flow in flows} == {1, 2, Lq("3/2").q}
    assert {type(flow.decay) for flow in flows} == {NoDecay, Decoupled, Coupled}
