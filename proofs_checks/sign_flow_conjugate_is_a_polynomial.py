r"""For sign flow the dual variable is the smallest weight and the conjugate is a polynomial, at every depth and imbalance.

.. math:: q = 1:\qquad y = \operatorname{sign}(x)\, s, \qquad R^*(y) = \int_0^{|y|} \prod_i (u + \lambda_i)\,\mathrm d u,
          \qquad \text{balanced: } R^*(y) = \frac{|y|^{L+1}}{L+1}

Source: this project.
"""

import sympy

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.claims import Claim
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import imbalance
from mirrortheory.theory import S, Y

CLAIM = Claim(
    "sign_flow_conjugate_is_a_polynomial",
    r"R^*(y) = \int_0^{|y|} \prod_i (u + \lambda_i)\,du \text{ at } q = 1",
    source="this project",
    scope="depth 1..6; q = 1; y > 0 (R* is even); layer 1 smallest",
)

u, dual = sympy.symbols("u y", positive=True)


def check(power=1, shift=1):
    for depth in range(1, 7):
        shifts = imbalance(depth)
        potential = derive(Flow(Lq(1), Product(depth)), imbalance=shifts).potential
        on = Domain(dict.fromkeys((dual, S, *shifts[1:]), POSITIVE))
        yield Identity(potential.dual_density.expression(S), power, on=on, part=f"depth {depth}, y = s")
        polynomial = sympy.integrate(sympy.expand(sympy.Mul(*(u + shift * lam for lam in shifts))), (u, 0, dual))
        yield Identity(potential.conjugate.subs(Y, dual), polynomial, on=on, part=f"depth {depth}, conjugate")
        balanced = derive(Flow(Lq(1), Product(depth))).potential.conjugate.subs(Y, dual)
        expected = dual ** (depth + power) / (depth + power)
        yield Identity(balanced, expected, on=Domain({dual: POSITIVE}), part=f"depth {depth}, balanced")


MUTANTS = {"imbalance with the other sign": {"shift": -1}, "twice the imbalance": {"shift": 2}, "one power more": {"power": 2}}
