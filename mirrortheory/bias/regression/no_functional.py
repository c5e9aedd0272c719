r"""Where no rule gives the end: two row-equivalent problems, one start, two ends.

Row operations :math:`(Z, b) \to (A Z, A b)`, A invertible, leave R, x_0 and the solutions :math:`\{Z x = b\}` as they are. For
q != 2 and more pairwise non-parallel columns than the rank of Z they may move the end, as claims show by examples. Where they do,
no functional of these three gives it. The certificate is such a pair, whose ends differ by more than their errors; it is followed
when it is asked for, which takes as long as two flows. Without it nothing is said but that no functional is known.

Source: this project.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from mirrortheory.bias.regression.base import Case, Prediction, Rule
from mirrortheory.bias.regression.flow_end import End, end_of_flow
from mirrortheory.flows.problems import Array, Quadratic
from mirrortheory.theory import Flow


@dataclass(frozen=True, eq=False)
class Pair:
    """Two problems with the same solutions, A Z x = A b and Z x = b, and where the flow from one start ends on each.

    Attributes:
        A: the row operation, shape (n, n), invertible.
        problem, other: (Z, b) and (A Z, A b).
        end, other_end: where the flow ends.
        distance: the largest difference of the ends; a lower bound of it where the certificate begins with "proved".
        certificate: what shows that the ends differ, in words; begins with "proved" or "estimated".
    """

    A: Array
    problem: Quadratic
    other: Quadratic
    end: End
    other_end: End
    distance: float
    certificate: str

    @property
    def proved(self) -> bool:
        """Whether it is a proof that the ends differ."""
        return self.certificate.startswith("proved")

    @property
    def conclusive(self) -> bool:
        """Whether the ends differ by more than their errors, which are bounds in a proof and else estimates."""
        return self.proved or self.distance > self.end.error + self.other_end.error


@final
class NoFunctional(Rule):
    """No prediction, and why."""

    name = "none: no functional of (R, x_0, {Z x = b}) is known"
    shown = "none: no functional of (R, x_0, {Z x = b}) predicts this"

    def refuses(self, case: Case) -> str | None:
        columns = case.columns
        if case.q == 2:
            return "for q = 2 the projection predicts it"
        return None if columns.count > columns.rank else "the rows are equivalent to disjoint supports"

    def predict(self, case: Case) -> Prediction:
        columns = case.columns
        why = f"Z has rank {columns.rank} and {columns.count} pairwise non-parallel columns: row operations may move the end"
        if not case.witness:
            return Prediction(None, self.name, f"nothing is shown: {why}; ask for a witness (witness=True, or --run)", float("inf"))
        pair = row_equivalent_pair(case.flow, case.problem, case.weights)
        if not pair.conclusive:
            return Prediction(None, self.name, f"nothing is shown: {why}; this pair ends alike", float("inf"), witness=pair)
        return Prediction(None, self.shown, pair.certificate, float("inf"), witness=pair, notes=(why,))


def row_equivalent_pair(flow: Flow, problem: Quadratic, initial: Array) -> Pair:
    """Follow a flow on (Z, b) and on (A Z, A b), where A doubles the first row that is not alone, and adds the next one to it.

    Args:
        flow: of a product of layers.
        problem: a quadratic loss.
        initial: weights, shape (depth, d).
    """
    A = row_operation(problem)
    other = Quadratic(A @ problem.Z, A @ problem.b)
    one, two = (end_of_flow(flow, each, initial) for each in (problem, other))
    apart = float(np.abs(one.x - two.x).max())
    shown = f"estimated: the flows on (Z, b) and (A Z, A b) end {apart:.3g} apart, with errors of at most "
    return Pair(A, problem, other, one, two, apart, f"{shown}{one.error:.1e} and {two.error:.1e}")


def row_operation(problem: Quadratic) -> Array:
    """Return A, which doubles the first row that is not alone, and adds the next one to it."""
    A = np.eye(len(problem.b))
    nonzero = np.flatnonzero(problem.Z.any(axis=1))
    A[nonzero[0], nonzero[0]] = 2.0
    if len(nonzero) > 1:
        A[nonzero[0], nonzero[1]] = 1.0
    return A
