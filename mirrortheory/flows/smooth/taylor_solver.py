"""The solver "taylor": smooth arcs of any flow to many digits, with a proved error."""

from __future__ import annotations

from typing import Any, final

from mirrortheory.flows.problems import Problem
from mirrortheory.flows.result.solution import Solution
from mirrortheory.flows.smooth.taylor_field import no_recurrence
from mirrortheory.flows.solver import Request, Solver
from mirrortheory.flows.starts import SIGN_FLOW
from mirrortheory.theory import Flow


@final
class Taylor(Solver):
    """Enclosed Taylor polynomials, see :func:`mirrortheory.flows.taylor`."""

    name = "taylor"
    follows = "1 < q <= 2, any reparameterization and decay: smooth arcs to 30 and more digits"
    promises = "proved; estimated where the proof does not reach the end"
    exact_start = True

    def refuses(self, flow: Flow, problem: Problem, request: Request) -> str | None:
        return SIGN_FLOW if flow.geometry.exponent == 1 else no_recurrence(flow)

    def solve(self, flow: Flow, problem: Problem, start: Any, t_end: Any, request: Request) -> Solution:
        from mirrortheory.flows.smooth.taylor import taylor  # here, so that other flows do without it

        request.without_rtol(self.name)
        digits = {} if request.digits is None else {"digits": request.digits}
        return taylor(flow, problem, start, t_end, tick=request.tick, **digits)
