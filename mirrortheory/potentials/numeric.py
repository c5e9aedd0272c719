r"""Certified values of a mirror potential at a point, at any precision.

The route uses only the parametric form: s is enclosed by a Newton step checked with the monotone x(s), and R' and R* are integrals
of products of powers up to s (:mod:`mirrortheory.exact.power_integrals`). Of a potential given by x(y), the root y is enclosed
(:mod:`mirrortheory.potentials.dual_roots`). Closed forms, where there are any, are enclosed as well and must overlap.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import sympy

from mirrortheory.errors import BrokenCheck, InvalidArgument, NotEvaluable
from mirrortheory.exact import (
    Ball,
    BallFunction,
    ball,
    bits_for,
    compare,
    integer,
    is_accurate,
    positive_root,
    power_integral,
    precision,
    rational,
)
from mirrortheory.potentials.dual import DualPotential
from mirrortheory.potentials.dual_roots import dual_root
from mirrortheory.potentials.parameter_root import parameter_root
from mirrortheory.potentials.potential import Normalisation, Potential, PowerProduct, S, Y
from mirrortheory.potentials.primal import MirrorPotential, PrimalPotential

_MAX_DOUBLINGS = 6
_GUARD_BITS = 32


@dataclass(frozen=True)
class Values:
    """Enclosures of x, R''(x), y = R'(x), R(x) and R*(y)."""

    x: Ball
    hessian: Ball
    mirror_map: Ball
    potential: Ball
    conjugate: Ball


@dataclass(frozen=True)
class _Density:
    """A power product with enclosed coefficient and shifts, and exact rational exponents."""

    coefficient: Ball
    factors: tuple[tuple[Ball, sympy.Rational], ...]

    @classmethod
    def enclose(cls, product: PowerProduct) -> _Density:
        factors = tuple((_constant(shift), e) for shift, e in product.factors)
        if not all(isinstance(e, sympy.Rational) for _, e in factors):
            raise InvalidArgument("q", "a rational to evaluate a potential", "a symbol", "derive with q such as 3/2")
        return cls(_constant(product.coefficient), factors)

    def at_zero(self) -> sympy.Rational:
        return sum((e for shift, e in self.factors if shift == 0), sympy.S.Zero)


def values(potential: MirrorPotential, x: object, *, digits: int = 50) -> Values:
    """Enclose R'', R', R and R* at ``x`` with radius at most 10^-digits, relative to the value.

    Where R' or R is near a zero that is not at x = 0 the radius is relative to abs(x) R'' or x^2 R'': as if x were known to as many
    digits. Where not even that is found, it is relative to 1.

    Args:
        potential: a derived potential whose q and imbalance are numbers.
        x: exact rational effective parameter; 0 only where R''(0) and R'(0) are finite.
        digits: decimal digits asked for, 1 to 10000.

    Raises:
        InvalidArgument: for a float, symbols in the potential, or an x outside the region of a dual potential.
        NotEvaluable: where a value is infinite, or no enclosure of that radius is found.
        BrokenCheck: if a closed form and the parametric form disagree.

    >>> from mirrortheory import Flow, Lq, Product, derive
    >>> half = values(derive(Flow(Lq(2), Product(2))).potential, "1/2", digits=20)
    >>> bool(half.hessian.contains(1))
    True
    """
    point, digits = rational(x, "x"), integer(digits, "digits", 1, 10_000)
    where = f"x = {point}"
    try:
        found = _to_digits(lambda: _values_at(potential, point), digits, where)
    except NotEvaluable:
        if not isinstance(potential, DualPotential) or None in _closed_in_x(potential):
            raise
        return _to_digits(lambda: _values_by_closed_forms(potential, point), digits, where)
    with precision(bits_for(digits)):
        _compare(potential, point, found)
    return found


