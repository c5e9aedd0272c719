r"""Mirror potentials: R, R', R'', the conjugate R* and the Bregman divergence, closed or parametric, always evaluable.

With the charge parameter s of :mod:`mirrortheory.theory.separation` the potential is known exactly as a curve,

.. math:: x = x(s), \qquad y = R'(x) = \int D(s)\,\mathrm d s, \qquad R^*(y) = \int_0^s x D\,\mathrm d s,
          \qquad R(x) = x y - R^*(y),

where D is the dual density. Closed forms in x or y are added where they are found.

Normalisation: R(0) = 0 and R*(R'(0)) = 0; R'(0) = 0 where R'(0) is finite; else R'(oo) = 0 where R' is bounded above;
else (balanced with m = 1) R'(1) = 0, so R' is log|x|/L.

Source: Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, for depth two and for balanced layers.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

import sympy

from mirrortheory.errors import InvalidArgument, NoClosedForm
from mirrortheory.exact import carlson_rf
from mirrortheory.potentials.elliptic import first_kind
from mirrortheory.potentials.form import pairs
from mirrortheory.potentials.shown import Shown

if TYPE_CHECKING:
    from mirrortheory.potentials.dual import DualPotential
    from mirrortheory.potentials.primal import PrimalPotential

X = sympy.Symbol("x", positive=True)
X0 = sympy.Symbol("x0", positive=True)
Y = sympy.Symbol("y", real=True)
S = sympy.Symbol("s", positive=True)
U = sympy.Symbol("u", positive=True)


class Normalisation(Enum):
    """Where the dual variable y = R'(x) vanishes."""

    ORIGIN = "R'(0) = 0"
    INFINITY = "R'(oo) = 0"
    ONE = "R'(1) = 0"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class PowerProduct:
    """A product ``coefficient * prod (s + shift)^exponent``, the form of every density of a separated product flow.

    Attributes:
        coefficient: the factor in front.
        factors: (shift, exponent) of each factor.
    """

    coefficient: sympy.Expr
    factors: tuple[tuple[sympy.Expr, sympy.Expr], ...]

    @classmethod
    def parse(cls, expr: sympy.Expr, variable: sympy.Symbol) -> PowerProduct:
        """Read a SymPy product; raises NoClosedForm when it has another form.

        Args:
            expr: the product.
            variable: the symbol s.
        """
        coefficient, rest = expr.as_independent(variable, as_Add=False)
        factors: dict[sympy.Expr, sympy.Expr] = {}
        for factor in sympy.Mul.make_args(rest):
            base, exponent = factor.as_base_exp()
            shift = sympy.expand(base - variable)
            if rest == 1:
                break
            if shift.has(variable) or exponent.has(variable):
                raise NoClosedForm("parametric form", f"{factor} is no power of {variable} plus a constant")
            factors[shift] = sympy.simplify(factors.get(shift, sympy.S.Zero) + exponent)
        return cls(coefficient, tuple((s, e) for s, e in factors.items() if e != 0))

    def subs(self, replacements: Mapping[sympy.Symbol, sympy.Expr]) -> PowerProduct:
        """Replace symbols by expressions.

        Args:
            replacements: as SymPy takes them.
        """
        factors = tuple((shift.subs(replacements), e.subs(replacements)) for shift, e in self.factors)
        return PowerProduct(self.coefficient.subs(replacements), factors)

    def order_at_zero(self) -> sympy.Expr:
        """Exponent of s as s -> 0."""
        return sympy.Add(*(e for shift, e in self.factors if shift == 0))

    def order_at_infinity(self) -> sympy.Expr:
        """Exponent of s as s -> oo."""
        return sympy.simplify(sympy.Add(*(e for _, e in self.factors)))

    def expression(self, variable: sympy.Symbol) -> sympy.Expr:
        """The product as a SymPy expression in ``variable``."""
        return self.coefficient * sympy.Mul(*((variable + shift) ** e for shift, e in self.factors))


