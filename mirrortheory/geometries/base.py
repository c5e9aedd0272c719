"""What a geometry is: the link between a gradient and the direction of steepest descent."""

from __future__ import annotations

from abc import ABC, abstractmethod

import sympy


class Geometry(ABC):
    """A separable steepest-descent geometry, given by its gradient exponent ``q`` and its link."""

    @property
    @abstractmethod
    def exponent(self) -> sympy.Expr:
        """Gradient exponent q: an exact rational in [1, 2] or a positive symbol."""

    @abstractmethod
    def link(self, gradient: sympy.Expr) -> sympy.Expr:
        """Return phi(gradient); the flow is dw/dt = -phi(gradient), entrywise."""
