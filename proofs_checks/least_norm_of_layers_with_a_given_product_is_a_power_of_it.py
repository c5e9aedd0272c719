r"""Among all layers with a given product the p-norm is least where they have one size, and its p-th power is L |x|^(p/L) there.

.. math:: \min\left\{\frac{A}p \sum_i |w_i|^p : w_1 \cdots w_L = x\right\} = A\,\frac Lp\,|x|^{p/L}, \qquad A = \alpha^{p-1}

So the penalised loss in the weights, which decoupled decay never raises, and the one in x, at whose stationary points it stops,
have the same minimum, and minimisers that belong to each other. For coupled decay p is 2.

Checked: with u_i = |w_i|^p for i < L, |x|^p = c^L, and the last layer from the product, the sum of the |w_i|^p is strictly convex
in the u_i and stationary where all are c. The u_i and c cover all sizes, and only sizes enter.

The flows: decoupled_decay_never_raises_a_penalised_loss, decay_stops_at_stationary_points_of_a_power_penalty.
Source: the inequality of means; this project.
"""

import sympy

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Minimiser

CLAIM = Claim(
    "least_norm_of_layers_with_a_given_product_is_a_power_of_it",
    r"\min\left\{\tfrac{1}{p} \sum_i |w_i|^p : \textstyle\prod_i w_i = x\right\} = \tfrac{L}{p}\,|x|^{p/L}",
    topic="decay",
    source="the inequality of means; this project",
    scope="depth 2..5; every p > 0; every x != 0 and all layers, by their sizes",
)

p, c = sympy.symbols("p c", positive=True)


def check(factor=1, sign=1, larger=1):
    for depth in range(2, 6):
        flow, free = Flow(Lq(2), Product(depth)), sympy.symbols(f"u1:{depth}", positive=True)
        powers = (*free, c**depth / sympy.Mul(*free))
        sizes = {w: u ** (1 / p) for w, u in zip(flow.weights, powers, strict=True)}
        on, part = Domain(dict.fromkeys((*free, c, p), POSITIVE)), f"depth {depth}"
        yield Identity(at(abs(flow.effective), sizes), c ** (depth / p), on=on, part=f"{part}, the product", samples=4)
        norm = at(sum(abs(w) ** p for w in flow.weights), sizes)
        yield Identity(norm, sum(powers), on=on, part=f"{part}, the norm", samples=4)
        on = Domain(dict.fromkeys((*free, c), POSITIVE))
        equal = dict.fromkeys(free, larger * c)
        yield Minimiser(sign * sum(powers), equal, on=on, strict=True, part=f"{part}, equal layers", samples=8)
        least, on = factor * depth * (c ** (depth / p)) ** (p / depth), Domain(dict.fromkeys((c, p), POSITIVE))
        yield Identity(at(sum(powers), dict.fromkeys(free, c)), least, on=on, part=f"{part}, the least value", samples=4)


MUTANTS = {"L forgotten": {"factor": sympy.Rational(1, 2)}, "a maximum": {"sign": -1}, "one layer larger": {"larger": 2}}
