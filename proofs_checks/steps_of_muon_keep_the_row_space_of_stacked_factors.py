r"""Steps of Muon with momentum, Newton-Schulz and decay keep the row space of U stacked over the transpose of V.

.. math:: N_U^+ = \beta N_U + C V^\top,\ N_V^+ = \beta N_V + U^\top C, \qquad U^+ = (1 - \eta\alpha) U - \eta A N_U^+,\
   V^+ = (1 - \eta\alpha) V - \eta N_V^+ B: \qquad \frac{\det M_J^+}{\det M_K^+} = \frac{\det M_J}{\det M_K}, \quad
   M = \begin{pmatrix} U \\ V^\top \end{pmatrix}

for all choices J, K of m + n of the r columns, if the rows of the first momenta lie in the row space of M (zero, say), and
those of the next ones lie there again. C is the gradient of the loss in X = U V, any matrix. One line: :math:`M^+ = T M`. A
and B are any square matrices: an odd polynomial of N, as of Newton-Schulz, and the polar factor are such left multiples. The
volume does not stay: for flows it does (maximal_minors_of_stacked_factors_are_conserved_by_spectral_flow).

Not to be confused with sign descent, whose steps leave the row space.
Source: this project.
"""

from itertools import combinations

import sympy

from mirrortheory import POSITIVE, REALS, Domain
from mirrortheory.check.claims import Claim
from mirrortheory.evidence import Exists, Identity
from mirrortheory.notation import matrix

CLAIM = Claim(
    "steps_of_muon_keep_the_row_space_of_stacked_factors",
    r"\det M_J^+ \det M_K = \det M_K^+ \det M_J \text{ after a step } U \to (1 - \eta\alpha) U - \eta A N_U,"
    r"\ V \to (1 - \eta\alpha) V - \eta N_V B,\ M = (U; V^\top)",
    topic="matrices",
    source="this project",
    scope="U m x r, V r x n, (m, r, n) = (1, 3, 1), (2, 4, 1); any step, decay, momentum, C, and left multiples A, B;"
    " a sign step moves a quotient",
    on_paper=("(a + b N N^T + c (N N^T)^2) N and the polar factor of N are left multiples A N",),
)
shrink, step = sympy.Symbol("s", real=True), sympy.Symbol("eta", positive=True)  # s = 1 - eta alpha


def det(m):
    """Return the determinant along the first row, not multiplied out."""
    if m.rows == 1:
        return m[0]
    return sum((-1) ** k * m[0, k] * det(m.extract(range(1, m.rows), [j for j in range(m.cols) if j != k])) for k in range(m.cols))


def check(left=True, stray=0):
    for m, r, n in ((1, 3, 1), (2, 4, 1)):
        u, v, c, a, b = matrix("u", m, r), matrix("v", r, n), matrix("c", m, n), matrix("a", m, m), matrix("b", n, n)
        e, f, g = matrix("e", m, m + n), matrix("f", n, m + n), matrix("g", r, r)
        stack = u.col_join(v.T)
        of_u = e * stack + stray * g[:m, :] + c * v.T  # beta times momenta in the row space, and the gradients
        of_v = f * stack + c.T * u
        moved = shrink * stack - (a * of_u if left else of_u * g).col_join(b * of_v)  # eta is in a and b
        letters = sorted(set().union(stack.free_symbols, moved.free_symbols), key=str)
        on = Domain(dict.fromkeys(letters, REALS))
        first, *others = combinations(range(r), m + n)
        for columns in others:
            both = [(det(s[:, first]), det(s[:, columns])) for s in (stack, moved)]
            part = f"{m} x {r} times {r} x {n}, columns {', '.join(str(k + 1) for k in columns)} over the first"
            yield Identity(both[1][1] * both[0][0], both[1][0] * both[0][1], on=on, part=part, samples=3)
        for rows, name in ((of_u, "U"), (of_v, "V")):
            inside = det(rows[0:1, : m + n + 1].col_join(stack[:, : m + n + 1]))
            yield Identity(inside, 0, on=on, part=f"{m} x {r} times {r} x {n}, the momentum of {name} stays inside", samples=3)
    u, v = matrix("u", 1, 3), matrix("v", 1, 3)
    moved = [(u - step * v.applyfunc(sympy.sign)), (v - step * u.applyfunc(sympy.sign))]  # C = 1
    minors = [[s[0][0] * s[1][k] - s[0][k] * s[1][0] for k in (1, 2)] for s in ((u, v), moved)]
    on = Domain(dict.fromkeys([*u, *v], REALS) | {step: POSITIVE})
    yield Exists(minors[1][0] * minors[0][1], minors[1][1] * minors[0][0], on=on, part="a sign step moves a quotient")


MUTANTS = {"a link that multiplies from the right": {"left": False}, "a momentum from outside": {"stray": 1}}
