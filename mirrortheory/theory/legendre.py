r"""Legendre and Bregman axioms of a mirror potential, one by one, and the exponent that decides each.

With :math:`1/R'' \sim |x|^{m_0}` at 0 and :math:`\sim |x|^{m_\infty}` at infinity, R lives on R where :math:`m_0 < 1` (and R
is even), else on a closed half line with :math:`R'(0+) = -\infty`. Then

===================================  =============================================================================
strict convexity                     always: dx/ds > 0 and dy/ds > 0 along the curve
essential smoothness                 always: there is no boundary, or |R'| grows without bound towards it
closed zone                          R(0) is finite iff :math:`m_0 < 2`
level-boundedness of D(x, .)         iff R*(y) diverges with x, as :math:`\int x R'' \sim x^{2 - m_\infty}`: :math:`m_\infty \le 2`
level-boundedness of D(., y)         always: R' exceeds R'(y) by a constant from some x on
consistency, D(0, y) -> 0            iff :math:`\int_0 x R''` converges: :math:`m_0 < 2`
R' onto R                            iff :math:`\int^\infty R''` diverges: :math:`m_\infty \le 1`
===================================  =============================================================================

The orders come from the depth polynomial, whose factors are powers of s plus constants, so they are exact.

Source: Bauschke and Borwein (1997), "Legendre functions and the method of random Bregman projections", for the axioms; the
exponents are this project's.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from mirrortheory.errors import InvalidArgument
from mirrortheory.theory.additive import DualPotential
from mirrortheory.theory.potential import Potential


@dataclass(frozen=True)
class Axiom:
    """One axiom: whether it holds, and the inequality that decides it, with the value of its exponent."""

    name: str
    holds: bool
    why: str


@dataclass(frozen=True)
class LegendreReport:
    """The axioms of a potential with numbers for q and the imbalance.

    Attributes:
        m0, m_oo: exponents of the inverse metric at 0 and at infinity.
        domain: where R lives, closed.
        dual_domain: the image of R'; c stands for a finite bound of R'.
        axioms: one by one; a potential that fails one is not for that reason useless.
    """

    m0: sympy.Rational
    m_oo: sympy.Rational
    domain: str
    dual_domain: str
    axioms: tuple[Axiom, ...]

    def holds(self, name: str) -> bool:
        """Return whether the axiom of this name holds."""
        return next(axiom.holds for axiom in self.axioms if axiom.name == name)


def exponents(potential: Potential | DualPotential) -> tuple[sympy.Expr, sympy.Expr]:
    """Return m_0 and m_oo: with x ~ s^a and dy/ds ~ s^d, R'' = dy/dx ~ s^(d + 1 - a) = x^(-m).

    >>> from mirrortheory import Flow, Lq, Product, derive
    >>> exponents(derive(Flow(Lq("3/2"), Product(3)), imbalance=(0, 0, 1)).potential)
    (3/4, 1)
    """
    if isinstance(potential, DualPotential):
        raise InvalidArgument("potential", "that of a product of powers", "one of a sum", "its region and dual domain are stated")
    x, density = potential.effective, potential.dual_density
    orders = (x.order_at_zero(), density.order_at_zero()), (x.order_at_infinity(), density.order_at_infinity())
    near, far = (sympy.simplify(1 - (d + 1) / a) for a, d in orders)
    return near, far


def legendre(potential: Potential | DualPotential) -> LegendreReport:
    """Return which axioms of a Legendre or Bregman function a derived potential satisfies.

    Raises:
        InvalidArgument: when an exponent is not a number, as q is a symbol; for the potential of a sum.
    """
    m0, m_oo = exponents(potential)
    if not (m0.is_Rational and m_oo.is_Rational):
        raise InvalidArgument("q", "a number in this report", m0, "derive with q such as 3/2")
    whole = isinstance(potential, Potential) and potential.even and bool(m0 < 1)
    top = "oo" if m_oo <= 1 else "0" if m0 >= 1 else "c"  # R' is normalised to vanish at oo, or bounded by c = int_0^oo dy
    bottom = f"-{top}" if whole else "-oo" if m0 >= 1 else "0"
    boundary = "R is differentiable on all of R" if whole else f"R'(0+) = -oo as m_0 = {m0} >= 1"
    smooth = whole or bool(m0 >= 1)
    axioms = (
        Axiom("strict convexity", True, "dx/ds > 0 and dy/ds > 0"),
        Axiom("essential smoothness", smooth, boundary if smooth else f"R'(0+) is finite as m_0 = {m0} < 1"),
        Axiom("closed zone", bool(m0 < 2), f"R(0) is finite iff m_0 = {m0} < 2"),
        Axiom("level-boundedness of D(x, .)", bool(m_oo <= 2), f"R* is unbounded iff m_oo = {m_oo} <= 2"),
        Axiom("level-boundedness of D(., y)", True, "R' increases strictly"),
        Axiom("consistency", bool(m0 < 2), f"D(0, y) -> 0 iff m_0 = {m0} < 2"),
        Axiom("R' onto R", bool(m_oo <= 1) and smooth, f"iff m_oo = {m_oo} <= 1" + ("" if smooth else " and R'(0+) = -oo")),
    )
    return LegendreReport(m0, m_oo, "R" if whole else "[0, oo)", f"({bottom}, {top})", axioms)
