"""The trajectory as data: dense output, dual variable, errors of quantities, invariants, and files without loss."""

import dataclasses
import json
from fractions import Fraction

import numpy as np
import pytest
import sympy
from damage import read_damaged
from hypothesis import given, settings
from hypothesis import strategies as st
from thinning import thinned

from mirrortheory import Coupled, Decoupled, Flow, Lq, NoDecay, Product, derive
from mirrortheory.errors import InvalidArgument, NoClosedForm
from mirrortheory.flows import Callables, Exponential, Logistic, Quadratic, Scalar, Trajectory, dual_flow, sign_flow, simulate
from mirrortheory.flows.result import dense_output, storage
from mirrortheory.flows.result import dual_variable as dual_room
from mirrortheory.flows.result.dense_output import pieces
from mirrortheory.flows.result.dual_variable import dual_variable
from mirrortheory.flows.result.invariants import first_integrals
from mirrortheory.flows.sign.polynomial.solver import Exact
from mirrortheory.flows.smooth.dop853_solver import Dop853
from mirrortheory.flows.smooth.dual_solver import Dual
from mirrortheory.flows.solver import Request
from mirrortheory.potentials.numeric import values
from mirrortheory.reparams import Exp, LogDifference, Mask, PowerDifference, PowersProduct, Separable, Square, Tempered

X = sympy.Symbol("x")
TARGET = Quadratic([[1.0]], [1.0])
PAIR = Quadratic([[1.0, 0.5], [0.2, 1.0]], [1.0, 1.5])
START = np.array([[0.5, -0.4], [0.3, -0.9], [0.8, 0.6]])


def product(q, depth=3, decay=NoDecay()):
    return Flow(Lq(q), Product(depth), decay)


# Dense output ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("q", [1, "3/2", 2])
def test_dense_output_passes_through_the_weights(q):
    path = simulate(product(q), PAIR, START, 2.0)
    np.testing.assert_array_equal(path.at(path.t), path.w)
    assert path.at(0.3).shape == (3, 2)
    assert path.at([0.1, 0.2, 0.3]).shape == (3, 3, 2)


def test_dense_output_is_that_of_the_solver_within_its_stated_error():
    times = np.linspace(0, 2, 777)
    sign = simulate(product(1), PAIR, START, 2.0)
    gap = np.abs(sign.at(times) - sign_flow(PAIR, START, 2.0).w(times)).max()
    assert gap <= 4 * sign.dense.error + 1e-15
    assert sign.dense.error < 1e-12
    dual, solution = simulate(product("3/2"), PAIR, START, 2.0), dual_flow(product("3/2"), PAIR, START, 2.0)
    assert max(np.abs(dual.at(t) - solution.dense(t)).max() for t in times) <= 4 * dual.dense.error + 1e-15


@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("q", [1, "3/2", 2])
def test_weights_at_a_time_do_not_depend_on_the_other_times(q, depth):
    solve = {1: Exact(), "3/2": Dual(), 2: Dop853()}[q].solve
    solution = solve(product(q, depth), PAIR, START[:depth], 2.0, Request())
    times = np.sort(np.random.default_rng(0).uniform(0, 2, 100))
    one_by_one = np.array([solution.dense(t) for t in times])
    np.testing.assert_array_equal(solution.dense.many(times), one_by_one)
    np.testing.assert_array_equal(solution.dense.many(solution.t), solution.w)
    at_once, singly = (pieces(dense, solution.t, 1e-12) for dense in (solution.dense, lambda t: solution.dense(t)))
    np.testing.assert_array_equal(at_once.values, singly.values)
    np.testing.assert_array_equal(at_once.at(times), [at_once(t) for t in times])


@pytest.mark.parametrize("t", [-0.1, 2.1, np.nan, [[0.1]], [0.1, 9.0]])
def test_times_outside_are_refused(t):
    path = simulate(product(2), PAIR, START, 2.0)
    with pytest.raises(InvalidArgument, match=r"t must be times in \[0, 2\]"):
        path.at(t)


def test_pieces_shrink_towards_a_kink_and_say_what_they_miss():
    def kink(t):
        return np.array([[abs(t - 1 / 3)]])

    found = pieces(kink, [0.0, 1.0], 1e-6)
    assert len(found.values) > 10
    times = np.linspace(0, 1, 1001)
    assert max(abs(found(t) - kink(t)).max() for t in times) <= 4e-6
    rough = pieces(lambda t: np.array([[1.0 * (t > 1 / 3)]]), [0.0, 1.0], 1e-6)
    assert rough.error > 0.1  # a jump is not interpolated


