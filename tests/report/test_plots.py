"""The figure of a trajectory has every panel, line, band, event and label that it should; pixels are not looked at."""

import dataclasses
import itertools
import xml.etree.ElementTree as ET

import matplotlib
import numpy as np
import pytest
from thinning import thinned
from trajectories import quartic, regression, told

from mirrortheory import Coupled, Decoupled, Flow, Lq, NoDecay, Product
from mirrortheory.errors import InvalidArgument
from mirrortheory.flows import Event, Quadratic, simulate
from mirrortheory.flows.result.panels import WORDS
from mirrortheory.report.plots import figure, plot_trajectory


@pytest.fixture(scope="module")
def few():
    return regression(3, 4, 3, "3/2", Decoupled("1/10"))


@pytest.fixture(scope="module")
def many():
    return regression(40, 10, 2, 1, NoDecay(), t_end=3.0)


def panels(path):
    drawn = figure(path)
    return {axes.get_label(): axes for axes in drawn.axes}


def line(axes, label):
    (found,) = [artist for artist in axes.lines if artist.get_label() == label]
    return found


def test_panels_and_units(few):
    found = panels(few)
    assert list(found) == ["loss", "x", "weights", "balance", "distance"]
    for axes in found.values():
        assert axes.get_xlabel() == "time t (dimensionless)"
        assert axes.get_xlim() == (0.0, 4.0)
        assert axes.get_ylabel()


def _agree(path, drawn, values):
    """A line goes through the values at the times of the trajectory, and has points at each event and between the times."""
    t = drawn.get_xdata()
    assert set(path.t) | {event.time for event in path.events} <= set(t)
    assert np.diff(t).max() <= path.t[-1] / 190
    np.testing.assert_allclose(drawn.get_ydata()[np.searchsorted(t, path.t)], values, rtol=1e-6, atol=1e-9)


def test_few_steps_do_not_show_as_corners():
    """The few times of a Taylor solution, drawn through its dense output; the curve is that of another solver."""
    flow, problem = Flow(Lq(2), Product(2)), Quadratic([[1.0]], [2.0])
    taylor, other = (simulate(flow, problem, [0.5, 0.25], 2.0, method=method) for method in ("taylor", "dop853"))
    assert len(taylor.t) < 12
    curve = line(panels(taylor)["x"], "$x_1$")
    np.testing.assert_allclose(np.interp(other.t, *curve.get_data()), other.x[:, 0], atol=1e-3)
    assert np.abs(np.interp(other.t, taylor.t, taylor.x[:, 0]) - other.x[:, 0]).max() > 1e-2


def test_lines_show_the_trajectory(few):
    found = panels(few)
    assert found["loss"].get_yscale() == "log"
    _agree(few, line(found["loss"], "loss"), few.loss)
    assert len(found["x"].lines) == 3
    assert len(found["weights"].lines) == 9
    _agree(few, line(found["x"], "$x_2$"), few.x[:, 1])
    _agree(few, line(found["weights"], "$w_3$ of $x_1$"), few.w[:, 2, 0])
    colours = {line(found["weights"], f"$w_{i}$ of $x_1$").get_color() for i in (1, 2, 3)} | {line(found["x"], "$x_1$").get_color()}
    dashes = {line(found["weights"], f"$w_{i}$ of $x_1$").get_linestyle() for i in (1, 2, 3)}
    assert (len(colours), len(dashes)) == (1, 3)


def test_balances_have_their_law_and_the_band_of_the_error(few):
    found = panels(few)
    law, band = few.invariants()[1], found["balance"].collections
    name = "$|w_1|^{3/2} - |w_3|^{3/2}$ of $x_2$"
    np.testing.assert_array_equal(line(found["balance"], name).get_ydata(), law.values[:, 1])
    np.testing.assert_array_equal(line(found["balance"], f"law of {name}").get_ydata(), law.predicted[:, 1])
    edges = band[4].get_paths()[0].vertices  # the bands come in the order of the balances, and of x in them
    assert edges[:, 1].min() == (law.predicted - law.error)[:, 1].min()
    assert edges[:, 1].max() == (law.predicted + law.error)[:, 1].max()
    distance = line(found["distance"], name).get_ydata()
    gap = abs(law.values - law.predicted)[:, 1]
    np.testing.assert_array_equal(distance[gap > 0], gap[gap > 0])
    np.testing.assert_array_equal(line(found["distance"], f"error of {name}").get_ydata(), law.error[:, 1])
    assert found["distance"].get_yscale() == "log"


def test_a_false_law_is_seen_outside_the_error(few):
    """The mutant: the balance is told to decay twice as fast."""
    axes = panels(told(few, "1/5"))["distance"]
    name = "$|w_1|^{3/2} - |w_2|^{3/2}$ of $x_1$"
    above = line(axes, name).get_ydata()[1:] > line(axes, f"error of {name}").get_ydata()[1:]
    assert above.all()
    assert not (line(panels(few)["distance"], name).get_ydata()[1:] > few.invariants()[0].error[1:, 0]).any()


def test_each_event_has_a_line_in_each_panel_and_a_label(few):
    assert len(few.events) > 1
    for name, axes in panels(few).items():
        (lines,) = [c for c in axes.collections if c.get_label() == "events"]
        assert sorted(segment[0][0] for segment in lines.get_segments()) == sorted({e.time for e in few.events})
        assert bool(axes.texts) == (name in ("loss", "x"))
    kinds = " ".join(text.get_text() for text in panels(few)["loss"].texts)
    assert all(WORDS.get(event.kind, event.kind) in kinds for event in few.events)


