r"""Many independent initial value problems at once, each with steps of its own: DOP853 on columns ("lanes").

A lane has its own time, step and tolerance; a step is tried for all lanes together, and each accepts or rejects it by its own
embedded error of orders 5 and 3, in the largest norm. Lanes that are through are dropped. No sum runs over lanes, so the result
of a lane does not depend on its neighbours, to the last bit. (BLAS adds up the stages, in the same order in every column as long
as there is a multiple of its blocks of them; a test looks at that.)

A step towards a time that is asked for ends on it, so that nothing is interpolated. Where a field is not smooth (the sign of
some argument changes), a step over that place is rejected until it is short, and the lane ends before it.

Source: Hairer, Norsett, Wanner (1993), "Solving Ordinary Differential Equations I", II.4 and II.10; coefficients from SciPy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import DOP853

from mirrortheory.flows.problems import Array, Indices
from mirrortheory.flows.rounding import alike, signs

Mask = NDArray[np.bool_]

A, B, E5, E3 = DOP853.A, DOP853.B, DOP853.E5, DOP853.E3  # the fields here do not depend on time: no use for C
MOST_STEPS = 20_000
REASONS = (
    "",
    "an argument of the link vanishes or changes sign",
    "the step falls below rounding: blow-up or a singular point",
    f"{MOST_STEPS} steps do not reach the end: the flow is stiff, or its end too far",
    "the velocity overflows at the start",
)
NOT_LIPSCHITZ, _SINGULAR, _STIFF, _OVERFLOW = range(1, 5)
_EPS = float(np.finfo(float).eps)
_CROWDED = 0.8  # lanes that are through are dropped once no larger part is left, as dropping has its own cost
_SHORT = 2.0**-10  # of the whole time: a step over a change of sign is halved down to here
_SAFETY, _SMALLEST, _LARGEST = 0.9, 0.2, 10.0


# A step works on one table: the state and the slopes of the stages, times the step. Each sum reads neighbouring places of it and
# no other, as a slope that is read no more leaves its place to a later one: stage 1 to 3 to 11, and stage 2 to 4.
_STATE, _PLACE = 1, (2, 3, 0, 3, 0, 4, 5, 6, 7, 8, 9, 3)


def _sum(weights: Array, state: float = 1.0) -> tuple[slice, Array]:
    """Return which places a sum of the state and slopes reads, and with which weights."""
    places = {_STATE: state} if state else {}
    places |= {_PLACE[s]: weights[s] for s in np.flatnonzero(weights)}
    low, high = min(places), max(places) + 1
    return slice(low, high), np.array([places.get(place, 0.0) for place in range(low, high)])


_KEPT = ("name", "w", "f", "t", "h", "next", "rtol", "atol", "longest", "shaken", "alike", "rejected", "live", "side", "largest")
_BLOCK = 64  # entries: BLAS adds in another order in the last few of a sum that is no multiple of its own blocks
_STAGES = tuple(_sum(row[:s]) for s, row in enumerate(A) if s > 0)
_NEW = _sum(B)
_FIFTH, _THIRD = (_sum(weights[: len(B)], 0.0) for weights in (E5, E3))  # the slope after the step has weight 0 in both


class Field(Protocol):
    """The vector field of some lanes, w of shape (depth, m, lanes)."""

    def velocity(self, w: Array, h: Array | float, out: Array) -> None:
        """Write h dw/dt, shape of w, for steps h of shape (lanes,) or ()."""

    def arguments(self, w: Array) -> Array | None:
        """Return what must keep its sign, shape (.., .., lanes), or None when the field is smooth everywhere."""


class _Lanes:
    """What is kept of each lane; lanes are the last axis of every array."""

    def __init__(self, start: Array, rtol: Array, longest: Array, shaken: Mask) -> None:
        count = start.shape[-1]
        size = np.abs(start).max(axis=(0, 1))
        self.name = np.arange(count)
        self.w, self.f = np.ascontiguousarray(start), np.empty(start.shape)
        self.t, self.h, self.next = np.zeros(count), np.empty(count), np.ones(count, dtype=np.intp)
        self.rtol, self.atol, self.longest = rtol, rtol * np.where(size > 0, size, 1.0), longest
        self.shaken, self.alike, self.signs = _EPS * shaken, alike(start), signs((*start.shape[:2], 1))
        self.rejected, self.live = np.zeros(count, dtype=bool), np.ones(count, dtype=bool)
        self.side: Array | None = None
        self.largest: Array | None = None
        self.room()

    def room(self) -> None:
        """Lay out the table for the lanes that there are."""
        shape, size = self.w.shape, self.w.size
        self.table, self.total = np.zeros((max(_PLACE) + 1, _padded(size))), np.zeros(_padded(size))
        self.sum, self.rows = self.total[:size].reshape(shape), [row[:size].reshape(shape) for row in self.table]
        self.stages, self.new, self.fifth, self.third = (
            [(weights, self.table[places]) for places, weights in sums] for sums in (_STAGES, [_NEW], [_FIFTH], [_THIRD])
        )

    def keep(self, mask: Mask) -> None:
        """Drop the lanes that are not in ``mask``."""
        for name in _KEPT:
            value = getattr(self, name)
            if value is not None:
                setattr(self, name, np.compress(mask, value, axis=-1))
        self.room()


def _padded(size: int) -> int:
    return -(-size // _BLOCK) * _BLOCK


def follow(
    select: Callable[[Indices], Field],
    start: Array,
    times: Array,
    rtol: Array,
    longest: Array,
    shaken: Mask,
    tick: Callable[[int], None] = lambda done: None,
) -> tuple[Array, Array, NDArray[np.intp]]:
    """Integrate each lane from time 0 through ``times``.

    Args:
        select: the field of the lanes with these indices.
        start: shape (depth, m, lanes), finite.
        times: increasing, the first 0, dimensionless.
        rtol: relative tolerance of each lane; the absolute one is rtol times the largest entry of its start.
        longest: longest step of each lane, as a part of the time between two of ``times``.
        shaken: whether rounding is added to a lane (:mod:`mirrortheory.flows.rounding`).
        tick: told now and then how many lanes are through.

    Returns:
        States, shape (times, depth, m, lanes), NaN where a lane did not get; until when each was followed, shape (lanes,); and
        the index in ``REASONS`` of why it ended, 0 at the last time.
    """
    count = start.shape[-1]
    rows = np.full((len(times), *start.shape), np.nan)
    rows[0] = start
    ends, codes = np.full(count, times[-1]), np.zeros(count, dtype=np.intp)
    lanes = _Lanes(start, rtol, longest, shaken)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        field = select(lanes.name)
        over = _begin(lanes, field)
        for attempt in range(MOST_STEPS + 1):
            if attempt == MOST_STEPS:
                over = np.where(over == 0, _STIFF, over)
            ended = lanes.live & (over > 0)
            if ended.any():
                ends[lanes.name[ended]], codes[lanes.name[ended]] = lanes.t[ended], over[ended]
            lanes.live &= ~ended & (lanes.next < len(times))
            left = int(lanes.live.sum())
            if left <= _CROWDED * len(lanes.live):
                if not left:
                    break
                lanes.keep(lanes.live)
                field = select(lanes.name)
            if attempt % 8 == 0:
                tick(count - left)
            over = _step(lanes, field, times, rows)
    return rows, ends, codes


def _begin(lanes: _Lanes, field: Field) -> NDArray[np.intp]:
    """Choose the first step; return why a lane cannot start, or 0."""
    field.velocity(lanes.w, 1.0, lanes.f)
    over = np.where(np.isfinite(lanes.f).all(axis=(0, 1)), 0, _OVERFLOW)
    arguments = field.arguments(lanes.w)
    if arguments is not None:
        lanes.side, lanes.largest = np.sign(arguments), np.abs(arguments)
        over = np.where((over == 0) & (lanes.side == 0).any(axis=(0, 1)), NOT_LIPSCHITZ, over)
    scale = lanes.atol + lanes.rtol * np.abs(lanes.w)
    d0, d1 = np.abs(lanes.w / scale).max(axis=(0, 1)), np.abs(lanes.f / scale).max(axis=(0, 1))
    first = np.where((d0 < 1e-5) | (d1 < 1e-5), 1e-6, 0.01 * d0 / d1)
    further = np.empty_like(lanes.f)
    field.velocity(lanes.w + first * lanes.f, 1.0, further)
    d2 = np.abs((further - lanes.f) / scale).max(axis=(0, 1)) / first
    steep = np.fmax(d1, d2)
    second = np.where(steep <= 1e-15, np.maximum(1e-6, 1e-3 * first), (0.01 / steep) ** (1 / 8))
    lanes.h = np.minimum(100 * first, second)
    return over


def _step(lanes: _Lanes, field: Field, times: Array, rows: Array) -> NDArray[np.intp]:
    """Try one step in every lane; return why a lane ends here, or 0."""
    target = times[np.minimum(lanes.next, len(times) - 1)]
    gap = target - lanes.t
    h = np.minimum(lanes.h, lanes.longest * (target - times[lanes.next - 1]))
    landing = h >= gap
    h = np.where(landing, gap, np.minimum(h, gap / 2))  # no tiny step just before a time asked for
    w, error = _stages(lanes, field, h)
    if lanes.shaken.any():
        turned = np.broadcast_to(next(lanes.signs), w.shape)  # those of a step of a lane, whoever its neighbours are
        w *= 1 + lanes.shaken * np.take_along_axis(turned, lanes.alike, axis=0)
    f = np.empty_like(w)
    field.velocity(w, 1.0, f)
    good = error <= 1
    for made in (w, f):
        if not np.isfinite(made.sum()):  # which is cheaper, and may at worst be in vain
            good &= np.isfinite(made).all(axis=(0, 1))
    factor = _SAFETY / np.sqrt(np.sqrt(np.sqrt(error)))  # the power 1/8, faster
    np.minimum(np.maximum(factor, _SMALLEST, out=factor), _LARGEST, out=factor)
    np.minimum(factor, 1.0, out=factor, where=lanes.rejected)
    over = np.zeros(len(h), dtype=np.intp)
    arguments = field.arguments(w)
    if arguments is not None:
        assert lanes.side is not None
        assert lanes.largest is not None
        size = np.abs(arguments)
        crossing = good & (np.sign(arguments) != lanes.side).any(axis=(0, 1))
        over[crossing & (h <= _SHORT * times[-1])] = NOT_LIPSCHITZ
        good &= ~crossing
        lanes.largest = np.where(good, np.maximum(lanes.largest, size), lanes.largest)
        # Below rtol of its largest value an argument is not told from one that reaches 0 without changing sign.
        vanishing = good & (size <= lanes.rtol * lanes.largest).any(axis=(0, 1))
        over[vanishing] = NOT_LIPSCHITZ
        good &= ~vanishing
    bad = ~good
    if bad.any():
        np.fmin(factor, 0.5, out=factor, where=bad)
        for made, before in ((w, lanes.w), (f, lanes.f)):
            np.copyto(made, before, where=bad)
    lanes.w, lanes.f, lanes.h, lanes.rejected = w, f, h * factor, bad
    lanes.t = lanes.t + h * good
    landed = good & landing & lanes.live
    small = lanes.h < 16 * _EPS * np.maximum(lanes.t, _EPS * times[-1])
    if small.any():
        over[(over == 0) & ~landed & small] = _SINGULAR
    if landed.any():
        lanes.t[landed] = target[landed]
        rows[lanes.next[landed], :, :, lanes.name[landed]] = np.moveaxis(np.compress(landed, w, axis=-1), -1, 0)
        lanes.next = lanes.next + landed
    return over


def _stages(lanes: _Lanes, field: Field, h: Array) -> tuple[Array, Array]:
    """Return the state after a step h, and its error over the tolerance, shape (lanes,)."""

    def summed(weights: Array, terms: Array) -> Array:
        np.dot(weights, terms, out=lanes.total)
        return lanes.sum

    lanes.rows[_STATE][...] = lanes.w
    np.multiply(lanes.f, h, out=lanes.rows[_PLACE[0]])
    for place, terms in zip(_PLACE[1:], lanes.stages, strict=True):
        field.velocity(summed(*terms), h, lanes.rows[place])
    fifth, third = (_size(summed(*terms[0])) for terms in (lanes.fifth, lanes.third))
    w = summed(*lanes.new[0]).copy()
    size = _size(lanes.sum)
    norm = np.hypot(fifth, 0.1 * third) * (lanes.atol + lanes.rtol * size)
    return w, np.where(norm > 0, fifth**2 / norm, norm)


def _size(state: Array) -> Array:
    """Return the largest modulus in each lane, and overwrite ``state``."""
    largest: Array = np.abs(state, out=state).max(axis=(0, 1))
    return largest
