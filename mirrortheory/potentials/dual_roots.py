r"""The dual variable of an effective parameter, where the inverse mirror map x(y) is explicit: the root of x(y) = x, at any size.

Far out y is close to an end of its domain, as in :math:`x = \operatorname{artanh} y` where :math:`1 - y \sim 2 e^{-2x}`, and at
a small x it may be close to 0. So the root is sought as the distance :math:`\delta = e^z` to an end or to 0, and x as a function of
:math:`\delta`, in which the constant parts that vanish are dropped: near :math:`y = c` the difference c - y is
:math:`\delta`, without a rounding.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from mirrortheory.errors import NotEvaluable
from mirrortheory.exact import Ball, BallFunction, compare, current_bits, positive_root, sign_of
from mirrortheory.potentials.dual import DualPotential
from mirrortheory.potentials.potential import Y

DISTANCE = sympy.Symbol("d", positive=True)


@dataclass(frozen=True)
class DualRoot:
    """An enclosed y with x(y) = x.

    Attributes:
        y: the root.
        slope: dx/dy there.
        anchor, side, distance: y = anchor + side * distance.
    """

    y: Ball
    slope: Ball
    anchor: sympy.Expr
    side: int
    distance: Ball

    def of(self, expr: sympy.Expr) -> Ball:
        """Enclose a function of y at the root."""
        near = (
            Ball("nan")
            if expr.has(sympy.Integral)
            else BallFunction(near_end(expr, self.anchor, self.side), (DISTANCE,))(self.distance)
        )
        return near if near.is_finite() else BallFunction(expr, (Y,))(self.y)


def dual_root(potential: DualPotential, target: Ball) -> DualRoot:
    """Enclose the y with x(y) = ``target``, for a target inside the region, at the current precision; it may be non-finite."""
    low, high = potential.dual_domain
    middle = BallFunction(potential.closed_inverse_mirror_map, (Y,))
    if compare(low, sympy.S.Zero) < 0 < compare(high, sympy.S.Zero):
        offset = target - middle(0)
        if offset > 0:
            low = sympy.S.Zero
        elif offset < 0:
            high = sympy.S.Zero
        else:
            return _at_zero(potential, offset)
    if low.is_infinite:
        return _from(potential, target, high, -1)
    if high.is_infinite:
        return _from(potential, target, low, 1)
    half = BallFunction((high - low) / 2, ())().mid()
    nearer_low = middle(BallFunction((low + high) / 2, ())()) > target
    return _from(potential, target, low, 1, half) if nearer_low else _from(potential, target, high, -1, half)


def _at_zero(potential: DualPotential, offset: Ball) -> DualRoot:
    function, slope = BallFunction(potential.closed_inverse_mirror_map, (Y,)), BallFunction(potential.inverse_metric, (Y,))
    zero, y = function(0), Ball(0) if offset == 0 else Ball("nan")
    for lost in range(16, current_bits(), 32):  # x(y) may be known to fewer digits than the working precision has
        width = Ball(2) ** (lost - current_bits())
        if not y.is_finite() and function(-width) < zero + offset and zero + offset < function(width):
            y = Ball(0, width)
    return DualRoot(y, slope(y), sympy.S.Zero, 1, y)


def _from(potential: DualPotential, target: Ball, anchor: sympy.Expr, side: int, last: Ball | None = None) -> DualRoot:
    """Seek the root on one side of an anchor, not beyond a distance if there is one."""
    near = near_end(potential.closed_inverse_mirror_map, anchor, side)
    function, slope = BallFunction(near, (DISTANCE,)), BallFunction(sympy.diff(near, DISTANCE), (DISTANCE,))
    distance = positive_root(function, slope, target, side=side, last=last)
    return DualRoot(BallFunction(anchor, ())() + side * distance, side * slope(distance), anchor, side, distance)


def near_end(expr: sympy.Expr, anchor: sympy.Expr, side: int, variable: sympy.Symbol = Y) -> sympy.Expr:
    """Return a function of y, or of a variable, as one of :data:`DISTANCE` from ``anchor``, without constants that cancel."""
    return _uncancelled(expr.xreplace({variable: anchor + side * DISTANCE}))


def _uncancelled(expr: sympy.Expr) -> sympy.Expr:
    if expr == DISTANCE or not expr.has(DISTANCE):
        return expr
    if isinstance(expr, sympy.atanh) and not _vanishes(expr.args[0].subs(DISTANCE, 0)):
        argument = expr.args[0]  # may be close to 1 or -1
        return (sympy.log(_uncancelled(1 + argument)) - sympy.log(_uncancelled(1 - argument))) / 2
    if isinstance(expr, sympy.hyper) and _vanishes(1 - expr.args[2].subs(DISTANCE, 0)):
        return _connected(expr)
    if expr.is_Add and expr.is_polynomial(DISTANCE) and sympy.degree(expr, DISTANCE) <= 2 and _vanishes(expr.subs(DISTANCE, 0)):
        first = sympy.diff(expr, DISTANCE)
        return DISTANCE * (first.subs(DISTANCE, 0) + sympy.diff(first, DISTANCE) * DISTANCE / 2)
    return expr.func(*map(_uncancelled, expr.args))


def _connected(expr: sympy.hyper) -> sympy.Expr:
    """Return 2F1(z) by functions of 1 - z, which is small and without rounding where z is close to 1.

    With s = c - a - b no integer: B(s) 2F1(a, b; 1 - s; 1 - z) + (1 - z)^s B(-s) 2F1(c - a, c - b; 1 + s; 1 - z), where
    B(s) = Gamma(c) Gamma(s) / (Gamma(c - a) Gamma(c - b)) and B(-s) = Gamma(c) Gamma(-s) / (Gamma(a) Gamma(b)).

    Source: DLMF 15.8.4.
    """
    if (len(expr.ap), len(expr.bq)) != (2, 1):
        return expr
    (a, b), (c,) = expr.ap, expr.bq
    s, rest = c - a - b, _uncancelled(sympy.expand(1 - expr.args[2]))
    if s.is_integer is not False:
        return expr
    parts = ((a, b, s, sympy.S.One), (c - a, c - b, -s, rest**s))
    return sympy.Add(
        *(
            sympy.gamma(c)
            * sympy.gamma(t)
            / (sympy.gamma(t + i) * sympy.gamma(t + j))
            * factor
            * sympy.hyper((i, j), (1 - t,), rest)
            for i, j, t, factor in parts
        )
    )


def _vanishes(constant: sympy.Expr) -> bool:
    try:
        return sign_of(constant) == 0
    except NotEvaluable:
        return False
