r"""Flows and optimizers of a product of layers from a small start to a given part of the loss, many losses at once.

Each coordinate starts at x = 0 with the layers (0, a, .., a), :math:`a = \epsilon^{1/L}`: the start of size :math:`\epsilon`. There
one layer is smallest, so a flow is unique while f' is not 0, and x takes both signs.

**End.** A run ends at the first step at which the loss is at most ``part`` of f(0); where that does not happen, at the last step
or where the loss is :data:`mirrortheory.bias.sparse_recovery.side_by_side.CUT` times f(0). ``reached`` tells the two apart. It has
escaped from the start when the loss first is f(0)/2.

**Flows** are followed by Euler's steps in the smallest layer, with all others from the balance, which they so keep:

.. math:: \dot\omega = -\phi_q(f'(x)\,C), \quad C = (|\omega|^q + a^q)^{(L-1)/q}, \quad x = \omega C .

A step moves no x by more than the part ``pace`` of the largest :math:`|x| + \epsilon` of its loss, lowers the loss by no more than
that part to first order, and at q = 2 is no longer than the inverse of the trace of the kernel, so that it is stable. Every flow is
followed twice, the second time with half of the pace: that is the result, and the difference of the two ends its ``error``.
Below q = 2, where a component of f' stays at 0, steps go to and fro around it, by less with each smaller pace.
Sign flow on a quadratic is not followed so, but exactly, from event to event, by :func:`mirrortheory.flows.sign_flow`.

Not to be confused with :mod:`mirrortheory.features.follow`, which keeps paths and has no time.

Source: :mod:`mirrortheory.flows.smooth.dual` for the equation of the smallest layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mirrortheory.bias.sparse_recovery.side_by_side import CUT, SideBySide
from mirrortheory.flows import Optimizer, Quadratic, sign_flow
from mirrortheory.flows.discrete.descent import UNCHECKED, walk
from mirrortheory.flows.problems import Array, Indices
from mirrortheory.reparams import Product

_HALF = 0.5  # of the loss at 0: there the start has been left
_HALVINGS = 60  # of an interval of time
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Ends:
    """Where N runs ended.

    Attributes:
        x: shape (N, d).
        loss: f(x)/f(0), shape (N,), as are the others.
        escape: the time at which the loss first was half of f(0), infinite where it never was (dimensionless).
        time: of the end; of an optimizer, eta times the steps.
        steps: how many were made; of an exact sign flow, events.
        reached: whether the loss came to the part that was asked for.
        error: the estimated error of x over \\|x\\|; 0 where there is only rounding.
    """

    x: Array
    loss: Array
    escape: Array
    time: Array
    steps: Indices
    reached: NDArray[np.bool_]
    error: Array


class _Watch:
    """Notes of each run when it escapes and where it ends."""

    def __init__(self, losses: SideBySide, part: float) -> None:
        self.part, self.whole, count = part, losses.at_zero, losses.shape[0]
        self.x, self.loss, self.time = np.zeros(losses.shape), np.full(count, np.inf), np.full(count, np.inf)
        self.escape, self.steps = np.full(count, np.inf), np.zeros(count, dtype=np.intp)
        self.done, self.reached = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)

    def look(self, x: Array, values: Array, time: Array, step: int, *, last: bool) -> bool:
        """Look at all runs after so many steps; return whether all have ended."""
        share = values / self.whole
        self.escape = np.where((share <= _HALF) & np.isinf(self.escape) & ~self.done, time, self.escape)
        there = share <= self.part
        ends = ~self.done & (there | ~(share <= CUT) | last)
        self.x[ends], self.loss[ends], self.time[ends], self.steps[ends] = x[ends], share[ends], time[ends], step
        self.reached |= ends & there
        self.done |= ends
        return bool(self.done.all())

    def ends(self, error: Array) -> Ends:
        return Ends(self.x, self.loss, self.escape, self.time, self.steps, self.reached, error)


def follow(exponent: float, depth: int, losses: SideBySide, start: float, *, part: float, pace: float, most: int) -> Ends:
    """Follow the flow with exponent ``exponent`` on all losses.

    Args:
        exponent: q in [1, 2].
        depth: layers, at least 2.
        losses: side by side.
        start: epsilon > 0.
        part: of the loss at 0 where a flow ends, in (0, 1/2).
        pace: of the first of the two runs, at most 1/10.
        most: steps of a run.

    >>> from mirrortheory.flows import Quadratic
    >>> ends = follow(2.0, 2, SideBySide([Quadratic([[1.0]], [1.0])]), 1e-3, part=1e-4, pace=1e-2, most=10_000)
    >>> bool(ends.reached[0]), ends.x[0].round(2).tolist()
    (True, [0.99])
    """
    coarse, fine = (_euler(exponent, depth, losses, start, part, each, most) for each in (pace, pace / 2))
    size = np.linalg.norm(fine.x, axis=1)
    off = np.linalg.norm(coarse.x - fine.x, axis=1)
    return fine.ends(np.divide(off, size, out=np.zeros_like(off), where=off > 0))


def _euler(q: float, depth: int, losses: SideBySide, start: float, part: float, pace: float, most: int) -> _Watch:
    watch, a = _Watch(losses, part), start ** (1 / depth)
    smallest, time = np.zeros(losses.shape), np.zeros(losses.shape[0])
    for step in range(most + 1):
        charge = np.abs(smallest) ** q
        other = charge + a**q
        others = other ** ((depth - 1) / q)
        x = smallest * others
        values, slope, bend = losses.looked_at(x)
        if watch.look(x, values, time, step, last=step == most):
            break
        stretch = others * (1 + (depth - 1) * charge / other)  # dx/domega
        speed = (np.abs(slope) * others) ** (q - 1)
        moves = stretch * speed
        fastest = np.maximum(moves.max(axis=1) / (np.abs(x).max(axis=1) + start), (np.abs(slope) * moves).sum(axis=1) / values)
        fastest = fastest / pace
        if q == 2:
            fastest = np.maximum(fastest, (bend * stretch * others).sum(axis=1))
        length = np.divide(1.0, fastest, out=np.zeros_like(fastest), where=(fastest > 0) & ~watch.done)
        smallest = smallest - length[:, None] * np.sign(slope) * speed
        time = time + length
    return watch


def exact_sign_flow(depth: int, losses: Sequence[Quadratic], start: float, *, part: float) -> Ends:
    """Follow the sign flow on quadratic losses from event to event to its rest, and find where it has come to ``part``.

    The loss never rises, so the first such time is found by halving; the error is that of rounding.

    >>> ends = exact_sign_flow(2, [Quadratic([[1.0]], [1.0])], 1e-8, part=1e-4)
    >>> ends.x.round(4).tolist(), ends.time.round(4).tolist()
    ([[0.99]], [0.9949])
    """
    found: dict[str, list[Any]] = {"x": [], "loss": [], "escape": [], "time": [], "steps": []}
    for loss in losses:
        w = first_weights(depth, loss.Z.shape[1], start)
        whole, horizon = loss.value(np.zeros(loss.Z.shape[1])), 1.0
        path = sign_flow(loss, w, horizon)
        while not path.converged:
            horizon *= 2
            path = sign_flow(loss, w, horizon)

        def first(share: float) -> float:
            low, high = 0.0, horizon  # noqa: B023
            for _ in range(_HALVINGS):
                middle = (low + high) / 2
                low, high = (low, middle) if path.loss([middle])[0] <= share * whole else (middle, high)  # noqa: B023
            return high

        time = first(part)
        x = path.x([time])[0]
        events = sum(event.time <= time for event in path.events)
        for name, value in (("x", x), ("loss", loss.value(x) / whole), ("escape", first(_HALF)), ("time", time), ("steps", events)):
            found[name].append(value)
    arrays = {name: np.array(values) for name, values in found.items()}
    return Ends(**arrays, reached=arrays["loss"] <= part * (1 + _ROUNDING), error=np.zeros(len(losses)))


def make_steps(optimizer: Optimizer[Any], depth: int, losses: SideBySide, start: float, *, part: float, most: int) -> Ends:
    """Make steps of an optimizer on all losses, up to ``most``; what is entrywise walks as on each loss alone.

    >>> from mirrortheory.flows import Adam, Quadratic
    >>> ends = make_steps(Adam(0.01), 2, SideBySide([Quadratic([[1.0]], [1.0])]), 1e-4, part=1e-4, most=1000)
    >>> bool(ends.reached[0]), bool(0.98 < ends.x[0, 0] < 1.02)
    (True, True)
    """
    watch, w = _Watch(losses, part), first_weights(depth, losses.dimension, start)
    with np.errstate(**UNCHECKED):
        for step, (_, x) in enumerate(walk(optimizer, Product(depth), losses, w)):
            together = x.reshape(losses.shape)
            if watch.look(together, losses.values(together), np.full(len(together), step * optimizer.eta), step, last=step == most):
                break
    return watch.ends(np.zeros(losses.shape[0]))


def first_weights(depth: int, dimension: int, start: float) -> Array:
    """Return the layers (0, a, .., a), a = start^(1/depth), of each coordinate, shape (depth, dimension).

    >>> first_weights(3, 1, 1e-6).round(12).tolist()
    [[0.0], [0.01], [0.01]]
    """
    w = np.full((depth, dimension), start ** (1 / depth))
    w[0] = 0.0
    return w
