r"""Steepest flow of a product of layers conserves the balance of any two layers.

.. math:: \frac{\mathrm d}{\mathrm d t}\bigl(|w_i|^q - |w_j|^q\bigr) = 0

One line: d|w_i|^q/dt = -q sign(x f')|x f'|^(q-1) does not depend on i. The first integrals that derive
finds are checked as they stand, too.

Source: Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, cf. the balance equation.
"""

import sympy

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.check.claims import Claim
from mirrortheory.evidence import START, AlongFlow, Identity
from mirrortheory.flows import Quadratic
from mirrortheory.notation import q

CLAIM = Claim(
    "balance_is_conserved_for_products",
    r"\frac{d}{dt}\left(|w_i|^q - |w_j|^q\right) = 0",
    topic="balance",
    source="arXiv:2603.02064, cf. the balance equation",
    scope="depth 2..6; layer 1 against each other one, whose differences are the rest; 1 <= q <= 2; every orthant",
)


def check(exponent=q):
    for depth in range(2, 7):
        flow = Flow(Lq(q), Product(depth))
        for i in range(1, depth):
            balance = sympy.Abs(flow.weights[0]) ** exponent - sympy.Abs(flow.weights[i]) ** exponent
            yield Identity(flow.derivative(balance), 0, on=flow.domain(), part=f"depth {depth}, layers 1 and {i + 1}")
        for i, invariant in enumerate(derive(flow).invariants if depth < 5 else (), start=2):
            part = f"depth {depth}, invariant derived of layers 1 and {i}"
            yield Identity(flow.derivative(invariant), 0, on=flow.domain(), part=part)
    for value in (sympy.Rational(3, 2), sympy.Integer(2)):
        flow = Flow(Lq(value), Product(3))
        balance = sympy.Abs(flow.weights[0]) ** value - sympy.Abs(flow.weights[1]) ** value
        problem = Quadratic([[1.0, 0.5], [0.2, 1.0]], [1.0, 1.5])
        initial = [[0.5, -0.4], [0.3, -0.9], [0.8, 0.6]]
        yield AlongFlow(flow, problem, initial, 0.5, balance, START, part=f"q = {value}, depth 3")


MUTANTS = {
    "squares": {"exponent": 2},
    "absolute values": {"exponent": 1},
    "one power less": {"exponent": q - 1},
    "half the exponent": {"exponent": q / 2},
}
