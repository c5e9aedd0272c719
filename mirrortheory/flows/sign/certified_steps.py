"""A sign flow followed in balls until its end, or until something is not decided: what the certified solvers share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any, Protocol, TypeVar

from mirrortheory.exact import Ball, Exact, Number, Undecided, bits_for, is_accurate
from mirrortheory.flows.progress import Tick
from mirrortheory.flows.sign.event_driven import Kept, Record
from mirrortheory.flows.sign.polynomial.certified_trajectory import Certified


class Indeterminate(Undecided):
    """What no higher precision would decide."""


class CertifiedState(Kept, Protocol):
    """A state on the clock eta, at rest or not."""

    @property
    def eta(self) -> Number:
        """The clock."""

    @property
    def resting(self) -> bool:
        """Whether nothing moves any more."""


S = TypeVar("S", bound=CertifiedState)


F = TypeVar("F", bound=Certified)


def at_rising_precision(follow: Callable[[int], tuple[F, bool]], digits: int, doublings: int, *, sharpens: bool) -> F:
    """Return what ``follow`` finds at the first precision at which all is decided, with all digits.

    Args:
        follow: returns a flow at a number of bits, and whether what it does not decide is indeterminate.
        digits: of the last weights.
        doublings: how often the precision is doubled at most.
        sharpens: whether digits of an indeterminate flow are gained by a higher precision.
    """
    bits = bits_for(digits) + 32
    for _ in range(doublings + 1):
        flow, final = follow(bits)
        accurate = all(is_accurate(v, digits) for row in flow.w(flow.until) for v in row)
        if (flow.finished and accurate) or (final and (accurate or not sharpens)):
            break
        bits *= 2
    return flow if accurate else replace(flow, notes=(*flow.notes, f"the last weights have fewer than {digits} certified digits"))


def followed(
    steps: Iterator[S], time: Callable[[Any], Ball], end: Exact, bits: int, tick: Tick, most: int
) -> tuple[S, list[Any], dict[str, Any], bool]:
    """Run the steps of a solver, up to ``most`` events.

    Returns:
        The last state; the arcs; what a Certified flow tells besides; whether what is not decided is indeterminate.
    """
    record, reason, final, low = Record[Any, Any](), "", False, Ball(0)
    try:
        for count, state in enumerate(steps):
            record.keep(state)
            tick(float(time(state.eta).mid()) / float(end))
            if count > 2 * most:
                raise Undecided(f"{most} events were followed")
    except Undecided as error:
        reason, final, low = error.text, isinstance(error, Indeterminate), error.low
    until = end
    if reason:
        until = min(end, max(time(state.eta + low if low > 0 else state.eta).lower().fmpq(), Exact(0)))
    told = {
        "t_end": Fraction(int(end.p), int(end.q)),
        "until": Fraction(int(until.p), int(until.q)),
        "reason": f"{reason}; certified until t = {float(until):.10g}, at {bits} bits" if reason else "",
        "unique_until": record.notes[0].time if record.notes else None,
        "notes": tuple(f"t = {float(note.time.mid()):.6g}: {note.text}" for note in record.notes),
        "converged": state.resting,
        "bits": bits,
        "events": tuple(record.events),
    }
    return state, record.arcs, told, final
