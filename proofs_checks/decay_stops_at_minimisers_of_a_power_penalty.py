r"""Where weight decay and gradient balance, x is a critical point of the loss plus a power penalty.

.. math:: \text{decoupled: } f + \alpha^{p-1}\tfrac Lp |x|^{p/L}, \qquad \text{coupled: } f + \alpha\tfrac L2 |x|^{2/L}

So the manifold regularizer of the drift form is not what the limit minimises unless q = 2. Balanced layers, x > 0: with the
slope that makes the penalised loss critical, no layer moves (decoupled), and no argument of the link is left (coupled).

Source: this project; Xie and Li (2024) for AdamW at depth one.
"""

import sympy

from mirrortheory import Coupled, Decoupled, Flow, Lq, Product
from mirrortheory.claims import Claim
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import p, q, x

CLAIM = Claim(
    "decay_stops_at_minimisers_of_a_power_penalty",
    r"f'(x) + \alpha^{p-1} \operatorname{sign}(x) |x|^{p/L - 1} = 0 \Rightarrow \dot w = 0",
    source="this project",
    scope="depth 1..6; 1 < q <= 2 (decoupled), every q (coupled); alpha > 0; balanced positive weights",
)

rate = sympy.Symbol("alpha", positive=True)


def _decoupled(depth):
    return rate ** (p - 1) * depth / p * x ** (p / depth)


def _coupled(depth):
    return rate * sympy.Rational(depth, 2) * x ** sympy.Rational(2, depth)


def check(decoupled=_decoupled, coupled=_coupled):
    on = Domain({x: POSITIVE, rate: POSITIVE, q: sympy.Interval.Lopen(1, 2)})
    for depth in range(1, 7):
        product = Product(depth)
        balanced = dict(zip(product.weights, product.lift(x), strict=True))
        flow = Flow(Lq(q), product, Decoupled(rate))
        at = {**balanced, flow.slope: -sympy.diff(decoupled(depth), x)}
        yield Identity(flow.velocity[0].subs(at), 0, on=on, part=f"depth {depth}, decoupled")
        flow = Flow(Lq(q), product, Coupled(rate))
        at = {**balanced, flow.slope: -sympy.diff(coupled(depth), x)}
        yield Identity(flow.link_arguments[0].subs(at), 0, on=on, part=f"depth {depth}, coupled")


MUTANTS = {
    "decoupled as coupled": {"decoupled": _coupled},
    "coupled as decoupled": {"coupled": _decoupled},
    "L forgotten": {"decoupled": lambda depth: 2 * _decoupled(depth)},
}
