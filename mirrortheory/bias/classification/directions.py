r"""The direction of a flow on separable data, far beyond the loss that doubles hold.

With :math:`M = -\log f` as clock instead of time,

.. math:: \frac{\mathrm d w}{\mathrm d M} = \frac{v}{\langle \nabla_w M, v\rangle}, \qquad v = \phi_q(\nabla_w M)

since the link is homogeneous: only the gradient of log f enters, which neither underflows nor overflows. The weights are integrated
in :math:`\sigma = \operatorname{arsinh} M`, so that each decade of M takes about as many steps. For q = 1 the sign of that gradient
is all that counts, and the arcs of :func:`mirrortheory.flows.simulate` are followed until M is large enough.

**Rates.** The angle to the direction of the largest l_e margin, e = p/L, falls like a power of 1/M where that solution is unique
and its multipliers are positive: for e > 1 with the exponent 1 - m (the start, in the dual variable, against what it has grown
to), for e = 1 with :math:`\min(1, 1 - \varrho)`, :math:`\varrho = \max_{x_j = 0} |r_j|^{q-1}`, r the pulls
:math:`\sum \lambda_i a_i`, of size at most 1; for e < 1 with 1, as coordinates off the support come to rest. These are fitted
here, not assumed.

A coordinate with two or more smallest layers does not change its sign where :math:`m_0 \ge 1`, or sticks at 0: from such starts the
margin is sought in one orthant only, and may be smaller. One smallest layer in each coordinate avoids that.

Source: Lyu and Li (2020), arXiv:1906.05890, for the clock; the rates: this project.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy
from numpy.typing import ArrayLike
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from mirrortheory.bias.classification.data import rows_of
from mirrortheory.bias.classification.margin import MaxMargin, margin_exponent, max_margin
from mirrortheory.decays import NoDecay
from mirrortheory.errors import InvalidArgument, NotSmooth
from mirrortheory.exact import integer
from mirrortheory.flows.field import effective_parameter, vector_field
from mirrortheory.flows.problems import Array, Labelled
from mirrortheory.flows.simulate import simulate
from mirrortheory.flows.starts import weights_of
from mirrortheory.notation import metric_exponent
from mirrortheory.reparams import Product
from mirrortheory.theory import Flow

_RTOL = (1e-9, 1e-7)
FARTHEST = 1e7
_MOST_CALLS = 100_000
_DOUBLINGS = 60


@dataclass(frozen=True, eq=False)
class Directions:
    """A flow by its loss.

    Attributes:
        M: -log f at each row of the table, shape (k,).
        x: shape (k, d).
        solution: the largest margin of the data in l_e, e = p/L.
        target: the x that the flow is compared with, of margin 1: that of ``solution``, or for e < 1 the local one that its last
            direction is nearest to.
        angle: between x and the target, in radians, shape (k,); nan where the solution is known not to be unique.
        margin_gap: 1 - (margin of x/|x|_e) |target|_e, shape (k,).
        error: how much the last direction differs from that of a run a hundred times looser: an estimate, not a bound; nan for
            q = 1, where :func:`~mirrortheory.flows.simulate` has its own.
    """

    M: Array
    x: Array
    solution: MaxMargin
    target: Array
    angle: Array
    margin_gap: Array
    error: float

    def fitted_exponent(self, *, since: float) -> float:
        """Return c where the angle falls like M^(-c), fitted to the rows with M >= since.

        Args:
            since: the smallest M that counts.

        Raises:
            InvalidArgument: where that leaves fewer than two rows.
        """
        kept = (since <= self.M) & (self.angle > 0)
        if kept.sum() < 2:
            raise InvalidArgument("since", "a loss that leaves two rows of the table", since, "ask for more rows, or a smaller one")
        return -float(np.polyfit(np.log(self.M[kept]), np.log(self.angle[kept]), 1)[0])

    def table(self) -> str:
        """Return rows M, angle, margin gap as text."""
        rows = [f"{m:>10.4g} {a:>10.3e} {g:>10.3e}" for m, a, g in zip(self.M, self.angle, self.margin_gap, strict=True)]
        return "\n".join([f"{'-log f':>10} {'angle':>10} {'gap':>10}", *rows])


def directions(flow: Flow, problem: Any, initial: ArrayLike, *, to: float = 1e4, points: int = 13) -> Directions:
    """Follow a flow of layers on separable data until -log f is ``to``.

    Args:
        flow: a Product without decay, with a number for q.
        problem: an :class:`~mirrortheory.flows.Exponential` or :class:`~mirrortheory.flows.Logistic` that can be separated.
        initial: weights, shape (depth, d).
        to: the last -log f, above the first; 690.8 is a loss of 1e-300.
        points: rows of the table, evenly spaced in log M, from M = 1 or the start.

    Raises:
        InvalidArgument: for other flows, problems and starts.
        NotSmooth: where the flow comes to rest at a saddle, or cannot be followed.

    >>> from mirrortheory import Exponential, Lq
    >>> found = directions(Flow(Lq(2), Product(2)), Exponential([[2, 1]], [1]), [[1, 1], [1, 1]], to=1e4)
    >>> found.solution.x.tolist(), round(found.fitted_exponent(since=100), 2)
    ([0.5, 0.0], 0.5)
    """
    if not isinstance(flow.reparam, Product) or not isinstance(flow.decay, NoDecay) or not flow.geometry.exponent.is_Rational:
        raise InvalidArgument("flow", "a Product without decay, q a number", flow, "write for example Flow(Lq(2), Product(2))")
    if not isinstance(problem, Labelled):
        raise InvalidArgument("problem", "labelled data", type(problem).__name__, "write for example Exponential(Z, labels)")
    w = weights_of(initial, len(flow.weights), problem.dimension)
    q, depth = flow.geometry.exponent, len(flow.weights)
    solution = max_margin(problem, exponent=margin_exponent(q, depth))
    first = log_loss(problem, effective_parameter(flow)(w))
    if not isinstance(to, int | float) or not first < to <= FARTHEST:
        condition = f"above {first:.4g}, that of the start, and at most {FARTHEST:g}"
        raise InvalidArgument("to", condition, to, "beyond, the rounding of the margins is in the way")
    integer(points, "points", 2, 10**6)
    M = np.geomspace(max(first, min(1.0, to / 2)), to, points)
    if q == 1:
        x, error = _sign(flow, problem, w, M, solution.margin), np.nan
    else:
        x, looser = (_smooth(flow, problem, w, first, M, rtol) for rtol in _RTOL)
        error = float(_angle(x[-1:], looser[-1])[0])
    _check_ties(w, effective_parameter(flow)(w), x)
    target = min((solution.x, *solution.others), key=lambda one: float(_angle(x[-1:], one)[0]))
    angle = np.full(len(M), np.nan) if solution.unique is False and solution.exponent >= 1 else _angle(x, target)
    sizes = [_size(one, solution.exponent) for one in x]
    rows = rows_of(problem).doubles
    gap = 1 - np.array([(rows @ one).min() for one in x]) / sizes * _size(target, solution.exponent)
    return Directions(M, x, solution, target, angle, gap, error)


def _check_ties(w: Array, start: Array, x: Array) -> None:
    """Refuse a run in which a coordinate with two smallest layers of one size came through 0, where no flow goes."""
    if len(w) > 1:
        first, second = np.sort(np.abs(w), axis=0)[:2]
        through = np.flatnonzero((first == second) & ((np.sign(x) != np.sign(start)) & (x != 0)).any(axis=0))
        if through.size:
            what = f"coordinate {through[0]} has two smallest layers of one size, and does not pass x = 0"
            raise NotSmooth(f"{what}: the flow tends to a saddle; start with layers of different sizes, or on the other side")


def expected_exponent(solution: MaxMargin, problem: Labelled, *, q: object, depth: int) -> float:
    """Return the c of the module docstring, for a solution with positive multipliers where margins are 1.

    Args:
        solution: of the margin.
        problem: labelled data.
        q: gradient exponent, an exact rational.
        depth: the number L of layers.
    """
    e = margin_exponent(q, depth)
    if e > 1:
        return float(1 - metric_exponent(depth, sympy.Rational(q)))
    if e < 1:
        return 1.0
    pulls = np.abs(solution.multipliers @ rows_of(problem).doubles)
    off = pulls[solution.x == 0]
    return float(min(1.0, 1 - (off.max() ** float(sympy.Rational(q) - 1) if len(off) else 0.0)))


def log_loss(problem: Labelled, x: Array) -> float:
    """Return -log f, at any loss."""
    return float(np.log(len(problem.labels)) - np.logaddexp.reduce(problem.logarithms(problem.margins(x))[0]))


def _smooth(flow: Flow, problem: Labelled, w: Array, first: float, M: Array, rtol: float) -> Array:
    field, effective = vector_field(flow), effective_parameter(flow)
    calls = 0

    def rate(sigma: float, flat: Array) -> Array:
        nonlocal calls
        calls += 1
        if calls > _MOST_CALLS:
            raise NotSmooth(f"no step of a useful size is found near -log f = {np.sinh(sigma):.4g}; start elsewhere, or end before")
        here = flat.reshape(w.shape)
        slope, _ = problem.relative(effective(here))
        velocity = field(here, slope)
        others = np.array([np.prod(np.delete(here, i, axis=0), axis=0) for i in range(len(here))])
        growth = -float((slope * others * velocity).sum())
        if not growth > 0:
            raise NotSmooth(f"the flow is at rest at -log f = {np.sinh(sigma):.4g}: a saddle; start elsewhere")
        return np.asarray((velocity * (np.cosh(sigma) / growth)).ravel())

    clock = np.arcsinh(M)
    size = float(np.abs(w).max())
    found = solve_ivp(
        rate, (np.arcsinh(first), clock[-1]), w.ravel(), method="LSODA", t_eval=clock, rtol=rtol, atol=1e-3 * rtol * size
    )
    if found.status != 0:
        last = np.sinh(found.t[-1]) if len(found.t) else first
        raise NotSmooth(f"the flow is lost after -log f = {last:.4g}; {found.message}")
    return np.array([effective(column.reshape(w.shape)) for column in found.y.T])


def _sign(flow: Flow, problem: Labelled, w: Array, M: Array, largest: float) -> Array:
    # No coordinate outgrows (t + |w|)^L, and no margin exceeds the largest times that.
    end = max(1e-3, 1.05 * float(M[-1] / largest) ** (1 / len(w)) - float(np.abs(w).max()))
    effective = effective_parameter(flow)
    for _ in range(_DOUBLINGS):
        path = simulate(flow, problem, w, end)
        losses = [log_loss(problem, x) for x in path.x]
        if losses[-1] >= M[-1]:
            break
        if path.converged:
            raise NotSmooth(f"sign flow is at rest at -log f = {losses[-1]:.4g}: a saddle; start where layers are not 0")
        end *= 1.5
    else:
        raise NotSmooth(f"-log f = {M[-1]:.4g} is not reached by t = {end:g}")

    def at(t: float) -> Array:
        return np.asarray(effective(path.at(t)))

    times = [brentq(lambda t, m=m: log_loss(problem, at(t)) - m, 0.0, path.t[-1]) if m > losses[0] else 0.0 for m in M]
    return np.array([at(t) for t in times])


def _size(x: Array, e: sympy.Expr) -> float:
    top = float(np.abs(x).max())
    return top if e == sympy.oo else top * float((np.abs(x / top) ** float(e)).sum()) ** (1 / float(e))


def _angle(x: Array, target: Array) -> Array:
    """Return angles that are accurate where they are small."""
    unit = x / np.linalg.norm(x, axis=1, keepdims=True)
    aim = target / np.linalg.norm(target)
    return np.asarray(2 * np.arctan2(np.linalg.norm(unit - aim, axis=1), np.linalg.norm(unit + aim, axis=1)))
