r"""Smooth stretches of a batch of flows by Taylor series, compiled to machine code with heyoka (extra ``fast``).

A system (:mod:`mirrortheory.flows.smooth.compiled_system`) is compiled once for all data of its shape, and kept; several
trajectories are
followed at once, one in each place of a vector register. Each is followed twice: at :math:`\tau` = 1e-3 in single precision, and
at the tolerance r asked for in double. The step of a Taylor method is :math:`h = \rho/e^2` with the radius of convergence
:math:`\rho` estimated from the last two terms, whatever the tolerance; the tolerance sets the order
:math:`p \approx 1 - \log(r)/2`, and what is left out is of the size :math:`e^{-2p} \propto r`. So the two runs take about the same
steps, their errors are about in the ratio of the tolerances, and that of the second is stated as

.. math:: K\,\frac{r}{\tau}\,|w_r - w_\tau|_\infty + c\, r\, |w|_\infty.

The ratio is an argument for small errors and steps that are not cut short, and no proof: K and c are measured, on thousands of
trajectories whose solutions are known (in the tests). The last term is for where the difference says nothing, near rest.

Tolerances are relative to the largest weight, or to 1 if that is more. A start near a saddle has weights below the error of the
first run, which then says nothing of the second. So where a weight is small the first run is made at 100 r in double precision,
shaken (:mod:`mirrortheory.flows.rounding`), and twice the difference is stated. A trajectory whose runs are far apart is left to
the caller.

The steps of the first run tell which trajectories to follow together in the second. One that does not get to the end (blow-up; for
q < 2 an argument of the link that vanishes) is left to the caller, and its neighbours go on.

For q = 2 fused and reordered operations are allowed in the compiled code; whether a state is finite is looked at outside of it.

Source: Jorba, Zou (2005), "A software package for the numerical integration of ODEs by means of high-order Taylor methods", for
steps and orders; Biscani, Izzo (2021), "Revisiting high-order Taylor methods for astrodynamics and celestial mechanics".
"""

from __future__ import annotations

from functools import lru_cache
from threading import Lock
from typing import Any

import numpy as np
import sympy
from numpy.typing import NDArray

from mirrortheory.flows.field import effective_parameter
from mirrortheory.flows.problems import Array, Indices, Problem, Stack
from mirrortheory.flows.progress import Tick, part
from mirrortheory.flows.rounding import alike, signs
from mirrortheory.flows.smooth.compiled_system import Shape, data, load, shape_of, system
from mirrortheory.geometries import Lq
from mirrortheory.theory import Flow

LOOSE = 1e-3  # tolerance of the first run, well above the rounding of its single precision
_LARGEST = 1e-5  # tolerance of the second run, well below
SAFETY, FLOOR = 8.0, 0.1  # of the difference, and of the tolerance
_LOOSER = 100  # the ratio of the tolerances where the errors of the runs need not be in it
_REGULAR = 0.05  # of the largest weight, or of 1 if that is more: smaller ones are below the error of the first run too soon
_SMALL = 0.03  # of the largest weight: a larger difference is no small error
_INLINE = 64  # numbers that couple the coordinates, up to which the compiled code has no loops: faster, but slow to compile
_MOST_STEPS, _MOST_STEPS_TO_AN_END = 20_000, 300  # towards a point where powers end, steps shrink by a factor
_TWICE = 2.0  # the difference of small weights: the first run may be the better one, as its steps are cut where it is shaken
_SHAKES = 64  # of a run, at least
_KEPT = 32  # compiled systems that are kept


