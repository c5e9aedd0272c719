r"""Mirror potentials given by their inverse mirror map x(y), which is explicit where the dual variable is the clock of the flow.

.. math:: R^*(y) = \int x\,\mathrm d y, \qquad \frac{1}{R''(x)} = \frac{\mathrm d x}{\mathrm d y}, \qquad R(x) = x y - R^*(y).

Not to be confused with :class:`~mirrortheory.potentials.potential.Potential`, a curve in the charge s, where neither is explicit.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import sympy
from sympy.functions.elementary.hyperbolic import HyperbolicFunction

from mirrortheory.errors import NotEvaluable
from mirrortheory.exact import carlson_rf, is_steep, powers_integral, sign_of
from mirrortheory.potentials.potential import U, Y, bregman, scaled_forms
from mirrortheory.potentials.shown import Shown

REAL_X = sympy.Symbol("x", real=True)


@dataclass(frozen=True, repr=False)
class DualPotential(Shown):
    """A mirror potential given by its explicit inverse mirror map.

    Attributes:
        closed_inverse_mirror_map: x(y), a plain expression, strictly increasing on ``dual_domain``.
        dual_domain: open interval of y.
        region: open interval of x on which the forms hold.
        symbol: the symbol of x in the closed forms, positive when x is.
        origin: whether R(0) = 0 and R'(0) = 0; else R and R' are fixed up to constants by the charges.
        at_start: R(x0) = 0 and R'(x0) = 0 for the x0 of the initial weights, so that R(x) is D_R(x, x0).
        normalisation: where R and R' vanish, in words, where it is neither of these.
        closed_conjugate: closed form of R*(y), a plain expression, or None.
        closed_mirror_map, closed_hessian, closed_potential: closed forms in x, plain expressions, or None.
        validity: statements, one a line.
    """

    closed_inverse_mirror_map: sympy.Expr
    dual_domain: tuple[sympy.Expr, sympy.Expr]
    region: tuple[sympy.Expr, sympy.Expr]
    symbol: sympy.Symbol
    origin: bool
    closed_conjugate: sympy.Expr | None
    closed_mirror_map: sympy.Expr | None
    closed_hessian: sympy.Expr | None
    closed_potential: sympy.Expr | None
    validity: tuple[str, ...]
    at_start: bool = False
    normalisation: str = ""

    def __post_init__(self) -> None:
        """Write abs and sign of y by y, where the dual domain lies on one side of 0."""
        for name in ("closed_inverse_mirror_map", "closed_conjugate"):
            form = getattr(self, name)
            low, high = self.dual_domain
            if form is not None and form.has(sympy.Abs(Y), sympy.sign(Y)) and not (low.free_symbols or high.free_symbols):
                side = 1 if sign_of(low) >= 0 else -1 if sign_of(high) <= 0 else 0
                if side:
                    plain = form.xreplace({sympy.Abs(Y): side * Y, sympy.sign(Y): sympy.Integer(side)})
                    object.__setattr__(self, name, plain)

    def expressions(self) -> list[sympy.Expr]:
        """Return every expression that the potential is made of."""
        forms = (
            self.closed_inverse_mirror_map,
            self.closed_conjugate,
            self.closed_mirror_map,
            self.closed_hessian,
            self.closed_potential,
        )
        return [e for e in (*forms, *self.dual_domain, *self.region) if e is not None]

    def scaled(self, factor: sympy.Expr) -> DualPotential:
        """Return the potential times a positive factor c: R' and R'' by c, x(y) at y/c, R*(y) as c R*(y/c)."""
        low, high = self.dual_domain
        return dataclasses.replace(self, dual_domain=(factor * low, factor * high), **scaled_forms(self, factor))

    def anchored(self, y0: sympy.Expr) -> DualPotential:
        """Return R(x) - y0 x: R' is zero where it was y0, so that from y0 = R'(x_0) it is D_R(x, x_0) up to a constant."""
        low, high = self.dual_domain
        forms: dict[str, Any] = {"dual_domain": (low - y0, high - y0)}
        forms |= {
            n: getattr(self, n).subs(Y, Y + y0)
            for n in ("closed_inverse_mirror_map", "closed_conjugate")
            if getattr(self, n) is not None
        }
        if self.closed_mirror_map is not None:
            forms["closed_mirror_map"] = self.closed_mirror_map - y0
        if self.closed_potential is not None:
            forms["closed_potential"] = self.closed_potential - y0 * self.symbol
        return dataclasses.replace(self, origin=False, **forms)

    @property
    def form(self) -> str:
        """The kind of form found for the mirror map: elementary, hypergeometric (or incomplete gamma), or parametric."""
        if self.closed_mirror_map is None or self.closed_mirror_map.has(sympy.Integral, powers_integral, carlson_rf):
            return "parametric"
        return "hypergeometric" if self.closed_mirror_map.has(sympy.hyper, sympy.expint, sympy.erfc, sympy.erf) else "elementary"

    @property
    def normalised(self) -> str:
        """Where R and R' vanish, in words."""
        if self.normalisation:
            return self.normalisation
        if self.at_start:
            return "R(x0) = 0 and R'(x0) = 0, so that R(x) is D_R(x, x0)"
        return "R(0) = 0 and R'(0) = 0" if self.origin else "R and R' are fixed up to constants, by the charges of the weights"

    @property
    def where(self) -> str:
        """The x for which the forms hold, in words."""
        return f"{self.region[0]} < x < {self.region[1]}"

    @property
    def inverse_metric(self) -> sympy.Expr:
        """1/R'' as a function of y."""
        return sympy.diff(self.closed_inverse_mirror_map, Y)

    @property
    def curve(self) -> sympy.Eq:
        """The equation between x and y = R'(x)."""
        return sympy.Eq(self.closed_inverse_mirror_map, self.symbol, evaluate=False)  # SymPy would multiply powers out

    def along_curve(self, quantity: str) -> tuple[sympy.Expr, sympy.Eq | None]:
        """Return a form without a closed one: as a function of y, with the equation between x and y for those of x.

        Args:
            quantity: hessian, mirror_map, potential or conjugate, of which there is no closed form.
        """
        if quantity == "conjugate":
            return self.conjugate_expression(), None
        in_y = {"mirror_map": self.mirror_map_expression, "potential": self.potential_expression}
        return (in_y[quantity]() if quantity in in_y else 1 / self.inverse_metric), self.curve

    def mirror_map_expression(self) -> sympy.Expr:
        """R'(x): the closed form, or y (see :attr:`curve`)."""
        return Y if self.closed_mirror_map is None else self.closed_mirror_map

    def conjugate_expression(self) -> sympy.Expr:
        """R*(y): the closed form, or the integral of x(y)."""
        if self.closed_conjugate is not None:
            return self.closed_conjugate
        at_u = self.closed_inverse_mirror_map.subs(Y, U)
        return sympy.Integral(at_u, (U, 0, Y)) if self.origin or self.at_start else sympy.Integral(at_u, U)

    def potential_expression(self) -> sympy.Expr:
        """R(x): the closed form, or x y - R*(y)."""
        return self.symbol * Y - self.conjugate_expression() if self.closed_potential is None else self.closed_potential

    def bregman_expression(self) -> sympy.Expr:
        """D_R(x, x0) in closed form, or as R(x) + R*(y0) - x y0 in symbols."""
        return bregman(self.closed_potential, self.closed_mirror_map, self.symbol)


