"""Flows of matrices against flows of numbers that are solved otherwise, their conserved quantities, and what is refused."""

import pickle

import numpy as np
import pytest
import sympy

from mirrortheory import (
    Callables,
    Coupled,
    Decoupled,
    Flow,
    InvalidArgument,
    Lq,
    MatrixFlow,
    MatrixProduct,
    NoDecay,
    Product,
    Quadratic,
    Schatten,
    Stack,
    simulate,
)
from mirrortheory.errors import NotSmooth
from mirrortheory.flows import MatrixTrajectory
from mirrortheory.geometries import Entrywise


def diagonal(values, rows, columns):
    whole = np.zeros((rows, columns))
    whole[range(len(values)), range(len(values))] = values
    return whole


class Aligned:
    """A start whose factors share singular vectors with the target: its singular values follow two flows of numbers."""

    def __init__(self, q, decay=None, *, depth=2, seed=0, geometry=Schatten, t_end=0.8, target=None, **settings):
        rng, widths = np.random.default_rng(seed), (2, *[3] * (depth - 1), 2)
        turn = geometry is Schatten
        bases = [np.linalg.qr(rng.normal(size=(n, n)))[0] if turn else np.eye(n) for n in widths]
        weights, goal = rng.uniform(0.3, 1.2, size=(depth, 2)), rng.uniform(-1.5, 2.0, size=2) if target is None else target
        decay = decay or NoDecay()

        def factors(each):
            return [bases[i] @ diagonal(row, *widths[i : i + 2]) @ bases[i + 1].T for i, row in enumerate(each)]

        aim = bases[0] @ np.diag(goal) @ bases[-1].T
        self.start, self.problem = factors(weights), Quadratic(np.eye(4), aim.ravel())
        self.flow = MatrixFlow(geometry(q), MatrixProduct(*widths), decay)
        self.path = simulate(self.flow, self.problem, self.start, t_end, **settings)
        scalar = simulate(Flow(Lq(q), Product(depth), decay), Quadratic(np.eye(2), goal), weights, t_end)
        true = zip(*map(factors, scalar.at(self.path.t)), strict=True)
        gaps = [np.abs(ours - np.array(rows)).max(axis=(1, 2)) for ours, rows in zip(self.path.factors, true, strict=True)]
        self.distance, self.slack = np.max(gaps, axis=0), float(scalar.error[-1])


@pytest.mark.parametrize("decay", [None, Decoupled("1/2"), Coupled("1/4")], ids=str)
@pytest.mark.parametrize(("q", "t_end"), [(2, 1.5), ("3/2", 0.2)])
def test_smooth_flows_follow_those_of_singular_values(q, t_end, decay):
    aligned = Aligned(q, decay, t_end=t_end, target=(2.5, -1.5))
    assert (aligned.distance <= aligned.path.error + aligned.slack).all()
    assert aligned.distance[-1] < 1e-9
    assert aligned.path.error[-1] < 1e-7


@pytest.mark.parametrize("seed", range(4))
def test_the_error_of_small_steps_covers_the_distance_from_exact_sign_flow(seed):
    aligned = Aligned(1, Decoupled("1/4") if seed % 2 else None, depth=2 + seed % 2, seed=seed, rtol=0.02)
    assert (aligned.distance <= aligned.path.error + aligned.slack).all()
    assert 0 < aligned.path.error[-1] < 0.02 * 3
    assert aligned.path.how.startswith("estimated")


def test_entrywise_sign_flow_of_diagonal_matrices():
    aligned = Aligned(1, geometry=Entrywise, rtol=0.02)
    assert (aligned.distance <= aligned.path.error + aligned.slack).all()


@pytest.mark.parametrize(("q", "t_end"), [(2, 1.0), ("3/2", 0.2)])
def test_gram_differences_of_aligned_starts_are_conserved_and_shrink_under_decay(q, t_end):
    for decay in (None, Decoupled("1/2")):
        path = Aligned(q, decay, t_end=t_end, target=(2.5, -1.5)).path
        ((values, error),) = path.gram_differences()
        kept = np.exp(-float(sympy.Rational(q)) * float(path.flow.decay.rate) * path.t)
        assert (np.abs(values - kept[:, None, None] * values[0]).max(axis=(1, 2)) <= error).all()
        assert np.abs(values[0]).max() > 0.1


