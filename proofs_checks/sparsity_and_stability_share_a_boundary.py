r"""The stationary penalty of decoupled decay is sparse, p/L <= 1, where the metric exponent reaches m >= 1: both turn at L = p.

.. math:: m - 1 = (q-1)\,\frac{L-p}{L}, \qquad \frac pL - 1 = -\frac{L-p}{L},
.. math:: m = \frac{\mathrm d \log(1/R'')}{\mathrm d \log x}, \qquad
          \frac pL - 1 = \frac{\mathrm d \log|f'|}{\mathrm d \log x} \ \text{ along } \dot w = 0

with 1/R'' = sum_i |dx/dw_i|^q at balanced weights x^(1/L), where every layer is at rest under the slope
f' = -alpha^(p-1) x^(p/L-1), and under no other, as |f'|^(q-1) grows. So, for q > 1, p/L < 1 exactly where m > 1: a penalty sparser
than l_1 comes with a metric for which R' is bounded at infinity. At q = 1 the factor q - 1 is 0 and p is infinite: m < 1 at every
depth, and no penalty is sparse.

Source: this project.
"""

import sympy
from sympy import Derivative

from mirrortheory import Decoupled, Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import p, q, x

CLAIM = Claim(
    "sparsity_and_stability_share_a_boundary",
    r"m - 1 = (q-1) \frac{L-p}{L}, \quad \frac{p}{L} - 1 = -\frac{L-p}{L}",
    topic="decay",
    source="this project",
    scope="depth 1..6; 1 < q <= 2; balanced positive weights, alpha > 0",
)

rate = sympy.Symbol("alpha", positive=True)


def check(excess=lambda depth: (depth - p) / depth, factor=q - 1, power=lambda depth: p / depth - 1):
    exponents = {q: sympy.Interval.Lopen(1, 2)}
    on = Domain({x: POSITIVE, rate: POSITIVE, **exponents})
    yield Inequality(0, factor, on=Domain(exponents), part="the factor is positive", strict=True)
    for depth in range(1, 7):
        flow = Flow(Lq(q), Product(depth), Decoupled(rate))
        balanced = dict.fromkeys(flow.weights, x ** sympy.Rational(1, depth))
        metric = at(flow.inverse_metric, balanced)
        metric_exponent = x * Derivative(metric, x) / metric
        yield Identity(metric_exponent - 1, factor * excess(depth), on=on, part=f"depth {depth}, stability")
        size = rate ** (p - 1) * x ** power(depth)
        for w in flow.weights:
            at_rest = at(flow.derivative(w), balanced | {flow.slope: -size})
            yield Identity(at_rest, 0, on=on, part=f"depth {depth}, {w} is at rest")
        yield Identity(x * Derivative(size, x) / size, -excess(depth), on=on, part=f"depth {depth}, sparsity")


MUTANTS = {
    "q instead of q - 1": {"factor": q},
    "boundary at L = q": {"excess": lambda depth: (depth - q) / depth},
    "the other side": {"excess": lambda depth: (p - depth) / depth},
    "penalty |x|^(2/L)": {"power": lambda depth: 2 / sympy.Integer(depth) - 1},
}
