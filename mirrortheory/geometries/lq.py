r"""The l_q geometry: steepest descent with gradient exponent q.

.. math:: \phi_q(g) = \operatorname{sign}(g)\,|g|^{q-1}, \qquad \dot w = -\phi_q(\nabla_w f).

The link is odd, homogeneous of degree q - 1 and multiplicative, and <g, phi(g)> = ||g||_q^q. It is minus the minimiser
of <g, v> + (1/p) ||v||_p^p with 1/p + 1/q = 1. Lq(2) is gradient flow; Lq(1) is sign flow, the proxy for Adam.

Not to be confused with descent in the norm ||.||_p, which runs along the same path on another clock.

Source: Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from mirrortheory.domain import GRADIENT_EXPONENTS
from mirrortheory.geometries.base import Geometry, gradient_exponent


@dataclass(frozen=True)
class Lq(Geometry):
    """The geometry with gradient exponent ``q``: an exact rational in [1, 2] (``2``, ``"3/2"``) or a positive symbol.

    Raises:
        InvalidArgument: for a float, a value outside [1, 2], or a symbol not declared positive.

    >>> g = sympy.Symbol("g", real=True)
    >>> Lq(1).link(g), Lq(2).link(g)
    (sign(g), g)
    """

    q: sympy.Expr

    def __post_init__(self) -> None:
        object.__setattr__(self, "q", gradient_exponent(self.q))

    @property
    def exponent(self) -> sympy.Expr:
        return self.q

    @property
    def exponents(self) -> sympy.Set:
        """The exponents that this geometry stands for: one rational, or the interval [1, 2] of a symbol."""
        return GRADIENT_EXPONENTS if isinstance(self.q, sympy.Symbol) else sympy.FiniteSet(self.q)

    def link(self, gradient: sympy.Expr) -> sympy.Expr:
        if self.q == 2:  # sign(g)|g| is g also where SymPy does not know the sign of g
            return gradient
        return sympy.sign(gradient) * sympy.Abs(gradient) ** (self.q - 1)
