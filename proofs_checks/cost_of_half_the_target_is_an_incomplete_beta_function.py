r"""At one rate, half the target of one coordinate costs B_{1/2}(1 - m, 0) steps from 0, which is finite just for m < 1.

.. math:: N_{1/2} = \lambda(x^*) \int_0^{x^*/2} \mathrm d\tau = \int_0^{1/2} \frac{u^{-m}}{1 - u}\,\mathrm d u = B_{1/2}(1-m, 0),
          \qquad \mathrm d\tau = \frac{-\mathrm d f}{f'^2 \lambda(x)},\ \lambda = \frac{1}{R''} = L x^m

for f = (x - x*)^2/2, balanced layers, u = x/x*, x* = x + r. In the clock tau the residual decays at the rate lambda; N counts steps
of one length, 1/lambda(x*), half the limit of stability at the target. On (0, 1/2) the density lies between u^(-m) and 2 u^(-m), so
N is at most 2^m/(1 - m) for m < 1; for m >= 1 it is at least 1/u, and the cost from u_0 on is at least log(1/(2 u_0)). At m = 1/2
(q = 1, L = 2) N from 0 to u is log((1 + sqrt u)/(1 - sqrt u)), at u = 1/2 it is 2 log(1 + sqrt 2).

Not to be confused with steps at the rate of the place: local_steps_of_one_coordinate_cost_a_logarithm. In the time of the flow
itself (mutant) the integral depends on x* and q as well.
Source: this project; mirrortheory.features.steps_to_half encloses it.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import metric_exponent, q, x

CLAIM = Claim(
    "cost_of_half_the_target_is_an_incomplete_beta_function",
    r"N_{1/2} = \lambda(x^*) \int_0^{x^*/2} \mathrm d\tau = B_{1/2}(1 - m, 0) < \infty \iff m < 1",
    topic="saddles",
    source="this project",
    scope="depth 1..6; 1 <= q <= 2; one coordinate, f = (x - x*)^2/2, balanced positive weights",
    on_paper=(
        "B_u(a, 0) is the integral of v^(a-1)/(1-v) over (0, u), finite for a > 0 only",
        "integrals of bounds bound integrals, and u^(-m) >= 1/u for m >= 1",
    ),
)

left, b, z, over = sympy.symbols("r b z v", positive=True)
root = sympy.Symbol("s", nonnegative=True)


def check(power=metric_exponent, fall=2, above=2, logarithm=1):
    for depth in range(1, 7):
        flow, part = Flow(Lq(q), Product(depth)), f"depth {depth}"
        on = Domain(dict.fromkeys((x, left), POSITIVE) | {q: sympy.Interval(1, 2)})
        target, u = x + left, x / (x + left)
        metric = {place: at(flow.inverse_metric, _balanced(flow, place)) for place in (x, target)}
        pull = at(Derivative((z - b) ** 2 / 2, z), {z: x, b: target})
        speed = at(flow.derivative(flow.effective), _balanced(flow, x) | {flow.slope: pull})
        clock = -pull * speed / (left**fall * metric[x])  # dtau/dt
        density = u ** -power(depth) / (1 - u)
        yield Identity(metric[target] * clock, density * speed / target, on=on, part=f"{part}, dN = u^-m/(1-u) du")
    u = 1 / (2 + over)  # in (0, 1/2)
    on = Domain({over: POSITIVE})
    yield Inequality(1, 1 / (1 - u), on=on, part="at least u^-m", strict=True)
    yield Inequality(1 / (1 - u), above, on=on, part="at most 2 u^-m", strict=True)
    half = logarithm * sympy.log((1 + root) / (1 - root))  # u = s^2
    inside = Domain({root: sympy.Interval.open(0, 1)})
    yield Identity(Derivative(half, root), 2 * root * root**-1 / (1 - root**2), on=inside, part="m = 1/2, dN/ds")
    yield Identity(at(half, {root: 0}), 0, on=Domain({}), part="m = 1/2, N = 0 at 0")
    value = at((1 + root) / (1 - root), {root: 1 / sympy.sqrt(2)})
    yield Identity(value, (1 + sympy.sqrt(2)) ** 2, on=Domain({}), part="m = 1/2, exp N at u = 1/2")


def _balanced(flow, place):
    return dict(zip(flow.weights, flow.reparam.lift(place), strict=True))


MUTANTS = {
    "one layer more": {"power": lambda depth: metric_exponent(depth + 1)},
    "in the time of the flow": {"fall": q},
    "at most 3/2 u^-m": {"above": sympy.Rational(3, 2)},
    "half the logarithm": {"logarithm": sympy.Rational(1, 2)},
}
