"""A solver whose own mistakes are told apart from those of the laws: what it raises comes with the name of its method."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from mirrortheory.errors import MirrorTheoryError, shown
from mirrortheory.flows.problems import Array, Problem
from mirrortheory.flows.result.solution import Solution
from mirrortheory.flows.solver import Request, Solver
from mirrortheory.theory import Flow

_Found = TypeVar("_Found")


class Raised(Exception):
    """An error that a solver raised and that is none of the package's.

    Attributes:
        fault: which method raised it, and the error in one line.
    """

    def __init__(self, method: str, error: Exception) -> None:
        self.fault = {f"{method} raises": f"{type(error).__name__}: {shown(str(error))}"}
        super().__init__(method, error)


class Guarded(Solver):
    """A solver that does what another one does; where that raises what is none of the package's, it raises :class:`Raised`.

    ``dense`` of its solutions has no error to raise at a time that it covers, so of that every error is one.
    """

    def __init__(self, solver: Solver) -> None:
        self.solver = solver
        for fact in ("name", "follows", "promises", "keeps_balances", "exact_start", "fallback"):
            setattr(self, fact, getattr(solver, fact))

    def refuses(self, flow: Flow, problem: Problem, request: Request) -> str | None:
        return _asked("refuses", lambda: self.solver.refuses(flow, problem, request), MirrorTheoryError)

    def solve(self, flow: Flow, problem: Problem, start: Any, t_end: Any, request: Request) -> Solution:
        found = _asked("solve", lambda: self.solver.solve(flow, problem, start, t_end, request), MirrorTheoryError)
        if not isinstance(found, Solution):
            return found
        inner = found.dense

        def dense(t: float) -> Array:
            return _asked("dense", lambda: inner(t))

        return replace(found, dense=dense)


def _asked(method: str, ask: Callable[[], _Found], *known: type[Exception]) -> _Found:
    try:
        return ask()
    except known:
        raise
    except Exception as error:  # the code is the user's: whatever it raises is told, as the law that it breaks
        raise Raised(method, error) from error
