"""What a reparameterization is: weights, and the effective parameter as a function of them."""

from __future__ import annotations

from abc import ABC, abstractmethod

import sympy


class Reparam(ABC):
    """A scalar map x = g(w_1, .., w_n), applied to each coordinate of the layers."""

    @property
    @abstractmethod
    def weights(self) -> tuple[sympy.Symbol, ...]:
        """The weights of one coordinate, real symbols."""

    @abstractmethod
    def forward(self, *weights: sympy.Expr) -> sympy.Expr:
        """Return x = g(weights)."""

    @abstractmethod
    def balanced(self, x: sympy.Expr) -> tuple[sympy.Expr, ...]:
        """Return weights of one common magnitude that map to ``x``."""

    @property
    def effective(self) -> sympy.Expr:
        """The effective parameter x as an expression in :attr:`weights`."""
        return self.forward(*self.weights)

    def jacobian(self) -> tuple[sympy.Expr, ...]:
        """Return dg/dw_i for each weight, by differentiation of :meth:`forward`."""
        return tuple(sympy.diff(self.effective, w) for w in self.weights)