@dataclass(frozen=True, repr=False)
class Potential(Shown):
    """A mirror potential on x > 0, extended to x < 0 evenly where ``validity`` allows it.

    Attributes:
        effective: x(s).
        dual_density: D(s) = dy/ds.
        conjugate_density: x(s) D(s) = dR*/ds.
        inverse_metric: 1/R'' as a function of s.
        normalisation: where R' vanishes.
        even: whether x < 0 is covered by R(-x) = R(x); not for maps of positive weights only.
        validity: statements, one a line, on where the potential and the mirror flow hold.
        closed_hessian, closed_mirror_map, closed_potential: closed forms in x > 0, plain expressions, or None.
        closed_inverse_mirror_map, closed_conjugate: closed forms in y (for x > 0), plain expressions, or None.
        conjugate_at: closed form of R*(R'(x)) in x > 0, a plain expression, or None.
    """

    effective: PowerProduct
    dual_density: PowerProduct
    conjugate_density: PowerProduct
    inverse_metric: sympy.Expr
    normalisation: Normalisation
    even: bool
    validity: tuple[str, ...]
    closed_hessian: sympy.Expr | None = None
    closed_mirror_map: sympy.Expr | None = None
    closed_potential: sympy.Expr | None = None
    closed_inverse_mirror_map: sympy.Expr | None = None
    closed_conjugate: sympy.Expr | None = None
    conjugate_at: sympy.Expr | None = None

    @staticmethod
    def of(formula: object, domain: object = None, *, given: str = "potential") -> PrimalPotential | DualPotential:
        """Return a potential of your own, from a formula; see :func:`mirrortheory.potentials.own.own`.

        Args:
            formula: an expression, or a text.
            domain: an interval, or a text.
            given: what the formula is.

        >>> Potential.of("x**4/4").inverse_mirror_map
        Abs(y)**(1/3)*sign(y)
        """
        from mirrortheory.potentials.own import own  # which imports this module

        return own(formula, domain, given=given)

    def subs(self, replacements: Any, value: object = None) -> Potential:
        """Put numbers or expressions for parameters; ``replacements`` and ``value`` are those of :meth:`Shown.subs`.

        >>> from mirrortheory import Flow, Lq, Product, derive
        >>> derive(Flow(Lq(sympy.Symbol("q", positive=True)), Product(2))).potential.subs("q", 2)
        Traceback (most recent call last):
        ...
        mirrortheory.errors.InvalidArgument: replacements must be values at which R'(0) = 0, got 2; derive with them instead
        """
        found: Potential = super().subs(replacements, value)
        order = found.dual_density.order_at_zero()
        if self.normalisation is Normalisation.ORIGIN and order.is_Rational and order <= -1:  # R'(0) has become infinite
            given = ", ".join(map(str, pairs(replacements, value).values()))
            raise InvalidArgument("replacements", f"values at which {self.normalisation}", given, "derive with them instead")
        return found

    def expressions(self) -> list[sympy.Expr]:
        """Return every expression that the potential is made of; shifts and exponents stand in powers, as they do in the forms."""
        parts = [getattr(self, f.name) for f in dataclasses.fields(self)]
        return [p.expression(S) if isinstance(p, PowerProduct) else p for p in parts if isinstance(p, sympy.Expr | PowerProduct)]

    def scaled(self, factor: sympy.Expr) -> Potential:
        """Return the potential times a positive factor c: R' and R'' by c, x(y) at y/c, R*(y) as c R*(y/c)."""
        scaled = scaled_forms(self, factor)
        for name in ("dual_density", "conjugate_density"):
            density = getattr(self, name)
            scaled[name] = PowerProduct(factor * density.coefficient, density.factors)
        return dataclasses.replace(self, inverse_metric=self.inverse_metric / factor, **scaled)

    @property
    def form(self) -> str:
        """The kind of form found for the mirror map: elementary or hypergeometric in x, elliptic or parametric in s."""
        if self.closed_mirror_map is None:
            return "elliptic" if self.mirror_map_expression().has(carlson_rf) else "parametric"
        return "hypergeometric" if self.closed_mirror_map.has(sympy.hyper) else "elementary"

    @property
    def symbol(self) -> sympy.Symbol:
        """The symbol of x in the closed forms."""
        return X

    @property
    def where(self) -> str:
        """The x for which the forms hold, in words."""
        return "x > 0; R(-x) = R(x)" if self.even else "x > 0"

    @property
    def normalised(self) -> str:
        """Where R and R' vanish, in words."""
        return f"R(0) = 0 and {self.normalisation}"

    @property
    def curve(self) -> sympy.Eq:
        """The equation between s >= 0 and |x| that the parametric forms refer to."""
        return sympy.Eq(self.effective.expression(S), X, evaluate=False)  # SymPy would multiply powers out

    def along_curve(self, quantity: str) -> tuple[sympy.Expr, sympy.Eq]:
        """Return a form without a closed one, with the equation that its parameter is subject to: s and x, or s (or x) and y.

        Args:
            quantity: hessian, mirror_map, potential, inverse_mirror_map or conjugate, of which there is no closed form.
        """
        in_x = {"mirror_map": self.mirror_map_expression, "potential": self.potential_expression}
        if quantity in in_x:
            return in_x[quantity](), self.curve
        if quantity == "hessian":
            return 1 / self.inverse_metric, self.curve
        dual = sympy.Eq(self.mirror_map_expression(), Y, evaluate=False)
        if self.closed_mirror_map is None:
            return (self.effective.expression(S) if quantity == "inverse_mirror_map" else self.conjugate_expression()), dual
        return (X if quantity == "inverse_mirror_map" else X * self.closed_mirror_map - self.potential_expression()), dual

    def mirror_map_expression(self) -> sympy.Expr:
        """R'(x) for x > 0: the closed form, or an elliptic form or integral up to s (see :attr:`curve`)."""
        if self.closed_mirror_map is not None:
            return self.closed_mirror_map
        density = self.dual_density.expression(U)
        known = first_kind(self.dual_density.factors, S) if self.normalisation is Normalisation.ORIGIN else None
        if known is not None:
            return self.dual_density.coefficient * known
        if self.normalisation is Normalisation.INFINITY:
            return -sympy.Integral(density, (U, S, sympy.oo))
        return S * density if not self.dual_density.factors else sympy.Integral(density, (U, 0, S))

    def conjugate_expression(self) -> sympy.Expr:
        """R*(y) for x > 0: the closed form in y, or in s, or the integral up to s."""
        if self.closed_conjugate is not None:
            return self.closed_conjugate
        density = self.conjugate_density.expression(U)
        exact = all(e.is_Integer and e >= 0 for _, e in self.conjugate_density.factors)
        return sympy.integrate(sympy.expand(density), (U, 0, S)) if exact else sympy.Integral(density, (U, 0, S))

    def potential_expression(self) -> sympy.Expr:
        """R(x) for x > 0: the closed form, or x y - R*(y)."""
        if self.closed_potential is not None:
            return self.closed_potential
        return X * self.mirror_map_expression() - _in_s(self.conjugate_expression(), self.mirror_map_expression())

    def bregman_expression(self) -> sympy.Expr:
        """D_R(x, x0) for x, x0 > 0 in closed form, or as R(x) + R*(y0) - x y0 in symbols."""
        return bregman(self.closed_potential, self.closed_mirror_map, X)


