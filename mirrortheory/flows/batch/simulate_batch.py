r"""Many flows at once: a batch of starts, data, exponents and decays, each with an error of its own.

**Together.** Smooth stretches are followed by :mod:`mirrortheory.flows.batch.dop853`, every trajectory twice, at two tolerances
and with
steps of its own; the difference, and the tighter tolerance, is its error estimate. (The difference alone would be too small near
rest: both runs are there before the last exponential has gone, and wrong by the same.) Compiled code
(:mod:`mirrortheory.flows.batch.compiled`) has an estimate of its own. When the loss is a sum over coordinates they are
independent, and
each coordinate is a lane. Lanes are taken in chunks, so that the memory at work is bounded; what grows with the batch is the
result alone.

**One by one.** What has no such solver (sign flow, and the methods for one trajectory) is followed in a loop. So are, by "auto",
the trajectories of a product that come to a point where the field is not Lipschitz (q < 2): by "dual", which goes on there.

A trajectory that cannot be followed (an argument of the link vanishes at q < 2, blow-up, stiffness) ends there with a reason,
and the others go on.

Source: Hairer, Norsett, Wanner (1993), "Solving Ordinary Differential Equations I", for DOP853.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import sympy
from numpy.typing import ArrayLike

from mirrortheory.decays import Coupled, Decoupled
from mirrortheory.errors import InvalidArgument, NotSmooth
from mirrortheory.flows.batch.dop853 import NOT_LIPSCHITZ, REASONS, follow
from mirrortheory.flows.problems import Array, Columns, Indices, Problem, Stack, doubles
from mirrortheory.flows.progress import Progress, Tick, Ticker, part
from mirrortheory.flows.result.batch_trajectory import BatchTrajectory, exact
from mirrortheory.flows.result.trajectory import Trajectory
from mirrortheory.flows.smooth.compiled_system import NotCompiled
from mirrortheory.flows.solver import BatchSolver, Lanes, Solver
from mirrortheory.flows.starts import SIGN_FLOW
from mirrortheory.geometries import Lq
from mirrortheory.theory import Flow

_TIMES = 5
_TIGHTER = 1e-2
_SMALLEST_RTOL = 1e-10  # so that the tighter run stays above DOP853's own floor
_STEPS, _BETWEEN = 16, 4  # least steps of the tighter run, in all and between times: with the same steps two runs would agree
_ROUNDING = 1024 * np.finfo(float).eps
_FLOOR = 1.0  # how often the tighter tolerance is part of the error
_MEMORY = 2.0**24
_STATES = 32  # arrays of the size of a state that a step works on, about
_MOST_COUPLED = 100  # coordinates of a trajectory that "auto" hands to "dual", which works on their Hessian
_END = 4 * np.finfo(float).eps  # of the last time: from here on a trajectory has reached it

_BACK = sympy.Dummy("back", real=True)  # minus the step: one sign less to compute for each layer

One = Callable[..., Any]


def simulate_batch(
    flow: Flow,
    problem: Problem | Stack,
    initial: ArrayLike,
    t_end: float,
    *,
    one: One,
    together: BatchSolver | None,
    asked: bool,
    finish: Solver | None,
    q: ArrayLike | None = None,
    alpha: ArrayLike | None = None,
    times: ArrayLike | None = None,
    rtol: float | None = None,
    memory: float | None = None,
    progress: Progress | None = None,
    digits: int | None = None,
) -> BatchTrajectory:
    """Follow many flows from weights ``initial`` to time ``t_end``: see :func:`mirrortheory.flows.simulate`.

    Args:
        flow, problem, initial, t_end, q, alpha, times, rtol, memory, progress, digits: those of ``simulate``.
        one: follows one trajectory, as ``simulate`` does.
        together: follows trajectories with q > 1 together; None to follow all of them one by one.
        asked: whether it was asked for: then sign flow, and what it cannot follow at all, are refused.
        finish: follows, alone, those that came to a point where the field is not Lipschitz.

    Raises:
        InvalidArgument, NotSmooth: as ``simulate``.
    """
    start, kept = _checked(flow, problem, initial, t_end, times)
    batch = len(start)
    exponent = _values("q", flow.geometry.exponent, q, batch)
    rate = _values("alpha", flow.decay.rate, alpha, batch)
    if not ((exponent >= 1) & (exponent <= 2)).all():
        wrong = float(exponent[(exponent < 1) | (exponent > 2)][0])
        raise InvalidArgument("q", "in [1, 2] in every entry", wrong, "write for example 1.5")
    if not (rate >= 0).all():
        raise InvalidArgument("alpha", ">= 0 in every entry", float(rate[rate < 0][0]), "decay is towards the origin")
    if memory is not None and not 0 < memory < np.inf:
        raise InvalidArgument("memory", "a number of bytes > 0", memory, "write for example 1e8")
    sign = exponent == 1
    if together and asked and sign.any():
        raise NotSmooth(SIGN_FLOW)
    first = np.flatnonzero(~sign) if together else np.arange(0)
    again = len(first) if finish and bool((exponent[first] < 2).any()) and start.shape[2] <= _MOST_COUPLED else 0
    tick = Ticker(progress, batch + again)
    rows = _Rows(start, kept)
    if together and len(first):
        if rtol is not None and not _SMALLEST_RTOL <= rtol <= 1e-3:
            raise InvalidArgument("rtol", f"between {_SMALLEST_RTOL:g} and 1e-3", rtol, "write for example 1e-9")
        solver = _Together(flow, problem, exponent, rate, start, 1e-9 if rtol is None else rtol, together, asked)
        solver.follow(rows, first, memory or _MEMORY, tick)
    lost = rows.codes == NOT_LIPSCHITZ if again else np.zeros(batch, dtype=bool)
    alone = np.flatnonzero(lost | (sign if together else True))
    base = batch + again - len(alone)
    for done, k in enumerate(alone):
        own = _flow_of_numbers(flow, exponent[k], rate[k])
        loss = problem.problems[k] if isinstance(problem, Stack) else problem
        settings = {"digits": digits, "rtol": rtol, "progress": partial(_within, tick, base + done)}
        try:
            path = one(own, loss, start[k], float(t_end), **settings, **({"method": finish} if lost[k] else {}))
        except NotSmooth as reason:
            if not lost[k]:
                rows.lose(int(k), str(reason))
        else:
            rows.put(int(k), path)
        tick(base + done + 1)
    tick(batch + again)
    return BatchTrajectory(
        flow=flow,
        problem=problem,
        q=exponent,
        alpha=rate,
        t=kept,
        w=rows.w,
        error=rows.error,
        ended=rows.ended,
        reasons=tuple(rows.reasons),
        how=_joined(rows.how),
        method=_joined(rows.method),
        independent=rows.independent,
        refused=tuple(rows.refused.items()),
    )


def _flow_of_numbers(flow: Flow, q: float, alpha: float) -> Flow:
    geometry, decay = flow.geometry, flow.decay
    if geometry.exponent.free_symbols:
        geometry = Lq(exact(q))
    if isinstance(decay, Decoupled | Coupled) and decay.rate.free_symbols:
        decay = replace(decay, alpha=exact(alpha))
    return Flow(geometry, flow.reparam, decay)


def _within(tick: Tick, before: int, done: float, whole: float) -> None:
    tick(before + done / whole)


def _joined(texts: Iterable[str]) -> str:
    """Return the texts, each once; "estimated" comes before "proved"."""
    return "; ".join(sorted(set(texts))) or "estimated: no trajectory was followed"


class _Rows:
    """What is known of each trajectory so far."""

    def __init__(self, start: Array, kept: Array) -> None:
        batch = len(start)
        self.kept, self.w = kept, np.empty((batch, len(kept), *start.shape[1:]))
        self.error = np.zeros((batch, len(kept)))
        self.ended, self.codes = np.full(batch, kept[-1]), np.zeros(batch, dtype=np.intp)
        self.reasons = [""] * batch
        self.how: list[str] = []
        self.method: list[str] = []
        self.independent = True
        self.refused: dict[str, str] = {}
        self.w[:, 0] = start

    def lose(self, k: int, reason: str) -> None:
        """Keep the start of a trajectory that cannot be followed."""
        self.w[k, 1:], self.error[k, 1:], self.ended[k], self.reasons[k] = np.nan, np.inf, 0.0, reason

    def put(self, k: int, path: Trajectory) -> None:
        """Keep a trajectory that was followed alone."""
        last = float(path.t[-1])
        reached = self.kept <= last * (1 + _END)
        times = np.minimum(self.kept[reached], last)
        after = np.minimum(np.searchsorted(path.t, times), len(path.t) - 1)
        between = path.t[after] != times
        w = path.w[after]
        if between.any():
            w[between] = path.at(times[between])
        self.w[k], self.error[k] = np.nan, np.inf
        missed = 2 * path.dense.error + _ROUNDING * float(np.abs(path.w).max())  # between the times of the solver
        self.w[k, reached] = w
        self.error[k, reached] = np.maximum.accumulate(path.error[after] + np.where(between, missed, 0.0))
        self.ended[k] = float(self.kept[-1]) if reached[-1] else last
        ends = [f"{event.kind} at t = {event.time:.6g}" for event in path.events if event.kind == "blow-up"]
        self.reasons[k] = "" if reached[-1] else "; ".join(ends or path.notes) or "the solver ended there"
        proved = path.how.startswith("proved")
        self.how.append(f"estimated where interpolated, else {path.how}" if proved and between.any() else path.how)
        self.method.append(path.method)
        self.independent &= path.independent
        self.refused |= path.refused


class _Together:
    """Smooth stretches of all trajectories, coordinates apart where the loss is separable."""

    def __init__(
        self,
        flow: Flow,
        problem: Problem | Stack,
        exponent: Array,
        rate: Array,
        start: Array,
        rtol: float,
        solver: BatchSolver,
        asked: bool,
    ) -> None:
        self.start, self.rtol, self.separable = start, rtol, problem.separable
        self.parts = start.shape[2] if self.separable else 1  # independent parts of a trajectory
        self.width = start.shape[2] // self.parts
        self.data = np.size(getattr(problem.problems[0], "Z", 0.0)) if isinstance(problem, Stack) else 0
        self.system = partial(_System, flow, problem, exponent, rate)  # made where needed: that takes longer than compiled runs
        self.lanes, self.refused = None, {}
        try:
            self.lanes = solver.lanes(flow, problem, exponent, rate, self.width, rtol)
        except NotCompiled as refused:
            if asked:
                raise
            self.refused = {solver.name: refused.reason}

    def follow(self, rows: _Rows, which: Indices, memory: float, tick: Tick) -> None:
        """Follow the trajectories ``which`` into ``rows``, with about so many bytes at work."""
        (batch, depth, _), kept, parts, width = self.start.shape, rows.kept, self.parts, self.width
        chunk = max(1, int(memory / (16 * (depth * width * (_STATES + len(kept)) + 2 * self.data))))
        peak, by_lanes, system = np.zeros(batch), 0, None
        starts = self.start.reshape(batch, depth, parts, width)
        kept_w = rows.w.reshape(batch, len(kept), depth, parts, width)
        for first in range(0, len(which) * parts, chunk):
            place, column = np.divmod(np.arange(first, min(first + chunk, len(which) * parts)), parts)
            owner = which[place]
            begin = np.moveaxis(starts[owner, :, column], 0, -1)
            found, spread = np.empty((len(kept), *begin.shape)), np.full((len(kept), len(owner)), np.inf)
            if self.lanes is not None and len(able := np.flatnonzero(self.lanes.takes(begin))):
                found[..., able], spread[:, able] = self.lanes.follow(
                    owner[able], begin[..., able], kept, part(tick, first / parts, 1 / parts)
                )
            end, code = np.full(len(owner), kept[-1]), np.zeros(len(owner), dtype=np.intp)
            rest = ~np.isfinite(spread).all(axis=0)
            by_lanes += int((~rest).sum())
            if rest.any():
                system, before = system or self.system(), first + len(owner) - int(rest.sum())
                found[..., rest], spread[:, rest], end[rest], code[rest] = system.follow(
                    owner[rest], begin[..., rest], kept, self.rtol, part(tick, before / parts, 1 / parts)
                )
            kept_w[owner, :, :, column] = np.moveaxis(found, -1, 0)
            np.maximum.at(rows.error, owner, spread.T)
            np.maximum.at(peak, owner, np.nanmax(np.abs(found), axis=(0, 1, 2)))
            np.minimum.at(rows.ended, owner, end)
            first_to_end = (code > 0) & (end == rows.ended[owner])
            rows.codes[owner[first_to_end]] = code[first_to_end]
            tick((first + len(owner)) / parts)
        floor = (_FLOOR * self.rtol * _TIGHTER + _ROUNDING) * peak[which, None]
        rows.error[which] = np.maximum.accumulate(rows.error[which], axis=1) + floor
        for k in which[rows.codes[which] > 0]:
            rows.reasons[k] = REASONS[rows.codes[k]]
        used, alone = self.lanes if by_lanes else None, by_lanes == len(which) * parts
        names = [*([used.title] if used else []), *([] if alone else ["DOP853"])]
        each = "coordinate, as the loss is a sum over them" if self.separable else "trajectory"
        why_not = "".join(f"; not compiled: {reason}" for reason in self.refused.values())
        rows.refused |= self.refused
        rows.method.append(f"{' and '.join(names)}, with steps of its own for each {each}{why_not}")
        rows.how.append(_how(self.rtol, used, alone))


def _checked(
    flow: Flow, problem: Problem | Stack, initial: ArrayLike, t_end: float, times: ArrayLike | None
) -> tuple[Array, Array]:
    """Return the start and the times."""
    start = doubles("initial", initial)
    layers, d = len(flow.weights), problem.dimension
    if start.ndim != 3 or 0 in start.shape or start.shape[1] != layers or start.shape[2] != (d or start.shape[2]):
        condition = f"of shape (batch, {layers}, {d or 'd'})"
        raise InvalidArgument("initial", condition, start.shape, "give layers and coordinates for each trajectory")
    if isinstance(problem, Stack) and len(problem.problems) != len(start):
        raise InvalidArgument(
            "initial", f"{len(problem.problems)} starts, as there are losses", len(start), "give one start for each loss"
        )
    if not np.isfinite(start).all():
        raise InvalidArgument("initial", "finite in every entry", float(start[~np.isfinite(start)][0]), "remove the entry")
    if not 0 < t_end < np.inf:
        raise InvalidArgument("t_end", "a finite time > 0", t_end, "write for example 2.0")
    kept = np.linspace(0.0, float(t_end), _TIMES) if times is None else doubles("times", times)
    ascending = kept.ndim == 1 and len(kept) > 1 and bool((np.diff(kept) > 0).all())
    if not ascending or kept[0] != 0 or kept[-1] != t_end:
        raise InvalidArgument("times", f"increasing from 0 to {t_end:g}", kept, "write for example [0, t_end]")
    return start, kept


def _values(name: str, letter: sympy.Expr, values: ArrayLike | None, batch: int) -> Array:
    """Return the value for each trajectory of what is a number in the flow, or a symbol with ``values``."""
    if not letter.free_symbols:
        if values is not None:
            raise InvalidArgument(name, "a symbol in the flow when values are given", letter, f"write notation.{name} there")
        return np.full(batch, float(letter))
    if values is None:
        raise InvalidArgument(name, "a number in a simulation", letter, f"give {name}=.. with a value for each trajectory")
    given = doubles(name, values)
    if given.shape not in ((), (batch,)):
        raise InvalidArgument(name, f"of shape () or ({batch},)", given.shape, "give one value for each trajectory")
    if not np.isfinite(given).all():
        raise InvalidArgument(name, "finite in every entry", float(given[~np.isfinite(given)].flat[0]), "remove the entry")
    return np.broadcast_to(given, batch).astype(float)


def _how(rtol: float, solver: Lanes | None, alone: bool) -> str:
    by_numpy = (
        f"the difference of two runs at rtol {rtol:g}, with rounding added, and {rtol * _TIGHTER:g}, the largest so far, "
        "plus the tighter tolerance"
    )
    ways = [*([solver.how] if solver else []), *([] if alone else [by_numpy])]
    return f"estimated: {'; or, by DOP853, '.join(ways)}; and rounding"


def _spread(fine: Array, coarse: Array) -> Array:
    """Return the largest distance in each lane at each time, infinite where either run did not get."""
    spread = np.abs(fine - coarse).max(axis=(1, 2))
    return np.where(np.isfinite(spread), spread, np.inf)


def _factors(entry: sympy.Expr, weights: tuple[sympy.Symbol, ...]) -> tuple[sympy.Expr, sympy.Expr]:
    """Return two factors of an entry times the step, a weight where that can be: then the other is shared by the layers."""
    for weight in weights:
        if weight in sympy.Mul.make_args(entry):
            return _BACK * entry / weight, weight
    return _BACK, entry


class _System:
    """The compiled flow with the values of the whole batch."""

    def __init__(self, flow: Flow, problem: Problem | Stack, exponent: Array, rate: Array) -> None:
        self.problem, self.exponent = problem, exponent
        letters = {s: v for s, v in ((flow.geometry.exponent, exponent), (flow.decay.rate, rate)) if s.free_symbols}
        self.values = tuple(letters.values())
        symbols = (*flow.weights, flow.slope, *letters)
        self.effective = sympy.lambdify(flow.weights, flow.effective, "numpy")
        factors = [_factors(-entry, flow.weights) for entry in flow.velocity]
        self.velocity = sympy.lambdify((*symbols, _BACK), factors, "numpy", cse=True)
        rough = (exponent != 2).any()
        self.arguments = sympy.lambdify(symbols, flow.link_arguments, "numpy", cse=True) if rough else None

    def follow(self, owner: Indices, start: Array, times: Array, rtol: float, report: Tick) -> tuple[Array, Array, Array, Indices]:
        """Follow the trajectories ``owner``, or parts of them, twice: as the first and the second half of all lanes.

        Returns:
            Weights of the tighter run and their distance from the looser one, infinite where either did not get; and until
            when both were followed, and why no further.
        """
        count, twice = len(owner), np.concatenate([owner, owner])
        rows, ends, codes = follow(
            lambda lanes: self.lanes(twice[lanes]),
            np.concatenate([start, start], axis=-1),
            times,
            np.repeat([rtol, rtol * _TIGHTER], count),
            np.repeat([1.0, 1 / max(_STEPS / (len(times) - 1), _BETWEEN)], count),
            np.repeat([True, False], count),
            lambda through: report(through / 2),
        )
        coarse, fine = rows[..., :count], rows[..., count:]
        fine[np.isnan(coarse)] = np.nan  # without a second run nothing is known of the error
        which = np.where(ends[:count] <= ends[count:], 0, count) + np.arange(count)
        return fine, _spread(fine, coarse), ends[which], codes[which]

    def lanes(self, owner: Indices) -> _Lanes:
        return _Lanes(self, self.problem.columns(owner), tuple(v[owner] for v in self.values), self.exponent[owner] == 2)


@dataclass(frozen=True, eq=False)
class _Lanes:
    """The field of some lanes."""

    system: _System
    slopes: Columns
    values: tuple[Array, ...]
    smooth: Array

    def velocity(self, w: Array, h: Array | float, out: Array) -> None:
        layers = (*w,)
        slope = self.slopes(self.system.effective(*layers))
        for row, (one, other) in zip(out, self.system.velocity(*layers, slope, *self.values, -h), strict=True):
            np.multiply(one, other, out=row)

    def arguments(self, w: Array) -> Array | None:
        if self.system.arguments is None or self.smooth.all():
            return None
        slope = self.slopes(self.system.effective(*w))
        found = self.system.arguments(*w, slope, *self.values)
        return np.stack([np.where(self.smooth, 1.0, value) for value in np.broadcast_arrays(*found, slope)[:-1]])