def test_pieces_are_no_more_than_there_is_room_for(monkeypatch):
    monkeypatch.setattr(dense_output, "_MOST_NUMBERS", 9 * 10)
    found = pieces(lambda t: np.array([[np.sin(1 / (t + 1e-3))]]), [0.0, 0.5, 1.0], 1e-9)
    assert len(found.values) == len(found.breaks) - 1 == 10
    assert (np.diff(found.breaks) > 0).all()
    assert (found.breaks[0], found.breaks[-1]) == (0, 1)
    assert found.error > 1e-9


# The dual variable ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("q", [1, "6/5", "3/2", 2])
@thinned(
    "excess", [(0,), (0, 0), (0, 1), (0, "1/100000"), (0, "1/2", 2), (0, 0, 1), (0, 0, 0), (0, "1/2", 2, 3), (0, 0, 0, 0)], every=4
)
def test_dual_variable_is_the_certified_mirror_map(q, excess):
    flow, exact = product(q, len(excess)), sympy.Rational(q)
    potential, w = derive(flow, imbalance=excess).potential, []
    charges = [Fraction(1, 10**6), Fraction(1, 7), Fraction(9, 4), Fraction(50)]
    for s in charges:
        w.append([[float(s + Fraction(lam)) ** (1 / float(exact))] for lam in excess])
    w = np.array(w)
    w[:, -1] *= -1
    lost = max(
        (4e-16 * 50 / float(Fraction(lam)) for lam in excess if lam), default=0.0
    )  # of an imbalance, in the rounding of weights
    found = dual_variable(flow, w)[:, 0]
    for y, x in zip(found, w.prod(axis=1)[:, 0], strict=True):
        certified = float(values(potential, sympy.Rational(*float(abs(x)).as_integer_ratio()), digits=20).mirror_map.mid())
        assert -y == pytest.approx(certified, rel=1e-13 + 4 * lost)


def test_dual_variable_at_and_across_zero():
    flow = product(2, 2)
    w = np.array([[[-0.1], [0.5]], [[0.0], [np.sqrt(0.24)]], [[0.1], [0.5]]])
    y = dual_variable(flow, w)[:, 0]
    assert y[1] == 0
    assert y[0] == pytest.approx(-y[2], rel=1e-14)
    assert y[2] == pytest.approx(np.arcsinh(2 * 0.05 / 0.24) / 2, rel=1e-13)
    assert dual_variable(flow, np.zeros((1, 2, 1)))[0, 0] == -np.inf
    assert dual_variable(product("3/2", 2), np.zeros((1, 2, 1)))[0, 0] == 0


@pytest.mark.parametrize("q", [1, "6/5", "3/2", 2])
def test_dual_variable_moves_at_the_constant_speed_of_a_constant_slope(q):
    """The steepest mirror flow y' = -phi(f'), by a solver that knows of no y; of sign flow the solver does."""
    slope = sympy.Rational(3, 2)
    if q == 1:
        path = simulate(product(q), Quadratic(np.eye(2), [9.0, 9.0]), START, 0.2)
    else:
        path = simulate(product(q), Scalar(-slope * X), np.abs(START), 0.2, method="dop853")
    speed = float(slope) ** float(sympy.Rational(q) - 1)
    np.testing.assert_allclose(path.y, path.y[0] + speed * path.t[:, None], rtol=1e-9, atol=1e-11)
    assert not np.allclose(path.y, path.y[0] + 1.01 * speed * path.t[:, None], rtol=1e-9, atol=1e-11)


U, V = sympy.symbols("u v", positive=True)
OTHER_MAPS = {  # with a start from which x is rational
    "u^2 - v^2": (PowerDifference(2), (2, 1)),
    "u^4 - v^4": (PowerDifference(4), (1, 2)),
    "w^2/4": (Square(), (3,)),
    "u^3 - log v": (Separable(U**3 - sympy.log(V), (U, V)), (2, 1)),
    "u^2 v^3": (PowersProduct(2, 3), (2, 1)),
    "m w, m largest": (Mask(), (2, -1)),
    "m w, w largest": (Mask(), (1, -2)),
}


@thinned("q", [1, "4/3", "3/2", 2], every=3)
@thinned("name", OTHER_MAPS, every=4)
def test_dual_variable_of_other_maps_is_the_certified_mirror_map(name, q):
    reparam, start = OTHER_MAPS[name]
    flow, x = Flow(Lq(q), reparam), sympy.nsimplify(reparam.forward(*map(sympy.Rational, start)))
    side = -1 if name.startswith("m w") and x < 0 else 1  # R is even there
    certified = values(derive(flow, initial=start).potential, side * x, digits=20).mirror_map
    found = dual_variable(flow, np.array(start, dtype=float).reshape(1, -1, 1))
    assert side * found[0, 0] == pytest.approx(float(certified.mid()), rel=1e-13)


