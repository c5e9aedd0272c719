r"""On one datum steepest flow at every q ends at the solution that is nearest in Bregman divergences weighted by |z_i|^(2-q).

.. math:: W(x^*, x) = \sum_i |z_i|^{2-q} D_i(x^*_i, x_i), \qquad
          \frac{\mathrm d}{\mathrm d t} W(x^*, x_t) = \phi_q(r)\,z \cdot (x_t - x^*), \qquad f' = -r z

The rate is the same for all x* with z.x* = b. So W(x*, x_0) - W(x_oo, x_0) = W(x*, x_oo) - W(x_oo, x_oo) = W(x*, x_oo), which is
positive for x* != x_oo, as D_i'' = R_i'' > 0: x_oo is the only minimiser of W(., x_0) on z.x = b. The heart is |z|^(2-q) phi_q(z)
= z. Inside a class of parallel columns z_i = kappa_i the same holds given the sum of kappa_i x_i where the flow ends, for any
other data (at q = 1 while its slopes are not 0). At q = 2 the weights are 1. At z_i = 0 and q < 2 a weight is 0, and the minimiser
not unique; tied smallest layers that reach 0 together stay there, at another end.

D moves by dR*/dt - x* dy/dt, where dy = sign(x) |x|^(1-q) ds/q and dR* = |x|^(2-q) ds/q, s the smallest charge |w_1|^q of a
product, of any imbalance (densities_are_powers_of_the_depth_polynomial). Where u^L - v^L has y, dR* = x dy.
Source: this project; at q = 2 Gunasekar et al. (2018), arXiv:1802.08246, for mirror descent.
"""

import sympy

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONZERO, REALS, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import q
from mirrortheory.reparams import Mask, PowerDifference

CLAIM = Claim(
    "flow_on_one_datum_ends_at_a_weighted_bregman_projection",
    r"x_\infty = \mathrm{argmin}\left\{\sum_i |z_i|^{2-q} D_i(x_i, x_{0,i}) : z \cdot x = b\right\}",
    topic="bias",
    source="this project; at q = 2 Gunasekar et al. (2018), arXiv:1802.08246",
    scope="any loss of z.x whose flow fits z.x = b; every z_i != 0; each coordinate of the sum; 1 <= q <= 2; products of depth "
    "1..6, masks, every orthant and imbalance, while no tied smallest layers reach 0 together; u^L - v^L, L = 2..6, u, v > 0",
    on_paper=(
        "the sum over the coordinates, each with its own map and weights",
        "two quantities with one rate keep their difference, also as t tends to infinity",
        "R* and R' along the curve are the integrals of their densities, D is continuous where x passes 0",
        "a function with a positive second derivative lies above its tangents",
    ),
)

z, residual, solution = sympy.symbols("z r x_star", real=True)


def _moved(flow):
    """Return dy/dt and dR*/dt of one coordinate, in its weights."""
    x = flow.effective
    if isinstance(flow.reparam, PowerDifference):
        depth, (u, v) = flow.reparam.depth, flow.weights
        r = (depth - 1) * (q - 1)  # d(u^(1-r))/(1-r) is du/u^r, also at r = 1
        dual = (u**-r * flow.derivative(u) - v**-r * flow.derivative(v)) / (2 * depth ** (q - 1))
        return dual, x * dual
    charge = flow.derivative(abs(flow.weights[0]) ** q) / q
    return sympy.sign(x) * abs(x) ** (1 - q) * charge, abs(x) ** (2 - q) * charge


def check(weight=2 - q, linked=Lq(q).link):
    for reparam in (*(Product(depth) for depth in range(1, 7)), Mask(), *(PowerDifference(depth) for depth in range(2, 7))):
        flow = Flow(Lq(q), reparam)
        dual, conjugate = _moved(flow)
        moved = abs(z) ** weight * at(conjugate - solution * dual, {flow.slope: -residual * z})
        rate = linked(residual) * z * (flow.effective - solution)
        ranges = {s: r for s, r in flow.domain().ranges.items() if s != flow.slope}
        on = Domain(ranges | {z: NONZERO, residual: NONZERO, solution: REALS})
        yield Identity(moved, rate, on=on, part=f"{flow.effective}, rate of |z|^(2-q) D", samples=5)
        yield Inequality(0, flow.inverse_metric, on=on, part=f"{flow.effective}, R'' > 0", strict=True, samples=5)
        speed = -flow.geometry.link(flow.slope) * flow.inverse_metric
        yield Identity(flow.derivative(flow.effective), speed, on=flow.domain(), part=f"{flow.effective}, metric", samples=5)


MUTANTS = {"without weights": {"weight": 0}, "weights |z|^q": {"weight": q}, "the residual itself": {"linked": lambda r: r}}
