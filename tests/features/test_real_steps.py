"""Measured prices: the bound of gradient descent is met, and rates that pass by do not count."""

from fractions import Fraction

import numpy as np
from thinning import thinned

from mirrortheory.features.real_steps import PARTS, line, positive_regression, price, prices, steps_to_arrive
from mirrortheory.flows import GradientDescent, SignDescent
from mirrortheory.saddles import fewest_stable_steps


@thinned(("depth", "start"), [(2, "1/10"), (2, "1/1000"), (3, "1/10"), (3, "1/50"), (4, "1/10")], every=5)
def test_gradient_descent_needs_the_steps_of_the_bound_and_is_near_it(depth, start):
    loss, target = line()
    found = prices(loss, target, depth, float(Fraction(start)), 0.5, 2000)["gradient descent"]
    bound = fewest_stable_steps(depth, start=start, reach="1/2")
    assert found is not None
    assert bound <= found[0] <= 1.1 * bound + 1


def test_no_rate_below_the_limit_beats_the_bound():
    loss, _ = line()
    bound = fewest_stable_steps(3, start="1/20", reach="1/2")
    for part in np.linspace(0.1, 1, 19):
        steps = steps_to_arrive(GradientDescent(part * 2 / 3), loss, np.full((3, 1), 0.05), 0.5, 1000)
        assert steps is None or steps >= bound


def test_a_rate_that_passes_by_does_not_count():
    """Sign descent at the rate 1 goes from 1/10 to 11/10 and back; at 1/2 from L = 3 on it stays outside, at 1/10 it arrives."""
    loss, _ = line()
    start = np.full((3, 1), 0.1)
    assert steps_to_arrive(SignDescent(1.0), loss, start, 0.5, 300) is None
    assert steps_to_arrive(SignDescent(0.1), loss, start, 0.5, 300) == 7  # 0.8^3 > 1/2
    assert price(SignDescent, (0.1, 1.0), loss, start, 0.5, 300) == (7, 0.1)
    assert price(SignDescent, (1.0,), loss, start, 0.5, 300) is None


def test_sign_descent_does_not_see_the_start_and_gradient_descent_does():
    loss, truth = positive_regression(20, 10, 2, 0)
    near, far = (prices(loss, truth, 3, start, 0.5, 5000) for start in (1e-1, 1e-2))
    assert far["gradient descent"][0] > 5 * near["gradient descent"][0]
    assert far["sign descent"][0] <= near["sign descent"][0] + 3
    assert near["gradient descent"][1] in PARTS


def test_a_regression_has_a_target_without_signs_and_no_loss_there():
    loss, truth = positive_regression(30, 9, 3, 5)
    assert np.unique(truth).tolist() == [0, 1]
    assert loss.value(truth) < 1e-25
