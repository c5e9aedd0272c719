r"""Certified values of a mirror potential at a point, at any precision.

The route uses only the parametric form: s is enclosed by a Newton step checked with the monotone x(s), and

.. math:: \int_0^1 t^{r} \prod_i (\alpha_i t + \beta_i)^{e_i}\,\mathrm d t,\qquad r > -1,

is made analytic at 0 by t = z^a (r + 1 = b/a) and enclosed by Arb's Gauss-Legendre integrator. Closed forms, where there are
any, are enclosed as well and must overlap.

Source: Johansson (2018), "Numerical integration in arbitrary-precision ball arithmetic", arXiv:1802.07942.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sympy

from mirrortheory.errors import BrokenCheck, InvalidArgument, NotEvaluable
from mirrortheory.exact import (
    Ball,
    BallFunction,
    ball,
    bits_for,
    compare,
    current_bits,
    integer,
    is_accurate,
    power_integral,
    precision,
    rational,
)
from mirrortheory.potentials.dual import DualPotential
from mirrortheory.potentials.parameter_root import parameter_root
from mirrortheory.potentials.potential import Normalisation, Potential, PowerProduct, S, Y

_MAX_DOUBLINGS = 5
_MAX_NEWTON_STEPS = 400
_MOST_WIDENINGS = 8


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


def values(potential: Potential | DualPotential, x: object, *, digits: int = 50) -> Values:
    """Enclose R'', R', R and R* at ``x`` with radius at most 10^-digits (relative above 1).

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
    bits = bits_for(digits)
    for _ in range(_MAX_DOUBLINGS):
        with precision(bits):
            found = _dual_values(potential, point) if isinstance(potential, DualPotential) else _values(potential, point)
            balls = (found.hessian, found.mirror_map, found.potential, found.conjugate)
            if all(b.is_finite() and is_accurate(b, digits) for b in balls):
                _compare(potential, point, found)
                return found
        bits *= 2
    raise NotEvaluable(f"no finite values of R'', R', R and R* to {digits} digits at x = {point}")


def charge(potential: Potential, x: Ball) -> Ball:
    """Enclose the charge s > 0 with x(s) = ``x`` > 0 at the current precision (non-finite when it is not isolated)."""
    effective = _Density.enclose(potential.effective)

    def log_effective(s: Ball) -> Ball:
        total = effective.coefficient.log()
        for shift, e in effective.factors:
            total += ball(e) * (s + shift).log()
        return total

    target = x.mid().log()
    t = (target - effective.coefficient.log()).mid() / ball(sum(e for _, e in effective.factors))
    step = Ball("inf")
    # log x is a convex increasing function of log s with slope between two positive exponents: Newton converges.
    for _ in range(_MAX_NEWTON_STEPS):
        s = t.mid().exp().mid()
        slope = sum((ball(e) * s / (s + shift) for shift, e in effective.factors), Ball(0))
        before, step = step, abs((log_effective(s) - target) / slope).mid()
        t = (t - (log_effective(s) - target) / slope).mid()
        if step >= before:  # rounding has taken over
            break
    s = t.exp().mid()
    width = (Ball(2) * step + x.rad() / x + Ball(2) ** (16 - current_bits())).mid() * s
    low, high = (s - width).mid(), (s + width).mid()
    if low > 0 and log_effective(low) < x.log() and x.log() < log_effective(high):
        return low.union(high)
    return Ball("nan")


def _values(potential: Potential, point: sympy.Rational) -> Values:
    if point <= 0 and not potential.even:
        raise InvalidArgument("x", f"in the region {potential.where}", point, "choose a positive one")
    x = ball(point)
    if point == 0:
        return _at_zero(potential, x)
    s = charge(potential, abs(x))
    sign = Ball(1) if point > 0 else Ball(-1)
    hessian = 1 / BallFunction(potential.inverse_metric, (S,))(s)
    conjugate = mass(potential.conjugate_density, s)
    y = sign * _dual(potential, s, abs(x))
    return Values(x, hessian, y, x * y - conjugate, conjugate)


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
    density = _Density.enclose(potential.dual_density)
    ((_, order),) = _Density.enclose(potential.effective).factors
    return density.coefficient / ball(order) * x.log()


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


def _dual_values(potential: DualPotential, point: sympy.Rational) -> Values:
    left, right = potential.region
    if not (compare(left, point) < 0 < compare(right, point)):
        raise InvalidArgument("x", f"in the region {potential.where}", point, "choose a point of it")
    x = ball(point)
    y = parameter_root(potential, x)
    if y is None:
        y = _root(potential, x)
    hessian = 1 / BallFunction(potential.inverse_metric, (Y,))(y)
    if potential.conjugate is None and not (potential.origin or potential.at_start):
        raise NotEvaluable("R* has no closed form here, and its constant is not fixed; R' and R'' follow from x(y)")
    conjugate = BallFunction(potential.conjugate_expression(), (Y,))(y)
    return Values(x, hessian, y, x * y - conjugate, conjugate)


def _root(potential: DualPotential, target: Ball) -> Ball:
    """Enclose the y with x(y) = target: bisection, Newton, and two signs of an increasing function (or a non-finite ball)."""
    function, slope = (BallFunction(e, (Y,)) for e in (potential.inverse_mirror_map, potential.inverse_metric))
    low, high = _bracket(potential, function, target)
    for _ in range(60):
        middle = ((low + high) / 2).mid()
        low, high = (middle, high) if function(middle) < target else (low, middle)
    y, step = ((low + high) / 2).mid(), Ball("inf")
    for _ in range(_MAX_NEWTON_STEPS):
        correction = ((function(y) - target) / slope(y)).mid()
        if not abs(correction) < step:
            break
        step, y = abs(correction), (y - correction).mid()
    width = (2 * step + (abs(y) + 1) * Ball(2) ** (16 - current_bits())).mid()
    for _ in range(_MOST_WIDENINGS):  # x(y) may be known to fewer digits than the working precision has
        low, high = (y - width).mid(), (y + width).mid()
        if function(low) < target and target < function(high):
            return low.union(high)
        width = (16 * width).mid()
    return Ball("nan")


def _bracket(potential: DualPotential, function: BallFunction, target: Ball) -> tuple[Ball, Ball]:
    """Return y on both sides of the root: from the middle, halve the distance to a finite end, or double the step."""
    low, high = (None if end.is_infinite else BallFunction(end, ())().mid() for end in potential.dual_domain)
    if low is not None and high is not None:
        middle = ((low + high) / 2).mid()
    else:
        middle = low + 1 if low is not None else high - 1 if high is not None else Ball(0)
    found = []
    for sign, end in ((-1, low), (1, high)):
        y = middle
        for k in range(1, _MAX_NEWTON_STEPS):
            y = (middle + sign * Ball(2) ** k if end is None else end + (middle - end) / Ball(2) ** k).mid()
            value = sign * (function(y) - target)
            if value > 0 or not value.is_finite():
                break
        found.append(y)
    return found[0], found[1]


def _compare(potential: Potential | DualPotential, x: sympy.Rational, found: Values) -> None:
    """Enclose the closed forms at the same point; they must overlap what the parametric route found."""
    by_size = isinstance(potential, Potential)  # its closed forms are for x > 0
    point, sign = (abs(x), ball(sympy.sign(x))) if by_size else (x, Ball(1))
    forms: Mapping[str, tuple[sympy.Expr | None, Ball]] = {
        "hessian": (potential.hessian, Ball(1)),
        "mirror_map": (potential.mirror_map, sign),
        "potential": (potential.potential, Ball(1)),
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
