r"""A flow is a geometry, a reparameterization and a decay: the only place where the three meet.

.. math:: \dot w_i = -\phi(f'(x)\, \partial_i g(w)) \quad\text{(without decay)}

The slope f'(x) stays a symbol, so whatever is derived holds for every differentiable loss.

Source: Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import sympy

from mirrortheory.decays import Decay, NoDecay
from mirrortheory.domain import NONNEGATIVE, NONZERO, POSITIVE, Domain
from mirrortheory.geometries import Geometry
from mirrortheory.reparams import Reparam

SLOPE = sympy.Symbol("f'", real=True)


@dataclass(frozen=True)
class Flow:
    """Steepest flow of f(g(w)) for one coordinate.

    Args:
        geometry: the link phi.
        reparam: the map g.
        decay: how weight decay enters; none by default.

    >>> from mirrortheory import Lq, Product
    >>> Flow(Lq(2), Product(2)).velocity
    (-f'*w2, -f'*w1)
    """

    geometry: Geometry
    reparam: Reparam
    decay: Decay = field(default_factory=NoDecay)

    @property
    def weights(self) -> tuple[sympy.Symbol, ...]:
        """The weights of one coordinate."""
        return self.reparam.weights

    @property
    def slope(self) -> sympy.Symbol:
        """The symbol f' for the slope f'(x) of the loss."""
        return SLOPE

    @property
    def effective(self) -> sympy.Expr:
        """The effective parameter x as an expression in the weights."""
        return self.reparam.effective

    @property
    def gradient(self) -> tuple[sympy.Expr, ...]:
        """The gradient of the loss in the weights, f' dg/dw_i."""
        return tuple(SLOPE * j for j in self.reparam.jacobian())

    @property
    def link_arguments(self) -> tuple[sympy.Expr, ...]:
        """What the link is applied to, entrywise: the gradient, plus alpha w under coupled decay."""
        return tuple(self.decay.link_argument(g, w) for g, w in zip(self.gradient, self.weights, strict=True))

    @property
    def velocity(self) -> tuple[sympy.Expr, ...]:
        """The vector field dw_i/dt."""
        pairs = zip(self.gradient, self.weights, strict=True)
        return tuple(self.decay.velocity(self.geometry, g, w) for g, w in pairs)

    def derivative(self, quantity: sympy.Expr) -> sympy.Expr:
        """Return d(quantity)/dt along the flow, for an expression in the weights.

        >>> from mirrortheory import Lq, Product
        >>> flow = Flow(Lq(2), Product(2))
        >>> sympy.simplify(flow.derivative(flow.weights[0]**2 - flow.weights[1]**2))
        0
        """
        return sympy.Add(*(sympy.diff(quantity, w) * v for w, v in zip(self.weights, self.velocity, strict=True)))

    def domain(self, ranges: Mapping[sympy.Symbol, sympy.Set] | None = None) -> Domain:
        """Return where the field is smooth: every orthant of nonzero weights and slopes, every q and alpha meant."""
        found: dict[sympy.Symbol, sympy.Set] = {w: POSITIVE if w.is_positive else NONZERO for w in (*self.weights, SLOPE)}
        exponent, rate = self.geometry.exponent, self.decay.rate
        if isinstance(exponent, sympy.Symbol):
            found[exponent] = sympy.Interval(1, 2)
        if isinstance(rate, sympy.Symbol):
            found[rate] = NONNEGATIVE
        return Domain({**found, **(ranges or {})})
