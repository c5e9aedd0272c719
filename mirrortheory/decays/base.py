"""What a decay is: how the pull of the weights towards the origin enters a steepest flow."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import sympy

from mirrortheory.decays.schedule import integral, is_schedule, schedule, text_of
from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import rational
from mirrortheory.geometries import Geometry


class Decay(ABC):
    """A rule that adds weight decay of ``rate`` alpha >= 0 (one over the unit of time) to a steepest flow."""

    @property
    @abstractmethod
    def rate(self) -> sympy.Expr:
        """The decay alpha, constant or an expression of :data:`mirrortheory.decays.TIME`."""

    @property
    def varies(self) -> bool:
        """Whether the rate depends on time."""
        return is_schedule(self.rate)

    @property
    def total(self) -> sympy.Expr:
        """A(t), the integral of the rate from 0 to :data:`mirrortheory.decays.TIME`, closed or an integral that balls enclose."""
        return integral(self.rate)

    @abstractmethod
    def link_argument(self, gradient: sympy.Expr, weight: sympy.Expr) -> sympy.Expr:
        """Return what the link is applied to: the flow is smooth while it keeps its sign.

        Args:
            gradient: the derivative of the loss in the weight.
            weight: the weight itself.
        """

    @abstractmethod
    def pull(self, weight: sympy.Expr) -> sympy.Expr:
        """Return what is added to the link.

        Args:
            weight: the weight itself.
        """

    def velocity(self, geometry: Geometry, gradient: sympy.Expr, weight: sympy.Expr) -> sympy.Expr:
        """Return dw/dt of a weight with this gradient.

        Args:
            geometry: whose link is applied.
            gradient: the derivative of the loss in the weight.
            weight: the weight itself.
        """
        return -(geometry.link(self.link_argument(gradient, weight)) + self.pull(weight))


@dataclass(frozen=True)
class RateDecay(Decay):
    """A decay that is given by its rate ``alpha``: an exact rational >= 0, a nonnegative symbol, or an expression of the letter t.

    The letter t is time: such a rate, text or SymPy, is a schedule (:mod:`mirrortheory.decays.schedule`).

    Raises:
        InvalidArgument: for any other rate, and for a schedule that is negative or not integrable, or not seen to be neither.
    """

    alpha: sympy.Expr

    def __post_init__(self) -> None:
        if is_schedule(self.alpha):
            object.__setattr__(self, "alpha", schedule(self.alpha))
            return
        if isinstance(self.alpha, sympy.Symbol):
            if not self.alpha.is_nonnegative:
                remedy = f'write Symbol("{self.alpha}", nonnegative=True)'
                raise InvalidArgument("alpha", "a rational >= 0 or a nonnegative symbol", self.alpha, remedy)
            return
        rate = rational(self.alpha, "alpha")
        if rate < 0:
            raise InvalidArgument("alpha", "an exact rational >= 0", rate, f"write {-rate} for decay towards the origin")
        object.__setattr__(self, "alpha", rate)

    @property
    def rate(self) -> sympy.Expr:
        return self.alpha

    def __repr__(self) -> str:
        return f"{type(self).__name__}(alpha={text_of(self.alpha)})"  # as it is written
