r"""The polynomial :math:`P(s) = \prod_i (s + \lambda_i)` of one coordinate in rationals and balls.

Only its Taylor coefficients are one code with :mod:`mirrortheory.flows.sign.depth_polynomial`: there bounds on all
coordinates at once keep roots from being passed, here enclosures of one prove that it has none.

**End of sliding.** The room left to the control, :math:`m_\pm = P'(s) \mp \frac{d|x|}{d\tau}` with :math:`P(s) = |x|`, has the
slope :math:`\psi(s)\frac{d|x|}{d\tau} \mp \frac{d^2|x|}{d\tau^2}`, :math:`\psi = P''/P'`. :math:`P^{-1}` is enclosed by trying
its ends: :math:`P(a) \le X_{low}` and :math:`P(b) \ge X_{high}` prove :math:`P^{-1}(X) \subset [a, b]`, as P increases. At depth 1
and 2 :math:`P'(s)^2 = 1` and :math:`\lambda^2 + 4|x|` make :math:`m_+ m_-` a polynomial in :math:`\tau`, exact for rational data.
Where |x| would turn negative m is continued with P'(0), which keeps the mean value theorem; the arc has ended by then.

Source: derived for this project.
"""

from __future__ import annotations

from collections.abc import Sequence

from mirrortheory.exact import Ball, Exact, Function, Number, Undecided, as_ball, current_bits, polynomial, sign
from mirrortheory.flows.sign.depth_polynomial import taylor

_ZERO = Exact(0)
_MOST_STEPS = 500


def horner(c: Sequence[Number], tau: Number) -> Number:
    """Return sum c_k tau^k."""
    value: Number = _ZERO
    for coefficient in reversed(c):
        value = value * tau + coefficient
    return value


def derivative(c: Sequence[Number]) -> list[Number]:
    """Return the coefficients of the derivative."""
    return [value * k for k, value in enumerate(c)][1:]


def inverse(X: Number, excess: Sequence[Exact]) -> Number:
    """Enclose s >= 0 with P(s) = X for X >= 0; of a ball the part below 0 is left out."""
    if len(excess) == 1 or sign(X) == 0:
        return X
    value = as_ball(X)
    low, high = value.lower(), value.upper()
    if not value.is_finite() or not high > 0:
        raise Undecided("|x| has no finite enclosure")
    balls = [as_ball(shift) for shift in excess]
    least = _beside(low, balls, -1) if low > 0 else Ball(0)
    return least.union(_beside(high, balls, 1))


def _beside(X: Ball, excess: Sequence[Ball], side: int) -> Ball:
    """Return s >= 0 with P(s) <= X (side -1) or P(s) >= X (side 1), as close as the precision allows."""
    s = X.root(len(excess)).mid()
    grain = Ball(2) ** -current_bits()
    for _ in range(_MOST_STEPS):  # Newton from above: P is convex, so the iterates fall
        value, slope = taylor(s, excess)[:2]
        step = as_ball((value - X) / slope).mid()
        if not abs(step) > 8 * grain * s:
            break
        s = (s - step).mid()
    width = 8 * grain * s
    for _ in range(current_bits()):
        end = (s + side * width).mid()
        if not end > 0:
            return Ball(0) if side < 0 else s + width
        value = taylor(end, excess)[0]
        if value <= X if side < 0 else value >= X:
            return end
        width = 2 * width
    raise Undecided("the inverse of P has no enclosure")


def squared_room(x: Sequence[Number], side: int, excess: Sequence[Exact]) -> list[Number]:
    """Return P'(s)^2 - (dx/dtau)^2 as a polynomial, at depth one or two, for |x| = side x."""
    speed = derivative(x)
    square: list[Number] = [_ZERO] * max(2 * len(speed) - 1, len(x))
    for i, first in enumerate(speed):
        for j, second in enumerate(speed):
            square[i + j] = square[i + j] - first * second
    if len(excess) == 1:
        square[0] = square[0] + 1
    else:
        square[0] = square[0] + max(excess) ** 2
        square = [value + 4 * side * (x[k] if k < len(x) else _ZERO) for k, value in enumerate(square)]
    return square


def room(x: Sequence[Number], side: int, excess: Sequence[Exact], bound: int) -> Function:
    """Return values and slopes of P'(s) - bound d|x|/dtau, for |x| = side x and bound = 1 or -1."""
    size = polynomial([side * value for value in x])
    speed = polynomial([side * value for value in derivative(x)])

    def function(tau: Ball) -> tuple[Ball, Ball]:
        X, v = size(tau)
        change = -bound * speed(tau)[1]
        clipped = not X >= 0
        if clipped:
            X = Ball(0).union(X.upper().max(Ball(0)))
        try:
            c = taylor(as_ball(inverse(X, excess)), excess)
        except Undecided:
            return Ball("nan"), Ball("nan")
        slope = as_ball(2 * c[2] / c[1]) * v + change
        return as_ball(c[1]) - bound * v, slope.union(change) if clipped else slope

    return function