@pytest.mark.parametrize("q", ["3/2", 2])
@thinned("reparam", [*(reparam for reparam, _ in OTHER_MAPS.values()), Exp(), LogDifference(), Tempered("1/2")], ids=str, every=4)
def test_dual_variable_of_other_maps_moves_at_the_constant_speed_of_a_constant_slope(reparam, q):
    start = np.array([[1.5, 0.7], [0.8, 1.9]])[: len(reparam.weights)]
    path = simulate(Flow(Lq(q), reparam), Scalar(-2 * X), start, 0.05)
    speed = 2.0 ** float(sympy.Rational(q) - 1)
    np.testing.assert_allclose(path.y, path.y[0] + speed * path.t[:, None], rtol=1e-9, atol=1e-11)
    assert not np.allclose(path.y, path.y[0] + 1.01 * speed * path.t[:, None], rtol=1e-9, atol=1e-11)


def test_dual_variable_is_refused_for_other_maps_with_the_reason():
    path = simulate(Flow(Lq("3/2"), Separable(U * V + V**2, (U, V))), TARGET, [0.5, 0.4], 0.1)
    assert path.y is None
    assert any(note.startswith("no y: ") and "separation failed" in note for note in path.notes)
    with pytest.raises(NoClosedForm, match="the ratio of velocities"):
        dual_variable(path.flow, path.w)


# Errors of quantities and invariants ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("q", "method"), [(2, "dop853"), ("3/2", "dual"), ("3/2", "dop853")])
def test_error_of_a_quantity_covers_it(q, method):
    """Against proved weights; and a hundredth of the estimate does not cover in every case."""
    flow, end = product(q, 3, Decoupled("1/4")), 0.25
    w1, w2, w3 = flow.weights
    path, proved = simulate(flow, PAIR, START, end, method=method, rtol=1e-6), simulate(flow, PAIR, START, end, digits=30)
    for expr in (w1 * w2 * w3, w1**2 - sympy.exp(w2), sympy.Abs(w3) ** sympy.Rational(1, 3)):
        found, error = path.quantity(expr)
        true = sympy.lambdify(flow.weights, expr, "numpy")(*proved.w[-1])
        assert (np.abs(found[-1] - true) <= error[-1]).all()
        assert (error[-1] < 1e-4).all()
        assert (np.diff(error, axis=0) >= 0).all()


def test_quantity_beside_a_point_where_it_is_undefined_has_an_infinite_error():
    path = simulate(product("3/2", 1), TARGET, [0.0], 4.0)
    value, error = path.quantity(sympy.log(1 + sympy.Rational(1, 10**9) - path.flow.weights[0]))
    assert np.isfinite(value).all()
    assert np.isinf(error[-1]).all() or error[-1, 0] > abs(value[-1, 0] - np.log(1e-9))


def test_quantity_of_other_symbols_is_refused():
    path = simulate(product(2), PAIR, START, 0.5)
    with pytest.raises(InvalidArgument, match="expr must be an expression in w1, w2, w3, got z"):
        path.quantity(sympy.Symbol("z"))
    with pytest.raises(InvalidArgument, match="expr must be a SymPy expression or a number"):
        path.quantity("w1")


@pytest.mark.parametrize("method", ["dop853", "dual"])
@pytest.mark.parametrize("decay", [NoDecay(), Decoupled("1/3")])
@thinned("q", [2, "3/2"], every=2)
def test_balances_follow_their_law(q, decay, method):
    path = simulate(product(q, 3, decay), PAIR, START, 0.25, method=method)
    found = path.invariants()
    assert len(found) == 2
    rate = float(path.flow.geometry.exponent * decay.rate)
    for invariant in found:
        assert invariant.holds
        assert invariant.independent == (method == "dop853")
        np.testing.assert_allclose(invariant.predicted, np.exp(-rate * path.t)[:, None] * invariant.values[0], rtol=1e-14)
    bent = path.w.copy()
    bent[-1, 0, 0] *= 1 + 1e-4
    assert not all(invariant.holds for invariant in dataclasses.replace(path, w=bent, w_coarse=bent).invariants())


