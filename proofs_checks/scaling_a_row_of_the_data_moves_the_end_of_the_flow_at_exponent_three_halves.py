r"""At q = 3/2 two row-equivalent regressions end apart, and what is integrated leaves the row space by a certified distance.

.. math:: Z = \begin{pmatrix} 1 & 0 & 1 \\ 0 & k & k \end{pmatrix}, \quad b = (1, -k), \quad x_0 = 0, \quad L = 1: \qquad
          k = 1: x_{\infty,3} = 0, \qquad 0 < k \le \tfrac1{20}: x_{\infty,3} < -\tfrac1{25}

For k = 1 the path is (1 - r, r - 1, 0), r' = -sqrt(r). For small k the end is enclosed. With r = 1 - x_1 - x_3, n = 1 + x_2 + x_3
and m = k^2 n the gradient is -(r, -m, r - m). Stage one, r > m: r' <= -sqrt(r), so it ends by t = 2; n' >= -k sqrt(n), so n > 0;
x_3' <= x_1', so x_3 <= 1/2, n <= 3/2 and x_2 >= -sqrt(6) k. Stage two keeps r between m/2 and m, and below h = 144 m/169 once it
is. Let a, c, N be the integrals of sqrt(r), sqrt(m - r), sqrt(m) over it, N_2 the part of N while r > h, and n its start. Then a
- c = k^2 n, N + c = n, N_2 <= 2 k^2 n, a + c >= (13 N - 3 N_2)/10. So c >= K n, K = 13/33 (1 - 16 k^2/13), and x_3 ends c below
its value after stage one. On the row space v.x = 0, v = (1, 1, -1), and at the end v.x = -3 x_3: the integral of phi(gradient),
which is -x_oo, is sqrt(3)/25 or more away. At q = 2 v.x stays 0. At q = 1: scaling_a_row_of_the_data_moves_the_end_of_sign_flow.
Source: this project.
"""

import sympy
from sympy import Rational, sqrt

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, REALS, Domain
from mirrortheory.evidence import EndsAt, Identity, Inequality
from mirrortheory.flows import Quadratic
from mirrortheory.theory import Velocity

CLAIM = Claim(
    "scaling_a_row_of_the_data_moves_the_end_of_the_flow_at_exponent_three_halves",
    r"x_1 + x_3 = 1,\ k(x_2 + x_3) = -k: \quad x_{\infty,3} = 0 \ (k = 1), \quad x_{\infty,3} < -\frac1{25} \ (k \le \frac1{20})",
    topic="bias",
    source="this project",
    scope="q = 3/2, depth one; the square loss of two data in three coordinates from x = 0; k = 1, 0 < k <= 1/20; at q = 2 v.x",
    on_paper=(
        "integrals of bounds bound integrals; what moves inwards on a border stays inside; a root grows with what is under it",
        "a = c + k^2 n and N = n - c are what r and n lose in stage two, which r = n = 0 ends",
    ),
)
k, r, m, n = sympy.symbols("k r m n", positive=True)
gap, small, root = sympy.symbols("d kappa s", nonnegative=True)
(a, c, whole, late), TURN = sympy.symbols("a c N N2", real=True), Rational(144, 169)  # r/m = (12/13)^2, with (m - r)/m = (5/13)^2


def _velocity(exponent, residual, weighed, weight=k):
    """Return dx/dt where 1 - x_1 - x_3 and k^2 (1 + x_2 + x_3) are these: of each column of the data."""
    flow = Flow(Lq(exponent), Product(1))
    slopes = (-(first * residual - second * weighed / weight) for first, second in ((1, 0), (0, weight), (1, weight)))
    return [at(Velocity(flow, flow.weights[0]), {flow.slope: slope}) for slope in slopes]


