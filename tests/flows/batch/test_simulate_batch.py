"""Batches of flows: single runs, independence of neighbours and chunks, early ends, progress, refusals."""

import numpy as np
import pytest
import sympy
from random_batches import data, quadratics, starts
from thinning import thinned

from mirrortheory import Coupled, Decoupled, Flow, Lq, Product, notation
from mirrortheory.errors import InvalidArgument, NotSmooth
from mirrortheory.flows import Exponential, Logistic, Problem, Quadratic, Scalar, Stack, progress, simulate
from mirrortheory.flows.batch import dop853 as lanes

X, Q, ALPHA = sympy.Symbol("x"), notation.q, notation.alpha
PRODUCT = Flow(Lq(2), Product(2))
FALLING = Scalar(-X)

# Against single runs --------------------------------------------------------------------------------------------------


def assert_agrees(paths, singles):
    assert paths.reasons == ("",) * len(singles)
    for k, single in enumerate(singles):
        gap = np.abs(paths.w[k] - single.w[:: (len(single.t) - 1) // (len(paths.t) - 1)]).max(axis=(1, 2))
        assert (gap <= paths.error[k] + single.error[::16]).all()
        assert paths.error[k, -1] < 1e-5


def test_data_of_their_own():
    rng = np.random.default_rng(0)
    problem, w = data(rng, 6, 3, 4), starts(rng, 6, 2, 4)
    singles = [simulate(PRODUCT, problem.problems[k], w[k], 2.0) for k in range(6)]
    assert_agrees(simulate(PRODUCT, problem, w, 2.0), singles)


def test_wrong_data_do_not_agree():
    rng = np.random.default_rng(0)
    problem, w = data(rng, 2, 3, 4), starts(rng, 2, 2, 4)
    shifted = Stack(Quadratic(loss.Z, loss.b * (1 + 1e-6)) for loss in problem.problems)
    paths = simulate(PRODUCT, shifted, w, 2.0)
    single = simulate(PRODUCT, problem.problems[0], w[0], 2.0)
    assert np.abs(paths.w[0, -1] - single.w[-1]).max() > 10 * (paths.error[0, -1] + single.error[-1])


@pytest.mark.parametrize("decay", [Decoupled, Coupled])
def test_exponents_and_decays_of_their_own(decay):
    exponents, rates = ["2", "3/2", "5/4"], ["0", "1/4", "1/2"]
    rng = np.random.default_rng(1)
    w, problem, end = starts(rng, 3, 2, 3), Scalar(-2 * X), 0.5
    flow = Flow(Lq(Q), Product(2), decay(ALPHA))
    paths = simulate(flow, problem, w, end, q=[2, 1.5, 1.25], alpha=[0, 0.25, 0.5])
    pairs = zip(exponents, rates, w, strict=True)
    assert_agrees(paths, [simulate(Flow(Lq(q), Product(2), decay(rate)), problem, start, end) for q, rate, start in pairs])


def test_one_value_stands_for_all():
    w = starts(np.random.default_rng(2), 3, 2, 1)
    one, many = (simulate(Flow(Lq(Q), Product(2)), FALLING, w, 1.0, q=value) for value in (1.5, [1.5] * 3))
    number = simulate(Flow(Lq("3/2"), Product(2)), FALLING, w, 1.0)
    assert np.array_equal(one.w, many.w)
    np.testing.assert_allclose(one.w, number.w, rtol=1e-13)


class Shifted(Problem):
    """A loss of the user's own, without columns: |x - 1|^4/4, coupled."""

    def value(self, x):
        return float(((x - 1) @ (x - 1)) ** 2 / 4)

    def slope(self, x):
        return ((x - 1) @ (x - 1)) * (x - 1)


@thinned(
    "problem",
    [
        Quadratic([[1.0, 0.5, 0.0], [0.0, 1.0, -1.0]], [1.0, 2.0]),
        Logistic([[1.0, 0.5, 0.2], [-1.0, 1.0, -1.0]], [1, -1]),
        Scalar(sympy.cosh(X - 1)),
        Shifted(),
    ],
    ids=lambda p: type(p).__name__,
    every=4,
)
def test_one_loss_for_all(problem):
    w = starts(np.random.default_rng(3), 3, 3, 3)
    flow = Flow(Lq(2), Product(3), Decoupled("1/4"))
    assert_agrees(simulate(flow, problem, w, 1.0), [simulate(flow, problem, start, 1.0) for start in w])


@pytest.mark.parametrize("d", [3, 70])
def test_columns_are_the_slopes(d):
    rng = np.random.default_rng(4)
    x = rng.normal(size=(d, 5))
    losses = data(rng, 5, 2 if d == 70 else 4, d).problems
    labelled = [(loss.Z, np.sign(loss.b)) for loss in losses]
    for problem in (losses[0], Logistic(*labelled[0]), Exponential(*labelled[0]), Scalar(X**3), Shifted()):
        expected = np.stack([problem.slope(column) for column in x.T], axis=1)
        np.testing.assert_allclose(problem.columns(np.arange(5))(x), expected, rtol=1e-12, atol=1e-12)
    mixed = [losses[0], Logistic(*labelled[1]), Shifted(), Quadratic(np.ones((1, d)), [1.0]), Scalar(X**3)]
    for several in (losses, [Logistic(*own) for own in labelled], [Exponential(*own) for own in labelled], mixed):
        for which in (np.arange(5), np.array([3, 1])):
            expected = np.stack([several[k].slope(x[:, i]) for i, k in enumerate(which)], axis=1)
            found = Stack(several).columns(which)(x[:, : len(which)])
            np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-11)


def test_losses_of_all_kinds_in_one_stack():
    """Sums over coordinates are followed apart, coordinate by coordinate, each with the loss of its trajectory."""
    w = starts(np.random.default_rng(15), 3, 2, 2)
    apart = Stack([Scalar((X - k) ** 2 / 2) for k in (1, 2, 3)])
    assert apart.separable
    mixed = Stack([Scalar((X - 1) ** 2 / 2), Exponential([[1.0, -0.5]], [1]), Shifted()])
    assert not mixed.separable
    assert mixed.dimension == 2
    for stack in (apart, mixed):
        assert_agrees(
            simulate(PRODUCT, stack, w, 1.0), [simulate(PRODUCT, *pair, 1.0) for pair in zip(stack.problems, w, strict=True)]
        )


# Independence of chunks and neighbours --------------------------------------------------------------------------------


SHARED = Quadratic([[1.0, 0.5, 0.3], [0.2, 1.0, -1.0]], [1.0, 2.0])


@pytest.mark.parametrize(
    ("problem", "depth", "d", "settings"),
    [
        (data(np.random.default_rng(5), 9, 3, 4), 2, 4, {}),
        (data(np.random.default_rng(5), 9, 1, 4), 2, 4, {}),
        (SHARED, 3, 3, {"alpha": np.linspace(0, 1, 9)}),
        (Logistic([[1.0, 0.5], [-1.0, 1.0]], [1, -1]), 2, 2, {"q": np.linspace(1.3, 2, 9)}),
        (Scalar(sympy.cosh(X - 1)), 2, 3, {"q": np.linspace(1.6, 2, 9), "alpha": 0.1}),
        (Scalar(sympy.cosh(X - 2)), 1, 1, {}),
        (Quadratic(np.random.default_rng(6).normal(size=(2, 70)) / 8, [1.0, -1.0]), 2, 70, {}),
    ],
    ids=["own data", "own data, one row", "shared", "logistic", "separable", "one number", "long"],
)
def test_chunks_do_not_change_a_bit(problem, depth, d, settings):
    w = starts(np.random.default_rng(7), 9, depth, d)
    geometry = Lq(Q) if "q" in settings else Lq(2)
    decay = Decoupled(ALPHA if "alpha" in settings else 0)
    whole = simulate(Flow(geometry, Product(depth), decay), problem, w, 0.8, **settings)
    for memory in (1, 30_000):
        parts = simulate(Flow(geometry, Product(depth), decay), problem, w, 0.8, memory=memory, **settings)
        for name in ("w", "error", "ended"):
            assert np.array_equal(getattr(whole, name), getattr(parts, name), equal_nan=True), name
        assert whole.reasons == parts.reasons


def test_blow_up_in_one_trajectory_does_not_touch_the_others():
    """Depth 3, balanced, constant slope -1: w' = w^2 reaches infinity at 1/w(0)."""
    w = np.array([0.3, 2.0, 0.5])[:, None, None] * np.ones((3, 3, 1))
    flow = Flow(Lq(2), Product(3))
    paths = simulate(flow, FALLING, w, 1.0)
    alone = simulate(flow, FALLING, w[[0, 2]], 1.0)
    assert np.array_equal(paths.w[[0, 2]], alone.w)
    assert paths.ended[[0, 2]].tolist() == [1, 1]
    assert paths.ended[1] == pytest.approx(0.5, rel=1e-6)
    assert [bool(reason) for reason in paths.reasons] == [False, True, False]
    assert "blow-up" in paths.reasons[1]
    assert np.isfinite(paths.w[1, paths.t <= paths.ended[1]]).all()
    assert np.isnan(paths.w[1, paths.t > paths.ended[1]]).all()
    assert np.isinf(paths.error[1, paths.t > paths.ended[1]]).all()
    known = 1 / (1 / w[[0, 2], 0] - paths.t)
    assert (np.abs(paths.w[[0, 2]] - known[..., None, None]).max(axis=(2, 3)) <= paths.error[[0, 2]]).all()


def test_nonsmooth_points_end_their_trajectory_only():
    """Depth 1, |x - 1|^2/2: |x - 1|^(2-q) falls linearly to 0 at |x(0) - 1|^(2-q)/(2-q); at q = 2 never."""
    w, exponents = np.array([1.5, 3.0, 1.0, 1.5])[:, None, None], np.array([1.5, 1.5, 1.5, 2.0])
    paths = simulate(Flow(Lq(Q), Product(1)), Scalar((X - 1) ** 2 / 2), w, 2.0, q=exponents, method="dop853")
    assert paths.ended == pytest.approx([np.sqrt(2), 2, 0, 2], abs=0.01)
    assert paths.ended[0] < np.sqrt(2)
    assert ["vanishes or changes sign" in reason for reason in paths.reasons] == [True, False, True, False]


def test_a_step_over_a_change_of_sign_is_not_taken():
    """Slope 1, coupled decay 1: the square root of the argument 1 + w falls at the speed 1/2, from sqrt(2) on."""
    flow, rest = Flow(Lq("3/2"), Product(1), Coupled(1)), 2 * np.sqrt(2)
    paths = simulate(flow, Scalar(X), np.array([[[1.0]]]), 2.0)
    assert paths.reasons == ("",)
    np.testing.assert_allclose(paths.w[0, :, 0, 0], (np.sqrt(2) - paths.t / 2) ** 2 - 1, atol=1e-9)
    later = simulate(flow, Scalar(X), np.array([[[1.0]]]), 4.0, rtol=1e-3)
    assert "changes sign" in later.reasons[0]
    assert rest - 0.5 < later.ended[0] < rest


@pytest.mark.parametrize("memory", [1, 1e6])
def test_one_coordinate_ends_and_the_others_are_still_followed(memory):
    w = np.array([[[1.7, 1.5, 9.0]]])
    paths = simulate(Flow(Lq("3/2"), Product(1)), Scalar((X - 1) ** 2 / 2), w, 2.0, memory=memory, method="dop853")
    assert np.isnan(paths.w[0, -1, 0]).tolist() == [True, True, False]
    assert paths.w[0, -1, 0, 2] == pytest.approx(1 + (8**0.5 - 1) ** 2, abs=1e-8)
    assert paths.error[0, -1] == np.inf
    assert paths.ended[0] == pytest.approx(np.sqrt(2), abs=0.01)
    assert "changes sign" in paths.reasons[0]


@pytest.mark.parametrize("rtol", [1e-3, 1e-9])
def test_weights_are_known_up_to_the_end_and_no_further(rtol):
    times = np.linspace(0, 2, 201)
    problem, settings = Scalar((X - 1) ** 2 / 2), {"times": times, "rtol": rtol, "method": "dop853"}
    paths = simulate(Flow(Lq("3/2"), Product(1)), problem, [[[1.5]]], 2.0, **settings)
    followed = times <= paths.ended[0]
    assert np.array_equal(np.isfinite(paths.w[0, :, 0, 0]), followed)
    assert np.array_equal(np.isfinite(paths.error[0]), followed)
    expected = 1 + (np.sqrt(0.5) - times[followed] / 2) ** 2
    assert (np.abs(paths.w[0, followed, 0, 0] - expected) <= paths.error[0, followed]).all()


def test_overflow_at_the_start_is_named():
    paths = simulate(Flow(Lq(2), Product(1)), Scalar(sympy.exp(X)), np.array([[[800.0]], [[0.0]]]), 1.0)
    assert paths.ended.tolist() == [0, 1]
    assert "overflows" in paths.reasons[0]


def test_a_stiff_trajectory_ends_with_a_reason(monkeypatch):
    monkeypatch.setattr(lanes, "MOST_STEPS", 50)
    problem = quadratics([[[300.0]], [[1.0]]], [[300.0], [1.0]])
    paths = simulate(Flow(Lq(2), Product(1)), problem, np.zeros((2, 1, 1)), 1.0, method="dop853")
    assert "stiff" in paths.reasons[0]
    assert 0 < paths.ended[0] < 1
    assert paths.reasons[1] == ""


# One by one -----------------------------------------------------------------------------------------------------------


def assert_same(paths, singles, exactly=True):
    for k, single in enumerate(singles):
        for t, w, error in zip(paths.t, paths.w[k], paths.error[k], strict=True):
            other, allowed = single.at(t), 0.0 if exactly else error + single.error[-1]
            assert np.abs(w - other).max() <= allowed + 4 * single.dense.error + 1e-15


@pytest.mark.parametrize(
    ("method", "geometry", "problem", "said"),
    [
        ("dual", Lq("3/2"), SHARED, "dual: asked for"),
        ("exact", Lq(1), SHARED, "exact: asked for"),
        ("arcs", Lq(1), Scalar(sympy.cosh(X - 1)), "arcs: asked for"),
        ("taylor", Lq(2), SHARED, "taylor: asked for"),
        ("auto", Lq(1), SHARED, "exact: sign flow, by polynomial arcs"),
    ],
)
@thinned("times", [None, [0, 0.123, 0.5]], every=2)
def test_methods_for_one_are_followed_one_by_one(method, geometry, problem, said, times):
    w, flow = starts(np.random.default_rng(11), 2, 2, 3), Flow(geometry, Product(2))
    paths = simulate(flow, problem, w, 0.5, method=method, times=times)
    singles = [simulate(flow, problem, start, 0.5, method=method) for start in w]
    assert paths.reasons == ("", "")
    assert paths.ended.tolist() == [0.5, 0.5]
    assert_same(paths, singles)
    assert said in paths.method
    assert paths.independent == (method == "taylor")
    assert paths.how.startswith("estimated where interpolated, else proved" if method == "taylor" else "estimated: ")
    assert (np.diff(paths.error, axis=1) >= 0).all()


def test_digits_of_a_batch_are_proved_at_the_end():
    paths = simulate(PRODUCT, SHARED_ONE, [[[0.5], [0.25]]], 1.0, digits=30, times=[0, 1])
    single = simulate(PRODUCT, SHARED_ONE, [0.5, 0.25], 1.0, digits=30)
    assert paths.how.startswith("proved")
    assert np.array_equal(paths.w[0, -1], single.w[-1])
    assert paths.error[0, -1] == single.error[-1]


def test_sign_flow_is_followed_alone_and_the_others_together():
    w, values = starts(np.random.default_rng(12), 3, 2, 3), {"q": [1, 2, 1.5], "alpha": [0.25, 0, 0.1]}
    losses = Stack([SHARED, Quadratic(2 * SHARED.Z, SHARED.b), SHARED])
    paths = simulate(Flow(Lq(Q), Product(2), Decoupled(ALPHA)), losses, w, 0.1, **values)
    known = zip(("1", "2", "3/2"), ("1/4", "0", "1/10"), losses.problems, w, strict=True)
    singles = [simulate(Flow(Lq(q), Product(2), Decoupled(rate)), loss, start, 0.1) for q, rate, loss, start in known]
    assert paths.reasons == ("",) * 3
    assert_same(paths, singles, exactly=False)
    assert "DOP853" in paths.method
    assert "exact: sign flow" in paths.method
    assert paths.how.startswith("estimated")
    wrong = simulate(Flow(Lq(Q), Product(2), Decoupled(ALPHA)), losses, w, 0.1, q=[1, 2, 1.5], alpha=[0.3, 0.05, 0.15])
    with pytest.raises(AssertionError):
        assert_same(wrong, singles[:1], exactly=False)


def test_where_the_field_is_not_lipschitz_the_dual_solver_goes_on():
    """Depth 1, |x - 1|^2/2: |x - 1|^(1/2) falls linearly to 0, where x rests; from 9 it has not come to rest."""
    w = np.array([1.5, 9.0])[:, None, None]
    flow, problem = Flow(Lq("3/2"), Product(1)), Scalar((X - 1) ** 2 / 2)
    paths = simulate(flow, problem, w, 2.0)
    expected = 1 + np.maximum(np.sqrt(w[:, :, 0] - 1) - paths.t / 2, 0) ** 2
    assert paths.reasons == ("", "")
    assert (np.abs(paths.w[:, :, 0, 0] - expected) <= paths.error).all()
    assert paths.error[:, -1].max() < 1e-6
    assert "Radau" in paths.method
    assert "DOP853" in paths.method
    assert not paths.independent
    assert np.array_equal(paths.w[1], simulate(flow, problem, w[[1]], 2.0, method="dop853").w[0])
    left = simulate(Flow(Lq("3/2"), Product(1), Coupled("1/4")), problem, w, 4.0)  # which "dual" cannot follow
    assert "changes sign" in left.reasons[0]


def test_one_that_cannot_be_followed_alone_ends_with_a_reason_and_the_others_go_on():
    """Depth 3, balanced, constant slope -1, q = 2: w' = w^2."""
    w = np.array([0.3, 2.0])[:, None, None] * np.ones((2, 3, 1))
    flow = Flow(Lq(2), Product(3))
    for method, what in (("taylor", "t = 0"), ("dual", "blow-up")):
        paths = simulate(flow, FALLING, w, 1.0, method=method)
        assert paths.reasons[0] == ""
        assert what in paths.reasons[1]
        assert paths.ended[1] < 0.5
        assert np.isnan(paths.w[1, -1]).all()
        assert np.isinf(paths.error[1, -1])
        assert np.array_equal(paths.w[1, 0], w[1])
        known = 1 / (1 / w[0, 0] - paths.t)
        assert (np.abs(paths.w[0] - known[:, None, None]).max(axis=(1, 2)) <= paths.error[0]).all()


# Times, progress, refusals --------------------------------------------------------------------------------------------


def test_times_are_met_whatever_others_are_asked_for():
    w = starts(np.random.default_rng(8), 3, 2, 2)
    few = simulate(PRODUCT, SHARED_TWO, w, 1.0, times=[0, 1])
    many = simulate(PRODUCT, SHARED_TWO, w, 1.0, times=[0, 0.1, 0.100001, 0.7, 1])
    assert many.w.shape == (3, 5, 2, 2)
    assert many.x.shape == (3, 5, 2)
    assert (np.abs(few.w[:, -1] - many.w[:, -1]).max(axis=(1, 2)) <= few.error[:, -1] + many.error[:, -1]).all()
    assert np.array_equal(many.w[:, 0], w)


SHARED_ONE, SHARED_TWO = Quadratic([[1.0]], [1.0]), Quadratic([[1.0, 0.5]], [1.0])


def test_progress_is_told_rarely_and_at_the_end():
    told = []
    w = starts(np.random.default_rng(9), 40, 2, 2)
    simulate(PRODUCT, SHARED_TWO, w, 1.0, memory=20_000, progress=lambda *pair: told.append(pair))
    assert told[-1] == (40, 40)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert len(told) < 40


def test_progress_counts_the_trajectories_that_may_be_followed_again(monkeypatch):
    monkeypatch.setattr(progress, "_PAUSE", 0.0)
    told = []
    w = np.array([1.5, 9.0, 1.25])[:, None, None]
    simulate(Flow(Lq("3/2"), Product(1)), Scalar((X - 1) ** 2 / 2), w, 2.0, progress=lambda *pair: told.append(pair))
    assert {whole for _, whole in told} == {6}
    dones = [done for done, _ in told]
    assert dones == sorted(set(dones))
    assert dones[-1] == 6
    assert any(4 < done < 5 for done in dones)  # within the first of the two that are followed again


@pytest.mark.parametrize("method", ["auto", "dop853"])  # "auto" is compiled where heyoka is installed
def test_progress_within_a_chunk(method, monkeypatch):
    monkeypatch.setattr(progress, "_PAUSE", 0.0)
    told = []
    w = starts(np.random.default_rng(9), 40, 2, 2)
    simulate(PRODUCT, SHARED_TWO, w, 9.0, rtol=1e-10, method=method, progress=lambda *pair: told.append(pair))
    assert len({done for done, _ in told}) > 2
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1] == (40, 40)


