"""What a geometry is: the link between a gradient and the direction of steepest descent."""

from __future__ import annotations

from abc import ABC, abstractmethod

import sympy

from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import rational

_CONDITION = "an exact rational in [1, 2] or a positive symbol"


class Geometry(ABC):
    """A separable steepest-descent geometry, given by its gradient exponent ``q`` and its link."""

    @property
    @abstractmethod
    def exponent(self) -> sympy.Expr:
        """Gradient exponent q: an exact rational in [1, 2] or a positive symbol."""

    @abstractmethod
    def link(self, gradient: sympy.Expr) -> sympy.Expr:
        """Return phi(gradient); the flow is dw/dt = -phi(gradient), entrywise."""


def gradient_exponent(q: object) -> sympy.Expr:
    """Return ``q`` as an exact rational in [1, 2], or the positive symbol that it is.

    Raises:
        InvalidArgument: for a float, a value outside [1, 2], or a symbol not declared positive.
    """
    if isinstance(q, sympy.Symbol):
        if not q.is_positive:
            raise InvalidArgument("q", _CONDITION, q, f'write Symbol("{q}", positive=True)')
        return q
    value = rational(q, "q")
    if not 1 <= value <= 2:
        raise InvalidArgument("q", _CONDITION, value, "write for example 1 (sign flow), 3/2 or 2 (gradient flow)")
    return value
