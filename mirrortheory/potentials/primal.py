r"""Mirror potentials given by R(x) itself, as a formula of the user's own or of a paper.

.. math:: y = R'(x), \qquad R^*(y) = x\,y - R(x), \qquad D_R(x, x_0) = R(x) - R(x_0) - R'(x_0)(x - x_0).

Not to be confused with :class:`~mirrortheory.potentials.dual.DualPotential`, where x(y) is explicit and R' may be not.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TypeAlias

import sympy

from mirrortheory.exact import Ranges
from mirrortheory.potentials.dual import DualPotential
from mirrortheory.potentials.potential import Potential, X, Y, bregman, scaled_forms
from mirrortheory.potentials.shown import Shown

Piece = tuple[sympy.Expr, sympy.Symbol, tuple[sympy.Expr, sympy.Expr]]
_KINKS = (sympy.Abs, sympy.sign, sympy.Piecewise)


@dataclass(frozen=True, repr=False)
class PrimalPotential(Shown):
    """A mirror potential given by R, R' and R'' as functions of x; :func:`mirrortheory.potentials.own.own` makes them.

    Attributes:
        closed_potential, closed_mirror_map, closed_hessian: R, R' and R'', plain expressions, closed or with a definite integral.
        region: open interval of x on which R is strictly convex.
        dual_domain: limits of R' at its ends; None where none is found.
        symbol: the symbol of x in the forms, positive when x is.
        normalised: where R and R' vanish, in words.
        validity: statements, one a line.
        closed_inverse_mirror_map, closed_conjugate: closed forms in y, plain expressions, or None.
    """

    closed_potential: sympy.Expr
    closed_mirror_map: sympy.Expr
    closed_hessian: sympy.Expr
    region: tuple[sympy.Expr, sympy.Expr]
    dual_domain: tuple[sympy.Expr | None, sympy.Expr | None]
    symbol: sympy.Symbol
    normalised: str
    validity: tuple[str, ...]
    closed_inverse_mirror_map: sympy.Expr | None = None
    closed_conjugate: sympy.Expr | None = None

    def expressions(self) -> list[sympy.Expr]:
        """Return every expression that the potential is made of."""
        forms = (
            self.closed_potential,
            self.closed_mirror_map,
            self.closed_hessian,
            self.closed_inverse_mirror_map,
            self.closed_conjugate,
        )
        return [e for e in (*forms, *self.dual_domain, *self.region) if e is not None]

    def scaled(self, factor: sympy.Expr) -> PrimalPotential:
        """Return the potential times a positive factor c: R' and R'' by c, x(y) at y/c, R*(y) as c R*(y/c)."""
        low, high = (None if end is None else factor * end for end in self.dual_domain)
        return dataclasses.replace(self, dual_domain=(low, high), **scaled_forms(self, factor))

    @property
    def form(self) -> str:
        """The kind of form of the mirror map: elementary, or an integral."""
        return "integral" if self.closed_mirror_map.has(sympy.Integral) else "elementary"

    @property
    def where(self) -> str:
        """The x for which the forms hold, in words."""
        return f"{self.region[0]} < x < {self.region[1]}"

    @property
    def curve(self) -> sympy.Eq:
        """The equation between x and y = R'(x)."""
        return sympy.Eq(self.closed_mirror_map, Y)

    def pieces(self, form: sympy.Expr) -> tuple[Piece, ...]:
        """Return a form without abs and sign, as (form, symbol, interval): as it is, or for x > 0 and for x < 0, there in -x."""
        low, high = self.region
        if not form.has(*_KINKS):
            return ((form, self.symbol, self.region),)
        return (form.subs(self.symbol, X), X, (sympy.S.Zero, high)), (form.subs(self.symbol, -X), X, (sympy.S.Zero, -low))

    def towards(self, form: sympy.Expr, side: int) -> tuple[sympy.Expr, sympy.Expr]:
        """Return a form close to the lower (0) or upper (1) end of the region: in X, the distance from it or |x|; and 0 or oo.

        Args:
            form: a closed form.
            side: 0 for the lower end, 1 for the upper one.
        """
        pieces = self.pieces(form)
        if len(pieces) == 1:
            return near_end(form, self.symbol, self.region[side], side)
        piece, symbol, (_, end) = pieces[1 - side]
        return near_end(piece, symbol, end, 1)

    def is_convex(self) -> bool:
        """Return whether R'' is seen to be defined and not negative on the region, but for x = 0 where R has abs or sign."""
        return all(Ranges(symbol, interval).nonnegative(form) for form, symbol, interval in self.pieces(self.closed_hessian))

    def along_curve(self, quantity: str) -> tuple[sympy.Expr, sympy.Eq]:
        """Return x(y) or R*(y) as what x and R* are in x, with the equation between x and y.

        Args:
            quantity: inverse_mirror_map or conjugate.
        """
        return (self.symbol if quantity == "inverse_mirror_map" else self.conjugate_expression()), self.curve

    def mirror_map_expression(self) -> sympy.Expr:
        """R'(x)."""
        return self.closed_mirror_map

    def conjugate_expression(self) -> sympy.Expr:
        """R*(y): the closed form, or x R'(x) - R(x) at the x with R'(x) = y."""
        return (
            self.symbol * self.closed_mirror_map - self.closed_potential if self.closed_conjugate is None else self.closed_conjugate
        )

    def potential_expression(self) -> sympy.Expr:
        """R(x)."""
        return self.closed_potential

    def bregman_expression(self) -> sympy.Expr:
        """D_R(x, x0)."""
        return bregman(self.closed_potential, self.closed_mirror_map, self.symbol)


def near_end(form: sympy.Expr, symbol: sympy.Symbol, end: sympy.Expr, side: int) -> tuple[sympy.Expr, sympy.Expr]:
    """Return a form in X > 0, the distance from a lower (0) or upper (1) end, or the size at an infinite one; and the limit of X.

    SymPy's limits from below are wrong for some roots: that of (x - 1/2)/(sqrt(x) sqrt(1 - x)) at 1 would be -oo.
    """
    sign = 1 if side else -1
    return (form.subs(symbol, sign * X), sympy.oo) if end.is_infinite else (form.subs(symbol, end - sign * X), sympy.S.Zero)


MirrorPotential: TypeAlias = Potential | DualPotential | PrimalPotential