def inverse_values(potential: MirrorPotential, y: object, *, digits: int = 50) -> Values:
    """Enclose the x with R'(x) = ``y``, and R'', R and R* there, with radii as those of :func:`values`.

    Where R'(0) is infinite and x < 0 is covered by evenness, it is the positive x that is meant.

    Args:
        potential: a derived potential whose q and imbalance are numbers.
        y: exact rational dual variable, in the dual domain.
        digits: decimal digits asked for, 1 to 10000.

    Raises:
        InvalidArgument: for a float, symbols in the potential, or a y outside the dual domain.
        NotEvaluable: where a value is infinite, or no enclosure of that radius is found.

    >>> from mirrortheory import Flow, Lq, Product, derive
    >>> found = inverse_values(derive(Flow(Lq(2), Product(2)), imbalance=(0, 1)).potential, "1/2", digits=20)
    >>> (2 * found.x).overlaps(Ball(1).sinh())
    True
    """
    dual, digits = rational(y, "y"), integer(digits, "digits", 1, 10_000)
    return _to_digits(lambda: _values_at_dual(potential, dual), digits, f"y = {dual}")


def _to_digits(find: Callable[[], Values], digits: int, where: str) -> Values:
    """Raise the precision until every value has its digits; where that fails, those relative to 1 are enough."""
    bits, enough = bits_for(digits) + _GUARD_BITS, None
    for _ in range(_MAX_DOUBLINGS):
        with precision(bits):
            found = find()
            balls = (found.x, found.hessian, found.mirror_map, found.potential, found.conjugate)
            if all(b.is_finite() and is_accurate(b, digits) for b in balls):
                if _is_sharp(found, digits):
                    return found
                enough = found if enough is None else enough
        bits *= 2
    if enough is None:
        raise NotEvaluable(f"no finite values of R'', R', R and R* to {digits} digits at {where}")
    return enough


def _is_sharp(found: Values, digits: int) -> bool:
    """Return whether every value has its digits, as good as if x were known to as many: at a zero of R' or R none has."""
    step = abs(found.x) * found.hessian
    sizes = (found.x, found.hessian, step, found.x * step, found.x * step)
    balls = (found.x, found.hessian, found.mirror_map, found.potential, found.conjugate)
    return found.x == 0 or all(b.rad() <= Ball(10) ** -digits * abs(b).max(abs(size)) for b, size in zip(balls, sizes, strict=True))


def charge(potential: Potential, x: Ball) -> Ball:
    """Enclose the charge s > 0 with x(s) = ``x`` > 0 at the current precision (non-finite when it is not isolated)."""
    effective = _Density.enclose(potential.effective)

    def log_effective(s: Ball) -> Ball:
        total = effective.coefficient.log()
        for shift, e in effective.factors:
            total += ball(e) * (s + shift).log()
        return total

    def slope(s: Ball) -> Ball:
        return sum((ball(e) / (s + shift) for shift, e in effective.factors), Ball(0))

    return positive_root(log_effective, slope, x.log())


def _values_at(potential: MirrorPotential, point: sympy.Rational) -> Values:
    if isinstance(potential, DualPotential):
        return _values_at_root(potential, point)
    if isinstance(potential, PrimalPotential):
        return _values_of_formula(potential, point)
    if point <= 0 and not potential.even:
        raise InvalidArgument("x", f"in the region {potential.where}", point, "choose a positive one")
    x = ball(point)
    if point == 0:
        return _at_zero(potential, x)
    s = charge(potential, abs(x))
    y = _dual(potential, s, abs(x))
    return _along_curve(potential, s, x, y if point > 0 else -y)


def _along_curve(potential: Potential, s: Ball, x: Ball, y: Ball) -> Values:
    hessian = 1 / BallFunction(potential.inverse_metric, (S,))(s)
    conjugate = mass(potential.conjugate_density, s)
    return Values(x, hessian, y, x * y - conjugate, conjugate)


def _values_at_dual(potential: MirrorPotential, point: sympy.Rational) -> Values:
    if isinstance(potential, DualPotential):
        return _values_by_inverse(potential, point)
    if isinstance(potential, PrimalPotential):
        return _values_by_formula(potential, point)
    y, density = ball(point), _Density.enclose(potential.dual_density)
    if potential.normalisation is Normalisation.ONE:  # R' is a multiple of log x
        x = (y * _order(potential) / density.coefficient).exp()
        return _along_curve(potential, charge(potential, x), x, y)
    beyond = potential.normalisation is Normalisation.INFINITY
    _refuse_outside_dual_domain(potential, point)
    if point == 0:
        return _at_zero(potential, y)
    side, magnitude = (-1 if beyond else 1), BallFunction(potential.dual_density.expression(S), (S,))
    s = positive_root(lambda s: mass(potential.dual_density, s, beyond=beyond), lambda s: side * magnitude(s), abs(y), side=side)
    x = BallFunction(potential.effective.expression(S), (S,))(s) if s.is_finite() else s
    return _along_curve(potential, s, x if point > 0 or beyond else -x, y)


