r"""On one datum with |z_1| != |z_2|, both not 0, what steepest flow integrates, c != 0, leaves the row space for every q < 2.

.. math:: \operatorname{dist}^2\left(c\,\phi_q(z), \mathbb R z\right) = c^2 \frac{(z_2 \phi_q(z_1) - z_1 \phi_q(z_2))^2}{|z|^2} > 0
          \qquad (1 \le q < 2, \ |z_1| \ne |z_2|, \ z_1 z_2 c \ne 0)

with y - y_0 = c phi_q(z) at every depth (dual_variables_of_parallel_columns_move_in_a_fixed_ratio). At q = 2 the distance is 0,
and y - y_0 in the row space is what makes the end a Bregman projection. At q = 1, depth one, z = (1, 2), b = 3, the flow from 0
ends at (1, 1), while the solution nearest to 0 is (3/5, 6/5). What the end minimises:
flow_on_one_datum_ends_at_a_weighted_bregman_projection.

Source: this project; Gunasekar, Lee, Soudry, Srebro (2018), arXiv:1802.08246, for an example in the norm l_{4/3}.
"""

import sympy
from sympy import Rational

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONZERO, POSITIVE, REALS, Domain
from mirrortheory.evidence import EndsAt, Identity, Inequality, Minimiser
from mirrortheory.flows import Quadratic
from mirrortheory.notation import q

CLAIM = Claim(
    "flow_on_one_datum_leaves_the_row_space_below_q_two",
    r"\mathrm{dist}(c\,\phi_q(z), \mathbb{R} z) = |c| \frac{|z_2 \phi_q(z_1) - z_1 \phi_q(z_2)|}{|z|} > 0"
    r" \quad (1 \le q < 2, |z_1| \ne |z_2|, z_1 z_2 c \ne 0)",
    topic="bias",
    source="this project; Gunasekar, Lee, Soudry, Srebro (2018), arXiv:1802.08246",
    scope="two coordinates, all entries; positive for 1 <= q < 2, |z_1| > |z_2| > 0 and c != 0; an exact end at q = 1, depth 1",
    on_paper=(
        "the distance from a line is what is orthogonal to it",
        "signs of entries change z_2 phi_q(z_1) and z_1 phi_q(z_2) alike",
    ),
)

z1, z2, c, u = sympy.symbols("z1 z2 c u", real=True)
small, more = sympy.symbols("z e", positive=True)


def check(linked=Lq(q).link, middle=1, nearest=Rational(3, 5)):
    entries, on = (z1, z2), Domain({z1: NONZERO, z2: NONZERO, c: REALS, q: sympy.Interval(1, 2)})
    moved = [c * Lq(q).link(z) for z in entries]
    along = sum(z * e for z, e in zip(entries, moved, strict=True)) / sum(z**2 for z in entries)
    distance = sum((e - along * z) ** 2 for z, e in zip(entries, moved, strict=True))
    across = c * (z2 * linked(z1) - z1 * linked(z2))
    yield Identity(distance, across**2 / (z1**2 + z2**2), on=on, part="the squared distance")
    # z_1 = z (1 + e)^(1/(2 - q)): every z_1 > z_2 = z.
    below = Domain({small: POSITIVE, more: POSITIVE, q: sympy.Interval.Ropen(1, 2)})
    larger = small * (1 + more) ** (1 / (2 - q))
    excess = at(z1 * Lq(q).link(z2) - z2 * Lq(q).link(z1), {z1: larger, z2: small})
    yield Identity(excess, small**q * more * (1 + more) ** ((q - 1) / (2 - q)), on=below, part="z_1 phi(z_2) - z_2 phi(z_1)")
    yield Inequality(0, small**q * more * (1 + more) ** ((q - 1) / (2 - q)), on=below, part="is positive", strict=True)
    plain = at(z2 * Lq(2).link(z1) - z1 * Lq(2).link(z2), {z1: larger, z2: small})
    yield Identity(plain, 0, on=below, part="q = 2, none")
    near = Rational(1, 10**9)
    ends = [(middle - near, middle + near)] * 2
    yield EndsAt(Flow(Lq(1), Product(1)), Quadratic([[1, 2]], [3]), [[0, 0]], ends, t_end=1, part="q = 1 ends at (1, 1)")
    norm = u**2 + ((3 - u) / 2) ** 2
    yield Minimiser(norm, {u: nearest}, on=Domain({u: REALS}), part="the nearest solution is (3/5, 6/5)", strict=True)


MUTANTS = {
    "the entries themselves": {"linked": lambda z: z},
    "the nearest solution": {"nearest": 1},
    "another end": {"middle": Rational(3, 5)},
}
