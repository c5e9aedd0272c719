r"""Everything that is derived as a first integral is conserved by the flow without decay, and each charge moves with the clock.

.. math:: \frac{\mathrm d I}{\mathrm d t} = 0, \qquad \frac{\mathrm d u_i}{\mathrm d t} = -\phi_q(f') \text{ for a sum},
          \qquad u_i - u_j \big|_{t = 0} = \lambda_i - \lambda_j

by quadrature, by the polynomial ansatz, and from the spectrum of a linear field. The imbalances are those of the initial
weights, over the smallest charge, whose layer the table names.

Source: this project; Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, for products; Darboux (1878) for the ansatz.
"""

import sympy

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import q
from mirrortheory.reparams import Exp, LogDifference, Mask, PowerDifference, PowersProduct, Separable, Square, Tempered
from mirrortheory.theory import charges, polynomial_integrals, symbolic_integrals
from mirrortheory.theory.affine import affine_field

CLAIM = Claim(
    "derived_invariants_are_conserved",
    r"\frac{dI}{dt} = 0, \quad \frac{du_i}{dt} = -\phi_q(f')",
    topic="balance",
    source="this project; arXiv:2603.02064 for products",
    scope="products of depth 2..4, masks, products of powers (from initial weights); sums of powers, exponentials and logarithms;"
    " six maps of two or three weights by ansatz; every orthant, every slope",
)

u, v, w = sympy.symbols("u v w", positive=True)
FLOWS = (
    *((Flow(Lq(e), Product(3)), (2, "-1/2", 3), 1) for e in (1, 2)),
    (Flow(Lq(q), Product(4)), (3, -2, 5, 4), 1),
    (Flow(Lq(q), Mask()), ("1/2", -2), 0),
    (Flow(Lq(1), PowersProduct(1, 3)), (3, 1), 1),
    (Flow(Lq("3/2"), PowersProduct(2, 3)), (4, 1), 1),
)
SUMS = (Square(), Exp(), Tempered("1/2"), PowerDifference(2), PowerDifference(3), LogDifference(), Separable(u**2 + u, (u,)))
MAPS = (
    (2, (u + v) * w, (u, v, w)),
    (2, u**2 + u * v + v**2, (u, v)),
    (2, u * v + u, (u, v)),
    (2, u * v + w, (u, v, w)),
    ("3/2", u * v * w + u, (u, v, w)),
    (1, (u + v) * w, (u, v, w)),
)


def check(factor=1, drift=0):
    for place, (flow, start, least) in enumerate(FLOWS, 1):
        derived, part = derive(flow, initial=start), f"{place}: {flow.effective} for {flow.geometry}"
        initial = dict(zip(flow.weights, derived.initial, strict=True))
        here = Domain({q: sympy.Interval(1, 2)})
        for k, invariant in enumerate(derived.invariants, 1):
            yield Identity(flow.derivative(invariant), drift, on=flow.domain(), part=f"{part}, {invariant}")
            gap = factor * (derived.imbalance[0] - derived.imbalance[k])
            yield Identity(at(invariant, initial), gap, on=here, part=f"{part}, gap to {k + 1}")
        yield Identity(at(flow.effective, initial), derived.x0, on=here, part=f"{part}, x0")
        lower = (sympy.S.Zero, *derived.invariants)  # the first charge less each
        for k, entry in enumerate(derived.imbalance):
            if k != least:
                yield Identity(at(lower[least] - lower[k], initial), entry, on=here, part=f"{part}, imbalance of {k + 1}")
    for reparam in SUMS:
        for exponent in (1, "3/2", 2):
            flow = Flow(Lq(exponent), reparam)
            clock, part = -factor * flow.geometry.link(flow.slope), f"{flow.effective} for {flow.geometry}"
            for charge in charges(flow):
                yield Identity(flow.derivative(charge), clock, on=flow.domain(), part=f"{part}, charge {charge}")
    flow = Flow(Lq(q), PowerDifference(3))
    (integral,), excluded = symbolic_integrals(flow)
    on = flow.domain({q: sympy.Interval(1, 2) - sympy.FiniteSet(*excluded)})
    yield Identity(flow.derivative(integral), drift, on=on, part=f"{integral}, q != {excluded}")
    for exponent, expr, weights in MAPS:
        flow = Flow(Lq(exponent), Separable(expr, weights))
        field = affine_field(flow)
        for integral in (*polynomial_integrals(flow), *(field.integrals() if field else ())):
            on = flow.domain().where(*(sympy.Ne(e.args[0], 0) for e in integral.atoms(sympy.Abs)))
            yield Identity(flow.derivative(integral), drift, on=on, part=f"{expr} for {flow.geometry}, {integral}")


MUTANTS = {"a drift": {"drift": 1}, "twice the clock": {"factor": 2}}