def _refuse_outside_dual_domain(potential: Potential, y: sympy.Rational) -> None:
    density = potential.dual_density
    if potential.normalisation is Normalisation.INFINITY:
        if y >= 0:
            raise InvalidArgument("y", "negative, as R'(oo) = 0", y, "choose a negative one")
        return
    if y <= 0 and not potential.even:
        raise InvalidArgument("y", "positive, as x is", y, "choose a positive one")
    if density.order_at_infinity() < -1:
        end = mass(density, Ball(1)) + mass(density, Ball(1), beyond=True)
        if abs(ball(y)) >= end:
            bound = end.str(6, radius=False)
            raise InvalidArgument("y", f"of absolute value below R'(oo) = {bound}", y, "choose one closer to 0")


def _at_zero(potential: Potential, x: Ball) -> Values:
    if potential.normalisation is not Normalisation.ORIGIN:
        raise NotEvaluable("R'(0) is infinite here; choose x != 0")
    hessian = 1 / BallFunction(potential.inverse_metric, (S,))(0)
    if not hessian.is_finite():
        raise NotEvaluable("R''(0) is infinite here; choose x != 0")
    return Values(x, hessian, x, x, x)


def _dual(potential: Potential, s: Ball, x: Ball) -> Ball:
    if potential.normalisation is Normalisation.ORIGIN:
        return mass(potential.dual_density, s)
    if potential.normalisation is Normalisation.INFINITY:
        return -mass(potential.dual_density, s, beyond=True)
    return _Density.enclose(potential.dual_density).coefficient / _order(potential) * x.log()


def _order(potential: Potential) -> Ball:
    """Enclose the exponent of a balanced x(s)."""
    ((_, order),) = _Density.enclose(potential.effective).factors
    return ball(order)


def mass(product: PowerProduct, s: Ball, *, beyond: bool = False) -> Ball:
    """Enclose the integral of a power product over [0, s], or over [s, oo) when ``beyond``, at the current precision.

    Raises:
        InvalidArgument: when the integral diverges, or holds symbols.
    """
    density = _Density.enclose(product)
    if beyond:
        total = sum((e for _, e in density.factors), sympy.S.Zero)
        pairs = [(shift / s, Ball(1), e) for shift, e in density.factors if shift != 0]
        return density.coefficient * s * s ** ball(total) * power_integral(-total - 2, pairs)
    order = density.at_zero()
    pairs = [(s, shift, e) for shift, e in density.factors if shift != 0]
    return density.coefficient * s ** ball(order + 1) * power_integral(order, pairs)


def _constant(expr: sympy.Expr) -> Ball:
    if expr.free_symbols:
        names = ", ".join(sorted(map(str, expr.free_symbols)))
        raise InvalidArgument("potential", "free of symbols to be evaluated", names, "derive with numbers in their place")
    return ball(expr) if isinstance(expr, sympy.Rational) else BallFunction(expr, ())()


def _values_at_root(potential: DualPotential, point: sympy.Rational) -> Values:
    left, right = potential.region
    if not (compare(left, point) < 0 < compare(right, point)):
        raise InvalidArgument("x", f"in the region {potential.where}", point, "choose a point of it")
    _refuse_unknown_conjugate(potential)
    x = ball(point)
    root = parameter_root(potential, x) or dual_root(potential, x)
    conjugate = root.of(potential.conjugate_expression())
    return Values(x, 1 / root.slope, root.y, x * root.y - conjugate, conjugate)


def _closed_in_x(potential: DualPotential | PrimalPotential) -> tuple[sympy.Expr | None, ...]:
    return potential.closed_hessian, potential.closed_mirror_map, potential.closed_potential


def _values_by_closed_forms(potential: DualPotential, point: sympy.Rational) -> Values:
    """Return what R, R' and R'' as functions of x give, where balls do not find y, as next to a pole of x(y)."""
    x = ball(point)
    hessian, y, value = (BallFunction(form, (potential.symbol,))(x) for form in _closed_in_x(potential))
    return Values(x, hessian, y, value, x * y - value)


