r"""The stationary penalty of decoupled decay is sparse, p/L <= 1, where the metric exponent reaches m >= 1: both turn at L = p.

.. math:: m - 1 = (q-1)\,\frac{L-p}{L}, \qquad \frac pL - 1 = -\frac{L-p}{L},
.. math:: m = \frac{\mathrm d \log(1/R'')}{\mathrm d \log x}, \qquad
          \frac pL - 1 = \frac{\mathrm d \log|f'|}{\mathrm d \log x} \ \text{ along } \dot w = 0

So, for q > 1, p/L < 1 exactly where m > 1: a penalty sparser than l_1 comes with a metric for which R' is bounded at infinity. At
q = 1 the factor q - 1 is 0 and p is infinite: m < 1 at every depth, and no penalty is sparse.

Source: this project.
"""

import sympy

from mirrortheory import Decoupled, Flow, Lq, Product, derive
from mirrortheory.claims import Claim
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import p, q, slope, x

CLAIM = Claim(
    "sparsity_and_stability_share_a_boundary",
    r"m - 1 = (q-1) \frac{L-p}{L}, \quad \frac{p}{L} - 1 = -\frac{L-p}{L}",
    source="this project",
    scope="depth 1..6; 1 < q <= 2; balanced positive weights",
)

size, rate = sympy.symbols("G alpha", positive=True)


def check(excess=lambda depth: (depth - p) / depth, factor=q - 1):
    exponents = {q: sympy.Interval.Lopen(1, 2)}
    on = Domain({x: POSITIVE, size: POSITIVE, **exponents})
    yield Inequality(0, factor, on=Domain(exponents), part="the factor is positive", strict=True)
    for depth in range(1, 7):
        flow = Flow(Lq(q), Product(depth), Decoupled(rate))
        hessian = derive(flow).potential.hessian
        metric_exponent = -x * sympy.diff(hessian, x) / hessian
        yield Identity(metric_exponent - 1, factor * excess(depth), on=on, part=f"depth {depth}, stability")
        balanced = dict.fromkeys(flow.weights, x ** sympy.Rational(1, depth))
        velocity = flow.velocity[0].subs({**balanced, slope: -size})
        # Along the stationary points (x, G) of all rates: alpha is eliminated, and G'(x) comes from the implicit function.
        still = {rate: velocity.subs(rate, 0) / (velocity.subs(rate, 0) - velocity.subs(rate, 1))}
        elasticity = -x * sympy.diff(velocity, x) / (size * sympy.diff(velocity, size))
        yield Identity(elasticity.subs(still), -excess(depth), on=on, part=f"depth {depth}, sparsity")


MUTANTS = {
    "q instead of q - 1": {"factor": q},
    "boundary at L = q": {"excess": lambda depth: (depth - q) / depth},
    "the other side": {"excess": lambda depth: (p - depth) / depth},
}
