r"""The direction of the largest margin in the norm l_e, with a certificate.

.. math:: \min \{ |x|_e : y_i\, z_i \cdot x \ge 1 \text{ for all } i \}, \qquad \text{margin} = 1/|x|_e, \qquad e = p/L

Among all layers with the product x the p-norm is least for balanced ones, and its p-th power is :math:`L |x|^{p/L}` there: so the
margin in weights that a steepest flow of L layers increases, in the norm l_p, belongs to the l_e margin in x.

* e = 1 and e = oo: linear programs, settled in rationals (:mod:`~mirrortheory.bias.classification.vertices`).
* 1 < e < oo: KKT conditions in balls (:mod:`~mirrortheory.bias.classification.convex`).
* 0 < e < 1: not convex; vertices are listed (:mod:`~mirrortheory.bias.classification.concave`).

**Gap.** Where none of these comes to an end, weak duality still encloses the least norm: for any x with margin m > 0 and any
:math:`\lambda \ge 0`, it lies between :math:`\sum\lambda_i/|\sum\lambda_i a_i|_{e'}` and :math:`|x|_e/m`, in balls.

Source: Tsilivis, Vardi, Kempe (2025), arXiv:2410.22069, for margins of steepest flows; the exponent p/L: this project.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy

from mirrortheory.bias.classification import concave, convex, interior_point
from mirrortheory.bias.classification import vertices as linear
from mirrortheory.bias.classification.data import Rows, refuse, rows_of, separated
from mirrortheory.errors import InvalidArgument, NotEvaluable
from mirrortheory.exact import Ball, Number, as_ball, ball, exact, precision, rational
from mirrortheory.flows.problems import Array

_BITS = 128
_INWARDS = 1e-9
_SHOWN = 1e-6  # a relative gap beyond which nothing is returned


@dataclass(frozen=True, eq=False)
class Certificate:
    """What is proved of a solution.

    Attributes:
        kind: ``exact`` (a pair of rational x and lambda with equal objectives), ``balls`` (the KKT conditions hold inside them),
            ``vertices`` (all were listed), or ``gap`` (the least norm alone is enclosed).
        x, multipliers: the numbers it is about: rationals or balls; for ``gap`` they are those of a feasible pair.
        norm: the least norm |x|_e, a rational or a ball.
    """

    kind: str
    x: tuple[Number, ...]
    multipliers: tuple[Number, ...]
    norm: Number

    def __str__(self) -> str:
        known = {
            "exact": "rational x and lambda, feasible, with equal objectives",
            "balls": "the KKT conditions hold in balls",
            "vertices": "the least of all vertices, exact x",
            "gap": "the least norm lies between two feasible objectives, in balls",
        }
        return known[self.kind]


@dataclass(frozen=True, eq=False)
class MaxMargin:
    """A solution of the margin problem.

    Attributes:
        x: of margin 1 to rounding, shape (d,).
        multipliers: lambda >= 0 of sum |x|_e, shape (n,); the rows times lambda are the gradient of |x|_e.
        margin: 1/|x|_e.
        exponent: e.
        certificate: what is proved, and of which numbers.
        unique: whether no other x is a solution; None where that is not decided.
        reason: why.
        others: for e < 1 the other strict local minima, each of margin 1, the least first.
    """

    x: Array
    multipliers: Array
    margin: float
    exponent: sympy.Expr
    certificate: Certificate
    unique: bool | None
    reason: str
    others: tuple[Array, ...] = ()


def margin_exponent(q: object, depth: int) -> sympy.Expr:
    """Return e = p/L, with p = q/(q - 1): the norm in x of the margin that L layers seek at the gradient exponent q.

    Args:
        q: gradient exponent, an exact rational in [1, 2].
        depth: the number L of layers.

    Raises:
        InvalidArgument: for another q, and for a depth that is no positive integer.

    >>> margin_exponent(2, 2), margin_exponent(1, 5), margin_exponent("4/3", 4), margin_exponent("3/2", 2)
    (1, oo, 1, 3/2)
    """
    value = rational(q, "q")
    if not 1 <= value <= 2:
        raise InvalidArgument("q", "an exact rational in [1, 2]", q, "write for example 3/2")
    if isinstance(depth, bool) or not isinstance(depth, int) or depth < 1:
        raise InvalidArgument("depth", "an integer >= 1", depth, "write the number of layers")
    return sympy.oo if value == 1 else value / (value - 1) / depth


def max_margin(problem: Any, *, exponent: object) -> MaxMargin:
    """Return the x of margin 1 with the least norm |x|_e.

    Args:
        problem: an :class:`~mirrortheory.flows.Exponential` or :class:`~mirrortheory.flows.Logistic`, or a pair (Z, labels).
        exponent: e > 0, an exact rational or ``sympy.oo``; for a flow :func:`margin_exponent`.

    Raises:
        InvalidArgument: for data that cannot be separated, with Gordan's vector, and for other arguments than these.
        NotEvaluable: where doubles do not come near enough to a solution to enclose its norm.

    >>> found = max_margin(([[2, 1], [1, 3]], [1, 1]), exponent=1)
    >>> found.certificate.x, found.certificate.norm, found.unique, str(found.certificate)
    ((2/5, 1/5), 3/5, True, 'rational x and lambda, feasible, with equal objectives')
    >>> max_margin(([[2, 1]], [1]), exponent=sympy.oo).x.tolist()
    [0.3333333333333333, 0.3333333333333333]
    """
    rows, e = rows_of(problem), _exponent(exponent)
    zero = not rows.doubles.any(axis=1).all()
    linearly = e in (1, sympy.oo)
    start = None if zero else linear.approximate(rows if linearly else rows.scaled()[0], sup=e == sympy.oo)
    if start is None or not separated(rows, start[0]):
        refuse(rows)
        start = start if linearly else None
    if linearly:
        return _linear(rows, e, start)
    if e < 1:
        return _concave(rows, e)
    if start is None:
        exactly = linear.by_simplex(rows.scaled()[0], sup=False)
        assert exactly is not None
        start = _doubles(exactly.x), _doubles(exactly.multipliers)
    problem = convex.scaled(rows, start[0])
    x, mu = interior_point.approximate(problem.rows.doubles, problem.least, float(e), problem.start)
    found = convex.certified(problem, e, x, mu)
    if found is None:
        if not ((problem.rows.doubles @ x) > 0).all():
            x = x + _INWARDS * problem.start  # a large row has a margin near 0
        return _gap(rows, e, x * problem.factor, mu / problem.sizes, "the norm is strictly convex")
    certificate = Certificate("balls", found.x, found.multipliers, found.norm)
    return _result(e, certificate, True, "the norm is strictly convex")


def _exponent(exponent: object) -> sympy.Expr:
    e = sympy.oo if exponent in (sympy.oo, "oo", float("inf")) else rational(exponent, "exponent")
    if not e > 0:
        raise InvalidArgument("exponent", "a number > 0 or sympy.oo", exponent, "write p/L, for example 3/2")
    return e


def _linear(rows: Rows, e: sympy.Expr, start: tuple[Array, Array] | None) -> MaxMargin:
    sup = e == sympy.oo
    found = None if start is None else linear.vertex(rows, *start, sup=sup)
    if found is None and rows.small:
        found = linear.by_simplex(rows, sup=sup)
    if found is None:
        assert start is not None
        return _gap(rows, e, *start, "not decided")
    unique, reason = linear.unique(rows, found, sup=sup)
    return _result(e, Certificate("exact", found.x, found.multipliers, found.norm), unique, reason)


def _concave(rows: Rows, e: sympy.Expr) -> MaxMargin:
    least, *others = concave.vertices(rows, e)
    ties = [one for one in others if not one.norm > least.norm]
    unique = None if ties else True
    if any(sorted(map(abs, one.x)) == sorted(map(abs, least.x)) for one in ties):
        unique = False
    reasons = {True: "every other vertex has a larger norm", False: "another vertex has the same norm", None: "norms are too close"}
    certificate = Certificate("vertices", least.x, least.multipliers, least.norm)
    minima = tuple(_doubles(one.x) for one in others if one.strict)
    return _result(e, certificate, unique, reasons[unique], minima)


def _gap(rows: Rows, e: sympy.Expr, x: Array, multipliers: Array, reason: str) -> MaxMargin:
    """Enclose the least norm by weak duality."""
    if not (np.isfinite(x).all() and np.isfinite(multipliers).all() and multipliers.any()):
        raise NotEvaluable(f"doubles underflow or overflow on the way to a solution at e = {e}; scale the data to entries near 1")
    with precision(_BITS):
        primal = [exact(float(v)) for v in x]
        dual = [exact(float(max(v, 0.0))) for v in multipliers]
        margin = min(rows.margins(primal))
        if not margin > 0:
            raise NotEvaluable(f"no x of positive margin was found in doubles at e = {e}")
        primal = [v / margin for v in primal]
        conjugate = sympy.S.One if e == sympy.oo else sympy.oo if e == 1 else e / (e - 1)
        size = _norm(rows.pulls(dual), conjugate)
        upper, lower = _norm(primal, e), sum(map(as_ball, dual), Ball(0)) / size
        if not upper - lower <= ball(rational(repr(_SHOWN))) * upper:
            raise NotEvaluable(f"the least norm at e = {e} is known only to lie between {lower.str(8)} and {upper.str(8)}")
        norm = lower.union(upper)
    unique = True if 1 < e < sympy.oo else None
    return _result(e, Certificate("gap", tuple(primal), tuple(as_ball(v) / size for v in dual), norm), unique, reason)


def _norm(values: list[Any], e: sympy.Expr) -> Ball:
    sizes = [abs(as_ball(v)) for v in values if v != 0]
    if e == sympy.oo:
        top = Ball(0)
        for size in sizes:
            top = top.max(size)
        return top
    return sum((s ** ball(e) for s in sizes), Ball(0)) ** ball(1 / e)


def _result(e: sympy.Expr, certificate: Certificate, unique: bool | None, reason: str, others: tuple[Array, ...] = ()) -> MaxMargin:
    norm = float(as_ball(certificate.norm).mid())
    x, multipliers = _doubles(certificate.x), _doubles(certificate.multipliers)
    return MaxMargin(x, multipliers, 1 / norm, e, certificate, unique, reason, others)


def _doubles(values: tuple[Number, ...]) -> Array:
    with precision(_BITS):
        return np.array([float(as_ball(v).mid()) for v in values])
