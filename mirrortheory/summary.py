"""A simulated flow as lines for a terminal, with a verdict on each balance and its law that is never above SUPPORTED.

The effective parameter x = g(w) is enclosed by ball arithmetic over the weights and their error: what is said of its error is as
good as what is said of theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from mirrortheory.errors import NotEvaluable
from mirrortheory.evidence import Verdict
from mirrortheory.exact import Ball, BallFunction
from mirrortheory.flows import Event, Problem
from mirrortheory.flows.problems import Array
from mirrortheory.theory import Flow

_MOST_COORDINATES, _MOST_EVENTS = 8, 30


class Invariant(Protocol):
    """A quantity with a known law along a flow: ``values`` and ``predicted`` of shape (n, d), ``error`` (n, d) or (n,)."""

    @property
    def name(self) -> str:
        """How it is written in the weights."""

    @property
    def values(self) -> Array:
        """Its values along the flow."""

    @property
    def error(self) -> Array:
        """The error of the values, for the times or for each of them."""

    @property
    def predicted(self) -> Array:
        """What its law says."""


class Path(Protocol):
    """What is read here of a trajectory of :mod:`mirrortheory.flows`."""

    @property
    def flow(self) -> Flow:
        """What was followed."""

    @property
    def problem(self) -> Problem:
        """On which loss."""

    @property
    def t(self) -> Array:
        """Times, shape (n,)."""

    @property
    def w(self) -> Array:
        """Weights, shape (n, depth, d)."""

    @property
    def x(self) -> Array:
        """Effective parameter, shape (n, d)."""

    @property
    def loss(self) -> Array:
        """The loss, shape (n,)."""

    @property
    def error(self) -> Array:
        """Largest error over the entries of w so far, shape (n,)."""

    @property
    def how(self) -> str:
        """How the error was made."""

    @property
    def method(self) -> str:
        """The solver and why it was taken."""

    @property
    def events(self) -> tuple[Event, ...]:
        """In the order of time."""

    @property
    def converged(self) -> bool:
        """Whether it came to rest."""

    @property
    def digits(self) -> tuple[tuple[str, ...], ...] | None:
        """The last weights to certified digits."""

    @property
    def notes(self) -> Sequence[str]:
        """What else there is to know."""

    def invariants(self) -> Sequence[Invariant]:
        """Return the balances with their laws."""


def judged(invariant: Invariant, t: Array) -> tuple[Verdict, str]:
    """Return SUPPORTED when an invariant is within its error of its law at all times, else UNDECIDED, and the closest case."""
    error = invariant.error if invariant.error.ndim == 2 else invariant.error[:, None]
    gap = abs(invariant.values - invariant.predicted)
    outside = ~(gap <= error)  # a gap that is not a number is outside, too
    excess = gap - error
    excess[outside & (excess != excess)] = float("inf")
    row, j = divmod(int(excess.argmax()), gap.shape[1])
    allowed = float(error[row, j % error.shape[1]])
    where = f"x{j + 1} at t = {t[row]:.4g}: off its law by {gap[row, j]:.1e}"
    if outside.any():
        return Verdict.UNDECIDED, f"{where}, NOT within its error {allowed:.1e}"
    return Verdict.SUPPORTED, f"within its error of its law at {len(t)} times; closest to it in {where}, error {allowed:.1e}"


def as_lines(path: Path) -> list[str]:
    """Return what was simulated, how, its events, its end with errors, and the verdict on each balance."""
    d, end = path.x.shape[1], float(path.t[-1])
    lines = [
        f"flow: {path.flow.geometry}, {path.flow.reparam}, {path.flow.decay}",
        f"problem: {type(path.problem).__name__}, d = {d}",
        f"method: {path.method}",
        f"error: {path.how}",
        *_events(path.events, d),
        f"at t = {end:.12g} (dimensionless):",
        f"  loss = {path.loss[-1]:.10g}",
        *_end(path),
        f"converged: {'yes, it rests from here on' if path.converged else 'no'}",
    ]
    found = path.invariants()
    lines.append("balances against their laws:" + ("" if found else " none is known"))
    for invariant in found:
        verdict, detail = judged(invariant, path.t)
        lines.append(f"  {invariant.name}: {verdict}: {detail}")
    return lines + [f"note: {note}" for note in path.notes]


def _events(events: Sequence[Event], d: int) -> list[str]:
    if not events:
        return ["events: none"]
    lines = [f"events: {len(events)}", "  time            kind      coordinates"]
    for event in events[:_MOST_EVENTS]:
        names = [f"x{j + 1}" for j in event.coordinates]
        which = "all" if len(names) == d > 1 else ", ".join(names[:_MOST_COORDINATES])
        more = f", and {len(names) - _MOST_COORDINATES} more" if which != "all" and len(names) > _MOST_COORDINATES else ""
        lines.append(f"  {event.time:<14.10g}  {event.kind:<8}  {which}{more}")
    return [*lines, f"  .. and {len(events) - _MOST_EVENTS} more"] if len(events) > _MOST_EVENTS else lines


def _end(path: Path) -> list[str]:
    """Return the last x and weights of the first coordinates; certified digits are right to one unit of their last place."""
    d, shown, error = path.x.shape[1], min(path.x.shape[1], _MOST_COORDINATES), float(path.error[-1])
    lines = []
    effective = BallFunction(path.flow.effective, path.flow.weights)
    for j in range(shown):
        weights = [Ball(float(w), error) for w in path.w[-1, :, j]]
        try:
            enclosed = effective(*weights)
        except NotEvaluable:
            enclosed = Ball("nan")
        lines.append(f"  x{j + 1} = {_plain(enclosed) if enclosed.is_finite() else f'{path.x[-1, j]:.6g}, of unknown error'}")
        if path.digits is None:
            lines += [f"  {name} of x{j + 1} = {_plain(w)}" for name, w in zip(path.flow.weights, weights, strict=True)]
        else:
            lines += [f"  {name} of x{j + 1} = {row[j]}" for name, row in zip(path.flow.weights, path.digits, strict=True)]
    if path.digits is not None:
        lines.append("  (weights to certified digits: right to one unit of the last place)")
    return [*lines, f"  .. and {d - shown} more coordinates"] if d > shown else lines


def _plain(value: Ball) -> str:
    return str(value.str(16)).strip("[]")
