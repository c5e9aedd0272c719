"""The gallery of potentials: R'', R' and R of several maps, drawn from certified values and written as mathematics."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import sympy

from mirrortheory import (
    Exp,
    Flow,
    LogDifference,
    Lq,
    Mask,
    PowerDifference,
    PowersProduct,
    Product,
    Reparam,
    Square,
    Tempered,
    derive,
)
from mirrortheory.drawing import line, panels
from mirrortheory.potentials.numeric import values
from mirrortheory.report.describe import as_mapping
from mirrortheory.report.plots import save
from mirrortheory.theory import Derivation

if TYPE_CHECKING:
    from mirrortheory.drawing import Figure

EXPONENTS = ("1", "3/2", "2")
_POINTS = 48
_HIGH = 4  # where a panel ends
_LONG = 150  # characters of LaTeX
_HALF = sympy.Rational(1, 2)
_SHOWN = {"hessian": "R''", "mirror_map": "R'", "potential": "R"}
_ROWS = {"curve": "", "hessian": "R''(x)", "mirror_map": "R'(x)", "inverse_mirror_map": "x(y)", "potential": "R(x)"}


@dataclass(frozen=True)
class Entry:
    """A map and a start: a row of the gallery."""

    name: str
    title: str
    reparam: Reparam
    start: dict[str, tuple[object, ...]] = field(default_factory=dict)
    even: bool = True  # whether x < 0 is drawn


PRODUCTS = (
    Entry("one-layer", "One layer, $x = w$", Product(1)),
    Entry("two-layers", "Two balanced layers, $x = w_1 w_2$", Product(2)),
    Entry("three-layers", "Three balanced layers", Product(3)),
    Entry("four-layers", "Four balanced layers", Product(4)),
    Entry("two-layers-imbalance", "Two layers, imbalance (0, 1)", Product(2), {"imbalance": (0, 1)}),
    Entry("three-layers-imbalance", "Three layers, imbalance (0, 1/2, 2)", Product(3), {"imbalance": (0, _HALF, 2)}),
    Entry("four-layers-imbalance", "Four layers, imbalance (0, 1, 1, 1)", Product(4), {"imbalance": (0, 1, 1, 1)}),
)
OTHERS = (
    Entry("mask", "A mask, $x = m w$ from (2, 1)", Mask(), {"initial": (2, 1)}),
    Entry("difference-of-squares", "A difference of squares, $x = u^2 - v^2$ from (1, 1)", PowerDifference(2), {"initial": (1, 1)}),
    Entry("difference-of-cubes", "A difference of cubes, $x = u^3 - v^3$ from (1, 1)", PowerDifference(3), {"initial": (1, 1)}),
    Entry("powers", "A product of powers, $x = u^2 v^3$ from (1, 1)", PowersProduct(2, 3), {"initial": (1, 1)}, even=False),
    Entry("square", "A square, $x = w^2/4$", Square(), even=False),
    Entry("exponential", "An exponential, $x = e^w$", Exp(), even=False),
    Entry("tempered", "A tempered exponential, $\\tau = 1/2$", Tempered(_HALF), even=False),
    Entry("logarithms", "A difference of logarithms, $x = \\log u - \\log v$ from (1, 1)", LogDifference(), {"initial": (1, 1)}),
)
_HEAD = """\
# Gallery of potentials

