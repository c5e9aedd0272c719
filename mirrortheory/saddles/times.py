r"""Times along a flow without decay: to escape a saddle under a constant slope, and to fit a target from zero.

Under a constant slope f' = -G the dual variable y = R'(x) moves at the rate :math:`G^{q-1}`, so from x_0 to x_1 > x_0 it takes

.. math:: T = \frac{R'(x_1) - R'(x_0)}{G^{q-1}}, \qquad \text{balanced, } m = \frac{q (L-1)}{L} \ne 1: \quad
          T = \frac{x_1^{1-m} - x_0^{1-m}}{L (1 - m)\, G^{q-1}}

With k smallest layers it stays bounded as x_0 tends to 0 just for :math:`m_0 = q(k-1)/k < 1`, that is k < p.

From zero, balanced layers fit a target b of curvature h, :math:`f = \tfrac h2 (x - b)^2`, in the time

.. math:: T = \int_0^b \frac{\mathrm d x}{L\, x^m (h (b - x))^{q-1}} = \frac{h^{1-q}\, b^{2-m-q}}{L}\, B(1 - m,\, 2 - q)

which is finite just for m < 1 and q < 2; at depth two and more the first implies the second. Data with orthogonal columns are such
problems side by side. Larger targets take longer for q < 2L/(2L-1), and are faster beyond.

Source: this project; Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, cf. saddle escape.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import sympy

from mirrortheory.errors import InvalidArgument, NotEvaluable
from mirrortheory.exact import Ball, ball, bits_for, current_bits, integer, precision, rational
from mirrortheory.geometries import Lq
from mirrortheory.notation import metric_exponent
from mirrortheory.potentials.numeric import values
from mirrortheory.reparams import Product
from mirrortheory.saddles.price import positive
from mirrortheory.theory import Flow, derive

_DEEPEST = 8
_MOST_DOUBLINGS = 8
_DIGITS_PER_BIT = 0.3


def escape_time(
    depth: int,
    *,
    exponent: object,
    start: object,
    end: object,
    slope: object,
    imbalance: Sequence[object] | None = None,
    digits: int = 30,
) -> Ball:
    """Enclose the time in which x grows from ``start`` to ``end`` under a constant slope.

    Args:
        depth: layers, 1 to 8.
        exponent: the gradient exponent q in [1, 2], an exact rational.
        start: x_0 >= 0, an exact rational; 0 only where fewer than p = q/(q - 1) layers are smallest.
        end: x_1 > x_0.
        slope: G > 0, that is -f', which stays the same.
        imbalance: |w_i|^q - min |w_j|^q of each layer, exact rationals; balanced layers by default.
        digits: decimal digits of the ball, 1 to 1000, relative to the time.

    Returns:
        A ball that holds T, in the time of the flow (dimensionless).

    Raises:
        InvalidArgument: for values outside of these ranges.
        NotEvaluable: where so many digits are not found.

    >>> escape_time(2, exponent=2, start="1/8", end=2, slope=1, digits=5)
    [1.38629436112 +/- 3.63e-12]
    >>> escape_time(4, exponent=1, start=0, end=1, slope=1, imbalance=(0, "1/100", "1/100", "1/100"), digits=5)
    [0.99250940632 +/- 3.74e-12]
    """
    layers, q, places = _depth(depth), _exponent(exponent), integer(digits, "digits", 1, 1000)
    x0, x1, pull = rational(start, "start"), rational(end, "end"), positive(slope, "slope")
    if x0 < 0:
        raise InvalidArgument("start", "a number >= 0", start, "by symmetry, write the sizes of x")
    if x1 <= x0:
        raise InvalidArgument("end", "larger than start", end, f"write a number above {start}, or exchange the two")
    shifts = (sympy.S.Zero,) * layers if imbalance is None else imbalance
    potential = derive(Flow(Lq(q), Product(layers)), imbalance=shifts).potential  # which looks at the imbalance first
    smallest = [rational(e, "imbalance") for e in shifts].count(sympy.S.Zero)
    if x0 == 0 and metric_exponent(smallest, q) >= 1:
        condition = f"a number > 0, as {smallest} smallest layers never leave 0 at q = {q}"
        raise InvalidArgument("start", condition, start, "write a small one, or a smaller exponent")
    if smallest == layers:
        return _to_digits(lambda: _balanced(layers, q, x0, x1) / Ball(pull) ** ball(q - 1), places)

    def increment() -> Ball:
        known = int(current_bits() * _DIGITS_PER_BIT)
        low = values(potential, x0, digits=known).mirror_map if x0 else Ball(0)
        return (values(potential, x1, digits=known).mirror_map - low) / Ball(pull) ** ball(q - 1)

    return _to_digits(increment, places)


def fit_time(depth: int, *, exponent: object, target: object, curvature: object = 1, digits: int = 30) -> Ball:
    """Enclose the time in which balanced layers that leave 0 at once fit a target, on orthogonal data.

    Args:
        depth: layers, 1 to 8.
        exponent: the gradient exponent q, an exact rational with 1 <= q < L/(L - 1), and q < 2 at depth one.
        target: b > 0, an exact rational: the minimum of the loss (h/2)(x - b)^2.
        curvature: h > 0.
        digits: decimal digits of the ball, 1 to 1000, relative to the time.

    Returns:
        A ball that holds T, in the time of the flow (dimensionless).

    Raises:
        InvalidArgument: for values outside of these ranges; where m >= 1 or q = 2 the time is infinite.

    >>> fit_time(2, exponent=1, target=9, digits=5), fit_time(2, exponent="3/2", target=2, curvature=3, digits=5)
    ([3.00000000000 +/- 6.36e-12], [1.2729873675 +/- 6.11e-11])
    """
    layers, q, places = _depth(depth), _exponent(exponent), integer(digits, "digits", 1, 1000)
    b, h = positive(target, "target"), positive(curvature, "curvature")
    m = metric_exponent(layers, q)
    if m >= 1 or q == 2:
        bound = sympy.Rational(layers, layers - 1) if layers > 1 else 2
        raise InvalidArgument("exponent", f"below {bound} at depth {layers}", exponent, "from 0 this one takes infinitely long")

    def time() -> Ball:
        leave, settle = ball(1 - m), ball(2 - q)
        beta = leave.gamma() * settle.gamma() / (leave + settle).gamma()
        return Ball(h) ** ball(1 - q) * Ball(b) ** ball(2 - m - q) * beta / layers

    return _to_digits(time, places)


def _balanced(layers: int, q: sympy.Rational, x0: sympy.Rational, x1: sympy.Rational) -> Ball:
    """R'(x_1) - R'(x_0) of balanced layers."""
    n = 1 - metric_exponent(layers, q)
    if n == 0:
        return ball(x1 / x0).log() / layers
    first = ball(x0) ** ball(n) if x0 else Ball(0)
    return (ball(x1) ** ball(n) - first) / (layers * ball(n))


def _to_digits(find: Callable[[], Ball], digits: int) -> Ball:
    """Raise the precision until a positive value has its digits."""
    bits = bits_for(digits)
    for _ in range(_MOST_DOUBLINGS):
        with precision(bits):
            found = find()
            if found > 0 and found.rad() <= found.mid() * Ball(10) ** -digits:
                return found
        bits *= 2
    raise NotEvaluable(f"no time to {digits} digits; write numbers that are further apart, or fewer digits")


def _depth(depth: object) -> int:
    return integer(depth, "depth", 1, _DEEPEST)


def _exponent(exponent: object) -> sympy.Rational:
    q = rational(exponent, "exponent")
    if not 1 <= q <= 2:
        raise InvalidArgument(
            "exponent", "a number in [1, 2]", exponent, "write for example 1 (sign flow), 3/2 or 2 (gradient flow)"
        )
    return q
