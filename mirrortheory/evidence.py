"""Statements and what was seen when they were examined.

A check yields statements, which are data; :meth:`Statement.examine` turns one into :class:`Evidence`. The verdict of an
evidence is never stronger than what was done: see :class:`Verdict`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import numpy as np
import sympy

from mirrortheory.domain import Domain, Point
from mirrortheory.errors import BrokenCheck, InvalidArgument, NotEvaluable, shown
from mirrortheory.exact import (
    Ball,
    BallFunction,
    Cover,
    as_expression,
    bits_for,
    compile_condition,
    cover_positive,
    decimal,
    is_accurate,
    precision,
    reduce_to_ring,
    widest_enclosure,
)
from mirrortheory.theory import Flow

_DIGITS = (30, 60)
_LAST_RESORT_DIGITS = 1000
_AGREEING_DIGITS = 20
_MAX_OPERATIONS_TO_SIMPLIFY = 150
_MORE = 16
TIME = sympy.Symbol("t", nonnegative=True)
START = sympy.Symbol("Q0", real=True)


class Verdict(Enum):
    """How much was shown; the order of the first three is their strength."""

    PROVED = "PROVED"
    DERIVED = "DERIVED"
    SUPPORTED = "SUPPORTED"
    UNDECIDED = "UNDECIDED"
    VACUOUS = "VACUOUS"
    REFUTED = "REFUTED"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class Curve:
    """A quantity along a flow against its law, for the report: sequences of one length, ``band`` the error estimate."""

    label: str
    times: tuple[float, ...]
    values: tuple[float, ...]
    law: tuple[float, ...]
    band: tuple[float, ...]


@dataclass(frozen=True)
class Evidence:
    """What was looked at and what it showed.

    Attributes:
        kind: ``ring``, ``form`` (positive by its form), ``boxes``, ``symbolic``, ``sampled`` or ``simulated``; for axioms also
            ``orders`` (of powers, compared as rationals) or ``limit`` (by SymPy).
        verdict: what this alone shows of its part.
        part: which part of the claim, for example ``depth 3``.
        detail: one line: how it was examined.
        witness: for REFUTED, the exact point and the two enclosures that differ there.
        curve: for ``simulated``, what to plot.
        data: for a certificate: sample ``points``, the ``witness`` point, the ``splits`` of a subdivision.
        essential: whether the verdict of the claim rests on it; corroborating evidence can only weaken a verdict.
    """

    kind: str
    verdict: Verdict
    part: str
    detail: str
    witness: Mapping[str, str] | None = None
    curve: Curve | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    essential: bool = True


class Statement(ABC):
    """Something that is true or false, with the domain on which it is claimed."""

    @abstractmethod
    def examine(self, *, seed: int) -> Evidence:
        """Examine the statement; the verdict says how much was shown."""


@dataclass(frozen=True)
class Identity(Statement):
    """``lhs = rhs`` everywhere on ``on``.

    Examined at exact rational points in ball arithmetic at 30 and 60 digits, then in FLINT's ring, then by SymPy.

    Args:
        lhs, rhs: SymPy expressions in the variables of ``on``, without floats.
        on: where it is claimed.
        part: which part of the claim this is.
        samples: how many points.

    >>> x = sympy.Symbol("x", positive=True)
    >>> everywhere = Domain({x: sympy.Interval.open(0, sympy.oo)})
    >>> Identity((x + 1) ** 2, x**2 + 2 * x + 1, on=everywhere).examine(seed=0).verdict.name
    'PROVED'
    """

    lhs: sympy.Expr
    rhs: sympy.Expr
    on: Domain
    part: str = ""
    samples: int = 12

    def __post_init__(self) -> None:
        _read_sides(self)

    def examine(self, *, seed: int) -> Evidence:
        lhs, rhs = self.lhs, self.rhs
        points = _points(self.on, lhs, rhs, self.samples, seed)
        if not points:
            return Evidence("sampled", Verdict.VACUOUS, self.part, "no point satisfies the assumptions")
        found = self._sampled(lhs, rhs, points)
        if found is not None:
            return found
        kind, verdict, how = _equality(_difference(lhs, rhs), self.on)
        if verdict is Verdict.SUPPORTED:  # only samples speak for it: look at more of them, and closer
            points = _points(self.on, lhs, rhs, _MORE * self.samples, seed)
            found = self._sampled(lhs, rhs, points)
            if found is not None:
                return found
            for point, left, right in _enclosures(self.on, lhs, rhs, points[:3], digits=(_LAST_RESORT_DIGITS,)):
                if left.is_finite() and right.is_finite() and not left.overlaps(right):
                    return _refuted(self.part, point, left, right, "lhs and rhs differ", _LAST_RESORT_DIGITS)
        sampled = f"agrees at {len(points)} exact points to {_DIGITS[-1]} digits"
        how = how or _width(lhs - rhs, self.on)
        detail = f"{how}; {sampled}" if how else sampled
        return Evidence(kind, verdict, self.part, detail, data={"points": points})

    def _sampled(self, lhs: sympy.Expr, rhs: sympy.Expr, points: Sequence[Point]) -> Evidence | None:
        """Return the evidence against the statement at these points, or None when all agree."""
        undefined: list[Point] = []
        for point, left, right in _enclosures(self.on, lhs, rhs, points):
            if not (_sharp(left) and _sharp(right)):
                undefined.append(point)
            elif not left.overlaps(right):
                self._must_not_be_proved(_difference(lhs, rhs), point)
                return _refuted(self.part, point, left, right, "lhs and rhs differ")
        if not undefined:
            return None
        where = _point_text(undefined[0])
        return Evidence("sampled", Verdict.UNDECIDED, self.part, f"undefined or unresolved at {where}, a point of the domain")

    def _must_not_be_proved(self, difference: sympy.Expr, point: Point) -> None:
        found = _equality_in_ring(difference, self.on)
        if found is not None and found[1] is Verdict.PROVED:
            raise BrokenCheck(f"the ring proves what ball arithmetic refutes at {_point_text(point)}")


@dataclass(frozen=True)
class Inequality(Statement):
    """``lhs <= rhs`` (``lhs < rhs`` when ``strict``) everywhere on ``on``; the arguments are those of :class:`Identity`.

    PROVED when rhs - lhs is a quotient of sums of positive terms, or, on a compact domain, when ball arithmetic shows it
    positive on every box of a subdivision; otherwise sampled, hence SUPPORTED.
    """

    lhs: sympy.Expr
    rhs: sympy.Expr
    on: Domain
    part: str = ""
    samples: int = 100
    strict: bool = False

    def __post_init__(self) -> None:
        _read_sides(self)

    def examine(self, *, seed: int) -> Evidence:
        lhs, rhs = self.lhs, self.rhs
        points = _points(self.on, lhs, rhs, self.samples, seed)
        if not points:
            return Evidence("sampled", Verdict.VACUOUS, self.part, "no point satisfies the assumptions")
        open_points: list[Point] = []
        ties: list[Point] = []
        for point, left, right in _enclosures(self.on, lhs, rhs, points):
            if not left < right:
                ties.append(point)
            exactly_equal = left.is_exact() and right.is_exact() and left == right
            if left > right or (self.strict and exactly_equal):
                return _refuted(self.part, point, left, right, "lhs exceeds rhs" if left > right else "lhs equals rhs")
            if not (_sharp(left) and _sharp(right)) or (self.strict and not left < right):
                open_points.append(point)
        if open_points:
            where = _point_text(open_points[0])
            return Evidence("sampled", Verdict.UNDECIDED, self.part, f"not decided at {where}, a point of the domain")
        sampled = f"holds at {len(points)} exact points"
        data: dict[str, Any] = {"points": points}
        if self.on.positive_by_form(rhs - lhs, or_zero=not self.strict):
            detail = f"the difference is positive by its form; {sampled}"
            return Evidence("form", Verdict.PROVED, self.part, detail, data=data)
        cover = _cover(rhs - lhs, self.on)
        if cover is not None:
            detail = f"the difference is positive on each of {cover.boxes} boxes that cover the domain; {sampled}"
            return Evidence("boxes", Verdict.PROVED, self.part, detail, data=data | {"splits": cover.splits})
        for point, left, right in _enclosures(self.on, lhs, rhs, ties[:_MORE], digits=(_LAST_RESORT_DIGITS,)):
            if left > right:
                return _refuted(self.part, point, left, right, "lhs exceeds rhs", _LAST_RESORT_DIGITS)
        return Evidence("sampled", Verdict.SUPPORTED, self.part, sampled, data=data)


@dataclass(frozen=True)
class AlongFlow(Statement):
    """A quantity follows its law along one simulated flow, within the error estimate; corroborates an exact statement.

    Args:
        flow, problem, initial, t_end: what to simulate (see :func:`mirrortheory.flows.simulate`).
        quantity: SymPy expression in the weights.
        law: SymPy expression in TIME and START (the initial value), with numbers for everything else.
        part: which part of the claim this is.
    """

    flow: Flow
    problem: Any
    initial: Sequence[Any]
    t_end: float
    quantity: sympy.Expr
    law: sympy.Expr
    part: str = ""

    def examine(self, *, seed: int) -> Evidence:
        from mirrortheory.flows import simulate  # SciPy is slow to import, and exact claims do without it

        path = simulate(self.flow, self.problem, self.initial, self.t_end, method="dop853")  # it knows of no balance
        values, error = path.quantity(self.quantity)
        law = sympy.lambdify((TIME, START), self.law, "numpy")
        expected = np.broadcast_to(law(path.t[:, None], values[0]), values.shape)
        worst = np.unravel_index(np.argmax(np.abs(values - expected) / error), values.shape)
        gap, allowed = float(abs(values - expected)[worst]), float(error[worst])
        verdict = Verdict.SUPPORTED if gap <= allowed else Verdict.UNDECIDED
        relation = "within" if verdict is Verdict.SUPPORTED else "NOT within"
        columns = (path.t, values[:, worst[1]], expected[:, worst[1]], error[:, worst[1]])
        curve = Curve(str(self.quantity), *(tuple(map(float, column)) for column in columns))
        where = f"coordinate {worst[1] + 1} at t = {path.t[worst[0]]:.3g}"
        detail = (
            f"comes closest to its bound in {where}: off by {gap:.1e}, {relation} the error estimate {allowed:.1e}; {path.method}"
        )
        return Evidence("simulated", verdict, self.part, detail, curve=curve, essential=False)


def _read_sides(statement: Identity | Inequality) -> None:
    for side in ("lhs", "rhs"):
        object.__setattr__(statement, side, as_expression(getattr(statement, side), side))


def _difference(lhs: sympy.Expr, rhs: sympy.Expr) -> sympy.Expr:
    # Unevaluated: 1/(m - 1) - 1/(m - 1) is not 0 where it is undefined.
    return sympy.Add(lhs, sympy.Mul(-1, rhs, evaluate=False), evaluate=False)


def _sharp(value: Ball) -> bool:
    """Return whether a ball is small enough for an overlap to mean agreement."""
    return bool(value.is_finite() and is_accurate(value, _AGREEING_DIGITS))


def _points(on: Domain, lhs: sympy.Expr, rhs: sympy.Expr, samples: int, seed: int) -> list[Point]:
    unknown = (lhs.free_symbols | rhs.free_symbols) - set(on.ranges)
    if unknown:
        names = ", ".join(sorted(map(str, unknown)))
        raise InvalidArgument("on", "a domain that ranges over every symbol", names, "add its range to the domain")
    return on.sample(samples, seed=seed)


def _enclosures(
    on: Domain, lhs: sympy.Expr, rhs: sympy.Expr, points: Sequence[Point], digits: Sequence[int] = _DIGITS
) -> list[tuple[Point, Ball, Ball]]:
    """Enclose both sides at each point, at precisions that must agree; the sharpest pair comes back."""
    variables = tuple(on.ranges)
    left, right = BallFunction(lhs, variables), BallFunction(rhs, variables)
    found = []
    for point in points:
        arguments = [point[v] for v in variables]
        pairs = []
        for places in digits:
            with precision(bits_for(places)):
                pairs.append((left(*arguments), right(*arguments)))
        for rough, sharp in zip(pairs[0], pairs[-1], strict=True):
            if rough.is_finite() and sharp.is_finite() and not rough.overlaps(sharp):
                raise BrokenCheck(f"two precisions give disjoint enclosures at {_point_text(point)}")
        found.append((point, *pairs[-1]))
    return found


def _equality(difference: sympy.Expr, on: Domain) -> tuple[str, Verdict, str]:
    found = _equality_in_ring(difference, on)
    if found is not None:
        return found
    if difference.count_ops() <= _MAX_OPERATIONS_TO_SIMPLIFY and _simplifies_to_zero(difference):
        return "symbolic", Verdict.DERIVED, "SymPy simplifies the difference to 0"
    return "sampled", Verdict.SUPPORTED, ""


def _equality_in_ring(difference: sympy.Expr, on: Domain) -> tuple[str, Verdict, str] | None:
    try:
        reduction = reduce_to_ring(difference)
    except NotEvaluable:  # an expression that the ring cannot hold is left to the other routes
        return None
    if not reduction.vanishes:
        return None
    assumed = [f"{e} is not 0" for e in reduction.nonzero if not on.nonvanishing(e)]
    assumed += [f"{e} > 0" for e in reduction.defined if not on.positive(e)]
    if not assumed:
        return "ring", Verdict.PROVED, f"zero in a ring with {len(reduction.generators)} generators"
    return "ring", Verdict.DERIVED, f"zero in a ring, where {shown(', '.join(assumed))}"


def _simplifies_to_zero(difference: sympy.Expr) -> bool:
    try:
        return bool(sympy.simplify(difference) == 0)
    except (TypeError, ValueError, NotImplementedError, AttributeError, RecursionError):
        return False  # simplify fails on some expressions; that says nothing about the statement


def _cover(expr: sympy.Expr, on: Domain) -> Cover | None:
    box = on.box()
    if not box:
        return None
    variables = sorted(on.ranges, key=str)
    order = list(on.ranges)
    conditions = [compile_condition(c, variables) for c in on.conditions]
    return cover_positive(expr, variables, tuple(box[order.index(v)] for v in variables), conditions)


def _width(difference: sympy.Expr, on: Domain) -> str:
    """Say how far from 0 the difference of two sides can be anywhere on a compact domain; empty when that is not known."""
    box = on.box()
    if not box or on.conditions:
        return ""
    enclosure = widest_enclosure(difference, list(on.ranges), box)
    return "" if enclosure is None else f"within {float(abs(enclosure).upper()):.1e} on the whole domain, by 512 boxes"


def _refuted(part: str, point: Point, left: Ball, right: Ball, detail: str, digits: int = _DIGITS[-1]) -> Evidence:
    witness = {str(v): str(value) for v, value in point.items()}
    clash = {"lhs", "rhs"} & set(witness)
    places = 20 if _apart(left, right, 20) else digits
    for name, value in (("lhs", left), ("rhs", right)):
        enclosure = decimal(value, places)
        witness[f"{name} side" if clash else name] = f"{enclosure['mid']} +/- {enclosure['rad']}"
    detail = f"{detail}, in ball arithmetic at {digits} digits"
    return Evidence("sampled", Verdict.REFUTED, part, detail, witness, data={"witness": point})


def _apart(left: Ball, right: Ball, digits: int) -> bool:
    """Return whether two balls are equal, or differ visibly at this many digits."""
    gap = abs(left - right)
    return bool(gap == 0 or gap > 4 * Ball(10) ** -digits * max(abs(left), abs(right), Ball(1)))


def _point_text(point: Mapping[sympy.Symbol, sympy.Rational]) -> str:
    return ", ".join(f"{v} = {value}" for v, value in point.items()) or "the only point"


def combine(evidence: Sequence[Evidence]) -> Verdict:
    """Return the verdict of a whole from the evidence on its parts: one witness refutes, the weakest part decides.

    >>> combine([])
    <Verdict.VACUOUS: 'VACUOUS'>
    """
    verdicts = [e.verdict for e in evidence]
    essential = [e.verdict for e in evidence if e.essential] or verdicts
    if Verdict.REFUTED in verdicts:
        return Verdict.REFUTED
    if all(v is Verdict.VACUOUS for v in essential):
        return Verdict.VACUOUS
    if Verdict.UNDECIDED in verdicts or Verdict.VACUOUS in verdicts:
        return Verdict.UNDECIDED
    strength = [Verdict.SUPPORTED, Verdict.DERIVED, Verdict.PROVED]
    return min(essential, key=strength.index)
