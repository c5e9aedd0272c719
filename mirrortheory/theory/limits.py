r"""Limits of mirror potentials: leading terms at x -> 0 and x -> oo, in the imbalance, and in the depth, with the next term.

Along the curve x = C s^a prod (1 + s/lam_i)^(alpha_i), a primitive F of a density K s^d prod (1 + s/lam_i)^(delta_i) is a
series in z = (x/C)^(1/a), by the Lagrange-Buermann formula (the residue does not change with the variable):

.. math:: F = c + \sum_{n \ge 0} \frac{K}{e_n}\,[s^n] \prod_i \Bigl(1 + \frac{s}{\lambda_i}\Bigr)^{\delta_i - \alpha_i e_n/a}
          z^{e_n}, \qquad e_n = d + 1 + n,

with log z in place of z^(e_n)/e_n where e_n = 0. At infinity the same holds in 1/s with e_n = d + 1 - n. For R' the density is
D, for R* it is x D; R = x R' - R*, and R'' is the derivative of R' in x. The constant c follows from the normalisation: it is 0
where F vanishes, else a finite part in s (:mod:`mirrortheory.theory.finite_part`), carried over to z: a power s^m that grows, with m a
whole number, adds [z^0] s^m = [s^(-m)] (s/z) dz/ds of itself.

**In the imbalance** (0, c_2 lam, c_3 lam, ...). With A, B the orders of x and R' at s = oo, R'_lam(x) = lam^B R'_1(x lam^(-A)): each
term is c x^p lam^(B - A p). So lam -> oo at fixed x is the expansion at x -> 0, and lam -> 0 the one at x -> oo, term by term.
Neither is uniform in x: the first holds for x << lam^A, the second for x >> lam^A. Where m_0 < 1 <= m_oo, R' is normalised at 0
for every lam > 0, but the limit lam = 0 has R'(0+) = -oo: then R' itself diverges as lam -> 0, by a term free of x, and
only differences R'(x) - R'(x_0) have limits. (q = 2, L = 2: R' = log(4 x/lam)/2 + ...)

**In the depth**, balanced layers: :func:`balanced_of_depth` has L as a symbol, and x is held fixed.

Source: this project; DLMF 1.10(vii) for Lagrange inversion.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import sympy

from mirrortheory.errors import InvalidArgument, NoClosedForm
from mirrortheory.exact import integer
from mirrortheory.theory.additive import DualPotential
from mirrortheory.theory.finite_part import coefficient, finite_part, inverted
from mirrortheory.theory.potential import Normalisation, Potential, PowerProduct, S, X, Y

DEPTH = sympy.Symbol("L", positive=True)
QUANTITIES = ("mirror_map", "potential", "hessian", "conjugate", "inverse_mirror_map")
_MOST_ZEROS = 12

# c x^p + l x^p log x is kept as {p: (c, l)}
_Terms = dict[sympy.Expr, tuple[sympy.Expr, sympy.Expr]]


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
    potential: Potential | DualPotential, quantity: str, at: sympy.Expr | int, *, variable: sympy.Symbol | None = None, terms: int = 2
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
    log(4*x/lam)/2 + lam**2/(16*x**2) + O(x**(-4)) as x -> oo
    """
    terms = integer(terms, "terms", 1, 20)
    if quantity not in QUANTITIES:
        raise InvalidArgument("quantity", f"one of {', '.join(QUANTITIES)}", quantity, "write for example mirror_map")
    if at not in (0, sympy.oo):
        raise InvalidArgument("at", "0 or oo", at, "expand at one of them")
    point = sympy.oo if at == sympy.oo else sympy.S.Zero
    if isinstance(potential, DualPotential):
        return _of_a_sum(potential, quantity, point, terms, variable)
    if variable == DEPTH:
        return _in_the_depth(potential, quantity, point, terms)
    if not all(isinstance(e, sympy.Rational) for _, e in (*potential.effective.factors, *potential.dual_density.factors)):
        raise InvalidArgument("q", "a number to expand a potential", "a symbol", "derive with q such as 3/2")
    if quantity == "inverse_mirror_map":
        return _inverse(potential, point, terms, variable)
    if variable is None or variable == X:
        leading, remainder = _leading(_in_x(potential, quantity, far=point == sympy.oo), terms, far=point == sympy.oo)
        return Expansion(quantity, X, point, leading, remainder, "the imbalance is held fixed")
    return _in_the_imbalance(potential, quantity, point, terms, variable)


