r"""What decides the axioms of Legendre and Bregman functions: two integrals of R'' at each end of the domain.

At an end e of an interval, with :math:`1/R'' \sim |t - e|^m` at a finite end and :math:`\sim |t|^m` at an infinite one,

.. math:: \int^e R''\,\mathrm d t \quad\text{(slope: is R' unbounded?)}, \qquad
          \int^e |t - e|\,R''\,\mathrm d t \quad\text{(moment; with e = 0 at an infinite end)}.

At a finite end the slope diverges iff :math:`m \ge 1` and R(e) is finite iff the moment converges, :math:`m < 2`; at an
infinite end the slope diverges iff :math:`m \le 1` and R* is unbounded iff the moment diverges, :math:`m \le 2`. For products
both integrands are powers of s plus constants, whose integral diverges at infinity iff the exponents add up to -1 or more, and
at 0 iff those of s alone add up to -1 or less: exact comparisons of rationals. For sums the dual variable is explicit: the
slope diverges iff the dual domain is infinite, and the moment is :math:`\int |x(y) - e|\,\mathrm d y`, a limit of R*(y) - e y.
For a formula of the user's own they are limits of R' and of R, or of x R' - R at an infinite end.

Source: Bauschke and Borwein (1997), "Legendre functions and the method of random Bregman projections", for the axioms; the
reduction to two integrals is this project's.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import sympy

from mirrortheory.errors import InvalidArgument, NotEvaluable
from mirrortheory.exact import compare, ordered, sign_of
from mirrortheory.potentials.dual import DualPotential
from mirrortheory.potentials.potential import Potential, PowerProduct, X, Y
from mirrortheory.potentials.primal import MirrorPotential, PrimalPotential


@dataclass(frozen=True)
class Integral:
    """An integral of R'' up to an end of the domain.

    Attributes:
        diverges: None when undecided.
        why: the numbers compared, in one line.
        decisive: the same in terms of the exponent, such as ``m_oo = 3/2 > 1``; empty when no exponent is known.
        exact: whether rationals were compared; else it rests on SymPy's limits.
        value: the limit at the end, for a sum; else None.
    """

    diverges: bool | None
    why: str
    decisive: str = ""
    exact: bool = False
    value: sympy.Expr | None = None


@dataclass(frozen=True)
class End:
    """What R does at one end of its domain: where, the dual variable there (for a sum), m, and the two integrals.

    Attributes:
        at: where it is, in x.
        dual: y there, for a sum.
        exponent: m, with R'' ~ x^(-m).
        slope: the integral of R'' towards it.
        moment: the integral of |x - e| R'' towards the end e, with e = 0 at an infinite one.
    """

    at: sympy.Expr
    dual: sympy.Expr | None
    exponent: sympy.Expr | None
    slope: Integral
    moment: Integral


@dataclass(frozen=True)
class Ends:
    """Both ends of a domain; ``origin`` is x = 0 where it lies inside the domain of a product, approached from above.

    Attributes:
        left: the lower end.
        right: the upper end.
        origin: x = 0, as above, or None.
    """

    left: End
    right: End
    origin: End | None = None


def exponents(potential: MirrorPotential) -> tuple[sympy.Expr, sympy.Expr]:
    """Return m_0 and m_oo: with x ~ s^a and dy/ds ~ s^d, R'' = dy/dx ~ s^(d + 1 - a) = x^(-m).

    Raises:
        InvalidArgument: for the potential of a sum, which has one exponent at each end of its region (see :func:`ends`).

    >>> from mirrortheory import Flow, Lq, Product, derive
    >>> exponents(derive(Flow(Lq("3/2"), Product(3)), imbalance=(0, 0, 1)).potential)
    (3/4, 1)
    """
    if not isinstance(potential, Potential):
        raise InvalidArgument("potential", "that of a product of powers", "another", "take the exponents of ends(potential)")
    x, density = potential.effective, potential.dual_density
    orders = (x.order_at_zero(), density.order_at_zero()), (x.order_at_infinity(), density.order_at_infinity())
    near, far = (sympy.simplify(1 - (d + 1) / a) for a, d in orders)
    return near, far


def natural_domain(potential: MirrorPotential) -> sympy.Interval:
    """Return the closed interval on which R lives: R, or [0, oo) where R'(0+) = -oo or x > 0 alone is meant; a sum's region.

    Args:
        potential: a derived potential.
    """
    if not isinstance(potential, Potential):
        return sympy.Interval(*potential.region)
    whole = potential.even and _of_product(potential, sympy.S.Zero).slope.diverges is False
    return sympy.Interval(-sympy.oo if whole else 0, sympy.oo)


def ends(potential: MirrorPotential, domain: sympy.Set | None = None) -> Ends:
    """Return what R does at both ends of a domain.

    Args:
        potential: a derived potential.
        domain: an interval of x (its closure is meant), by default :func:`natural_domain`. An orthant or a box needs nothing
            more: R is a sum over the coordinates, and each axiom holds on a product of intervals iff it holds on each.

    Raises:
        InvalidArgument: for what is no potential; when the domain is no interval, or not inside the region of the potential.
    """
    if not isinstance(potential, MirrorPotential):
        raise InvalidArgument("potential", "a derived potential", type(potential).__name__, "write derive(..).potential")
    region = natural_domain(potential)
    if isinstance(potential, Potential) and potential.even:
        region = sympy.Interval(-sympy.oo, sympy.oo)
    domain = natural_domain(potential) if domain is None else domain
    if not isinstance(domain, sympy.Interval):  # a single point is none either
        raise InvalidArgument("domain", "an interval", domain, "write for example Interval(0, oo)")
    left, right = domain.inf, domain.sup
    if not (compare(region.inf, left) <= 0 <= compare(region.sup, right)):
        raise InvalidArgument("domain", f"inside [{region.inf}, {region.sup}]", domain, "choose a smaller interval")
    if isinstance(potential, DualPotential):
        return Ends(_of_sum(potential, left, 0), _of_sum(potential, right, 1))
    if isinstance(potential, PrimalPotential):
        return Ends(_of_formula(potential, left, 0), _of_formula(potential, right, 1))
    origin = _of_product(potential, sympy.S.Zero) if sign_of(left) < 0 < sign_of(right) else None
    return Ends(_of_product(potential, left), _of_product(potential, right), origin)


def _of_product(potential: Potential, end: sympy.Expr) -> End:
    if end.is_finite and end != 0:
        return _inner(end, exact=True)
    far = end != 0
    m = exponents(potential)[far]
    slope, moment = (_compare(*entry, m, far) for entry in ((potential.dual_density, 1), (potential.conjugate_density, 2)))
    return End(end, None, m, slope, moment)


def _compare(density: PowerProduct, bound: int, m: sympy.Expr, far: bool) -> Integral:
    name, where, letter = ("dy/ds" if bound == 1 else "dR*/ds"), ("oo" if far else "0"), ("m_oo" if far else "m_0")
    order = density.order_at_infinity() if far else density.order_at_zero()
    diverges = _holds(order + 1 if far else -order - 1)
    if diverges is None:
        condition = f"{letter} = {m} {'<=' if far else '>='} {bound}"
        return Integral(None, f"diverges iff {condition}", condition, exact=True)
    signs = ("<=", ">") if far else (">=", "<")
    against = (">=", "<") if far else ("<=", ">")
    verb, comparison = ("diverges", against[0]) if diverges else ("converges", against[1])
    why = f"int {name} ds {verb} at s = {where}: of order s^({order}), and {order} {comparison} -1"
    return Integral(diverges, why, f"{letter} = {m} {signs[0] if diverges else signs[1]} {bound}", exact=True)


def _holds(expr: sympy.Expr) -> bool | None:
    """Return whether a rational function of q is nonnegative for every q in [1, 2], or for none; else None."""
    expr = sympy.together(expr)
    if expr.is_Rational:
        return bool(expr >= 0)
    numerator, denominator = expr.as_numer_denom()
    symbols = tuple(expr.free_symbols)
    if len(symbols) != 1 or not all(e.is_polynomial(*symbols) for e in (numerator, denominator)):
        return None
    (q,) = symbols
    roots = {r for e in (numerator, denominator) if e.has(q) for r in sympy.real_roots(sympy.Poly(e, q))}
    try:
        stops = ordered({r for r in roots if compare(1, r) <= 0 <= compare(2, r)} | {sympy.Integer(1), sympy.Integer(2)})
        points = stops + [(a + b) / 2 for a, b in pairwise(stops)]
        if any(sign_of(denominator.subs(q, point)) == 0 for point in points):
            return None
        found = {sign_of(numerator.subs(q, point)) * sign_of(denominator.subs(q, point)) >= 0 for point in points}
    except NotEvaluable:  # a root that is no expression in radicals
        return None
    return found.pop() if len(found) == 1 else None


def _of_sum(potential: DualPotential, end: sympy.Expr, side: int) -> End:
    if compare(end, potential.region[side]) != 0:
        return _inner(end, exact=False)
    dual, sign = potential.dual_domain[side], "+-"[side]
    origin = end if end.is_finite else sympy.S.Zero
    x_of_y = potential.closed_inverse_mirror_map - origin
    density = sympy.diff(x_of_y, Y)
    m = limit_at(x_of_y * sympy.diff(density, Y) / density**2, Y, dual, sign)  # of log(1/R'') against log|x - e|
    name = "m_oo" if end.is_infinite else "m_0" if end == 0 else f"m at {end}"
    slope = Integral(bool(dual.is_infinite), f"R' tends to {dual} as x tends to {end}", f"{name} = {m}" if m is not None else "")
    if bool(dual.is_infinite) == bool(end.is_infinite):  # a bounded integrand on a bounded interval, or one that grows
        why = f"x(y) tends to {end} as y tends to {dual}"
        return End(end, dual, m, slope, Integral(bool(end.is_infinite), why, slope.decisive))
    if potential.closed_conjugate is None:
        return End(end, dual, m, slope, Integral(None, "R* has no closed form here, whose limit would decide it", slope.decisive))
    value = limit_at(potential.closed_conjugate - origin * Y, Y, dual, sign)
    shown = "R*(y)" if origin == 0 else f"R*(y) - ({origin})*y"
    if value is None:
        return End(end, dual, m, slope, Integral(None, f"SymPy finds no limit of {shown} as y tends to {dual}", slope.decisive))
    why = f"{shown} tends to {value} as y tends to {dual}"
    return End(end, dual, m, slope, Integral(bool(value.is_infinite), why, slope.decisive, value=value))


def _of_formula(potential: PrimalPotential, end: sympy.Expr, side: int) -> End:
    if compare(end, potential.region[side]) != 0:
        return _inner(end, exact=False)
    dual, value = potential.dual_domain[side], None
    hessian, place = potential.towards(potential.closed_hessian, side)
    m = limit_at(-X * sympy.diff(hessian, X) / hessian, X, place, "+")
    name = "m_oo" if end.is_infinite else "m_0" if end == 0 else f"m at {end}"
    decisive = f"{name} = {m}" if m is not None else ""
    if dual is None:
        unknown = Integral(None, f"SymPy finds no limit of R' as x tends to {end}", decisive)
        return End(end, None, m, unknown, Integral(None, unknown.why, decisive))
    slope = Integral(bool(dual.is_infinite), f"R' tends to {dual} as x tends to {end}", decisive)
    if bool(dual.is_infinite) == bool(end.is_infinite):
        return End(end, dual, m, slope, Integral(bool(end.is_infinite), slope.why, decisive))
    shown, form = ("R", potential.closed_potential) if end.is_finite else ("x R' - R", _legendre_transform(potential))
    near, place = potential.towards(form, side)
    value = limit_at(near, X, place, "+")
    if value is None:
        return End(end, dual, m, slope, Integral(None, f"SymPy finds no limit of {shown} as x tends to {end}", decisive))
    why = f"{shown} tends to {value} as x tends to {end}"
    return End(end, dual, m, slope, Integral(bool(value.is_infinite), why, decisive, value=value))


def _legendre_transform(potential: PrimalPotential) -> sympy.Expr:
    return potential.symbol * potential.closed_mirror_map - potential.closed_potential


def limit_at(expr: sympy.Expr, symbol: sympy.Symbol, end: sympy.Expr, sign: str) -> sympy.Expr | None:
    """Return SymPy's limit at an end of an interval, from above (+) or below; None where SymPy has none.

    SymPy takes minutes over the limits of integrals that it cannot do.

    Args:
        expr: an expression in the symbol.
        symbol: what tends to the end.
        end: a number, or an infinite one.
        sign: "+" from above, "-" from below.
    """
    if expr.has(sympy.Integral):
        return None
    try:
        found = sympy.limit(expr, symbol, end, sign)
    except (NotImplementedError, ValueError, TypeError, RecursionError, AttributeError):
        return None  # SymPy has no answer: that says nothing about the integral
    return found if found.is_extended_real and not found.has(sympy.Limit, sympy.AccumBounds) else None


def _inner(end: sympy.Expr, exact: bool) -> End:
    """Return what R does at a point where it is smooth."""
    finite = Integral(False, f"R is smooth at {end}", exact=exact)
    return End(end, None, None, finite, finite)
