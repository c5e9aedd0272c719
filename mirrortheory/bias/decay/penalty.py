r"""The penalty that weight decay adds to the loss of a product of layers, and what its KKT conditions are off by.

.. math:: F = f + \frac Ar \sum_j |x_j|^r: \qquad \text{coupled } r = \frac2L,\ A = \alpha; \qquad
          \text{decoupled, } q > 1\colon\ r = \frac pL,\ A = \alpha^{p-1}; \qquad
          \text{decoupled, } q = 1\colon\ |x_j| \le \alpha^{-L}

Nonzero points at rest are stationary for it (decay_stops_at_stationary_points_of_a_power_penalty), and it is the least that all
layers of that product cost (least_norm_of_layers_with_a_given_product_is_a_power_of_it).

Not to be confused with the manifold regularizer of the drift form, which no limit minimises unless q = 2.

Source: this project; Xie and Li (2024), arXiv:2404.04454, for the box of AdamW at depth one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import sympy

from mirrortheory.decays import Coupled, Decoupled
from mirrortheory.errors import InvalidArgument
from mirrortheory.flows import Quadratic
from mirrortheory.flows.problems import Array
from mirrortheory.reparams import Product
from mirrortheory.theory import Flow


@dataclass(frozen=True)
class Penalty:
    """What a constant decay adds to the loss of a product: ``strength/order sum |x_j|^order``, or the box |x_j| <= ``side``.

    Attributes:
        order: r, a rational, or oo for the box.
        strength: A, a constant of SymPy; 0 for the box.
        side: of the box, a rational, or oo.

    >>> from mirrortheory import Lq
    >>> print(Penalty.of(Flow(Lq("3/2"), Product(3), Decoupled("1/2"))))
    f + 1/4 sum |x_j|
    """

    order: sympy.Expr
    strength: sympy.Expr
    side: sympy.Expr

    @classmethod
    def of(cls, flow: Flow) -> Penalty:
        """Return the penalty of a flow of a product of layers with a constant rate > 0, in numbers.

        Raises:
            InvalidArgument: for another map, no decay, symbols, or a rate that depends on time.
        """
        if not isinstance(flow.reparam, Product):
            raise InvalidArgument("flow", "of a product of layers", flow.reparam, "write for example Product(2)")
        if not isinstance(flow.decay, Coupled | Decoupled) or flow.decay.rate == 0:
            remedy = "write Decoupled('1/10'), or take bregman_projection without decay"
            raise InvalidArgument("flow", "with Decoupled or Coupled decay of a rate > 0", flow.decay, remedy)
        q, alpha, depth = flow.geometry.exponent, flow.decay.rate, flow.reparam.depth
        if not (q.is_Rational and alpha.is_Rational):
            symbols = ", ".join(sorted(map(str, flow.parameters)))
            raise InvalidArgument(
                "flow", "in numbers, with a constant rate", f"the letter {symbols}", "put rationals for q and alpha"
            )
        if isinstance(flow.decay, Coupled):
            return cls(sympy.Rational(2, depth), alpha, sympy.oo)
        if q == 1:
            return cls(sympy.oo, sympy.S.Zero, alpha**-depth)
        p = q / (q - 1)
        return cls(p / depth, alpha ** (p - 1), sympy.oo)

    @property
    def is_quadratic_program(self) -> bool:
        """Whether its minimisers are those of a quadratic program: the box, r = 1 and r = 2."""
        return self.order in (1, 2, sympy.oo)

    def __str__(self) -> str:
        if self.order == sympy.oo:
            return f"f over |x_j| <= {self.side}"
        factor, power = self.strength / self.order, "" if self.order == 1 else f"^({self.order})"
        return f"f + {factor} sum |x_j|{power}"


def kkt_residual(problem: Quadratic, penalty: Penalty, x: Array, signs: Sequence[int | None] = ()) -> float:
    """Return how far minus the slope is from what penalty, box and signs allow, relative to the terms of the slope."""
    Z, A, r = problem.Z, float(penalty.strength), float(penalty.order)
    pull, size = -problem.slope(x), np.abs(x)
    terms = np.abs(Z.T) @ (np.abs(Z) @ size + np.abs(problem.b)) + A
    if np.isinf(r):
        low, high = np.where(size >= float(penalty.side), [np.where(x > 0, 0, -np.inf), np.where(x > 0, np.inf, 0)], 0.0)
    else:
        bend = A * np.sign(x) * np.where(x == 0, 0.0, np.where(x == 0, 1.0, size) ** (r - 1))
        wide = np.where(x == 0, A if r == 1 else 0.0 if r > 1 else np.inf, 0.0)
        low, high = bend - wide, bend + wide
    for j, held in enumerate(signs):  # x_j >= 0: any pull towards less is met by the side
        if x[j] == 0 and held is not None:
            low[j] = -np.inf if held >= 0 else low[j]
            high[j] = np.inf if held <= 0 else high[j]
    return float((np.maximum(np.maximum(low - pull, pull - high), 0) / np.where(terms > 0, terms, 1.0)).max())
