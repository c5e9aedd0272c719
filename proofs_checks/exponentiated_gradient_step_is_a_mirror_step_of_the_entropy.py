r"""A step of exponentiated gradient is exactly a mirror step of the potential that gradient flow on w^2/4 has, the entropy.

.. math:: x^+ = x\,e^{-\eta g} \iff R'(x^+) = R'(x) - \eta g \iff
          x^+ = \mathrm{argmin}_{z > 0} \left\{\eta g z + D_R(z, x)\right\}, \qquad D_R(z, x) = z \log\tfrac zx - z + x

and, with x^+ divided by its sum, the same over the simplex: every z there has an objective above that at x^+ by D_R(z, x^+),
which is positive off x^+ (S is the sum). Here r = e^{-eta g} is any positive number. So no step is too large for the law, unlike
the steps of gradient descent on w^2/4, which multiply x by (1 - eta g/2)^2.

Source: Kivinen and Warmuth (1997), doi:10.1006/inco.1996.2612; Beck and Teboulle (2003), doi:10.1016/S0167-6377(02)00231-6.
"""

import sympy
from sympy import log

from mirrortheory import Flow, Lq, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import Named, at
from mirrortheory.domain import POSITIVE, REALS, Domain
from mirrortheory.evidence import Identity, Minimiser
from mirrortheory.notation import eta, x
from mirrortheory.reparams import Square

CLAIM = Claim(
    "exponentiated_gradient_step_is_a_mirror_step_of_the_entropy",
    r"x^+ = x e^{-\eta g} \iff R'(x^+) = R'(x) - \eta g",
    topic="discrete",
    source="Kivinen and Warmuth (1997), doi:10.1006/inco.1996.2612; Beck and Teboulle (2003), doi:10.1016/S0167-6377(02)00231-6",
    scope="every x > 0, gradient and step, any number of coordinates; the potential derived from w^2/4 at q = 2",
    on_paper=(
        "D_R(z, x) > 0 for z != x, as R'' > 0",
        "the sum over the coordinates of the simplex, where log S (x^+ - z) vanishes",
    ),
)

z, r, total = sympy.symbols("z r S", positive=True)
g = sympy.Symbol("g", real=True)


def divergence(first, second):
    """Return D_R of the entropy."""
    return first * log(first / second) - first + second


def check(factor=r):
    flow = Flow(Lq(2), Square())
    mirror = Named("R'", derive(flow).potential.mirror_map)
    after, on, pull = x * factor, Domain({x: POSITIVE, r: POSITIVE}), -log(r)  # eta g
    yield Identity(at(mirror, {x: after}), mirror - pull, on=on, part="the dual variable")
    objective, everywhere = pull * z + divergence(z, x), on.with_ranges({z: POSITIVE})
    yield Minimiser(objective, {z: after}, on=everywhere, part="the least of the objective", strict=True, samples=4)
    step = flow.weights[0] + eta * flow.derivative(flow.weights[0])
    told = at(flow.reparam.forward(step) / flow.effective, {flow.slope: g})
    both = Domain({flow.weights[0]: POSITIVE, g: REALS, eta: POSITIVE})
    yield Identity(told, (1 - eta * g / 2) ** 2, on=both, part="gradient descent on w^2/4")
    reached = after / total
    value = objective - at(objective, {z: reached})
    gap = divergence(z, reached) + log(total) * (reached - z)
    yield Identity(value, gap, on=everywhere.with_ranges({total: POSITIVE}), part="simplex, a coordinate", samples=10)


MUTANTS = {"uphill": {"factor": 1 / r}, "half the step": {"factor": sympy.sqrt(r)}, "twice the step": {"factor": r**2}}
