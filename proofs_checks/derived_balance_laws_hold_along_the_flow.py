r"""Every balance law that a derivation states holds along its flow, with the decay and with the rate that it prints.

.. math:: \frac{\mathrm d Q}{\mathrm d t} = c\,Q \quad\text{(or the stated expression, where there is no such c)},

for each first integral Q of the flow without decay, that is c = -q alpha for products under decoupled decay, c = -2 alpha under
coupled decay at q = 2, and c = 0 without decay.

Not to be confused with the conservation without decay: derived_invariants_are_conserved.
Source: this project; Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, cf. the balance equation.
"""

import sympy

from mirrortheory import Coupled, Decoupled, Flow, Lq, Product, derive
from mirrortheory.check.claims import Claim
from mirrortheory.domain import NONNEGATIVE
from mirrortheory.evidence import Identity
from mirrortheory.notation import alpha, q
from mirrortheory.reparams import Mask, PowerDifference, PowersProduct, Separable
from mirrortheory.theory import balance_law

CLAIM = Claim(
    "derived_balance_laws_hold_along_the_flow",
    r"\frac{dQ}{dt} = c\,Q",
    topic="balance",
    source="this project; arXiv:2603.02064, cf. the balance equation",
    scope="products of depth 2..4, masks, products and differences of powers, an affine field; no, decoupled and coupled decay;"
    " every orthant and alpha; that a law has no constant rate is not part of it",
)

u, v = sympy.symbols("u v", positive=True)
FLOWS = (
    *((Flow(Lq(q), Product(depth), *decay), {}) for depth in (2, 3) for decay in ((), (Decoupled(alpha),))),
    (Flow(Lq("3/2"), Product(4), Decoupled(alpha)), {}),
    (Flow(Lq(2), Product(4), Coupled(alpha)), {}),
    (Flow(Lq(q), Mask(), Decoupled(sympy.Rational(1, 3))), {}),
    *((Flow(Lq(e), PowersProduct(2, 3), decay), {}) for e, decay in ((1, Decoupled(alpha)), (2, Coupled(alpha)))),
    *((Flow(Lq(e), PowerDifference(depth), Decoupled(alpha)), {"initial": (2, 1)}) for depth, e in ((2, 1), (2, 2), (3, 2))),
    (Flow(Lq(2), Separable(u * v + u, (u, v)), Decoupled(alpha)), {"initial": (2, 1)}),
)


def check(factor=1, drift=0):
    for place, (flow, given) in enumerate(FLOWS, 1):
        derived, on = derive(flow, **given), flow.domain({alpha: NONNEGATIVE})
        for invariant, law in zip(derived.invariants, derived.balance_laws, strict=True):
            part = f"{place}: {flow.effective} for {flow.geometry}, {flow.decay}, {invariant}"
            moves = flow.derivative(invariant)
            yield Identity(moves, factor * law.derivative + drift, on=on, part=f"{part}, derivative")
            if law.rate is not None:
                yield Identity(flow.derivative(law.invariant), factor * law.rate * invariant + drift, on=on, part=f"{part}, rate")
    # A quantity that is none of the derived ones.
    flow = Flow(Lq(2), Product(3), Decoupled(alpha))
    first, second, third = flow.weights
    law = balance_law(flow, first**2 + second**2 - 2 * third**2)
    yield Identity(flow.derivative(law.invariant), factor * law.rate * law.invariant + drift, on=flow.domain(), part="of one's own")


MUTANTS = {"twice the rate": {"factor": 2}, "minus the rate": {"factor": -1}, "a drift": {"drift": 1}}
