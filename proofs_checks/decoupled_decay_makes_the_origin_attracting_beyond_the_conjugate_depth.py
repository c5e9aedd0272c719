r"""Under decoupled decay the origin repels balanced layers for L < p and attracts them for L > p.

.. math:: \dot a = G^{q-1} a^{(L-1)(q-1)} - \alpha a, \qquad f' = -G < 0,\ a = |w_i| > 0

With c = q - L(q - 1), which has the sign of p - L, the only stationary size is a_0 with alpha = G^(q-1) a_0^(-c). For L < p a layer
grows below a_0 and shrinks above it; for L > p the reverse, so what starts below a_0 is lost to the origin. At L = p the velocity
is (G^(q-1) - alpha) a. The signs are read off in |c| instead of q, with b and b + d for a^|c| and a_0^|c|, in both orders.

Not to be confused with coupled decay: coupled_decay_makes_the_origin_attracting_from_depth_three.
Source: this project.
"""

import sympy

from mirrortheory import Decoupled, Flow, Lq, Product
from mirrortheory.claims import Claim
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import q

CLAIM = Claim(
    "decoupled_decay_makes_the_origin_attracting_beyond_the_conjugate_depth",
    r"\dot a = G^{q-1} a^{(L-1)(q-1)} - \alpha a: \text{ repels for } L < p, \text{ attracts for } L > p",
    source="this project",
    scope="depth 2..6; 1 <= q <= 2; alpha > 0; balanced positive weights, slope -G < 0; L = p where p is whole",
)

a, b, c, d, strength, rate = sympy.symbols("a b c d G alpha", positive=True)


def check(push=lambda depth: (depth - 1) * (q - 1), repels=1, power=q - 1):
    for depth in range(2, 7):
        flow = Flow(Lq(q), Product(depth), Decoupled(rate))
        velocity = flow.velocity[0].subs(dict.fromkeys(flow.weights, a) | {flow.slope: -strength})
        on = Domain(dict.fromkeys((a, strength, rate), POSITIVE))
        law = strength**power * a ** push(depth) - rate * a
        yield Identity(velocity, law, on=on.with_ranges({q: sympy.Interval(1, 2)}), part=f"depth {depth}, velocity")
        critical = {q: sympy.Rational(depth, depth - 1)}
        linear = (strength ** power.subs(critical) - rate) * a
        yield Identity(velocity.subs(critical), linear, on=on, part=f"depth {depth}, L = p")
        growth = sympy.expand(sympy.powsimp(sympy.expand_power_base(velocity) / a))
        for case, side, largest in (("L < p", 1, 1), ("L > p", -1, depth - 2)):
            at_c = {q: 1 + (1 - side * c) / (depth - 1)}
            on = Domain({**dict.fromkeys((b, d, strength), POSITIVE), c: sympy.Interval.Lopen(0, largest)})
            for place, sign, here, still in (("below", 1, b, b + d), ("above", -1, b + d, b)):
                at = {a: here ** (1 / c), rate: strength ** (q - 1).subs(at_c) / still**side}
                outward = repels * side * sign * growth.subs(at_c).subs(at)
                if largest:
                    yield Inequality(0, outward, on=on, part=f"depth {depth}, {case}, {place} a_0", strict=True)


MUTANTS = {
    "attracts for L < p": {"repels": -1},
    "one layer more": {"push": lambda depth: depth * (q - 1)},
    "G to the power q": {"power": q},
}
