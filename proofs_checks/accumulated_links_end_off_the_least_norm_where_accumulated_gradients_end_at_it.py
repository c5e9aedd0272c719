r"""Accumulating phi_q of the gradient for q < 2 can end off the solution of least l_1 norm at which gradients end.

.. math:: Zx = b, \quad Z = \begin{pmatrix} 1 & 3 & 0 & 1 \\ 3 & 2 & 1 & 0 \end{pmatrix}, \quad b = (1, 4): \qquad
          \|(\tfrac{10}7, -\tfrac17, 0, 0)\|_1 = \tfrac{11}7 < 2 = \|(1, 0, 1, 0)\|_1

From saddle to saddle both processes put x_1 first, on the plateau (13/10, 0, 0, 0). Which coordinate comes next depends on s, the
accumulated -phi_q(grad f): at q = 2 it is x_2, with the sign -, and s stays in the row space of Z, so that at the end it
certifies the least l_1 norm: |s_j| <= 1 and s.x = |x|_1. At q = 3/2, the exponent of three layers on L = p, x_3 comes first, and
with it Zx = b already. Both ends have two entries that are not 0: the norm tells them apart, not their number.

That flows at q = 3/2 follow the process as their start vanishes is a conjecture; the flow from the layers (0, 1/100, 1/100),
followed to its end, corroborates it here.
Source: this project; Pesme and Flammarion (2023), arXiv:2304.00488, for q = 2.
"""

import sympy
from sympy import Derivative, Rational

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import Domain
from mirrortheory.evidence import EndsAt, Identity, Inequality
from mirrortheory.flows import Quadratic

CLAIM = Claim(
    "accumulated_links_end_off_the_least_norm_where_accumulated_gradients_end_at_it",
    r"q = 2: x \to (\tfrac{10}{7}, -\tfrac{1}{7}, 0, 0), \ \|x\|_1 = \tfrac{11}{7}; \quad"
    r" q = \tfrac{3}{2}: x \to (1, 0, 1, 0), \ \|x\|_1 = 2",
    topic="bias",
    source="this project; arXiv:2304.00488, cf. q = 2",
    scope="Z = [[1, 3, 0, 1], [3, 2, 1, 0]], b = (1, 4); q = 2 and 3/2; the process that accumulates phi_q of the gradient",
    on_paper=(
        "s.z <= |z|_1 for |s_j| <= 1, and s.z = c.b for all solutions z, as s = Z^T c",
        "each plateau is the only minimum under its signs (that the slopes vanish there is checked)",
    ),
)

Z, b = ((1, 3, 0, 1), (3, 2, 1, 0)), (1, 4)
X = sympy.symbols("x1:5", real=True)
LOSS = sum((sum(z * x for z, x in zip(row, X, strict=True)) - v) ** 2 for row, v in zip(Z, b, strict=True)) / 2
share = sympy.Symbol("u", nonnegative=True)
NUMBERS, STRETCH = Domain({}), Domain({share: sympy.Interval(0, 1)})
NOWHERE = (0, 0, 0, 0)
ONE = (Rational(13, 10), 0, 0, 0)
ENDS = {sympy.Integer(2): (Rational(10, 7), Rational(-1, 7), 0, 0), Rational(3, 2): (1, 0, 1, 0)}


def check(second=((1, -1), (2, 1)), norms=(Rational(11, 7), 2)):
    for (q, end), (entering, side), norm in zip(ENDS.items(), second, norms, strict=True):
        link, part = Lq(q).link, f"q = {q}"
        pulls = [[-at(Derivative(LOSS, v), dict(zip(X, x, strict=True))) for v in X] for x in (NOWHERE, ONE, end)]
        s = [link(pull) / link(pulls[0][0]) for pull in pulls[0]]
        wait = (side - s[entering]) / link(pulls[1][entering])
        later = [before + wait * link(pull) for before, pull in zip(s, pulls[1], strict=True)]
        for j in range(1, 4):
            yield Inequality(0, 1 - (share * s[j]) ** 2, on=STRETCH, strict=True, part=f"{part}, x{j + 1} not until then")
            if j != entering:
                moved = s[j] + share * (later[j] - s[j])
                yield Inequality(0, 1 - moved**2, on=STRETCH, strict=True, part=f"{part}, x{j + 1} not until x{entering + 1} does")
        yield Inequality(0, wait, on=STRETCH, strict=True, part=f"{part}, x{entering + 1} does later")
        yield Identity(pulls[1][0], 0, on=NUMBERS, part=f"{part}, x1 rests meanwhile")
        for pull, v in zip(pulls[2], X, strict=True):
            yield Identity(pull, 0, on=NUMBERS, part=f"{part}, nothing moves {v} at the end")
        yield Identity(at(sum(map(sympy.Abs, X)), dict(zip(X, end, strict=True))), norm, on=NUMBERS, part=f"{part}, the norm")
        if q == 2:
            certificate = sum(a * x for a, x in zip(later, end, strict=True))
            yield Identity(certificate, norm, on=NUMBERS, part="q = 2, s.x is the norm")
    near = Rational(1, 20)
    box = [(value - near, value + near) for value in ENDS[Rational(3, 2)]]
    start = (NOWHERE, *[(Rational(1, 100),) * 4] * 2)
    yield EndsAt(Flow(Lq("3/2"), Product(3)), Quadratic(Z, b), start, box, t_end=30, part="q = 3/2, where a flow ends")


MUTANTS = {
    "the same one enters": {"second": ((2, 1), (2, 1))},
    "gradients at q = 3/2": {"second": ((1, -1), (1, -1))},
    "equal norms": {"norms": (2, 2)},
}
