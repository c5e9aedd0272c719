"""The contract of a solver of flows: what it is called, what it promises, what it refuses, and how it solves.

A solver is one class in one file. :func:`mirrortheory.flows.simulate` takes it as ``method``, and knows nothing else of it: a
solver of your own needs no edit here. The solvers of this package, and the order in which "auto" asks them, are in
:mod:`mirrortheory.flows.methods`.

>>> import numpy as np
>>> from mirrortheory import Flow, Lq, Product
>>> from mirrortheory.flows import Quadratic, Solution, Solver, simulate
>>> class Still(Solver):
...     name, follows, promises = "still", "flows that are at rest", "estimated"
...     def refuses(self, flow, problem, request):
...         return None if request.digits is None else "it has no digits"
...     def solve(self, flow, problem, start, t_end, request):
...         w = np.asarray(start)[:, None]
...         return Solution(np.array([0.0, t_end]), np.array([w, w]), np.zeros(2), "estimated: 0", "nothing moves", lambda t: w)
>>> simulate(Flow(Lq(2), Product(2)), Quadratic([[1.0]], [1.0]), [1.0, 1.0], 2.0, method=Still()).method
'nothing moves; still: asked for'
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, TypeAlias

import numpy as np
import sympy
from numpy.typing import ArrayLike, NDArray

from mirrortheory.errors import InvalidArgument
from mirrortheory.flows.problems import Array, Indices, Problem, Stack
from mirrortheory.flows.progress import Tick, silent
from mirrortheory.flows.result.solution import Solution
from mirrortheory.theory import Flow

Quantity: TypeAlias = sympy.Expr | Callable[[float, Array], ArrayLike]


@dataclass(frozen=True)
class Request:
    """What is asked of a solver beside the flow.

    Attributes:
        digits: decimal digits of the weights at the end, or None for doubles.
        rtol: a tolerance, or None for the solver's own.
        events: quantities whose changes of sign are looked for, afterwards, on the dense output of any solver.
        tick: told how much is done, from 0 to 1.
    """

    digits: int | None = None
    rtol: float | None = None
    events: Sequence[Quantity] = ()
    tick: Tick = silent

    def without_rtol(self, name: str) -> Request:
        """Return itself for a solver, of this name, that has no tolerance.

        Raises:
            InvalidArgument: when one is given.
        """
        if self.rtol is not None:
            raise InvalidArgument("rtol", f"absent for {name}, which has no tolerance", self.rtol, "leave it out")
        return self

    @property
    def tolerance(self) -> dict[str, Any]:
        """The tolerance as an argument of a function that has one of its own."""
        return {} if self.rtol is None else {"rtol": self.rtol}


class Solver(ABC):
    """One way to follow a flow.

    Attributes:
        name: what it is called.
        follows: which flows, in words, for the tables of solvers.
        promises: of its error, "estimated" or "proved", in words.
        keeps_balances: whether it keeps the balances by its construction, so that they are no test of it, and reports rests and
            saddles itself. For others :func:`mirrortheory.flows.simulate` looks for a rest or a saddle at the start.
        exact_start: whether start and end are handed to it as given, fractions for example, also when no digits are asked for.
        fallback: what "auto" tries where this solver raises NotSmooth.
    """

    name: ClassVar[str]
    follows: ClassVar[str]
    promises: ClassVar[str]
    keeps_balances: ClassVar[bool] = False
    exact_start: ClassVar[bool] = False
    fallback: ClassVar[Solver | None] = None

    @abstractmethod
    def refuses(self, flow: Flow, problem: Problem, request: Request) -> str | None:
        """Return in one line why it cannot follow this flow, or give such digits; None when it can.

        A setting that says nothing to it, such as a tolerance, is no reason to take another solver: ``solve`` refuses that.

        Args:
            flow: what is to be followed.
            problem: the loss.
            request: what is asked for beside.
        """

    @abstractmethod
    def solve(self, flow: Flow, problem: Problem, start: Any, t_end: Any, request: Request) -> Solution:
        """Follow the flow from weights ``start``, shape (depth, d), or (depth,) for d = 1, to the time ``t_end``.

        Args:
            flow: what is to be followed.
            problem: the loss.
            start: weights, shape (depth, d).
            t_end: the last time, dimensionless.
            request: what is asked for beside.

        Raises:
            InvalidArgument: for a start, an end or a setting that it cannot take.
            NotSmooth: where it cannot go on.
        """


class Lanes(Protocol):
    """A flow made ready for many trajectories, or independent parts of them: the last axis of an array counts them."""

    title: str

    @property
    def how(self) -> str:
        """How the errors were made, in words."""

    def takes(self, start: Array) -> NDArray[np.bool_]:
        """Return which starts, shape (depth, width, c), it is to follow, shape (c,)."""

    def follow(self, owner: Indices, start: Array, times: Array, report: Tick) -> tuple[Array, Array]:
        """Follow parts of the trajectories ``owner`` through ``times``, and ``report`` how many are through.

        Returns:
            Weights, shape (times, depth, width, c), and their error at each time, without what comes before it and without
            rounding, shape (times, c): NaN and infinite where it did not get.
        """


class BatchSolver(Solver):
    """A solver that also follows many trajectories together; what it leaves is followed by DOP853 on columns."""

    @abstractmethod
    def lanes(self, flow: Flow, problem: Problem | Stack, exponent: Array, rate: Array, width: int, rtol: float) -> Lanes | None:
        """Make a flow ready for trajectories with ``width`` coupled coordinates; None to leave all of them.

        Args:
            flow: what is to be followed.
            problem: the loss, or a stack of losses.
            exponent: q of each trajectory, shape (batch,).
            rate: alpha of each trajectory, shape (batch,).
            width: coordinates that move together.
            rtol: a tolerance, relative.

        Raises:
            NotCompiled: when that cannot be done.
        """