class Compiled:
    """A flow, compiled for trajectories with ``width`` coupled coordinates at relative tolerance ``rtol``.

    Raises:
        NotCompiled: when heyoka is not installed, or has no way to follow the flow.
    """

    title = "heyoka's Taylor series"

    def __init__(
        self,
        flow: Flow,
        problem: Problem | Stack,
        exponent: Array,
        rate: Array,
        width: int,
        rtol: float,
        *,
        only_regular: bool = False,
    ) -> None:
        load()
        self.only_regular = only_regular
        shape, self.rough = shape_of(problem, width), bool((exponent != 2).any())
        if not self.rough:
            flow = Flow(Lq(2), flow.reparam, flow.decay)
        self.rtol = min(float(rtol), _LARGEST)
        self.loose, self.tight = _lanes(flow, shape, LOOSE, True), _lanes(flow, shape, self.rtol, False)
        self.shape, self.plain = shape, False  # whether some start has small weights
        self.flow, self.problem, self.exponent, self.rate, self.data = flow, problem, exponent, rate, data(problem)

    @property
    def how(self) -> str:
        """How the error was made, in words."""
        scaled = f"{SAFETY:g} times its difference from one at {LOOSE:g} in single precision, in the ratio of these tolerances"
        plain = f" (of small weights {_TWICE:g} times its difference from one at {_LOOSER * self.rtol:g})" if self.plain else ""
        return f"of a run at rtol {self.rtol:g}, {scaled}{plain}, the largest so far, plus {FLOOR:g} times the tolerance"

    @staticmethod
    def regular(start: Array) -> NDArray[np.bool_]:
        """Return for starts, shape (depth, width, c), whether no weight is small, shape (c,)."""
        size = np.abs(start.reshape(-1, start.shape[-1]))
        return np.asarray(np.where(size > 0, size, np.inf).min(axis=0) >= _REGULAR * np.maximum(1, size.max(axis=0)))

    def takes(self, start: Array) -> NDArray[np.bool_]:
        """Return which starts are followed, shape (c,): those where no weight is small, or all."""
        return self.regular(start) | (not self.only_regular)

    def follow(self, owner: Indices, start: Array, times: Array, report: Tick) -> tuple[Array, Array]:
        """Follow parts ``start``, shape (depth, width, c), of the trajectories ``owner`` through ``times``; each run is half of it.

        Returns:
            Weights, shape (times, depth, width, c), and the estimate of their error at each time, without what comes before it and
            without rounding, shape (times, c): NaN and infinite where either run did not get.
        """
        count = start.shape[-1]
        if times[-1] > np.finfo(np.float32).max:  # beyond the times of the first run
            return np.full((len(times), *start.shape), np.nan), np.full((len(times), count), np.inf)
        rows = self.data if len(self.data) == 1 else self.data[owner]
        flat = start.reshape(-1, count)
        regular = self.regular(start)
        rows_alike = (alike(start) * start.shape[1] + np.arange(start.shape[1])[:, None]).reshape(-1, count)
        parameters = [self.rate[owner], self.exponent[owner] - 1, *np.broadcast_to(rows.T, (rows.shape[1], count))]
        if self.rough:
            signs = np.sign(self._arguments(owner, start))
            parameters += [*signs.reshape(-1, count)]
        coarse, steps = np.empty((len(times), *flat.shape)), np.empty(count, dtype=np.intp)
        through = 0
        for which in (np.flatnonzero(regular), np.flatnonzero(~regular)):
            if len(which):
                small = not regular[which[0]]  # of which single precision would see little
                first = _lanes(self.flow, self.shape, _LOOSER * self.rtol, False) if small else self.loose
                told = part(report, through / 2, 0.5)
                moved = rows_alike if small else None
                coarse[..., which], steps[which] = first.follow(flat, parameters, times, which, told, counting=True, moved=moved)
                through += len(which)
        self.plain |= not regular.all()
        fine, _ = self.tight.follow(flat, parameters, times, np.argsort(steps, kind="stable"), part(report, count / 2, 0.5))
        if self.rough:
            turned = [(np.sign(self._arguments(owner, row.reshape(start.shape))) != signs).any(axis=(0, 1)) for row in fine]
            fine = np.where(np.logical_or.accumulate(turned)[:, None], np.nan, fine)
        apart, size = np.abs(fine - coarse).max(axis=1), np.abs(fine).max(axis=1)
        spread = np.where(regular, SAFETY * self.rtol / LOOSE, _TWICE) * apart + FLOOR * self.rtol * size
        spread[~np.isfinite(spread) | (regular & (apart > _SMALL * size))] = np.inf
        return fine.reshape(len(times), *start.shape), spread

    def _arguments(self, owner: Indices, w: Array) -> Array:
        """Return the arguments of the link at weights, shape (depth, width, c)."""
        rate = self.flow.decay.rate
        letters = {rate: self.rate[owner]} if rate.free_symbols else {}
        function = sympy.lambdify((*self.flow.weights, self.flow.slope, *letters), self.flow.link_arguments, "numpy", cse=True)
        with np.errstate(all="ignore"):
            slope = self.problem.columns(owner)(effective_parameter(self.flow)(w))
            return np.array(np.broadcast_arrays(*function(*w, slope, *letters.values()), slope)[:-1])


