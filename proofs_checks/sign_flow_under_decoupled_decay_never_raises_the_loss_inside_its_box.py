r"""Sign flow with decoupled decay, of any model, never raises the loss where all weights are in |w_i| <= 1/alpha; outside it may.

.. math:: \frac{\mathrm d f}{\mathrm d t} = -\sum_i \bigl(|g_i| + \alpha\,g_i w_i\bigr)
          \le -\sum_i |g_i|\,(1 - \alpha |w_i|) \le 0, \qquad g_i = \partial_i f

This is what is left of the penalised loss of decoupled_decay_never_raises_a_penalised_loss as p tends to infinity: no penalty
inside the box. One weight of any model moves as a flow of depth one with its partial slope g_i in place of f'. The domain writes
|w| = 1/(alpha (1 + b)) inside and |w| = (1 + b)/alpha outside, where the loss rises if g and w have opposite signs.

That the weights are drawn into the box: sign_flow_under_decoupled_decay_is_drawn_into_a_box.
Source: this project; Xie and Li (2024) for where AdamW converges.
"""

import sympy
from sympy import Derivative

from mirrortheory import Decoupled, Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONNEGATIVE, POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality

CLAIM = Claim(
    "sign_flow_under_decoupled_decay_never_raises_the_loss_inside_its_box",
    r"|w_i| \le 1/\alpha \ \forall i \Rightarrow \frac{df}{dt} \le 0",
    topic="decay",
    source="this project; Xie and Li (2024) for where AdamW converges",
    scope="every model, by its partial slopes g_i != 0 (products of depth 1..5 as they stand); q = 1; alpha > 0; w_i != 0",
    on_paper=("the chain rule over the weights of a model, and continuity at w_i = 0",),
)

rate, size, surplus = sympy.symbols("alpha g s", positive=True)
b = sympy.Symbol("b", nonnegative=True)


def check(decay_share=1, edge=1 / rate, outside=-1):
    for depth in range(1, 6):
        flow = Flow(Lq(1), Product(depth), Decoupled(rate))
        slopes = [flow.slope * Derivative(flow.effective, w) for w in flow.weights]
        law = -sum(abs(g) + decay_share * rate * g * w for g, w in zip(slopes, flow.weights, strict=True))
        loss = flow.slope * flow.derivative(flow.effective)
        yield Identity(loss, law, on=flow.domain({rate: POSITIVE}), part=f"depth {depth}, df/dt")
    flow = Flow(Lq(1), Product(1), Decoupled(rate))  # any weight, f' its partial slope
    (w,), on = flow.weights, Domain({rate: POSITIVE, size: POSITIVE})
    rise = flow.slope * flow.derivative(w)
    for one in (1, -1):
        for two in (1, -1):
            inside, part = {w: one * edge / (1 + b), flow.slope: two * size}, f"w of sign {one}, g of sign {two}"
            yield Inequality(at(rise, inside), 0, on=on.with_ranges({b: NONNEGATIVE}), part=f"{part}, inside")
        beyond = {w: one * (1 + surplus) / rate, flow.slope: -one * size}
        rises = outside * at(rise, beyond)
        yield Inequality(rises, 0, on=on.with_ranges({surplus: POSITIVE}), part=f"w of sign {one}, outside", strict=True)


MUTANTS = {"without decay": {"decay_share": 0}, "a box twice as large": {"edge": 2 / rate}, "falls outside": {"outside": 1}}
