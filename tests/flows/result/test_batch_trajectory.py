"""What a batch shows, and its files: nothing is lost, damage never passes for another batch."""

from dataclasses import fields, replace

import numpy as np
import pytest
import sympy
from damage import read_damaged
from hypothesis import given, settings
from hypothesis import strategies as st
from random_batches import data, quadratics, starts

from mirrortheory import Coupled, Decoupled, Flow, Lq, Product, notation
from mirrortheory.errors import InvalidArgument
from mirrortheory.flows import BatchTrajectory, Callables, Exponential, Logistic, Quadratic, Scalar, Stack, Trajectory, simulate

X, Q, ALPHA = sympy.Symbol("x"), notation.q, notation.alpha
PRODUCT = Flow(Lq(2), Product(2))
FALLING = Scalar(-X)

# Independence of chunks and neighbours --------------------------------------------------------------------------------


SHARED = Quadratic([[1.0, 0.5, 0.3], [0.2, 1.0, -1.0]], [1.0, 2.0])

# What a batch shows ---------------------------------------------------------------------------------------------------


def test_losses_duals_and_invariants_are_those_of_single_runs():
    rng = np.random.default_rng(13)
    problem, w = data(rng, 3, 3, 2), starts(rng, 3, 3, 2)
    rates = ["0", "1/4", "1/2"]
    paths = simulate(Flow(Lq(Q), Product(3), Decoupled(ALPHA)), problem, w, 0.25, q=[2, 1.5, 1.75], alpha=[0, 0.25, 0.5])
    assert paths.reasons == ("",) * 3
    laws = paths.invariants()
    assert len(laws) == 2
    assert [law.holds for law in laws] == [True, True]
    for k, q in enumerate(("2", "3/2", "7/4")):
        single = simulate(Flow(Lq(q), Product(3), Decoupled(rates[k])), problem.problems[k], w[k], 0.25, method="dop853")
        np.testing.assert_allclose(paths.loss[k], single.loss[::16], rtol=1e-7)
        np.testing.assert_allclose(paths.y[k], single.y[::16], rtol=1e-6)
        for law, other in zip(laws, single.invariants(), strict=True):
            np.testing.assert_allclose(law.values[k], other.values[::16], rtol=1e-6, atol=1e-9)
            np.testing.assert_allclose(law.predicted[k], other.predicted[::16], rtol=1e-9, atol=1e-12)


def test_a_law_that_fails_is_seen():
    """Coupled decay shrinks balances at rate q alpha for q = 2 only: there is no law at q = 3/2; a moved weight breaks one."""
    w = starts(np.random.default_rng(14), 2, 2, 1)
    assert simulate(Flow(Lq("3/2"), Product(2), Coupled("1/4")), FALLING, w, 0.5).invariants()[0].holds is None
    paths = simulate(PRODUCT, FALLING, w, 0.5)
    assert paths.invariants()[0].holds
    moved = paths.w.copy()
    moved[1, -1, 0, 0] += 4 * paths.error[1, -1] + 1e-6
    assert not replace(paths, w=moved).invariants()[0].holds


def test_invariants_are_judged_as_far_as_each_trajectory_went():
    w = np.array([0.3, 2.0])[:, None, None] * np.array([1.0, 1.1, 1.2])[:, None] * np.ones((2, 3, 1))
    paths = simulate(Flow(Lq(2), Product(3)), FALLING, w, 1.0)
    assert paths.ended[1] < 1
    law = paths.invariants()[0]
    assert law.holds
    assert np.isnan(law.values[1, -1]).all()
    assert np.isnan(paths.loss[1, -1])


# Times, progress, refusals --------------------------------------------------------------------------------------------


SHARED_ONE, SHARED_TWO = Quadratic([[1.0]], [1.0]), Quadratic([[1.0, 0.5]], [1.0])

# Files ----------------------------------------------------------------------------------------------------------------


ROWS, LABELS = np.array([[0.5, 1.0], [1.0, -0.25]]), [1, -1]
TWO = np.arange(1, 9).reshape(2, 2, 2) / 8
MIXED = Stack([SHARED_ONE, Scalar((X - 1) ** 2), Exponential([[0.1]], [1])])
SAVED = {
    "symbols": lambda: simulate(
        Flow(Lq(Q), Product(2), Decoupled(ALPHA)), FALLING, TWO[..., :1], 0.5, q=[1.5, 2], alpha=[0.1, 1 / 3]
    ),
    "own symbols": lambda: simulate(Flow(Lq(sympy.Symbol("r", positive=True)), Product(2)), FALLING, TWO, 0.5, q=[1, 2]),
    "blow-up": lambda: simulate(Flow(Lq(2), Product(3)), FALLING, [[[0.1]] * 3, [[1.0]] * 3], 2.0),
    "one loss": lambda: simulate(PRODUCT, Quadratic(ROWS, [1.0, 2.0]), TWO, 0.5),
    "quadratics": lambda: simulate(PRODUCT, quadratics([ROWS, 2 * ROWS], [[1.0, 2.0], [0.1, -0.0]]), TWO, 0.5),
    "logistics": lambda: simulate(PRODUCT, Stack(Logistic(c * ROWS, LABELS) for c in (1, 2)), TWO, 0.5),
    "exponentials": lambda: simulate(PRODUCT, Stack(Exponential(c * ROWS, LABELS) for c in (1, 2)), TWO, 0.5),
    "mixed": lambda: simulate(PRODUCT, MIXED, np.full((3, 2, 1), 0.5), 0.5),
    "many": lambda: simulate(PRODUCT, Stack([SHARED_ONE] * 11 + [FALLING]), np.full((12, 2, 1), 0.5), 0.1),
}