def general(q, geometry=Schatten, **settings):
    rng = np.random.default_rng(1)
    product = MatrixProduct(2, 2, 2)
    start = [rng.normal(size=(2, 2)), rng.normal(size=(2, 2))]
    problem = Quadratic(rng.normal(size=(3, 4)), 3 * rng.normal(size=3))
    return simulate(MatrixFlow(geometry(q), product), problem, start, settings.pop("t_end", 0.05), **settings)


def test_in_general_only_gradient_flow_conserves_them():
    ((values, error),) = general(2, t_end=1.0).gram_differences()
    assert (np.abs(values - values[0]).max(axis=(1, 2)) <= error).all()
    ((values, error),) = general("3/2").gram_differences()
    assert np.abs(values[-1] - values[0]).max() > 100 * error[-1]


def test_both_methods_agree_where_both_go():
    smooth, steps = general("3/2"), general("3/2", method="steps", rtol=1e-2)
    ours = [steps.at(smooth.t[-1]), smooth.at(smooth.t[-1])]
    assert max(np.abs(a - b).max() for a, b in zip(*ours, strict=True)) <= steps.error[-1]


def test_a_bottleneck_of_rank_one_is_smooth():
    rng = np.random.default_rng(2)
    product = MatrixProduct(3, 2, 1, 3)
    path = simulate(
        MatrixFlow(Schatten("3/2"), product),
        Quadratic(np.eye(9), rng.normal(size=9)),
        [rng.normal(size=shape) for shape in product.shapes],
        0.1,
    )
    assert path.error[-1] < 1e-7
    assert path.singular_values()[:, 1:].max() < 1e-12


def test_a_trajectory_is_data(tmp_path):
    for path in (general(2), general(1, rtol=0.5)):
        assert isinstance(path, MatrixTrajectory)
        assert np.allclose(path.X, path.factors[0] @ path.factors[1], rtol=1e-14)
        assert path.loss[0] == path.problem.value(path.X[0].ravel())
        middle = [at[0] for at in path.at([path.t[1] / 2])]
        assert all(np.array_equal(a, b) for a, b in zip(middle, path.at(path.t[1] / 2), strict=True))
        for name in ("path.npz", "path.json"):
            path.save(tmp_path / name)
            back = MatrixTrajectory.load(tmp_path / name)
            for again in (back, pickle.loads(pickle.dumps(path))):
                assert repr(again) == repr(path)
                assert again.notes == path.notes
                assert np.array_equal(again.X, path.X)
                assert all(map(np.array_equal, again.at(path.t[-1] / 3), path.at(path.t[-1] / 3)))
                assert np.array_equal(again.gram_differences()[0][1], path.gram_differences()[0][1])
    assert [axes.get_ylabel() for axes in path.plot().axes] == ["loss $f(X)$", "singular values of $X$"]
    with pytest.raises(InvalidArgument, match="of must be one of loss, singular values, got x"):
        path.plot(of="x")
    with pytest.raises(InvalidArgument, match="t must be times in"):
        path.at(99.0)


def test_a_loss_of_your_own_and_progress():
    told = []
    aim = np.array([1.0, 0.0, 0.0, 2.0])
    path = simulate(
        MatrixFlow(Schatten(2), MatrixProduct(2, 2)),
        Callables(lambda x: float((x - aim) @ (x - aim) / 2), lambda x: x - aim),
        [np.zeros((2, 2))],
        1.0,
        progress=lambda done, whole: told.append((done, whole)),
    )
    assert path.X[-1].ravel() == pytest.approx(aim * (1 - np.exp(-1)))
    assert told[-1] == (1.0, 1.0)


def test_a_start_at_rest_is_told():
    problem = Quadratic(np.eye(4), np.ones(4))
    for q in (2, "3/2", 1):
        path = simulate(MatrixFlow(Schatten(q), MatrixProduct(2, 2, 2)), problem, [np.zeros((2, 2))] * 2, 1.0, rtol=1e-3)
        assert path.notes[0] == "nothing moves: the start is a minimiser, or a saddle"
        assert not path.X.any()


