r"""Tied layers of depths a and b exchange weighted charges: x = u^a v^b conserves a^(1-q) u^q - b^(1-q) v^q.

.. math:: \frac{\mathrm d}{\mathrm d t}\bigl(a^{1-q} u^q\bigr) = -q\,\phi_q(f')\,x^{q-1}
          = \frac{\mathrm d}{\mathrm d t}\bigl(b^{1-q} v^q\bigr),
          \\
          R''(x) = \frac{(a^a b^b)^{(1-q)/L}}{L\,|x|^m} \ \text{ balanced}, \quad L = a + b,\ m = \tfrac{q(L-1)}L

At q = 1 the charges have equal weight, and balanced ones give the product of L layers. For q > 1 the potential is that of the
product divided by (a^a b^b)^((q-1)/L): tied layers move faster. The derived first integral is a^(q-1) times the one here.

Source: this project.
"""

import sympy

from mirrortheory import Flow, Lq, derive
from mirrortheory.claims import Claim
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import metric_exponent, q, x
from mirrortheory.reparams import PowersProduct

CLAIM = Claim(
    "charges_of_a_product_of_powers_are_weighted_by_the_depths",
    r"a^{1-q} u^q - b^{1-q} v^q = \mathrm{const}, \quad R''(x) = \frac{(a^a b^b)^{(1-q)/L}}{L |x|^m}",
    source="this project",
    scope="a, b = 1..3, 1 <= q <= 2, u, v > 0; x > 0",
)


def check(weight=lambda depth: depth ** (1 - q), speed=lambda a, b: (a**a * b**b) ** ((1 - q) / (a + b))):
    for a in map(sympy.Integer, (1, 2, 3)):
        for b in map(sympy.Integer, range(a, 4)):
            flow = Flow(Lq(q), PowersProduct(a, b))
            (u, v), on, part = flow.weights, flow.domain(), f"a = {a}, b = {b}"
            charge = weight(a) * u**q - weight(b) * v**q
            yield Identity(flow.derivative(charge), 0, on=on, part=f"{part}, conserved")
            derived = derive(flow)
            yield Identity(derived.invariants[0], charge / weight(a), on=on, part=f"{part}, derived")
            ratio = derived.potential.hessian * (a + b) * x ** metric_exponent(a + b) / speed(a, b)
            balanced = Domain({x: POSITIVE, q: sympy.Interval(1, 2)})
            yield Identity(ratio, 1, on=balanced, part=f"{part}, balanced R''")


MUTANTS = {
    "equal charges": {"weight": lambda depth: 1},
    "depth^(q-1)": {"weight": lambda depth: depth ** (q - 1)},
    "product of L layers": {"speed": lambda a, b: 1},
}
