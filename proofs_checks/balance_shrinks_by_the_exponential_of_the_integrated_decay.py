r"""Under decoupled decay that depends on time the balance of two layers shrinks by the exponential of the integral of the rate.

.. math:: |w_i|^q - |w_j|^q = e^{-q A(t)}\,\bigl(|w_i|^q - |w_j|^q\bigr)(0), \qquad A(t) = \int_0^t \alpha

Checked: :math:`e^{qA}` times the balance has derivative 0 along the flow, and the A that the package derives has derivative alpha
and vanishes at time 0. For a rate that jumps, along a simulated flow.

For a constant rate, as a law for the derivative: balance_decays_under_decoupled_decay.
Source: Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, cf. the balance equation with weight decay.
"""

import sympy

from mirrortheory import Decoupled, Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.decays import TIME
from mirrortheory.definitions import at
from mirrortheory.domain import NONNEGATIVE, Domain
from mirrortheory.evidence import START, AlongFlow, Identity
from mirrortheory.flows import Quadratic
from mirrortheory.notation import q

CLAIM = Claim(
    "balance_shrinks_by_the_exponential_of_the_integrated_decay",
    r"|w_i|^q - |w_j|^q = e^{-q A(t)}\left(|w_i|^q - |w_j|^q\right)(0), \quad A(t) = \int_0^t \alpha",
    topic="decay",
    source="arXiv:2603.02064, cf. the balance equation with weight decay",
    scope="alpha(t) = 1/(1 + t), exp(-t) and 1/(1 + t)^2; depth 2..4; layer 1 against each other one; 1 <= q <= 2; every orthant",
)

RATES = ("1/(1 + t)", "exp(-t)", "1/(1 + t)**2")


def check(rate=q):
    for text in RATES:
        decay = Decoupled(text)
        always, part = Domain({TIME: NONNEGATIVE}), f"alpha = {text}"
        yield Identity(sympy.Derivative(decay.total, TIME), decay.rate, on=always, part=f"{part}, A' is alpha")
        yield Identity(at(decay.total, {TIME: sympy.S.Zero}), sympy.S.Zero, on=always, part=f"{part}, A(0) is 0")
        for depth in range(2, 5):
            flow = Flow(Lq(q), Product(depth), decay)
            first, *others = (sympy.Abs(w) ** q for w in flow.weights)
            for i, other in enumerate(others, start=2):
                kept = sympy.exp(rate * decay.total) * (first - other)
                where = f"{part}, depth {depth}, layers 1 and {i}"
                yield Identity(flow.derivative(kept), sympy.S.Zero, on=flow.domain(), part=where)
    value, stepped = sympy.Rational(3, 2), Decoupled("3/10 if t < 1/5 else 1/10")
    flow = Flow(Lq(value), Product(3), stepped)
    balance = sympy.Abs(flow.weights[0]) ** value - sympy.Abs(flow.weights[1]) ** value
    initial = [[0.5, -0.4], [0.3, -0.9], [0.8, 0.6]]
    law = START * sympy.exp(-value * stepped.total)
    yield AlongFlow(flow, Quadratic([[1.0, 0.5], [0.2, 1.0]], [1.0, 1.5]), initial, 0.5, balance, law, part="a rate that jumps")


MUTANTS = {"rate alpha": {"rate": 1}, "rate 2 alpha": {"rate": 2}, "no decay": {"rate": 0}, "growth": {"rate": -q}}
