r"""The mirror potential of a product is strictly convex at every depth, gradient exponent and imbalance.

.. math:: \frac{1}{R''} = \sum_i \Bigl|\frac{\partial x}{\partial w_i}\Bigr|^q > 0 \quad\text{for nonzero weights},
          \qquad R''(x)\,\frac{1}{R''} = 1, \quad \frac{\mathrm d x}{\mathrm d t} = -\frac{1}{R''}\,\phi_q(f')

whatever the signs of the weights, so R'' is positive and finite for x != 0; at x = 0 it may be infinite or, with two or more
smallest layers, undefined. At depth two the derived R has the second derivative that the metric of the weights asks for, and that
is also enclosed on an interval, by boxes.

Source: arXiv:2603.02064, cf. the theorem on steepest mirror flows; this project for every depth.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import lam, q
from mirrortheory.theory import S, X

CLAIM = Claim(
    "mirror_potential_is_strictly_convex",
    r"R'' > 0",
    topic="potentials",
    source="arXiv:2603.02064, cf. the theorem on steepest mirror flows; this project for every depth",
    scope="depth 1..6, 1 <= q <= 2, every imbalance, x != 0; derived R at depth 2, q = 1, 2, for imbalance 1 on [1/100, 4]",
)

z = sympy.Symbol("z", real=True)


def check(sign=1, offset=0):
    for depth in range(1, 7):
        flow, part = Flow(Lq(q), Product(depth)), f"depth {depth}"
        sizes = {w: sympy.Symbol(f"a{i}", positive=True) for i, w in enumerate(flow.weights, 1)}
        metric, signless = at(flow.inverse_metric, sizes), at(flow.inverse_metric, {w: abs(w) for w in flow.weights})
        yield Identity(flow.inverse_metric, signless, on=flow.domain(), part=f"{part}, free of signs")
        velocity = -flow.inverse_metric * flow.geometry.link(flow.slope)
        yield Identity(flow.derivative(flow.effective), velocity, on=flow.domain(), part=f"{part}, velocity of x")
        for name, value, ranges in (("q = 1", at(metric, {q: 1}), {}), ("q > 1", metric, {q: sympy.Interval.Lopen(1, 2)})):
            on = Domain(dict.fromkeys(sizes.values(), POSITIVE) | ranges)
            yield Inequality(offset, sign * value, on=on, part=f"{part}, {name}: inverse metric", strict=True)
    box = Domain({X: sympy.Interval(sympy.Rational(1, 100), 4)})
    hyperbolic = tuple(sympy.sqrt(lam) * (S + sign / S) / 2 for sign in (-1, 1))
    for exponent, curve in ((2, hyperbolic), (1, (S, S + lam))):  # w_2^q - w_1^q = lam along both
        flow, part = Flow(Lq(exponent), Product(2)), f"depth 2, q = {exponent}"
        weights = dict(zip(flow.weights, curve, strict=True))
        potential = derive(flow, imbalance=(0, lam)).potential.potential
        hessian = at(Derivative(potential.xreplace({X: z}), z, z), {z: at(flow.effective, weights)})
        on = Domain({S: sympy.Interval.open(1, sympy.oo), lam: POSITIVE})
        yield Identity(hessian * at(flow.inverse_metric, weights), 1, on=on, part=f"{part}: R''")
        enclosed = Derivative(derive(flow, imbalance=(0, 1)).potential.mirror_map, X)
        yield Inequality(offset, sign * enclosed, on=box, part=f"{part}: R'' > 0", strict=True)


MUTANTS = {"concave": {"sign": -1}, "above 2": {"offset": 2}}
