"""Where flows on matrices end: predictions against simulated flows, and measurements without a common basis."""

import numpy as np
import pytest

from mirrortheory import MatrixFlow, MatrixProduct, Quadratic, Schatten, simulate
from mirrortheory.bias.matrices import matrix_sensing_prediction
from mirrortheory.errors import InvalidArgument


def orthogonal(rng, n, columns=None):
    return np.linalg.qr(rng.normal(size=(n, n)))[0][:, :columns]


class Sensing:
    """Measurements P diag(z) Q^T of 3 x 4 matrices, and layers in their bases."""

    def __init__(self, seed=0, count=2, depth=2, scale=1.0):
        rng = np.random.default_rng(seed)
        self.P, self.Q = orthogonal(rng, 3), orthogonal(rng, 4, 3)
        inner = [orthogonal(rng, 5, 3) for _ in range(depth - 1)]
        self.Z, self.weights = rng.normal(size=(count, 3)), scale * rng.uniform(0.3, 1.0, size=(depth, 3))
        self.b = self.Z @ rng.uniform(0.2, 1.2, size=3)
        self.A = np.array([(self.P * z) @ self.Q.T for z in self.Z])
        bases = [self.P, *inner, self.Q]
        self.layers = [(bases[j] * w) @ bases[j + 1].T for j, w in enumerate(self.weights)]

    def end(self, q, t_end, **settings):
        widths = (3, *[5] * (len(self.layers) - 1), 4)
        loss = Quadratic(self.A.reshape(len(self.A), -1), self.b)
        path = simulate(MatrixFlow(Schatten(q), MatrixProduct(*widths)), loss, self.layers, t_end, **settings)
        return path.X[-1], path


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_gradient_flow_ends_at_the_prediction(depth):
    sensing = Sensing(seed=depth, depth=depth)
    found = matrix_sensing_prediction(sensing.A, sensing.b, sensing.layers)
    end, path = sensing.end(2, 60.0)
    assert path.loss[-1] < 1e-15
    assert found.values.rule.startswith("gradient flow")
    assert np.abs(found.X - end).max() < 1e-6
    assert np.abs(np.tensordot(sensing.A, found.X, 2) - sensing.b).max() < 1e-12
    assert found.error < 1e-11


@pytest.mark.parametrize(("q", "t_end", "close"), [("3/2", 1.7, 2e-3), (1, 0.55, 1e-2)], ids=str)
def test_spectral_flows_on_one_measurement_go_through_the_prediction(q, t_end, close):
    """They come to rest in finite time; where the loss is least on the way, X is near the end."""
    sensing = Sensing(seed=4, count=1)
    found = matrix_sensing_prediction(sensing.A, sensing.b, sensing.layers, q=q)
    _, path = sensing.end(q, t_end, **({"method": "steps"} if q != 2 else {}))
    nearest = int(path.loss.argmin())
    assert found.values.rule.startswith("rows equivalent to disjoint supports")
    assert path.loss[nearest] < 1e-3 * path.loss[0]
    assert np.abs(found.X - path.X[nearest]).max() < close


def test_the_prediction_is_that_of_numbers_turned():
    from mirrortheory import Flow, Lq, Product, implicit_bias

    sensing = Sensing(seed=2)
    found = matrix_sensing_prediction(sensing.A, sensing.b, sensing.layers, q=2)
    numbers = implicit_bias(Flow(Lq(2), Product(2)), Quadratic(sensing.Z, sensing.b), sensing.weights)
    assert np.abs(found.X - (sensing.P * numbers.x) @ sensing.Q.T).max() < 1e-12
    assert np.abs((found.left * found.values.x) @ found.right.T - found.X).max() == 0


def symmetric_problem(seed=3):
    rng = np.random.default_rng(seed)
    P, Z = orthogonal(rng, 3), rng.normal(size=(2, 3))
    return np.array([(P * z) @ P.T for z in Z]), Z, P, Z @ np.array([0.7, 0.2, 0.9])