GOOD = np.ones((2, 2, 1))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"initial": np.ones((2, 3, 1))}, r"initial must be of shape \(batch, 2, d\), got \(2, 3, 1\)"),
        ({"initial": np.ones((0, 2, 1))}, r"initial must be of shape \(batch, 2, d\), got \(0, 2, 1\)"),
        ({"initial": GOOD * np.nan}, "initial must be finite in every entry, got nan; remove the entry"),
        ({"problem": Quadratic([[1.0, 2.0]], [1.0])}, r"initial must be of shape \(batch, 2, 2\), got \(2, 2, 1\)"),
        (
            {"problem": quadratics(np.ones((3, 1, 1)), np.ones((3, 1)))},
            "initial must be 3 starts, as there are losses, got 2; give one",
        ),
        ({"t_end": 0.0}, "t_end must be a finite time > 0, got 0.0; write"),
        ({"rtol": 1e-12}, "rtol must be between 1e-10 and 1e-3, got 1e-12; write"),
        ({"times": [0, 0.5]}, r"times must be increasing from 0 to 1, got \[0. +0.5\]; write"),
        ({"times": [0, 0.5, 0.5, 1]}, "times must be increasing from 0 to 1"),
        ({"times": [0.5, 1]}, "times must be increasing from 0 to 1"),
        ({"times": 1.0}, "times must be increasing from 0 to 1"),
        ({"q": None}, "q must be a number in a simulation, got q; give q=.. with a value for each trajectory"),
        ({"q": [2, 1.5, 1.25]}, r"q must be of shape \(\) or \(2,\), got \(3,\); give one value for each trajectory"),
        ({"q": [2, 2.5]}, r"q must be in \[1, 2\] in every entry, got 2.5; write"),
        ({"q": [np.nan, 2]}, "q must be finite in every entry, got nan; remove"),
        ({"alpha": 1.0}, "alpha must be a symbol in the flow when values are given, got 0; write notation.alpha there"),
        ({"flow": Flow(Lq(Q), Product(2), Decoupled(ALPHA)), "alpha": -1.0}, "alpha must be >= 0 in every entry, got -1.0; decay"),
        ({"memory": 0}, "memory must be a number of bytes > 0, got 0; write"),
    ],
)
def test_wrong_arguments_are_refused_in_one_line(change, message):
    given_ = {"flow": Flow(Lq(Q), Product(2)), "problem": FALLING, "initial": GOOD, "t_end": 1.0, "q": 2, **change}
    with pytest.raises(InvalidArgument, match=f"^{message}") as error:
        simulate(**given_)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Stack([]), "problems must be losses, at least one, got nothing; write"),
        (lambda: Stack([SHARED, "x"]), "problems must be losses, at least one, got str; write"),
        (lambda: Stack([SHARED, SHARED_TWO]), "problems must be of one dimension, got .*; follow others in a batch of their own"),
        (
            lambda: simulate(PRODUCT, Stack([SHARED_ONE] * 2), [1.0, 2.0], 1.0),
            r"initial must be of shape \(batch, depth, d\) for a Stack, got 1 axes; give one start for each loss",
        ),
    ],
)
def test_wrong_losses_are_refused(make, message):
    with pytest.raises(InvalidArgument, match=f"^{message}"):
        make()


@pytest.mark.parametrize("values", [{"q": [2, 1]}, {}])
def test_sign_flow_is_refused_by_the_smooth_solver(values):
    with pytest.raises(NotSmooth, match="sign flow"):
        simulate(Flow(Lq(Q if values else 1), Product(2)), FALLING, GOOD, 1.0, method="dop853", **values)
