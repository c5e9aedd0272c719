"""What is drawn by `plot` of trajectories, batches, descents and potentials, and by `phase_diagram`; and a trajectory as a table."""

import builtins
import dataclasses

import numpy as np
import pytest
import sympy
from matplotlib import pyplot
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from mirrortheory import (
    Decoupled,
    Flow,
    Lq,
    NoDecay,
    PowerDifference,
    PowersProduct,
    Product,
    Quadratic,
    derive,
    phase_diagram,
    simulate,
)
from mirrortheory.drawing import COLOURS, DASHES, line, tex
from mirrortheory.errors import InvalidArgument, NotSmooth
from mirrortheory.flows import SignDescent, descend
from mirrortheory.flows.phase_diagram import stationary_points
from mirrortheory.potentials import Potential
from mirrortheory.reparams import Reparam

FLOW = Flow(Lq(2), Product(2))
ONE = Quadratic([[1.0]], [1.0])
KINDS = {
    "trajectory": (lambda: simulate(FLOW, ONE, [0.5, 0.25], 2.0), "x", 5),
    "batch": (lambda: simulate(FLOW, ONE, [[[0.5], [0.25]], [[1.0], [2.0]]], 2.0), "x", 2),
    "descent": (lambda: descend(SignDescent(0.125), Product(2), ONE, [0.5, 0.25], 12), "x", 3),
    "potential": (lambda: derive(FLOW, imbalance=(0, 3)).potential, "potential", 4),
}


@pytest.fixture(scope="module", params=KINDS)
def kind(request):
    make, default, panels = KINDS[request.param]
    return make(), default, panels


def axes_of():
    return Figure().subplots()


def curves(ax):
    return [artist for artist in ax.lines if len(artist.get_xdata()) > 2 and not artist.get_label().startswith("_")]


def test_without_axes_there_is_a_figure_of_panels_none_of_them_empty(kind):
    drawn, _, panels = kind[0].plot(), *kind[1:]
    assert isinstance(drawn, Figure)
    assert len(drawn.axes) == panels
    for ax in drawn.axes:
        assert any(np.isfinite(np.asarray(artist.get_ydata(), dtype=float)).any() for artist in curves(ax))
        assert ax.get_xlabel()
        assert ax.get_ylabel()
        assert "Abs" not in ax.get_ylabel() + ax.get_xlabel()


def test_with_axes_one_panel_is_drawn_into_them(kind):
    ax = axes_of()
    assert kind[0].plot(ax) is ax
    assert len(ax.figure.axes) == 1
    other = axes_of()
    kind[0].plot(other, of=kind[1])
    assert other.get_ylabel() == ax.get_ylabel()
    assert len(kind[0].plot(of=kind[1]).axes) == 1


def test_another_quantity_is_refused_with_those_that_there_are(kind):
    with pytest.raises(InvalidArgument, match=rf"of must be one of .*{kind[1]}.*, got moon") as refused:
        kind[0].plot(of="moon")
    assert "\n" not in str(refused.value)


def test_a_panel_that_would_be_empty_is_refused():
    path = simulate(Flow(Lq(2), Product(1)), ONE, [[0.5]], 1.0)
    assert [ax.get_ylabel() for ax in path.plot().axes] == ["loss $f(x)$", "effective parameter $x = g(w)$", "weights"]
    with pytest.raises(InvalidArgument, match="of must be one of loss, x, weights, got balance"):
        path.plot(of="balance")


def test_lines_are_told_apart_in_grey_and_by_the_colour_blind():
    """Colours are those of Okabe and Ito; two coordinates differ by marker, two layers by dashes."""
    path = simulate(FLOW, Quadratic(np.eye(2), [1.0, 2.0]), [[0.5, 0.4], [0.25, 0.1]], 1.0)
    for of in ("x", "weights"):
        shown = curves(path.plot(axes_of(), of=of))
        assert {to_rgb(artist.get_color()) for artist in shown} <= {to_rgb(c) for c in COLOURS}
        assert len({(artist.get_marker(), artist.get_linestyle()) for artist in shown}) == len(shown)
    assert len({line(i)["color"] for i in range(7)}) == len(set(map(str, DASHES))) == 7


def test_events_are_named_in_words():
    path = simulate(Flow(Lq(1), Product(2)), ONE, [0.5, 0.25], 1.0)
    (text,) = path.plot(axes_of()).texts
    assert text.get_text() == "slide, rest: $x_1$"
    assert [event.kind for event in path.events] == ["slide", "rest"]


