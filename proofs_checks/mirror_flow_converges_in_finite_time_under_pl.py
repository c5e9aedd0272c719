r"""For q < 2 a steepest mirror flow with mu-coercive inverse metric reaches the minimum of a PL loss in finite time.

.. math:: T \le V(f(x_0) - f_*), \qquad V(e) = \frac{e^{1-q/2}}{\mu\,(2\Lambda)^{q/2}\,(1 - q/2)}, \qquad
          \|\nabla f\|^2 \ge 2\Lambda (f - f_*), \quad 1/R'' \ge \mu

Each coordinate of the flow lowers the loss at the rate -f' dx/dt = |f'|^q/R'' >= mu f'^2 N^(q-2), N = ||grad f||_2 >= |f'|, so the
sum of them is at least mu N^q. With N^2 >= 2 Lambda e, V'(e) times that is 1 + c >= 1: V falls at least as fast as time passes, and
it is not negative. The domain is written N^(2-q) = |f'|^(2-q) (1 + a), that is N = |f'| (1 + a)^(1/(2-q)), mu = 1/(R'' (1 + b)) and
N^2 = 2 Lambda e (1 + c)^(2/q) with a, b, c >= 0.

The bound is attained: at depth one, where mu = 1, along a parabola V falls exactly as time passes.
Source: this project.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONNEGATIVE, POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import q, x

CLAIM = Claim(
    "mirror_flow_converges_in_finite_time_under_pl",
    r"T \le \frac{(f(x_0) - f_*)^{1-q/2}}{\mu (2\Lambda)^{q/2} (1 - q/2)}",
    topic="saddles",
    source="this project",
    scope="1 <= q < 2; mu, Lambda, f - f_* > 0; the fall of a coordinate at depth 1..4; attained at depth 1 by K x^2/2",
    on_paper=("the sum over the coordinates", "a V >= 0 with dV/dt <= -1 reaches 0 by the time V(0)"),
)

gap, mu, pl, curvature, size = sympy.symbols("e mu Lambda K G", positive=True)
a, b, c = sympy.symbols("a b c", nonnegative=True)
norm, coercivity = sympy.symbols("N h", real=True)


def check(power=1 - q / 2, constant=1 - q / 2, doubled=2):
    exponents = {q: sympy.Interval.Ropen(1, 2)}
    bound = gap**power / (mu * (2 * pl) ** (q / 2) * constant)
    on = Domain(dict.fromkeys((gap, mu, pl), POSITIVE) | exponents)
    steeper = on.with_ranges({c: NONNEGATIVE})
    root = sympy.sqrt(doubled * pl * gap) * (1 + c) ** (1 / q)
    yield Identity(Derivative(bound, gap) * at(mu * norm**q, {norm: root}), 1 + c, on=steeper, part="V' times the fall at N")
    largest = size * (1 + a) ** (1 / (2 - q))
    norms = Domain({size: POSITIVE, a: NONNEGATIVE} | exponents)
    yield Identity(at(norm ** (2 - q), {norm: largest}), size ** (2 - q) * (1 + a), on=norms, part="N and |f'|")
    for depth in range(1, 5):
        flow = Flow(Lq(q), Product(depth))
        fall = -flow.slope * flow.derivative(flow.effective)
        rate = abs(flow.slope) ** q * at(flow.inverse_metric, {w: abs(w) for w in flow.weights})
        yield Identity(fall, rate, on=flow.domain(), part=f"depth {depth}, fall of the loss")
        sizes = {w: sympy.Symbol(f"a{i}", positive=True) for i, w in enumerate(flow.weights, 1)}
        metric = at(flow.inverse_metric, sizes)
        least = at(coercivity * size**2, {coercivity: metric / (1 + b)})
        positive = Domain(dict.fromkeys(sizes.values(), POSITIVE)).with_ranges({**norms.ranges, b: NONNEGATIVE})
        yield Inequality(least, size ** (2 - q) * (1 + a) * size**q * metric, on=positive, part=f"depth {depth}, least fall")
    flow = Flow(Lq(q), Product(1))
    loss = curvature * x**2 / 2
    (w,), parabola = flow.weights, Domain({x: POSITIVE, curvature: POSITIVE} | exponents)
    yield Identity(flow.inverse_metric, 1, on=flow.domain(), part="mu at depth 1")
    yield Identity(Derivative(loss, x) ** 2, 2 * curvature * loss, on=parabola, part="PL constant of the parabola")
    arrival = at(bound, {gap: loss, mu: 1, pl: curvature})
    velocity = at(flow.derivative(w), {w: x, flow.slope: curvature * x})
    yield Identity(Derivative(arrival, x) * velocity, -1, on=parabola, part="attained")


MUTANTS = {"power of q": {"power": 2 - q}, "constant forgotten": {"constant": 1}, "PL without 2": {"doubled": 1}}
