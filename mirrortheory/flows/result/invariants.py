r"""First integrals of the flow without decay along a simulated one, against the law that the decay gives them.

Without decay :math:`Q` is constant; where the ring finds :math:`\dot Q = c\,Q`, as for balances under decoupled decay with
:math:`c = -q\alpha`, the law is :math:`Q(t) = e^{\int_0^t c}\,Q(0)`. Where there is no such c, as under
coupled decay with q < 2, none is predicted.

Source: Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, for the balance equation.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from mirrortheory.errors import NoClosedForm
from mirrortheory.flows.problems import Array
from mirrortheory.theory import BalanceLaw, Flow, balance_law, polynomial_integrals, separate, terms


@dataclass(frozen=True, eq=False)
class Invariant:
    """A first integral along a trajectory.

    Attributes:
        name: the expression in the weights.
        values, error: its values and their error estimate, shape (n, d).
        predicted: its law under the decay, shape (n, d), or None when there is no such law.
        holds: whether the values follow the law within the error; None without a law.
        independent: whether the solver knew nothing of the law. Where it kept the balances itself, ``holds`` says little.
        expression: the expression in the weights, of which ``name`` is the text.
    """

    name: str
    values: Array
    error: Array
    predicted: Array | None
    holds: bool | None
    independent: bool
    expression: sympy.Expr


def first_integrals(flow: Flow) -> tuple[BalanceLaw, ...]:
    """Return first integrals of the flow without decay, expressions in the weights, with their derivative under the decay.

    Raises:
        NoClosedForm: when none is found, naming the step that failed.

    >>> from mirrortheory import Flow, Lq, Product
    >>> [str(law) for law in first_integrals(Flow(Lq(2), Product(2)))]
    ['d/dt (w1**2 - w2**2) = 0']
    """
    bare = Flow(flow.geometry, flow.reparam)
    laws = tuple(balance_law(flow, candidate) for candidate in _candidates(bare) if balance_law(bare, candidate).rate == 0)
    if not laws and len(flow.weights) > 1:
        raise NoClosedForm("first integrals", f"none is found for {flow.reparam}")
    return laws


def _candidates(flow: Flow) -> tuple[sympy.Expr, ...]:
    summands = terms(flow)
    if summands is not None:
        return tuple(summands[0].charge - term.charge for term in summands[1:])
    try:
        return separate(flow).integrals(flow.weights)
    except NoClosedForm:
        return polynomial_integrals(flow)
