r"""FALSE for q < 2: coupled weight decay shrinks the balance at the rate q alpha.

.. math:: \frac{\mathrm d}{\mathrm d t}\bigl(|w_i|^q - |w_j|^q\bigr) = -q\,\alpha\,\bigl(|w_i|^q - |w_j|^q\bigr)
          \quad\text{under } \dot w = -\phi_q(\nabla f + \alpha w)

It holds at q = 2 only, where the two forms of decay coincide. The true statement for every q is about decoupled decay:
balance_decays_under_decoupled_decay.

Source: this project; the law itself is that of Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, for decoupled decay.
"""

import sympy

from mirrortheory import Coupled, Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.evidence import Identity, Verdict
from mirrortheory.notation import alpha, q

CLAIM = Claim(
    "balance_decays_under_coupled_decay",
    r"\frac{d}{dt}\left(|w_i|^q - |w_j|^q\right) = -q\,\alpha\left(|w_i|^q - |w_j|^q\right)",
    topic="decay",
    source="this project",
    scope="depth 2..6; 1 <= q < 2; alpha >= 0",
    expect=Verdict.REFUTED,
)


def check(exponent=q):
    for depth in range(2, 7):
        flow = Flow(Lq(exponent), Product(depth), Coupled(alpha))
        below_two = {q: sympy.Interval.Ropen(1, 2)} if exponent == q else {}
        balance = sympy.Abs(flow.weights[0]) ** exponent - sympy.Abs(flow.weights[1]) ** exponent
        law = -exponent * alpha * balance
        yield Identity(flow.derivative(balance), law, on=flow.domain(below_two), part=f"depth {depth}")


CONTROLS = {"q = 2": {"exponent": sympy.Integer(2)}}