def test_coupled_decay_below_q_two_has_no_law_and_none_is_claimed():
    path = simulate(product("3/2", 2, Coupled("1/4")), PAIR, [[0.5, 0.4], [0.9, 0.8]], 0.02)
    (invariant,) = path.invariants()
    assert invariant.predicted is None
    assert invariant.holds is None
    (law,) = simulate(product(2, 2, Coupled("1/4")), PAIR, [[0.5, 0.4], [0.9, 0.8]], 0.5).invariants()
    assert law.holds


@pytest.mark.parametrize(
    ("reparam", "start"),
    [(Mask(), [0.9, 0.2]), (PowerDifference(3), [0.6, 0.5]), (PowersProduct(2, 3), [0.6, 0.5]), (LogDifference(), [0.6, 0.5])],
)
def test_invariants_of_other_maps_hold(reparam, start):
    path = simulate(Flow(Lq(2), reparam), TARGET, start, 0.3)
    assert [invariant.holds for invariant in path.invariants()] == [True]


def test_flow_without_a_known_invariant_says_so():
    u, v = sympy.symbols("u v", positive=True)
    with pytest.raises(NoClosedForm):
        first_integrals(Flow(Lq("3/2"), Separable(u * v + v**2, (u, v))))
    assert first_integrals(product(2, 1)) == ()


def test_nothing_is_derived_for_y_until_it_is_read(monkeypatch):
    derived = []
    real = dual_room.separate
    monkeypatch.setattr(dual_room, "separate", lambda flow: derived.append(flow) or real(flow))
    path = simulate(product("17/9", 2, Decoupled("1/7")), PAIR, START[:2], 0.5)
    path.at(0.2), path.invariants()
    assert not derived
    assert path.y.shape == path.x.shape
    assert derived
    count = len(derived)
    again = simulate(product("17/9", 2, Decoupled("1/7")), PAIR, START[:2], 0.4)
    assert again.y is again.y
    assert len(derived) == count  # once for the flow


def test_why_there_is_no_y_is_told_when_it_is_read():
    u, v = sympy.symbols("u v", positive=True)
    path = simulate(Flow(Lq(2), Separable(u * v + v**2 / 2, (u, v))), TARGET, [0.5, 0.6], 0.1)
    assert path.y is None
    assert [note for note in path.notes if note.startswith("no y: ")]


# Files ----------------------------------------------------------------------------------------------------------------

U, V = sympy.symbols("u v", positive=True)
REAL = sympy.Symbol("r", real=True)
SAVED = {
    "dop853": lambda: simulate(product(2, 3, Coupled("1/4")), PAIR, START, 0.5),
    "dual": lambda: simulate(product("3/2", 2, Decoupled("1/4")), Logistic([[1.0]], [-1]), [0.5, 0.1], 1.0),
    "exact": lambda: simulate(product(1), PAIR, START, 2.0, events=[lambda t, w: t - 1]),
    "taylor": lambda: simulate(product(2, 2), Exponential([[0.1]], [1]), ["1/3", "2/7"], "1/3", digits=40),
    "certified": lambda: simulate(product(1, 2), TARGET, [0.5, 0.25], 2, digits=20),
    "blow-up": lambda: simulate(product(2, 3), Scalar(-X), [0.5] * 3, 3.0),
    "saddle": lambda: simulate(
        product(2, 2), Scalar(sympy.Abs(REAL - 7) ** 3 + sympy.exp(1) * REAL), [[0.0, 0.5], [0.0, 0.1]], 0.1
    ),
    "separable": lambda: simulate(Flow(Lq(2), Separable(U**3 - sympy.log(V), (U, V))), TARGET, [0.5, 0.6], 0.1),
    **{
        type(reparam).__name__: lambda reparam=reparam: simulate(
            Flow(Lq(2), reparam), Scalar((X - 1) ** 2), [0.6, 0.5][: len(reparam.weights)], 0.1
        )
        for reparam in (Mask(), PowerDifference(3), PowersProduct(2, 3), LogDifference(), Exp(), Square(), Tempered("1/2"))
    },
}


def assert_same(path, other):
    names = {field.name for field in dataclasses.fields(Trajectory)} - {"remarks", "kept"} | {"y", "notes"}
    for name in sorted(names):  # what is read: y and notes are made of what was kept, or derived
        a, b = getattr(path, name), getattr(other, name)
        if isinstance(a, np.ndarray):
            assert a.dtype == b.dtype
            assert a.tobytes() == b.tobytes(), name
            assert a.shape == b.shape
        elif name == "problem":
            assert type(a) is type(b)
            for own in dataclasses.fields(a):
                assert np.array_equal(getattr(a, own.name), getattr(b, own.name)), own.name
        elif name == "dense":
            assert (a.error, a.breaks.tobytes(), a.values.tobytes()) == (b.error, b.breaks.tobytes(), b.values.tobytes())
        else:
            assert a == b, name


