r"""What a discrete optimizer is: a direction made of the gradients seen, and the two ways in which decay enters a step.

.. math:: d = D(g + \beta w), \qquad w^+ = (1 - \eta\alpha)\,w - \eta\,d,

with the step :math:`\eta`, coupled decay :math:`\beta` (an L2 penalty in the loss) and decoupled decay :math:`\alpha`. D is all
that tells one optimizer from another; what it remembers is its state. A step is one unit :math:`\eta` of the time of a flow.

Source: Loshchilov and Hutter (2019), arXiv:1711.05101, for the two forms of decay.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, fields
from numbers import Real
from typing import ClassVar, Generic, TypeVar

from mirrortheory.errors import InvalidArgument
from mirrortheory.flows.problems import Array

State = TypeVar("State")


@dataclass(frozen=True)
class Optimizer(ABC, Generic[State]):
    """An optimizer of step ``eta`` > 0 (a time, dimensionless); frozen, its state is passed in and out."""

    of_matrices: ClassVar[bool] = False  # whether its weights are the entries of one matrix, so that layers are not stacked

    eta: float

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if field.type == "float" and (isinstance(value, bool) or not isinstance(value, Real)):
                raise InvalidArgument(field.name, "a number", value, "write for example 0.01")
        if not 0 < self.eta < float("inf"):
            raise InvalidArgument("eta", "a finite step > 0", self.eta, "write for example 0.01")

    @property
    def coupled(self) -> float:
        """The rate at which the weights are added to the gradient; of a schedule, in the first step."""
        return 0.0

    @property
    def decoupled(self) -> float:
        """The rate at which the weights shrink beside the step; of a schedule, in the first step."""
        return 0.0

    def rates(self, state: State) -> tuple[float, float]:
        """Return the coupled and the decoupled rate of the step that follows ``state``."""
        return self.coupled, self.decoupled

    @abstractmethod
    def start(self, w: Array) -> State:
        """Return the state before the first step from weights ``w``, of any shape."""

    @abstractmethod
    def direction(self, gradient: Array, state: State) -> tuple[Array, State]:
        """Return what the step goes along, minus its sign, for a gradient that holds coupled decay already; and the state after."""

    def step(self, w: Array, gradient: Array, state: State) -> tuple[Array, State]:
        """Return the weights after one step, and the state.

        Args:
            w: weights, of any shape, such as (depth, d) or (batch, depth, d).
            gradient: of the loss in the weights, of the same shape.
            state: from :meth:`start` or the step before.

        Raises:
            InvalidArgument: when the two shapes differ.
        """
        if gradient.shape != w.shape:
            raise InvalidArgument(
                "gradient", f"of shape {w.shape}, as the weights", gradient.shape, "give one entry for each weight"
            )
        coupled, decoupled = self.rates(state)
        if coupled:
            gradient = gradient + coupled * w
        along, state = self.direction(gradient, state)
        kept = (1 - self.eta * decoupled) * w if decoupled else w
        return self.moved(kept, self.eta * along), state

    def moved(self, w: Array, by: Array) -> Array:
        """Return the weights moved by minus ``by``; in the dual variable where the optimizer has another one than w."""
        return w - by


def fraction(value: float, name: str) -> None:
    """Refuse a share of memory outside [0, 1)."""
    if not 0 <= value < 1:
        raise InvalidArgument(name, "in [0, 1)", value, "write for example 0.9")


def nonnegative(value: float, name: str) -> None:
    """Refuse what is not a finite number >= 0."""
    if not 0 <= value < float("inf"):
        raise InvalidArgument(name, "a finite number >= 0", value, "write 0 for none")