Steepest descent of the weights w, with gradient exponent q, moves x = g(w) by the mirror flow of a potential R, that is
d/dt R'(x) = -phi(f'(x)). Below are R'', R' and R of several maps g, each for q = 1, 3/2 and 2, derived by this package. Large
R'' means that x moves slowly there: a potential with a peak of R'' at 0 prefers sparse solutions. All quantities are
dimensionless; the curves are drawn through certified values, and R' and R are those of the normalisation that the derivation
states. Where no short closed form exists, the potential is known along a curve with the parameter s,
the smallest charge, or y = R'(x) ([closed forms](/closed_forms.md)).
"""


def pages(folder: Path) -> dict[str, str]:
    """Return the page in Markdown; the figures are written beside it, where they are not yet as this file would draw them."""
    made = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]
    (folder / "potentials").mkdir(parents=True, exist_ok=True)
    sections = [_HEAD]
    for title, entries in (("Products of layers", PRODUCTS), ("Other maps", OTHERS)):
        sections += [f"## {title}", *(_section(entry, folder, made) for entry in entries)]
    return {"potentials/index.md": "\n\n".join(sections)}


def _section(entry: Entry, folder: Path, made: str) -> str:
    found = {q: derive(Flow(Lq(q), entry.reparam), **entry.start) for q in EXPONENTS}
    path = folder / "potentials" / f"{entry.name}-{made}.svg"
    if not path.exists():
        save(lambda: _figure(entry, found), path)
    start = "".join(f", {name}=({', '.join(map(str, of))})" for name, of in entry.start.items())
    formulas = "\n\n".join(_formulas(q, derivation) for q, derivation in found.items())
    code = f"`derive(Flow(Lq(q), {entry.reparam}){start})`"
    alt = f"{entry.title.replace('$', '')}: R'', R' and R over x, for q = 1, 3/2 and 2"
    return f"### {entry.title}\n\n![{alt}]({path.name})\n\n{formulas}\n\n{code}"


def _formulas(q: str, derivation: Derivation) -> str:
    described = as_mapping(derivation, sympy.latex)
    rows, long = [], []
    for name, left in _ROWS.items():
        text = str(described.get(name, ""))
        if name == "curve" and derivation.potential.closed_hessian is None:
            curve = derivation.potential.curve
            text, left = sympy.latex(curve.lhs), sympy.latex(curve.rhs)
        elif name == "curve" or text in ("", "not known", "None") or (name == "inverse_mirror_map" and len(rows) > 1):
            continue
        rows.append(f"{left} &= {text}") if len(text) <= _LONG else long.append(f"${left}$")
    if sum(map(len, rows)) <= _LONG:
        shown = r",\qquad ".join(row.replace(" &= ", " = ") for row in rows)
    else:
        shown = "\n".join((r"\begin{aligned}", " \\\\\n".join(rows), r"\end{aligned}"))
    omitted = f"\n\n{', '.join(long)}: too long to be shown here." if long else ""
    return f"q = {q} ({derivation.potential.form}), for {derivation.potential.where}:\n\n$$\n{shown}\n$${omitted}"


def _figure(entry: Entry, found: dict[str, Derivation]) -> Figure:
    figure, axes = panels(3, width=3.0, height=2.6)
    for place, (q, derivation) in enumerate(found.items()):
        curves = _curves(entry, derivation)
        for panel, name in zip(axes, _SHOWN, strict=True):  # the full line below dashes, so that all are seen where they are one
            panel.plot(curves["x"], curves[name], label=f"$q = {q}$", zorder=5 - place, **line(len(found) - 1 - place))
    for panel, (name, title) in zip(axes, _SHOWN.items(), strict=True):
        panel.set(title=f"${title}(x)$", xlabel="$x$")
        low, high = panel.get_ylim()
        panel.set_ylim(0 if name == "hessian" else max(low, -_HIGH), min(high, _HIGH))
    axes[0].legend()
    return figure


def _curves(entry: Entry, derivation: Derivation) -> dict[str, list[float]]:
    """Return certified values at points that are dense near 0; where x < 0 is covered, by evenness of R."""
    points = [sympy.Rational(2 * k * k, _POINTS * _POINTS) for k in range(1, _POINTS + 1)]
    found = {"x": [float(x) for x in points]} | {name: [] for name in _SHOWN}
    for x in points:
        at = values(derivation.potential, x, digits=6)
        for name in _SHOWN:
            found[name].append(float(getattr(at, name)))
    if entry.even:
        mirrored = {"x": -1, "hessian": 1, "mirror_map": -1, "potential": 1}
        found = {name: [sign * v for v in reversed(found[name])] + [float("nan")] + found[name] for name, sign in mirrored.items()}
    return found
