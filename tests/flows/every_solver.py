"""All solvers in one shape, a random problem for them, and what their paths have in common."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import sympy
from scipy.interpolate import make_interp_spline

from mirrortheory import Flow, Lq, Product
from mirrortheory.errors import NotSmooth
from mirrortheory.flows import certified_sign_flow, dual_flow, sign_flow, simulate, taylor
from mirrortheory.theory import separate
from mirrortheory.theory.layers import parametric


@dataclass(frozen=True)
class Path:
    """A followed flow: times, weights of shape (n, depth, d), stated errors, weights at any time, and where it may be rough."""

    t: np.ndarray
    w: np.ndarray
    error: np.ndarray
    at: Callable[[float], np.ndarray]
    breaks: tuple[float, ...]
    converged: bool


def path(found):
    """What all solutions have in common, and a spline where there is no dense output."""
    dense = getattr(found, "dense", None)
    if dense is None:
        spline = make_interp_spline(found.t, found.w.reshape(len(found.t), -1), k=7)
        shape = found.w.shape[1:]
        dense = lambda t: spline(t).reshape(shape)  # noqa: E731
    events = tuple(float(event.time) for event in getattr(found, "events", ()))
    return Path(found.t, found.w, found.error, dense, events, bool(getattr(found, "converged", False)))


def by_simulate(flow, problem, start, end, **settings):
    return path(simulate(flow, problem, start, end, **settings))


def by_dual(flow, problem, start, end, **settings):
    return path(dual_flow(flow, problem, start, end, **settings))


def by_taylor(flow, problem, start, end, **settings):
    return path(taylor(flow, problem, start, end))


def by_batch(flow, problem, start, end, **settings):
    start = np.array(start, dtype=float)
    start = start[:, None] if start.ndim == 1 else start
    found = simulate(flow, problem, start[None], end, times=np.linspace(0, end, 33), **{"method": "dop853", **settings})
    if found.reasons[0]:
        raise NotSmooth(found.reasons[0])
    spline = make_interp_spline(found.t, found.w[0].reshape(33, -1), k=7)
    return Path(found.t, found.w[0], found.error[0], lambda t: spline(t).reshape(start.shape), (), False)


def by_sign(flow, problem, start, end, **settings):
    """Its error is stated in words: 1e-15 for each event, times the condition of the sliding columns."""
    found = sign_flow(problem, start, end, decay=flow.decay)
    times = np.linspace(0, end, 65)
    w = found.w(times)
    sliding = {tuple(arc.sliding) for arc in found.arcs if len(arc.sliding)}
    condition = max((np.linalg.cond(problem.Z[:, list(columns)]) for columns in sliding), default=1.0)
    error = 1e-15 * (1 + len(found.events)) * condition * max(1.0, np.abs(w).max()) * np.ones(65)
    return Path(times, w, error, lambda t: found.w([t])[0], tuple(e.time for e in found.events), found.converged)


def by_certified(flow, problem, start, end, **settings):
    found = certified_sign_flow(problem, start, Fraction(float(end)), decay=flow.decay)
    assert found.finished, found.reason
    return path(found.solution(np.linspace(0, float(end), 9)))


def potential_from(q, column):
    """The derived potential of the imbalance of these weights, as a curve."""
    flow, charges = Flow(Lq(q), Product(len(column))), np.abs(column) ** float(Fraction(q))
    return parametric(flow, separate(flow), [sympy.Rational(float(c)) for c in charges - charges.min()])
