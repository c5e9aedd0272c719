r"""Beyond p = L one datum is separated along the coordinate of the largest x_j(0)^(m-1) |z_j|^(q-1): basins in closed form.

.. math:: x_j^{1-m} = x_j(0)^{1-m} - L(m-1)\,|z_j|^{q-1} c, \qquad \mathrm d c = \phi_q(r)\,\mathrm d t, \qquad m > 1

for balanced layers: coordinate j is infinite at :math:`c_j = x_j(0)^{1-m}/(L(m-1)|z_j|^{q-1})`, so the least c_j wins, and all
others are finite there. The separatrix of i and j is :math:`x_i(0)^{m-1}|z_i|^{q-1} = x_j(0)^{m-1}|z_j|^{q-1}`: on it
:math:`x_i/x_j` is constant, :math:`|z_j/z_i|^{1/(1-p/L)}`, stationary for the l_{p/L} margin. The axis that a flow ends on need not
be that of the least norm: a large start beats a large entry. z > 0 here.

From equal starts: one_coordinate_of_one_datum_outgrows_all_others_from_the_critical_line_on.
Source: this project.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Exists, Identity, Inequality
from mirrortheory.notation import metric_exponent, q

CLAIM = Claim(
    "one_datum_beyond_the_critical_line_is_won_by_the_largest_weighted_start",
    r"x_i(0)^{m-1} |z_i|^{q-1} > x_j(0)^{m-1} |z_j|^{q-1} \Rightarrow x_i \to \infty \text{ while } x_j \text{ stays finite}",
    topic="bias",
    source="this project",
    scope="depth 3..6; L/(L - 1) < q <= 2, so p/L < 1; every balanced positive start, one datum z > 0, residual of one sign",
    on_paper=("the flow reaches the c at which its first coordinate is infinite, as the loss has no minimum",),
)

z, other, pull, left, start, its, ahead = sympy.symbols("z v r k alpha beta delta", positive=True)


def check(slower=lambda depth: depth, sign=1, power=1):
    for depth in range(3, 7):
        n, part = metric_exponent(depth) - 1, f"depth {depth}"
        exponents = {q: sympy.Interval.Lopen(sympy.Rational(depth, depth - 1), 2)}
        flow, on = Flow(Lq(q), Product(depth)), Domain(dict.fromkeys((z, left, pull), POSITIVE) | exponents)
        size = left ** (-1 / (n * depth))  # told by k = x^(1-m), which falls
        moves = at(flow.derivative(flow.weights[0]), dict.fromkeys(flow.weights, size) | {flow.slope: -z * pull})
        gone = -left / (slower(depth) * n * z ** (q - 1))
        told = Derivative(size, left) * pull ** (q - 1)
        yield Identity(told, moves * Derivative(gone, left), on=on, part=f"{part}, every layer moves so", samples=6)
        on = Domain(dict.fromkeys((z, other), POSITIVE) | exponents)
        ratio, e = (other / z) ** (-(q - 1) / n), q / ((q - 1) * depth)
        yield Identity(ratio, (z / other) ** (1 / (1 - e)), on=on, part=f"{part}, x_j/x_i on the separatrix", samples=6)
    on = Domain(dict.fromkeys((z, other, start, ahead), POSITIVE) | {q: sympy.Interval.Lopen(1, 2)})
    mine, theirs = z ** (q - 1), other ** (q - 1)
    behind = start * theirs / mine * (1 + sign * ahead)  # beta: x_i(0)^(m-1) z_i^(q-1) is ahead by 1 + delta
    end = start / mine  # i is infinite, with L (m - 1) c for the clock
    yield Identity(start - mine * end, 0, on=on, part="x_i is infinite at c_i")
    yield Inequality(0, behind - theirs * end, on=on, strict=True, part="x_j is finite at c_i")
    tie, clock = start * (theirs / mine) ** power, (start - left) / mine  # when x_i^(1-m) has fallen to k
    on = Domain(dict.fromkeys((z, other, start, left), POSITIVE) | {q: sympy.Interval.Lopen(1, 2)})
    yield Identity((tie - theirs * clock) / left, theirs / mine, on=on, part="on the separatrix the ratio stays", samples=6)
    on = Domain(dict.fromkeys((z, other, start, its), POSITIVE))
    place = {z: 1, other: 2, start: 1, its: 3}  # q = 2: the smaller entry wins by its start
    yield Exists(start / z, its / other, on=on, below=True, at=place, part="a start from which the smaller entry wins")


MUTANTS = {
    "one layer more": {"slower": lambda depth: depth + 1},
    "the smaller one wins": {"sign": -1},
    "another separatrix": {"power": 2},
}