def test_labels_are_in_the_notation_of_the_theory():
    w1, w2 = Product(2).weights
    assert tex(abs(w1) - abs(w2)) == "$|w_1| - |w_2|$"
    assert tex(sympy.sqrt(abs(w1)) / w2) == r"$\frac{\sqrt{|w_1|}}{w_2}$"
    legend = simulate(Flow(Lq(1), Product(2)), ONE, [0.5, 0.25], 1.0).plot(axes_of(), of="balance").get_legend()
    assert [text.get_text() for text in legend.get_texts()] == ["$|w_1| - |w_2|$", "law"]


def test_a_loss_of_zero_leaves_the_panel_and_no_decade_is_empty():
    path = simulate(Flow(Lq(1), Product(2)), ONE, [0.5, 0.25], 1.0)
    ax = path.plot(axes_of(), of="loss")
    (shown,) = curves(ax)
    low = ax.get_ylim()[0]
    inside = shown.get_ydata()[shown.get_ydata() > low]
    assert path.loss[-1] < low < inside.min() < 100 * low


def test_flows_of_a_batch_are_named_by_what_differs():
    q = sympy.Symbol("q", positive=True)
    batch = simulate(Flow(Lq(q), Product(2)), ONE, [[[0.5], [0.25]]] * 2, 1.0, q=[1.5, 2.0])
    assert [artist.get_label() for artist in batch.plot(axes_of()).lines] == ["$q = 1.5$", "$q = 2$"]
    two = simulate(FLOW, Quadratic([[1.0, 2.0]], [4.0]), np.full((2, 2, 2), 0.5), 1.0).plot(axes_of(), of="x")
    assert [artist.get_linestyle() for artist in two.lines] == ["-", "--"] * 2
    assert [text.get_text() for text in two.get_legend().get_texts()] == ["flow 1", "flow 2", "$x_1$", "$x_2$"]
    w = batch.w.copy()
    w[0, 3:] = np.nan
    cut = dataclasses.replace(batch, w=w, ended=np.array([0.5, 1.0])).plot(axes_of())
    assert [artist.get_xdata()[0] for artist in cut.lines if artist.get_label() == "_ended"] == [0.5]
    assert "ended early" in [text.get_text() for text in cut.get_legend().get_texts()]


def test_a_potential_shows_its_certified_values():
    potential = derive(Flow(Lq(2), Product(3)), imbalance=(0, "1/2", 2)).potential
    (shown,) = curves(potential.plot(axes_of(), of="mirror_map", x=(0, 3)))
    x, y = shown.get_data()
    assert 0 < x[0] < x[-1] < 3
    np.testing.assert_allclose(y[::16], potential.mirror_map(x[::16]), rtol=1e-14)
    (other,) = curves(derive(Flow(Lq(2), Product(3)), imbalance=(0, "1/2", 1)).potential.plot(axes_of(), of="mirror_map", x=(0, 3)))
    assert np.abs(np.interp(x, *other.get_data()) - y).max() > 0.1
    (back,) = curves(potential.plot(axes_of(), of="inverse_mirror_map", x=(0, 3)))
    np.testing.assert_array_equal(back.get_data(), (y, x))


def test_the_peak_of_a_potential_is_drawn():
    """From a small start R'' is a narrow peak, which equidistant points cut off; at q = 1 it has a corner at 0."""
    sharp = derive(Flow(Lq(2), PowerDifference(2)), initial=("1/10", "1/10")).potential
    (x, hessian), *_ = (line.get_data() for line in curves(sharp.plot(axes_of(), of="hessian")))
    assert hessian.max() == pytest.approx(12.5, rel=1e-12)
    halfway = (x[1:] + x[:-1]) / 2
    assert np.abs((hessian[1:] + hessian[:-1]) / 2 - 25 / np.sqrt(1e4 * halfway**2 + 4)).max() < 0.02 * hessian.max()
    corner = derive(Flow(Lq(1), Product(2)), imbalance=(0, 1)).potential
    assert max(curves(corner.plot(axes_of(), of="hessian"))[0].get_ydata()) == 1.0


