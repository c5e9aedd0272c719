"""What a reparameterization is: weights, and the effective parameter as a function of them."""

from __future__ import annotations

from abc import ABC, abstractmethod

import sympy

from mirrortheory.domain import NONZERO


class Reparam(ABC):
    """A scalar map x = g(w_1, .., w_n), applied to each coordinate of the layers."""

    @property
    @abstractmethod
    def weights(self) -> tuple[sympy.Symbol, ...]:
        """The weights of one coordinate: real symbols, or positive ones where g is meant for positive weights only."""

    @abstractmethod
    def forward(self, *weights: sympy.Expr) -> sympy.Expr:
        """Return x = g(weights)."""

    @abstractmethod
    def lift(self, x: sympy.Expr) -> tuple[sympy.Expr, ...]:
        """Return weights that map to ``x``, for x in :attr:`image`; balanced ones where layers can be balanced.

        Args:
            x: the effective parameter.

        Raises:
            NoClosedForm: where the map is not solved for a weight.
        """

    @property
    def image(self) -> sympy.Set:
        """The effective parameters that :meth:`lift` is for."""
        return NONZERO

    @property
    def effective(self) -> sympy.Expr:
        """The effective parameter x as an expression in :attr:`weights`."""
        return self.forward(*self.weights)

    def jacobian(self) -> tuple[sympy.Expr, ...]:
        """Return dg/dw_i for each weight, by differentiation of :meth:`forward`."""
        effective = self.effective
        return tuple(sympy.diff(effective, w) for w in self.weights)
