"""Sign flow in doubles on columns that are nearly dependent: its error counts what doubles do not tell, against certified flows."""

import numpy as np
import pytest

from mirrortheory import Flow, Lq, Product, Quadratic, implicit_bias, simulate

NEAR = 2.0**-23
PROBLEMS = {
    "a tie of three coordinates": (
        Quadratic([[-1.5, 2, -2], [-1.5 - NEAR, 2 + 2 * NEAR, -2 - NEAR], [0.5, -1.5, 2]], [-2.25, -2.25 - 3.5 * NEAR, -0.25]),
        [[-0.375, -0.625, 0.25], [-0.625, -0.625, -0.125]],
    ),
    "one layer": (
        Quadratic(
            [[1.5, 1.5, 1, 1], [1.5 + 3 * NEAR, 1.5 - NEAR, 1, 1 + 2 * NEAR], [-1, -0.5, 1.5, -1]], [2.5, 2.5 + 7.5 * NEAR, -4]
        ),
        [[-0.875, -0.75, 0.875, 0.25]],
    ),
    "a column of zeros": (
        Quadratic(
            [[-1.5, 1.5, 1.5, 0], [-1.5 + 2 * NEAR, 1.5 - 3 * NEAR, 1.5 - NEAR, 0], [-1.5, -0.5, 1, -0.5]], [-2.25, -2.25, -0.125]
        ),
        [[0.375, 0.75, 0.625, -1]],
    ),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_error_covers_what_the_kernel_may_do(name):
    problem, weights = PROBLEMS[name]
    flow = Flow(Lq(1), Product(len(weights)))
    path, proved = (simulate(flow, problem, weights, 4.0, **given) for given in ({}, {"digits": 12}))
    off = np.abs(path.w[-1] - np.array(proved.w[-1], dtype=float)).max()
    assert off > 0.1, "what this is about"
    assert path.error[-1] > off
    assert path.error[8] < 1e-8, "before it"
    assert any("too near to dependent" in note for note in path.notes)
    assert "twice the time since" in path.how
    assert not path.unique


@pytest.mark.parametrize(
    ("Z", "b"),
    [([[1.0, 1.0]], [2.0]), ([[1.0, 0.0], [0.0, 2.0**-40]], [1.0, 2.0**-40]), ([[1.0, 2.0], [2.0, 4.0]], [3.0, 6.0])],
    ids=["dependent", "of other sizes", "dependent rows and columns"],
)
def test_exactly_dependent_columns_and_other_sizes_lose_nothing(Z, b):
    path = simulate(Flow(Lq(1), Product(2)), Quadratic(Z, b), [[0.5, 0.5], [0.25, 0.25]], 2.0)
    assert path.error[-1] < 1e-13
    assert "twice" not in path.how


def test_a_prediction_is_certified_where_doubles_do_not_tell():
    """Z itself is of good condition; two of its columns are nearly dependent."""
    problem = Quadratic([[0, NEAR, 2, 2], [2, 2, 0.5, 0], [-1, -1, 0.5, -1.5]], [-1.5, -1, -3])
    end = implicit_bias(Flow(Lq(1), Product(1)), problem, [[0.375, 0.375, -0.5, -0.25]])
    assert end.certificate.startswith("proved")
    assert end.error < 1e-11


@pytest.mark.parametrize(("size", "near"), [(1e-4, 1e-9), (1e-8, 1e-9), (1e-10, 1e-7)])
def test_which_of_two_near_columns_leaves_is_not_told_by_rounding(size, near):
    """Both gradients vanish within rounding of each other: one column crosses and the other slides, and doubles exchange them."""
    Z = np.array([[1 + near, 1 - near, 0.5], [1 + near, 1 + near, 1.0]])
    start = np.array([[-1.0, -1.0, 1e-6]])
    flow, problem = Flow(Lq(1), Product(1)), Quadratic(Z, Z @ (start[0] + size * np.array([0, 1, 1])))
    path, end = simulate(flow, problem, start, 10.0), implicit_bias(flow, problem, start)
    exact = np.array([float(v) for v in implicit_bias(flow, problem, start, digits=20).x])
    assert path.error[-1] > np.abs(path.x[-1] - exact).max() > 0.1 * size, "what this is about"
    assert end.certificate.startswith("proved")
    assert np.abs(end.x - exact).max() < 1e-14
