"""What rounding loses is in the stated error: tiny starts, whose balance is below the last bits of the weights on the way."""

import numpy as np
import pytest
import sympy
from thinning import thinned

from mirrortheory import Flow, Lq, Product, Quadratic, Scalar, Separable, simulate
from mirrortheory.errors import NotSmooth
from mirrortheory.flows.rounding import alike, signs
from mirrortheory.flows.smooth.compiled_system import NotCompiled

FLOW, LOSS = Flow(Lq(2), Product(2)), Quadratic([[2.0, 1.0], [1.0, 0.0]], [2.0, -1.0])  # x_1 starts up, and ends at -1
SIZES = (1e-6, 1e-8, 1e-10, 1e-12, 1e-16)


def start(a):
    return np.array([[0.0, 0.0], [a, a]])


def end(a):
    return 3.5 * np.log(1 / a)


def true_weights(a):
    """Weights by the dual equation, which knows the balance, and their error."""
    path = simulate(FLOW, LOSS, start(a), end(a), method="dual")
    assert path.error[-1] < 1e-6
    assert path.x[-1] == pytest.approx([-1, 4], abs=0.01)
    return path.w[-1]


@pytest.mark.parametrize("method", ["dop853", "heyoka"])
@thinned("a", SIZES, every=3)
def test_the_error_of_a_path_covers_what_it_lost(method, a):
    try:
        path = simulate(FLOW, LOSS, start(a), end(a), method=method)
    except NotCompiled:
        pytest.skip("the extra fast is not installed")
    assert np.abs(path.w[-1] - true_weights(a)).max() <= 1.001 * path.error[-1]


@pytest.mark.parametrize("method", ["auto", "heyoka"])
@pytest.mark.parametrize("times", [None, 2], ids=["65 times", "the end alone"])
@thinned("a", SIZES, every=8)
def test_the_errors_of_a_batch_cover_what_it_lost(method, times, a):
    starts = np.array([start(a), start(1.1 * a)])
    kept = None if times is None else np.linspace(0, end(a), times)
    try:
        path = simulate(FLOW, LOSS, starts, end(a), method=method, times=kept)
    except NotCompiled:
        pytest.skip("the extra fast is not installed")
    assert np.abs(path.w[0, -1] - true_weights(a)).max() <= 1.001 * path.error[0, -1]


def test_layers_that_start_alike_stay_alike():
    """A start on the way into the saddle: rounding does not leave it, so neither does the run that is shaken."""
    path = simulate(FLOW, Quadratic([[1.0]], [-1.0]), [[1.0], [1.0]], 60.0, method="dop853")
    assert abs(path.x[-1, 0]) < 1e-6
    assert path.error[-1] < 1e-7
    unlike = simulate(FLOW, Quadratic([[1.0]], [-1.0]), [[1.0], [1.0 + 2.0**-50]], 60.0, method="dop853")
    assert unlike.error[-1] > 1e-3  # there rounding decides when it leaves


def test_a_well_conditioned_path_is_as_exact_as_before():
    path = simulate(FLOW, Quadratic([[1.0]], [1.0]), [[1.0], [0.5]], 5.0, method="dop853")
    assert path.error[-1] < 1e-7


def test_sums_of_weights_of_one_sign_are_shaken_too():
    """u v + v^2/2 = x: the weights are no layers, and yet each is moved."""
    u, v = sympy.symbols("u v", positive=True)
    path = simulate(Flow(Lq(2), Separable(u * v + v**2 / 2, (u, v))), Quadratic([[1.0]], [1.0]), [1.0, 0.5], 5.0, method="dop853")
    assert path.error[-1] < 1e-7


def test_which_layers_are_alike():
    weights = np.array([[1.0, 0.0, 2.0], [-1.0, 0.0, 3.0], [4.0, 0.0, -2.0]])
    assert alike(weights).tolist() == [[0, 0, 0], [0, 0, 1], [2, 0, 0]]
    assert alike(weights[:, :, None]).shape == (3, 3, 1)


def test_the_signs_are_the_same_in_each_run_and_both_occur():
    first, again = signs((2, 3)), signs((2, 3))
    drawn = [(next(first), next(again)) for _ in range(20)]
    assert all((one == other).all() for one, other in drawn)
    assert {value for one, _ in drawn for value in one.ravel()} == {-1.0, 1.0}


@pytest.mark.parametrize("bits", [3, 8])  # of a unit of rounding by which two layers differ: it decides when they leave the saddle
def test_a_blow_up_that_rounding_decides_has_an_error_that_says_so(bits):
    x = sympy.Symbol("x", real=True)
    path = simulate(FLOW, Scalar(x + x**5 / 5), [1.0, 1.0 + bits * 2.0**-51], 60.0, method="dop853")
    (event,) = path.events
    assert 1e-3 * event.time < event.error < 2


def test_a_blow_up_that_only_the_tighter_run_meets_is_refused():
    """The looser run blows up 1.2 later, after the end: the tighter one alone does not say by how much it is wrong."""
    x = sympy.Symbol("x", real=True)
    with pytest.raises(NotSmooth, match="at one tolerance alone"):
        simulate(FLOW, Scalar(x + x**5 / 5), [1.0, 1.0 + 2.0**-51], 36.0, method="dop853")
