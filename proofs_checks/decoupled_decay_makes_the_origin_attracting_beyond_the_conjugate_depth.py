r"""Under decoupled decay the origin repels balanced layers for L < p and attracts them for L > p.

.. math:: \dot a = G^{q-1} a^{(L-1)(q-1)} - \alpha a, \qquad f' = -G < 0,\ a = |w_i| > 0

With c = q - L(q - 1), which has the sign of p - L, the only stationary size is a_0 with alpha = G^(q-1) a_0^(-c). For L < p a layer
grows below a_0 and shrinks above it; for L > p the reverse, so what starts below a_0 is lost to the origin. At L = p the velocity
is (G^(q-1) - alpha) a. The signs are those of (da/dt)/a, read off in |c| instead of q, |c| = 1/(1 + k) where 1 < q, L < p, with b
for a^|c| and b (1 + d) or b/(1 + d) for a_0^|c|. All layers have one velocity (checked of the first and the last), so they
stay balanced.

Not to be confused with coupled decay: coupled_decay_makes_the_origin_attracting_from_depth_three.
Source: this project.
"""

import sympy

from mirrortheory import Decoupled, Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import q

CLAIM = Claim(
    "decoupled_decay_makes_the_origin_attracting_beyond_the_conjugate_depth",
    r"\dot a = G^{q-1} a^{(L-1)(q-1)} - \alpha a: \text{ repels for } L < p, \text{ attracts for } L > p",
    topic="decay",
    source="this project",
    scope="depth 2..6; 1 <= q <= 2; alpha > 0; balanced positive weights, constant slope -G < 0; L = p at q = L/(L-1)",
    on_paper=("a size that shrinks wherever it is below a_0 tends to 0, and one that grows there leaves 0",),
)

a, b, c, d, k, strength, rate = sympy.symbols("a b c d k G alpha", positive=True)


def check(push=lambda depth: (depth - 1) * (q - 1), repels=1, power=q - 1):
    on = Domain(dict.fromkeys((a, strength, rate), POSITIVE) | {q: sympy.Interval(1, 2)})
    for depth in range(2, 7):
        flow = Flow(Lq(q), Product(depth), Decoupled(rate))
        balanced, law = dict.fromkeys(flow.weights, a) | {flow.slope: -strength}, strength**power * a ** push(depth) - rate * a
        for w in (flow.weights[0], flow.weights[-1]):
            yield Identity(at(flow.derivative(w), balanced), law, on=on, part=f"depth {depth}, velocity of {w}")
        critical = {q: sympy.Rational(depth, depth - 1)}
        linear = at((strength**power - rate) * a, critical)
        yield Identity(at(flow.derivative(flow.weights[0]), balanced | critical), linear, on=on, part=f"depth {depth}, L = p")
        growth, low = flow.derivative(flow.weights[0]) / flow.weights[0], sympy.Rational(1, depth - 1)
        cases = [("q = 1", 1, sympy.S.One, sympy.S.One, {}), ("q > 1, L < p", 1, 1 / (1 + k), 1 + low * k / (1 + k), {k: POSITIVE})]
        cases += [("L > p", -1, c, 1 + low * (1 + c), {c: sympy.Interval.Lopen(0, depth - 2)})] if depth > 2 else []
        for case, side, size, exponent, ranges in cases:
            for place, sign, still in (("below", 1, b * (1 + d)), ("above", -1, b / (1 + d))):
                decay = strength ** (exponent - 1) / still**side
                values = dict.fromkeys(flow.weights, b ** (1 / size)) | {flow.slope: -strength, rate: decay, q: exponent}
                outward, part = repels * side * sign * at(growth, values), f"depth {depth}, {case}, {place} a_0"
                on_side = Domain(dict.fromkeys((b, d, strength), POSITIVE) | ranges)
                yield Inequality(0, outward, on=on_side, part=part, strict=True)


MUTANTS = {
    "attracts for L < p": {"repels": -1},
    "one layer more": {"push": lambda depth: depth * (q - 1)},
    "G to the power q": {"power": q},
}
