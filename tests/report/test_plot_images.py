"""Figures look as they did when somebody looked at them, and a figure with one thing wrong does not.

Images are compared by Matplotlib's own root mean square difference of pixels, of 255. Two versions of Matplotlib set text a little
differently, so some difference is allowed; each fault below makes a larger one.
"""

import dataclasses

import pytest
from matplotlib.testing.compare import compare_images
from plotted_figures import BASELINE, DPI, FIGURES, decaying, panel, sign_flow

from mirrortheory import Flow, Lq, Product, derive, phase_diagram

TOLERANCE = 4.0


def difference(drawn, name, tmp_path):
    """What differs from the picture of that name, in words, or None where it is within the tolerance."""
    actual = tmp_path / f"{name}.png"
    drawn.savefig(actual, dpi=DPI)
    return compare_images(str(BASELINE / f"{name}.png"), str(actual), tol=TOLERANCE)


def test_every_image_has_a_figure_and_is_small():
    assert {path.stem for path in BASELINE.iterdir()} == set(FIGURES)
    assert all(path.stat().st_size < 40_000 for path in BASELINE.iterdir())


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_as_its_image(name, tmp_path):
    assert difference(FIGURES[name](), name, tmp_path) is None


def without_events(ax):
    dataclasses.replace(sign_flow(), events=()).plot(ax)


def with_swapped_labels(ax):
    derive(Flow(Lq(2), Product(2)), imbalance=(0, 3)).potential.plot(ax, of="mirror_map")
    ax.set(xlabel=ax.get_ylabel(), ylabel=ax.get_xlabel())


def with_a_label_of_code(ax):
    decaying().plot(ax, of="balance")
    ax.get_legend().get_texts()[0].set_text("Abs(w1)**2 - Abs(w2)**2")


def without_its_law(ax):
    decaying().plot(ax, of="balance")
    ax.lines[1].remove()


def of_another_imbalance(ax):
    derive(Flow(Lq(2), Product(2)), imbalance=(0, 2)).potential.plot(ax, of="mirror_map")


FAULTS = [
    ("events_of_x", without_events),
    ("mirror_map", with_swapped_labels),
    ("mirror_map", of_another_imbalance),
    ("balance_and_law", with_a_label_of_code),
    ("balance_and_law", without_its_law),
]


@pytest.mark.parametrize(("name", "draw"), FAULTS, ids=lambda part: part if isinstance(part, str) else part.__name__)
def test_a_figure_with_one_thing_wrong_is_told_apart(name, draw, tmp_path):
    found = difference(panel(draw), name, tmp_path)
    assert found is not None
    assert "RMS" in found


def test_the_phase_diagram_of_another_exponent_is_told_apart(tmp_path):
    drawn = phase_diagram(Flow(Lq(1), Product(2)), starts=[(-0.5, 1.5), (1.2, -0.8)])
    assert difference(drawn, "phase_diagram", tmp_path) is not None
