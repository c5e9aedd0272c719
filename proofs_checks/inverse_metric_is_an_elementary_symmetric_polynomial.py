r"""The inverse metric of a product of layers is an elementary symmetric polynomial of the |w_i|^q.

.. math:: \frac1{R''(x)} = \sum_i |\partial_i x|^q = e_{L-1}\bigl(|w_1|^q, \dots, |w_L|^q\bigr) = P'(s), \qquad
          P(s) = \prod_i (s + \lambda_i)

It is the inverse metric of a mirror flow: dx/dt = -phi(f') times it, at every depth and in every orthant.

Source: this project (depth polynomial); Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, for depth two.
"""

from itertools import combinations

import sympy

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE
from mirrortheory.evidence import Identity
from mirrortheory.notation import imbalance, q
from mirrortheory.theory import S

CLAIM = Claim(
    "inverse_metric_is_an_elementary_symmetric_polynomial",
    r"\frac{1}{R''(x)} = e_{L-1}(|w_1|^q, \dots, |w_L|^q) = P'(s)",
    topic="potentials",
    source="this project; arXiv:2603.02064 for depth two",
    scope="depth 1..6; 1 <= q <= 2; every orthant; P'(s) for depth 2..6, layer 1 the only smallest",
)


def check(missing=1):
    for depth in range(max(1, missing), 7):
        flow, part = Flow(Lq(q), Product(depth)), f"depth {depth}"
        powers, shifts = [sympy.Abs(w) ** q for w in flow.weights], imbalance(depth)
        symmetric = sympy.Add(*(sympy.Mul(*chosen) for chosen in combinations(powers, depth - missing)))
        on = flow.domain(dict.fromkeys((S, *shifts[1:]), POSITIVE))
        yield Identity(flow.inverse_metric, symmetric, on=on, part=f"{part}, in the weights")
        rate = -flow.geometry.link(flow.slope) * symmetric
        yield Identity(flow.derivative(flow.effective), rate, on=on, part=f"{part}, rate of x")
        if depth > 1:  # at depth 1 the charge is |w|, not |w|^q
            curve = {w: sympy.sign(w) * (S + e) ** (1 / q) for w, e in zip(flow.weights, shifts, strict=True)}
            slope = sympy.Derivative(sympy.Mul(*(S + e for e in shifts)), S)
            yield Identity(at(symmetric, curve), slope, on=on, part=f"{part}, P'(s)")
            derived = derive(flow, imbalance=shifts)
            yield Identity(derived.inverse_metric, flow.inverse_metric, on=on, part=f"{part}, derived in the weights")
            in_s = derived.potential.inverse_metric
            yield Identity(in_s, at(flow.inverse_metric, curve), on=on, part=f"{part}, derived in s")


MUTANTS = {"all layers": {"missing": 0}, "two layers left out": {"missing": 2}}
