r"""Flows of matrices past the points where the link is not smooth, for q = 1 above all: small steps, halved until they agree.

.. math:: W_i^{k+1} = W_i^k - \eta\,\bigl(\Phi_q(\nabla_{W_i} f) + \alpha W_i^k\bigr), \quad
          \text{error} = 2 \max\bigl(|W^{\eta/4} - W^{\eta/2}|,\ \tfrac12 |W^{\eta/2} - W^{\eta}|\bigr) + \tfrac{\eta}{4} |\dot W|.

A step is exact to O(eta^2) between the times at which a singular value (or an entry) of a gradient passes 0, and chatters by O(eta)
where one stays at 0. So the path is exact to O(eta), and halving eta halves the distance from it: the difference of two runs is
an estimate of the error of the finer one, twice of which is stated. The last term is one step: chatter about the same point may
look the same at the recorded times of all runs. It is no bound: where f'(X) stays 0, as it may while decay pulls, several paths are
solutions, and steps of two sizes may follow two of them. Where differences are not halved, the larger one is taken.

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
_FIRST, _LAST = 4, 128  # steps in each part: of the first run, and of the last that is tried
_RTOL = 1e-3
_SAFETY = 2.0
_HALVED = 0.75
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
    times, every = np.linspace(0.0, end, _PARTS + 1), _FIRST
    runs = [_run(flow, problem, start, times, every * 2**k)[0] for k in range(2)]
    notes: tuple[str, ...] = ()
    while True:
        every *= 2
        finest, speed = _run(flow, problem, start, times, every * 2)
        runs = [*runs[-2:], finest]
        tick(2 * every / _LAST)
        coarse, middle, fine = runs
        spread, before = (np.maximum.accumulate(np.abs(a - b).max(axis=1)) for a, b in ((fine, middle), (middle, coarse)))
        halved = spread <= _HALVED * before  # else the differences need not add up to less than twice the last one
        spread = np.maximum(spread, np.where(halved, before / 2, before))
        size, step = float(np.abs(fine).max()), end / (2 * every * _PARTS) * speed
        error = _SAFETY * spread + step * (times > 0)
        if error[-1] <= rtol * size:
            break
        if 2 * every >= _LAST:
            notes = (f"{_LAST * _PARTS} steps agree within {error[-1]:.1e}, and not within rtol = {rtol:g}",)
            break
    turns = np.abs(np.diff(fine, n=2, axis=0)).max() / 4  # a line misses at most so much of a path that turns like this
    return Solution(
        t=times,
        w=fine[:, None],
        error=error + _ROUNDING * size,
        how=f"estimated: twice the difference of runs of {2 * every * _PARTS} steps, half and a quarter of them, and one step",
        method=f"{2 * every * _PARTS} steps of size {end / (2 * every * _PARTS):.3g}",
        dense=AtTimes(lambda t: np.stack([np.interp(t, times, column) for column in fine.T], axis=1)[:, None]),
        w_coarse=middle[:, None],
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
