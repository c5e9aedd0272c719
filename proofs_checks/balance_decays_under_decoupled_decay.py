r"""Decoupled weight decay shrinks the balance of any two layers at the rate q alpha.

.. math:: \frac{\mathrm d}{\mathrm d t}\bigl(|w_i|^q - |w_j|^q\bigr) = -q\,\alpha\,\bigl(|w_i|^q - |w_j|^q\bigr)

The laws that derive states are checked as they stand, too.

Not to be confused with coupled decay, for which this fails when q < 2 (balance_decays_under_coupled_decay).
Source: Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, cf. the balance equation with weight decay.
"""

import sympy

from mirrortheory import Decoupled, Flow, Lq, Product, derive
from mirrortheory.check.claims import Claim
from mirrortheory.evidence import START, TIME, AlongFlow, Identity
from mirrortheory.flows import Quadratic
from mirrortheory.notation import alpha, q

CLAIM = Claim(
    "balance_decays_under_decoupled_decay",
    r"\frac{d}{dt}\left(|w_i|^q - |w_j|^q\right) = -q\,\alpha\left(|w_i|^q - |w_j|^q\right)",
    topic="decay",
    source="arXiv:2603.02064, cf. the balance equation with weight decay",
    scope="depth 2..6; layer 1 against each other one, whose differences are the rest; 1 <= q <= 2; alpha >= 0; every orthant",
)


def check(rate=q * alpha):
    for depth in range(2, 7):
        flow = Flow(Lq(q), Product(depth), Decoupled(alpha))
        for i in range(1, depth):
            balance = sympy.Abs(flow.weights[0]) ** q - sympy.Abs(flow.weights[i]) ** q
            part = f"depth {depth}, layers 1 and {i + 1}"
            yield Identity(flow.derivative(balance), -rate * balance, on=flow.domain(), part=part)
    for depth in range(2, 5):
        derived = derive(Flow(Lq(q), Product(depth), Decoupled(alpha)))
        for i, law in enumerate(derived.balance_laws, start=2):
            here, part = derived.flow.domain(), f"depth {depth}, law derived of layers 1 and {i}"
            yield Identity(derived.flow.derivative(law.invariant), law.derivative, on=here, part=f"{part}, derivative")
            yield Identity(law.derivative, law.rate * law.invariant, on=here, part=f"{part}, rate")
    decay, value = sympy.Rational(3, 10), sympy.Rational(3, 2)
    flow = Flow(Lq(value), Product(3), Decoupled(decay))
    balance = sympy.Abs(flow.weights[0]) ** value - sympy.Abs(flow.weights[1]) ** value
    problem = Quadratic([[1.0, 0.5], [0.2, 1.0]], [1.0, 1.5])
    initial = [[0.5, -0.4], [0.3, -0.9], [0.8, 0.6]]
    law = START * sympy.exp(-(value * decay) * TIME)
    yield AlongFlow(flow, problem, initial, 0.5, balance, law, part="q = 3/2, depth 3, alpha = 3/10")


MUTANTS = {
    "no decay": {"rate": 0},
    "rate alpha": {"rate": alpha},
    "rate 2 alpha": {"rate": 2 * alpha},
    "growth": {"rate": -q * alpha},
}