def test_a_potential_is_drawn_where_it_holds():
    balanced = derive(FLOW).potential  # R'(0) is infinite: each side of 0 is a potential of its own
    assert min(curves(balanced.plot(axes_of()))[0].get_xdata()) > 0
    (both,) = curves(balanced.plot(axes_of(), of="mirror_map", x=(-1, 1)))
    assert np.isnan(both.get_ydata()).sum() == 1
    inside = curves(Potential.of("-log(1 - x**2)", "-1 < x < 1").plot(axes_of()))[0].get_xdata()
    assert -1 < min(inside) < -0.9 < 0.9 < max(inside) < 1
    for x, message in (((-2, 0), "in the region"), ((1, 1), "an interval from low to high"), (3, "an interval, got 3")):
        with pytest.raises(InvalidArgument, match=message):
            Potential.of("-log(1 - x**2)", "-1 < x < 1").plot(x=x)
    with pytest.raises(InvalidArgument, match="free of symbols to be evaluated, got lambda"):
        derive(FLOW, imbalance=(0, sympy.Symbol("lambda", positive=True))).potential.plot()


def test_a_phase_diagram_marks_what_is_stationary():
    assert stationary_points(FLOW) == [(dict.fromkeys(FLOW.weights, 0), True)]
    assert stationary_points(Flow(Lq(2), PowersProduct(2, 2))) == []  # its weights are positive
    assert stationary_points(Flow(Lq(2), PowerDifference(2))) == []
    names = {}
    for decay in (NoDecay(), Decoupled("1/2")):
        drawn = phase_diagram(Flow(Lq(2), Product(2), decay), starts=[(1.0, 0.5)], t_end=1.0)
        names[str(decay)] = [text.get_text() for text in drawn.axes[0].get_legend().get_texts()]
    assert ["strict saddle" in found for found in names.values()] == [True, False]
    assert r"stationary: $\nabla g = 0$" in names["Decoupled(alpha=1/2)"]


class Squares(Reparam):
    """A map of the user's own: x = w1^2 w2^2, whose derivatives vanish on both axes."""

    weights = Product(2).weights

    def forward(self, *weights):
        return weights[0] ** 2 * weights[1] ** 2

    def lift(self, x):
        return (x ** sympy.Rational(1, 4),) * 2


class Bowl(Squares):
    """x = w1^2 + w2^2, for which w = 0 is an extremum of every loss."""

    def forward(self, *weights):
        return weights[0] ** 2 + weights[1] ** 2


def test_lines_and_extrema_are_no_strict_saddles():
    w1, w2 = Product(2).weights
    assert stationary_points(Flow(Lq(2), Squares())) == [({w1: 0}, False), ({w2: 0}, False)]
    assert stationary_points(Flow(Lq(2), Bowl())) == [({w1: 0, w2: 0}, False)]
    for reparam in (Squares(), Bowl()):
        drawn = phase_diagram(Flow(Lq(2), reparam), starts=[(1.0, 0.5)], t_end=0.1)
        entries = [text.get_text() for text in drawn.axes[0].get_legend().get_texts()]
        assert r"stationary: $\nabla g = 0$" in entries
        assert "strict saddle" not in entries


def test_paths_of_a_phase_diagram_are_those_of_the_flow():
    ax = axes_of()
    assert phase_diagram(FLOW, starts=[(1.5, 0.5)], t_end=1.0, ax=ax) is ax
    (path,) = (artist for artist in ax.lines if artist.get_label() == "path")
    w = np.array(path.get_data())
    np.testing.assert_allclose(w[0] ** 2 - w[1] ** 2, 2.0, atol=1e-8)
    np.testing.assert_allclose(w[:, -1], simulate(FLOW, ONE, [1.5, 0.5], 1.0).w[-1, :, 0], rtol=1e-12)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("$w_1$", "$w_2$")


def test_paths_that_no_solver_follows_are_counted_and_those_asked_for_are_not_left_out():
    flow = Flow(Lq("3/2"), PowersProduct(2, 3))
    drawn = phase_diagram(flow, t_end=0.3)
    lost = 8 - sum(artist.get_label() == "path" for artist in drawn.axes[0].lines)
    assert 0 < lost < 8
    assert f"{lost} paths are left out" in drawn.axes[0].get_title()
    with pytest.raises(NotSmooth):
        phase_diagram(flow, starts=[(1.64, 1.27)], t_end=1.0)
    field = phase_diagram(flow, starts=[]).axes[0]
    assert "left out" not in field.get_title()
    entries = [text.get_text() for text in field.get_legend().get_texts()]
    assert entries == ["direction of the flow", "$f'(x) = 0$"]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: phase_diagram(Flow(Lq(2), Product(3))), "flow must be one of two weights"),
        (lambda: phase_diagram(Flow(Lq(sympy.Symbol("q", positive=True)), Product(2))), "flow must be one without symbols"),
        (lambda: phase_diagram(FLOW, Quadratic(np.eye(2), [1.0, 1.0])), "problem must be a loss of one coordinate, got one of 2"),
        (lambda: phase_diagram(FLOW, window=((1, 0), (0, 1))), "window must be two intervals"),
    ],
)
def test_other_phase_diagrams_are_refused_in_one_line(call, message):
    with pytest.raises(InvalidArgument, match=message) as refused:
        call()
    assert "\n" not in str(refused.value)


