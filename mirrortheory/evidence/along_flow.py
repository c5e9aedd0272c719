"""Statements along one simulated flow, which corroborate an exact statement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sympy

from mirrortheory.decays import TIME
from mirrortheory.domain import Domain
from mirrortheory.evidence.verdicts import Curve, Evidence, Statement, Verdict
from mirrortheory.theory import Flow

START = sympy.Symbol("Q0", real=True)


@dataclass(frozen=True)
class AlongFlow(Statement):
    """A quantity follows its law along one simulated flow, within the error estimate; corroborates an exact statement.

    Args:
        flow, problem, initial, t_end: what to simulate (see :func:`mirrortheory.flows.simulate`).
        quantity: SymPy expression in the weights.
        law: SymPy expression in TIME and START (the initial value), with numbers for everything else.
        part: which part of the claim this is.
    """

    flow: Flow
    problem: Any = field(compare=False)
    initial: Sequence[Any] = field(compare=False)
    t_end: float
    quantity: sympy.Expr
    law: sympy.Expr
    part: str = ""

    def written(self, tree: Callable[[sympy.Basic], Any], place: Callable[[Domain], int]) -> dict[str, Any]:
        return {"relation": "simulated", "quantity": f"{self.quantity} = {self.law} along {self.flow}"}

    def examine(self, *, seed: int) -> Evidence:
        import numpy as np  # it and SciPy are slow to import, and exact claims do without them

        from mirrortheory.flows import simulate

        path = simulate(self.flow, self.problem, self.initial, self.t_end, method="dop853")  # it knows of no balance
        values, error = path.quantity(self.quantity)
        law = sympy.lambdify((TIME, START), self.law, "numpy")
        expected = np.broadcast_to(law(path.t[:, None], values[0]), values.shape)
        worst = np.unravel_index(np.argmax(np.abs(values - expected) / error), values.shape)
        gap, allowed = float(abs(values - expected)[worst]), float(error[worst])
        verdict = Verdict.SUPPORTED if gap <= allowed else Verdict.UNDECIDED
        relation = "within" if verdict is Verdict.SUPPORTED else "NOT within"
        columns = (path.t, values[:, worst[1]], expected[:, worst[1]], error[:, worst[1]])
        curve = Curve(str(self.quantity), *(tuple(map(float, column)) for column in columns))
        where = f"coordinate {worst[1] + 1} at t = {path.t[worst[0]]:.3g}"
        detail = (
            f"comes closest to its bound in {where}: off by {gap:.1e}, {relation} the error estimate {allowed:.1e}; {path.method}"
        )
        return Evidence("simulated", verdict, self.part, detail, curve=curve, essential=False)
