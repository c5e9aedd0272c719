r"""Two row-equivalent problems whose sign flows end apart, as a proof: both ends in balls, with all events certified.

A row operation in doubles may round, and then (A Z, A b) would be another problem. So A is taken such that the products are the
doubles that they are in exact arithmetic: the sum of two rows where that is exact, else a power of two times a row. The flows are
followed in ball arithmetic (:func:`mirrortheory.flows.sign.certified_sign_flow`) to rest. Balls of one coordinate that are
disjoint show that the ends differ, so that no functional of :math:`(R, x_0, \{Z x = b\})` gives both.

Source: this project.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from mirrortheory.bias.regression.base import Case
from mirrortheory.bias.regression.flow_end import End
from mirrortheory.bias.regression.no_functional import Pair, row_operation
from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import Ball, Undecided, precision
from mirrortheory.flows.problems import Array, Quadratic
from mirrortheory.flows.sign.polynomial.certified import certified_sign_flow
from mirrortheory.flows.sign.polynomial.certified_trajectory import CertifiedSignFlow
from mirrortheory.flows.simulate import simulate
from mirrortheory.theory import Flow

_FIRST, _LONGER, _MOST = 4.0, 16.0, 12
_DIGITS = 12
_SIZES = (2.0, 16.0, 1 / 16)  # of a row, tried in turn
SECONDS = 60.0  # that each flow may take


def time_of_rest(flow: Flow, problem: Quadratic, initial: Array) -> float:
    """Return a time in doubles from which a sign flow rests, later than its last event.

    Raises:
        InvalidArgument: when it does not come to rest.
    """
    until = _FIRST * (1 + float(np.abs(initial).max()))
    for _ in range(_MOST):
        path = simulate(flow, problem, initial, until)
        if path.converged:
            return 2 * float(path.events[-1].time if path.events else 0.0) + 1
        until *= _LONGER
    raise InvalidArgument("initial", "such that the flow comes to rest", f"none by t = {until:g}", "rescale the problem")


def end_in_balls(flow: CertifiedSignFlow) -> tuple[Ball, ...]:
    """Enclose x at the end of a certified flow, at its precision, shape (d,)."""
    found = []
    for column in zip(*flow.w(flow.until), strict=True):
        total = Ball(1)
        for weight in column:
            total *= weight
        found.append(total)
    return tuple(found)


def certified_pair(case: Case) -> Pair | str:
    """Follow a sign flow on (Z, b) and on (A Z, A b) in balls; return the pair where its ends differ, or why nothing is shown."""
    one, reason = _certified(case, case.problem), "no row operation of these doubles is exact"
    for A, other in _operations(case.problem):
        two = _certified(case, other)
        for flow in (one, two):
            if not (flow.finished and flow.converged):
                return flow.reason or "a flow is not at rest"
        with precision(min(one.bits, two.bits)):
            (end, x), (other_end, other_x) = _end(one), _end(two)
            apart = max(float(abs(u - v).lower()) for u, v in zip(x, other_x, strict=True))
        if apart > 0:
            return Pair(A, case.problem, other, end, other_end, apart, _proof(apart, one, two))
        reason = "the ends are not shown to differ"
    return reason


def _proof(apart: float, *flows: CertifiedSignFlow) -> str:
    alone = all(map(_alone, flows))
    others = "until they rest there is no other Filippov solution" if alone else "other Filippov solutions may start on the way"
    what = f"the flows on (Z, b) and (A Z, A b) come to rest at least {apart:.3g} apart"
    return f"proved: {what}, both in balls with all events certified; {others}"


def _end(flow: CertifiedSignFlow) -> tuple[End, tuple[Ball, ...]]:
    x = end_in_balls(flow)
    middle = np.array([float(v.mid()) for v in x])
    error = max(float(v.rad().upper()) + 2.0**-52 * abs(float(v.mid())) for v in x)
    return End(middle, error, float(flow.until), f"proved: ball arithmetic at {flow.bits} bits, all events certified"), x


def _certified(case: Case, problem: Quadratic) -> CertifiedSignFlow:
    deadline = time.monotonic() + SECONDS

    def tick(_: float) -> None:
        if time.monotonic() > deadline:
            raise Undecided(f"it takes more than {SECONDS:g} s")

    until = time_of_rest(case.flow, problem, case.weights)
    return certified_sign_flow(problem, np.array(case.initial, dtype=object), until, digits=_DIGITS, tick=tick)


def _alone(flow: CertifiedSignFlow) -> bool:
    """Return whether it is shown that no other Filippov solution starts before the flow rests: at the last event, or later."""
    if flow.unique_until is None:
        return True
    one, rest = flow.unique_until, flow.events[-1].time if flow.events else Ball(0)
    return bool(one >= rest) or (one.mid() == rest.mid() and one.rad() == rest.rad())  # of one event there is one ball


def _operations(problem: Quadratic) -> Iterator[tuple[Array, Quadratic]]:
    """Yield A, and (A Z, A b), with products that are exact."""
    table = np.column_stack([problem.Z, problem.b])
    exact = np.array([[Fraction(v) for v in row] for row in table.tolist()], dtype=object)
    full = row_operation(problem)
    scaled = full == 2
    for A in (full, *(np.diag(np.diag(np.where(scaled, size, full))) for size in _SIZES)):
        with np.errstate(over="ignore", under="ignore"):
            product = A @ table
        rational = np.array([[Fraction(v) for v in row] for row in A.tolist()], dtype=object) @ exact
        if np.isfinite(product).all() and (rational == product).all():
            yield A, Quadratic(product[:, :-1], product[:, -1])