def balanced_of_depth(q: sympy.Rational) -> Potential:
    r"""Return the potential of L balanced layers with L a symbol, normalised as it is for all large L.

    With |w_i|^q = s: x = s^(L/q), ds/dt = -phi(f') q x^(q-1), and 1/R'' = L s^(L-1).

    >>> print(expand(balanced_of_depth(sympy.Integer(1)), "potential", sympy.oo, variable=DEPTH))
    x + (x*log(x) - x)/L + O(1/L**2) as L -> oo
    """
    if not (isinstance(q, sympy.Rational) and 1 <= q <= 2):
        raise InvalidArgument("q", "an exact rational in [1, 2]", q, "write for example Rational(3, 2)")
    order = DEPTH / q
    power = -order * (q - 1)
    dual = ((sympy.S.Zero, power),) if q > 1 else ()
    conjugate = ((sympy.S.Zero, order + power),)
    return Potential(
        effective=PowerProduct(sympy.S.One, ((sympy.S.Zero, order),)),
        dual_density=PowerProduct(1 / q, dual),
        conjugate_density=PowerProduct(1 / q, conjugate),
        inverse_metric=DEPTH * S ** (DEPTH - 1),
        normalisation=Normalisation.INFINITY if q > 1 else Normalisation.ORIGIN,
        even=True,
        validity=(f"L > {q / (q - 1)}",) if q > 1 else ("L >= 1",),
    )


def limits(potential: Potential | DualPotential, *, terms: int = 2) -> tuple[Expansion, ...]:
    """Return the expansions of R' that are found: at x -> 0 and oo, and in the symbol of the imbalance when there is one.

    >>> from mirrortheory import Flow, Lq, Product, derive
    >>> [str(e) for e in limits(derive(Flow(Lq(1), Product(2)), imbalance=(0, 1)).potential)]
    ['x - x**2 + O(x**3) as x -> 0', 'sqrt(x) - 1/2 + O(1/sqrt(x)) as x -> oo']
    """
    places: list[tuple[sympy.Expr, sympy.Symbol | None]] = [(sympy.S.Zero, None)]
    if isinstance(potential, Potential):
        places.append((sympy.oo, None))
        symbols = potential.effective.expression(S).free_symbols - {S}
        places += [(point, symbol) for symbol in symbols if len(symbols) == 1 for point in (sympy.S.Zero, sympy.oo)]
    found = []
    for point, variable in places:
        try:
            found.append(expand(potential, "mirror_map", point, variable=variable, terms=terms))
        except NoClosedForm:
            continue
    return tuple(found)


def _in_x(potential: Potential, quantity: str, *, far: bool) -> Callable[[int], tuple[_Terms, sympy.Expr | None]]:
    """Return a function from a number of orders to the terms in x up to it, and the first exponent not covered (None: exact)."""

    def mirror_map(orders: int) -> tuple[_Terms, sympy.Expr | None]:
        at_infinity, at_one = potential.normalisation is Normalisation.INFINITY, potential.normalisation is Normalisation.ONE
        return _primitive(potential.effective, potential.dual_density, orders, far=far, from_infinity=at_infinity, at_one=at_one)

    def conjugate(orders: int) -> tuple[_Terms, sympy.Expr | None]:
        return _primitive(potential.effective, potential.conjugate_density, orders, far=far, from_infinity=False)

    def hessian(orders: int) -> tuple[_Terms, sympy.Expr | None]:
        terms, end = mirror_map(orders)
        return {p - 1: (p * c + log, p * log) for p, (c, log) in terms.items()}, None if end is None else end - 1

    def whole(orders: int) -> tuple[_Terms, sympy.Expr | None]:
        (dual, end), (rest, _) = mirror_map(orders), conjugate(orders)
        total = {p + 1: pair for p, pair in dual.items()}
        for p, (c, log) in rest.items():
            before = total.get(p, (sympy.S.Zero, sympy.S.Zero))
            total[p] = before[0] - c, before[1] - log
        return total, None if end is None else end + 1

    return {"mirror_map": mirror_map, "conjugate": conjugate, "hessian": hessian, "potential": whole}[quantity]


