r"""Smooth stretches of many flows at once: a batch of starts, data, exponents and decays, each with an error of its own.

Every trajectory is followed twice by :mod:`mirrortheory.flows.lanes`, at two tolerances and with steps of its own; the
difference, and the tighter tolerance, is its error estimate. (The difference alone would be too small near rest: both runs are
there before the last exponential has gone, and wrong by the same.) Compiled code (:mod:`mirrortheory.flows.compiled`) has an
estimate of its own. When the loss is a sum over coordinates they are independent, and each coordinate is a lane. Lanes are taken
in chunks, so that the memory at work is bounded; what grows with the batch is the result alone.

A trajectory that cannot be followed (an argument of the link vanishes at q < 2, blow-up, stiffness) ends there with a reason,
and the others go on.

Source: Hairer, Norsett, Wanner (1993), "Solving Ordinary Differential Equations I", for DOP853.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import sympy
from numpy.typing import ArrayLike

from mirrortheory.errors import InvalidArgument, NotSmooth
from mirrortheory.flows.compiled import Compiled
from mirrortheory.flows.lanes import REASONS, follow
from mirrortheory.flows.problems import Array, Columns, Indices, Problem, Quadratics
from mirrortheory.flows.taylor_system import NotCompiled
from mirrortheory.theory import Flow

_TIMES = 5
_TIGHTER = 1e-2
_SMALLEST_RTOL = 1e-10  # so that the tighter run stays above DOP853's own floor
_STEPS, _BETWEEN = 16, 4  # least steps of the tighter run, in all and between times: with the same steps two runs would agree
_ROUNDING = 1024 * np.finfo(float).eps
_FLOOR = 1.0  # how often the tighter tolerance is part of the error
_MEMORY = 2.0**24
_STATES = 32  # arrays of the size of a state that a step works on, about
_PAUSE = 0.25  # seconds between two reports of progress

Progress = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class BatchSolution:
    """Weights of many flows at times.

    Attributes:
        flow: the flow, with symbols where the batch has values of its own.
        t: increasing times, shape (n,), the first 0, dimensionless.
        w: weights, shape (batch, n, depth, d); NaN from where an entry was followed no more.
        error: for each trajectory and time an estimate of the largest error over all entries of w so far, shape (batch, n);
            infinite once the trajectory has ended.
        ended: until when each trajectory was followed, shape (batch,): the last time, or where it had to end.
        reasons: why each trajectory ended before the last time, or empty.
        how: how the error was made, in words; starts with "estimated".
        method: the solver, in words.
    """

    flow: Flow
    t: Array
    w: Array
    error: Array
    ended: Array
    reasons: tuple[str, ...]
    how: str
    method: str

    @property
    def x(self) -> Array:
        """The effective parameter, shape (batch, n, d), made anew at each call."""
        effective = sympy.lambdify(self.flow.weights, self.flow.effective, "numpy")
        return np.array(effective(*np.moveaxis(self.w, 2, 0)))


def simulate_batch(
    flow: Flow,
    problem: Problem | Quadratics,
    initial: ArrayLike,
    t_end: float,
    *,
    q: ArrayLike | None = None,
    alpha: ArrayLike | None = None,
    times: ArrayLike | None = None,
    rtol: float = 1e-9,
    method: str = "numpy",
    memory: float = _MEMORY,
    progress: Progress | None = None,
) -> BatchSolution:
    """Integrate smooth stretches of many flows from weights ``initial`` to time ``t_end``.

    Args:
        flow: geometry, reparameterization, decay; q and alpha numbers, or symbols with values given here.
        problem: one loss for all, or ``Quadratics`` with one for each trajectory.
        initial: weights, shape (batch, depth, d).
        t_end: final time > 0, dimensionless.
        q: values in (1, 2] of the symbol q of the flow, shape () or (batch,).
        alpha: values >= 0 of the symbol alpha of the flow, shape () or (batch,).
        times: when to keep the weights: increasing, from 0 to ``t_end``; five equidistant times by default.
        rtol: relative tolerance of the looser run, 1e-10 to 1e-3; the tighter one is 100 times smaller. Compiled, it is that
            of the tighter run, or 1e-5 if that is less, relative to the largest weight or 1.
        method: "numpy"; "heyoka", compiled (extra ``fast``); or "auto": compiled where that can be, else NumPy.
        memory: about how many bytes may be at work beside the result; at least one trajectory is followed at a time.
        progress: called with (done, all) lanes, at most four times a second and at the end.

    Returns:
        Weights with an estimate of the error for each trajectory, made as ``how`` says; by NumPy the same to the last bit whatever
        ``memory`` is.

    Raises:
        InvalidArgument: for wrong shapes, values outside their range, symbols without values and values without a symbol; for
            "heyoka" when it is not installed or cannot follow the flow.
        NotSmooth: for q = 1.

    >>> from mirrortheory import Flow, Lq, Product
    >>> from mirrortheory.flows import Quadratics, simulate_batch
    >>> problem = Quadratics([[[1.0]], [[1.0]]], [[1.0], [2.0]])
    >>> paths = simulate_batch(Flow(Lq(2), Product(2)), problem, [[[0.5], [0.1]], [[0.5], [0.1]]], 9.0)
    >>> paths.x[:, -1, 0].round(4).tolist()
    [1.0, 2.0]
    """
    start, kept = _checked(flow, problem, initial, t_end, times, rtol)
    batch, depth, d = start.shape
    exponent = _values("q", flow.geometry.exponent, q, batch)
    rate = _values("alpha", flow.decay.rate, alpha, batch)
    if (exponent == 1).any():
        raise NotSmooth("sign flow (q = 1) is discontinuous and not integrated by a smooth solver; use 1 < q <= 2")
    if not ((exponent > 1) & (exponent <= 2)).all():
        raise InvalidArgument(
            "q", "in (1, 2] in every entry", float(exponent[(exponent < 1) | (exponent > 2)][0]), "write for example 1.5"
        )
    if not (rate >= 0).all():
        raise InvalidArgument("alpha", ">= 0 in every entry", float(rate[rate < 0][0]), "decay is towards the origin")
    if not memory > 0:
        raise InvalidArgument("memory", "a number of bytes > 0", memory, "write for example 1e8")
    if method not in ("auto", "numpy", "heyoka"):
        raise InvalidArgument("method", "'auto', 'numpy' or 'heyoka'", method, "write method='auto'")

    parts = d if problem.separable else 1  # independent parts of a trajectory
    width = d // parts
    data = problem.Z[0].size if isinstance(problem, Quadratics) else 0
    chunk = max(1, int(memory / (16 * (depth * width * (_STATES + len(kept)) + 2 * data))))
    system: _System | None = None  # made where it is needed, as that takes longer than many compiled runs
    w, error = np.empty((batch, len(kept), depth, d)), np.zeros((batch, len(kept)))
    ended, codes, peak = np.full(batch, kept[-1]), np.zeros(batch, dtype=np.intp), np.zeros(batch)
    starts, kept_w = start.reshape(batch, depth, parts, width), w.reshape(batch, len(kept), depth, parts, width)
    reported = time.monotonic()

    def report(before: int, within: int) -> None:
        nonlocal reported
        done = before + within
        if progress is not None and (done == batch * parts or time.monotonic() - reported >= _PAUSE):
            reported = time.monotonic()
            progress(done, batch * parts)

    solver, why_not = None, ""
    if method != "numpy":
        try:
            solver = Compiled(flow, problem, exponent, rate, width, rtol)
        except NotCompiled as refused:
            if method == "heyoka":
                raise
            why_not = f"; not compiled: {refused.reason}"
    compiled = 0
    for first in range(0, batch * parts, chunk):
        owner, part = np.divmod(np.arange(first, min(first + chunk, batch * parts)), parts)
        begin = np.moveaxis(starts[owner, :, part], 0, -1)
        if solver is None:
            found, spread = np.empty((len(kept), *begin.shape)), np.full((len(kept), len(owner)), np.inf)
        else:
            found, spread = solver.follow(owner, begin, kept, partial(report, first))
        end, code = np.full(len(owner), kept[-1]), np.zeros(len(owner), dtype=np.intp)
        rest = ~np.isfinite(spread).all(axis=0)
        compiled += int((~rest).sum())
        if rest.any():
            system = system or _System(flow, problem, exponent, rate)
            tick = partial(report, first + len(owner) - int(rest.sum()))
            found[..., rest], spread[:, rest], end[rest], code[rest] = system.follow(
                owner[rest], begin[..., rest], kept, rtol, tick
            )
        kept_w[owner, :, :, part] = np.moveaxis(found, -1, 0)
        np.maximum.at(error, owner, spread.T)
        np.maximum.at(peak, owner, np.nanmax(np.abs(found), axis=(0, 1, 2)))
        np.minimum.at(ended, owner, end)
        first_to_end = (code > 0) & (end == ended[owner])
        codes[owner[first_to_end]] = code[first_to_end]
        report(first, len(owner))
    return BatchSolution(
        flow=flow,
        t=kept,
        w=w,
        error=np.maximum.accumulate(error, axis=1) + (_FLOOR * rtol * _TIGHTER + _ROUNDING) * peak[:, None],
        ended=ended,
        reasons=tuple(REASONS[code] for code in codes),
        how=_how(rtol, solver if compiled else None, compiled == batch * parts),
        method=(
            "heyoka's Taylor series" if compiled == batch * parts else "heyoka's Taylor series and DOP853" if compiled else "DOP853"
        )
        + ", with steps of its own for each "
        + ("coordinate, as the loss is a sum over them" if problem.separable else "trajectory")
        + why_not,
    )


def _checked(
    flow: Flow, problem: Problem | Quadratics, initial: ArrayLike, t_end: float, times: ArrayLike | None, rtol: float
) -> tuple[Array, Array]:
    """Return the start and the times."""
    start = np.asarray(initial, dtype=float)
    layers, d = len(flow.weights), problem.dimension
    if start.ndim != 3 or 0 in start.shape or start.shape[1] != layers or start.shape[2] != (d or start.shape[2]):
        condition = f"of shape (batch, {layers}, {d or 'd'})"
        raise InvalidArgument("initial", condition, start.shape, "give layers and coordinates for each trajectory")
    if isinstance(problem, Quadratics) and len(problem.Z) != len(start):
        raise InvalidArgument(
            "initial", f"{len(problem.Z)} starts, as the data have it", len(start), "give one start for each loss"
        )
    if not np.isfinite(start).all():
        raise InvalidArgument("initial", "finite in every entry", float(start[~np.isfinite(start)][0]), "remove the entry")
    if not 0 < t_end < np.inf:
        raise InvalidArgument("t_end", "a finite time > 0", t_end, "write for example 2.0")
    if not _SMALLEST_RTOL <= rtol <= 1e-3:
        raise InvalidArgument("rtol", f"between {_SMALLEST_RTOL:g} and 1e-3", rtol, "write for example 1e-9")
    kept = np.linspace(0.0, float(t_end), _TIMES) if times is None else np.array(times, dtype=float)
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
    given = np.asarray(values, dtype=float)
    if given.shape not in ((), (batch,)):
        raise InvalidArgument(name, f"of shape () or ({batch},)", given.shape, "give one value for each trajectory")
    if not np.isfinite(given).all():
        raise InvalidArgument(name, "finite in every entry", float(given[~np.isfinite(given)].flat[0]), "remove the entry")
    return np.broadcast_to(given, batch).astype(float)


def _how(rtol: float, solver: Compiled | None, alone: bool) -> str:
    by_numpy = (
        f"the difference of two runs at rtol {rtol:g} and {rtol * _TIGHTER:g}, the largest so far, plus the tighter tolerance"
    )
    ways = [*([solver.how] if solver else []), *([] if alone else [by_numpy])]
    return f"estimated: {'; or, by DOP853, '.join(ways)}; and rounding"


def _spread(fine: Array, coarse: Array) -> Array:
    """Return the largest distance in each lane at each time, infinite where either run did not get."""
    spread = np.abs(fine - coarse).max(axis=(1, 2))
    return np.where(np.isfinite(spread), spread, np.inf)


class _System:
    """The compiled flow with the values of the whole batch."""

    def __init__(self, flow: Flow, problem: Problem | Quadratics, exponent: Array, rate: Array) -> None:
        self.problem, self.exponent = problem, exponent
        letters = {s: v for s, v in ((flow.geometry.exponent, exponent), (flow.decay.rate, rate)) if s.free_symbols}
        self.values = tuple(letters.values())
        symbols = (*flow.weights, flow.slope, *letters)
        self.effective = sympy.lambdify(flow.weights, flow.effective, "numpy")
        pushed = [entry.subs(flow.slope, -flow.slope) for entry in flow.velocity]  # one sign less to compute for each layer
        self.velocity = sympy.lambdify(symbols, pushed, "numpy", cse=True)
        rough = (exponent != 2).any()
        self.arguments = sympy.lambdify(symbols, flow.link_arguments, "numpy", cse=True) if rough else None

    def follow(
        self, owner: Indices, start: Array, times: Array, rtol: float, report: Callable[[int], None]
    ) -> tuple[Array, Array, Array, Indices]:
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
            lambda through: report(min(through // 2, count - 1)),
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
        slope = self.slopes(self.system.effective(*w))
        push = np.negative(slope, out=slope)
        for row, value in zip(out, self.system.velocity(*w, push, *self.values), strict=True):
            np.multiply(value, h, out=row)

    def arguments(self, w: Array) -> Array | None:
        if self.system.arguments is None or self.smooth.all():
            return None
        slope = self.slopes(self.system.effective(*w))
        found = self.system.arguments(*w, slope, *self.values)
        return np.stack([np.where(self.smooth, 1.0, value) for value in np.broadcast_arrays(*found, slope)[:-1]])