def test_a_symmetric_factorisation_ends_at_the_projection_in_entropy():
    """U U^T from a multiple of a rotation: x is the minimiser of sum x log(x/x_0) - x on Z x = b."""
    A, Z, P, b = symmetric_problem()
    turn, size = orthogonal(np.random.default_rng(9), 3), 0.3
    found = matrix_sensing_prediction(A, b, [size * turn], symmetric=True)
    x = np.diag(P.T @ found.X @ P)
    assert np.abs(P.T @ found.X @ P - np.diag(x)).max() < 1e-14
    assert np.abs(Z @ x - b).max() < 1e-12
    null = np.linalg.svd(Z)[2][-1]
    assert abs(null @ np.log(x / size**2)) < 1e-11
    lopsided = A + np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, 0.0], [0.0, 0.0, 0.0]])  # antisymmetric parts are not seen
    assert np.abs(matrix_sensing_prediction(lopsided, b, [size * turn], symmetric=True).X - found.X).max() < 1e-13


def test_a_small_start_ends_near_the_least_nuclear_norm():
    A, Z, _, b = symmetric_problem()
    null = np.linalg.svd(Z)[2][-1]
    base = np.linalg.lstsq(Z, b, rcond=None)[0]
    ends = [-base[i] / null[i] for i in range(3)]  # where a coordinate of base + t null is 0
    low = max(t for t, n in zip(ends, null, strict=True) if n > 0)
    high = min(t for t, n in zip(ends, null, strict=True) if n < 0) if (null < 0).any() else np.inf
    least = min(float((base + t * null).sum()) for t in (low, high) if np.isfinite(t))
    excess = []
    for size in (0.3, 1e-2, 1e-4, 1e-8):
        found = matrix_sensing_prediction(A, b, [size * np.eye(3)], symmetric=True)
        excess.append(float(np.trace(found.X)) - least)
    assert excess == sorted(excess, reverse=True)
    assert -1e-12 < excess[-1] < 1e-4 < 1e-2 < excess[0]


def test_two_layers_that_are_equal_to_rounding_are_tied():
    """x = 0 is then a saddle, and no solution has x_1 > 0; without a tie x goes through 0. Rounding of A measures nothing else."""
    rng = np.random.default_rng(0)
    P, R = orthogonal(rng, 2), orthogonal(rng, 2)
    A = (P * [1.0, 0.0]) @ P.T
    layers = [(P * [0.5, 0.7]) @ R.T, (R * [0.5, 0.7]) @ P.T]
    with pytest.raises(InvalidArgument, match="b must be met by Z x inside the region"):
        matrix_sensing_prediction([A], [-1.0], layers)
    untied = [layers[0], (R * [0.4, 0.7]) @ P.T]
    assert np.linalg.norm(matrix_sensing_prediction([A], [-1.0], untied).X - (P * [-1.0, 0.49]) @ P.T) < 1e-12


def test_parallel_columns_are_seen_in_diagonal_matrices():
    """At q < 2 with several measurements: ranks and parallel columns are decided on the entries, which turning rounds."""
    A = np.array([np.diag([1.0, 2.0, 0.0, 0.0]), np.diag([0.0, 0.0, 1.0, -3.0])])
    layers = [np.diag([0.5, 0.6, 0.7, 0.8]), np.diag([0.4, 0.3, 0.2, 0.1])]
    found = matrix_sensing_prediction(A, [2.0, 1.0], layers, q="3/2")
    assert found.values.rule.startswith("rows equivalent to disjoint supports")
    assert np.abs(np.tensordot(A, found.X, 2) - [2.0, 1.0]).max() < 1e-12
    assert np.abs(found.X - np.diag(np.diag(found.X))).max() == 0


