"""A simulated flow as lines for a terminal, with a verdict on each balance and its law that is never above SUPPORTED.

The effective parameter x = g(w) is enclosed by ball arithmetic over the weights and their error: what is said of its error is as
good as what is said of theirs.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mirrortheory.errors import NoClosedForm, NotEvaluable
from mirrortheory.evidence import Verdict
from mirrortheory.exact import Ball, BallFunction
from mirrortheory.flows import Event, Invariant, Trajectory
from mirrortheory.flows.problems import Array

_MOST_COORDINATES, _MOST_EVENTS = 8, 30


def summarized(path: Trajectory) -> tuple[list[str], bool]:
    """Return lines on what was simulated, how, its events, its end and each balance, and whether none left its law.

    Args:
        path: what :func:`mirrortheory.flows.simulate` returned.
    """
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
    found, reason = balances(path)
    lines.append("balances against their laws:" + ("" if found else f" none, {reason}"))
    verdicts = []
    for invariant in found:
        verdict, detail = judged(invariant, path.t)
        verdicts.append(verdict)
        lines.append(f"  {invariant.name}: {detail}" if verdict is None else f"  {invariant.name}: {verdict}: {detail}")
    return lines + [f"note: {note}" for note in path.notes], Verdict.UNDECIDED not in verdicts


def as_mapping(path: Trajectory) -> dict[str, object]:
    """Return what :func:`summarized` says as data: numbers are doubles, and x and w are those at the end.

    Args:
        path: what :func:`mirrortheory.flows.simulate` returned.
    """
    found, reason = balances(path)
    judgements = [(invariant.name, *judged(invariant, path.t)) for invariant in found]
    return {
        "flow": f"{path.flow.geometry}, {path.flow.reparam}, {path.flow.decay}",
        "problem": type(path.problem).__name__,
        "method": path.method,
        "how": path.how,
        "time": float(path.t[-1]),
        "loss": float(path.loss[-1]),
        "x": path.x[-1],
        "w": path.w[-1],
        "error": float(path.error[-1]),
        "digits": path.digits,
        "converged": path.converged,
        "events": [{"time": float(e.time), "kind": e.kind, "coordinates": [j + 1 for j in e.coordinates]} for e in path.events],
        "balances": [
            {"name": name, "verdict": None if verdict is None else str(verdict), "why": why} for name, verdict, why in judgements
        ],
        "notes": [*([] if found else [f"no balances: {reason}"]), *path.notes],
    }


def balances(path: Trajectory) -> tuple[tuple[Invariant, ...], str]:
    """Return the first integrals along a trajectory, and, when there are none, why."""
    try:
        return path.invariants(), "there is one weight"
    except NoClosedForm as error:
        return (), str(error)


def judged(invariant: Invariant, t: Array) -> tuple[Verdict | None, str]:
    """Return what an invariant along a flow shows of its law: a verdict, or None when it shows nothing, and why.

    SUPPORTED: within its error of the law at all times, by a solver that knew nothing of the law. UNDECIDED: not within its error.
    None: no law is predicted, or the solver kept the law itself.
    """
    if invariant.predicted is None:
        moved = np.abs(invariant.values - invariant.values[0]).max()
        return None, f"no law is known under this decay; it moved by up to {moved:.3g}"
    gap, error = np.abs(invariant.values - invariant.predicted), invariant.error
    outside = ~(gap <= error)  # a gap that is not a number is outside, too
    part = np.where(outside, np.inf, 0.0)
    np.divide(gap, error, out=part, where=np.isfinite(gap) & np.isfinite(error) & (error > 0))
    row, j = (int(place) for place in np.unravel_index(part.argmax(), part.shape))
    where = f"x{j + 1} at t = {t[row]:.4g}: off its law by {gap[row, j]:.1e}"
    if outside.any():
        return Verdict.UNDECIDED, f"{where}, NOT within its error {error[row, j]:.1e}"
    detail = f"within its error of its law at {len(t)} times; comes closest to its bound in {where}, error {error[row, j]:.1e}"
    if not invariant.independent:
        return None, f"kept by the solver itself, which is no test of the law; {detail}"
    return Verdict.SUPPORTED, detail


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


def _end(path: Trajectory) -> list[str]:
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
        kind = "certified" if path.how.startswith("proved") else "estimated"
        lines.append(f"  (weights to {kind} digits: right to one unit of the last place)")
    return [*lines, f"  .. and {d - shown} more coordinates"] if d > shown else lines


def _plain(value: Ball) -> str:
    return str(value.str(16)).strip("[]")