def test_events_that_are_close_share_a_label(few):
    events = (Event(1.0, (0,), "cross"), Event(1.0, (1, 2), "cross"), Event(1.01, (0, 1, 2), "rest"), Event(2.0, (0, 1), "zero"))
    for chosen, expected in (
        (events[:2], ["turn: $x_1$, $x_2$, $x_3$"]),
        (events, ["turn, rest: $x_1$, $x_2$, $x_3$", "zero: $x_1$, $x_2$"]),
    ):
        texts = [text.get_text() for text in panels(dataclasses.replace(few, events=chosen))["loss"].texts]
        assert texts == expected


def test_many_coordinates_are_thin_lines_without_a_legend_of_them(many):
    found = panels(many)
    assert len(found["x"].lines) == 40
    assert len(found["weights"].lines) == 80
    assert found["x"].get_legend() is None
    assert found["weights"].get_legend() is None
    assert max(artist.get_linewidth() for artist in found["weights"].lines) < 1
    assert len({tuple(artist.get_color()) for artist in found["x"].lines}) == 40
    entries = [text.get_text() for text in found["distance"].get_legend().get_texts()]
    assert entries == ["|balance - law|", "largest error"]
    assert [len(found[name].texts) for name in ("loss", "weights")] == [len(found["x"].texts), 0]
    assert len(found["loss"].texts) <= 30 < len(many.events)


def test_legends_explain_colours_once_and_dashes_where_they_are(few):
    found = panels(few)
    entries = {name: [t.get_text() for t in axes.get_legend().get_texts()] for name, axes in found.items() if axes.get_legend()}
    assert entries["x"] == ["$x_1$", "$x_2$", "$x_3$"]
    assert entries["weights"] == ["$w_1$", "$w_2$", "$w_3$"]
    assert entries["balance"] == ["$|w_1|^{3/2} - |w_2|^{3/2}$", "$|w_1|^{3/2} - |w_3|^{3/2}$", "law"]
    assert entries["distance"] == ["|balance - law|", "error"]


def test_a_loss_that_is_negative_somewhere_has_a_linear_axis():
    path = quartic()
    assert path.loss.min() < 0 < path.loss.max()
    assert panels(path)["loss"].get_yscale() == "linear"


def test_nothing_is_laid_over_anything(few, many):
    """Panels do not overlap, nor do the labels of events in one panel."""
    for path in (few, many):
        drawn = figure(path)
        drawn.draw_without_rendering()
        boxes = [axes.get_tightbbox() for axes in drawn.axes]
        for i, first in enumerate(boxes):
            for second in boxes[i + 1 :]:
                overlap = min(first.x1, second.x1) - max(first.x0, second.x0), min(first.y1, second.y1) - max(first.y0, second.y0)
                assert min(overlap) < 1
        starts = [text.get_window_extent().x0 for text in drawn.axes[0].texts]
        assert all(later - earlier > 8 for earlier, later in itertools.pairwise(starts))
        assert all(box.x0 > -1 and box.y0 > -1 for box in boxes)


def test_without_balances_there_are_three_panels_and_without_laws_four():
    assert list(panels(regression(2, 2, 1, 2, NoDecay()))) == ["loss", "x", "weights"]
    lawless = regression(1, 1, 2, "3/2", Coupled("1/10"), t_end=0.1)
    assert [invariant.predicted for invariant in lawless.invariants()] == [None]
    found = panels(lawless)
    assert list(found) == ["loss", "x", "weights", "balance"]
    assert [artist.get_label() for artist in found["balance"].lines] == ["$|w_1|^{3/2} - |w_2|^{3/2}$ of $x_1$"]


@thinned("suffix", ["svg", "PNG", "pdf"], every=2)
def test_files_are_written_whole_and_equal_each_time(few, tmp_path, suffix):
    targets = [tmp_path / f"{name}.{suffix}" for name in "ab"]
    before = dict(matplotlib.rcParams)
    for target in targets:
        plot_trajectory(few, target)
    assert dict(matplotlib.rcParams) == before
    first, second = (target.read_bytes() for target in targets)
    assert first == second
    if suffix == "svg":
        root = ET.fromstring(first)
        assert root.tag.endswith("svg")
        assert "time t (dimensionless)" in {"".join(node.itertext()).strip() for node in root.iter()}
    else:
        assert first.startswith(b"\x89PNG" if suffix == "PNG" else b"%PDF")
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(t.name for t in targets)


def test_an_interrupted_plot_leaves_the_old_file(few, tmp_path, monkeypatch):
    from matplotlib.figure import Figure

    def half(self, path, **options):
        path.write_text("half", encoding="utf-8")
        raise KeyboardInterrupt

    target = tmp_path / "a.svg"
    target.write_text("old", encoding="utf-8")
    monkeypatch.setattr(Figure, "savefig", half)
    with pytest.raises(KeyboardInterrupt):
        plot_trajectory(few, target)
    assert target.read_text(encoding="utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.svg"]


def test_wrong_files_are_refused(few, tmp_path):
    with pytest.raises(InvalidArgument, match=r"plot must be a file .svg, .png or .pdf, got a.eps; write for example flow.svg"):
        plot_trajectory(few, type(tmp_path)("a.eps"))
    with pytest.raises(InvalidArgument, match=r"output must be a file that can be written, got .*; no such file"):
        plot_trajectory(few, tmp_path / "absent" / "a.svg")