def _primitive(
    effective: PowerProduct, density: PowerProduct, orders: int, *, far: bool, from_infinity: bool, at_one: bool = False
) -> tuple[_Terms, sympy.Expr | None]:
    """Expand the primitive of ``density`` that vanishes at s = 0, at s = oo, or (of a monomial) at x = 1."""
    sign = -1 if far else 1
    (c, a, alphas), (k, d, deltas) = _at_end(effective, far=far), _at_end(density, far=far)
    shifts = list(dict.fromkeys([*alphas, *deltas]))
    found: _Terms = {}
    logarithm = sympy.S.Zero
    for n in range(orders if shifts else 1):
        e = d + 1 + sign * n
        powers = [((shift if far else 1 / shift), deltas.get(shift, 0) - alphas.get(shift, 0) * e / a) for shift in shifts]
        value = k * coefficient(powers, n)
        if e == 0:
            logarithm = value
        else:
            found[e / a] = value / e * c ** (-e / a), sympy.S.Zero
    end = (d + 1 + sign * orders) / a if shifts else None
    if end is None or end * sign > 0:  # the constant lies within what is covered
        constant = sympy.S.Zero
        if far != from_infinity and not at_one:
            constant = -finite_part(inverted(density)) if from_infinity else finite_part(density)
        if not at_one:
            constant += _moved(alphas, deltas, d + 1, far=far) * k / a - logarithm * sympy.log(c) / a
        found[sympy.S.Zero] = constant, logarithm / a
    return found, end


def _moved(
    alphas: Mapping[sympy.Expr, sympy.Expr], deltas: Mapping[sympy.Expr, sympy.Expr], e: sympy.Expr, *, far: bool
) -> sympy.Expr:
    """What the growing whole powers of s in the primitive add to the constant, as [z^0] s^m = [s^(-m)] (s/z) dz/ds."""
    sign = -1 if far else 1
    total = sympy.S.Zero
    for n in range(int(-sign * e) if e.is_Integer and sign * e < 0 else 0):
        m = e + sign * n
        power = sympy.Add(*(alpha * (-(shift if far else 1 / shift)) ** abs(m) for shift, alpha in alphas.items()))
        total -= sign * power * coefficient([((shift if far else 1 / shift), delta) for shift, delta in deltas.items()], n) / m
    return total


def _at_end(product: PowerProduct, *, far: bool) -> tuple[sympy.Expr, sympy.Expr, dict[sympy.Expr, sympy.Expr]]:
    """Return K, the order d, and the exponents by shift, of K s^d prod (1 + ..)^e at s = 0 or at s = oo."""
    rest = {shift: e for shift, e in product.factors if shift != 0}
    if far:
        return product.coefficient, product.order_at_infinity(), rest
    return product.coefficient * sympy.Mul(*(shift**e for shift, e in rest.items())), product.order_at_zero(), rest


def _leading(
    cover: Callable[[int], tuple[_Terms, sympy.Expr | None]], count: int, *, far: bool
) -> tuple[tuple[sympy.Expr, ...], sympy.Expr]:
    """Return the leading terms that are not zero, and the next one; more orders are asked for until that many are found."""
    for orders in range(count + 1, count + 2 + _MOST_ZEROS):
        found, end = cover(orders)
        covered = [p for p in sorted(found, reverse=far) if end is None or (p > end if far else p < end)]
        pairs = ((p, _tidy(found[p][0]), _tidy(found[p][1])) for p in covered)
        leading = [_term(p, c, log) for p, c, log in pairs if not (c == 0 and log == 0)]
        if len(leading) > count:
            return tuple(leading[:count]), leading[count]
        if end is None:
            return tuple(leading), sympy.S.Zero
    raise NoClosedForm("expansion", f"{_MOST_ZEROS} coefficients in a row are zero")


def _tidy(expr: sympy.Expr) -> sympy.Expr:
    if expr.has(sympy.Integral):
        return expr
    if expr.has(sympy.log):
        return expr if sympy.simplify(expr) != 0 else sympy.S.Zero
    return sympy.powsimp(sympy.powdenest(sympy.factor(sympy.powsimp(sympy.expand(expr))), force=True))


def _term(p: sympy.Expr, c: sympy.Expr, log: sympy.Expr) -> sympy.Expr:
    if log == 0:
        return c * X**p
    if c.has(sympy.Integral):
        return log * X**p * (sympy.log(X) + c / log)
    outside, inside = sympy.expand(sympy.expand_log(c / log, force=True)).as_independent(sympy.log, as_Add=True)
    taken, kept = sympy.sift(sympy.Add.make_args(inside), _is_a_log, binary=True)
    return log * X**p * (sympy.logcombine(sympy.log(X) + sympy.Add(*taken), force=True) + sympy.Add(*kept) + outside)


