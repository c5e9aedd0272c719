r"""For p/L <= 1 the largest entry of one datum wins: from small equal starts all other coordinates vanish with the start.

.. math:: m > 1: \; x_j \le a\,(1 - \varrho)^{-1/(m-1)}, \qquad m = 1: \; x_j = a^{1-\varrho} x_i^{\varrho}, \qquad
          \varrho = |z_j/z_i|^{q-1} < 1

while x_i has any size X >= a: with dc = phi_q(r) dt the same for all, :math:`x^{1-m} = a^{1-m} - L(m-1)|z|^{q-1}c` for m > 1, and
:math:`x = a\,e^{L|z|^{q-1}c}` at m = 1. Both are sparse in the limit a -> 0, at any ratio of the entries, as m = 1 is p/L = 1.

For p/L > 1 all coordinates remain: small_starts_on_one_datum_end_at_powers_of_its_entries.
Source: this project.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality, Limit
from mirrortheory.notation import metric_exponent, q

CLAIM = Claim(
    "one_coordinate_of_one_datum_outgrows_all_others_from_the_critical_line_on",
    r"p/L < 1: x_j \le a (1 - \varrho)^{-1/(m-1)}; \quad p/L = 1: x_j = a^{1-\varrho} x_i^{\varrho}",
    topic="bias",
    source="this project",
    scope="depth 2..6; L/(L - 1) <= q <= 2; balanced equal positive weights, one datum z > 0, residual of one sign, z_j < z_i",
    on_paper=("c grows with time and is the same for all coordinates",),
)

start, grown, pull, large, z, share = sympy.symbols("a c r X z rho", positive=True)
reached, more = sympy.symbols("k d", positive=True)  # x_i^(1-m) = k, and what it has fallen by


def check(slower=lambda depth: depth, kept=1, power=1 - share):
    unit = {share: sympy.Interval.open(0, 1)}
    for depth in range(2, 7):
        critical, part = sympy.Rational(depth, depth - 1), f"depth {depth}"
        beyond, n = sympy.Interval.Lopen(critical, 2), metric_exponent(depth) - 1
        flow = Flow(Lq(q), Product(depth))
        if beyond:  # told by k = x^(1-m), which falls
            gone = -grown / (slower(depth) * n * z ** (q - 1))
            on = Domain(dict.fromkeys((z, grown, pull), POSITIVE) | {q: beyond})
            yield from _moves(flow, grown ** (-1 / (n * depth)), gone, on, f"{part}, m > 1")
        flow = Flow(Lq(critical), Product(depth))
        on = Domain(dict.fromkeys((start, z, grown, pull), POSITIVE))
        clock = grown / (slower(depth) * z ** (critical - 1))  # told by log(x/a)
        yield from _moves(flow, start * sympy.exp(grown / depth), clock, on, f"{part}, m = 1")
    loser = reached + more - share * more  # x_j^(1-m) falls by rho times what x_i^(1-m) falls by, from k + d to k
    on = Domain(dict.fromkeys((reached, more), POSITIVE) | unit)
    yield Inequality(kept * (1 - share) * (reached + more), loser, on=on, part="m > 1, x_j^(1-m) >= (1 - rho) a^(1-m)", strict=True)
    winner, steps = start * sympy.exp(grown), start * sympy.exp(share * grown)
    on = Domain(dict.fromkeys((start, grown), POSITIVE) | unit)
    yield Identity(steps, start**power * winner**share, on=on, part="m = 1, x_j = a^(1-rho) x_i^rho")
    on = Domain({start: POSITIVE, large: POSITIVE} | unit)
    vanishing = start * (large / start) ** share
    yield Limit(vanishing, start, 0, 0, on=on, factor=large**share, power=power, part="m = 1, x_j vanishes with a", samples=20)


def _moves(flow, size, clock, on, part):
    """State that a layer of this size moves by the flow, as c runs like a clock told by a letter."""
    w = flow.weights[0]
    pulled = at(flow.derivative(w), dict.fromkeys(flow.weights, size) | {flow.slope: -z * pull})
    told = Derivative(size, grown) * pull ** (flow.geometry.exponent - 1)
    yield Identity(told, pulled * Derivative(clock, grown), on=on, part=f"{part}, every layer moves so", samples=6)


MUTANTS = {
    "one layer more": {"slower": lambda depth: depth + 1},
    "all of the start": {"kept": 2},
    "the power rho": {"power": share},
}
