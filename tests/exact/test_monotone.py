"""Roots of monotone functions on every kind of interval: rising or falling, far out, next to an end, and at 0."""

import pytest

from mirrortheory.exact import Ball, precision
from mirrortheory.exact.monotone import monotone_root

END = Ball(3) / 2
TEN = Ball(10)
CASES = {
    "R": (lambda t: t**3, lambda t: 3 * t * t, None, None, lambda: (Ball(-2), TEN**200, -(TEN**101), TEN**-90)),
    "R, at 0 and 1": (lambda t: t.sinh(), lambda t: t.cosh(), None, None, lambda: (Ball(0), Ball(1), Ball(-1))),
    "from an end": (lambda t: (t - END).log(), lambda t: 1 / (t - END), END, None, lambda: (END + 1, END + TEN**-300, TEN**300)),
    "to an end": (lambda t: (END - t).log(), lambda t: -1 / (END - t), None, END, lambda: (END - 1, END - TEN**-300, -(TEN**300))),
    "between": (
        lambda t: (t / (1 - t)).log(),
        lambda t: 1 / (t * (1 - t)),
        Ball(0),
        Ball(1),
        lambda: (Ball(1) / 2, TEN**-200, 1 - TEN**-200, Ball(1) / 3),
    ),
}


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("name", CASES)
def test_roots_are_enclosed(name, sign):
    function, slope, low, high, roots = CASES[name]
    with precision(2500):
        for root in roots():
            target = sign * function(root)
            found = monotone_root(lambda t: sign * function(t), lambda t: sign * slope(t), target, low, high)
            assert found.overlaps(root)
            assert found.rad() < Ball(2) ** -1400 * abs(root).max(Ball(1))


def test_a_value_that_is_not_reached_has_no_root():
    with precision(200):
        assert not monotone_root(lambda t: t.exp(), lambda t: t.exp(), Ball(-1), None, None).is_finite()
        assert not monotone_root(lambda t: t, lambda t: Ball(0), Ball(1), None, None).is_finite()
