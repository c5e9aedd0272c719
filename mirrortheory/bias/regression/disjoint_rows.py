r"""Rows equivalent to rows of disjoint supports, one datum among them: a data-weighted Bregman projection, at every q.

.. math:: x_\infty = \arg\min \Bigl\{ \sum_j |\ell_j|^{2-q} D_j(x_j, x_{0j}) : Z x = b \Bigr\}, \qquad
          y_j = y_{0j} + c_k\,\phi_q(\ell_j) \quad (z_j = \ell_j v_k).

Proof. The slope of coordinate j is :math:`\ell_j\, v_k \cdot r` and :math:`\phi_q` is multiplicative, so y_j is as stated
with :math:`c_k = -\int \phi_q(v_k \cdot r)`. The v_k are independent, so Z x = b says what each class sum
:math:`u_k = \sum_j \ell_j x_j` is, and u_k increases with c_k: c_k is the root of one increasing function. These are the KKT
conditions of the minimum.

**The end is on Z x = b**, since f falls and :math:`|V(u - u_\infty)|^2 = 2 f` keeps u, hence c, in a bounded set, on which
1/R'' of a coordinate with one smallest layer, or away from 0, is bounded below.

**Saddles.** A coordinate with several smallest layers that comes to x = 0 stays there (the selection sign(0) = 0): its x is held
at 0. With one datum, or orthogonal v_k, c_k is monotone, and the end is the root with x so held; where all of a class are on
their way to 0 and the sum is out of reach, the class ends at 0, a saddle. Else c_k may turn, and the rule refuses unless the
bound on u shows that no such coordinate comes to 0.

**Sign flow.** At q = 1 the slope of a class may become 0 and stay so while the others move. Its columns then slide with
:math:`\sigma_j \in [-1, 1]` each, of which only :math:`\sum_j \ell_j P_j' \sigma_j` is determined: the solution of the inclusion is
not unique, and only the limit of q to 1 keeps :math:`\sigma_j` alike. So the rule refuses it, unless the v_k are orthogonal: then a
class whose slope is 0 has come to its end, and rests.

Source: this project; at depth one Gunasekar, Lee, Soudry, Srebro (2018), arXiv:1802.08246, for one datum.
"""

from __future__ import annotations

import dataclasses
from typing import final

import numpy as np

from mirrortheory.bias.regression.base import Case, Prediction, Rule, resting
from mirrortheory.bias.regression.class_roots import Classes, class_roots
from mirrortheory.bias.regression.enclosures import enclosed
from mirrortheory.errors import InvalidArgument, NotEvaluable
from mirrortheory.flows.problems import Array

_MET = 1e-9  # of the terms of a class sum, or of the largest x where these are all near 0


@final
class DisjointRows(Rule):
    """The projection for a weighted sum of the D_j."""

    name = "rows equivalent to disjoint supports: argmin sum |ell_j|^(2-q) D_j(x_j, x_0j) on Z x = b"

    def refuses(self, case: Case) -> str | None:
        columns = case.columns
        if columns.count > columns.rank:
            return f"Z has rank {columns.rank} and {columns.count} pairwise non-parallel columns"
        if columns.count == 0 or columns.orthogonal:
            return None
        if case.q == 1 and columns.count < np.count_nonzero(columns.label >= 0):
            return "at q = 1 parallel columns whose slope stays 0 while others move may share that in any way"
        reached = _saddles(case)
        return None if not reached else f"coordinate {reached[0]} may come to the saddle x = 0 of its tied layers, and c may turn"

    def predict(self, case: Case) -> Prediction:
        columns = case.columns
        equations = columns.targets(case.problem.b)
        found = from_sums(case, equations.target, self.name)
        if case.digits is None or found.x is None:
            return found
        assert equations.exact_target is not None
        assert found.dual is not None
        return dataclasses.replace(found, **enclosed(case, found.dual, equations.exact_target))


def from_sums(case: Case, sums: Array, name: str) -> Prediction:
    """Return the end with given class sums, shape (k,)."""
    columns = case.columns
    classes = Classes.of(columns.label, columns.ratio, columns.count, float(case.q), case.mirrors)
    end = class_roots(classes, sums)
    size = float(np.abs(end.x).max(initial=0.0))
    if not (np.isfinite(size) and np.isfinite(end.error) and (end.residual <= _MET or end.error <= _MET * size)):
        how = f"to {end.residual:.1g} of their terms" if np.isfinite(end.residual) else "nowhere"
        raise NotEvaluable(f"the class sums are met {how} in doubles; rescale the problem or the start")
    notes = [*resting(case)]
    if (lost := np.flatnonzero(end.lost)).size:
        first = columns.first[int(lost[0])]
        if not columns.orthogonal:
            what = f"the class sum of column {first} is out of reach: all of its coordinates are tied and on their way to 0"
            raise InvalidArgument("b", "met by Z x on the way of the flow", case.problem.b.tolist(), what)
        notes.append(f"Z x = b is out of reach for the class of column {first}: it tends to a saddle, its x to 0")
    held = np.flatnonzero(case.mirrors.held & (end.x == 0) & (case.x0 != 0))
    if held.size:
        notes.append(f"{held.size} coordinates come to a saddle x = 0 and stay there, coordinate {held[0]} among them")
    if case.q == 1 and columns.count:
        notes.append("at q = 1 other solutions may move on along Z x = b; this one rests there, as sign(0) = 0")
    return Prediction(
        end.x,
        name,
        "estimated: one increasing function of one variable for each class, and the error to first order in rounding",
        end.error,
        end.c,
        end.residual,
        notes=tuple(notes),
        on_equations=not end.lost.any(),
    )


def _saddles(case: Case) -> list[int]:
    """Return tied coordinates that may come to x = 0 while f falls: u_k stays within its distance from the end."""
    columns, mirrors = case.columns, case.mirrors
    if not mirrors.bound.any():
        return []
    classes = Classes.of(columns.label, columns.ratio, columns.count, float(case.q), mirrors)
    end = columns.targets(case.problem.b).target
    directions = columns.directions
    gram = np.linalg.pinv(directions)
    radius = np.linalg.norm(gram, axis=1) * np.linalg.norm(directions @ (columns.sums(case.x0) - end)) * (1 + 1e-9)
    return classes.reaching_zero(end - radius, end + radius)