def _is_a_log(part: sympy.Expr) -> bool:
    factor, log = part.as_independent(sympy.log, as_Add=False)
    return bool(factor.is_Rational) and isinstance(log, sympy.log)


def _in_the_imbalance(potential: Potential, quantity: str, point: sympy.Expr, terms: int, symbol: sympy.Symbol) -> Expansion:
    shifts = {shift for shift, _ in potential.effective.factors if shift != 0}
    if not shifts or any(sympy.cancel(shift / symbol).free_symbols for shift in shifts):
        raise InvalidArgument("variable", "a symbol that every imbalance but 0 is a multiple of", symbol, "expand in x")
    inner = potential.effective.order_at_infinity()
    found = expand(potential, quantity, sympy.oo if point == 0 else 0, terms=terms)
    note = f"x is held fixed; not uniform in x: {'x >> ' if point == 0 else 'x << '}{symbol**inner}"
    if point == 0 and potential.normalisation is Normalisation.ORIGIN and potential.dual_density.order_at_infinity() <= -1:
        note += f"; R'(0) = 0 holds for {symbol} > 0 only, so R' diverges by a term free of x, and its increments converge"
    return replace(found, variable=symbol, point=point, note=note)


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
    for orders in range(terms + 1, terms + 2 + _MOST_ZEROS):
        series = sympy.series(form, small, 0, orders).removeO()
        pieces = [(n, sympy.simplify(series.coeff(small, n))) for n in range(orders)]
        leading = [c / DEPTH**n for n, c in pieces if c != 0]
        if len(leading) > terms:
            note = f"x is held fixed, and {potential.normalisation}; not uniform in x: |log x| << L"
            return Expansion(quantity, DEPTH, point, tuple(leading[:terms]), leading[terms], note)
    if sympy.diff(form, small) == 0:
        return Expansion(quantity, DEPTH, point, (form,), sympy.S.Zero, "free of L")
    raise NoClosedForm("expansion in 1/L", f"{_MOST_ZEROS} coefficients in a row are zero")


def _inverse(potential: Potential, point: sympy.Expr, terms: int, variable: sympy.Symbol | None) -> Expansion:
    """Revert R' at x = 0 where it vanishes there."""
    if variable not in (None, Y) or point != 0 or potential.normalisation is not Normalisation.ORIGIN:
        condition = "0, with R'(0) = 0 and y as variable, for inverse_mirror_map"
        raise InvalidArgument("at", condition, f"{variable or Y} -> {point}", "expand mirror_map instead")
    a, e = potential.effective.order_at_zero(), potential.dual_density.order_at_zero() + 1
    polynomial = not potential.dual_density.factors and all(power.is_Integer for _, power in potential.effective.factors)

    def cover(orders: int) -> tuple[_Terms, sympy.Expr | None]:
        found, end = _primitive(potential.effective, potential.dual_density, orders, far=False, from_infinity=False)
        coefficients = [found[(e + n) / a][0] for n in range(orders if end is not None else 1)]
        exact = end is None or (polynomial and a + orders > potential.effective.order_at_infinity())
        return _reverted(coefficients, a, e), None if exact else (a + orders) / e

    leading, remainder = _leading(cover, terms, far=False)
    leading = tuple(term.subs(X, Y) for term in leading)
    return Expansion("inverse_mirror_map", Y, point, leading, remainder.subs(X, Y), "the imbalance is held fixed; y > 0")


def _reverted(coefficients: list[sympy.Expr], a: sympy.Expr, e: sympy.Expr) -> _Terms:
    """From y = w^e sum c_n w^(n) in w = x^(1/a): x = sum_n a/(a + n) [w^n] h^(-(a + n)/e) (y/c_0)^((a + n)/e), h = sum c_n w^n/c_0."""
    first, h = coefficients[0], [c / coefficients[0] for c in coefficients]
    found: _Terms = {}
    for n in range(len(h)):
        power, raised = -(a + n) / e, [sympy.S.One]
        for m in range(1, n + 1):  # h (h^r)' = r h' h^r
            raised.append(sympy.expand(sum((power * k - (m - k)) * h[k] * raised[m - k] for k in range(1, m + 1)) / m))
        found[-power] = a / (a + n) * raised[n] * first**power, sympy.S.Zero
    return found


