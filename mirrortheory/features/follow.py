r"""Sparse regressions learned by a product of layers from a small start, many at once, up to a given part of the loss.

Each coordinate starts at x = 0 with the layers (0, a, .., a), :math:`a = \epsilon^{1/L}`: the start of size :math:`\epsilon`. There
one layer is smallest, so the flow is unique and x takes both signs; beyond :math:`|x| \sim \epsilon` the metric is that of balanced
layers, :math:`L |x|^m`.

Below q = 2 components of the gradient pass 0 or stay there, where the link is not Lipschitz. The solvers with an error,
:func:`mirrortheory.flows.simulate`, go through these points one flow at a time, in seconds to minutes for each. For a study
Euler's steps in the smallest layer are enough, with all others from the balance, which they so keep:

.. math:: \dot\omega = -\phi_q(f'(x)\,C), \quad C = (|\omega|^q + a^q)^{(L-1)/q}, \quad x = \omega C .

A step moves no x by more than about a part ``pace`` of the largest :math:`|x| + \epsilon` of its flow, or of 1: errors are of that
order. Where f' stays near 0, steps go to and fro around it.

Not to be confused with a solver: the error is measured by the tests, on flows that a solver follows too, and not estimated here.

Source: :mod:`mirrortheory.flows.smooth.dual` for the equation of the smallest layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mirrortheory.errors import InvalidArgument
from mirrortheory.flows import Quadratic
from mirrortheory.flows.problems import Array
from mirrortheory.geometries import Lq
from mirrortheory.reparams import Product
from mirrortheory.theory import Flow

PART = 1e-3  # of the loss at the start, at which a flow has fitted
_FALL, _CHANGE = 0.75, 2.0  # a point is kept after such a change of the loss, or of one entry of the metric


@dataclass(frozen=True)
class Learned:
    """A path, as :mod:`mirrortheory.features.measures` looks at it: points w, shape (n, depth, d), and x, shape (n, d).

    ``fitted`` says whether it came to the part ``PART`` of the loss, after ``steps`` steps of the follower.
    """

    flow: Flow
    problem: Quadratic
    w: Array
    x: Array
    fitted: bool
    steps: int


def sparse_regression(dimension: int, data: int, nonzeros: int, seed: int) -> tuple[Quadratic, Array]:
    """Return |Z x - Z x*|^2/2 with entries of Z from N(0, 1/data), and x* with so many entries +-1, the others 0."""
    random = np.random.default_rng([dimension, data, nonzeros, seed])
    table, truth = random.standard_normal((data, dimension)) / np.sqrt(data), np.zeros(dimension)
    truth[random.choice(dimension, nonzeros, replace=False)] = random.choice([-1.0, 1.0], nonzeros)
    return Quadratic(table, table @ truth), truth


def learn(q: object, depth: int, losses: Sequence[Quadratic], start: float, *, pace: float, most: int = 200_000) -> list[Learned]:
    """Follow the flow with exponent ``q`` of ``depth`` layers on losses with tables of one shape, from the size ``start``.

    Args:
        q: an exact rational in [1, 2].
        depth: layers, 2 to 8.
        losses: one for each path.
        start: epsilon > 0.
        pace: the largest step, as a part of the largest |x|; for q = 2 below 1/10, to be stable.
        most: steps; a path that has not fitted by then ends there.

    Raises:
        InvalidArgument: for other values of q, depth and start.
    """
    if not 0 < start < float("inf"):
        raise InvalidArgument("start", "a size > 0", start, "write for example 0.01")
    flow = Flow(Lq(q), Product(depth))
    exponent, layers, a = float(flow.geometry.exponent), float(depth), start ** (1 / depth)
    table, target = np.stack([loss.Z for loss in losses]), np.stack([loss.b for loss in losses])
    across = np.ascontiguousarray(np.swapaxes(table, 1, 2))
    smallest = np.zeros((len(losses), table.shape[2]))
    whole = np.square(target).sum(axis=1) / 2
    unit = np.abs((across @ target[..., None])[..., 0]).max(axis=1) ** (exponent - 1)
    kept: list[list[Array]] = [[] for _ in losses]
    last_loss, last_metric = np.full(len(losses), np.inf), np.ones_like(smallest)
    taken, done = np.zeros(len(losses), dtype=int), np.zeros(len(losses), dtype=bool)
    for step in range(most + 1):
        charge = np.abs(smallest) ** exponent
        other = charge + a**exponent
        others = other ** ((layers - 1) / exponent)
        x = smallest * others
        residual = (table @ x[..., None])[..., 0] - target
        loss = np.square(residual).sum(axis=1) / 2
        metric = other ** (layers - 2) * (other + (layers - 1) * charge)
        ends = ~done & ((loss <= PART * whole) | (step == most))
        done |= ends
        moved = (metric > _CHANGE * last_metric) | (metric * _CHANGE < last_metric)
        keep = ends | (~done & ((loss < _FALL * last_loss) | ((loss < last_loss) & moved.any(axis=1))))
        for k in np.flatnonzero(keep):
            kept[k].append(smallest[k])
        last_loss, last_metric = np.where(keep, loss, last_loss), np.where(keep[:, None], metric, last_metric)
        taken[ends] = step
        if done.all():
            break
        slope = (across @ residual[..., None])[..., 0]
        size = pace * np.minimum(1.0, np.abs(x).max(axis=1) + start) / (metric.max(axis=1) * unit)
        smallest = smallest - np.where(done, 0.0, size)[:, None] * np.sign(slope) * (np.abs(slope) * others) ** (exponent - 1)
    fitted = loss <= PART * whole
    return [_learned(flow, *each, a) for each in zip(losses, kept, fitted, taken, strict=True)]


def _learned(flow: Flow, loss: Quadratic, kept: Sequence[Array], fitted: bool, steps: int, a: float) -> Learned:
    smallest, exponent = np.array(kept), float(flow.geometry.exponent)
    other = (np.abs(smallest) ** exponent + a**exponent) ** (1 / exponent)
    w = np.stack([smallest, *[other] * (len(flow.weights) - 1)], axis=1)
    return Learned(flow, loss, w, w.prod(axis=1), bool(fitted), int(steps))
