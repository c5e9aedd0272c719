"""The solver "dual": products for 1 < q <= 2, through the points where the field is not Lipschitz, to their rest."""

from __future__ import annotations

from typing import Any, final

from mirrortheory.flows.problems import Problem
from mirrortheory.flows.result.solution import Solution
from mirrortheory.flows.smooth.dop853_solver import Dop853
from mirrortheory.flows.solver import Request, Solver
from mirrortheory.flows.starts import SIGN_FLOW, has_balances
from mirrortheory.theory import Flow


@final
class Dual(Solver):
    """One implicit equation a coordinate, see :func:`mirrortheory.flows.dual_flow`."""

    name = "dual"
    follows = "1 < q <= 2, a product, no or decoupled decay: through crossings of zero to the rest"
    promises = "estimated"
    keeps_balances = True
    fallback = Dop853()  # a smooth stretch may lead to a blow-up, which dop853 reports

    def refuses(self, flow: Flow, problem: Problem, request: Request) -> str | None:
        if flow.geometry.exponent == 1:
            return SIGN_FLOW
        if not has_balances(flow):
            return f"it needs a Product with no or decoupled decay, not {flow.reparam} with {flow.decay}"
        return None if request.digits is None else "it proves no digits"

    def solve(self, flow: Flow, problem: Problem, start: Any, t_end: Any, request: Request) -> Solution:
        from mirrortheory.flows.smooth.dual import dual_flow  # here, so that other flows do without it

        return dual_flow(flow, problem, start, t_end, tick=request.tick, **request.tolerance)
