"""Where a simulated flow ends: followed until it rests, or as good as rests, for comparison with what is predicted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from mirrortheory.errors import InvalidArgument
from mirrortheory.flows.problems import Array, Quadratic
from mirrortheory.flows.simulate import simulate
from mirrortheory.theory import Flow

_FIRST, _LONGER, _MOST = 8.0, 8.0, 8
_AT_REST = 1e-20  # of the loss at the start
_STILL = 1e-12  # a part of the loss


@dataclass(frozen=True, eq=False)
class End:
    """Where a simulated flow was when it stopped: x, shape (d,), an estimate of its error, and the time.

    Attributes:
        x: shape (d,).
        error: an estimate.
        time: dimensionless.
        how: how the error was made, in words.
    """

    x: Array
    error: float
    time: float
    how: str


def end_of_flow(flow: Flow, problem: Quadratic, initial: Any, *, rtol: float | None = None, to_equations: bool = True) -> End:
    """Follow a flow until it rests, or its loss is 1e-20 of that at the start, or stays as it is unless ``to_equations``.

    Args:
        flow: of a product of layers.
        problem: a quadratic loss.
        initial: weights, shape (depth, d).
        rtol: tolerance of the flow, relative.
        to_equations: whether a flow that stays before its loss is so small has not come to its end.

    Raises:
        InvalidArgument: when it does not come there.
    """
    initial = np.array(initial, dtype=float)
    time, least, before = _FIRST, None, np.array(np.inf)
    for _ in range(_MOST):
        path = simulate(flow, problem, initial, time, rtol=rtol)
        still = not to_equations and least is not None and path.loss[-1] >= least * (1 - _STILL)
        if path.converged or path.loss[-1] <= _AT_REST * path.loss[0] or still:
            sizes, slack = np.abs(path.w[-1]), float(path.error[-1])
            off = float(((sizes + slack).prod(axis=0) - sizes.prod(axis=0)).max())
            left = 0.0 if path.converged else 10 * float(np.abs(path.x[-1] - before).max())
            left = _left(problem, path.x[-1], float(path.loss[-1])) if to_equations else left
            return End(path.x[-1], off + left, float(path.t[-1]), path.how)
        if least is not None and path.loss[-1] >= least * (1 - _STILL):
            break
        time, least, before = time * _LONGER, float(path.loss[-1]), path.x[-1]
    raise InvalidArgument("initial", "such that the flow comes to rest on Z x = b", f"a loss of {path.loss[-1]:.3g}", "change it")


def _left(problem: Quadratic, x: Array, loss: float) -> float:
    """Estimate how far the flow still goes: the least step to Z x = b, times ten."""
    if loss == 0:
        return 0.0
    step = np.linalg.lstsq(problem.Z, problem.b - problem.Z @ x, rcond=None)[0]
    return 10 * float(np.abs(step).max())
