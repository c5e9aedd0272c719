r"""The KKT conditions in balls: the end to any number of digits, with a proof that it is there, and alone.

With multipliers c, :math:`y_j = y_{0j} + \omega_j (N^T c)_j` and F(c) = N x(y) - u. F is the gradient of the dual function,
which is strictly convex where some 1/R'' > 0 of each row, so a zero is the only one; Krawczyk's operator shows that there is one,
in a small box (:func:`mirrortheory.exact.enclosed_zero`).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import sympy

from mirrortheory.bias.equations import equivalent
from mirrortheory.bias.projection import projected
from mirrortheory.bias.regression.ball_mirrors import BallMirror
from mirrortheory.bias.regression.base import Case
from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import Ball, Exact, ball, bits_for, decimal, enclosed_zero, is_accurate, precision
from mirrortheory.flows.problems import Array

_DOUBLINGS = 5
SECONDS = 60.0  # that digits may take


def enclosed(case: Case, multipliers: Array, sums: Sequence[Exact] | None) -> dict[str, Any]:
    """Return x, error, digits and certificate of a prediction, to the digits asked for.

    Args:
        case: the flow.
        multipliers: in doubles; of the classes where there are sums.
        sums: the class sums, or None for q = 2 without classes.

    Raises:
        InvalidArgument: for other maps than products, and digits that are out of reach.
    """
    assert case.digits is not None
    if not case.layered:
        raise InvalidArgument("digits", "absent for another map than a product", case.digits, "leave it out")
    rows, target, start = _system(case, multipliers, sums)
    if not np.isfinite(start).all():
        raise InvalidArgument("digits", "absent where a class ends at a saddle", case.digits, "leave it out")
    bits, deadline = bits_for(case.digits) + 32, time.monotonic() + SECONDS
    for _ in range(_DOUBLINGS):
        with precision(bits):
            found = _at(case, rows, target, start, deadline)
            if found is not None and all(v.is_finite() and is_accurate(v, case.digits) for v in found):
                what = "on the dual" if sums is None else "in each class of columns"
                middle = np.array([float(v.mid()) for v in found])
                return {
                    "x": middle,
                    "error": max(float(v.rad().upper()) + 2.0**-52 * abs(m) for v, m in zip(found, middle.tolist(), strict=True)),
                    "digits": tuple(decimal(v, case.digits)["mid"] for v in found),
                    "certificate": f"proved: the KKT conditions have one solution, by Krawczyk's operator {what} at {bits} bits",
                }
        bits *= 2
    remedy = "ask for fewer, or leave digits out: a coordinate may be at the border of its region"
    raise InvalidArgument("digits", "within reach of ball arithmetic here", case.digits, remedy)


def _system(case: Case, multipliers: Array, sums: Sequence[Exact] | None) -> tuple[list[dict[int, Exact]], list[Exact], Array]:
    """Return sparse exact rows, the right-hand side, and where Newton's method starts."""
    if sums is not None:
        columns = case.columns
        rows = [dict[int, Exact]() for _ in range(columns.count)]
        for j, (k, ratio) in enumerate(zip(columns.label.tolist(), columns.exact_ratio, strict=True)):
            if k >= 0:
                rows[k][j] = Exact(ratio.numerator, ratio.denominator)
        return rows, list(sums), multipliers
    equations = equivalent(case.problem.Z, case.problem.b, exactly=True)
    assert equations.exact_rows is not None
    assert equations.exact_target is not None
    start = projected(case.mirrors, equations).multipliers
    return [{j: v for j, v in enumerate(row) if v != 0} for row in equations.exact_rows], list(equations.exact_target), start


def in_time(case: Case, deadline: float) -> None:
    """Refuse digits that are not reached in time."""
    if time.monotonic() > deadline:
        raise InvalidArgument("digits", f"reached within {SECONDS:g} s", case.digits, "ask for fewer, or take fewer coordinates")


def _at(case: Case, rows: list[dict[int, Exact]], target: list[Exact], start: Array, deadline: float) -> list[Ball] | None:
    """Enclose x at the current precision."""
    mirrors = [BallMirror(case.q, column) for column in zip(*case.initial, strict=True)]
    weights = [Ball(1)] * len(mirrors)
    if case.q != 2:
        exponent = sympy.Rational(case.q.numerator, case.q.denominator) - 2
        for row in rows:
            for j, ratio in row.items():
                weights[j] = abs(Ball(ratio)) ** ball(exponent)
    balls = [{j: Ball(v) for j, v in row.items()} for row in rows]
    right = [Ball(v) for v in target]

    def shifts(c: Sequence[Ball]) -> list[Ball]:
        found = [Ball(0)] * len(mirrors)
        for row, factor in zip(balls, c, strict=True):
            for j, v in row.items():
                found[j] += v * factor
        return [w * v for w, v in zip(weights, found, strict=True)]

    def function(c: Sequence[Ball]) -> tuple[list[Ball], list[list[Ball]]]:
        pairs = []
        for mirror, shift in zip(mirrors, shifts(c), strict=True):
            in_time(case, deadline)
            pairs.append(mirror.primal(shift))
        values = [sum((v * pairs[j][0] for j, v in row.items()), Ball(0)) - u for row, u in zip(balls, right, strict=True)]
        scaled = [{j: v * weights[j] * pairs[j][1] for j, v in row.items()} for row in balls]
        slopes = [[sum((v * other[j] for j, v in row.items() if j in other), Ball(0)) for other in balls] for row in scaled]
        return values, slopes

    zero = enclosed_zero(function, [Ball(float(v)) for v in start]) if rows else []
    return None if zero is None else [mirror.primal(shift)[0] for mirror, shift in zip(mirrors, shifts(zero), strict=True)]
