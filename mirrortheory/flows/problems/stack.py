"""One loss for each trajectory of a batch, evaluated together where they are alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import final

import numpy as np

from mirrortheory.errors import InvalidArgument
from mirrortheory.flows.problems.base import Columns, Indices, Problem
from mirrortheory.flows.problems.quadratic import Quadratic, Quadratics


@final
@dataclass(frozen=True, eq=False, init=False)
class Stack:
    """One loss for each trajectory of a batch.

    Quadratic, Logistic or Exponential losses of one kind with tables of one shape are evaluated together; others one by one.

    Args:
        problems: losses of the same dimension.

    Attributes:
        alike: whether they are of one class, with tables of one shape.

    Raises:
        InvalidArgument: for no losses, what is no loss, and losses of different dimensions.

    >>> stack = Stack([Quadratic([[1.0]], [1.0]), Quadratic([[2.0]], [0.0])])
    >>> len(stack.problems), stack.columns(np.array([0, 1]))(np.array([[3.0, 3.0]])).tolist()
    (2, [[2.0, 12.0]])
    """

    problems: tuple[Problem, ...]
    columns: Callable[[Indices], Columns]
    alike: bool

    def __init__(self, problems: Iterable[Problem]) -> None:
        if not isinstance(problems, Iterable):
            raise InvalidArgument("problems", "losses, at least one", problems, "write for example Stack([Quadratic(Z, b), ..])")
        losses = tuple(problems)
        strangers = [type(loss).__name__ for loss in losses if not isinstance(loss, Problem)]
        if strangers or not losses:
            got = strangers[0] if strangers else "nothing"
            raise InvalidArgument("problems", "losses, at least one", got, "write for example Stack([Quadratic(Z, b), ..])")
        dimensions = {loss.dimension for loss in losses} - {None}
        if len(dimensions) > 1:
            raise InvalidArgument(
                "problems", "of one dimension", sorted(map(str, dimensions)), "follow others in a batch of their own"
            )
        first = losses[0]
        alike = len({(type(loss), np.shape(getattr(loss, "Z", ()))) for loss in losses}) == 1
        object.__setattr__(self, "problems", losses)
        object.__setattr__(self, "alike", alike)
        object.__setattr__(self, "columns", (type(first) if alike else Problem).stacked(losses))

    def __reduce__(self) -> tuple[type[Stack], tuple[tuple[Problem, ...]]]:
        return Stack, (self.problems,)

    @property
    def dimension(self) -> int | None:
        """The dimension d of x, or None when every d will do."""
        return next((loss.dimension for loss in self.problems if loss.dimension is not None), None)

    @property
    def separable(self) -> bool:
        """Whether every loss is a sum over the coordinates."""
        return all(loss.separable for loss in self.problems)

    @cached_property
    def quadratics(self) -> Quadratics | None:
        """The data, where all losses are a Quadratic with tables of one shape."""
        if not self.alike or type(self.problems[0]) is not Quadratic:
            return None
        return Quadratics.of([loss for loss in self.problems if isinstance(loss, Quadratic)])
