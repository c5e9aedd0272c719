r"""Where a flow with weight decay ends on a quadratic loss: a penalty that decay adds to the loss, or the box that it draws.

.. math:: F = f + \frac Ar \sum_j |x_j|^r: \qquad \text{coupled } r = \frac2L,\ A = \alpha; \qquad
          \text{decoupled, } q > 1\colon\ r = \frac pL,\ A = \alpha^{p-1}; \qquad
          \text{decoupled, } q = 1\colon\ |x_j| \le \alpha^{-L}

for products of L layers and :math:`f = |Zx - b|^2/2`. Where the flow rests, the layers of a coordinate are all 0 or all of one
size; the points with no :math:`x_j = 0` are the stationary points of F (the KKT points of f over the box). What is predicted:

============  ==========================================  ==========================================
order         problem                                     how it is solved and certified
============  ==========================================  ==========================================
r = 2         ridge regression                            quadratic program, KKT in exact rationals
box           least squares over a box                    quadratic program, KKT in exact rationals
r = 1         lasso                                       quadratic program, KKT in exact rationals
other r > 1   strictly convex                             Newton, one zero by Krawczyk's operator
r < 1         one of many local minima                    the basin of the start, then as above
============  ==========================================  ==========================================

**Ties.** Two smallest layers of one size stay so and keep x_j from changing its sign: then F is least on that side. Where x_j
reaches 0 so, the flow rests by the choice sign(0) = 0 and is not unique. Under coupled decay and q = 1 layers of different sizes
can meet, and are tied from then on. So for L > 1 a prediction says what it is given.

**Basins, r < 1.** Where the columns of Z are orthogonal and each coordinate has layers of one size, the sign of the velocity at the
start tells the end, and is decided (:mod:`mirrortheory.bias.decay.basins`). Else the flow is followed for a time, and that is said.

Not to be confused with :func:`mirrortheory.bias.bregman_projection`, without decay, where the start is all that decides.

Source: this project (decay_stops_at_stationary_points_of_a_power_penalty and the claims it names); Xie and Li (2024),
arXiv:2404.04454, for AdamW at depth one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import sympy
from numpy.typing import ArrayLike

from mirrortheory.bias.decay.basins import balanced_end, end_of_a_run
from mirrortheory.bias.decay.penalty import Penalty, kkt_residual
from mirrortheory.bias.decay.power_penalty import PowerPenalised, Side
from mirrortheory.decays import Coupled
from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import Exact, exact, rational
from mirrortheory.exact.box_program import BoxProgram, minimise, normal_equations
from mirrortheory.flows import Quadratic
from mirrortheory.flows.problems import Array, Problem
from mirrortheory.flows.starts import weights_of
from mirrortheory.theory import Flow
from mirrortheory.theory.flow import must_be_a_flow

EXACT = "KKT conditions decided in exact rationals"
NOT_SHOWN = "none: the residual alone, in double precision"
GLOBAL, LOCAL, STATIONARY, NEAR = "global minimiser", "strict local minimiser", "stationary point", "near a stationary point"
_ROUGH = 1e-8  # a residual above it is near nothing
_TIED = "coordinates {} keep their signs, as their smallest layers are of one size; none that ends off 0 is at 0 before"
_AT_ZERO = "coordinates {} start at 0 with two layers 0, and stay there by the choice sign(0) = 0"
_OFF_SADDLES = "the flow does not end at a saddle, where all layers of a coordinate are 0 and a slope would move x_j"
_NO_MEETING = "at q = 1 no two layers that meet under coupled decay hold their coordinate at 0 later"


@dataclass(frozen=True, eq=False)
class DecayLimit:
    """Where a flow with decay ends.

    Attributes:
        x: the limit in doubles, shape (d,).
        exact: the same in exact rationals where it is rational, else None.
        penalty: what it minimises, in words.
        kind: "global minimiser", "strict local minimiser", or "stationary point", of that (on the sides that ``given`` names), as
            the certificate shows it; "near a stationary point" where there is none.
        unique: whether it is the only one of that kind; None where that is not decided. If False, the flow ends at one of
            several, and which one depends on its path.
        kkt_residual: the largest violation of the KKT conditions by ``x``, in doubles, relative to the terms of the slope.
        certificate: what was shown of it, in words.
        given: what the prediction takes for granted of the flow, in words.
    """

    x: Array
    exact: tuple[Exact, ...] | None
    penalty: Penalty
    kind: str
    unique: bool | None
    kkt_residual: float
    certificate: str
    given: tuple[str, ...]


def decay_limit(flow: Flow, problem: Problem, *, initial: ArrayLike | None = None, t_end: float | str | None = None) -> DecayLimit:
    r"""Predict where a flow with decay ends.

    Args:
        flow: a product of layers with decoupled or coupled decay, numbers for q and a constant rate > 0.
        problem: a :class:`mirrortheory.flows.Quadratic`.
        initial: weights, shape (depth, d). For r < 1 it is needed; else it tells which coordinates keep their signs, and without
            it none does (almost every start).
        t_end: for r < 1 how long the flow is followed where no theorem tells the basin; 20/alpha by default.

    Raises:
        InvalidArgument: for another flow or loss, wrong shapes, a missing start, a run that does not tell the basin, or columns of
            Z so different in size that Newton's method ends nowhere.

    >>> from mirrortheory import Decoupled, Lq, Product
    >>> lasso = decay_limit(Flow(Lq(2), Product(2), Coupled("1/2")), Quadratic([[1, 0], [0, 2]], [1, "0.1"]))
    >>> lasso.x.tolist(), str(lasso.penalty), lasso.kind, lasso.unique
    ([0.5, 0.0], 'f + 1/2 sum |x_j|', 'global minimiser', True)
    >>> box = decay_limit(Flow(Lq(1), Product(2), Decoupled("1/2")), Quadratic([[1, 0], [0, 2]], [9, 2]))
    >>> box.x.tolist(), str(box.penalty)
    ([4.0, 1.0], 'f over |x_j| <= 4')
    """
    must_be_a_flow(flow)
    penalty = Penalty.of(flow)
    if not isinstance(problem, Quadratic):
        raise InvalidArgument("problem", "a Quadratic", type(problem).__name__, "write Quadratic(Z, b) for |Z x - b|^2/2")
    depth, d = len(flow.weights), problem.Z.shape[1]
    start = None if initial is None else weights_of(initial, depth, d)
    if start is None and penalty.order < 1:
        raise InvalidArgument("initial", f"given for {penalty}, with many local minima", None, "give weights of shape (depth, d)")
    until = float(rational(t_end, "t_end")) if isinstance(t_end, str) else t_end
    H, g = normal_equations(problem.Z, problem.b)
    if penalty.order < 1:
        assert start is not None
        return _in_a_basin(flow, problem, penalty, start, H, g, until)
    signs, given = _sides(flow, start, d)
    if penalty.is_quadratic_program:
        x, unique = _program(penalty, H, g, signs)
        return _result(problem, penalty, [int(v.p) / int(v.q) for v in x], GLOBAL, unique, EXACT, given, signs, exact_x=tuple(x))
    power = PowerPenalised(H, g, penalty.strength, sympy.Rational(penalty.order), signs)
    found = power.minimiser()
    sides = power.enclosed(found)
    kind, unique = (NEAR, None) if sides is None else (GLOBAL, True)
    return _result(problem, penalty, found, kind, unique, _shown(found, sides), given, signs)


def _result(
    problem: Quadratic,
    penalty: Penalty,
    x: ArrayLike,
    kind: str,
    unique: bool | None,
    certificate: str,
    given: Sequence[str],
    signs: Sequence[int | None],
    exact_x: tuple[Exact, ...] | None = None,
) -> DecayLimit:
    place = np.array(x, dtype=float)
    residual = kkt_residual(problem, penalty, place, signs)
    if kind == NEAR and residual > _ROUGH:
        raise InvalidArgument(
            "Z", "of columns for which Newton's method ends", f"a residual of {residual:.1e}", "scale the columns"
        )
    return DecayLimit(place, exact_x, penalty, kind, unique, residual, certificate, tuple(given))


def _program(
    penalty: Penalty, H: list[list[Exact]], g: list[Exact], signs: Sequence[int | None]
) -> tuple[list[Exact], bool | None]:
    """Return the minimiser of a quadratic program with these sides, and whether it is the only one."""
    d, zero, A = len(g), exact(0), exact(penalty.strength)
    if penalty.order == 1:  # x = u - v, both at least 0, at most one of them not 0 as A > 0
        places = [(j, s) for s in (1, -1) for j in range(d) if signs[j] in (None, s)]
        rows = [[s * t * H[j][k] for k, t in places] for j, s in places]
        found = minimise(rows, [s * g[j] - A for j, s in places], [zero] * len(places), [None] * len(places)) if places else None
        x = [zero] * d
        for (j, s), v in zip(places, found.x if found else (), strict=True):
            x[j] = x[j] + s * v
        return x, found.unique if found else True
    side = None if penalty.side == sympy.oo else exact(penalty.side)
    low = [zero if s is not None and s >= 0 else None if side is None else -side for s in signs]
    high = [zero if s is not None and s <= 0 else side for s in signs]
    if penalty.order == 2:
        H = [[v + A if j == k else v for k, v in enumerate(row)] for j, row in enumerate(H)]
    program: BoxProgram = minimise(H, g, low, high)
    return list(program.x), program.unique


def _sides(flow: Flow, start: Array | None, d: int) -> tuple[list[int | None], tuple[str, ...]]:
    """Return the sign that each coordinate keeps (0: it stays at 0; None: it may change), and what is given so."""
    given = () if len(flow.weights) == 1 else (_OFF_SADDLES,)
    if isinstance(flow.decay, Coupled) and flow.geometry.exponent == 1 and len(flow.weights) > 1:
        given = (*given, _NO_MEETING)
    if start is None or len(start) == 1:
        return [None] * d, given
    first, second = np.sort(np.abs(start), axis=0)[:2]
    tied = [int(j) for j in np.flatnonzero((first == second) & (first > 0))]
    still = [int(j) for j in np.flatnonzero(second == 0)]
    sides = [int(np.sign(start[:, j]).prod()) if j in tied else 0 if j in still else None for j in range(d)]
    found = [text.format(", ".join(map(str, which))) for text, which in ((_TIED, tied), (_AT_ZERO, still)) if which]
    return sides, (*given, *found)


def _in_a_basin(
    flow: Flow, problem: Quadratic, penalty: Penalty, start: Array, H: list[list[Exact]], g: list[Exact], t_end: float | None
) -> DecayLimit:
    d = len(g)
    power = PowerPenalised(H, g, penalty.strength, sympy.Rational(penalty.order), [None] * d)
    apart = not any(H[j][k] != 0 for j in range(d) for k in range(j))
    if apart and bool((np.abs(start) == np.abs(start[0])).all()):
        ends = [balanced_end(H[j][j], g[j], start[:, j], penalty) for j in range(d)]
        x, given = power.polished(np.array([end.x for end in ends])), tuple[str, ...]()
        least, alone = all(end.least for end in ends), all(end.alone for end in ends)
    else:
        x, given = end_of_a_run(flow, problem, power, penalty, start, t_end)
        least, alone = False, False
    sides = power.enclosed(x)
    kind, shown = NEAR if sides is None else STATIONARY, _shown(x, sides)
    if sides is not None and power.is_local_minimum(x, sides):
        kind = GLOBAL if least else LOCAL
        shown = f"{shown}; the Hessian on the support is positive definite there" if sides else shown
    return _result(problem, penalty, x, kind, alone and kind == GLOBAL, shown, given, [None] * d)


def _shown(x: Array, sides: Sequence[Side] | None) -> str:
    """Return in words what an enclosure shows."""
    if sides is None:
        return NOT_SHOWN
    if not sides:
        return "x = 0, where the conditions are decided in exact rationals"
    wide = max(float(max(high - v, v - low) / high) for (low, high), v in zip(sides, map(_exactly, np.abs(x[x != 0])), strict=True))
    return f"one stationary point within {wide:.0e} of each |x_j| by Krawczyk's operator, and no other there"


def _exactly(value: float) -> sympy.Rational:
    return sympy.Rational(float(value))