def check(exponent="3/2", longest=Rational(1, 20), gained=Rational(13, 10), kept=2):
    for name, speed, told in zip("123", _velocity(exponent, r, r, 1), (sqrt(r), -sqrt(r), 0), strict=True):
        yield Identity(speed, told, on=Domain({r: POSITIVE}), part=f"k = 1, dx_{name}/dt", samples=10)
    on = Domain(dict.fromkeys((r, m, gap, k), POSITIVE))
    first, later = (sqrt(m + gap), -sqrt(m), sqrt(gap)), (sqrt(r), -sqrt(r + gap), -sqrt(gap))
    for stage, told, sides in (("one", first, (m + gap, m)), ("two", later, (r, r + gap))):
        for name, speed, value in zip("123", _velocity(exponent, *sides), told, strict=True):
            yield Identity(speed, value, on=on, part=f"stage {stage}, dx_{name}/dt", samples=10)
    yield Inequality(-first[0] - first[2], -sqrt(m + gap), on=on, part="stage one, r'")
    yield Inequality(-sqrt(m), first[1] + first[2], on=on, part="stage one, n'")
    yield Inequality(first[2] ** 2, first[0] ** 2, on=on, part="stage one, x_3 moves less than x_1", strict=True)
    inside = Domain({m: POSITIVE, k: sympy.Interval.Lopen(0, longest)})
    for border, name, way in ((1, "m", 1), (TURN, "h", 1), (Rational(1, 2), "m/2", -1)):
        moves = -later[0] - later[2] - border * k**2 * (later[1] + later[2])  # (r - border m)'
        here = at(way * moves, {r: border * m, gap: (1 - border) * m})
        yield Inequality(here / sqrt(m), 0, on=inside, part=f"stage two, inwards at r = {name}", strict=True)
    short = Domain({root: sympy.Interval(0, Rational(5, 13))})  # s^2 = (m - r)/m
    yield Inequality(Rational(1, 2), sqrt(1 - root**2) - root, on=short, part="while r > h, -r'/sqrt(m)", strict=True)
    gains, ratio = sqrt(r) + sqrt(1 - r), Domain({r: sympy.Interval(Rational(1, 2), TURN)})
    yield Inequality(gained, gains, on=ratio, part="sqrt(r) + sqrt(m - r) where r <= h, m = 1", strict=True)
    yield Inequality(r + gap, (sqrt(r) + sqrt(gap)) ** 2, on=on, part="sqrt(r) + sqrt(m - r) anywhere")
    slack = (a + c - (13 * whole - 3 * late) / 10) + Rational(3, 10) * (2 * k**2 * n - late)
    spent, share = {a: c + k**2 * n, whole: n - c}, Rational(13, 33) * (1 - Rational(16, 13) * k**2)
    on = Domain({k: POSITIVE, n: POSITIVE, c: REALS, late: REALS})
    yield Identity(at(slack, spent), Rational(33, 10) * (c - share * n), on=on, part="c >= K n")
    last = (1 - share) / 2 - share * (1 - sqrt(6) * k)  # x_3 - K (1 + x_3 + x_2) for x_3 <= 1/2, x_2 >= -sqrt(6) k
    on = Domain({small: sympy.Interval(0, longest)})
    yield Inequality(last.xreplace({k: small}), -Rational(1, 25), on=on, part="x_3 ends below", strict=True)
    data = Quadratic([[1, 0, 1], [0, 0.05, 0.05]], [1, -0.05])
    box = [(Rational(n - 1, 1000), Rational(n + 1, 1000)) for n in (1100, -900, -100)]
    yield EndsAt(Flow(Lq(exponent), Product(1)), data, [[0, 0, 0]], box, t_end=30, part="k = 1/20, simulated")
    change = sum(s * e for s, e in zip((1, 1, -1), _velocity(kept, m + gap, m), strict=True))
    yield Identity(change, 0, on=Domain(dict.fromkeys((m, gap, k), POSITIVE)), part="q = 2 keeps v.x")


MUTANTS = {
    "gradient flow": {"exponent": 2},
    "every k up to 1/4": {"longest": Rational(1, 4)},
    "a larger gain": {"gained": Rational(4, 3)},
    "q = 3/2 keeps v.x": {"kept": "3/2"},
}
