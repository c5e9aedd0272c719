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
from mirrortheory.claims import Claim
from mirrortheory.domain import POSITIVE, REALS, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import lam
from mirrortheory.reparams import Mask, PowerDifference

CLAIM = Claim(
    "hyperbolic_entropy_comes_from_masks_and_differences_of_squares",
    r"D_R = \tfrac14 D_{Q_\mu},\ \mu^2 = uv; \qquad D_R = \tfrac12 D_{Q_\mu},\ \mu^2 = |m^2 - w^2|/4",
    source="Woodworth et al. (2020), arXiv:2002.09277, cf. Theorem 1; Ghai, Hazan, Singer (2020), arXiv:1902.01903",
    scope="q = 2; u^2 - v^2 from two starts, all x; product and mask of any imbalance lam > 0, x > 0 (R is even)",
)


def entropy(x, square):
    z = x / square
    return square * (2 - sympy.sqrt(4 + z**2) + z * sympy.asinh(z / 2))


def divergence(x, start, square):
    at_start = {x: start}
    printed = entropy(x, square)
    return printed - printed.subs(at_start) - sympy.diff(printed, x).subs(at_start) * (x - start)


def check(difference=sympy.Rational(1, 4), product=sympy.Rational(1, 2), imbalance=lam / 4):
    for weights in ((2, 1), (3, "1/2")):
        u, v = map(sympy.Rational, weights)
        potential = derive(Flow(Lq(2), PowerDifference(2)), initial=(u, v)).potential
        x, start = potential.symbol, sympy.Symbol("x0", real=True)
        form = difference * divergence(x, start, u * v)
        yield Identity(potential.bregman_expression(), form, on=Domain({x: REALS, start: REALS}), part=f"u = {u}, v = {v}")
    for reparam in (Product(2), Mask()):
        potential = derive(Flow(Lq(2), reparam), imbalance=(0, lam)).potential
        x, start = potential.symbol, sympy.Symbol("x0", positive=True)
        form = product * divergence(x, start, imbalance)
        on = Domain(dict.fromkeys((x, start, lam), POSITIVE))
        yield Identity(potential.bregman_expression(), form, on=on, part=str(reparam.effective))
    mask, squares = (derive(Flow(Lq(2), reparam), initial=(2, 1)) for reparam in (Mask(), PowerDifference(2)))
    u, v = squares.flow.weights
    pulled = mask.invariants[0].subs(dict(zip(mask.flow.weights, (u + v, u - v), strict=True)))
    conserved = 4 * sympy.exp(sympy.expand(2 * squares.invariants[0]))
    yield Identity(pulled, conserved, on=squares.flow.domain(), part="m^2 - w^2 = 4 u v")


MUTANTS = {
    "factor 4 dropped": {"difference": 1},
    "factor 2 dropped": {"product": 1},
    "imbalance halved": {"imbalance": lam / 2},
    "imbalance squared": {"imbalance": lam**2 / 4},
}
