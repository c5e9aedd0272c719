"""The small figures whose images are kept in ``baseline/``. Run it to draw them anew: ``python tests/report/plotted_figures.py``.

Look at each before it is committed: what is there is what the tests hold to be right.
"""

from pathlib import Path

from mirrortheory import Decoupled, Flow, Lq, Product, Quadratic, derive, phase_diagram, simulate
from mirrortheory.drawing import new_figure, styled

BASELINE = Path(__file__).parent / "baseline"
DPI = 55


def panel(draw):
    """A small figure of one panel, in the style of the package and the font that comes with Matplotlib."""
    with styled():
        drawn = new_figure(4.0, 3.0)
        draw(drawn.subplots())
    return drawn


def sign_flow():
    """Two layers and two coordinates under sign flow: x slides, and comes to rest."""
    loss = Quadratic([[1.0, 0.5], [0.0, 1.0]], [1.0, 0.6])
    return simulate(Flow(Lq(1), Product(2)), loss, [[0.5, 0.4], [0.25, 0.1]], 1.0)


def decaying():
    """Two layers whose balance decays."""
    return simulate(Flow(Lq(2), Product(2), Decoupled("1/2")), Quadratic([[1.0]], [1.0]), [1.2, 0.4], 2.0)


FIGURES = {
    "events_of_x": lambda: panel(lambda ax: sign_flow().plot(ax)),
    "balance_and_law": lambda: panel(lambda ax: decaying().plot(ax, of="balance")),
    "mirror_map": lambda: panel(lambda ax: derive(Flow(Lq(2), Product(2)), imbalance=(0, 3)).potential.plot(ax, of="mirror_map")),
    "phase_diagram": lambda: phase_diagram(Flow(Lq(2), Product(2)), starts=[(-0.5, 1.5), (1.2, -0.8)]),
}


if __name__ == "__main__":
    BASELINE.mkdir(exist_ok=True)
    for name, drawn in FIGURES.items():
        drawn().savefig(BASELINE / f"{name}.png", dpi=DPI, metadata={"Software": None})
