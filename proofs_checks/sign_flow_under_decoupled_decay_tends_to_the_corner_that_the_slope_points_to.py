r"""Under a slope that keeps pointing outwards, sign flow with decoupled decay tends to a corner of its box, and so do its steps.

.. math:: |w_i|(t) = \frac1\alpha\Bigl(1 - (1 - e_i)\,z\Bigr), \quad z = e^{-\alpha t}, \qquad
          \bigl|\alpha^L |x|(t) - 1\bigr| \le \frac L{e^{\alpha t} - 1}; \qquad
          |w_i^+| - \frac1\alpha = (1 - \eta\alpha)\Bigl(|w_i| - \frac1\alpha\Bigr)

with e_i = alpha |w_i|(0) in (0, 1], every imbalance, and every loss with x f' < 0 on the way: so x tends to sign(x) alpha^(-L).
Sign descent with decoupled decay, the skeleton of AdamW and Lion, has the same corner as its fixed point at every step with 0 < eta
alpha < 1, where w^+ is a step of the flow: there it does not miss the limit by eta. Inside of the box, where f' = 0, it does.

Checked: the path has the velocity of the flow and starts at e_i/alpha; with s = e^(alpha t) - 1 its product is that of the
(s + e_i)/(1 + s), and is within L/s of 1 for s > 0. e_i is 1/(1 + u_i).
Source: this project; Xie and Li (2024), arXiv:2404.04454, for the box of AdamW at depth one.
"""

import sympy

from mirrortheory import Decoupled, Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONNEGATIVE, NONZERO, POSITIVE, Domain
from mirrortheory.evidence import TIME, Identity, Limit
from mirrortheory.notation import eta

CLAIM = Claim(
    "sign_flow_under_decoupled_decay_tends_to_the_corner_that_the_slope_points_to",
    r"x f' < 0: \quad |x|(t) \to \alpha^{-L}, \quad \left|\alpha^L |x|(t) - 1\right| \le \frac{L}{e^{\alpha t} - 1}",
    topic="decay",
    source="this project; Xie and Li (2024), arXiv:2404.04454, for the box of AdamW at depth one",
    scope="depth 1..4, every layer; q = 1; alpha > 0; every orthant; starts inside of the box; losses with x f' < 0 on the way",
    on_paper=("the solution of a linear differential equation with its initial value is unique", "(1 - eta alpha)^k tends to 0"),
)

rate, size, share, e = sympy.symbols("alpha g a e", positive=True)
s, z = sympy.symbols("s z", positive=True)


def check(corner=1 / rate, shrinks=1 - eta * rate, factor=lambda depth: depth):
    sizes = corner * (1 - (1 - e) * z)
    for depth in range(1, 5):
        flow, free = Flow(Lq(1), Product(depth), Decoupled(rate)), sympy.symbols(f"v1:{depth + 1}", real=True)
        signs = [sympy.sign(v) for v in free]
        outwards = {flow.slope: -size * sympy.Mul(*signs)}
        along = at(sizes, {z: sympy.exp(-rate * TIME)})
        on = Domain(dict.fromkeys(free, NONZERO) | {rate: POSITIVE, size: POSITIVE, e: POSITIVE, TIME: NONNEGATIVE})
        others = dict(zip(flow.weights, free, strict=True))
        for w, side in zip(flow.weights, signs, strict=True):
            velocity = at(flow.derivative(w), others | {w: side * along} | outwards)
            part = f"depth {depth}, {w}"
            here = on.with_ranges({e: sympy.Interval.Lopen(0, 1)})
            yield Identity(sympy.Derivative(side * along, TIME), velocity, on=here, part=f"{part}, velocity", samples=4)
            after = side * (w + eta * flow.derivative(w))  # |w^+|, as eta alpha < 1
            step = at(after, others | {w: side * share} | outwards) - 1 / rate
            law = shrinks * (share - 1 / rate)
            unit = Domain(on.ranges | {eta: POSITIVE, share: POSITIVE})
            yield Identity(step, law, on=unit, part=f"{part}, a step", samples=4)
        yield Identity(at(along, {TIME: 0}), e / rate, on=Domain({e: POSITIVE, rate: POSITIVE}), part=f"depth {depth}, start")
        more = sympy.symbols(f"u1:{depth + 1}", nonnegative=True)
        product = sympy.Mul(*((s + 1 / (1 + u)) / (1 + s) for u in more))
        reached = rate**depth * sympy.Mul(*(at(sizes, {e: 1 / (1 + u), z: 1 / (1 + s)}) for u in more))
        range_of = dict.fromkeys(more, NONNEGATIVE) | {rate: POSITIVE}
        yield Identity(reached, product, on=Domain(range_of | {s: POSITIVE}), part=f"depth {depth}, the product", samples=4)
        ray = Domain(range_of | {s: sympy.Interval.open(0, sympy.oo)})
        yield Limit(product, s, sympy.oo, 1, on=ray, factor=factor(depth), power=1, part=f"depth {depth}, the limit")


MUTANTS = {
    "half of the corner": {"corner": 1 / (2 * rate)},
    "a step keeps the gap": {"shrinks": sympy.S.One},
    "a faster rate": {"factor": lambda depth: sympy.Rational(1, 10)},
}