@pytest.mark.parametrize("ending", ["npz", "json"])
@thinned("name", SAVED, every=8)
def test_trajectory_is_saved_and_loaded_without_loss(name, ending, tmp_path):
    path = SAVED[name]()
    file = tmp_path / f"path.{ending}"
    path.save(file)
    again = Trajectory.load(str(file))
    assert_same(path, again)
    times = np.linspace(0, path.t[-1], 50)
    assert (again.at(times) == path.at(times)).all()
    assert [i.holds for i in again.invariants()] == [i.holds for i in path.invariants()]
    repeated = tmp_path / f"again.{ending}"
    again.save(repeated)
    assert_same(again, Trajectory.load(repeated))


def test_callables_and_foreign_classes_are_not_saved(tmp_path):
    class Own(Product):
        pass

    path = simulate(product(2, 2), Callables(TARGET.value, TARGET.slope), [0.5, 0.1], 0.1)
    with pytest.raises(InvalidArgument, match="problem must be data, to be saved, got Callables; save t, w and x yourself"):
        path.save(tmp_path / "path.npz")
    path = simulate(Flow(Lq(2), Own(2)), TARGET, [0.5, 0.1], 0.1)
    with pytest.raises(InvalidArgument, match="reparam must be one of this package, to be saved, got Own"):
        path.save(tmp_path / "path.npz")
    path = simulate(product(2, 2), Scalar(0.5 * X), [0.5, 0.1], 0.1)
    with pytest.raises(InvalidArgument, match="formula must be free of floats, to be saved, got 0.5"):
        path.save(tmp_path / "path.npz")
    path = simulate(product(2, 2), TARGET, [0.5, 0.1], 0.1)
    with pytest.raises(InvalidArgument, match=r"path must be a name that ends in \.npz or \.json"):
        path.save(tmp_path / "path.txt")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("ending", ["npz", "json", "txt"])
@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"null", b"PK\x03\x04", b"\xff\xfe\x00", b'{"format": 1}', b"[" * 100_000])
def test_other_files_are_refused_in_one_line(ending, content, tmp_path):
    file = tmp_path / f"other.{ending}"
    file.write_bytes(content)
    with pytest.raises(InvalidArgument, match="path must be a saved trajectory, got .*damaged") as refused:
        Trajectory.load(file)
    assert "\n" not in str(refused.value)


def test_missing_file_is_said(tmp_path):
    with pytest.raises(InvalidArgument, match="path must be an existing file"):
        Trajectory.load(tmp_path / "none.npz")


def test_pickles_are_not_opened(tmp_path):
    file = tmp_path / "path.npz"
    np.savez(file, document=np.array([print], dtype=object))
    with pytest.raises(InvalidArgument, match="allow_pickle"):
        Trajectory.load(file)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved")
    path = simulate(product(2, 2), TARGET, [0.5, 0.1], 0.1)
    for ending in ("npz", "json"):
        path.save(folder / f"path.{ending}")
    return path, folder


@pytest.mark.parametrize("ending", ["npz", "json"])
@settings(deadline=None, max_examples=40)
@given(place=st.floats(0, 1, exclude_max=True), change=st.integers(1, 255), cut=st.booleans())
def test_damage_never_passes_for_another_trajectory(files, ending, place, change, cut):
    path, folder = files
    whole, file = (folder / f"path.{ending}").read_bytes(), folder / f"damaged.{ending}"
    again = read_damaged(Trajectory.load, whole, file, place, change, cut)
    if again is not None:  # the byte carries nothing, such as a time stamp of the archive
        assert_same(path, again)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("problem", ["Scalar", {"expr": "__import__('os').system('x')", "symbols": [["x", []]]}]),
        ("problem", ["Product", {"depth": "2"}]),
        ("problem", ["os.system", {"command": "x"}]),
        ("flow", {"geometry": ["Lq", {"q": "2.5"}], "reparam": ["Product", {"depth": "2"}], "decay": ["NoDecay", {}]}),
        ("flow", {}),
        ("events", [["0x1p+0"]]),
        ("notes", None),
    ],
)
def test_document_with_a_right_checksum_and_a_wrong_content_is_refused(files, place, value, tmp_path):
    _, folder = files
    document, arrays = storage.read(folder / "path.npz")
    assert json.dumps(document)
    storage.write(tmp_path / "path.npz", document | {place: value}, arrays)
    with pytest.raises(InvalidArgument, match="path must be a saved trajectory"):
        Trajectory.load(tmp_path / "path.npz")
