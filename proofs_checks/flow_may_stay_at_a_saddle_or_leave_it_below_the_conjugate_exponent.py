r"""At a tie of k < p smallest layers the flow reaches zero and is not unique after: it may stay, or cross at any time.

.. math:: L = 2,\ q = \tfrac32,\ f' = 1: \quad x = (1 - t/2)^4 \text{ until } t = 2, \text{ then } 0,
          \text{ or } -((t - t_0)/2)^4 \text{ from any } t_0 \ge 2

In general let T be the time in which s = |w_1|^q = .. = |w_k|^q goes from 0 to s, dT = D(s) ds/G^(q-1), with the derived dual
density D = dy/ds and the others |w_i|^q = s + lambda_i; D is integrable at 0 just for k < p, as it is of order -k/p there. Under a
constant slope G > 0 the weights with all w_i > 0 come in, s falling as T does; those with w_1 < 0 < w_i leave, s rising
with T; and at s = 0 the gradient vanishes, so that staying is a third solution. Balanced layers have T in closed form,
s^(1 - L/p)/(q (1 - L/p) G^(q-1)). As the flow does not depend on time it may leave at any time.

Source: this project.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import q
from mirrortheory.theory import S, Velocity

CLAIM = Claim(
    "flow_may_stay_at_a_saddle_or_leave_it_below_the_conjugate_exponent",
    r"k < p,\ f' = G,\ |w_i|^q = s(T) + \lambda_i,\ dT = D(s)\,ds/G^{q-1}: \quad w > 0 \text{ comes in}, \quad"
    r" w_1 < 0 \text{ leaves}, \quad s = 0 \text{ stays}",
    topic="saddles",
    source="this project",
    scope="depth 2..4, k = 2..L smallest layers; 1 <= q <= 2, and T finite for q < k/(k - 1); constant slope G > 0",
    on_paper=("phi_q(0) = 0, at q = 1 by the selection sign(0) = 0", "solutions may be joined where they meet, and moved in time"),
)

strength, time = sympy.symbols("G T", positive=True)


def check(way=1, power=lambda depth: 1 - depth * (q - 1) / q, order=lambda k: -k * (q - 1) / q, quarter=4):
    for depth in range(2, 5):
        flow = Flow(Lq(q), Product(depth))
        for k in range(2, depth + 1):
            shifts = (sympy.S.Zero,) * k + tuple(sympy.Symbol(f"lam{i}", positive=True) for i in range(k + 1, depth + 1))
            density = derive(flow, imbalance=shifts).potential.dual_density
            on = Domain(dict.fromkeys((S, strength, *shifts[k:]), POSITIVE) | {q: sympy.Interval(1, 2)})
            pace, sizes = density.expression(S) / strength ** (q - 1), [(S + shift) ** (1 / q) for shift in shifts]
            for side, name in ((1, "comes in"), (-1, "leaves")):
                curve = dict(zip(flow.weights, (side * sizes[0], *sizes[1:]), strict=True))
                for w in dict.fromkeys((*flow.weights[:2], flow.weights[-1])):
                    moves = -side * way * pace * at(Velocity(flow, w), curve | {flow.slope: strength})
                    yield Identity(Derivative(curve[w], S), moves, on=on, part=f"depth {depth}, k = {k}, {name}, {w}")
            low = sympy.Interval.Ropen(1, sympy.Rational(k, k - 1))
            yield Identity(density.order_at_zero(), order(k), on=Domain({q: low}), part=f"depth {depth}, k = {k}, order of D")
            yield Inequality(-1, order(k), on=Domain({q: low}), strict=True, part=f"depth {depth}, k = {k}, D is integrable")
        closed = S ** power(depth) / (q * (1 - depth * (q - 1) / q) * strength ** (q - 1))
        on = Domain({S: POSITIVE, strength: POSITIVE, q: low})
        yield Identity(Derivative(closed, S), pace, on=on, part=f"depth {depth}, balanced, T")
        still = dict.fromkeys(flow.weights[:2], 0)
        gradient = at(flow.slope * Derivative(flow.effective, flow.weights[-1]), still)
        on = Domain(dict.fromkeys((flow.slope, *flow.weights[2:]), sympy.S.Reals))
        yield Identity(gradient, 0, on=on, part=f"depth {depth}, stays")
    flow, line = Flow(Lq("3/2"), Product(2)), Domain({time: POSITIVE})
    for side, name in ((1, "before"), (-1, "after")):  # T = 2 - t before, t - t_0 after
        size = (time / 2) ** 2
        curve = {flow.weights[0]: side * size, flow.weights[1]: size, flow.slope: 1}
        for w in flow.weights:
            yield Identity(Derivative(curve[w], time), -side * at(Velocity(flow, w), curve), on=line, part=f"q = 3/2, {name}, {w}")
        x = at(flow.effective, curve)
        yield Identity(x, side * (time / 2) ** quarter, on=line, part=f"q = 3/2, {name}, x")


MUTANTS = {
    "the other direction": {"way": -1},
    "another power": {"power": lambda depth: 2 - depth * (q - 1) / q},
    "a layer less at zero": {"order": lambda k: -(k - 1) * (q - 1) / q},
    "a square": {"quarter": 2},
}
