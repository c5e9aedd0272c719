r"""Derivations, and potentials of the user's own, as a block of LaTeX that compiles as it is pasted (it needs amsmath).

What is no formula stands above it as comments: the flow, the assumptions, where the forms hold.
"""

from __future__ import annotations

from collections.abc import Mapping

import sympy

from mirrortheory.potentials import MirrorPotential
from mirrortheory.report.describe import LINES
from mirrortheory.theory import A, Derivation

_LEFT = {
    "x0": "x_0",
    "decay_integral": "A(t)",
    "inverse_metric": r"\frac{1}{R''(x)}",
    "hessian": "R''(x)",
    "mirror_map": "R'(x)",
    "inverse_mirror_map": "x(y)",
    "potential": "R(x)",
    "conjugate": "R^*(y)",
    "bregman": "D_R(x, x_0)",
    "mirror_map_in_time": "R_t'(x)",
    "potential_in_time": "R_t(x)",
}
_ROWS_OF_A_FLOW = ("invariants", "balance_law", "imbalance", "imbalance_in_time", "dual_law", "drift_form")


def as_latex(found: Derivation | MirrorPotential, described: Mapping[str, str | list[str]]) -> str:
    """Return an ``align*`` block of the forms, with the rest as comments above it.

    Args:
        found: what is described.
        described: the mapping of :func:`mirrortheory.report.describe.as_mapping`, with expressions in LaTeX.

    >>> from mirrortheory.potentials import Potential
    >>> from mirrortheory.report.describe import as_mapping
    >>> print(as_latex(own := Potential.of("x**4/4"), as_mapping(own, sympy.latex)).splitlines()[-4])
    R(x) &= \\frac{x^{4}}{4} \\\\
    """
    of_a_flow = isinstance(found, Derivation)
    rows = _of_flow(found) if isinstance(found, Derivation) else []
    curve = (found.potential if isinstance(found, Derivation) else found).curve
    comments = []
    for name, value in described.items():
        if name == "curve":
            if sympy.latex(curve.lhs) == described.get("inverse_mirror_map"):
                continue  # it is that row
            rows.append(f"{sympy.latex(curve.rhs)} &= {sympy.latex(curve.lhs)}")
        elif name in _LEFT:
            text = str(value).replace("about", r"\text{about}")  # of a number that is too long to be read
            rows.append(f"{_LEFT[name]} &= {text}")
        elif name == "constants":
            rows += [str(entry).partition(", about")[0].replace(" = ", " &= ", 1) for entry in value]
        elif not of_a_flow or name not in _ROWS_OF_A_FLOW:
            entries = [value] if isinstance(value, str) else value
            comments += [f"% {LINES[name]}: {entry}" for entry in entries]
    return "\n".join((*comments, r"\begin{align*}", " \\\\\n".join(rows), r"\end{align*}"))


def _of_flow(derivation: Derivation) -> list[str]:
    """Return the rows on what is conserved, and how things move under a decay."""
    show = sympy.latex
    rows = []
    for law in derivation.balance_laws:
        left = rf"\frac{{d}}{{dt}} \left({show(law.invariant)}\right)"
        if law.rate is None:
            right = show(law.derivative) + r" \quad \text{(no constant multiple of it)}"
        else:
            right = "0" if law.rate == 0 else rf"\left({show(law.rate)}\right) \left({show(law.invariant)}\right)"
        rows.append(f"{left} &= {right}")
    for left, entries in ((r"\lambda", derivation.imbalance), (r"\lambda(t)", derivation.imbalance_in_time(A))):
        if entries:
            rows.append(rf"{left} &= \left({', '.join(map(show, entries))}\right)")
    moved = derivation.decay_law
    if moved is not None:
        manifold = "0" if moved.rate == 0 else rf"\left({show(moved.rate)}\right) R_t"
        rows.append(rf"\dot{{y}} &= {show(moved.dual_velocity)}, \quad y = R_t'(x)")
        rows.append(rf"\frac{{d}}{{dt}} R_t'(x) &= {show(moved.free_velocity)} - \alpha M_t'(x), \quad M_t = {manifold}")
    return rows
