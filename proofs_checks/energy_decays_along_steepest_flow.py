r"""Along a steepest flow the loss falls at the rate of the q-th power of the gradient norm.

.. math:: \frac{\mathrm d f}{\mathrm d t} = -\|\nabla_w f\|_q^q

Source: Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064.
"""

import sympy

from mirrortheory import Flow, Lq, Product
from mirrortheory.claims import Claim
from mirrortheory.evidence import Identity
from mirrortheory.notation import p, q

CLAIM = Claim(
    "energy_decays_along_steepest_flow",
    r"\frac{d f}{d t} = -\|\nabla_w f\|_q^q",
    source="arXiv:2603.02064, cf. the energy identity",
    scope="depth 1..6; 1 <= q <= 2; every orthant",
)


def check(exponent=q, sign=-1):
    for depth in range(1, 7):
        flow = Flow(Lq(q), Product(depth))
        loss_rate = flow.slope * flow.derivative(flow.effective)
        norm = sympy.Add(*(sympy.Abs(entry) ** exponent for entry in flow.gradient))
        yield Identity(loss_rate, sign * norm, on=flow.domain(), part=f"depth {depth}")


MUTANTS = {
    "squared norm": {"exponent": 2},
    "the conjugate exponent": {"exponent": p},
    "one power less": {"exponent": q - 1},
    "the loss rises": {"sign": 1},
}
