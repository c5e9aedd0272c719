r"""On one datum all positive balanced starts end in the direction of the largest l_{p/L} margin, for p/L > 1, with an error 1/g.

.. math:: \Bigl(\frac{x_i}{x_j}\Bigr)^{1-m} = \frac{\alpha_i + |z_i|^{q-1} g}{\alpha_j + |z_j|^{q-1} g}
          \to \Bigl|\frac{z_i}{z_j}\Bigr|^{q-1},
          \quad \frac{x_i}{x_j} \to \Bigl|\frac{z_i}{z_j}\Bigr|^{1/(p/L - 1)}, \qquad \alpha_j = x_j(0)^{1-m}

as the clock :math:`g = L(1-m)\int \phi_q(r)\,\mathrm dt` grows. The limit solves :math:`x_j^{p/L-1} \propto |z_j|`, which are the
KKT conditions of the l_{p/L} margin. The error is at most C/g, and not o(1/g) unless the alpha are in the ratio of the limit; as
:math:`x^{1-m}` is of the order of g, so is :math:`M^{1-m}`, M = z.x = -log f: hence the rate :math:`M^{-(1-m)}`. All z_j x_j are
positive, here z > 0.

For p/L = 1: losing_coordinates_of_one_datum_on_the_critical_line_fall_like_a_power_of_the_log_loss.
Source: this project.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Limit
from mirrortheory.notation import metric_exponent, q

CLAIM = Claim(
    "one_datum_is_separated_in_the_direction_of_the_p_over_l_margin_from_balanced_starts",
    r"\left|(x_i/x_j)^{1-m} - |z_i/z_j|^{q-1}\right| \le C/g \to 0, \quad |z_i/z_j|^{(q-1)/(1-m)} = |z_i/z_j|^{1/(p/L - 1)}",
    topic="bias",
    source="this project",
    scope="depth 1..6; 1 < q < L/(L - 1) and q <= 2, so p/L > 1; balanced positive starts; one datum, z_j x_j > 0; a falling loss",
    on_paper=(
        "the loss is infimal at infinity only, so that g grows without bound",
        "a power of a limit is the limit of the power",
        "KKT conditions of the l_{p/L} margin on one datum: x_j^(p/L-1) is proportional to |z_j|",
        "x^(1-m) is alpha + |z|^(q-1) g, of the order of g, so that g is of the order of M^(1-m)",
    ),
)

z, other, grown, pull, start, its = sympy.symbols("z v g r alpha beta", positive=True)


def _margin(depth):
    """1/(p/L - 1)."""
    return depth * (q - 1) / (q - depth * (q - 1))


def check(power=_margin, speed=lambda depth: depth, rate=1, tends=1):
    for depth in range(1, 7):
        part, n = f"depth {depth}", 1 - metric_exponent(depth)
        top = sympy.Interval.Lopen(1, 2) if depth == 1 else sympy.Interval.open(1, sympy.Rational(depth, depth - 1))
        flow, on = Flow(Lq(q), Product(depth)), Domain(dict.fromkeys((z, grown, pull, start), POSITIVE) | {q: top})
        size, clock = (start + z ** (q - 1) * grown) ** (1 / (n * depth)), grown / (speed(depth) * n)
        moves = at(flow.derivative(flow.weights[0]), dict.fromkeys(flow.weights, size) | {flow.slope: -z * pull})
        told = Derivative(size, grown) * pull ** (q - 1)
        yield Identity(told, moves * Derivative(clock, grown), on=on, part=f"{part}, every layer moves so", samples=6)
        if depth == 1:
            continue  # p/L = p
        on, wide = Domain({z: POSITIVE, other: POSITIVE, q: top}), (z / other) ** (1 / n)
        yield Identity(wide ** (q - 1), (z / other) ** power(depth), on=on, part=f"{part}, the l_(p/L) margin")
    on = Domain(dict.fromkeys((z, other, grown, start, its), POSITIVE) | {q: sympy.Interval.Lopen(1, 2)})
    mine, theirs = z ** (q - 1), other ** (q - 1)
    ratio, factor = (start + mine * grown) / (its + theirs * grown), start / theirs + its * mine / theirs**2
    yield Limit(ratio, grown, sympy.oo, tends * mine / theirs, on=on, factor=factor, power=rate, part="(x_i/x_j)^(1-m)", samples=20)


MUTANTS = {
    "p instead of p/L": {"power": lambda depth: q - 1},
    "the square of the rate": {"rate": 2},
    "one layer more": {"speed": lambda depth: depth + 1},
    "twice the ratio": {"tends": 2},
}
