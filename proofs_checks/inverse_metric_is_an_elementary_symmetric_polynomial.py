r"""The inverse metric of a product of layers is an elementary symmetric polynomial of the |w_i|^q.

.. math:: \frac1{R''(x)} = \sum_i |\partial_i x|^q = e_{L-1}\bigl(|w_1|^q, \dots, |w_L|^q\bigr) = P'(s), \qquad
          P(s) = \prod_i (s + \lambda_i)

Source: this project (depth polynomial); Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, for depth two.
"""

from itertools import combinations

import sympy

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.claims import Claim
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import imbalance, q
from mirrortheory.theory import S

CLAIM = Claim(
    "inverse_metric_is_an_elementary_symmetric_polynomial",
    r"\frac{1}{R''(x)} = e_{L-1}(|w_1|^q, \dots, |w_L|^q) = P'(s)",
    source="this project; arXiv:2603.02064 for depth two",
    scope="depth 1..6; 1 <= q <= 2; every orthant",
)


def check(missing=1):
    for depth in range(max(1, missing), 7):
        flow = Flow(Lq(q), Product(depth))
        derived = derive(flow, imbalance=imbalance(depth))
        powers = [sympy.Abs(w) ** q for w in flow.weights]
        symmetric = sympy.Add(*(sympy.Mul(*chosen) for chosen in combinations(powers, depth - missing)))
        yield Identity(derived.inverse_metric, symmetric, on=flow.domain(), part=f"depth {depth}, in the weights")
        if depth > 1:  # at depth 1 the charge is |w|, not |w|^q
            polynomial = sympy.Mul(*(S + shift for shift in imbalance(depth)))
            on = Domain(dict.fromkeys((S, *imbalance(depth)[1:]), POSITIVE) | {q: sympy.Interval(1, 2)})
            yield Identity(derived.potential.inverse_metric, sympy.diff(polynomial, S), on=on, part=f"depth {depth}, in s")


MUTANTS = {"all layers": {"missing": 0}, "two layers left out": {"missing": 2}}