def _values_by_inverse(potential: DualPotential, point: sympy.Rational) -> Values:
    low, high = potential.dual_domain
    if not (compare(low, point) < 0 < compare(high, point)):
        raise InvalidArgument("y", f"in the dual domain {low} < y < {high}", point, "choose a point of it")
    _refuse_unknown_conjugate(potential)
    y = ball(point)
    x, slope, conjugate = (
        BallFunction(e, (Y,))(y)
        for e in (potential.closed_inverse_mirror_map, potential.inverse_metric, potential.conjugate_expression())
    )
    return Values(x, 1 / slope, y, x * y - conjugate, conjugate)


def _refuse_unknown_conjugate(potential: DualPotential) -> None:
    if potential.closed_conjugate is None and not (potential.origin or potential.at_start):
        raise NotEvaluable("R* has no closed form here, and its constant is not fixed; R' and R'' follow from x(y)")


def _values_of_formula(potential: PrimalPotential, point: sympy.Rational) -> Values:
    left, right = potential.region
    if not (compare(left, point) < 0 < compare(right, point)):
        raise InvalidArgument("x", f"in the region {potential.where}", point, "choose a point of it")
    x = ball(point)
    hessian, y, value = (BallFunction(form, (potential.symbol,))(x) for form in _closed_in_x(potential))
    if point == 0 and len(sides := potential.pieces(potential.closed_hessian)) == 2:
        right_of_0, left_of_0 = (BallFunction(form, (symbol,))(x) for form, symbol, _ in sides)
        if not (right_of_0.is_finite() and left_of_0.is_finite() and right_of_0.overlaps(left_of_0)):
            raise NotEvaluable("R''(0) is infinite here, or jumps; choose x != 0")
    conjugate = x * y - value
    for name, form, expected in (("x(y)", potential.closed_inverse_mirror_map, x), ("R*", potential.closed_conjugate, conjugate)):
        closed = expected if form is None else BallFunction(form, (Y,))(y)
        if closed.is_finite() and not closed.overlaps(expected):
            raise BrokenCheck(f"the closed form of {name} contradicts R and R' at x = {point}")
    return Values(x, hessian, y, value, conjugate)


def _values_by_formula(potential: PrimalPotential, point: sympy.Rational) -> Values:
    low, high = potential.dual_domain
    if (low is not None and compare(low, point) >= 0) or (high is not None and compare(point, high) >= 0):
        raise InvalidArgument("y", f"in the dual domain {low} < y < {high}", point, "choose a point of it")
    if potential.closed_inverse_mirror_map is None:
        raise NotEvaluable("x(y) has no closed form here; ask for the values at an x")
    y, x = ball(point), BallFunction(potential.closed_inverse_mirror_map, (Y,))(ball(point))
    hessian, there, value = (BallFunction(form, (potential.symbol,))(x) for form in _closed_in_x(potential))
    if there.is_finite() and not there.overlaps(y):
        raise BrokenCheck(f"the closed form of x(y) contradicts R' at y = {point}")
    return Values(x, hessian, y, value, x * y - value)


def _compare(potential: MirrorPotential, x: sympy.Rational, found: Values) -> None:
    """Enclose the closed forms at the same point; they must overlap what the parametric route found."""
    by_size = isinstance(potential, Potential)  # its closed forms are for x > 0
    point, sign = (abs(x), ball(sympy.sign(x))) if by_size else (x, Ball(1))
    forms: Mapping[str, tuple[sympy.Expr | None, Ball]] = {
        "hessian": (potential.closed_hessian, Ball(1)),
        "mirror_map": (potential.closed_mirror_map, sign),
        "potential": (potential.closed_potential, Ball(1)),
        "conjugate": (potential.conjugate_at if isinstance(potential, Potential) else None, Ball(1)),
    }
    if by_size and x == 0:
        return
    for name, (form, factor) in forms.items():
        if form is None:
            continue
        closed = factor * BallFunction(form, (potential.symbol,))(ball(point))
        if closed.is_finite() and not closed.overlaps(getattr(found, name)):
            raise BrokenCheck(f"the closed form of {name} and the parametric form differ at x = {x}")
