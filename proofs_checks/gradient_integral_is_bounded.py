r"""The integral of the squared gradient along a mirror flow with mu-coercive inverse metric is bounded.

.. math:: \int_0^\infty \|\nabla f(x_t)\|^2\,\mathrm d t \;\le\; \frac{\bigl(f(x_0) - f_\infty\bigr) B^{2-q}}{\mu}, \qquad
          \|\nabla f\| \le B, \quad 1/R'' \ge \mu

Checked in each coordinate, wherever |f'| <= B and 1/R'' >= mu > 0, along the flow of the weights:

.. math:: \mu f'^2 \le -B^{2-q} f' \dot x,

where f' dx/dt = -|f'|^q/R'', whatever the signs, is what the coordinate adds to df/dt. The domain is written
B^(2-q) = |f'|^(2-q) (1 + a), a >= 0, which for q < 2 is every B = |f'| (1 + a)^(1/(2-q)) >= |f'| (at q = 2 there is
no B: a = 0), and mu = 1/(R'' (1 + b)), b >= 0. The sum over the coordinates, integrated over time, is the bound.

Not to be confused with the bound as printed (gradient_integral_is_bounded_as_printed).
Source: this project; arXiv:2603.02064, cf. Theorem 4.2, prints B^(2-q) in the denominator.
"""

import sympy

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONNEGATIVE, POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import q

CLAIM = Claim(
    "gradient_integral_is_bounded",
    r"\int \|\nabla f\|^2 dt \le \frac{(f(x_0) - f_\infty) B^{2-q}}{\mu}",
    topic="saddles",
    source="this project; arXiv:2603.02064, cf. Theorem 4.2",
    scope="depth 1..4, every orthant; 1 <= q <= 2; every B >= |f'| and every mu <= 1/R''",
    on_paper=("the sum over the coordinates and the integral over time of the inequality", "f(x_t) >= f_oo"),
)

a, b = sympy.symbols("a b", nonnegative=True)
size = sympy.Symbol("G", positive=True)
bound, mu = sympy.symbols("B mu", real=True)


def check(power=2 - q, factor=1):
    below = Domain({size: POSITIVE, a: NONNEGATIVE, q: sympy.Interval.Ropen(1, 2)})
    largest = size * (1 + a) ** (1 / (2 - q))
    yield Identity(at(bound ** (2 - q), {bound: largest}), size ** (2 - q) * (1 + a), on=below, part="B, q < 2")
    for depth in range(1, 5):
        flow, part = Flow(Lq(q), Product(depth)), f"depth {depth}"
        fall = -flow.slope * flow.derivative(flow.effective)
        rate = abs(flow.slope) ** q * at(flow.inverse_metric, {w: abs(w) for w in flow.weights})
        yield Identity(fall, rate, on=flow.domain(), part=f"{part}, fall of the loss")
        sizes = {w: sympy.Symbol(f"a{i}", positive=True) for i, w in enumerate(flow.weights, 1)}
        metric = at(flow.inverse_metric, sizes)
        least = at(factor * mu * size**2, {mu: metric / (1 + b)})
        ranges = dict.fromkeys((size, *sizes.values()), POSITIVE) | {a: NONNEGATIVE, b: NONNEGATIVE, q: sympy.Interval(1, 2)}
        yield Inequality(least, size**power * (1 + a) * size**q * metric, on=Domain(ranges), part=f"{part}, bound")


MUTANTS = {"as printed": {"power": q - 2}, "B squared": {"power": 2}, "twice the constant": {"factor": 2}}
