r"""On the critical line p = L two coordinates on one datum: the larger entry wins, with an error of the exact order M^(-(1 - rho)).

.. math:: x_j = \kappa\, x_i^{\varrho}, \quad \varrho = |z_j/z_i|^{q-1} < 1, \quad M = -\log f = z_i x_i + z_j x_j: \qquad
          \frac{x_j}{x_i} \to 0, \quad \Bigl(\frac{x_j}{x_i}\Bigr)^{1/(1-\varrho)} M \to \kappa^{1/(1-\varrho)}\,z_i

for balanced layers of two coordinates, z > 0, from every positive start: :math:`\kappa = x_j(0)\,x_i(0)^{-\varrho}`. The limit is
positive, so the direction errs by :math:`\kappa\,(z_i/M)^{1-\varrho}` to leading order, no less: slow where the entries are close.
q = 2, L = 2 is the l_1 margin of gradient flow, q = 4/3, L = 4 another. The exponent is what the
flow makes of z_j/z_i: both are put into it on one clock.

Where entries are equal: margin_direction_of_equal_entries_depends_on_the_start_on_the_critical_line.
Source: this project.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Limit

CLAIM = Claim(
    "losing_coordinates_of_one_datum_on_the_critical_line_fall_like_a_power_of_the_log_loss",
    r"p = L: \quad x_j = \kappa\, x_i^{\varrho}, \quad x_j/x_i \to 0,"
    r" \quad (x_j/x_i)^{1/(1-\varrho)} M \to \kappa^{1/(1-\varrho)} z_i",
    topic="bias",
    source="this project",
    scope="depth 2..6; q = L/(L - 1); two coordinates, every balanced positive start; one datum z > 0, z_j < z_i, exponential loss",
    on_paper=("x_i grows without bound, as the loss has no minimum",),
)

z, other, grown, pull, start, its, kappa, share = sympy.symbols("z v g r a b kappa rho", positive=True)


def check(
    slower=lambda depth: depth,
    share_of=lambda ratio, depth: ratio ** sympy.Rational(1, depth - 1),
    kept=lambda share: share,
    order=lambda share: 1 / (1 - share),
):
    for depth in range(2, 7):
        critical, part = sympy.Rational(depth, depth - 1), f"depth {depth}"
        flow, on = Flow(Lq(critical), Product(depth)), Domain(dict.fromkeys((start, its, z, other, grown, pull), POSITIVE))
        clock = grown / (slower(depth) * z ** (critical - 1))  # one for both: rho is what the flow makes of z_j/z_i
        for name, first, entry, power in (("x_i", start, z, 1), ("x_j", its, other, share_of(other / z, depth))):
            size = (first * sympy.exp(power * grown)) ** sympy.Rational(1, depth)
            moves = at(flow.derivative(flow.weights[0]), dict.fromkeys(flow.weights, size) | {flow.slope: -entry * pull})
            told = Derivative(size, grown) * pull ** (critical - 1)
            yield Identity(told, moves * Derivative(clock, grown), on=on, part=f"{part}, a layer of {name} moves so", samples=6)
    unit = {share: sympy.Interval.open(0, 1)}
    on = Domain(dict.fromkeys((start, its, grown), POSITIVE) | unit)
    winner, loser = start * sympy.exp(grown), its * sympy.exp(share * grown)
    yield Identity(loser, its * start**-share * winner ** kept(share), on=on, part="x_j is a power of x_i")
    on = Domain(dict.fromkeys((grown, kappa), POSITIVE) | unit)  # with x_i for the letter g
    ratio = kappa * grown**share / grown
    yield Limit(ratio, grown, sympy.oo, 0, on=on, factor=kappa, power=1 - share, part="x_j/x_i vanishes", samples=20)
    on = Domain(dict.fromkeys((grown, kappa, z, other), POSITIVE) | unit)
    loss = z * grown + other * kappa * grown**share
    settled = (kappa * grown ** (share - 1)) ** order(share) * loss
    scale = kappa ** (1 / (1 - share))
    factor = scale * other * kappa
    yield Limit(settled, grown, sympy.oo, scale * z, on=on, factor=factor, power=1 - share, part="its order in M", samples=20)


MUTANTS = {
    "one layer more": {"slower": lambda depth: depth + 1},
    "the exponent z_j/z_i": {"share_of": lambda ratio, depth: ratio},
    "the exponent (z_j/z_i)^q": {"share_of": lambda ratio, depth: ratio ** sympy.Rational(depth, depth - 1)},
    "the power of the other": {"kept": lambda share: 1 - share},
    "an error of the order 1/M": {"order": lambda share: sympy.Integer(1)},
}
