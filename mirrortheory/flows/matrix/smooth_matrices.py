r"""Smooth stretches of a flow of matrices, by SciPy's DOP853, with an error estimate from two tolerances.

As in :mod:`mirrortheory.flows.smooth.dop853` the looser run is shaken, and the tighter one takes shorter steps. For q < 2 the link
is not Lipschitz where a size of its argument is 0: a singular value under Schatten(q), an entry under Entrywise(q). The stretch
ends where one meets 0, or leaves it; one that stays 0, as in a product with a bottleneck, does no harm.

Source: Hairer, Norsett, Wanner (1993), "Solving Ordinary Differential Equations I", for DOP853.
"""

from __future__ import annotations

import numpy as np
from scipy.integrate import DOP853, OdeSolution

from mirrortheory.errors import InvalidArgument, NotSmooth
from mirrortheory.flows.problems import Array, Problem
from mirrortheory.flows.progress import Tick, part, silent
from mirrortheory.flows.result.solution import AtTimes, Solution
from mirrortheory.flows.rounding import signs
from mirrortheory.flows.starts import tolerance
from mirrortheory.matrices import MatrixFlow

_TIMES = 65
_RTOL, _SMALLEST_RTOL, _LARGEST_RTOL = 1e-9, 1e-10, 1e-3
_TIGHTER = 1e-3
_MAX_STEPS = 20_000
_EPS = float(np.finfo(float).eps)
_ROUNDING = 1024 * _EPS


def smooth_matrices(
    flow: MatrixFlow, problem: Problem, start: Array, end: float, *, rtol: float | None = None, tick: Tick = silent
) -> Solution:
    """Integrate a smooth stretch from all entries of the factors in one row, ``start``, to the time ``end``.

    Args:
        flow: with 1 < q <= 2.
        problem: the loss of X row by row.
        start: see :meth:`mirrortheory.matrices.MatrixProduct.flat`.
        end: final time > 0, dimensionless.
        rtol: relative tolerance of the looser run, 1e-10 to 1e-3; the tighter one is 1000 times smaller.
        tick: told how far the two runs have come.

    Returns:
        The entries at 65 times, shape (65, 1, entries), from the tighter run; the error is the largest difference from the looser
        one so far, plus 1024 units of rounding.

    Raises:
        InvalidArgument: for a tolerance out of range.
        NotSmooth: for q = 1; where a size meets 0 and q < 2; on blow-up, stiffness, and where the loss overflows or is NaN.
    """
    if flow.geometry.exponent == 1:
        raise NotSmooth("the link is discontinuous for q = 1, and not integrated by a smooth solver; leave out method")
    rtol = _RTOL if rtol is None else rtol
    if rtol > _LARGEST_RTOL:
        remedy = "take a smaller one, or write method='steps', which takes larger ones"
        raise InvalidArgument("rtol", f"at most {_LARGEST_RTOL:g} for dop853", rtol, remedy)
    tolerance(rtol, _SMALLEST_RTOL)
    times = np.linspace(0.0, end, _TIMES)
    coarse, _ = _integrate(flow, problem, start, times, rtol, np.inf, part(tick, 0.0, 1 / 2), shaken=True)
    fine, dense = _integrate(flow, problem, start, times, rtol * _TIGHTER, times[1], part(tick, 1 / 2, 1 / 2))
    spread = np.abs(fine - coarse).max(axis=1)
    return Solution(
        t=times,
        w=fine[:, None],
        error=np.maximum.accumulate(spread) + _ROUNDING * np.abs(fine).max(),
        how=f"estimated: largest difference so far from a run at rtol {rtol:g} with rounding added, and rounding",
        method=f"DOP853 at rtol {rtol:g} and {rtol * _TIGHTER:g}",
        dense=AtTimes(lambda t: np.asarray(dense(t)).T[:, None]),
        w_coarse=coarse[:, None],
    )


def _integrate(
    flow: MatrixFlow,
    problem: Problem,
    start: Array,
    times: Array,
    rtol: float,
    max_step: float,
    tick: Tick,
    *,
    shaken: bool = False,
) -> tuple[Array, OdeSolution]:
    product, nonsmooth = flow.product, flow.geometry.exponent != 2

    def arguments(flat: Array) -> tuple[Array, ...]:
        factors = product.split(flat)
        return flow.link_arguments(factors, problem.slope(product.effective(factors).ravel()).reshape(product.shape))

    def right_hand_side(_: float, flat: Array) -> Array:
        return product.flat(flow.moved(product.split(flat), arguments(flat)))

    scale = float(np.abs(start).max()) or 1.0
    with np.errstate(all="ignore"):
        before = arguments(start)
        largest = [0.0] * len(before)
        solver = DOP853(right_hand_side, 0.0, start, times[-1], rtol=rtol, atol=rtol * scale, max_step=max_step)
    turned = signs(start.shape)
    rows, ends, interpolants = [start], [0.0], []
    for _ in range(_MAX_STEPS):
        with np.errstate(all="ignore"):
            message = solver.step()
        if solver.status == "failed" or not np.isfinite(solver.y).all():
            reason = message or "overflow"
            raise NotSmooth(f"the flow cannot be followed past t = {solver.t:.6g} ({reason}); end before it")
        if nonsmooth:
            after = arguments(solver.y)
            for i, (was, now) in enumerate(zip(before, after, strict=True)):
                largest[i] = max(largest[i], float(flow.geometry.sizes(was).max()))
                if flow.geometry.apart(was, now, rtol * largest[i]):
                    raise NotSmooth(_ends(flow, i, ends[-1]))
            before = after
        ends.append(float(solver.t))
        tick(ends[-1] / float(times[-1]))
        interpolants.append(solver.dense_output())
        while len(rows) < len(times) and times[len(rows)] <= solver.t:
            rows.append(interpolants[-1](times[len(rows)]))
        if solver.status == "finished":
            return np.array(rows), OdeSolution(ends, interpolants)
        if shaken:
            with np.errstate(all="ignore"):
                solver.y = solver.y * (1 + _EPS * next(turned))
                solver.f = solver.fun(solver.t, solver.y)
    reached = f"{len(ends) - 1} steps reach only t = {ends[-1]:.6g} of {times[-1]:g}"
    raise NotSmooth(f"{reached}: the flow is stiff, or its end too far; end before it")


def _ends(flow: MatrixFlow, i: int, time: float) -> str:
    where = f"not Lipschitz where a size of its argument is 0, as for W_{i + 1} just after t = {time:.6g}"
    return f"the link of {flow.geometry} is {where}; end before it, or write method='steps'"
