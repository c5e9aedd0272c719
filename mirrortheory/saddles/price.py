r"""The price of gradient descent: how much larger its steps must be than those of sign descent to leave a saddle in as many.

Balanced weights, x = w^L. Under a constant slope f' = -G, T steps of sign descent lead from w_0 to w_1 at the rate
:math:`(w_1 - w_0)/T`. Those of gradient descent are :math:`w \leftarrow w + h w^{L-1}` with h = G times its rate, and end at
w_1 for one h_T. The ratio of the rates

.. math:: \varrho_T = \frac{T h_T}{G (w_1 - w_0)}, \qquad \varrho_\infty = \frac{1}{G (w_1 - w_0)} \int_{w_0}^{w_1} w^{1-L} dw
          \le \varrho_T \le \varrho_1 = \frac{w_0^{1-L}}{G}

falls with T: each step adds h w^{L-1} at its start, where the flow has moved on.

On :math:`f = (x - x^*)^2/2` gradient descent is stable at the balanced minimum up to the rate :math:`2/(L x^{*\,2-2/L})`, twice the
inverse of the largest eigenvalue. At a smaller rate :math:`v = w/w^*` grows, below 1, by at most
:math:`v \leftarrow v + \tfrac2L v^{L-1}` in a step. So no such rate leads from v_0 to :math:`x = \theta x^*` in fewer steps than
this iteration takes to :math:`\theta^{1/L}`.

Source: this project; Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, for the question.
"""

from __future__ import annotations

from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import Ball, integer, rational
from mirrortheory.exact.arb import bits_for, precision
from mirrortheory.exact.iteration import fewest_steps, step_length
from mirrortheory.exact.numbers import Exact, exact

_DEEPEST = 8
_MOST_STEPS = 100_000
_MOST_RATIO = 10**300


def escape_rate_ratio(depth: int, *, start: object, end: object, slope: object, steps: int | None = None, digits: int = 30) -> Ball:
    """Enclose the rate of gradient descent over that of sign descent, if both lead from ``start`` to ``end`` in as many steps.

    Args:
        depth: layers, 2 to 8, all of the same weight.
        start: the weight w_0 > 0 of each layer before the first step, an exact rational.
        end: the weight w_1 > w_0 after the last one.
        slope: G > 0, that is -f', which stays the same; the ratio is in units of 1/(slope weight^(depth - 1)).
        steps: how many, 1 to 100000; None for the limit of many small ones.
        digits: decimal digits of the ball, 1 to 1000.

    Returns:
        A ball that holds the ratio. Sign descent takes steps of (end - start)/steps.

    Raises:
        InvalidArgument: for values outside of these ranges.

    >>> escape_rate_ratio(3, start="1/10", end=1, slope=1, digits=5), escape_rate_ratio(3, start="1/10", end=1, slope=1, steps=1)
    ([10.000000000 +/- 5.36e-11], 100.000000000000)
    """
    layers = integer(depth, "depth", 2, _DEEPEST)
    w0, w1, pull = (positive(value, name) for value, name in ((start, "start"), (end, "end"), (slope, "slope")))
    places = integer(digits, "digits", 1, 1000)
    if w1 <= w0:
        raise InvalidArgument("end", "larger than start", end, f"write a number above {start}, or exchange the two")
    if w1 / w0 > _MOST_RATIO:
        raise InvalidArgument("start", "at least 1e-300 of end", start, "write a larger one")
    count = None if steps is None else integer(steps, "steps", 1, _MOST_STEPS)
    with precision(bits_for(places)):
        unit = Ball(w0 ** (2 - layers) / (pull * (w1 - w0)))  # of T k, where v = w/w_0 moves by k v^(L - 1)
        if count is None:
            ratio = Ball(w1 / w0)
            return unit * (ratio.log() if layers == 2 else (1 - ratio ** (2 - layers)) / (layers - 2))
        if count == 1:
            return Ball(w0 ** (1 - layers) / pull)
        return unit * count * step_length(layers - 1, w1 / w0, count, places)


def fewest_stable_steps(depth: int, *, start: object, reach: object) -> int:
    """Return how many steps gradient descent on (x - x*)^2/2 takes at least, at any rate that is stable at the minimum.

    Args:
        depth: layers, 2 to 8, all of the same weight.
        start: w_0/w*, the weight of each layer over that at the minimum, an exact rational in (0, 1).
        reach: theta in (0, 1), an exact rational: the part of x* that is to be reached.

    Returns:
        N_c: no step below the stability limit reaches theta x* in fewer steps.

    Raises:
        InvalidArgument: for values outside of these ranges.
        NotEvaluable: where a step ends so close to theta x* that balls do not tell which is larger.

    >>> [fewest_stable_steps(depth, start="1/1000", reach="1/2") for depth in (2, 3, 4)]
    [10, 1505, 1000009]
    """
    layers = integer(depth, "depth", 2, _DEEPEST)
    v, theta = (positive(value, name) for value, name in ((start, "start"), (reach, "reach")))
    for value, name in ((v, "start"), (theta, "reach")):
        if value >= 1:
            raise InvalidArgument(name, "a number in (0, 1)", value, "write for example 1/2")
    if v**layers >= theta:
        return 0
    if layers == 2:  # v doubles
        return next(n for n in range(1, 10**6) if 4**n * v**2 >= theta)
    factor = Exact(2, layers)
    return fewest_steps(layers - 2, factor * v ** (layers - 2), lambda: factor * Ball(theta) ** (Ball(layers - 2) / layers))


def positive(value: object, name: str) -> Exact:
    """Return a value as an exact rational > 0."""
    number = exact(rational(value, name))
    if number <= 0:
        raise InvalidArgument(name, "a number > 0", value, "write for example 1/10")
    return number