def test_a_flow_that_meets_a_singular_gradient_stops_in_one_line():
    flow, problem = MatrixFlow(Schatten("3/2"), MatrixProduct(2, 2)), Quadratic(np.eye(4), np.array([1.0, 0.3, -0.2, 0.5]))
    with pytest.raises(
        NotSmooth, match=r"not Lipschitz where a size of its argument is 0, as for W_1 just after t = 1\.\d+; "
    ) as stop:
        simulate(flow, problem, [np.zeros((2, 2))], 3.0)
    assert "\n" not in str(stop.value)
    with pytest.raises(NotSmooth, match="not Lipschitz"):
        simulate(MatrixFlow(Entrywise("3/2"), MatrixProduct(2, 2)), problem, [np.zeros((2, 2))], 3.0)
    with pytest.raises(NotSmooth, match="discontinuous for q = 1"):
        simulate(MatrixFlow(Schatten(1), MatrixProduct(2, 2)), problem, [np.zeros((2, 2))], 3.0, method="dop853")


def test_blow_up_and_overflow_are_told():
    explosive = Callables(lambda x: -float(x[0] ** 3), lambda x: np.array([-3 * x[0] ** 2]))
    with pytest.raises(NotSmooth, match=r"cannot be followed past t = 0\.3"):
        simulate(MatrixFlow(Schatten(2), MatrixProduct(1, 1)), explosive, [[[1.0]]], 1.0)
    rising = Callables(lambda x: -float(np.exp(x[0])), lambda x: -np.exp(x))
    with pytest.raises(NotSmooth, match="overflow"):
        simulate(MatrixFlow(Schatten(1), MatrixProduct(1, 1)), rising, [[[1.0]]], 1e4)


FLOW, LOSS, START = MatrixFlow(Schatten(1), MatrixProduct(2, 2)), Quadratic(np.eye(4), np.ones(4)), [np.eye(2)]
LETTER = sympy.Symbol("q", positive=True)
RATE = sympy.Symbol("alpha", nonnegative=True)


@pytest.mark.parametrize(
    ("flow", "problem", "start", "t_end", "settings", "message"),
    [
        (MatrixFlow(Schatten(LETTER), MatrixProduct(2, 2)), LOSS, START, 1, {}, "q must be a number in a simulation, got q; "),
        (MatrixFlow(Schatten(1), MatrixProduct(2, 2), Decoupled(RATE)), LOSS, START, 1, {}, "alpha must be a number in"),
        (
            FLOW,
            Quadratic(np.eye(3), np.ones(3)),
            START,
            1,
            {},
            "problem must be of dimension 4 = 2 x 2, got 3; give it X row by row",
        ),
        (FLOW, Stack([LOSS, LOSS]), START, 1, {}, "problem must be one loss of X row by row, got Stack; "),
        (FLOW, LOSS, [np.eye(3)], 1, {}, "initial W_1 must be of shape (2, 2), got (3, 3); "),
        (FLOW, LOSS, START, 0, {}, "t_end must be a finite time > 0, got 0"),
        (FLOW, LOSS, START, [1], {}, "t_end must be one number, got [1]; "),
        (FLOW, LOSS, START, 1, {"digits": 5}, "digits must be absent for a flow of matrices, got 5; "),
        (FLOW, LOSS, START, 1, {"times": [0, 1]}, "times must be absent for a flow of matrices"),
        (FLOW, LOSS, START, 1, {"events": [RATE]}, "events must be absent for a flow of matrices"),
        (FLOW, LOSS, START, 1, {"method": "dual"}, "method must be one of auto, dop853, steps for a flow of matrices, got dual; "),
        (FLOW, LOSS, START, 1, {"rtol": 2}, "rtol must be between 0 and 1 for steps, got 2; "),
        (FLOW, LOSS, START, 1, {"rtol": "x"}, "rtol must be one number, got x; "),
        (FLOW, LOSS, START, 1, {"progress": 3}, "progress must be a function of (done, whole), got 3; "),
    ],
)
def test_what_is_refused(flow, problem, start, t_end, settings, message):
    with pytest.raises(InvalidArgument) as refused:
        simulate(flow, problem, start, t_end, **settings)
    assert str(refused.value).startswith(message)
    assert "\n" not in str(refused.value)


def test_a_tolerance_for_steps_is_refused_by_dop853():
    with pytest.raises(InvalidArgument, match="rtol must be at most 0.001 for dop853"):
        general(2, rtol=0.01)


def test_times_that_are_no_numbers_are_refused():
    with pytest.raises(InvalidArgument, match="t must be made of numbers"):
        general(2).at("x")
