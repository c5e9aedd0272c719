r"""A KKT point of a quadratic loss over a box is a minimiser: what a rise costs is a square and the multipliers times the moves.

.. math:: f(y) - f(x) = \tfrac12 |Z(y - x)|^2 + \sum_j \mu_j (y_j - x_j), \quad \mu = \nabla f(x): \qquad
          \mu_j (y_j - x_j) \ge 0 \text{ for } |y_j| \le B \Longleftarrow
          \begin{cases} \mu_j \le 0 & x_j = B \\ \mu_j = 0 & |x_j| < B \\ \mu_j \ge 0 & x_j = -B \end{cases}

So the signs of mu, which are decided in exact rationals for data in doubles, certify where sign flow with decoupled decay ends off
its saddles, B = alpha^(-L) (sign_flow_under_decoupled_decay_rests_at_kkt_points_of_the_loss_over_a_box).

Checked with two data and three coordinates, one in each case: x_1 = B, mu_1 = -a, y_1 = B - s; x_2 is free, y_2 = x_2 + d; x_3 =
-B, mu_3 = c, y_3 = -B + t, with s, t, a, c >= 0. Only that these signs suffice is stated, and on paper it is the same sum in any
size. The loss is x^T H x/2 - g^T x, H = Z^T Z, g = H x - mu, up to a constant.
Source: Karush (1939), Kuhn and Tucker (1951); this project for the use; Xie and Li (2024), arXiv:2404.04454, for AdamW.
"""

import sympy

from mirrortheory.check.claims import Claim
from mirrortheory.domain import NONNEGATIVE, POSITIVE, REALS, Domain
from mirrortheory.evidence import Identity, Inequality

CLAIM = Claim(
    "kkt_points_minimise_a_quadratic_loss_over_a_box",
    r"f(y) - f(x) = \tfrac12 |Z(y-x)|^2 + \sum_j \mu_j (y_j - x_j) \ge 0 \quad (|y_j| \le B)",
    topic="bias",
    source="Karush (1939), Kuhn and Tucker (1951); this project for the use",
    scope="two data, three coordinates, one at each bound and one free; every Z; every box |x_j| <= B",
    on_paper=(
        "the same sum in any size: any number of data and of coordinates of each kind",
        "a sum of terms that are at least 0 is",
    ),
)

B = sympy.Symbol("B", positive=True)
s, t, a, c = sympy.symbols("s t a c", nonnegative=True)
d, free, r1, r2 = sympy.symbols("d x2 r1 r2", real=True)
Z = sympy.Matrix(2, 3, sympy.symbols("z1:7", real=True))


def check(lower=1, upper=-1, half=sympy.S.Half):
    x, moved = sympy.Matrix([B, free, -B]), sympy.Matrix([-s, d, t])
    slope = sympy.Matrix([upper * a, 0, lower * c])
    hessian = Z.T * Z
    pull = hessian * x - slope

    def loss(point):
        return (point.T * hessian * point)[0] / 2 - (pull.T * point)[0]

    on = Domain(dict.fromkeys((*Z, d, free), REALS) | {B: POSITIVE} | dict.fromkeys((s, t, a, c), NONNEGATIVE))
    squares = sum(row**2 for row in Z * moved)
    law = half * squares + a * s + c * t
    yield Identity(loss(x + moved) - loss(x), law, on=on, part="what a move costs", samples=4)
    on = Domain(dict.fromkeys((r1, r2), REALS) | dict.fromkeys((s, t, a, c), NONNEGATIVE))
    yield Inequality(0, half * (r1**2 + r2**2) + a * s + c * t, on=on, part="at least 0, with r for Z(y - x)")


MUTANTS = {
    "a slope that points outwards at the lower bound": {"lower": -1},
    "a slope that points inwards at the upper bound": {"upper": 1},
    "the whole square": {"half": 1},
}
