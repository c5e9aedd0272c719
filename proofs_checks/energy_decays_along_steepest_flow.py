r"""Along a steepest flow the loss falls at the rate of the q-th power of the gradient norm.

.. math:: \frac{\mathrm d f}{\mathrm d t} = -\|\nabla_w f\|_q^q

for one coordinate x = g(w) of any loss; several coordinates add. At a given w only the partial derivatives of g enter, so the
last statement, with letters c_i != 0 for them, is about every map; the others take them from the maps.

Source: Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064.
"""

import sympy

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.domain import NONZERO, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import p, q, slope
from mirrortheory.reparams import Separable

CLAIM = Claim(
    "energy_decays_along_steepest_flow",
    r"\frac{d f}{d t} = -\|\nabla_w f\|_q^q",
    topic="balance",
    source="arXiv:2603.02064, cf. the energy identity",
    scope="products of depth 1..6, u v + u + log v, three weights of any map; 1 <= q <= 2; every orthant, f' != 0",
)

u, v = sympy.symbols("u v", positive=True)


def check(exponent=q, sign=-1):
    for reparam in (*map(Product, range(1, 7)), Separable(u * v + u + sympy.log(v), (u, v))):
        flow = Flow(Lq(q), reparam)
        gradient = [flow.slope * sympy.Derivative(flow.effective, w) for w in flow.weights]
        norm = sympy.Add(*(sympy.Abs(entry) ** exponent for entry in gradient))
        yield Identity(flow.slope * flow.derivative(flow.effective), sign * norm, on=flow.domain(), part=f"x = {flow.effective}")
    entries = [slope * c for c in sympy.symbols("c1:4", real=True)]
    on = Domain(dict.fromkeys((slope, *sympy.symbols("c1:4", real=True)), NONZERO) | {q: sympy.Interval(1, 2)})
    loss_rate = -sympy.Add(*(e * Lq(q).link(e) for e in entries))
    yield Identity(
        loss_rate, sign * sympy.Add(*(sympy.Abs(e) ** exponent for e in entries)), on=on, part="any map of three weights"
    )


MUTANTS = {
    "squared norm": {"exponent": 2},
    "the conjugate exponent": {"exponent": p},
    "one power less": {"exponent": q - 1},
    "the loss rises": {"sign": 1},
}
