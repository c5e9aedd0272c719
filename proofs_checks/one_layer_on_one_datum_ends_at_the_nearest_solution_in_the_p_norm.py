r"""One layer on one datum ends, under the flow of exponent q, at the solution that is nearest to its start in the conjugate p-norm.

.. math:: x_\infty = x_0 + c\,\phi_q(z) = \mathrm{argmin} \left\{\|x - x_0\|_p : z \cdot x = b\right\}, \qquad
          \|x_\infty - x_0\|_p = \frac{|b - z \cdot x_0|}{\|z\|_q}, \quad \tfrac1p + \tfrac1q = 1

For q > 1 with u = c phi_q(z): phi_p(u_i) = phi_p(c) z_i, so the gradient of the p-th power of the norm is in the row space, and
the norm is convex; at q = 1 all |u_i| are |c|, and Hoelder's |z.u| <= |z|_1 |u|_oo is an equality. The least distance grows with
the residual alone, in the dual norm. The weighted sum of squares |z_i|^(2-q) (x_i - x_0,i)^2 has the same minimiser, as for each
depth (flow_on_one_datum_ends_at_a_weighted_bregman_projection). Two ends are computed exactly at q = 1.

Source: this project; Gunasekar, Lee, Soudry, Srebro (2018), arXiv:1802.08246, for several data, where it fails.
"""

import sympy
from sympy import Derivative, Rational

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONZERO, Domain
from mirrortheory.evidence import EndsAt, Identity, Inequality
from mirrortheory.flows import Quadratic
from mirrortheory.notation import p, q

CLAIM = Claim(
    "one_layer_on_one_datum_ends_at_the_nearest_solution_in_the_p_norm",
    r"x_\infty = x_0 + c\,\phi_q(z) = \mathrm{argmin}\left\{\|x - x_0\|_p : z \cdot x = b\right\}",
    topic="bias",
    source="this project; Gunasekar, Lee, Soudry, Srebro (2018), arXiv:1802.08246",
    scope="depth one; 1 < q <= 2 by the slope in each coordinate, every z_i != 0; q = 1, two ends exactly; any loss of z.x",
    on_paper=(
        "a convex function is least on z.x = b where its gradient is in the row space; Hoelder's inequality at q = 1",
        "coordinates with z_i = 0 stay at x_0; the sum over the coordinates",
    ),
)

z, c, r, u = sympy.symbols("z c r u", real=True)


def check(conjugate=p, ends=((2, -2), (3, 1)), weight=2 - q):
    flow = Flow(Lq(q), Product(1))
    inner, most = sympy.Interval.Lopen(1, 2), sympy.Interval(1, 2)
    on = Domain({flow.weights[0]: NONZERO, z: NONZERO, r: NONZERO, q: most})
    speed = at(flow.derivative(flow.weights[0]), {flow.slope: -z * r})
    yield Identity(speed, Lq(q).link(z) * Lq(q).link(r), on=on, part="x moves along phi_q(z)")
    on = Domain({z: NONZERO, c: NONZERO, q: inner})
    slope, end = Derivative(abs(u) ** conjugate / conjugate, u), {u: c * Lq(q).link(z)}
    linked = sympy.sign(c) * abs(c) ** (p - 1)
    yield Identity(at(slope, end), linked * z, on=on, part="the slope of |u|^p/p is in the row space")
    yield Inequality(0, Derivative(slope, u), on=Domain({u: NONZERO, q: inner}), part="|u|^p/p is convex", strict=True)
    squares = at(abs(z) ** weight * Derivative(u**2 / 2, u), end)
    yield Identity(squares, c * z, on=Domain({z: NONZERO, c: NONZERO, q: most}), part="so is that of the weighted squares")
    moved = at(z * u, end)
    on = Domain({z: NONZERO, c: NONZERO, q: most})
    yield Identity(moved, c * abs(z) ** q, on=on, part="each term of b - z.x_0")
    on = Domain({z: NONZERO, c: NONZERO, q: inner})
    size = at(abs(u) ** p, end)
    yield Identity(size, abs(c) ** p * abs(z) ** q, on=on, part="each term of |x - x_0|_p^p")
    sign = Flow(Lq(1), Product(1))
    near = Rational(1, 10**9)
    for entries, start, target, end in (((1, -2), (0, 0), 6, ends[0]), ((2, 1), (1, -1), 7, ends[1])):
        box = [(e - near, e + near) for e in end]
        yield EndsAt(sign, Quadratic([entries], [target]), [start], box, t_end=2, part=f"q = 1, z = {entries}")


MUTANTS = {
    "in the q-norm": {"conjugate": q},
    "the nearest in l_2": {"ends": ((Rational(6, 5), -Rational(12, 5)), (3, 1))},
    "plain squares": {"weight": 0},
}
