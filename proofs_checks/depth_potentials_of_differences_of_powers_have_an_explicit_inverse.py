r"""Under gradient flow u^D - v^D has the depth-D potential of Woodworth et al., up to the factor D (D-2) mu^(D-2).

.. math:: Q_\mu(x) = \mu^D \sum q_D(x/\mu^D), \quad q_D' = h_D^{-1}, \quad
          h_D(z) = (1-z)^{-D/(D-2)} - (1+z)^{-D/(D-2)}, \qquad
          x(y) = \mu^D\, h_D\bigl(D(D-2)\,\mu^{D-2}\, y\bigr), \quad y = R'(x)

So Q = D (D-2) mu^(D-2) R for u = v = mu at the start, which is the start of the paper. From any start the same holds with
2 mu^(2-D) = u^(2-D) + v^(2-D), which is constant, and z = (v^(2-D) - u^(2-D)) / (u^(2-D) + v^(2-D)), which moves at the rate
-D (D-2) mu^(D-2) f'. All weights are u, v = mu (1 -+ z)^(-1/(D-2)) with mu > 0 and z = (b - a)/(a + b), a, b > 0. Depth 2 is the
limit: hyperbolic_entropy_comes_from_masks_and_differences_of_squares.

Source: Woodworth et al. (2020), arXiv:2002.09277, cf. Theorem 3.
"""

import sympy

from mirrortheory import Flow, Lq, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import Named, at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity
from mirrortheory.reparams import PowerDifference
from mirrortheory.theory import Y

CLAIM = Claim(
    "depth_potentials_of_differences_of_powers_have_an_explicit_inverse",
    r"x(y) = \mu^D h_D(D(D-2)\mu^{D-2} y), \quad h_D(z) = (1-z)^{-D/(D-2)} - (1+z)^{-D/(D-2)}",
    topic="potentials",
    source="Woodworth et al. (2020), arXiv:2002.09277, cf. Theorem 3",
    scope="q = 2; D = 3, 4, 6; the derived potential from u = v = 1, 2, 1/2, and the flow from every start",
)

mu, a, b = sympy.symbols("mu a b", positive=True)
z = sympy.Symbol("z", real=True)
RATIO = {z: (b - a) / (a + b)}


def check(power=lambda d: -d / (d - 2), scale=lambda d: d * (d - 2)):
    every = Domain({a: POSITIVE, b: POSITIVE, mu: POSITIVE}).where(*(1 + sign * RATIO[z] > 0 for sign in (1, -1)))
    for depth in map(sympy.Integer, (3, 4, 6)):
        flow, part = Flow(Lq(2), PowerDifference(depth)), f"D = {depth}"
        (u, v), root = flow.weights, 1 / (2 - depth)
        h = Named(f"h{depth}", (1 - z) ** power(depth) - (1 + z) ** power(depth))
        weights = {w: mu * (2 * e / (a + b)) ** root for w, e in ((u, a), (v, b))}
        total, difference = u ** (2 - depth) + v ** (2 - depth), v ** (2 - depth) - u ** (2 - depth)
        rate = -scale(depth) * 2 / total * flow.slope
        yield Identity(at(total / 2, weights), mu ** (2 - depth), on=every, part=f"{part}, mu")
        yield Identity(flow.derivative(total), 0, on=flow.domain(), part=f"{part}, mu is constant")
        yield Identity(at(flow.effective, weights), mu**depth * at(h, RATIO), on=every, part=f"{part}, x from z")
        yield Identity(flow.derivative(difference / total), rate, on=flow.domain(), part=f"{part}, z is a multiple of R'")
        for start in map(sympy.Rational, ("1", "2", "1/2")):
            potential, name = derive(flow, initial=(start, start)).potential, f"{part}, mu = {start}"
            x, (low, end) = Named(f"x(y), {name}", potential.inverse_mirror_map), potential.dual_domain
            speed = scale(depth) * start ** (depth - 2)
            here, there = {Y: at(z / speed, RATIO)}, {w: at(e, {mu: start}) for w, e in weights.items()}
            yield Identity(at(x, here), start**depth * at(h, RATIO), on=every, part=f"{name}, derived x(y)")
            inverse_metric = at(sympy.Derivative(x, Y), here)
            yield Identity(inverse_metric, at(flow.inverse_metric, there), on=every, part=f"{name}, derived 1/R'' of the flow")
            ends = at(z, {z: speed * low}) * at(z, {z: speed * end})
            yield Identity(ends, -1, on=Domain({}), part=f"{name}, z = -1 and 1 at the ends of the dual domain")


MUTANTS = {
    "power D": {"power": lambda d: -d},
    "power of the conjugate depth": {"power": lambda d: -d / (d - 1)},
    "factor D dropped": {"scale": lambda d: d - 2},
    "factor D - 2 dropped": {"scale": lambda d: d},
}
