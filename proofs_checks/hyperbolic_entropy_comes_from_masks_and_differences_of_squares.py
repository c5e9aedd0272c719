r"""Under gradient flow u^2 - v^2, the mask m w and the product of two layers have the hyperbolic entropy for mirror potential.

.. math:: Q_{\mu}(x) = \mu^2\, q(x/\mu^2), \quad q(z) = 2 - \sqrt{4 + z^2} + z \operatorname{asinh}\tfrac z2, \qquad
          D_R = \tfrac14 D_{Q_\mu} \ \ (u^2 - v^2,\ \mu^2 = u v), \qquad
          D_R = \tfrac12 D_{Q_\mu} \ \ (m\,w,\ \mu^2 = |m^2 - w^2|/4)

The published potentials drop both factors: Woodworth et al. print Q, with u = v = mu at the start, and Ghai, Hazan and Singer
x asinh(x/b) - sqrt(x^2 + b^2), b = 2 mu^2, which is Q up to a constant. The two maps correspond by u, v = (m +- w)/2: then
x = u^2 - v^2 = m w and m^2 - w^2 = 4 u v, and the mask has twice the potential because it moves at half the speed.

Source: Woodworth et al. (2020), arXiv:2002.09277, cf. Theorem 1; Ghai, Hazan, Singer (2020), arXiv:1902.01903.
"""

import sympy

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import Named, at
from mirrortheory.domain import NONZERO, POSITIVE, REALS, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import lam
from mirrortheory.reparams import Mask, PowerDifference

CLAIM = Claim(
    "hyperbolic_entropy_comes_from_masks_and_differences_of_squares",
    r"D_R = \tfrac14 D_{Q_\mu},\ \mu^2 = uv; \qquad D_R = \tfrac12 D_{Q_\mu},\ \mu^2 = |m^2 - w^2|/4",
    topic="potentials",
    source="Woodworth et al. (2020), arXiv:2002.09277, cf. Theorem 1; Ghai, Hazan, Singer (2020), arXiv:1902.01903",
    scope="q = 2; R'' of the flows for all u, v > 0, and at |x| for all m, w != 0 with |m| != |w|; D_R of the derived potentials: "
    "u^2 - v^2 from two starts, all x; product and mask of any imbalance lam > 0, x > 0 (R is even)",
)


z, square = sympy.symbols("z mu2", real=True)
a, d = sympy.symbols("a d", positive=True)
Q = square * (2 - sympy.sqrt(4 + (z / square) ** 2) + z / square * sympy.asinh(z / square / 2))
ENTROPY = Named("Q", Q)


def divergence(r, x, start):
    return r - at(r, {x: start}) - at(sympy.Derivative(r, x), {x: start}) * (x - start)


def check(difference=sympy.Rational(1, 4), product=sympy.Rational(1, 2), width=lambda imbalance: imbalance / 4):
    squares, metric = Flow(Lq(2), PowerDifference(2)), sympy.Derivative(ENTROPY, z, z)
    u, v = squares.weights
    here = {z: squares.effective, square: u * v}
    yield Identity(difference * at(metric, here) * squares.inverse_metric, 1, on=squares.domain(), part="R'' of u^2 - v^2")
    for weights in ((2, 1), (3, "1/2")):
        first, second = map(sympy.Rational, weights)
        potential = derive(squares, initial=(first, second)).potential
        x, start = potential.symbol, sympy.Symbol("x0", real=True)
        printed, on = at(ENTROPY, {z: x, square: first * second}), Domain({x: REALS, start: REALS})
        derived = Named(f"R, u = {first}, v = {second}", potential.potential)
        forms = divergence(derived, x, start), difference * divergence(printed, x, start)
        yield Identity(*forms, on=on, part=f"u = {first}, v = {second}")
    for reparam in (Product(2), Mask()):
        flow, name = Flow(Lq(2), reparam), str(reparam.effective)
        m, w = flow.weights
        for sizes in ((a, a + d), (a + d, a)):
            weights = {weight: sympy.sign(weight) * size for weight, size in zip(flow.weights, sizes, strict=True)}
            part, on = f"{name}, sizes {sizes}", flow.domain({a: POSITIVE, d: POSITIVE})
            yield Identity(at(sympy.Abs(flow.effective), weights), a * (a + d), on=on, part=f"{part}, the image")
            here = {z: a * (a + d), square: width(d * (2 * a + d))}
            forms = product * at(metric, here) * at(flow.inverse_metric, weights), 1
            yield Identity(*forms, on=on, part=f"{part}, R''")
        potential = derive(flow, imbalance=(0, lam)).potential
        x, start = potential.symbol, sympy.Symbol("x0", positive=True)
        printed, on = at(ENTROPY, {z: x, square: width(lam)}), Domain(dict.fromkeys((x, start, lam), POSITIVE))
        forms = divergence(Named(f"R of {name}", potential.potential), x, start), product * divergence(printed, x, start)
        yield Identity(*forms, on=on, part=name)
    reduced, on = {m: u + v, w: u - v}, squares.domain({m: NONZERO, w: NONZERO})
    yield Identity(at(m * w, reduced), squares.effective, on=on, part="m w = u^2 - v^2")
    yield Identity(at(m**2 - w**2, reduced), 4 * u * v, on=on, part="m^2 - w^2 = 4 u v")
    yield Identity(2 * at(flow.inverse_metric, reduced), squares.inverse_metric, on=on, part="half the speed")


MUTANTS = {
    "factor 4 dropped": {"difference": 1},
    "factor 2 dropped": {"product": 1},
    "imbalance halved": {"width": lambda imbalance: imbalance / 2},
    "imbalance squared": {"width": lambda imbalance: imbalance**2 / 4},
}
