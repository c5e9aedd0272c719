r"""At depth two the metric is an inverse square root, with the balance as its scale.

.. math:: R''(x) = \frac1{\sqrt{\lambda^2 + 4|x|^q}}, \qquad \lambda = \bigl||w_1|^q - |w_2|^q\bigr|

Source: Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, cf. the depth-two theorem.
"""

import sympy

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.claims import Claim
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import lam, q, x

CLAIM = Claim(
    "depth_two_metric_is_an_inverse_square_root",
    r"R''(x) = \frac{1}{\sqrt{\lambda^2 + 4|x|^q}}",
    source="arXiv:2603.02064, cf. the depth-two theorem",
    scope="depth 2; 1 <= q <= 2; every orthant",
)


def check(factor=4, exponent=q, balance_power=2):
    flow = Flow(Lq(q), Product(2))
    first, second = (sympy.Abs(w) ** q for w in flow.weights)
    radicand = sympy.Abs(first - second) ** balance_power + factor * sympy.Abs(flow.effective) ** exponent
    derived = derive(flow, imbalance=(0, lam))
    yield Identity(derived.inverse_metric, sympy.sqrt(radicand), on=flow.domain(), part="in the weights")
    on = Domain({x: POSITIVE, lam: POSITIVE, q: sympy.Interval(1, 2)})
    expected = 1 / sympy.sqrt(lam**balance_power + factor * x**exponent)
    yield Identity(derived.potential.hessian, expected, on=on, part="in x")


MUTANTS = {"factor 2": {"factor": 2}, "square of x": {"exponent": 2}, "balance not squared": {"balance_power": 1}}
