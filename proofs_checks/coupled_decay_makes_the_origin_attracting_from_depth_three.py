r"""Under coupled decay the origin attracts balanced layers from depth three on, for every q, sign flow included.

.. math:: \dot a = \phi_q\bigl(G a^{L-1} - \alpha a\bigr), \qquad f' = -G < 0,\ a = |w_i| > 0

Depth one: a grows below a_0 = G/alpha and shrinks above it. Depth two: the origin repels for G > alpha, attracts for G < alpha, and
at G = alpha every balanced point is stationary. Depth L >= 3: with alpha = G a_0^(L-2), a shrinks below a_0 and grows above it.
The velocity is the same for all layers (checked of the first and the last), so they stay balanced; its sign is
that of the argument of phi_q, which is what is compared.

Not to be confused with decoupled decay: decoupled_decay_makes_the_origin_attracting_beyond_the_conjugate_depth.
Source: this project.
"""

import sympy

from mirrortheory import Coupled, Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import q

CLAIM = Claim(
    "coupled_decay_makes_the_origin_attracting_from_depth_three",
    r"\dot a = \phi_q(G a^{L-1} - \alpha a): \text{ attracts for } L \ge 3, \text{ at } L = 2 \text{ repels iff } G > \alpha",
    topic="decay",
    source="this project",
    scope="depth 1..6; 1 <= q <= 2; alpha > 0; balanced positive weights, constant slope -G < 0",
    on_paper=("a size that shrinks wherever it is below a_0 tends to 0, and one that grows there leaves 0 (L = 2: for every a)",),
)

a, b, strength, rate = sympy.symbols("a b G alpha", positive=True)


def check(push=lambda depth: depth - 1, attracts=1):
    positive = dict.fromkeys((a, b, strength, rate), POSITIVE)
    for depth in range(1, 7):
        for exponent, exponents in ((1, {}), (q, {q: sympy.Interval.Lopen(1, 2)})):
            flow, law = Flow(Lq(exponent), Product(depth), Coupled(rate)), strength * a ** push(depth) - rate * a
            balanced = dict.fromkeys(flow.weights, a) | {flow.slope: -strength}
            # Off a_0, where the argument of the link is 0; said of the argument and of it over a.
            still = [sympy.Ne(strength * a ** (depth - power), rate * a ** (2 - power)) for power in (1, 2)]
            on = Domain(positive | exponents).where(*still)
            for w in dict.fromkeys((flow.weights[0], flow.weights[-1])):
                part = f"depth {depth}, {'q = 1' if exponent == 1 else 'q > 1'}, {w}"
                yield Identity(at(flow.derivative(w), balanced), Lq(exponent).link(law), on=on, part=part, samples=4)
        on, w = Domain(positive), flow.weights[0]
        argument = -flow.slope * sympy.Derivative(flow.effective, w) - rate * w
        if depth == 2:
            yield Identity(at(argument, balanced | {flow.slope: -rate}), 0, on=on, part=f"depth {depth}, G = alpha")
            cases = {"G > alpha": (a, rate + b, 1), "G < alpha": (a, rate * strength / (strength + b), -1)}
        else:  # G = alpha / a_0^(L - 2)
            inside = 1 if depth == 1 else -1
            below, above = (rate * still ** (2 - depth) for still in (a + b, a))
            cases = {"below a_0": (a, below, inside), "above a_0": (a + b, above, -inside)}
        for name, (size, pushed, sign) in cases.items():
            here = dict.fromkeys(flow.weights, size) | {flow.slope: -pushed}
            yield Inequality(0, attracts * sign * at(argument, here), on=on, part=f"depth {depth}, {name}", strict=True)


MUTANTS = {"repels from depth three": {"attracts": -1}, "one layer more": {"push": lambda depth: depth}}
