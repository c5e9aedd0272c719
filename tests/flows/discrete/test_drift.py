"""How far Adam moves a balance: against Adam in forty digits, and against the law where it applies."""

from fractions import Fraction
from math import log

import pytest
from thinning import thinned

from mirrortheory.errors import InvalidArgument
from mirrortheory.flows.discrete.drift import drift_of_adam


@thinned(("beta1", "beta2"), [(0.0, 0.9), (0.5, 0.9), (0.9, 0.99), (0.99, 0.9), (0.9, 0.999), (0.95, 0.999)], every=3)
def test_measured_over_predicted_is_within_a_percent_where_layers_move_little_in_a_memory(beta1, beta2):
    eta = 0.5 * 0.004 * (1 - max(beta1, beta2))
    drift = drift_of_adam(eta, beta1, beta2)
    print(f"betas {beta1}, {beta2}, eta = {eta:g}: {drift.measured / drift.predicted:.4f}")
    assert drift.part < 0.005
    assert abs(drift.measured / drift.predicted - 1) < 0.01


def test_what_is_left_out_falls_with_the_step():
    gaps = [abs(d.measured / d.predicted - 1) for d in (drift_of_adam(eta, 0.9, 0.99) for eta in (1e-3, 1e-4, 1e-5))]
    assert gaps[0] > 4 * gaps[1] > 16 * gaps[2]


def test_the_larger_layer_gains_where_squares_are_remembered_for_longer():
    assert drift_of_adam(1e-4, 0.5, 0.9).measured > 0
    assert drift_of_adam(1e-4, 0.9, 0.5).measured < 0
    assert drift_of_adam(1e-4, 0.5, 0.9, start=(0.5, 1.0)).measured < 0


def test_the_measured_move_is_that_of_adam_in_forty_digits():
    """At beta_2 = 0, where the root is rational: the direction is the mean over the newest gradient."""
    eta, beta = Fraction(1, 64), Fraction(1, 2)
    sizes, means = [Fraction(1), Fraction(1, 2)], [Fraction(0), Fraction(0)]
    for k in range(1, 21):
        pulls = [sizes[1], sizes[0]]
        means = [beta * m + (1 - beta) * g for m, g in zip(means, pulls, strict=True)]
        sizes = [(w + eta * m / (1 - beta**k) / g).limit_denominator(10**40) for w, m, g in zip(sizes, means, pulls, strict=True)]
    drift = drift_of_adam(1 / 64, 0.5, 0.0)
    assert drift.steps == 20
    assert drift.measured == pytest.approx(float(sizes[0] - sizes[1] - Fraction(1, 2)), rel=1e-11)


def test_a_long_run_moves_the_balance_by_the_fall_of_a_logarithm():
    """At short memories ten of them are few steps: their sum of lags is that of the steady rate less what is left of the start."""
    eta, tau = 1e-5, 999 - 9
    drift = drift_of_adam(eta, 0.9, 0.999)
    fall = log(2) - log((1 + drift.steps * eta) / (0.5 + drift.steps * eta))
    assert 0 < drift.predicted < eta * tau * fall
    assert drift.predicted > 0.8 * eta * tau * fall


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: drift_of_adam(1e-3, 0.9, 0.9), "beta2 must be other than beta1, got 0.9"),
        (lambda: drift_of_adam(1e-3, 0.9, 1.0), "beta2 must be in [0, 1), got 1.0"),
        (lambda: drift_of_adam(0.0, 0.9, 0.99), "eta must be a finite step > 0, got 0.0"),
        (lambda: drift_of_adam(1e-3, 0.9, 0.99, start=(1.0, 1.0)), "start must be two positive sizes that differ"),
        (lambda: drift_of_adam(1e-3, 0.9, 0.99, start=(1.0, 0.0)), "start must be two positive sizes that differ"),
        (lambda: drift_of_adam(1e-3, 0.9, 1 - 1e-7), "betas must be at most 0.99999, got 0.9999999"),
        (lambda: drift_of_adam(1e-12, 0.9, 0.99), "eta must be a step at which the drift is above rounding errors, got 1e-12"),
        (lambda: drift_of_adam(1e-3, 0.9, 0.99, start=(1.0,)), "start must be two positive sizes that differ"),
    ],
)
def test_refusals_are_one_line(call, message):
    with pytest.raises(InvalidArgument) as error:
        call()
    assert message in str(error.value)
    assert "\n" not in str(error.value)
