r"""Limits of mirror potentials: leading terms at x -> 0 and x -> oo, in the imbalance, and in the depth, with the next term.

In x, R' and R* are primitives of D and of x D along the curve x(s), so that Lagrange's formula gives every coefficient
(:mod:`mirrortheory.potentials.lagrange`); R = x R' - R*, and R'' is the derivative of R' in x.

**In the imbalance** (0, c_2 lam, c_3 lam, ...). With A, B the orders of x and R' at s = oo,

.. math:: R'_\lambda(x) = \lambda^B R'_1(x \lambda^{-A}),

so each term is c x^p lam^(B - A p): lam -> oo at fixed x is the expansion at x -> 0, and lam -> 0 the one at x -> oo, term by
term. Neither is uniform in x: the first holds for x << lam^A, the second for x >> lam^A. Where m_0 < 1 <= m_oo, R' is normalised
at 0 for every lam > 0, but the limit lam = 0 has R'(0+) = -oo: then R' itself diverges as lam -> 0, by a term free of x, and only
differences R'(x) - R'(x_0) have limits. (q = 2, L = 2: R' = log(4 x/lam)/2 + ...)

**In the depth**, balanced layers: :func:`balanced_of_depth` has L as a symbol, and x is held fixed.

Source: this project.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import sympy

from mirrortheory.errors import InvalidArgument, NoClosedForm
from mirrortheory.exact import integer, rational, sign_of
from mirrortheory.potentials.dual import DualPotential
from mirrortheory.potentials.lagrange import MOST_ZEROS, Covered, leading_terms, primitive, reverted
from mirrortheory.potentials.potential import Normalisation, Potential, PowerProduct, S, X, Y
from mirrortheory.potentials.primal import MirrorPotential, PrimalPotential

DEPTH = sympy.Symbol("L", positive=True)
QUANTITIES = ("mirror_map", "potential", "hessian", "conjugate", "inverse_mirror_map")


@dataclass(frozen=True)
class Expansion:
    """Leading terms of a quantity at a limit point, and the first term left out.

    Attributes:
        quantity: mirror_map R'(x), potential R(x), hessian R''(x), conjugate R*(R'(x)), or inverse_mirror_map x(y).
        variable: what tends to the limit: x, y, a symbol of the imbalance, or the depth L.
        point: its limit.
        terms: leading first; powers of x with their logarithm count as one term.
        remainder: the next term that is not zero, so that the error divided by it tends to 1; 0 when the terms are exact.
        note: what is held fixed, and where the limit is not uniform.
    """

    quantity: str
    variable: sympy.Symbol
    point: sympy.Expr
    terms: tuple[sympy.Expr, ...]
    remainder: sympy.Expr
    note: str = ""

    @property
    def expression(self) -> sympy.Expr:
        """The sum of the terms."""
        return sympy.Add(*self.terms)

    def subs(self, replacements: Mapping[sympy.Symbol, sympy.Expr]) -> Expansion:
        """Replace symbols other than the variable by expressions."""
        return replace(
            self, terms=tuple(term.subs(replacements) for term in self.terms), remainder=self.remainder.subs(replacements)
        )

    def __str__(self) -> str:
        leading = " + ".join(map(str, self.terms)).replace("+ -", "- ")
        rest = "exactly" if self.remainder == 0 else f"+ O({_scale(self.remainder, self.variable)})"
        return f"{leading} {rest} as {self.variable} -> {self.point}"


def expand(
    potential: MirrorPotential, quantity: str, at: sympy.Expr | int, *, variable: sympy.Symbol | None = None, terms: int = 2
) -> Expansion:
    """Expand a quantity of a derived potential, for x > 0.

    Args:
        potential: with a number for q; the imbalance may hold positive symbols.
        quantity: one of :data:`QUANTITIES`.
        at: 0 or sympy.oo.
        variable: x by default (y for inverse_mirror_map); the one symbol of the imbalance, or :data:`DEPTH`, with x held fixed.
        terms: how many, 1 to 20; fewer are returned only when they are exact.

    Raises:
        InvalidArgument: for another quantity, limit or variable, or when q is a symbol.
        NoClosedForm: where an expansion in powers is not found; the message names the step.

    >>> from mirrortheory import Flow, Lq, Product, derive
    >>> lam = sympy.Symbol("lam", positive=True)
    >>> print(expand(derive(Flow(Lq(2), Product(2)), imbalance=(0, lam)).potential, "mirror_map", sympy.oo))
    log(4*x/lam)/2 + lam**2/(32*x**2) + O(x**(-4)) as x -> oo
    """
    terms = integer(terms, "terms", 1, 20)
    if quantity not in QUANTITIES:
        raise InvalidArgument("quantity", f"one of {', '.join(QUANTITIES)}", quantity, "write for example mirror_map")
    if at not in (0, sympy.oo):
        raise InvalidArgument("at", "0 or oo", at, "expand at one of them")
    point = sympy.oo if at == sympy.oo else sympy.S.Zero
    if isinstance(potential, DualPotential):
        return _of_a_sum(potential, quantity, point, terms, variable)
    if isinstance(potential, PrimalPotential):
        return _of_a_formula(potential, quantity, point, terms, variable)
    if variable == DEPTH:
        return _in_the_depth(potential, quantity, point, terms)
    if not all(isinstance(e, sympy.Rational) for _, e in (*potential.effective.factors, *potential.dual_density.factors)):
        raise InvalidArgument("q", "a number to expand a potential", "a symbol", "derive with q such as 3/2")
    if quantity == "inverse_mirror_map":
        return _inverse(potential, point, terms, variable)
    if variable is None or variable == X:
        leading, remainder = leading_terms(_in_x(potential, quantity, far=point == sympy.oo), terms, far=point == sympy.oo)
        return Expansion(quantity, X, point, leading, remainder, "the imbalance is held fixed")
    return _in_the_imbalance(potential, quantity, point, terms, variable)


def balanced_of_depth(q: object) -> Potential:
    r"""Return the potential of L balanced layers with L a symbol, normalised as it is for all large L.

    With |w_i|^q = s: x = s^(L/q), ds/dt = -phi(f') q x^(q-1), and 1/R'' = L s^(L-1).

    >>> print(expand(balanced_of_depth(1), "potential", sympy.oo, variable=DEPTH))
    x + x*(log(x) - 1)/L + O(L**(-2)) as L -> oo
    """
    exponent = rational(q, "q")
    if not 1 <= exponent <= 2:
        raise InvalidArgument("q", "an exact rational in [1, 2]", q, "write for example 3/2")
    order = DEPTH / exponent
    power = -order * (exponent - 1)
    dual = ((sympy.S.Zero, power),) if exponent > 1 else ()
    conjugate = ((sympy.S.Zero, order + power),) if exponent < 2 else ()
    return Potential(
        effective=PowerProduct(sympy.S.One, ((sympy.S.Zero, order),)),
        dual_density=PowerProduct(1 / exponent, dual),
        conjugate_density=PowerProduct(1 / exponent, conjugate),
        inverse_metric=DEPTH * S ** (DEPTH - 1),
        normalisation=Normalisation.INFINITY if exponent > 1 else Normalisation.ORIGIN,
        even=True,
        validity=(f"L > {exponent / (exponent - 1)}",) if exponent > 1 else ("L >= 1",),
    )


def limits(potential: MirrorPotential, *, terms: int = 2) -> tuple[Expansion, ...]:
    """Return the expansions of R' that are found: at x -> 0 and oo, and in the symbol of the imbalance when there is one.

    >>> from mirrortheory import Flow, Lq, Product, derive
    >>> [str(e) for e in limits(derive(Flow(Lq(1), Product(2)), imbalance=(0, 1)).potential)]
    ['x - x**2 + O(x**3) as x -> 0', 'sqrt(x) - 1/2 + O(1/sqrt(x)) as x -> oo']
    """
    places: list[tuple[sympy.Expr, sympy.Symbol | None]] = [(sympy.S.Zero, None)]
    if not isinstance(potential, DualPotential):
        places.append((sympy.oo, None))
    if isinstance(potential, Potential):
        symbols = {symbol for shift, _ in potential.effective.factors for symbol in shift.free_symbols}
        places += [(point, e) for e in symbols if _scales_with(potential, e) for point in (sympy.S.Zero, sympy.oo)]
    found = []
    for point, variable in places:
        try:
            found.append(expand(potential, "mirror_map", point, variable=variable, terms=terms))
        except NoClosedForm:
            continue
        except InvalidArgument:
            if not isinstance(potential, PrimalPotential):
                raise
    return tuple(found)


def _in_x(potential: Potential, quantity: str, *, far: bool) -> Callable[[int], Covered]:
    """Return a function from a number of orders to the terms in x up to it, and the first exponent not covered (None: exact)."""

    def mirror_map(orders: int) -> Covered:
        at_infinity, at_one = potential.normalisation is Normalisation.INFINITY, potential.normalisation is Normalisation.ONE
        return primitive(potential.effective, potential.dual_density, orders, far=far, from_infinity=at_infinity, at_one=at_one)

    def conjugate(orders: int) -> Covered:
        return primitive(potential.effective, potential.conjugate_density, orders, far=far, from_infinity=False)

    def hessian(orders: int) -> Covered:
        terms, end = mirror_map(orders)
        return {p - 1: (p * c + log, p * log) for p, (c, log) in terms.items()}, None if end is None else end - 1

    def whole(orders: int) -> Covered:
        (dual, end), (rest, _) = mirror_map(orders), conjugate(orders)
        total = {p + 1: pair for p, pair in dual.items()}
        for p, (c, log) in rest.items():
            before = total.get(p, (sympy.S.Zero, sympy.S.Zero))
            total[p] = before[0] - c, before[1] - log
        return total, None if end is None else end + 1

    return {"mirror_map": mirror_map, "conjugate": conjugate, "hessian": hessian, "potential": whole}[quantity]


def _in_the_imbalance(potential: Potential, quantity: str, point: sympy.Expr, terms: int, symbol: sympy.Symbol) -> Expansion:
    if not _scales_with(potential, symbol):
        raise InvalidArgument("variable", "a symbol that every imbalance but 0 is a multiple of", symbol, "expand in x")
    inner = potential.effective.order_at_infinity()
    found = expand(potential, quantity, sympy.oo if point == 0 else 0, terms=terms)
    note = f"x is held fixed; not uniform in x: {'x >> ' if point == 0 else 'x << '}{symbol**inner}"
    if point == 0 and potential.normalisation is Normalisation.ORIGIN and potential.dual_density.order_at_infinity() <= -1:
        note += f"; R'(0) = 0 holds for {symbol} > 0 only, so R' diverges by a term free of x, and its increments converge"
    return replace(found, variable=symbol, point=point, note=note)


def _scales_with(potential: Potential, symbol: sympy.Symbol) -> bool:
    shifts = {shift for shift, _ in potential.effective.factors if shift != 0}
    return bool(shifts) and not any(sympy.cancel(shift / symbol).free_symbols for shift in shifts)


def _in_the_depth(potential: Potential, quantity: str, point: sympy.Expr, terms: int) -> Expansion:
    """Expand the monomials of balanced layers in 1/L at a fixed x."""
    factors = potential.effective.factors
    if point == 0 or len(factors) != 1 or factors[0][0] != 0 or not factors[0][1].has(DEPTH) or quantity == "inverse_mirror_map":
        condition = "the depth of balanced_of_depth, at oo, for a quantity in x"
        raise InvalidArgument("variable", condition, f"{DEPTH} -> {point}", "expand in x")
    small = sympy.Dummy("e", positive=True)
    dual, conjugate = (
        density.coefficient / (density.order_at_zero() + 1) * X ** ((density.order_at_zero() + 1) / factors[0][1])
        for density in (potential.dual_density, potential.conjugate_density)
    )
    forms = {"mirror_map": dual, "hessian": sympy.diff(dual, X), "conjugate": conjugate, "potential": X * dual - conjugate}
    form = sympy.powsimp(sympy.expand(sympy.simplify(forms[quantity].subs(DEPTH, 1 / small))))
    for orders in range(terms + 1, terms + 2 + MOST_ZEROS):
        series = sympy.series(form, small, 0, orders).removeO()
        pieces = [(n, sympy.simplify(series.coeff(small, n))) for n in range(orders)]
        leading = [c / DEPTH**n for n, c in pieces if c != 0]
        if len(leading) > terms:
            note = f"x is held fixed, and {potential.normalisation}; not uniform in x: |log x| << L"
            return Expansion(quantity, DEPTH, point, tuple(leading[:terms]), leading[terms], note)
    raise NoClosedForm("expansion in 1/L", f"{MOST_ZEROS} coefficients in a row are zero")


def _inverse(potential: Potential, point: sympy.Expr, terms: int, variable: sympy.Symbol | None) -> Expansion:
    """Revert R' at x = 0 where it vanishes there."""
    if variable not in (None, Y) or point != 0 or potential.normalisation is not Normalisation.ORIGIN:
        condition = "0, with R'(0) = 0 and y as variable, for inverse_mirror_map"
        raise InvalidArgument("at", condition, f"{variable or Y} -> {point}", "expand mirror_map instead")
    a, e = potential.effective.order_at_zero(), potential.dual_density.order_at_zero() + 1
    polynomial = not potential.dual_density.factors and all(power.is_Integer for _, power in potential.effective.factors)

    def cover(orders: int) -> Covered:
        found, end = primitive(potential.effective, potential.dual_density, orders, far=False, from_infinity=False)
        coefficients = [found[(e + n) / a][0] for n in range(orders if end is not None else 1)]
        exact = end is None or (polynomial and a + orders > potential.effective.order_at_infinity())
        return reverted(coefficients, a, e), None if exact else (a + orders) / e

    leading, remainder = leading_terms(cover, terms, far=False)
    leading = tuple(term.subs(X, Y) for term in leading)
    return Expansion("inverse_mirror_map", Y, point, leading, remainder.subs(X, Y), "the imbalance is held fixed; y > 0")


def _of_a_sum(potential: DualPotential, quantity: str, point: sympy.Expr, terms: int, variable: sympy.Symbol | None) -> Expansion:
    """Expand at x = 0, where it lies inside the region, by the Taylor series of x(y) at y_0 = R'(0)."""
    left, right = potential.region
    if point != 0 or variable not in (None, potential.symbol, Y) or not sign_of(left) < 0 < sign_of(right):
        condition = "0 inside the region of x, for a sum of functions of one weight"
        raise InvalidArgument("at", condition, f"{variable or potential.symbol} -> {point}", f"see x(y) on {potential.where}")
    closed = potential.closed_mirror_map
    if not potential.origin and closed is None:
        raise NoClosedForm("expansion at x = 0", "R'(0) is not known in closed form")
    y0 = sympy.S.Zero if potential.origin or closed is None else _value(closed, potential.symbol)
    slopes = [potential.closed_inverse_mirror_map]

    def taylor(orders: int) -> list[sympy.Expr]:
        """Return the coefficients of (y - y_0)^n for n = 1..orders."""
        while len(slopes) <= orders:
            slopes.append(sympy.diff(slopes[-1], Y))
        return [sympy.simplify(slopes[n].subs(Y, y0)) / sympy.factorial(n) for n in range(1, orders + 1)]

    def inverse(orders: int) -> Covered:
        exact = (
            potential.closed_inverse_mirror_map.is_polynomial(Y) and sympy.degree(potential.closed_inverse_mirror_map, Y) <= orders
        )
        found = {sympy.Integer(n): (c, sympy.S.Zero) for n, c in enumerate(taylor(orders), 1)}
        return found, None if exact else sympy.Integer(orders + 1)

    def mirror_map(orders: int) -> Covered:
        exact = closed is not None and closed.is_polynomial(potential.symbol) and sympy.degree(closed, potential.symbol) <= orders
        found = reverted(taylor(orders), sympy.S.One, sympy.S.One) | {sympy.S.Zero: (y0, sympy.S.Zero)}
        return found, None if exact else sympy.Integer(orders + 1)

    def integrated(orders: int, sign: int) -> Covered:
        """R = int y dx, or R* = int x dy = x y - R."""
        found, end = mirror_map(orders)
        weight = {p: 1 / (p + 1) if sign > 0 else p / (p + 1) for p in found}
        constant = sympy.S.Zero if potential.origin else _conjugate_at(potential, y0)
        terms = {p + 1: (weight[p] * c, sympy.S.Zero) for p, (c, _) in found.items()}
        return terms | {sympy.S.Zero: (-sign * constant, sympy.S.Zero)}, None if end is None else end + 1

    def hessian(orders: int) -> Covered:
        found, end = mirror_map(orders)
        return {p - 1: (p * c, sympy.S.Zero) for p, (c, _) in found.items() if p != 0}, None if end is None else end - 1

    covers: dict[str, Callable[[int], Covered]] = {
        "inverse_mirror_map": inverse,
        "mirror_map": mirror_map,
        "hessian": hessian,
        "potential": lambda orders: integrated(orders, 1),
        "conjugate": lambda orders: integrated(orders, -1),
    }
    leading, remainder = leading_terms(covers[quantity], terms, far=False)
    symbol, at, place = (Y, y0, Y - y0) if quantity == "inverse_mirror_map" else (potential.symbol, point, potential.symbol)
    return Expansion(
        quantity,
        symbol,
        at,
        tuple(t.subs(X, place) for t in leading),
        remainder.subs(X, place),
        f"x on both sides of 0, y_0 = {y0}",
    )


def _of_a_formula(
    potential: PrimalPotential, quantity: str, point: sympy.Expr, terms: int, variable: sympy.Symbol | None
) -> Expansion:
    """Expand a formula at x = 0 from above, or at oo, where that is in the closure of its region, by SymPy's series in x or 1/x."""
    low, high = potential.region
    inside = sign_of(low) <= 0 < sign_of(high) if point == 0 else high.is_infinite
    if not inside or variable not in (None, potential.symbol) or quantity == "inverse_mirror_map":
        condition = f"0 or oo in the closure of {potential.where}, for a quantity in x"
        raise InvalidArgument("at", condition, f"{variable or potential.symbol} -> {point}", "expand where it lives")
    forms = {
        "mirror_map": potential.closed_mirror_map,
        "potential": potential.closed_potential,
        "hessian": potential.closed_hessian,
    }
    forms["conjugate"] = potential.symbol * potential.closed_mirror_map - potential.closed_potential
    form = potential.pieces(forms[quantity])[0][0].subs(potential.symbol, X)
    far = point == sympy.oo
    if far:
        form = form.rewrite(sympy.log).subs(X, 1 / X) if form.has(sympy.asinh, sympy.acosh) else form.subs(X, 1 / X)
    for orders in range(terms + 1, terms + 2 + MOST_ZEROS):
        try:
            found = sympy.series(form, X, 0, orders, "+")
        except (sympy.PoleError, ValueError, NotImplementedError, TypeError, AttributeError, RecursionError):
            break
        exact, groups = not found.has(sympy.Order), _by_powers(sympy.expand(found.removeO()))
        if groups is None:
            break
        if len(groups) > terms or exact:
            x = 1 / X if far else X
            ordered = [sympy.expand_log((c * X**p).subs(X, x)).subs(X, potential.symbol) for p, c in sorted(groups.items())]
            left_out = sympy.S.Zero if len(groups) <= terms else ordered[terms]
            return Expansion(quantity, potential.symbol, point, tuple(ordered[:terms]), left_out, "x > 0")
    raise NoClosedForm("expansion in powers of x", f"SymPy finds none of {quantity} at {point}")


def _by_powers(series: sympy.Expr) -> dict[sympy.Expr, sympy.Expr] | None:
    """Return the coefficients of the powers of X, which may hold log X; None where a term is no such power."""
    found: dict[sympy.Expr, sympy.Expr] = {}
    for term in sympy.Add.make_args(series):
        coefficient, power = term.as_independent(X, as_Add=False)
        parts = {True: sympy.S.One, False: sympy.S.One}
        for factor in sympy.Mul.make_args(power):
            parts[factor.as_base_exp()[0] == X] *= factor
        exponent = sympy.S.Zero if parts[True] == 1 else parts[True].as_base_exp()[1]
        if not exponent.is_Rational or parts[False].subs(sympy.log(X), 1).has(X):
            return None
        found[exponent] = found.get(exponent, sympy.S.Zero) + coefficient * parts[False]
    return {p: c for p, c in found.items() if c != 0}


def _value(form: sympy.Expr, symbol: sympy.Symbol) -> sympy.Expr:
    return sympy.simplify(form.subs(symbol, 0))


def _conjugate_at(potential: DualPotential, y0: sympy.Expr) -> sympy.Expr:
    if potential.closed_conjugate is None:
        raise NoClosedForm("expansion at x = 0", "R* has no closed form here, and its constant is not fixed")
    return sympy.simplify(potential.closed_conjugate.subs(Y, y0))


def _scale(remainder: sympy.Expr, variable: sympy.Symbol) -> sympy.Expr:
    return remainder.as_independent(variable, as_Add=False)[1]
