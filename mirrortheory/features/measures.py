r"""How much a flow learned features, at which cost, and how sparse it ended: numbers that depend on the path alone.

With :math:`D = \mathrm{diag}(1/R''(x))`, the inverse metric, :math:`K = Z D Z^T`, the kernel of the data, and g the slope f'(x):

.. math:: D_K = 1 - \cos(K_0, K_T), \quad D_M = 1 - \cos(D_0, D_T), \quad \ell = \int |\mathrm d \log R''|, \quad
          N = \int \lambda_{\max}(K)\,\mathrm d\tau, \quad \mathrm d\tau = \frac{-\mathrm d f}{\langle g, D g\rangle} .

No change of clock changes them, as none looks at the times: they see the points of the path in their order.

**The clock of the cost.** At q = 2 the flow lowers the loss at the rate :math:`\langle g, D g\rangle`, so :math:`\tau` is its time
and :math:`N = \int \lambda_{\max}(K)\,\mathrm d t`. That integral over the time of any other flow does not belong to the path.
A change of clock t -> c t multiplies it by c, unless the kernel is taken per unit of the new time, K/c. And for q < 2 the flow of
the loss c f follows the same path in :math:`c^{1-q}` of the time with a kernel c times as large, which multiplies it by
:math:`c^{2-q}`.

**What a step is.** N counts the steps that mirror descent with the potential R at the rate :math:`1/\lambda_{\max}(K)` would need
to lower the loss as much at each point of the path, as if steps were small. The limit of stability is twice that: half as many.

The numbers are as accurate as the points are close: integrals use chords, and logarithmic means of what grows exponentially.

Source: this project.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
import sympy
from numpy.typing import ArrayLike

from mirrortheory.errors import InvalidArgument
from mirrortheory.flows.problems import Array, Problem
from mirrortheory.theory import Flow


class Path(Protocol):
    """What the measures look at: a :class:`mirrortheory.flows.Trajectory`, or anything else with these attributes."""

    @property
    def flow(self) -> Flow:
        """The flow, with numbers for q and the rate of decay."""

    @property
    def problem(self) -> Problem:
        """The loss."""

    @property
    def w(self) -> Array:
        """Weights in their order, shape (n, depth, d)."""

    @property
    def x(self) -> Array:
        """The effective parameter, shape (n, d)."""


def inverse_metric(path: Path) -> Array:
    """Return 1/R'' at each point, the sum of |dx/dw_i|^q over the layers, shape (n, d).

    Args:
        path: a trajectory.

    Raises:
        InvalidArgument: for a flow with letters.

    >>> from mirrortheory import Product
    >>> from mirrortheory.flows import Quadratic, simulate
    >>> from mirrortheory.geometries import Lq
    >>> path = simulate(Flow(Lq(2), Product(2)), Quadratic([[1.0]], [1.0]), [0.5, 0.5], 50.0)
    >>> inverse_metric(path)[[0, -1], 0].round(6).tolist()
    [0.5, 2.0]
    """
    letters = path.flow.parameters
    if letters:
        raise InvalidArgument(
            "path", "of a flow with numbers for its letters", sorted(map(str, letters)), "simulate one trajectory"
        )
    function = sympy.lambdify(path.flow.weights, path.flow.inverse_metric.doit(), "numpy")
    return np.broadcast_to(function(*np.moveaxis(path.w, 1, 0)), path.x.shape).astype(float)


def kernel_distance(path: Path) -> float:
    """Return D_K = 1 - cos(K_0, K_T), 0 for a kernel that kept its direction, at most 1; nan where one of the two is 0.

    It does not change under permutations of the coordinates, orthogonal combinations of the data, or another scale of Z.

    Args:
        path: a trajectory.

    Raises:
        InvalidArgument: for a loss without data Z.
    """
    table, ends = _table(path), inverse_metric(path)[[0, -1]]
    return _one_minus_cosine(*((table * d) @ table.T for d in ends))


def metric_distance(path: Path) -> float:
    """Return D_M = 1 - cos of the inverse metrics at both ends, as vectors; nan where one of the two is 0.

    It does not change under permutations of the coordinates, nor when R'' is multiplied by a number.

    Args:
        path: a trajectory.
    """
    return _one_minus_cosine(*inverse_metric(path)[[0, -1]])


def metric_path_length(path: Path) -> float:
    """Return the Euclidean length of the curve log R''; infinite where the metric vanishes or is infinite.

    A polygon through the points is measured, so it is a lower bound. It does not change under permutations of the coordinates, nor
    when all values of R'' are multiplied by one factor.

    Args:
        path: a trajectory.
    """
    metric = inverse_metric(path)
    if not (np.isfinite(metric) & (metric > 0)).all():
        return np.inf
    return float(np.linalg.norm(np.diff(np.log(metric), axis=0), axis=1).sum())


def cost_in_steps(path: Path, *, one_rate: bool = False) -> float:
    """Return the cost N of the path without decay in steps at the rate 1/lam_max(K), or at one rate for the whole path.

    Infinite for a path that ends where the slope is exactly 0: to come to a minimum takes infinitely many steps.
    It does not change under permutations of the coordinates, orthogonal combinations of the data, or another scale of the loss.

    Args:
        path: where the loss never rises.
        one_rate: take the largest lam_max(K) of all points everywhere, as a constant rate has to.

    Raises:
        InvalidArgument: for a loss without data Z, or one that rises.
    """
    table, metric, slopes = _table(path), inverse_metric(path), np.array([path.problem.slope(x) for x in path.x])
    loss = np.array([path.problem.value(x) for x in path.x])
    fall, least = -np.diff(loss), 1e-9 * loss.max()
    if (fall < -least).any():
        where = int(np.flatnonzero(fall < -least)[0])
        raise InvalidArgument("path", "one along which the loss falls", f"a rise after point {where}", "take a flow without decay")
    moving = fall > 0
    pace = (slopes**2 * metric).sum(axis=1)  # -df/dtau
    with np.errstate(divide="ignore"):
        time = fall[moving] / _mean(pace[:-1][moving], pace[1:][moving])
    largest = np.array([np.linalg.eigvalsh((table * d) @ table.T)[-1] for d in metric])
    if one_rate:
        return float(largest.max() * time.sum())
    return float((_mean(largest[:-1][moving], largest[1:][moving]) * time).sum())


def support_alignment(path: Path, truth: ArrayLike) -> float:
    """Return the part of |x_T|^2 that lies where ``truth`` is not 0; the size of x_T does not matter.

    Args:
        path: a trajectory.
        truth: the x that is sought, shape (d,).

    Raises:
        InvalidArgument: for a truth of another shape, or one that is 0 everywhere or nowhere.
    """
    end, support = path.x[-1], np.asarray(truth, dtype=float) != 0
    if support.shape != end.shape or support.all() or not support.any():
        condition = f"of shape ({len(end)},) with some entries 0 and some not"
        raise InvalidArgument("truth", condition, np.shape(truth), "give the sparse vector that was to be found")
    return float(np.square(end[support]).sum() / np.square(end).sum()) if end.any() else 0.0


def l1_l2_ratio(path: Path) -> float:
    """Return |x_T|_1/|x_T|_2, from 1 (one coordinate) to sqrt(d) (all of one size); the size of x_T does not matter.

    Args:
        path: a trajectory.
    """
    end = path.x[-1]
    return float(np.abs(end).sum() / np.linalg.norm(end)) if end.any() else np.nan


def _table(path: Path) -> Array:
    table = getattr(path.problem, "Z", None)
    if table is None:
        raise InvalidArgument("path", "of a loss with data Z", type(path.problem).__name__, "take for example a Quadratic")
    return np.asarray(table)


def _one_minus_cosine(a: Array, b: Array) -> float:
    """Return 1 - cos(a, b) by the difference of the unit vectors, accurate where the cosine is nearly 1; nan where one is 0."""
    with np.errstate(invalid="ignore"):
        return float(np.square(a / np.linalg.norm(a) - b / np.linalg.norm(b)).sum() / 2)


def _mean(a: Array, b: Array) -> Array:
    """Return logarithmic means of positive numbers, (a - b)/log(a/b), which are exact for what grows exponentially."""
    ratio = b / a
    near = np.abs(ratio - 1) < 1e-6
    return np.where(near, (a + b) / 2, (b - a) / np.log(np.where(near, 2.0, ratio)))
