r"""A certified flow looked at from outside: is its path, between its events, one of the differential inclusion?

Only the weights at rational times and the times of the events are used, neither the arcs nor the components that slide. With the
gradient :math:`G_i = f'(x) \prod_{k \ne i} w_k`, :math:`+ \alpha w_i` under coupled decay, and :math:`v = w`, on the clock
:math:`\eta = t`, or :math:`v = e^{\alpha t} w`, :math:`\eta = (e^{\alpha t} - 1)/\alpha` under decoupled decay,

.. math:: \frac{dv_i}{d\eta} \in -\mathrm{SIGN}(G_i) \quad\Rightarrow\quad
          \frac{v_i(b) - v_i(a)}{\eta(b) - \eta(a)} = -\mathrm{sign}\,G_i

on every [a, b] on which :math:`G_i \ne 0`, and the quotient lies in [-1, 1] on every other. So a skipped event, a wrong selection,
a jump at an event or a wrong clock shows; that no event lies between two times is what the solver proves, not this.

Source: derived for this project.
"""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import pairwise

from mirrortheory.exact import Ball, Exact, as_ball, exact, precision, sign
from mirrortheory.exact.series import Polynomial
from mirrortheory.flows.sign.smooth.ball_components import BallComponents, Weights
from mirrortheory.flows.sign.smooth.certified import CertifiedSignArcs


def check_arcs(flow: CertifiedSignArcs, *, samples: int = 3, seed: int = 0) -> list[str]:
    """Return what contradicts dv/deta in -SIGN(G), the start or continuity, in words: nothing for a true flow.

    Args:
        flow: what :func:`certified_sign_arcs` returns.
        samples: rational times looked at between two events, at least 2.
        seed: of the times.

    >>> from mirrortheory import Lq, Product
    >>> from mirrortheory.flows import Quadratic, certified_sign_arcs
    >>> from mirrortheory.theory import Flow
    >>> check_arcs(certified_sign_arcs(Flow(Lq(1), Product(2)), Quadratic([[1.0]], [1.0]), [0.5, 0.25], 1))
    []
    """
    rng, faults = random.Random(seed), []
    with precision(flow.bits):
        if any(not a.contains(b) for r, s in zip(flow.w(0), flow.initial, strict=True) for a, b in zip(r, s, strict=True)):
            faults.append("the path does not start at the initial weights")
        last: tuple[Exact, list[Ball]] = (Exact(0), [Ball(v) for row in flow.initial for v in row])
        for low, high in _stretches(flow):
            shares = sorted(Fraction(rng.randrange(1, 1000), 1000) for _ in range(max(samples, 2)))
            times = [low, *(low + (high - low) * exact(str(s)) for s in dict.fromkeys(shares)), high]
            states = [(t, [v for row in flow.w(t) for v in row]) for t in times]
            signs = [_signs(flow.components, flow.initial, w) for _, w in states[1:-1]]
            faults += _faults(flow.components, last, states[0], None, None)  # over the event
            for k, (one, other) in enumerate(pairwise(states)):
                before, after = signs[max(k - 1, 0)], signs[min(k, len(signs) - 1)]
                faults += _faults(flow.components, one, other, before, after)
            last = states[-1]
    return faults


def _stretches(flow: CertifiedSignArcs) -> list[tuple[Exact, Exact]]:
    """Return the intervals of time between the events, the events left out."""
    low, found = Exact(0), []
    for ball in [event.time for event in flow.events]:
        high = min(ball.lower().fmpq(), exact(flow.until))
        if high > low:
            found.append((low, high))
        low = max(low, ball.upper().fmpq())
    return [*found, (low, exact(flow.until))] if exact(flow.until) > low else found


def _signs(components: BallComponents, initial: Weights, w: list[Ball]) -> list[int | None]:
    """Return the signs of the gradient that are certain, flat by layers; None where it may be 0."""
    depth, d = len(initial), len(initial[0])
    x = [Ball(1)] * d
    for i in range(depth * d):
        x[i % d] *= w[i]
    slope, found = components.loss.slope([Polynomial([v]) for v in x], 1), []
    for i in range(depth * d):
        g = slope[i % d][0]
        for k in range(depth):
            g = g * w[k * d + i % d] if k != i // d else g
        found.append(sign(g + components.alpha * w[i] if components.layered else g) or None)
    return found


def _faults(
    components: BallComponents,
    one: tuple[Exact, list[Ball]],
    other: tuple[Exact, list[Ball]],
    before: list[int | None] | None,
    after: list[int | None] | None,
) -> list[str]:
    (a, start), (b, end) = one, other
    if not b > a:
        return []
    grow = 0 if components.layered else components.alpha  # decoupled decay: v = exp(alpha t) w
    first, final = (as_ball(grow * t).exp() for t in (a, b))
    length = (final - first) / grow if grow else as_ball(b - a)
    found, width = [], f"in [{float(a):.6g}, {float(b):.6g}]"
    for i, (v, w) in enumerate(zip(start, end, strict=True)):
        speed = (w * final - v * first) / length
        name = f"weight {i // len(components.initial[0])} of coordinate {i % len(components.initial[0])}"
        s = before[i] if before is not None and after is not None else None
        if before is not None and after is not None and (s or 0) * (after[i] or 0) < 0:
            found.append(f"{name}: its gradient changes sign without an event {width}")
        elif s is not None and after is not None and s == after[i] and not (speed + s).contains(0):
            found.append(f"{name}: its speed is not -SIGN(G) = {-s} {width}")
        elif abs(speed) > 1:
            found.append(f"{name} is faster than 1 {width}")
    return found
