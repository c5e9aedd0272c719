r"""At depth two the metric is an inverse square root, with the balance as its scale.

.. math:: R''(x) = \frac1{\sqrt{\lambda^2 + 4|x|^q}}, \qquad \lambda = \bigl||w_1|^q - |w_2|^q\bigr|

The derived metric in x is compared on the curve |w_1|^q = s, |w_2|^q = s + lambda.

Source: Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, cf. the depth-two theorem.
"""

import sympy

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE
from mirrortheory.evidence import Identity
from mirrortheory.notation import lam, q, x
from mirrortheory.theory import S

CLAIM = Claim(
    "depth_two_metric_is_an_inverse_square_root",
    r"R''(x) = \frac{1}{\sqrt{\lambda^2 + 4|x|^q}}",
    topic="potentials",
    source="arXiv:2603.02064, cf. the depth-two theorem",
    scope="depth 2; 1 <= q <= 2; every orthant, balanced or not; the derived metric for lam > 0, layer 1 smaller",
)


def check(factor=4, exponent=q, balance_power=2):
    flow = Flow(Lq(q), Product(2))
    first, second = (sympy.Abs(w) ** q for w in flow.weights)
    radicand = sympy.Abs(first - second) ** balance_power + factor * sympy.Abs(flow.effective) ** exponent
    on = flow.domain({S: POSITIVE, lam: POSITIVE})
    yield Identity(flow.inverse_metric, sympy.sqrt(radicand), on=on, part="in the weights")
    derived = derive(flow, imbalance=(0, lam)).potential.hessian
    curve = {w: sympy.sign(w) * (S + shift) ** (1 / q) for w, shift in zip(flow.weights, (0, lam), strict=True)}
    image = (S * (S + lam)) ** (1 / q)
    yield Identity(at(sympy.Abs(flow.effective), curve), image, on=on, part="x on the curve")
    yield Identity(at(derived, {x: image}) * at(flow.inverse_metric, curve), 1, on=on, part="derived R'' of the flow")
    in_x = sympy.sqrt(lam**balance_power + factor * x**exponent)
    yield Identity(at(in_x, {x: image}), at(flow.inverse_metric, curve), on=on, part="1/R'' in x")


MUTANTS = {"factor 2": {"factor": 2}, "square of x": {"exponent": 2}, "balance not squared": {"balance_power": 1}}