def test_layers_that_start_at_zero_take_their_basis_from_the_others():
    sensing = Sensing(seed=5)
    zero = [np.zeros_like(sensing.layers[0]), sensing.layers[1]]
    found = matrix_sensing_prediction(sensing.A, sensing.b, zero)
    assert np.abs(np.tensordot(sensing.A, found.X, 2) - sensing.b).max() < 1e-12
    identity = matrix_sensing_prediction([np.eye(2)], [3.0], [np.zeros((2, 2)), np.diag([1.0, 2.0]) @ [[0.6, -0.8], [0.8, 0.6]]])
    assert abs(np.trace(identity.X) - 3) < 1e-12


def refused():
    rng = np.random.default_rng(0)
    two = rng.normal(size=(2, 3, 3))
    return two + two.transpose(0, 2, 1)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((refused(), [1.0, 2.0], [0.1 * np.eye(3)], {"symmetric": True}), "simultaneously diagonal.* no law of the end is known"),
        ((refused()[:1], [1.0], [np.eye(3) + 0.1 * refused()[1]] * 2, {}), "simultaneously diagonal|diagonal in the basis"),
        ((np.eye(3)[None], [1.0], [np.eye(2)], {}), "product of shape"),
        ((np.eye(3)[None], [1.0, 2.0], [np.eye(3)], {}), "K targets"),
        ((np.eye(3)[None], [1.0], [np.eye(3), np.eye(3)], {"symmetric": True}), "one matrix U"),
        ((np.eye(3)[None], [1.0], [], {}), "at least one"),
        ((np.eye(2)[None], [1.0], [np.full((2, 2), np.nan)], {}), "finite"),
    ],
)
def test_what_is_refused(arguments, words):
    A, b, layers, given = arguments
    with pytest.raises(InvalidArgument, match=words) as raised:
        matrix_sensing_prediction(A, b, layers, **given)
    assert "\n" not in str(raised.value)


def test_without_a_common_basis_a_small_start_need_not_end_at_the_least_nuclear_norm():
    """Gradient flow on U U^T fits the data, and a feasible positive semidefinite matrix has a trace smaller by 2 percent.

    Both come from the start X = a^2 I; the other is the projection in the von Neumann entropy, which is where it would end if the
    measurements commuted.
    """
    from scipy.linalg import expm
    from scipy.optimize import minimize

    rng = np.random.default_rng(3)
    A = rng.normal(size=(3, 3, 3))
    A, v = (A + A.transpose(0, 2, 1)) / 2, rng.normal(size=3)
    b, size = np.tensordot(A, np.outer(v, v) / (v @ v), 2), 1e-2
    loss = Quadratic(A.reshape(3, -1), b)
    path = simulate(MatrixFlow(Schatten(2), MatrixProduct(3, 3, 3)), loss, [size * np.eye(3)] * 2, 150.0)
    end = path.X[-1]
    assert path.loss[-1] < 1e-14

    def dual(multipliers):
        point = expm(2 * np.log(size) * np.eye(3) + np.tensordot(multipliers, A, 1))
        return float(np.trace(point) - b @ multipliers), np.tensordot(A, point, 2) - b

    found = minimize(dual, np.zeros(3), jac=True, method="BFGS", options={"gtol": 1e-10, "maxiter": 2000})
    entropic = expm(2 * np.log(size) * np.eye(3) + np.tensordot(found.x, A, 1))
    assert np.abs(np.tensordot(A, entropic, 2) - b).max() < 1e-8
    assert np.linalg.norm(end - entropic) > 0.1 * np.linalg.norm(end)
    assert np.trace(entropic) < 0.98 * np.trace(end)
    with pytest.raises(InvalidArgument, match="no law of the end is known"):
        matrix_sensing_prediction(A, b, [size * np.eye(3)], symmetric=True)


def test_layers_off_the_basis_of_the_measurements_are_named():
    measurements, start = [np.diag([1.0, 2.0]), np.diag([3.0, 1.0])], np.array([[0.3, 0.1], [0.0, 0.2]])
    with pytest.raises(InvalidArgument, match="layers must be diagonal in the basis of the measurements"):
        matrix_sensing_prediction(measurements, [1.0, 1.0], [start, np.eye(2)])
