r"""The integral of the squared gradient along a mirror flow with mu-coercive inverse metric is bounded.

.. math:: \int_0^\infty \|\nabla f(x_t)\|^2\,\mathrm d t \;\le\; \frac{\bigl(f(x_0) - f_\infty\bigr) B^{2-q}}{\mu}, \qquad
          \|\nabla f\| \le B, \quad 1/R'' \ge \mu

It follows from -df/dt = sum_i |g_i|^q / R''_i and the pointwise inequality
mu sum_i g_i^2 <= B^(2-q) sum_i |g_i|^q h_i for h_i >= mu, |g| <= B, which is checked here coordinate by coordinate and for
two coordinates together. Not to be confused with the printed bound (gradient_integral_is_bounded_as_printed).

Source: this project; arXiv:2603.02064, cf. Theorem 4.2, prints B^(2-q) in the denominator.
"""

import sympy

from mirrortheory import Flow, Lq, Product
from mirrortheory.claims import Claim
from mirrortheory.domain import NONZERO, POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality, Verdict
from mirrortheory.notation import q

CLAIM = Claim(
    "gradient_integral_is_bounded",
    r"\int \|\nabla f\|^2 dt \le \frac{(f(x_0) - f_\infty) B^{2-q}}{\mu}",
    source="this project; arXiv:2603.02064, cf. Theorem 4.2",
    scope="energy identity: depth 1..4, every orthant; pointwise inequality: 1 and 2 coordinates, 1 <= q <= 2, sampled",
    expect=Verdict.SUPPORTED,
)

g1, g2 = sympy.symbols("g1 g2", real=True)
mu, slack, h1, h2 = sympy.symbols("mu b k1 k2", positive=True)


def check(power=2 - q, factor=mu):
    for depth in range(1, 5):
        flow = Flow(Lq(q), Product(depth))
        metric = sympy.Add(*(sympy.Abs(j) ** q for j in flow.reparam.jacobian()))
        fall = -flow.slope * flow.derivative(flow.effective)
        yield Identity(fall, sympy.Abs(flow.slope) ** q * metric, on=flow.domain(), part=f"depth {depth}, fall of the loss")
    # B = |g| + b and h_i = mu + k_i with positive slacks b, k_i.
    ranges = {g1: NONZERO, mu: POSITIVE, slack: POSITIVE, h1: POSITIVE, q: sympy.Interval(1, 2)}
    left = factor * g1**2
    right = (sympy.Abs(g1) + slack) ** power * sympy.Abs(g1) ** q * (mu + h1)
    yield Inequality(left, right, on=Domain(ranges), part="one coordinate")
    norm = sympy.sqrt(g1**2 + g2**2)
    left = factor * (g1**2 + g2**2)
    right = (norm + slack) ** power * (sympy.Abs(g1) ** q * (mu + h1) + sympy.Abs(g2) ** q * (mu + h2))
    yield Inequality(left, right, on=Domain(ranges | {g2: NONZERO, h2: POSITIVE}), part="two coordinates")
    tight = Domain({g1: NONZERO, mu: POSITIVE, q: sympy.Interval(1, 2)})
    yield Identity(factor * g1**2, sympy.Abs(g1) ** (power + q) * mu, on=tight, part="one coordinate, B = |g|, h = mu: equal")


MUTANTS = {"as printed": {"power": q - 2}, "B squared": {"power": 2}, "twice the constant": {"factor": 2 * mu}}