def closed_forms(mirror_map: sympy.Expr | None, conjugate: sympy.Expr | None, x: sympy.Symbol) -> dict[str, Any]:
    """Return R', R'' and R as functions of ``x``, by name, from R' and R*(y); None where R' or R* is."""
    if mirror_map is None:
        return {"closed_mirror_map": None, "closed_hessian": None, "closed_potential": None}
    potential = None if conjugate is None else x * mirror_map - conjugate.subs(Y, mirror_map)
    if is_steep(mirror_map) or (potential is not None and is_steep(potential)):
        return {"closed_mirror_map": mirror_map, "closed_hessian": sympy.diff(mirror_map, x), "closed_potential": potential}
    if potential is not None and not mirror_map.has(sympy.sinh):  # sinh(asinh(..)/3) has no shorter form
        # The logarithm of a number is a symbol here: SymPy would raise numbers to large powers to combine it with others.
        logs = {e: sympy.Dummy("log", real=True) for e in potential.atoms(sympy.log) if e.is_number}
        logarithms, rest = sympy.expand(potential).as_independent(sympy.log, as_Add=True)[::-1]
        if rest.is_rational_function(x) and not mirror_map.is_polynomial(x):
            potential = sympy.cancel(rest) + sympy.simplify(logarithms.subs(logs))
        else:
            potential = sympy.simplify(potential.subs(logs))
        potential = potential.subs({symbol: e for e, symbol in logs.items()})
        inside = [log.args[0] for log in potential.atoms(sympy.log)]
        if any(argument.is_Pow or any(e.exp.free_symbols for e in argument.atoms(sympy.Pow)) for argument in inside):
            potential = sympy.expand_log(potential)
    hessian = sympy.simplify(sympy.diff(mirror_map, x))
    hessian = sympy.factor(hessian) if hessian.is_rational_function(x) else hessian
    shortest = _shortest(mirror_map, hessian, x)
    if potential is not None and shortest != mirror_map:
        factor, wave = mirror_map.as_independent(x, as_Add=False)
        potential = potential.subs(wave, shortest / factor)
    return {"closed_mirror_map": shortest, "closed_hessian": hessian, "closed_potential": potential}


def _shortest(mirror_map: sympy.Expr, hessian: sympy.Expr, x: sympy.Symbol) -> sympy.Expr:
    """Return R', or the integral of a rational R'' where that is shorter: atan(x) for 2 atan(tanh(asinh(x)/2))."""
    if not (mirror_map.has(HyperbolicFunction) and hessian.is_rational_function(x)):
        return mirror_map
    integral = sympy.integrate(hessian, x)
    at = sympy.S.Zero if (mirror_map - integral).subs(x, 0).is_finite else sympy.S.One
    try:
        same = sign_of((mirror_map - integral).subs(x, at)) == 0
    except NotEvaluable:
        return mirror_map
    return integral if same and integral.count_ops() < mirror_map.count_ops() else mirror_map
