"""First roots are enclosed, proved simple, never passed by, and what balls cannot separate is said to be undecided."""

import flint
import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mirrortheory.exact import Ball, Undecided, as_ball, current_bits, exact, first_root, polynomial, precision, simple_root


def expanded(roots, scale=1):
    """Coefficients of scale prod (t - r), exact."""
    c = [exact(scale)]
    for r in roots:
        c = [low * -exact(r) + high for low, high in zip([*c, exact(0)], [exact(0), *c], strict=True)]
    return c


def as_balls(c):
    return [as_ball(v) + Ball(0, 2.0 ** (20 - current_bits())) for v in c]


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.integers(-40, 40).filter(lambda r: r not in (0, 32)), min_size=1, max_size=6, unique=True), st.sampled_from([1, -3])
)
def test_the_first_root_is_found_among_many(roots, scale):
    """Integer roots over 16, on (0, 2]: simple, so balls find the smallest positive one, as exact arithmetic does."""
    places = [f"{r}/16" for r in roots]
    positive = sorted(r for r in roots if 0 < r <= 32)
    with precision(200):
        for c in (expanded(places, scale), as_balls(expanded(places, scale))):
            found = first_root(c, Ball(2))
            if not positive:
                assert found is None
                continue
            assert as_ball(found.time).contains(exact(f"{positive[0]}/16"))
            assert as_ball(found.time).rad() < 1e-30
            assert not any(as_ball(found.time).overlaps(as_ball(exact(f"{r}/16"))) for r in positive[1:])


def test_fifty_digits_against_mpmath():
    c = [exact(v) for v in (-1, 3, 0.5, -2, 1)]
    local = mpmath.mp.clone() if hasattr(mpmath.mp, "clone") else mpmath.MPContext()
    local.dps = 70
    reals = [
        r.real for r in local.polyroots([1, -2, 0.5, 3, -1], maxsteps=200, extraprec=200) if abs(r.imag) < 1e-40 and r.real > 0
    ]
    with precision(200):
        found = first_root(c, Ball(4))
        assert found.multiplicity == 1
        assert abs(as_ball(found.time) - Ball(local.nstr(min(reals), 60))) < 1e-50
        assert as_ball(found.time).rad() < 1e-50


def test_a_double_root_is_exact_over_the_rationals_and_undecided_in_balls():
    double = expanded([1, 1, 3])
    with precision(200):
        root = first_root(double, Ball(4))
        assert (root.time, root.multiplicity) == (1, 2)
        with pytest.raises(Undecided, match="not simple") as caught:
            first_root(as_balls(double), Ball(4))
        assert caught.value.low < 1 < caught.value.high + Ball(2.0**-60)
        assert caught.value.low > 0.999


def test_irrational_double_root():
    """(t^2 - 2)^2 (t - 3)."""
    c = [exact(v) for v in (-12, 4, 12, -4, -3, 1)]
    root = first_root(c, Ball(4))
    assert root.multiplicity == 2
    assert as_ball(root.time).contains(Ball(2).sqrt())
    assert root.factor == flint.fmpq_poly([-2, 0, 1])


def test_close_roots_are_separated_as_soon_as_the_digits_allow():
    near = expanded([1, exact(1) + exact(2.0**-60)])
    with precision(64), pytest.raises(Undecided):
        first_root(as_balls(near), Ball(4))
    with precision(400):
        root = first_root(as_balls(near), Ball(4))
        assert as_ball(root.time).contains(1)
        assert not as_ball(root.time).contains(exact(1) + exact(2.0**-60))


def test_roots_of_different_polynomials_are_equal_when_their_factors_are():
    first = first_root([exact(v) for v in (6, -2, -3, 1)], Ball(2))  # (t^2 - 2)(t - 3)
    second = first_root([exact(v) for v in (-2, -2, 1, 1)], Ball(4))  # (t^2 - 2)(t + 1)
    other = first_root([exact(-2), exact(0), exact(1) + exact(2.0**-50)], Ball(4))
    assert first.factor == second.factor
    assert first.factor != other.factor


def test_leading_zeros_are_the_root_at_the_start_and_not_looked_for():
    assert first_root([exact(0), exact(-1), exact(2)], Ball(4)).time == exact("1/2")
    assert first_root([exact(0), Ball(0), Ball(-1), Ball(2)], Ball(4)).time.contains(Ball("0.5"))
    assert first_root([exact(0)] * 3, Ball(4)) is None
    with pytest.raises(Undecided, match="at the start"):
        first_root([Ball(0, 1e-9), Ball(-1), Ball(2)], Ball(4))


def test_a_root_at_the_end_counts_and_is_undecided_in_balls():
    assert first_root(expanded([2]), Ball(2)).time == 2
    assert first_root(expanded([2]), Ball(2) - Ball(2.0**-40)) is None
    with pytest.raises(Undecided):
        first_root(as_balls(expanded([2])), Ball(2))


def test_other_functions_have_simple_roots_too():
    with precision(150):
        root = simple_root(lambda t: (t.cos(), -t.sin()), Ball(9))
        assert (2 * root.time).contains(Ball.pi())
        assert simple_root(lambda t: (2 + t.cos(), -t.sin()), Ball(9)) is None


@settings(deadline=None, max_examples=20)
@given(st.lists(st.integers(-9, 9), min_size=2, max_size=6), st.integers(0, 64), st.integers(0, 64))
def test_values_and_slopes_of_a_ball_hold_those_of_its_points(c, start, place):
    low = Ball(start) / 16
    whole, point = low.union(low + 1), low + Ball(place) / 64
    values, slopes = polynomial([exact(v) for v in c])(whole)
    value, slope = polynomial([exact(v) for v in c])(point)
    assert values.overlaps(value)
    assert slopes.overlaps(slope)
    assert values.contains(value.mid())