def test_pyplot_knows_no_figure():
    """It would show it a second time, and keep it alive."""
    before = pyplot.get_fignums()
    simulate(FLOW, ONE, [0.5, 0.25], 1.0).plot()
    assert pyplot.get_fignums() == before
    pyplot.figure()
    assert pyplot.get_fignums() != before  # what it does know is seen
    pyplot.close()


def test_a_trajectory_is_a_table():
    pandas = pytest.importorskip("pandas", reason="pandas is not installed: to_frame needs it")
    path = simulate(FLOW, Quadratic(np.eye(2), [1.0, 2.0]), [[0.5, 0.4], [0.25, 0.1]], 1.0)
    frame = path.to_frame()
    assert list(frame.columns) == ["loss", "x1", "x2", "y1", "y2", "w1_1", "w1_2", "w2_1", "w2_2", "error"]
    assert frame.index.name == "t"
    np.testing.assert_array_equal(frame.index, path.t)
    np.testing.assert_array_equal(frame[["w2_1", "w2_2"]], path.w[:, 1])
    data = pandas.DataFrame({"a": [1.0, 0.0], "b": [0.0, 1.0]})
    again = simulate(FLOW, Quadratic(data, pandas.Series([1.0, 2.0])), pandas.DataFrame([[0.5, 0.4], [0.25, 0.1]]), 1.0)
    np.testing.assert_array_equal(again.w, path.w)
    assert derive(FLOW, imbalance=(0, 3)).potential(pandas.Series([1, 2])).shape == (2,)


def test_a_batch_and_a_descent_are_tables():
    pandas = pytest.importorskip("pandas", reason="pandas is not installed: to_frame needs it")
    batch = simulate(FLOW, ONE, [[[0.5], [0.25]], [[1.0], [2.0]]], 1.0)
    frame = batch.to_frame()
    assert list(frame.columns) == ["q", "alpha", "loss", "x1", "w1", "w2", "error"]
    np.testing.assert_array_equal(frame.loc[1]["w2"], batch.w[1, :, 1, 0])
    np.testing.assert_array_equal(frame.loc[1].index, batch.t)
    np.testing.assert_array_equal(frame["x1"].unstack("t"), batch.x[:, :, 0])
    steps = descend(SignDescent(0.125), Product(2), ONE, [0.5, 0.25], 8)
    assert list(steps.to_frame().columns) == ["t", "loss", "x1", "w1", "w2"]
    assert steps.to_frame().index.name == "step"
    assert isinstance(steps.to_frame(), pandas.DataFrame)
    np.testing.assert_array_equal(steps.to_frame()["w1"], steps.w[:, 0, 0])


def test_without_pandas_there_is_one_line(monkeypatch):
    path, real = simulate(FLOW, ONE, [0.5, 0.25], 1.0), builtins.__import__

    def without(name, *arguments):
        if name == "pandas":
            raise ImportError(name)
        return real(name, *arguments)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(
        InvalidArgument, match="to_frame must be called where pandas is installed, got no pandas; pip install pandas"
    ):
        path.to_frame()
    assert list(path.columns()) == ["loss", "x1", "y1", "w1", "w2", "error"]


@pytest.mark.parametrize("ax", [3, "axes", []], ids=["a number", "a text", "a list"])
def test_what_is_no_axes_is_refused(ax):
    path = simulate(FLOW, ONE, [0.5, 0.25], 1.0)
    for draw in (path.plot, derive(FLOW).potential.plot, lambda ax: phase_diagram(FLOW, ax=ax, starts=[])):
        with pytest.raises(InvalidArgument, match=rf"ax must be Matplotlib axes of a plane, got {type(ax).__name__}; write"):
            draw(ax)
