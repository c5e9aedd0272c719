r"""Tied layers of depths a and b exchange weighted charges: x = u^a v^b conserves a^(1-q) u^q - b^(1-q) v^q.

.. math:: \frac{\mathrm d}{\mathrm d t}\bigl(a^{1-q} u^q\bigr) = -q\,\phi_q(f')\,x^{q-1}
          = \frac{\mathrm d}{\mathrm d t}\bigl(b^{1-q} v^q\bigr),
          \\
          R''(x) = \frac{(a^a b^b)^{(1-q)/L}}{L\,|x|^m} \ \text{ balanced}, \quad L = a + b,\ m = \tfrac{q(L-1)}L

At q = 1 the charges have equal weight, and balanced ones give the product of L layers. For q > 1 the potential is that of the
product divided by (a^a b^b)^((q-1)/L): tied layers move faster. In balanced weights the two charges here are equal.

Source: this project.
"""

from itertools import product

import sympy

from mirrortheory import Flow, Lq, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE
from mirrortheory.evidence import Identity
from mirrortheory.notation import metric_exponent, q, x
from mirrortheory.reparams import PowersProduct

CLAIM = Claim(
    "charges_of_a_product_of_powers_are_weighted_by_the_depths",
    r"a^{1-q} u^q - b^{1-q} v^q = \mathrm{const}, \quad R''(x) = \frac{(a^a b^b)^{(1-q)/L}}{L |x|^m}",
    topic="balance",
    source="this project",
    scope="a, b = 1..3, 1 <= q <= 2, u, v > 0, so x > 0",
)

charge = sympy.Symbol("c", positive=True)


def check(weight=lambda depth: depth ** (1 - q), speed=lambda a, b: (a**a * b**b) ** ((1 - q) / (a + b))):
    for a, b in product(map(sympy.Integer, (1, 2, 3)), repeat=2):
        flow = Flow(Lq(q), PowersProduct(a, b))
        (u, v), part, m = flow.weights, f"a = {a}, b = {b}", metric_exponent(a + b)
        on, derived = flow.domain({charge: POSITIVE}), derive(flow)
        rate = -q * flow.geometry.link(flow.slope) * flow.effective ** (q - 1)
        for w, depth in ((u, a), (v, b)):
            yield Identity(flow.derivative(weight(depth) * w**q), rate, on=on, part=f"{part}, rate of the charge of {w}")
        yield Identity(flow.derivative(derived.invariants[0]), 0, on=on, part=f"{part}, derived and conserved")
        metric = sympy.Add(*((depth * flow.effective / w) ** q for w, depth in ((u, a), (v, b))))
        yield Identity(flow.inverse_metric, metric, on=on, part=f"{part}, inverse metric")
        balanced = {w: depth * (charge / depth) ** (1 / q) for w, depth in ((u, a), (v, b))}
        image = balanced[u] ** a * balanced[v] ** b
        yield Identity(at(weight(a) * u**q, balanced), at(weight(b) * v**q, balanced), on=on, part=f"{part}, balanced")
        yield Identity(at(flow.effective, balanced), image, on=on, part=f"{part}, balanced x")
        metrics = {"derived": derived.potential.hessian, "printed": speed(a, b) / ((a + b) * x**m)}
        for (name, hessian), (w, depth) in product(metrics.items(), ((u, a), (v, b))):
            # The two shares of the inverse metric in 1/R'' add up to it: a/L + b/L = 1.
            share = at(hessian, {x: image}) * (depth * image / balanced[w]) ** q
            yield Identity(share, depth / (a + b), on=on, part=f"{part}, balanced, {name} R'', share of {w}")


MUTANTS = {
    "equal charges": {"weight": lambda depth: 1},
    "depth^(q-1)": {"weight": lambda depth: depth ** (q - 1)},
    "product of L layers": {"speed": lambda a, b: 1},
}
