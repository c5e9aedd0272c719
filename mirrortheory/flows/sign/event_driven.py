"""The loop that every solver of a sign flow runs: from event to event, each state kept as it is reached.

A solver gives three functions of a state that is never changed: ``first_event`` finds the end of its arc, ``advance`` goes there,
``decide`` chooses what crosses and what slides from there on and solves the new arc. So the arcs, events and notes of a flow are a
list of what its states show; a state reached before an error stays in it.

Source: Acary and Brogliato (2008), "Numerical Methods for Nonsmooth Dynamical Systems", for event-driven schemes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

SADDLE = "two or more zero layers stay by the selection sign(0) = 0, but may leave at any time"


class Note(NamedTuple):
    """From this time on, a float or a ball, the solution is not known to be the only one, and why."""

    time: Any
    text: str


class Kept(Protocol):
    """What a state shows: the arc that starts or ended there, if one did, and what happened in the step that led to it."""

    @property
    def arc(self) -> Any:
        """A piece of the trajectory, or None."""

    @property
    def events(self) -> tuple[Any, ...]:
        """Events, in order."""

    @property
    def notes(self) -> tuple[Note, ...]:
        """Notes, in order."""


S = TypeVar("S", bound=Kept)
E = TypeVar("E")
A = TypeVar("A")
V = TypeVar("V")


def states(
    state: S, event: E | None, first_event: Callable[[S], E | None], advance: Callable[[S, E], S], decide: Callable[[S, E], S]
) -> Iterator[S]:
    """Yield every state of a flow: on the switching surface of each event and once it is decided, until there is no event.

    It begins with a ``state`` at time 0, where nothing is decided, and the ``event`` there: whose gradient vanishes at the start.
    """
    while event is not None:
        yield state
        state = decide(state, event)
        yield state
        event = first_event(state)
        if event is not None:
            state = advance(state, event)


class Record(Generic[A, V]):
    """The arcs, events and notes of the states seen so far."""

    def __init__(self) -> None:
        self.arcs: list[A] = []
        self.events: list[V] = []
        self.notes: list[Note] = []

    def keep(self, state: Kept) -> None:
        """Add what a state shows."""
        if state.arc is not None:
            self.arcs.append(state.arc)
        if state.events:
            self.events += state.events
        if state.notes:
            self.notes += state.notes
