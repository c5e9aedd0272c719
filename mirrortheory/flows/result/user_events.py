r"""Where a quantity along a trajectory changes its sign by more than its error.

On each piece of the trajectory the quantity is interpolated at Chebyshev points, on halves of it where that does not resolve it.
Between two neighbours among the ends of the pieces and the extrema of the interpolants it has at most one zero, however close
two zeros are. The error of a value is twice the sum of its changes by the error of the weights in each of them; where a sign is
not shown by a value above its error there is no event: at a rest on the zero, and for a quantity that is conserved.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

import numpy as np
import sympy
from numpy.polynomial import chebyshev
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import as_expression
from mirrortheory.flows.problems import Array
from mirrortheory.flows.result.followed import remedy_for
from mirrortheory.flows.result.solution import Event
from mirrortheory.flows.result.trajectory import Trajectory
from mirrortheory.flows.solver import Quantity
from mirrortheory.potentials.form import Form
from mirrortheory.theory import Flow

_POINTS = 17  # products of two weights, which are polynomials of degree 8, are met
_NODES = np.cos(np.pi * (np.arange(_POINTS)[::-1] + 0.5) / _POINTS)
_TO_CHEBYSHEV = np.linalg.inv(chebyshev.chebvander(_NODES, _POINTS - 1))
_RESOLVED = 1e-12
_HALVINGS = 5
_ROUNDING = 1024 * np.finfo(float).eps
_SAFETY = 2.0


def must_be_watchable(events: object, flow: Flow) -> tuple[Quantity, ...]:
    """Return what is to be watched along a flow, before it is followed.

    Args:
        events: a list of expressions in the weights, and of functions of (t, w).
        flow: the flow.

    Raises:
        InvalidArgument: for one quantity that is in no list, text, a form of a potential, an expression in other symbols, and a
            function of other arguments.
    """
    if isinstance(events, str | sympy.Basic | Form) or not isinstance(events, Iterable):
        raise InvalidArgument("events", "a list of expressions in the weights or functions of (t, w)", events, "write events=[..]")
    listed = tuple(events)
    for watched in listed:
        if isinstance(watched, Form):
            remedy = f"write a function of (t, w), such as lambda t, w: form({_product(flow)}) - 1"
            raise InvalidArgument("events", f"in the weights, not in {watched.letter}", watched, remedy)
        if not callable(watched) or isinstance(watched, sympy.Basic):
            _in_weights(watched, flow)
            continue
        try:
            inspect.signature(watched).bind(0.0, None)
        except TypeError:
            name = getattr(watched, "__name__", watched)
            raise InvalidArgument("events", "functions of (t, w)", name, "write for example lambda t, w: w[0] - 1") from None
        except ValueError:
            continue  # one that is written in C tells nothing of its arguments
    return listed


def _product(flow: Flow) -> str:
    """Return the map of a flow in the rows of an array w, as Python reads it."""
    rows = {weight: sympy.Symbol(f"w[{place}]") for place, weight in enumerate(flow.weights)}
    return str(flow.effective.xreplace(rows))


def _in_weights(watched: object, flow: Flow) -> sympy.Expr:
    expr = as_expression(watched, "events")
    if strangers := expr.free_symbols - set(flow.weights):
        remedy = remedy_for(strangers, flow.weights)
        raise InvalidArgument("events", f"expressions in {flow.weights}", expr, remedy)
    return expr


def changes(path: Trajectory, watched: Quantity, kind: str) -> list[Event]:
    """Return where a quantity changes its sign, an event of this kind each, for each coordinate in the order of time.

    Raises:
        InvalidArgument: for an expression in other symbols than the weights, a function with values of another shape.
    """
    function, events = _function(path, watched), []
    samples = [_sampled(path, function, float(a), float(b), _HALVINGS) for a, b in pairwise(path.dense.breaks)]
    times, rows = (np.concatenate(part) for part in zip(*samples, strict=True))
    for column in np.ndindex(rows.shape[1:]):
        values = rows[(slice(None), *column)]

        def along(t: float, column: tuple[int, ...] = column) -> float:
            return float(function(t, path.at(t))[column])

        known = np.flatnonzero(values)
        stretches = np.split(known, np.flatnonzero(np.diff(np.sign(values[known]))) + 1)
        clear = []
        for stretch in stretches if len(stretches) > 1 else ():
            largest = stretch[np.abs(values[stretch]).argmax()]
            if abs(values[largest]) > _error(path, function, float(times[largest]))[column]:
                clear.append(stretch)
        for before, after in pairwise(clear):
            if values[before[-1]] * values[after[0]] < 0:
                a, b = float(times[before[-1]]), float(times[after[0]])
                root = float(brentq(along, a, b, xtol=1e-14 * path.t[-1], rtol=1e-14))
                events.append(Event(root, tuple(int(j) for j in column), kind))
    return events


def _function(path: Trajectory, watched: Quantity) -> Callable[[float, Array], Array]:
    d = path.w.shape[2]
    if callable(watched) and not isinstance(watched, sympy.Basic):
        given: Callable[[float, Array], ArrayLike] = watched
    else:
        compiled = sympy.lambdify(path.flow.weights, _in_weights(watched, path.flow), "numpy")

        def given(_: float, w: Array) -> ArrayLike:
            return np.broadcast_to(compiled(*w), (d,))

    def function(t: float, w: Array) -> Array:
        found = np.asarray(given(t, w), dtype=float)
        if found.shape not in ((), (d,)):
            raise InvalidArgument("events", f"of values of shape () or ({d},)", found.shape, "return one number")
        return found

    return function


def _sampled(path: Trajectory, function: Callable[[float, Array], Array], a: float, b: float, halvings: int) -> tuple[Array, Array]:
    """Return increasing times in [a, b] and values there: both ends, the nodes, and the extrema of the interpolants."""

    def at(times: Sequence[float] | Array) -> Array:
        weights = path.at(np.clip(np.asarray(times, dtype=float), path.t[0], path.t[-1]))
        return np.array([function(float(t), w) for t, w in zip(times, weights, strict=True)])

    times = (a + b) / 2 + (b - a) / 2 * _NODES
    c = np.tensordot(_TO_CHEBYSHEV, at(times), 1)
    least = max(_RESOLVED * float(np.abs(c).max()), float(path.error[-1]), _ROUNDING * float(np.abs(path.w).max()))
    middle = (a + b) / 2
    if not (np.abs(c[-3:]) <= least).all() and halvings and a < middle < b:
        parts = [_sampled(path, function, low, high, halvings - 1) for low, high in ((a, middle), (middle, b))]
        first, second = (np.concatenate(part) for part in zip(*parts, strict=True))
        return first, second
    extrema: list[float] = []
    for column in np.ndindex(c.shape[1:]):
        own = c[(slice(None), *column)]
        slope = chebyshev.chebtrim(chebyshev.chebder(own), _RESOLVED * float(np.abs(own).max()))
        if np.abs(own[1:]).sum() >= abs(own[0]) and len(slope) > 1:
            roots = chebyshev.chebroots(slope)
            extrema += list(roots.real[(np.abs(roots.imag) < 1e-6) & (np.abs(roots.real) < 1)])
    times = np.unique(np.concatenate([[a], times, middle + (b - a) / 2 * np.array(extrema), [b]]))
    return times, at(times)


def _error(path: Trajectory, function: Callable[[float, Array], Array], t: float) -> Array:
    """Return the error of the quantity at a time: a bound to first order where that of the weights is one."""
    w, place = path.at(t), int(np.searchsorted(path.t, t))
    shift = float(path.error[min(place, len(path.t) - 1)]) + path.dense.error
    here = function(t, w)
    total = _ROUNDING * np.maximum(np.abs(here), np.abs(w).max())
    with np.errstate(all="ignore"):  # a neighbour may lie where the quantity is undefined
        for entry in np.ndindex(w.shape):
            unit = np.zeros(w.shape)
            unit[entry] = shift
            total = total + _SAFETY * np.maximum(np.abs(function(t, w + unit) - here), np.abs(function(t, w - unit) - here))
    return np.asarray(np.where(np.isnan(total), np.inf, total))