def _of_a_sum(potential: DualPotential, quantity: str, point: sympy.Expr, terms: int, variable: sympy.Symbol | None) -> Expansion:
    """Expand at x = 0, where it lies inside the region, by the Taylor series of x(y) at y_0 = R'(0)."""
    left, right = potential.region
    if point != 0 or variable not in (None, potential.symbol, Y) or not (left < 0 and right > 0):
        condition = "0 inside the region of x, for a sum of functions of one weight"
        raise InvalidArgument("at", condition, f"{variable or potential.symbol} -> {point}", f"see x(y) on {potential.where}")
    if not potential.origin and potential.mirror_map is None:
        raise NoClosedForm("expansion at x = 0", "R'(0) is not known in closed form")
    y0 = sympy.S.Zero if potential.origin or potential.mirror_map is None else _value(potential.mirror_map, potential.symbol)
    slopes = [potential.inverse_mirror_map]

    def taylor(orders: int) -> list[sympy.Expr]:
        """Return the coefficients of (y - y_0)^n for n = 1..orders."""
        while len(slopes) <= orders:
            slopes.append(sympy.diff(slopes[-1], Y))
        return [sympy.simplify(slopes[n].subs(Y, y0)) / sympy.factorial(n) for n in range(1, orders + 1)]

    def inverse(orders: int) -> tuple[_Terms, sympy.Expr | None]:
        exact = potential.inverse_mirror_map.is_polynomial(Y) and sympy.degree(potential.inverse_mirror_map, Y) <= orders
        found = {sympy.Integer(n): (c, sympy.S.Zero) for n, c in enumerate(taylor(orders), 1)}
        return found, None if exact else sympy.Integer(orders + 1)

    def mirror_map(orders: int) -> tuple[_Terms, sympy.Expr | None]:
        linear = potential.inverse_mirror_map.is_polynomial(Y) and sympy.degree(potential.inverse_mirror_map, Y) == 1
        exact = linear or (potential.mirror_map is not None and potential.mirror_map.is_polynomial(potential.symbol))
        found = _reverted(taylor(orders), sympy.S.One, sympy.S.One) | {sympy.S.Zero: (y0, sympy.S.Zero)}
        return found, None if exact else sympy.Integer(orders + 1)

    def integrated(orders: int, sign: int) -> tuple[_Terms, sympy.Expr | None]:
        """R = int y dx, or R* = int x dy = x y - R."""
        found, end = mirror_map(orders)
        weight = {p: 1 / (p + 1) if sign > 0 else p / (p + 1) for p in found}
        constant = sympy.S.Zero if potential.origin else _conjugate_at(potential, y0)
        terms = {p + 1: (weight[p] * c, sympy.S.Zero) for p, (c, _) in found.items()}
        return terms | {sympy.S.Zero: (-sign * constant, sympy.S.Zero)}, None if end is None else end + 1

    def hessian(orders: int) -> tuple[_Terms, sympy.Expr | None]:
        found, end = mirror_map(orders)
        return {p - 1: (p * c, sympy.S.Zero) for p, (c, _) in found.items() if p != 0}, None if end is None else end - 1

    covers: dict[str, Callable[[int], tuple[_Terms, sympy.Expr | None]]] = {
        "inverse_mirror_map": inverse,
        "mirror_map": mirror_map,
        "hessian": hessian,
        "potential": lambda orders: integrated(orders, 1),
        "conjugate": lambda orders: integrated(orders, -1),
    }
    leading, remainder = _leading(covers[quantity], terms, far=False)
    symbol, at, place = (Y, y0, Y - y0) if quantity == "inverse_mirror_map" else (potential.symbol, point, potential.symbol)
    return Expansion(
        quantity, symbol, at, tuple(t.subs(X, place) for t in leading), remainder.subs(X, place), f"x on both sides of 0, y_0 = {y0}"
    )


def _value(form: sympy.Expr, symbol: sympy.Symbol) -> sympy.Expr:
    return sympy.simplify(form.subs(symbol, 0))


def _conjugate_at(potential: DualPotential, y0: sympy.Expr) -> sympy.Expr:
    if potential.conjugate is None:
        raise NoClosedForm("expansion at x = 0", "R* has no closed form here, and its constant is not fixed")
    return sympy.simplify(potential.conjugate.subs(Y, y0))


def _scale(remainder: sympy.Expr, variable: sympy.Symbol) -> sympy.Expr:
    return remainder.as_independent(variable, as_Add=False)[1]
