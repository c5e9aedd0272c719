r"""Where a flow on a quadratic loss ends, without following it.

The rules, asked in this order; the first that applies is taken, and each has its proof in its own file
(:mod:`mirrortheory.bias.regression`):

1. gradient flow, q = 2: the Bregman projection of the start on Z x = b;
2. rows equivalent to rows of disjoint supports, one datum among them: a data-weighted projection, at every q;
3. the class sums of parallel columns are given: the same inside each class;
4. sign flow, q = 1, of a product: the exact end, from event to event;
5. else no functional of (R, x_0, {Z x = b}) is known that gives the end; two row-equivalent problems may show that there is none.

Source: this project, for q != 2; the files of the rules.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from mirrortheory.bias.regression.base import Case, Prediction, Rule, taken
from mirrortheory.bias.regression.disjoint_rows import DisjointRows
from mirrortheory.bias.regression.given_sums import GivenSums
from mirrortheory.bias.regression.gradient_flow import GradientFlow
from mirrortheory.bias.regression.no_functional import NoFunctional
from mirrortheory.bias.regression.sign_events import SignEvents
from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import exact, integer
from mirrortheory.flows.problems import Problem, Quadratic
from mirrortheory.flows.starts import numbers_in
from mirrortheory.theory import Flow
from mirrortheory.theory.flow import must_be_a_flow

_MOST, _MOST_DIGITS = Fraction(10) ** 300, 1000  # of a weight, and of x
RULES: tuple[Rule, ...] = (GradientFlow(), DisjointRows(), GivenSums(), SignEvents(), NoFunctional())


def implicit_bias(
    flow: Flow,
    problem: Problem,
    initial: Any,
    *,
    digits: int | None = None,
    class_sums: Sequence[Any] | None = None,
    witness: bool = False,
) -> Prediction:
    """Predict where a flow on a quadratic loss ends.

    Args:
        flow: geometry with a rational q, a map with a derived potential, no decay.
        problem: a :class:`Quadratic` (Z, b). What rules 1 and 3, and rule 2 for one datum, say holds for each convex loss of Z x
            whose minimisers are Z x = b: give ``Quadratic(Z, b)`` in its place.
        initial: weights, shape (depth, d), doubles or exact numbers; d = 1 may be given as shape (depth,).
        digits: decimal digits of x, 1 to 1000, proved in ball arithmetic; for products. It is given up after a minute.
        class_sums: sums of ell_j x_j over each class of parallel columns z_j = ell_j v, v the first of them, if they are known.
        witness: follow two row-equivalent problems where no rule gives the end from (R, x_0, {Z x = b}).

    Returns:
        The end, the rule, what shows it and the KKT residual; x is None where no rule applies.

    Raises:
        InvalidArgument: for decay, symbols, another loss, wrong shapes, entries that are not finite, equations without a solution,
            or without one in the region of the potential.
        NoClosedForm: for a map without a derived potential.

    >>> from mirrortheory import Flow, Lq, Product, Quadratic
    >>> end = implicit_bias(Flow(Lq(1), Product(1)), Quadratic([[1.0, -2.0]], [4.0]), [[0.0, 1.0]])
    >>> end.x.tolist(), end.rule.partition(":")[0]
    ([2.0, -1.0], 'rows equivalent to disjoint supports')
    """
    must_be_a_flow(flow)
    case = _checked(flow, problem, initial, digits, class_sums, witness)
    refused = list[tuple[str, str]]()
    for rule in RULES:
        reason = rule.refuses(case)
        if reason is None:
            if class_sums is not None and not isinstance(rule, GivenSums):
                raise InvalidArgument("class_sums", f"absent where the rule {rule.name!r} holds", class_sums, "leave them out")
            return dataclasses.replace(rule.predict(case), start=case.x0, refused=tuple(refused))
        refused.append((rule.name, reason))
    reasons = "; ".join(reason for _, reason in refused)
    raise InvalidArgument("problem", "one that a rule is for", f"q = {case.q}, {flow.reparam}", f"all refuse it: {reasons}")


def _checked(
    flow: Flow, problem: Problem, initial: Any, digits: int | None, class_sums: Sequence[Any] | None, witness: bool
) -> Case:
    if not isinstance(problem, Quadratic):
        remedy = "write Quadratic(Z, b) with the minimisers Z x = b of the loss"
        raise InvalidArgument("problem", "a Quadratic", type(problem).__name__, remedy)
    numbers_in(flow)
    if flow.decay.rate != 0:
        raise InvalidArgument("alpha", "0: decay moves the end", flow.decay.rate, "leave the decay out")
    try:
        table = np.array(initial, dtype=object)
    except ValueError:
        raise InvalidArgument("initial", "made of numbers in equal rows", initial, "write numbers, such as 0.5") from None
    table = table[:, None] if table.ndim == 1 else table
    depth, d = len(flow.weights), problem.dimension
    if table.shape != (depth, d):
        raise InvalidArgument(
            "initial", f"of shape ({depth}, {d})", table.shape, "give one row a layer, one column a coordinate of x"
        )
    floats = table.astype(float) if all(isinstance(v, float) for v in table.flat) else np.zeros(0)
    if not (floats.size and (np.abs(floats) <= float(_MOST)).all()):  # else the exact numbers say what is wrong
        table = np.array([[_exactly(v, "initial") for v in row] for row in table.tolist()], dtype=object)
        far = [w for w in table.flat if abs(w) > _MOST]
        if far:
            raise InvalidArgument("initial", f"of sizes up to {float(_MOST):g}", far[0], "start closer to 0")
    for symbol, row in zip(flow.weights, table, strict=True):
        if symbol.is_positive and min(row) <= 0:
            raise InvalidArgument("initial", f"positive for the weight {symbol}", float(min(row)), "write for example 0.5")
    sums = (
        None
        if class_sums is None
        else tuple(_exactly(v, "class_sums") for v in np.array(class_sums, dtype=object, ndmin=1).tolist())
    )
    return Case(flow, problem, table, None if digits is None else integer(digits, "digits", 1, _MOST_DIGITS), sums, witness)


def _exactly(value: Any, name: str) -> Fraction:
    """Return a number as the fraction that it is."""
    number = exact(float(value) if isinstance(value, np.floating) else int(value) if isinstance(value, np.integer) else value, name)
    return taken(number)
