r"""On orthogonal data gradient flow of two layers jumps one coordinate at a time where the h b differ, the steepest first.

.. math:: f = \tfrac h2 (x - b)^2, \quad x(0) = \frac b{1 + K}, \quad t = \theta\,\frac{\log K}{2hb}: \qquad
          x(t) = \frac b{1 + K^{1-\theta}} \to \begin{cases} 0, & \theta < 1 \\ b, & \theta > 1 \end{cases} \quad (K \to \infty)

within b K^(-|1 - theta|), for balanced layers, h, b > 0. From one scale a of the layers K = b/a^2 - 1, and log K/(2 log(1/a)) tends
to 1: the jump is at 1/(h b) in units of log(1/a), that is at 1 over the slope of f at 0. So of two coordinates there are three
plateaus where the h b differ, (0, 0), one of them alone, both; and whichever has the larger h b comes first.

Source: this project; Pesme and Flammarion (2023), arXiv:2304.00488, for any data.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONNEGATIVE, POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality, Limit

CLAIM = Claim(
    "orthogonal_coordinates_jump_one_by_one_as_the_start_vanishes",
    r"t = \theta \frac{\log K}{2hb}: \quad x(t) = \frac{b}{1 + K^{1-\theta}}, \quad |x - b\,[\theta > 1]| \le b K^{-|1-\theta|}",
    topic="saddles",
    source="this project; arXiv:2304.00488, cf. orthogonal data",
    scope="depth 2, q = 2, balanced layers; f = h (x - b)^2/2 for each coordinate, h, b > 0, one by one where the h b differ; "
    "x(0) = b/(1 + K), K > 1",
    on_paper=("log(b/a^2 - 1)/log(1/a^2) tends to 1 as a tends to 0",),
)

curvature, b, ratio, log_ratio, gap, more = sympy.symbols("h b K k d e", positive=True)
t, x = sympy.symbols("t x", real=True)


def check(rate=2 * curvature * b, jump=1, order=1):
    flow, positive = Flow(Lq(2), Product(2)), {curvature: POSITIVE, b: POSITIVE, ratio: sympy.Interval.open(1, sympy.oo)}
    path = b / (1 + ratio * sympy.exp(-rate * t))
    slope = at(Derivative(curvature * (x - b) ** 2 / 2, x), {x: path})
    velocity = at(flow.derivative(flow.effective), dict.fromkeys(flow.weights, sympy.sqrt(path)) | {flow.slope: slope})
    on = Domain(positive | {t: NONNEGATIVE})
    yield Identity(Derivative(path, t), velocity, on=on, part="x moves as the flow does")
    yield Identity(at(path, {t: 0}), b / (1 + ratio), on=Domain(positive), part="the start")
    unit = jump * log_ratio / (2 * curvature * b)
    for name, theta, limit in (("before", 1 - gap, 0), ("after", 1 + gap, b)):
        on = Domain(positive | {gap: sympy.Interval.Lopen(0, 1) if limit == 0 else POSITIVE})
        there = b / (1 + ratio ** (gap if limit == 0 else -gap))
        late, told = on.with_ranges({log_ratio: POSITIVE}), {ratio: sympy.exp(log_ratio)}
        yield Identity(at(path, told | {t: theta * unit}), at(there, told), on=late, part=f"x {name} the jump")
        yield Limit(there, ratio, sympy.oo, limit, on=on, factor=b, power=gap, part=f"the plateau {name} the jump")
    # The slope of f at 0 is -h b: the one with the larger slope, h b + e, has the smaller unit.
    first, second = (order * at(-1 / Derivative(curvature * (x - b) ** 2 / 2, x), {x: 0}), 1 / (curvature * b + more))
    on = Domain(dict.fromkeys((curvature, b, more), POSITIVE))
    yield Inequality(second, first, on=on, strict=True, part="the steeper one comes first")


MUTANTS = {
    "half the rate": {"rate": curvature * b},
    "the jump at half its time": {"jump": sympy.Rational(1, 2)},
    "the flatter one first": {"order": -1},
}
