"""The method of batches: order conditions of the tableau, orders of the embedded errors, order of convergence."""

import itertools
import math

import numpy as np
import pytest

from mirrortheory.flows.batch import dop853 as lanes

# The method -----------------------------------------------------------------------------------------------------------


def trees(order):
    """All rooted trees with so many vertices, each a sorted tuple of its branches."""
    if order == 1:
        return {()}
    found = set()
    for size in range(1, order):
        for branch, rest in itertools.product(trees(size), trees(order - size)):
            found.add(tuple(sorted((*rest, branch))))
    return found


def vertices(tree):
    return 1 + sum(map(vertices, tree))


def density(tree):
    return vertices(tree) * math.prod(map(density, tree))


def stage_weights(tree):
    """The elementary weight of a tree at each stage, from the tableau."""
    product = np.ones(len(lanes.B))
    for branch in tree:
        product = product * (lanes.A @ stage_weights(branch))
    return product


def condition(tree):
    return lanes.B @ stage_weights(tree) - 1 / density(tree)


def test_tableau_has_order_eight_and_no_more():
    """The order conditions of all 200 rooted trees with at most eight vertices, and their failure beyond."""
    assert [len(trees(n)) for n in range(1, 9)] == [1, 1, 2, 4, 9, 20, 48, 115]
    assert max(abs(condition(tree)) for n in range(1, 9) for tree in trees(n)) < 1e-13
    assert max(abs(condition(tree)) for tree in trees(9)) > 1e-8


@pytest.mark.parametrize(("weights", "order"), [(lanes.E5, 5), (lanes.E3, 3)])
def test_embedded_errors_have_their_orders(weights, order):
    def seen(n):
        return max(abs(weights[:-1] @ stage_weights(tree)) for tree in trees(n))

    assert max(seen(n) for n in range(1, order + 1)) < 1e-13
    assert seen(order + 1) > 1e-6
    assert weights[-1] == 0


class Turning:
    """w'' = -w, as columns."""

    def velocity(self, w, h, out):
        out[0], out[1] = h * w[1], -h * w[0]

    def arguments(self, w):
        return None


def test_error_falls_with_the_eighth_power_of_the_step():
    start, times = np.array([0.0, 1.0]).reshape(2, 1, 1), np.array([0.0, 8.0])
    steps = np.array([1.0, 0.8, 0.5, 0.4])
    gaps = []
    for step in steps:  # so loose a tolerance that the longest step decides
        rows, _, codes = lanes.follow(
            lambda which: Turning(), start, times, np.array([0.5]), np.array([step / 8]), np.zeros(1, dtype=bool)
        )
        assert codes.tolist() == [0]
        gaps.append(np.hypot(rows[1, 0, 0, 0] - np.sin(8.0), rows[1, 1, 0, 0] - np.cos(8.0)))
    slope = np.polyfit(np.log(steps), np.log(gaps), 1)[0]
    assert 7.5 < slope < 9


# Independence of chunks and neighbours --------------------------------------------------------------------------------


SHAKEN = np.arange(30) % 2 == 0


class Growing(Turning):
    """w' = w - w^3, one number a lane."""

    def velocity(self, w, h, out):
        out[...] = h * (w - w * w * w)


def test_a_single_number_is_followed_as_among_many():
    start, times = np.random.default_rng(10).uniform(0.1, 2, (1, 1, 30)), np.array([0.0, 1.0, 5.0])
    together, _, _ = lanes.follow(lambda which: Growing(), start, times, np.full(30, 1e-9), np.ones(30), SHAKEN)
    for k in range(30):
        alone, _, _ = lanes.follow(lambda which: Growing(), start[..., [k]], times, np.full(1, 1e-9), np.ones(1), SHAKEN[[k]])
        assert np.array_equal(alone[..., 0], together[..., k])
