r"""From a flow to its mirror potential: invariants, balance law, inverse metric, R, R', R'', R*, D_R.

The steps of :data:`STEPS` are tried in this order, and the first that does not fail is taken.

Source: Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy

from mirrortheory.errors import InvalidArgument, NoClosedForm, NotEvaluable
from mirrortheory.exact import listed, rational
from mirrortheory.theory.additive import SumOfFunctions, is_a_sum
from mirrortheory.theory.affine import SolvedField
from mirrortheory.theory.ansatz import polynomial_integrals
from mirrortheory.theory.blocks import SumOfBlocks
from mirrortheory.theory.derivation import Derivation, Start, Step
from mirrortheory.theory.flow import Flow, must_be_a_flow
from mirrortheory.theory.layers import SeparateLayers
from mirrortheory.theory.patience import in_time

_MOST_SECONDS = 10**6
STEPS: tuple[Step, ...] = (SumOfFunctions(), SeparateLayers(), SolvedField(), SumOfBlocks())


def derive(
    flow: Flow, *, imbalance: Sequence[object] | None = None, initial: Sequence[object] | None = None, seconds: float = 30
) -> Derivation:
    """Derive the mirror potential of ``flow`` for an imbalance, or for the imbalance of initial weights.

    Args:
        flow: geometry, reparameterization and decay. With decay the potential is the one at time zero.
        imbalance: one rational >= 0 or positive symbol a layer, at least one of them 0; all zero (balanced) by default.
        initial: initial weights, exact rationals, instead of ``imbalance``.
        seconds: limit of time, in every thread (:mod:`mirrortheory.theory.patience`).

    Raises:
        InvalidArgument: for both or neither usable, a wrong length, no zero, a negative entry, a float.
        NoClosedForm: when no step derives a potential; the message says of each why not, one a line, and names the first
            integrals found.

    >>> from mirrortheory import Flow, Lq, Product, derive
    >>> derive(Flow(Lq(2), Product(2)), imbalance=(0, 3)).potential.mirror_map
    asinh(2*x/3)/2
    """
    must_be_a_flow(flow)
    if initial is not None and imbalance is not None:
        raise InvalidArgument("imbalance", "absent when initial weights are given", imbalance, "give one of the two")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds <= _MOST_SECONDS:
        raise InvalidArgument("seconds", f"a number above 0, at most {_MOST_SECONDS}", seconds, "write for example 30")
    imbalance, initial = listed(imbalance), listed(initial)
    start = None if initial is None else _initial(flow, initial)
    at_work = [STEPS[0].name]
    return in_time(lambda: _by_steps(flow, imbalance, start, at_work), seconds, at_work)


def _by_steps(flow: Flow, imbalance: Sequence[object] | None, start: Start, at_work: list[str]) -> Derivation:
    """Return what the first step that does not fail derives; the name of each is added to ``at_work`` as it begins."""
    failed: list[NoClosedForm] = []
    reasons: list[str] = []
    tried: Step | None = None
    for step in STEPS:
        at_work.append(step.name)
        refusal = step.refuses(flow, start)
        if refusal is not None:
            reasons.append(f"{step.name}: {refusal}")
            continue
        tried = step
        try:
            return step.derive(flow, imbalance, start)
        except NoClosedForm as error:
            failed.append(error)
        except NotEvaluable as error:  # a comparison of constants that is not decided
            failed.append(NoClosedForm(step.name, str(error)))
    if tried is STEPS[-1]:  # it tries what the others leave, and repeats their reason as a rule
        failed.insert(0, failed.pop())
    *others, last = failed
    reasons += [f"{error.step}: {error.reason}" for error in others]
    at_work.append("ansatz for first integrals")
    known = "" if is_a_sum(flow) else f"; {_integrals_known(flow)}"  # a sum names its own
    raise NoClosedForm(last.step, last.reason + known, reasons)


def _initial(flow: Flow, initial: Sequence[object]) -> tuple[sympy.Rational, ...]:
    count = len(flow.weights)
    if not isinstance(initial, Sequence) or isinstance(initial, str) or len(initial) != count:
        given = ",".join(map(str, initial)) if isinstance(initial, list | tuple) else initial
        raise InvalidArgument("initial", f"{count} weights, one a layer", given, f"write {count} rationals")
    start = tuple(rational(w, "initial") for w in initial)
    for weight, value in zip(flow.weights, start, strict=True):
        if weight.is_positive and not value.is_positive:
            raise InvalidArgument("initial", f"positive for the weight {weight}", value, "write positive weights")
    return start


def _integrals_known(flow: Flow) -> str:
    """Say which first integrals an ansatz finds where no potential is found."""
    try:
        found = polynomial_integrals(flow)
    except NoClosedForm as failed:
        return f"no first integral: {failed.step}: {failed.reason}"
    if not found and len(flow.weights) > 1:
        return "no first integral found by the polynomial ansatz"
    count = f"{len(found)} of {len(flow.weights) - 1}"
    return f"{count} first integrals known: {', '.join(map(str, found))}; the level set is not solved for x"
