r"""Flows of matrices past the points where the link is not smooth, for q = 1 above all: small steps, halved until they agree.

.. math:: W_i^{k+1} = W_i^k - \eta\,\bigl(\Phi_q(\nabla_{W_i} f) + \alpha W_i^k\bigr), \quad
          \text{error} = 2 \max\bigl(|W^{\eta} - W^{2\eta}|,\ \tfrac12 |W^{2\eta} - W^{4\eta}|\bigr) + 2 \eta\, |\dot W|.

A step is exact to O(eta^2) between the times at which a singular value (or an entry) of a gradient passes 0, and chatters by O(eta)
where one stays at 0. So the path is exact to O(eta), and halving eta halves the distance from it: the difference of two runs is
an estimate of the error of the finer one, twice of which is stated. The last term is two steps: chatter about the same point may
look the same at the recorded times of all runs. It is no bound: where f'(X) stays 0, as it may while decay pulls, several paths are
solutions, and steps of two sizes may follow two of them. Where the last runs do not agree, the largest of the last three
differences is taken in the place of the maximum.

Not to be confused with :func:`mirrortheory.flows.sign_flow`, which follows sign flow of entrywise products exactly.
"""

from __future__ import annotations

import numpy as np

from mirrortheory.errors import InvalidArgument, NotSmooth
from mirrortheory.flows.problems import Array, Problem
from mirrortheory.flows.progress import Tick, silent
from mirrortheory.flows.result.solution import AtTimes, Solution
from mirrortheory.matrices import MatrixFlow

_PARTS = 256  # between recorded times
_FIRST, _LAST = 2, 128  # steps in each part: of the first run, and of the last that is tried
_RTOL = 1e-3
_SAFETY = 2.0
_ROUNDING = 1024 * np.finfo(float).eps


def small_steps(
    flow: MatrixFlow, problem: Problem, start: Array, end: float, *, rtol: float | None = None, tick: Tick = silent
) -> Solution:
    """Follow a flow from all entries of the factors in one row, ``start``, to the time ``end``.

    Args:
        flow: with any q.
        problem: the loss of X row by row.
        start: see :meth:`mirrortheory.matrices.MatrixProduct.flat`.
        end: final time > 0, dimensionless.
        rtol: the error that is aimed at, relative to the largest entry, in (0, 1); 1e-3 by default.
        tick: told how much is done, at most, as runs may agree early.

    Returns:
        The entries at 257 times, shape (257, 1, entries), of the finest run, at most 32768 steps; a note where they do not agree
        within ``rtol``.

    Raises:
        InvalidArgument: for a tolerance out of range.
        NotSmooth: where the loss or the weights overflow.
    """
    rtol = _RTOL if rtol is None else rtol
    if not 0 < rtol < 1:
        raise InvalidArgument("rtol", "between 0 and 1 for steps", rtol, "write for example 1e-3")
    times = np.linspace(0.0, end, _PARTS + 1)
    before, every = _run(flow, problem, start, times, _FIRST)[0], 2 * _FIRST
    fine, speed = _run(flow, problem, start, times, every)
    differences = [np.maximum.accumulate(np.abs(fine - before).max(axis=1))]
    notes = [f"{_LAST * _PARTS} steps do not agree with half as many within rtol = {rtol:g}"]
    while every < _LAST:
        every *= 2
        before, (fine, speed) = fine, _run(flow, problem, start, times, every)
        differences.append(np.maximum.accumulate(np.abs(fine - before).max(axis=1)))
        tick(every / _LAST)
        size, step = float(np.abs(fine).max()), end / (every * _PARTS) * speed * (times > 0)
        error = _SAFETY * (np.maximum(differences[-1], differences[-2] / 2) + step)
        if error[-1] <= rtol * size:
            notes = []
            break
    if notes:  # and what was to be halved counts whole
        error = _SAFETY * (np.max(differences[-3:], axis=0) + step)
    turns = np.abs(np.diff(fine, n=2, axis=0)).max() / 4  # a line misses at most so much of a path that turns like this
    return Solution(
        t=times,
        w=fine[:, None],
        error=error + _ROUNDING * size,
        how=f"estimated: twice the difference of runs of {every * _PARTS} steps and of fewer, and two steps",
        method=f"{every * _PARTS} steps of size {end / (every * _PARTS):.3g}",
        dense=AtTimes(lambda t: np.stack([np.interp(t, times, column) for column in fine.T], axis=1)[:, None]),
        w_coarse=before[:, None],
        notes=(*notes, f"between the times the weights are interpolated by lines, which miss about {turns:.1e}"),
    )


def _run(flow: MatrixFlow, problem: Problem, start: Array, times: Array, every: int) -> tuple[Array, float]:
    """Return the entries at the times, with so many steps between two of them, and the largest velocity of one that was seen."""
    product = flow.product
    eta = float(times[-1]) / (every * (len(times) - 1))
    factors, rows, speed = product.split(start.copy()), [start], 0.0
    with np.errstate(all="ignore"):
        for time in times[1:]:
            for _ in range(every):
                slope = problem.slope(product.effective(factors).ravel()).reshape(product.shape)
                velocity = flow.velocity(factors, slope)
                factors = tuple(factor + eta * move for factor, move in zip(factors, velocity, strict=True))
            rows.append(product.flat(factors))
            speed = max(speed, *(float(np.abs(move).max()) for move in velocity))
            if not np.isfinite(rows[-1]).all():
                raise NotSmooth(f"the loss, its gradient or the weights overflow before t = {time:.6g}; end before it")
    return np.array(rows), speed
