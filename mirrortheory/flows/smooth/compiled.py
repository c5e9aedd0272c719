r"""A smooth stretch of one flow by Taylor series compiled with heyoka (extra ``fast``), in double or quadruple precision.

The system (:mod:`mirrortheory.flows.smooth.compiled_system`) takes its data as parameters, so that it is compiled once for all
losses of its
shape. Start, end and data are exact, and rounded to the precision of the run once; numbers in formulas too, so that nothing is
known to double precision only. The flow is followed at two tolerances :math:`r < r'`, and

.. math:: |w_r - w_{r'}|_\infty + r\,|w|_\infty + (1024 + n)\,\varepsilon\,|w|_\infty

is stated as the error, the largest so far, for n steps and rounding :math:`\varepsilon`: an estimate. (The difference is the error
of the run at r' rather than of that at r; that run is shaken, see :mod:`mirrortheory.flows.rounding`.) Digits made of it are right
by the same estimate; :mod:`mirrortheory.flows.smooth.taylor` proves them, and takes longer.

Source: Biscani, Izzo (2021), "Revisiting high-order Taylor methods for astrodynamics and celestial mechanics".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any

import numpy as np
import sympy
from numpy.typing import ArrayLike

from mirrortheory.errors import InvalidArgument, NotSmooth, shown
from mirrortheory.exact import Ball, Exact, bits_for, exact, integer, precision
from mirrortheory.flows.field import effective_parameter, link_arguments
from mirrortheory.flows.problems import Indices, Problem
from mirrortheory.flows.progress import Tick, part, silent
from mirrortheory.flows.result.solution import Solution
from mirrortheory.flows.rounding import alike, signs
from mirrortheory.flows.smooth.compiled_system import NotCompiled, Shape, exact_data, load, shape_of, system
from mirrortheory.flows.starts import SIGN_FLOW, numbers_in, tolerance
from mirrortheory.theory import Flow

_TIMES = 65
_TIGHTER = 100
_RTOL, _SMALLEST_RTOL = 1e-9, 1e-13
_MOST_DIGITS = 30
_GUARD_DIGITS = 3
_MOST_STEPS, _MOST_STEPS_TO_AN_END = 20_000, 1000  # towards a point where powers end, steps shrink by a factor
_KEPT = 32  # compiled systems that are kept
_ROUNDINGS = 1024
_LEAST, _MOST = exact(1) / 2**1000, exact(2**1000)  # of times and weights, so that doubles hold them


@dataclass(frozen=True)
class _Precision:
    """Numbers of one precision: their type, the distance from 1 to the next, and how one is made of a rational."""

    real: type
    epsilon: float
    number: Callable[[Any], Any]


def taylor_compiled(
    flow: Flow,
    problem: Problem,
    initial: ArrayLike,
    t_end: object,
    *,
    digits: int | None = None,
    rtol: float | None = None,
    tick: Tick = silent,
) -> Solution:
    r"""Follow ``flow`` on ``problem`` from weights ``initial`` to ``t_end`` by compiled Taylor series.

    Args:
        flow: geometry with a rational q in (1, 2], reparameterization, decay with a rational rate.
        problem: a Quadratic, Logistic, Exponential, or a Scalar without floats; doubles in the data are exact binary fractions.
        initial: weights, shape (depth, d), or (depth,) for d = 1: integers, fractions, text such as "1/3", or exact doubles.
        t_end: final time > 0, exact in the same way, dimensionless.
        digits: 1 to 30, for quadruple precision: the tighter tolerance is 10^-(digits + 3); by default double precision.
        rtol: relative tolerance of the looser run in double precision, 1e-13 to 1e-3, by default 1e-9; the tighter one is 100
            times smaller.
        tick: told how far the two runs have come, from 0 to 1; called after each step unless it is ``silent``.

    Returns:
        The weights at 65 times, with an estimate of their error; with ``digits`` the last ones also as decimals, none more than
        ``digits`` long, right to one unit of their last place by the estimate of the error there.

    Raises:
        InvalidArgument: for symbols in the flow, wrong shapes, inexact numbers, a time that is not positive; when heyoka is not
            installed, has no quadruple precision here, or has no way to follow the flow.
        NotSmooth: for q = 1; when an argument of the link vanishes before ``t_end`` and q < 2; on blow-up, on stiffness.
    """
    heyoka = load()
    numbers_in(flow)
    if flow.geometry.exponent == 1:
        raise NotSmooth(SIGN_FLOW)
    start, (depth, d) = _weights(flow, problem, initial)
    end = exact(t_end, "t_end")
    if not end > 0:
        raise InvalidArgument("t_end", "a time > 0", t_end, "write for example 2")
    kind = _precision(heyoka, digits)
    if digits is None:
        loose = _RTOL if rtol is None else rtol
        tolerance(loose, _SMALLEST_RTOL)
        tight = loose / _TIGHTER
    elif rtol is not None:
        raise InvalidArgument("rtol", "absent when digits are asked for", rtol, "leave it out: the digits set it")
    else:
        tight = 10.0 ** -(integer(digits, "digits", 1, _MOST_DIGITS) + _GUARD_DIGITS)
    if not all(_LEAST < v < _MOST for v in (end, *(1 + abs(v) for v in start))):
        raise InvalidArgument("initial or t_end", "between 2^-1000 and 2^1000", f"{shown(initial)}, {shown(t_end)}", "scale them")
    with np.errstate(all="ignore"):
        w = np.array([int(v.p) / int(v.q) for v in start]).reshape(depth, d)
        x = np.broadcast_to(effective_parameter(flow)(w), (d,))
        problem.check(x)
        signs = np.sign(link_arguments(flow)(w, problem.slope(x))).ravel()
    if flow.geometry.exponent != 2 and not signs.all():
        raise NotSmooth(
            f"an argument of the link vanishes at the start, where the field is not smooth for q = {flow.geometry.exponent}"
        )
    shape = shape_of(problem, d)
    if digits is not None and shape.formula is not None and shape.formula.has(sympy.Float):
        raise InvalidArgument(
            "problem", "of exact numbers when digits are asked for", shape.formula, "write fractions in its formula"
        )
    data = [kind.number(v) for v in (exact(0), exact(0), *exact_data(problem), *map(exact, signs.tolist()))]
    times = np.linspace(0.0, int(end.p) / int(end.q), _TIMES)
    runs = [
        _integrator(flow, shape, tol, digits is not None).follow(
            [kind.number(v) for v in start],
            data,
            kind.number(end),
            times,
            tick if tick is silent else part(tick, run / 2, 1 / 2),
            layers=None if run else alike(w),
        )
        for run, tol in enumerate((tight * _TIGHTER, tight))
    ]
    coarse, fine = runs
    size = float(np.abs(fine.rows).max())
    spread = np.append(np.abs(fine.rows - coarse.rows).max(axis=1), np.abs(fine.last - coarse.last).max()).astype(float)
    spread = np.maximum.accumulate(spread) + (tight + (_ROUNDINGS + fine.steps) * kind.epsilon) * size
    spread[-2:] = spread[-1]  # the double next to the end, and the end
    last = None
    if digits is not None:
        with precision(bits_for(2 * _MOST_DIGITS)):
            texts = [Ball(str(v), float(spread[-1])).str(digits, radius=False) for v in fine.last]
        last = tuple(tuple(texts[i * d : (i + 1) * d]) for i in range(depth))
    name = "double" if digits is None else "quadruple"
    return Solution(
        t=times,
        w=fine.rows.astype(float).reshape(-1, depth, d),
        error=spread[:-1] + np.finfo(float).eps * size,
        how=f"estimated: largest difference so far from a run at rtol {tight * _TIGHTER:.3g} with rounding added, the "
        "tighter tolerance, and rounding",
        method=f"heyoka's Taylor series in {name} precision, {fine.steps} steps of order {fine.order} at rtol {tight:.3g}",
        dense=_Dense(fine.dense, kind.real, (depth, d)),
        digits=last,
        w_coarse=coarse.rows.astype(float).reshape(-1, depth, d),
    )


def _weights(flow: Flow, problem: Problem, initial: ArrayLike) -> tuple[list[Exact], tuple[int, int]]:
    table = np.array(initial, dtype=object)
    table = table[:, None] if table.ndim == 1 else table
    depth, d = len(flow.weights), problem.dimension
    if table.ndim != 2 or 0 in table.shape or len(table) != depth or d not in (None, table.shape[1]):
        condition = f"of shape ({depth}, {d or 'd'})"
        raise InvalidArgument("initial", condition, table.shape, "give one row a layer, one column a coordinate of x")
    return [exact(entry, "initial") for entry in table.ravel().tolist()], (depth, table.shape[1])


def _precision(heyoka: Any, digits: int | None) -> _Precision:
    if digits is None:
        return _Precision(float, 2.0**-52, lambda value: int(value.p) / int(value.q))
    if not hasattr(heyoka, "real128"):
        raise NotCompiled("heyoka has no quadruple precision here", "leave out method for proved digits, or leave out digits")
    real = heyoka.real128
    return _Precision(real, 2.0**-112, lambda value: real(int(value.p)) / real(int(value.q)))


@dataclass(frozen=True)
class _Run:
    """Weights at the times, one row each, and at the exact end; the polynomials between; how many steps of which order."""

    rows: Any
    last: Any
    dense: Any
    steps: int
    order: int


@dataclass(frozen=True)
class _Dense:
    """The weights at a time, from the polynomials of heyoka in numbers of type ``real``."""

    polynomials: Any
    real: Any
    shape: tuple[int, int]

    def __call__(self, t: float) -> Any:
        depth, d = self.shape
        return np.asarray(self.polynomials(self.real(t))[: depth * d].astype(float)).reshape(self.shape)


class _Integrator:
    """A compiled system; one thread at a time works with it."""

    def __init__(self, integrator: Any, most: int, reached: Any, epsilon: float) -> None:
        self.integrator, self.most, self.reached, self.epsilon, self.lock = integrator, most, reached, epsilon, Lock()

    def follow(self, start: list[Any], data: list[Any], end: Any, times: Any, tick: Tick, *, layers: Indices | None) -> _Run:
        """Follow the system to its end; with ``layers``, shaken (:mod:`mirrortheory.flows.rounding`)."""
        ta, real = self.integrator, type(end)
        turned = None if layers is None else signs(layers.shape)

        def after_a_step(ta: Any) -> bool:
            tick(float(ta.time / end))
            if turned is not None and layers is not None:
                parts = self.epsilon * np.take_along_axis(next(turned), layers, axis=0).ravel()
                ta.state[: len(start)] += ta.state[: len(start)] * np.array([real(part) for part in parts.tolist()])
            return True  # go on

        told = {} if tick is silent and turned is None else {"callback": after_a_step}
        with self.lock:
            ta.time = real(0)
            ta.state[:] = [*start, *[real(0)] * (len(ta.state) - len(start))]  # what is added to the weights starts at 0
            ta.pars[:] = data[: len(ta.pars)]  # it has those that the system needs
            outcome, _, _, steps, dense, _ = ta.propagate_until(end, max_steps=self.most, c_output=True, **told)
            time, last = float(ta.time), ta.state[: len(start)].copy()
        if outcome != self.reached or not np.isfinite(last.astype(float)).all():
            why = "stiffness, blow-up, or a point where the field is not smooth"
            raise NotSmooth(f"the flow cannot be followed past t = {time:.6g} ({why}); end before it")
        rows = dense(np.array([real(t) for t in times]))[:, : len(start)]
        return _Run(rows, last, dense, steps, ta.order)


@lru_cache(maxsize=_KEPT)
def _integrator(flow: Flow, shape: Shape, tolerance: float, quadruple: bool) -> _Integrator:
    heyoka = load()
    kind = _precision(heyoka, 1 if quadruple else None)
    equations = system(heyoka, flow, shape, kind.number)
    state = np.array([kind.real(0)] * len(equations))
    integrator = heyoka.taylor_adaptive(equations, state, tol=kind.real(tolerance), compact_mode=True, fp_type=kind.real)
    most = _MOST_STEPS if len(equations) == len(flow.weights) * shape.width else _MOST_STEPS_TO_AN_END
    return _Integrator(integrator, most, heyoka.taylor_outcome.time_limit, kind.epsilon)
