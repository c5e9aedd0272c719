r"""The integral of the squared gradient along a mirror flow with mu-coercive inverse metric is bounded.

.. math:: \int_0^\infty \|\nabla f(x_t)\|^2\,\mathrm d t \;\le\; \frac{\bigl(f(x_0) - f_\infty\bigr) B^{2-q}}{\mu}, \qquad
          \|\nabla f\| \le B, \quad 1/R'' \ge \mu

The loss falls at the rate sum_i |g_i|^q h_i with h_i = 1/R''_i (checked as an identity), so it is enough that in each coordinate
mu g^2 <= B^(2-q) |g|^q h. With B = |g|(1 + tau) and h = mu(1 + kappa) both sides have the factor mu g^2 (an identity), and what is
left is 1 <= (1 + tau)^(2-q) (1 + kappa): equal at tau = kappa = 0, and strict, by ball arithmetic, on the compact
domain of the scope.

Not to be confused with the bound as printed (gradient_integral_is_bounded_as_printed).
Source: this project; arXiv:2603.02064, cf. Theorem 4.2, prints B^(2-q) in the denominator.
"""

import sympy

from mirrortheory import Flow, Lq, Product
from mirrortheory.claims import Claim
from mirrortheory.domain import NONNEGATIVE, NONZERO, POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import q

CLAIM = Claim(
    "gradient_integral_is_bounded",
    r"\int \|\nabla f\|^2 dt \le \frac{(f(x_0) - f_\infty) B^{2-q}}{\mu}",
    source="this project; arXiv:2603.02064, cf. Theorem 4.2",
    scope="depth 1..4, every orthant; 1 <= q <= 2; B/|g| - 1 in [0, 10] and h/mu - 1 in [1/10, 10], or both 0",
)

g = sympy.symbols("g", real=True)
mu = sympy.Symbol("mu", positive=True)
tau, kappa = sympy.symbols("tau kappa", nonnegative=True)


def check(power=2 - q, factor=1):
    for depth in range(1, 5):
        flow = Flow(Lq(q), Product(depth))
        metric = sympy.Add(*(sympy.Abs(j) ** q for j in flow.reparam.jacobian()))
        fall = -flow.slope * flow.derivative(flow.effective)
        yield Identity(fall, sympy.Abs(flow.slope) ** q * metric, on=flow.domain(), part=f"depth {depth}, fall of the loss")
    exponents = {q: sympy.Interval(1, 2)}
    bound = ((1 + tau) * sympy.Abs(g)) ** power * sympy.Abs(g) ** q * mu * (1 + kappa)
    reduced = (1 + tau) ** power * (1 + kappa)
    everywhere = Domain({g: NONZERO, mu: POSITIVE, tau: NONNEGATIVE, kappa: NONNEGATIVE} | exponents)
    yield Identity(bound, mu * g**2 * reduced, on=everywhere, part="common factor mu g^2")
    edge = reduced.subs({tau: 0, kappa: 0})
    yield Identity(edge, factor, on=Domain(exponents), part="equal at tau = kappa = 0")
    compact = Domain({tau: sympy.Interval(0, 10), kappa: sympy.Interval(sympy.Rational(1, 10), 10)} | exponents)
    yield Inequality(factor, reduced, on=compact, part="strict inside", strict=True)


MUTANTS = {"as printed": {"power": q - 2}, "B squared": {"power": 2}, "twice the constant": {"factor": 2}}