class _Lanes:
    """A compiled system at one tolerance; one thread at a time works with it."""

    def __init__(self, integrator: Any, real: type[np.floating[Any]], most: int, going: tuple[Any, ...]) -> None:
        self.integrator, self.real, self.most, self.going, self.lock = integrator, real, most, going, Lock()
        self.state, self.parameters, self.time = integrator.state, integrator.pars, integrator.time  # the memory it works in

    def follow(
        self,
        start: Array,
        parameters: list[Array],
        times: Array,
        order: Indices,
        report: Tick,
        *,
        counting: bool = False,
        moved: Indices | None = None,
    ) -> tuple[Array, Indices]:
        """Follow the columns ``order`` through times, neighbours together, and ``report`` how many are done.

        With ``moved``, rows that are alike in each column, the run is shaken (:mod:`mirrortheory.flows.rounding`) at 64 times or
        more: the same ones, whoever the neighbours are.

        Returns:
            Rows of these columns from the first to the last, NaN where one did not get, and how many steps each took, if counted.
        """
        ta, count, lanes = self.integrator, len(order), self.state.shape[1]
        order = np.concatenate([order, np.repeat(order[-1:], -count % lanes)])  # the last one fills the places that are left
        first, given = np.zeros((len(self.state), len(order)), self.real), np.empty((len(self.parameters), len(order)), self.real)
        with np.errstate(over="ignore"):  # too large for single precision: it fails, and is left to the caller
            first[: len(start)] = start[:, order]  # what is added to the weights starts at 0
            for row, values in zip(given, parameters, strict=False):  # it has those that the system needs
                row[:] = values[order]
        found = np.full((len(times), *first.shape), np.nan, dtype=self.real)
        found[0], steps = first, np.zeros(len(order), dtype=np.intp)
        often = -(-_SHAKES // (len(times) - 1)) if moved is not None else 1
        between = np.interp(np.arange(often * (len(times) - 1) + 1) / often, np.arange(len(times)), times)
        with np.errstate(over="ignore"):
            stops = [(self.real(time), [float(self.real(time))] * lanes) for time in between[1:]]
        with self.lock:
            for at in range(0, len(order), lanes):
                place = slice(at, at + lanes)
                ta.set_time(self.real(0))
                self.state[:], self.parameters[:] = first[:, place], given[:, place]
                lost = None
                turned = signs((len(start), 1))
                for number, (stop, ends) in enumerate(stops, start=1):
                    ta.propagate_until(stop, max_steps=self.most)
                    if self.time.tolist() != ends or lost is not None:
                        lost = self._without(np.zeros(lanes, dtype=bool) if lost is None else lost, stop)
                    if number % often == 0:
                        found[number // often, :, place] = self.state if lost is None else np.where(lost, np.nan, self.state)
                    if moved is not None:
                        shift = np.take_along_axis(next(turned).repeat(lanes, axis=1), moved[:, order[place]], axis=0)
                        self.state[: len(start)] *= 1 + np.finfo(self.real).eps * shift
                    if counting:
                        steps[place] += [result[3] for result in ta.propagate_res]
                    if lost is not None and lost.all():
                        break
                report(min(at + lanes, count))
        back = np.argsort(order[:count], kind="stable")
        return found[:, : len(start), back].astype(float, copy=False), steps[back]

    def _without(self, lost: Any, stop: Any) -> Any:
        """Bring to a time those that do not fail, and return which have failed: their places are given to a neighbour."""
        while not lost.all() and self.time.tolist() != [stop] * len(lost):
            failed = [result[0] not in self.going for result in self.integrator.propagate_res]
            lost = lost | failed
            if lost.all() or not any(failed):
                return np.ones_like(lost)
            kept, times = np.flatnonzero(~lost)[0], self.time.copy()
            for values in (self.state, self.parameters, times):
                values[..., failed] = values[..., kept, None]
            self.integrator.set_time(times)
            self.integrator.propagate_until(stop, max_steps=self.most)
        return lost


@lru_cache(maxsize=_KEPT)
def _lanes(flow: Flow, shape: Shape, tolerance: float, single: bool) -> _Lanes:
    heyoka = load()
    real = np.float32 if single else np.float64
    variables = len(flow.weights) * shape.width
    large = max(shape.inputs, variables) > _INLINE
    lanes = (2 if large else 4) * int(heyoka.recommended_simd_size(real))  # measured
    equations = system(heyoka, flow, shape, float)
    state = np.zeros((len(equations), lanes), dtype=real)
    smooth = len(equations) == variables  # where powers end, what is not a number says so
    integrator = heyoka.taylor_adaptive_batch(
        equations, state, tol=real(tolerance), compact_mode=large, fp_type=real, fast_math=smooth
    )
    going = heyoka.taylor_outcome.time_limit, heyoka.taylor_outcome.success  # success: a neighbour failed
    return _Lanes(integrator, real, _MOST_STEPS if smooth else _MOST_STEPS_TO_AN_END, going)
