r"""Under coupled decay the origin attracts balanced layers from depth three on, for every q, sign flow included.

.. math:: \dot a = \phi_q\bigl(G a^{L-1} - \alpha a\bigr), \qquad f' = -G < 0,\ a = |w_i| > 0

Depth one: a grows below a_0 = G/alpha and shrinks above it. Depth two: the origin repels for G > alpha, attracts for G < alpha, and
at G = alpha every balanced point is stationary. Depth L >= 3: with alpha = G a_0^(L-2), a shrinks below a_0 and grows above it.

Not to be confused with decoupled decay: decoupled_decay_makes_the_origin_attracting_beyond_the_conjugate_depth.
Source: this project.
"""

import sympy

from mirrortheory import Coupled, Flow, Lq, Product
from mirrortheory.claims import Claim
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import q

CLAIM = Claim(
    "coupled_decay_makes_the_origin_attracting_from_depth_three",
    r"\dot a = \phi_q(G a^{L-1} - \alpha a): \text{ attracts for } L \ge 3, \text{ at } L = 2 \text{ repels iff } G > \alpha",
    source="this project",
    scope="depth 1..6; 1 <= q <= 2; alpha > 0; balanced positive weights, slope -G < 0",
)

a, b, strength, rate = sympy.symbols("a b G alpha", positive=True)


def check(push=lambda depth: depth - 1, attracts=1):
    for exponent, exponents in ((1, {}), (q, {q: sympy.Interval.Lopen(1, 2)})):
        for depth in range(1, 7):
            flow = Flow(Lq(exponent), Product(depth), Coupled(rate))
            balanced = dict.fromkeys(flow.weights, a)
            argument, velocity = -flow.link_arguments[0].subs(balanced), flow.velocity[0].subs(balanced)
            on = Domain(dict.fromkeys((a, b, strength, rate), POSITIVE) | exponents)
            part = f"{'q = 1' if exponent == 1 else 'q > 1'}, depth {depth}"
            law = strength * a ** push(depth) - rate * a
            yield Identity(argument.subs(flow.slope, -strength), law, on=on, part=f"{part}, argument of the link")
            if depth == 2:
                yield Identity(argument.subs(flow.slope, -rate), 0, on=on, part=f"{part}, G = alpha")
                cases = {"G > alpha": (a, rate + b, 1), "G < alpha": (a, rate * strength / (strength + b), -1)}
            else:  # G = alpha / a_0^(L - 2)
                inside = 1 if depth == 1 else -1
                below, above = (rate * still ** (2 - depth) for still in (a + b, a))
                cases = {"below a_0": (a, below, inside), "above a_0": (a + b, above, -inside)}
            for name, (size, push_out, sign) in cases.items():
                moved = sympy.factor(velocity.subs({a: size, flow.slope: -push_out}, simultaneous=True), deep=True)
                yield Inequality(0, attracts * sign * moved, on=on, part=f"{part}, {name}", strict=True)


MUTANTS = {"repels from depth three": {"attracts": -1}, "one layer more": {"push": lambda depth: depth}}
