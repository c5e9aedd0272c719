"""Steps from a small start: counts against walking, lengths against exact steps, ties that are not decided."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from thinning import thinned

from mirrortheory.errors import NotEvaluable
from mirrortheory.exact import Ball
from mirrortheory.exact.iteration import fewest_steps, step_length
from mirrortheory.exact.numbers import Exact

POWERS = st.integers(1, 6)


def walked(power, start, target):
    """The count, with fractions rounded down or up at 400 bits: both must agree."""
    counts = []
    for up in (0, 1):
        z, steps = start, 0
        while z < target:
            z, steps = z * (1 + z) ** power, steps + 1
            z = Fraction((z.numerator << 400) // z.denominator + up, 1 << 400)
        counts.append(steps)
    assert counts[0] == counts[1]
    return counts[0]


@given(POWERS, st.fractions(Fraction(1, 2000), Fraction(1, 3)), st.fractions(Fraction(1, 2), 1))
def test_counts_are_those_of_walking(power, start, target):
    expected = walked(power, start, target)
    found = fewest_steps(
        power, Exact(start.numerator, start.denominator), lambda: Ball(Exact(target.numerator, target.denominator))
    )
    assert found == expected


@thinned("power", range(1, 7), every=3)
def test_a_long_walk_is_counted(power):
    start = Fraction(1, 20_011)
    assert fewest_steps(power, Exact(1, 20_011), lambda: Ball(2).sqrt() / 2) == walked(power, start, Fraction(70710678118, 10**11))


@pytest.mark.parametrize("power", range(1, 7))
def test_one_step_back_is_one_step_more(power):
    start, target = Exact(1, 10**40), Exact(1, 3)
    further = target * (1 + target) ** power
    assert fewest_steps(power, start, lambda: Ball(further)) == fewest_steps(power, start, lambda: Ball(target)) + 1


@pytest.mark.parametrize("power", range(1, 7))
def test_counts_grow_by_one_where_the_start_is_passed(power):
    """Starts a little before and behind a step of another start: the counts differ by that step."""
    first = Exact(1, 10**30)
    second = first * (1 + first) ** power
    count = fewest_steps(power, first, lambda: Ball(1) / 2)
    assert fewest_steps(power, second, lambda: Ball(1) / 2) == count - 1


@pytest.mark.parametrize("start", [Exact(1, 10**6), Exact(1, 7)])
def test_a_tie_is_not_decided(start):
    target = start * (1 + start) ** 3
    with pytest.raises(NotEvaluable, match="is not decided; move one of them a little"):
        fewest_steps(3, start, lambda: Ball(target) + Ball(0, 1e-300))


@given(POWERS, st.fractions(Fraction(11, 10), 1000), st.integers(1, 8))
def test_lengths_lead_to_the_end(power, ratio, steps):
    found = step_length(power, Exact(ratio.numerator, ratio.denominator), steps, 12)
    ends = []
    for side in (found.lower(), found.upper()):
        top, exponent = (int(part) for part in side.mid().man_exp())
        v, k = Fraction(1), Fraction(top) * Fraction(2) ** exponent
        for _ in range(steps):
            v += k * v**power
            v = Fraction(round(v * 2**300), 2**300)
        ends.append(v)
    assert ends[0] < ratio < ends[1]
    assert found.rad() < found.mid() * Ball(10) ** -11
