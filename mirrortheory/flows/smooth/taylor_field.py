r"""The vector field of a flow as a program of elementary operations, from which Taylor coefficients come by recurrence.

All coordinates together, as the loss couples them. Where the rate of the decay depends on time, t is one more unknown, with t' = 1;
each stretch of the decay has a field of its own.

Source: the modules of the flow, the losses and :mod:`mirrortheory.exact.series`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from operator import mul

import sympy

from mirrortheory.decays import TIME, Stretch, stretches
from mirrortheory.errors import InvalidArgument, NotEvaluable
from mirrortheory.exact.series import Program
from mirrortheory.flows.problems import Exponential, Logistic, Problem, Quadratic, Scalar
from mirrortheory.flows.schedules import RATE, with_letter
from mirrortheory.theory import Flow


@dataclass(frozen=True)
class Field:
    """The coupled vector field of all coordinates; input i d + j is weight i of coordinate j, the last one t if it is needed."""

    program: Program
    velocity: list[int]
    arguments: list[int]  # of the link, where it is not smooth at 0
    positive: list[int]  # inputs that the reparameterization takes as positive
    until: Fraction | None  # the end of the stretch of the decay for which it holds; None: it holds on


def no_recurrence(flow: Flow) -> str | None:
    """Return why the rate of a decay that depends on time has no Taylor coefficients here; None when it has."""
    try:
        for stretch in stretches(flow.decay.rate) if flow.decay.varies else ():
            Program(1).expression(stretch.rate, {TIME: 0})
    except NotEvaluable as error:
        return str(error)
    return None


def field_of(flow: Flow, problem: Problem, shape: tuple[int, int], stretch: Stretch | None = None) -> Field:
    """Return the field of all coordinates on a stretch of the decay, by default the first.

    Raises:
        InvalidArgument: for another shape than that of the problem, and for losses that have no Taylor coefficients here.
    """
    depth, d = shape
    if problem.dimension not in (None, d):
        condition = f"of shape ({depth}, {problem.dimension}), as the problem has it"
        raise InvalidArgument("initial", condition, shape, "give one column for each coordinate of x")
    stretch, varies = stretch or stretches(flow.decay.rate)[0], flow.decay.varies
    program, flow = Program(depth * d + varies), with_letter(flow)
    places = [{weight: i * d + j for i, weight in enumerate(flow.weights)} for j in range(d)]
    try:
        slopes = _slopes(program, problem, [program.expression(flow.effective, p) for p in places])
    except NotEvaluable as error:
        raise InvalidArgument("problem", "of exact numbers and functions with a Taylor recurrence", problem, str(error)) from None
    in_time = {RATE: program.expression(stretch.rate, {TIME: depth * d})} if varies else {}
    known = [{**p, flow.slope: slope, **in_time} for p, slope in zip(places, slopes, strict=True)]
    velocity = [program.expression(v, k) for v in flow.velocity for k in known]
    velocity += [program.linear((), (), sympy.S.One)] if varies else []
    smooth = flow.geometry.exponent == 2
    arguments = [] if smooth else [program.expression(a, k) for a in flow.link_arguments for k in known]
    until = Fraction(int(stretch.end.p), int(stretch.end.q)) if stretch.end.is_Rational else None
    return Field(program, velocity, arguments, [p[w] for w in flow.weights if w.is_positive for p in places], until)


def _slopes(program: Program, problem: Problem, x: list[int]) -> list[int]:
    """Return the places of the gradient of the loss, given those of the effective parameter."""
    if isinstance(problem, Quadratic):
        fractions = [[Fraction(v) for v in column] for column in [*problem.Z.T.tolist(), problem.b.tolist()]]
        unit = max(v.denominator for column in fractions for v in column)  # a power of two: integers are summed faster
        *columns, b = ([int(v * unit) for v in column] for column in fractions)
        inner = [[sympy.Rational(sum(map(mul, u, v)), unit**2) for v in [*columns, b]] for u in columns]
        return [program.linear(row[:-1], x, -row[-1]) for row in inner]
    if isinstance(problem, Logistic | Exponential):
        n = len(problem.labels)
        rows = [[_rational(label * v) for v in row] for row, label in zip(problem.Z.tolist(), problem.labels, strict=True)]
        margin = sympy.Symbol("margin", real=True)
        law = sympy.exp(-margin) if isinstance(problem, Exponential) else 1 / (1 + sympy.exp(margin))
        rate = [program.expression(law, {margin: program.linear(row, x)}) for row in rows]
        return [program.linear([-c / n for c in column], rate) for column in zip(*rows, strict=True)]
    if isinstance(problem, Scalar):
        symbol, slope = problem.derivative
        return [program.expression(slope, {symbol: place}) for place in x]
    known = "a Quadratic, a Logistic, an Exponential or a Scalar"
    raise InvalidArgument("problem", known, type(problem).__name__, "other losses have no proved digits: leave them out")


def _rational(value: Fraction | float) -> sympy.Rational:
    return sympy.Rational(*Fraction(value).as_integer_ratio())
