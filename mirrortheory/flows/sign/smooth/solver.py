"""The solver "arcs": sign flow of products on any smooth loss, by smooth arcs between located events."""

from __future__ import annotations

from typing import Any, final

from mirrortheory.flows.problems import Problem
from mirrortheory.flows.result.solution import Solution
from mirrortheory.flows.sign.polynomial.solver import at_equal_distances
from mirrortheory.flows.solver import Request, Solver
from mirrortheory.flows.starts import in_time
from mirrortheory.reparams import Product
from mirrortheory.theory import Flow


@final
class Arcs(Solver):
    """Smooth arcs, see :func:`mirrortheory.flows.sign_arcs` and :func:`mirrortheory.flows.certified_sign_arcs`."""

    name = "arcs"
    follows = "q = 1, a product, any smooth loss, any decay (coupled: constant between jumps): smooth arcs between located events"
    promises = "estimated; with digits, for a constant rate, proved"
    keeps_balances = True

    def refuses(self, flow: Flow, problem: Problem, request: Request) -> str | None:
        if flow.geometry.exponent != 1:
            return "arcs between events are for q = 1"
        if not isinstance(flow.reparam, Product):
            return f"sign flow (q = 1) is discontinuous, and followed for a Product alone, not for {flow.reparam}; use 1 < q <= 2"
        from mirrortheory.flows.sign.smooth.double import not_by_arcs  # here, so that other flows do without it

        return in_time(flow) if request.digits is not None else not_by_arcs(flow)

    def solve(self, flow: Flow, problem: Problem, start: Any, t_end: Any, request: Request) -> Solution:
        # Here, so that other flows do without them:
        from mirrortheory.flows.sign.smooth.certified import certified_sign_arcs
        from mirrortheory.flows.sign.smooth.double import sign_arcs

        if request.digits is None:
            return sign_arcs(flow, problem, start, t_end, tick=request.tick, **request.tolerance)
        request.without_rtol(self.name)
        return at_equal_distances(certified_sign_arcs(flow, problem, start, t_end, digits=request.digits, tick=request.tick))
