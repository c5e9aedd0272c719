"""The solver "heyoka": smooth stretches by compiled Taylor series (extra ``fast``), of one flow or of many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

from mirrortheory.flows.problems import Array, Problem, Stack
from mirrortheory.flows.result.solution import Solution
from mirrortheory.flows.solver import BatchSolver, Lanes, Request
from mirrortheory.flows.starts import SIGN_FLOW, in_time
from mirrortheory.theory import Flow


@final
@dataclass(frozen=True)
class Heyoka(BatchSolver):
    """Compiled Taylor series, see :mod:`mirrortheory.flows.smooth.compiled` and :mod:`mirrortheory.flows.batch.compiled`.

    Attributes:
        only_regular: whether it leaves, in a batch, all with a q < 2 and trajectories that start with a small weight.
    """

    only_regular: bool = False

    name = "heyoka"
    follows = "1 < q <= 2, constant decay, maps and losses that heyoka has functions for: smooth stretches, compiled (`fast`)"
    promises = "estimated, in double precision or up to 30 digits"

    def refuses(self, flow: Flow, problem: Problem, request: Request) -> str | None:
        return SIGN_FLOW if flow.geometry.exponent == 1 else in_time(flow)  # what heyoka lacks is found in compiling

    def solve(self, flow: Flow, problem: Problem, start: Any, t_end: Any, request: Request) -> Solution:
        from mirrortheory.flows.smooth.compiled import taylor_compiled  # here, so that other flows do without it

        return taylor_compiled(flow, problem, start, t_end, digits=request.digits, tick=request.tick, **request.tolerance)

    def lanes(self, flow: Flow, problem: Problem | Stack, exponent: Array, rate: Array, width: int, rtol: float) -> Lanes | None:
        if self.only_regular and (exponent != 2).any():
            return None
        from mirrortheory.flows.batch.compiled import Compiled  # here, so that other flows do without it

        return Compiled(flow, problem, exponent, rate, width, rtol, only_regular=self.only_regular)
