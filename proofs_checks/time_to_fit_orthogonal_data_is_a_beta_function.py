r"""From zero, a coordinate of a quadratic loss is fitted in a time that is a beta function times powers of target and curvature.

.. math:: f = \tfrac h2 (x - b)^2: \quad T = \int_0^b \frac{dx}{L x^m (h (b - x))^{q-1}}
          = \frac{h^{1-q}\, b^{2-m-q}}{L}\, B(1 - m,\, 2 - q), \qquad m = \frac{q (L-1)}{L} < 1

for balanced layers; on data with orthogonal columns each coordinate is such a problem. Checked in u = x/b, b = x + r: along the
flow dt = h^(1-q) b^(2-m-q) u^(-m) (1-u)^(1-q) du/L. The integral is finite just for m < 1 and q < 2, where from depth two on the
first implies the second. At q = 1 B(1/L, 1)/L = 1, so that T = b^(1/L): by then the exact sign flow from close to 0 is at rest
at b. T is that of the solution which leaves 0 at once.

Not to be confused with the time under a constant slope: escape_time_stays_bounded_as_the_start_vanishes_below_the_critical_line.
Source: this project.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import EndsAt, Identity, Inequality
from mirrortheory.flows import Quadratic
from mirrortheory.notation import metric_exponent, q, x

CLAIM = Claim(
    "time_to_fit_orthogonal_data_is_a_beta_function",
    r"T = \frac{h^{1-q} b^{2-m-q}}{L} B(1 - m, 2 - q)",
    topic="bias",
    source="this project",
    scope="depth 1..6; 1 <= q < L/(L - 1), at depth one q < 2; balanced positive weights; h, b > 0",
    on_paper=("B(a, c) is the integral of u^(a-1) (1-u)^(c-1) over (0, 1), finite for a, c > 0 only",),
)

left, curvature, b, z = sympy.symbols("r h b z", positive=True)
_NEAR = sympy.Rational(1, 10**9)


def check(power=lambda depth: 2 - metric_exponent(depth) - q, bend=1 - q, reached=2):
    for depth in range(1, 7):
        flow, m, part = Flow(Lq(q), Product(depth)), metric_exponent(depth), f"depth {depth}"
        region = sympy.Interval.Ropen(1, sympy.Rational(depth, depth - 1) if depth > 1 else 2)
        on = Domain(dict.fromkeys((x, left, curvature), POSITIVE) | {q: region})
        target, u = x + left, x / (x + left)
        balanced = dict(zip(flow.weights, flow.reparam.lift(x), strict=True))
        pull = at(Derivative(curvature * (z - b) ** 2 / 2, z), {z: x, b: target})
        speed = at(flow.derivative(flow.effective), balanced | {flow.slope: pull})
        pace = curvature**bend * target ** power(depth) / depth * u**-m * (1 - u) ** (1 - q)
        yield Identity(pace * speed, target, on=on, part=f"{part}, dt = pace du")
        for name, order in (("1 - m", 1 - m), ("2 - q", 2 - q)):
            yield Inequality(0, order, on=Domain({q: region}), strict=True, part=f"{part}, {name} > 0")
    for depth in range(2, 5):  # from d = 10^-9 to b = 2^L at T = 2 - d
        start, box = [[_NEAR]] * depth, [(2**depth - _NEAR, 2**depth + _NEAR)]
        flow, loss = Flow(Lq(1), Product(depth)), Quadratic([[1]], [reached**depth])
        yield EndsAt(flow, loss, start, box, t_end=2, part=f"depth {depth}, q = 1, fitted at T")


MUTANTS = {
    "one layer more": {"power": lambda depth: 2 - metric_exponent(depth + 1) - q},
    "the curvature to the power q": {"bend": -q},
    "another end": {"reached": 3},
}
