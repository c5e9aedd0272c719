"""Arguments of predictions: fractions as text, sums that nothing uses, digits and sizes that are out of reach."""

import numpy as np
import pytest

from mirrortheory import Flow, InvalidArgument, Lq, Product, Quadratic, decay_limit, implicit_bias, max_margin
from mirrortheory.bias.regression import enclosures, sign_events
from mirrortheory.decays import Coupled
from mirrortheory.saddles import saddle_to_saddle

DATA = Quadratic([[1.0, 2.0]], [3.0])


@pytest.mark.parametrize(
    ("problem", "initial", "t_end"),
    [
        (Quadratic([["1/2", 0], [0, 2]], [1, 1]), [[1, 1.5], [1, 1], [1, 1]], None),
        (Quadratic([[0.5, 0], [0, 2]], ["1", "2/2"]), [["1", "3/2"], ["2/2", 1], [1, "1"]], "20"),
    ],
)
def test_fractions_are_numbers_everywhere(problem, initial, t_end):
    flow = Flow(Lq(2), Product(3), Coupled("1/100"))
    plain = decay_limit(flow, Quadratic([[0.5, 0], [0, 2]], [1, 1]), initial=[[1, 1.5], [1, 1], [1, 1]], t_end=20)
    np.testing.assert_allclose(decay_limit(flow, problem, initial=initial, t_end=t_end).x, plain.x, rtol=1e-12)
    with pytest.raises(InvalidArgument, match="made of numbers"):
        Quadratic([["1/0", 1]], [1])


@pytest.mark.parametrize(("q", "Z"), [(2, [[1.0, 2.0]]), ("3/2", [[1.0, 2.0]]), (2, [[1.0, 0.0], [0.0, 2.0]])])
def test_class_sums_that_no_rule_asks_for_are_refused(q, Z):
    with pytest.raises(InvalidArgument, match="class_sums must be absent where the rule '.*' holds"):
        implicit_bias(Flow(Lq(q), Product(2)), Quadratic(Z, [3.0] * len(Z)), [[1, 2], [2, 1]], class_sums=[1.0])


def test_digits_have_a_cap_and_a_time(monkeypatch):
    with pytest.raises(InvalidArgument, match="digits must be an integer from 1 to 1000"):
        implicit_bias(Flow(Lq(2), Product(2)), DATA, [[1, 2], [2, 1]], digits=10_000)
    monkeypatch.setattr(enclosures, "SECONDS", -1.0)
    monkeypatch.setattr(sign_events, "SECONDS", -1.0)
    mixed = Quadratic([[1.0, 2.0, 0.5], [1.0, -1.0, 1.0]], [2.0, 1.0])
    for q, problem in ((2, mixed), ("3/2", Quadratic([[1.0, 2.0, 3.0]], [1.0])), (1, mixed)):
        with pytest.raises(InvalidArgument, match="digits must be reached within"):
            implicit_bias(Flow(Lq(q), Product(1)), problem, [[0.5, 0.25, 0.125]], digits=20)


@pytest.mark.parametrize("size", [1e-300, 1e-200, 1e200])
def test_jumps_of_data_of_any_size_are_those_of_size_one(size):
    path, plain = (saddle_to_saddle(Quadratic([[2 * s, s], [s, 0]], [2, -1])) for s in (size, 1.0))
    assert [plateau.signs for plateau in path.plateaus] == [plateau.signs for plateau in plain.plateaus]
    assert [float(t / path.times[0]) for t in path.times] == pytest.approx([float(t / plain.times[0]) for t in plain.times])


def test_data_that_cannot_be_separated_are_told_in_numbers():
    with pytest.raises(InvalidArgument, match=r"for some lambda >= 0 \(to three digits, row 0: 0.715, row 1: 0.252, row 2") as no:
        max_margin(([[0.1, 0.2], [-0.3, -0.7], [0.123, 1], [0.1, -2]], [1, 1, 1, 1]), exponent=1)
    assert "gordan" not in str(no.value)
