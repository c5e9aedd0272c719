"""Covers and enclosures on boxes: where halving cannot tell more it ends, and no part of a box is lost."""

import pytest
import sympy

from mirrortheory.exact import boxes, cover_positive, widest_enclosure

R = sympy.Rational
X, Y = sympy.symbols("x y", real=True)


@pytest.fixture
def looked_at(monkeypatch):
    seen, enclosing = [], boxes.enclosing
    monkeypatch.setattr(boxes, "enclosing", lambda low, high: seen.append((low, high)) or enclosing(low, high))
    return seen


@pytest.mark.parametrize("zero", [R(1, 3), R(0), R(-5, 7), R(1)], ids=str)
def test_a_zero_ends_the_search_where_a_ball_is_a_point(zero, looked_at):
    touching = (X - zero) ** 2 * sympy.exp(X)
    assert cover_positive(touching, (X,), ((R(-1), R(1)),)) is None
    assert len(looked_at) < 5000
    assert cover_positive(touching + R(1, 10**6), (X,), ((R(-1), R(1)),)) is not None


def test_what_is_positive_by_little_near_zero_is_still_proved():
    assert cover_positive(X + R(1, 10**300), (X,), ((R(0), R(1)),)) is not None
    assert cover_positive(X, (X,), ((R(1, 10**300), R(1)),)) is not None


@pytest.mark.parametrize("width", [R(1, 2**k) for k in (3, 125, 127, 128, 129, 400)], ids=str)
@pytest.mark.parametrize("low", [R(1), R(3, 2), R(-2), R(0)], ids=str)
def test_no_part_of_a_thin_box_is_lost(low, width):
    box = ((low, low + width), (R(0), R(1)))
    found = widest_enclosure(X + Y, (X, Y), box)
    for corner in (low, low + width, low + width + 1):
        assert found.contains(boxes.ball(corner))
    assert not found.contains(boxes.ball(low + width + 2))