def scaled_forms(potential: Any, factor: sympy.Expr) -> dict[str, Any]:
    """Return the closed forms of ``potential`` times a positive factor, by name, without those that are None."""
    in_x = (
        (name, getattr(potential, name, None))
        for name in ("closed_hessian", "closed_mirror_map", "closed_potential", "conjugate_at")
    )
    scaled = {name: factor * form for name, form in in_x if form is not None}
    for name, size in (("closed_inverse_mirror_map", 1), ("closed_conjugate", factor)):
        if (form := getattr(potential, name)) is not None:
            scaled[name] = size * form.subs(Y, Y / factor)
    return scaled


def bregman(potential: sympy.Expr | None, mirror_map: sympy.Expr | None, x: sympy.Symbol) -> sympy.Expr:
    """Return D_R(x, x0) from closed forms of R and R' in ``x``, or R(x) + R*(y0) - x y0 in symbols without them."""
    if potential is None or mirror_map is None:
        r, conjugate = sympy.Function("R"), sympy.Function("R^*")
        y0 = sympy.Symbol("y0", real=True)
        return r(x) + conjugate(y0) - x * y0
    at = {x: X0 if x.is_positive else sympy.Symbol("x0", real=True)}
    return potential - potential.subs(at) - mirror_map.subs(at) * (x - at[x])


def _in_s(conjugate: sympy.Expr, mirror_map: sympy.Expr) -> sympy.Expr:
    return conjugate.subs(Y, mirror_map)
