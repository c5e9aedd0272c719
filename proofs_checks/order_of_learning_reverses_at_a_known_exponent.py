r"""On orthogonal data small targets are fitted first for q < 2L/(2L-1), all at once at it, and large ones first beyond.

.. math:: \frac{T(c b)}{T(b)} = c^{2-m-q}, \qquad 2 - m - q = 2 - \frac{(2L-1) q}{L}, \qquad
          \frac{\partial}{\partial c}\, c^{2-m-q} \gtrless 0 \;\text{ for }\; q \lessgtr \frac{2L}{2L-1} \qquad (m < 1)

for f = (h/2)(x - b)^2 from zero: x -> c x takes the path to b into the one to c b, at another pace. A larger curvature h is fitted
first for q > 1, as T goes like h^(1-q), and at q = 1 it does not matter. So sign flow fits small targets first at every depth.
The exponent 2L/(2L-1) lies below L/(L-1), where m = 1: the reversal is on the side without plateaus.

Not to be confused with m >= 1, where from zero nothing is fitted and from a small start large slopes leave first.
Source: this project; Saxe, McClelland, Ganguli (2014), arXiv:1312.6120, for gradient flow, which learns large ones first.
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
    "order_of_learning_reverses_at_a_known_exponent",
    r"T(c b) = c^{2-m-q} T(b), \quad 2 - m - q > 0 \iff q < \frac{2L}{2L-1}",
    topic="bias",
    source="this project; arXiv:1312.6120 for gradient flow",
    scope="depth 1..6 (the reversal: 2..6); 1 <= q < L/(L - 1), at depth one q < 2; balanced positive weights; h, b, c > 0",
    on_paper=("over matching ways c dx, dT' = c (speed/speed') dT",),
)

left, curvature, c, b, z = sympy.symbols("r h c b z", positive=True)


def check(power=lambda depth: 2 - metric_exponent(depth) - q, turn=lambda depth: sympy.Rational(2 * depth, 2 * depth - 1), bend=1):
    for depth in range(1, 7):
        part, critical = f"depth {depth}", sympy.Rational(depth, depth - 1) if depth > 1 else sympy.Integer(2)
        on = Domain(dict.fromkeys((x, left, curvature, c), POSITIVE) | {q: sympy.Interval.Ropen(1, critical)})
        here, there = _speed(depth, x, left, curvature), _speed(depth, c * x, c * left, curvature)
        yield Identity(c * here, c ** power(depth) * there, on=on, part=f"{part}, a target c times as large")
        steeper = _speed(depth, x, left, c * curvature)
        yield Identity(here, c ** (bend - q) * steeper, on=on, part=f"{part}, c times the curvature")
        grows = Derivative(c ** power(depth), c)
        reversal = turn(depth)
        sides = [(sympy.Interval.Ropen(1, reversal), 1, "small targets first")]
        if depth > 1:
            sides += [(sympy.Interval.open(reversal, critical), -1, "large targets first")]
            yield Identity(at(power(depth), {q: reversal}), 0, on=Domain({}), part=f"{part}, all at once")
            yield Inequality(metric_exponent(depth, reversal), 1, on=Domain({}), strict=True, part=f"{part}, m < 1 at the reversal")
        for region, side, name in sides:
            yield Inequality(0, side * grows, on=Domain({c: POSITIVE, q: region}), strict=True, part=f"{part}, {name}")


def _speed(depth, place, rest, h):
    """dx/dt at x = place, with the target b = place + rest."""
    flow = Flow(Lq(q), Product(depth))
    balanced = dict(zip(flow.weights, flow.reparam.lift(place), strict=True))
    pull = at(Derivative(h * (z - b) ** 2 / 2, z), {z: place, b: place + rest})
    return at(flow.derivative(flow.effective), balanced | {flow.slope: pull})


MUTANTS = {
    "one layer more": {"power": lambda depth: 2 - metric_exponent(depth + 1) - q},
    "the reversal at the conjugate depth": {"turn": lambda depth: sympy.Rational(depth, depth - 1) if depth > 1 else 2},
    "curvature times the time": {"bend": 2},
}