def assert_same_losses(one, other):
    assert type(one) is type(other)
    if isinstance(one, Stack):
        for pair in zip(one.problems, other.problems, strict=True):
            assert_same_losses(*pair)
        return
    for own in fields(one):
        assert np.array_equal(getattr(one, own.name), getattr(other, own.name)), own.name


def assert_same_batch(one, other):
    for field in fields(BatchTrajectory):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if isinstance(a, np.ndarray):
            assert a.dtype == b.dtype, field.name
            np.testing.assert_array_equal(a, b, field.name)
            assert (np.signbit(a) == np.signbit(b))[~np.isnan(a)].all(), field.name
        elif field.name == "problem":
            assert_same_losses(a, b)
        else:
            assert a == b, field.name


@pytest.mark.parametrize("ending", ["npz", "json"])
@pytest.mark.parametrize("name", SAVED)
def test_batch_is_saved_and_loaded_without_loss(name, ending, tmp_path):
    path, file = SAVED[name](), tmp_path / f"batch.{ending}"
    path.save(file)
    again = BatchTrajectory.load(str(file))
    assert_same_batch(path, again)
    np.testing.assert_array_equal(path.loss, again.loss)
    with pytest.raises(AssertionError):
        assert_same_batch(path, replace(again, w=np.nextafter(again.w, 9)))
    if name == "blow-up":
        assert np.isnan(again.w).any()
        assert np.isinf(again.error).any()
        assert again.reasons[1]


@pytest.mark.parametrize("ending", ["npz", "json"])
def test_nan_of_either_sign_is_no_damage(ending, tmp_path):
    path = SAVED["blow-up"]()
    path = replace(path, w=np.where(np.isnan(path.w), -np.nan, path.w))
    path.save(tmp_path / f"batch.{ending}")
    assert_same_batch(path, BatchTrajectory.load(tmp_path / f"batch.{ending}"))


def test_losses_that_are_alike_are_stacked_in_the_file(tmp_path):
    SAVED["quadratics"]().save(tmp_path / "batch.npz")
    with np.load(tmp_path / "batch.npz") as file:
        assert [name for name in file.files if name.startswith("problem")] == ["problem Z", "problem b"]
        assert file["problem Z"].shape == (2, 2, 2)


def test_functions_and_other_endings_are_not_saved(tmp_path):
    code = Callables(lambda x: float(x @ x), lambda x: 2 * x)
    path = SAVED["one loss"]()
    for problem in (code, Stack([SHARED, code])):
        with pytest.raises(InvalidArgument, match="problem must be data, to be saved, got Callables; save t, w and x") as refused:
            replace(path, problem=problem).save(tmp_path / "batch.npz")
        assert "\n" not in str(refused.value)
    with pytest.raises(InvalidArgument, match=r"path must be a name that ends in \.npz or \.json"):
        path.save(tmp_path / "batch.txt")
    whole = Flow(Lq(sympy.Symbol("q", positive=True, rational=True)), Product(2))
    with pytest.raises(InvalidArgument, match="formula must be one that its text determines"):
        replace(path, flow=whole).save(tmp_path / "batch.npz")
    assert not list(tmp_path.iterdir())


def test_a_batch_is_no_trajectory_and_a_trajectory_no_batch(tmp_path):
    SAVED["quadratics"]().save(tmp_path / "batch.npz")
    simulate(PRODUCT, FALLING, [0.5, 0.5], 0.1).save(tmp_path / "path.npz")
    for cls, name in ((Trajectory, "batch"), (BatchTrajectory, "path")):
        with pytest.raises(InvalidArgument, match="path must be a saved trajectory"):
            cls.load(tmp_path / f"{name}.npz")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder, path = tmp_path_factory.mktemp("saved"), SAVED["quadratics"]()
    for ending in ("npz", "json"):
        path.save(folder / f"batch.{ending}")
    return path, folder


@pytest.mark.parametrize("ending", ["npz", "json"])
@settings(deadline=None, max_examples=40)
@given(place=st.floats(0, 1, exclude_max=True), change=st.integers(1, 255), cut=st.booleans())
def test_damage_never_passes_for_another_batch(files, ending, place, change, cut):
    path, folder = files
    whole, file = (folder / f"batch.{ending}").read_bytes(), folder / f"damaged.{ending}"
    again = read_damaged(BatchTrajectory.load, whole, file, place, change, cut)
    if again is not None:  # the byte carries nothing, such as a time stamp of the archive
        assert_same_batch(path, again)
