"""The solver "dop853": smooth stretches of any flow, and up to a blow-up, by two runs of SciPy's DOP853."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

from mirrortheory.flows.problems import Array, Problem, Stack
from mirrortheory.flows.result.solution import Solution
from mirrortheory.flows.smooth.dop853 import smooth
from mirrortheory.flows.solver import BatchSolver, Lanes, Request
from mirrortheory.flows.starts import SIGN_FLOW
from mirrortheory.theory import Flow


@final
@dataclass(frozen=True)
class Dop853(BatchSolver):
    """Smooth stretches, see :mod:`mirrortheory.flows.smooth.dop853`.

    Attributes:
        only_lipschitz: whether it refuses flows whose field is not Lipschitz everywhere (q < 2), where steps may crawl.
    """

    only_lipschitz: bool = False

    name = "dop853"
    follows = "1 < q <= 2, any reparameterization and decay: smooth stretches, and up to a blow-up"
    promises = "estimated"

    def refuses(self, flow: Flow, problem: Problem, request: Request) -> str | None:
        if flow.geometry.exponent == 1:
            return SIGN_FLOW
        if request.digits is not None:
            return "it proves no digits"
        if self.only_lipschitz and flow.geometry.exponent != 2:
            return f"the field is not Lipschitz where a gradient vanishes for q = {flow.geometry.exponent}"
        return None

    def solve(self, flow: Flow, problem: Problem, start: Any, t_end: Any, request: Request) -> Solution:
        return smooth(flow, problem, start, t_end, tick=request.tick, **request.tolerance)

    def lanes(self, flow: Flow, problem: Problem | Stack, exponent: Array, rate: Array, width: int, rtol: float) -> Lanes | None:
        return None
