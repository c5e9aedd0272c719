r"""For q < 2 a steepest mirror flow with mu-coercive inverse metric reaches the minimum of a PL loss in finite time.

.. math:: T \le \frac{(f(x_0) - f_*)^{1-q/2}}{\mu\,(2\Lambda)^{q/2}\,(1 - q/2)}, \qquad
          \|\nabla f\|^2 \ge 2\Lambda (f - f_*), \quad 1/R'' \ge \mu

Three steps. The loss falls at the rate sum_i |g_i|^q h_i >= mu sum_i |g_i|^q (gradient_integral_is_bounded). Each |g_i| is at most
N = ||g||_2, so |g_i|^q N^(2-q) >= g_i^2, whose sum is sum_i |g_i|^q >= N^q >= (2 Lambda e)^(q/2), e = f - f_*. And T(e), the bound,
has dT/de times that rate equal to 1, and T(0) = 0. Variables: N^(2-q) = |g|^(2-q) + a; the fall is (1 + b) times the bound on it.

The bound is attained: depth one, where mu = 1, and a parabola.
Source: this project.
"""

import sympy

from mirrortheory import Flow, Lq, Product
from mirrortheory.claims import Claim
from mirrortheory.domain import NONNEGATIVE, POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import q, x

CLAIM = Claim(
    "mirror_flow_converges_in_finite_time_under_pl",
    r"T \le \frac{(f(x_0) - f_*)^{1-q/2}}{\mu (2\Lambda)^{q/2} (1 - q/2)}",
    source="this project",
    scope="1 <= q < 2; mu, Lambda, f - f_* > 0; attained at depth 1 by c x^2/2",
)

gap, mu, pl, g, curvature = sympy.symbols("e mu Lambda g c", positive=True)
a, b = sympy.symbols("a b", nonnegative=True)


def check(power=1 - q / 2, constant=1 - q / 2, doubled=2):
    exponents = {q: sympy.Interval.Ropen(1, 2)}
    rate = mu * (doubled * pl * gap) ** (q / 2)
    time = gap**power / (mu * (2 * pl) ** (q / 2) * constant)
    on = Domain(dict.fromkeys((gap, mu, pl), POSITIVE) | exponents)
    yield Identity(sympy.diff(time, gap) * rate, 1, on=on, part="dT = de/rate")
    faster = sympy.powsimp(sympy.expand_power_base(sympy.simplify(sympy.diff(time, gap)) * rate)) * (1 + b)
    yield Inequality(1, faster, on=on.with_ranges({b: NONNEGATIVE}), part="a faster fall takes less time")
    norms = Domain({g: POSITIVE, a: NONNEGATIVE} | exponents)
    yield Inequality(g**2, g**q * (g ** (2 - q) + a), on=norms, part="norms")
    flow = Flow(Lq(q), Product(1))
    loss = curvature * x**2 / 2
    at = {flow.weights[0]: x, flow.slope: sympy.diff(loss, x)}
    inward = -flow.derivative(flow.effective).subs(at)
    arrival = time.subs({gap: loss, mu: 1, pl: curvature})
    parabola = Domain({x: POSITIVE, curvature: POSITIVE} | exponents)
    yield Identity(sympy.diff(loss, x) ** 2, 2 * curvature * loss, on=parabola, part="PL constant of the parabola")
    yield Identity(sympy.diff(arrival, x) * inward, 1, on=parabola, part="attained")


MUTANTS = {"power of q": {"power": 2 - q}, "constant forgotten": {"constant": 1}, "PL without 2": {"doubled": 1}}
