r"""Reflecting one layer, and with it the slope, takes the flow to itself: what holds for positive weights holds in all orthants.

.. math:: (w_1, w_2, \dots;\, f') \mapsto (-w_1, w_2, \dots;\, -f'): \qquad
          (\dot w_1, \dot w_2, \dots) \mapsto (-\dot w_1, \dot w_2, \dots)

without decay, and with coupled or decoupled decay. x changes its sign, and the loss f(-x) has the slope -f'. So of the 2^(L+1)
orthants of weights and slope two suffice, w > 0 with either sign of f', for a statement that is itself reflected. On |w_i|^q, which
forgets signs, the reflection does nothing: balances and the inverse metric are the same in all.

Not to be confused with a statement on one orthant, whose proof names no reflection.
Source: this project.
"""

import sympy

from mirrortheory import Coupled, Decoupled, Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.decays import NoDecay
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE
from mirrortheory.evidence import Identity
from mirrortheory.notation import q
from mirrortheory.theory import Velocity

CLAIM = Claim(
    "flow_commutes_with_reflections_of_a_layer",
    r"(w_1, w_2, \dots;\, f') \mapsto (-w_1, w_2, \dots;\, -f'): \quad"
    r" (\dot w_1, \dot w_2, \dots) \mapsto (-\dot w_1, \dot w_2, \dots)",
    topic="balance",
    source="this project",
    scope="depth 2..6; 1 <= q <= 2; no decay, decoupled, coupled (off the zeros of f' dx/dw_i + alpha w_i); every orthant",
    on_paper=("a product does not change when layers change places", "reflections of single layers make all of them"),
)

rate = sympy.Symbol("alpha", positive=True)


def check(slope=-1, first=-1, metric=1):
    for depth in range(2, 7):
        for decay in (NoDecay(), Decoupled(rate), Coupled(rate)):
            flow = Flow(Lq(q), Product(depth), decay)
            mirror = {flow.weights[0]: -flow.weights[0], flow.slope: slope * flow.slope}
            on = flow.domain({rate: POSITIVE})
            for w, sign in ((flow.weights[0], first), (flow.weights[-1], 1)):
                part, own = f"depth {depth}, {type(decay).__name__}, {w}", on
                if isinstance(decay, Coupled):
                    own = on.where(sympy.Ne(flow.link_arguments[flow.weights.index(w)], 0))
                yield Identity(at(Velocity(flow, w), mirror), sign * Velocity(flow, w), on=own, part=part, samples=4)
        yield Identity(at(flow.inverse_metric, mirror), metric * flow.inverse_metric, on=on, part=f"depth {depth}, inverse metric")


MUTANTS = {"the slope is kept": {"slope": 1}, "the layer is not reflected": {"first": 1}, "the metric changes": {"metric": -1}}
