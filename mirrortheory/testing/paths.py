r"""Laws along a followed flow, as numbers: how far a path is from what it must obey, and how fast paths part.

With the loss :math:`F(w) = f(g(w))` and the field v of the flow, decay included,

.. math:: F(w(0)) - F(w(T)) = -\int_0^T \langle \nabla F(w), v(w) \rangle\,\mathrm d t,

and two solutions near each other part at most like :math:`e^{\Lambda t}`, with :math:`\Lambda` the norm of the Jacobian of v.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import sympy

from mirrortheory.flows.field import effective_parameter, vector_field
from mirrortheory.flows.problems import Array, Problem
from mirrortheory.flows.result.trajectory import Trajectory
from mirrortheory.theory import Flow

_STEP = 1e-6  # of differences of the field
_NODES = 12


@dataclass(frozen=True, eq=False)
class Path:
    """A followed flow, by whatever solver.

    Attributes:
        t: increasing times, shape (n,), dimensionless.
        w: weights, shape (n, depth, d).
        error: the stated error at each time, shape (n,).
        at: the weights at any time between.
        breaks: times at which the path may be rough.
    """

    t: Array
    w: Array
    error: Array
    at: Callable[[float], Array]
    breaks: tuple[float, ...]

    @classmethod
    def of(cls, found: Trajectory) -> Path:
        """Return what laws look at; the path may be rough at events."""
        return cls(found.t, found.w, found.error, found.at, tuple(event.time for event in found.events))


def gradient(flow: Flow, problem: Problem) -> Callable[[Array], Array]:
    """Return the gradient of the loss in the weights, as a function from shape (depth, d) to shape (depth, d)."""
    x = effective_parameter(flow)
    entries = sympy.lambdify(flow.weights, flow.reparam.jacobian(), "numpy")

    def call(w: Array) -> Array:
        slope = problem.slope(np.broadcast_to(x(w), w.shape[1:]))
        return np.array([slope * entry for entry in entries(*w)])

    return call


def velocity(flow: Flow, problem: Problem) -> Callable[[Array], Array]:
    """Return dw/dt of a flow of constant decay, as a function from shape (depth, d) to shape (depth, d)."""
    x, field = effective_parameter(flow), vector_field(flow)
    return lambda w: field(w, problem.slope(np.broadcast_to(x(w), w.shape[1:])))


def integral(function: Callable[[Array], Array | float], found: Path, end: float) -> Array:
    """Integrate a function of the weights over [0, end] along a path, between its breaks, by Gauss and Legendre."""
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    inner = [t for t in found.breaks if 0 < t < end]
    ends = np.unique(np.concatenate([np.linspace(0, end, 9), inner]))
    middle, half = (ends[1:] + ends[:-1]) / 2, (ends[1:] - ends[:-1]) / 2
    values = np.array([[function(found.at(m + h * node)) for node in nodes] for m, h in zip(middle, half, strict=True)])
    return np.asarray(np.tensordot(half, np.tensordot(values, weights, axes=(1, 0)), axes=(0, 0)))


def energy_departure(flow: Flow, problem: Problem, found: Path) -> float:
    """Return how far the fall of the loss is from the integral of -<grad, dw/dt>, over what the stated error allows.

    At most 1 for a path of ``flow`` whose error is right; a flow with another exponent, map or decay gives more.
    """
    x, force, field = effective_parameter(flow), gradient(flow, problem), velocity(flow, problem)
    end, shape = float(found.t[-1]), found.w.shape[2:]
    first, last = (problem.value(np.broadcast_to(x(w), shape)) for w in found.w[[0, -1]])
    lost = integral(lambda w: -float((force(w) * field(w)).sum()), found, end)
    push = max(float(np.abs(force(w)).sum()) for w in found.w[[0, -1]])
    allowed = (1 + 4 * push) * max(1.0, end) * found.error[-1] + 1e-12 * (1 + push**2)
    return float(abs(first - last - lost) / allowed)


def growth(flow: Flow, problem: Problem, found: Path) -> float:
    """Return a rate that bounds how fast solutions near this part: the largest norm of the Jacobian of the field, and half more."""
    shape, field = found.w.shape[1:], velocity(flow, problem)
    norms = []
    for w in found.w[:: max(1, len(found.w) // 8)]:
        flat = w.ravel()
        steps = _STEP * np.eye(flat.size)
        columns = [(field((flat + h).reshape(shape)) - field((flat - h).reshape(shape))).ravel() / (2 * _STEP) for h in steps]
        norms.append(float(np.linalg.norm(columns, 2)))
    return 1.5 * max(norms)
