r"""Under gradient flow u^D - v^D has the depth-D potential of Woodworth et al., up to the factor D (D-2) mu^(D-2).

.. math:: Q_\mu(x) = \mu^D \sum q_D(x/\mu^D), \quad q_D' = h_D^{-1}, \quad
          h_D(z) = (1-z)^{-D/(D-2)} - (1+z)^{-D/(D-2)}, \qquad
          x(y) = \mu^D\, h_D\bigl(D(D-2)\,\mu^{D-2}\, y\bigr), \quad y = R'(x)

So Q = D (D-2) mu^(D-2) R for u = v = mu at the start, which is the start of the paper. From any start the same holds with
2 mu^(2-D) = u^(2-D) + v^(2-D), which is constant, and z = (v^(2-D) - u^(2-D)) / (u^(2-D) + v^(2-D)), which moves at the rate
-D (D-2) mu^(D-2) f'. Depth 2 is the limit: hyperbolic_entropy_comes_from_masks_and_differences_of_squares.

Source: Woodworth et al. (2020), arXiv:2002.09277, cf. Theorem 3.
"""

import sympy

from mirrortheory import Flow, Lq, derive
from mirrortheory.claims import Claim
from mirrortheory.domain import NONZERO, POSITIVE, Domain
from mirrortheory.evidence import Identity
from mirrortheory.reparams import PowerDifference
from mirrortheory.theory import Y

CLAIM = Claim(
    "depth_potentials_of_differences_of_powers_have_an_explicit_inverse",
    r"x(y) = \mu^D h_D(D(D-2)\mu^{D-2} y), \quad h_D(z) = (1-z)^{-D/(D-2)} - (1+z)^{-D/(D-2)}",
    source="Woodworth et al. (2020), arXiv:2002.09277, cf. Theorem 3",
    scope="q = 2; D = 3, 4, 6; the derived potential from u = v = 1, 2, 1/2, and the flow from every start",
)

a, b = sympy.symbols("a b", positive=True)


def check(power=lambda d: -d / (d - 2), scale=lambda d: d * (d - 2)):
    def inverse(d, z):
        return (1 - z) ** power(d) - (1 + z) ** power(d)

    for depth in map(sympy.Integer, (3, 4, 6)):
        flow = Flow(Lq(2), PowerDifference(depth))
        for mu in map(sympy.Rational, ("1", "2", "1/2")):
            potential = derive(flow, initial=(mu, mu)).potential
            form = mu**depth * inverse(depth, scale(depth) * mu ** (depth - 2) * Y)
            whole = {Y: potential.dual_domain[1] * (a - b) / (a + b)}  # all of the dual domain, for a, b > 0
            on = Domain({a: POSITIVE, b: POSITIVE})
            derived, published = (sympy.factor(e.subs(whole), deep=True) for e in (potential.inverse_mirror_map, form))
            yield Identity(derived, published, on=on, part=f"D = {depth}, mu = {mu}")
            at_end = potential.dual_domain[1] * scale(depth) * mu ** (depth - 2)
            yield Identity(at_end, 1, on=Domain({}), part=f"D = {depth}, mu = {mu}, z = 1 at the end of the dual domain")
        u, v = flow.weights
        total = u ** (2 - depth) + v ** (2 - depth)
        velocities = flow.derivative(total), flow.derivative((v ** (2 - depth) - u ** (2 - depth)) / total)
        # The charges a, b for the weights: a sum of two of them is irreducible in the ring.
        at = {u: a ** (1 / (2 - depth)), v: b ** (1 / (2 - depth))}
        on = Domain({a: POSITIVE, b: POSITIVE, flow.slope: NONZERO})
        mu = ((a + b) / 2) ** (1 / (2 - depth))
        still, moving = (velocity.subs(at) for velocity in velocities)
        yield Identity(still, 0, on=on, part=f"D = {depth}, mu is constant")
        form = mu**depth * sympy.factor(inverse(depth, (b - a) / (a + b)), deep=True)
        yield Identity(flow.effective.subs(at), form, on=on, part=f"D = {depth}, x from z")
        rate = -scale(depth) * mu ** (depth - 2) * flow.slope
        yield Identity(moving, rate, on=on, part=f"D = {depth}, z is a multiple of R'")


MUTANTS = {
    "power D": {"power": lambda d: -d},
    "power of the conjugate depth": {"power": lambda d: -d / (d - 1)},
    "factor D dropped": {"scale": lambda d: d - 2},
    "factor D - 2 dropped": {"scale": lambda d: d},
}
