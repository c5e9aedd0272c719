r"""Weight decay: how the pull towards the origin enters the flow.

==============  =========================================================  ====================
``NoDecay()``   :math:`\dot w = -\phi(\nabla f)`
``Decoupled``   :math:`\dot w = -(\phi(\nabla f) + \alpha w)`              AdamW
``Coupled``     :math:`\dot w = -\phi(\nabla f + \alpha w)`                L2 penalty in the loss
==============  =========================================================  ====================

Source: Loshchilov and Hutter (2019), arXiv:1711.05101, for the two forms; Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import sympy

from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import rational
from mirrortheory.geometries import Geometry


class Decay(ABC):
    """A rule that adds weight decay of ``rate`` alpha >= 0 (one over the unit of time) to a steepest flow."""

    @property
    @abstractmethod
    def rate(self) -> sympy.Expr:
        """The decay alpha."""

    @abstractmethod
    def link_argument(self, gradient: sympy.Expr, weight: sympy.Expr) -> sympy.Expr:
        """Return what the link is applied to: the flow is smooth while it keeps its sign."""

    @abstractmethod
    def pull(self, weight: sympy.Expr) -> sympy.Expr:
        """Return what is added to the link."""

    def velocity(self, geometry: Geometry, gradient: sympy.Expr, weight: sympy.Expr) -> sympy.Expr:
        """Return dw/dt of a weight with this gradient."""
        return -(geometry.link(self.link_argument(gradient, weight)) + self.pull(weight))


@dataclass(frozen=True)
class NoDecay(Decay):
    """No decay: dw/dt = -phi(gradient)."""

    @property
    def rate(self) -> sympy.Expr:
        return sympy.S.Zero

    def link_argument(self, gradient: sympy.Expr, weight: sympy.Expr) -> sympy.Expr:
        return gradient

    def pull(self, weight: sympy.Expr) -> sympy.Expr:
        return sympy.S.Zero


@dataclass(frozen=True)
class Decoupled(Decay):
    """Decoupled decay: dw/dt = -(phi(gradient) + alpha w), alpha an exact rational >= 0 or a nonnegative symbol."""

    alpha: sympy.Expr

    def __post_init__(self) -> None:
        object.__setattr__(self, "alpha", _rate(self.alpha))

    @property
    def rate(self) -> sympy.Expr:
        return self.alpha

    def link_argument(self, gradient: sympy.Expr, weight: sympy.Expr) -> sympy.Expr:
        return gradient

    def pull(self, weight: sympy.Expr) -> sympy.Expr:
        return self.alpha * weight


@dataclass(frozen=True)
class Coupled(Decay):
    """Coupled decay: dw/dt = -phi(gradient + alpha w), alpha an exact rational >= 0 or a nonnegative symbol."""

    alpha: sympy.Expr

    def __post_init__(self) -> None:
        object.__setattr__(self, "alpha", _rate(self.alpha))

    @property
    def rate(self) -> sympy.Expr:
        return self.alpha

    def link_argument(self, gradient: sympy.Expr, weight: sympy.Expr) -> sympy.Expr:
        return gradient + self.alpha * weight

    def pull(self, weight: sympy.Expr) -> sympy.Expr:
        return sympy.S.Zero


def _rate(value: object) -> sympy.Expr:
    if isinstance(value, sympy.Symbol):
        if not value.is_nonnegative:
            raise InvalidArgument(
                "alpha", "a rational >= 0 or a nonnegative symbol", value, f'write Symbol("{value}", nonnegative=True)'
            )
        return value
    rate = rational(value, "alpha")
    if rate < 0:
        raise InvalidArgument("alpha", "an exact rational >= 0", rate, f"write {-rate} for decay towards the origin")
    return rate
