r"""Spectral flow of X = U V keeps every maximal minor of U stacked over the transpose of V, at every q and for every loss.

.. math:: M = \begin{pmatrix} U \\ V^\top \end{pmatrix}: \qquad
   \dot M = -K M - \alpha M, \quad K = \begin{pmatrix} 0 & A C \\ B C^\top & 0 \end{pmatrix}
   \quad\Longrightarrow\quad \frac{\mathrm d}{\mathrm dt} \det M_J = -(m + n)\,\alpha \det M_J

for every choice J of m + n of the r columns. One line: :math:`\Phi_q(C V^\top) = A\, C V^\top` with A the power (q - 2)/2 of
:math:`C V^\top V C^\top`, and :math:`\Phi_q(C^\top U) = B\, C^\top U` alike; a minor moves at the rate of the trace of -K,
which is 0. So without decay the row space of M and its volume det M M^T stay: (m + n)(r - m - n) + 1 laws. For r < m + n
there is no such minor. A and B are any matrices here: all links that multiply a gradient from the left, on the side of its
own rows, keep the minors.

Not to be confused with row_space_of_a_matrix_is_kept_where_only_its_gram_matrix_is_seen, for gradient flow on U U^T, and with
an entrywise link, under which a minor moves at q = 1.
Source: this project.
"""

from itertools import combinations

import sympy

from mirrortheory import NONZERO, REALS, Domain
from mirrortheory.check.claims import Claim
from mirrortheory.evidence import Exists, Identity
from mirrortheory.notation import matrix, q

CLAIM = Claim(
    "maximal_minors_of_stacked_factors_are_conserved_by_spectral_flow",
    r"\frac{d}{dt} \det M_J = -(m + n)\,\alpha \det M_J \quad\text{for}\quad M = (U; V^\top),\ "
    r"\dot U = -\Phi_q(C V^\top) - \alpha U,\ \dot V = -\Phi_q(U^\top C) - \alpha V",
    topic="matrices",
    source="this project",
    scope="U m x r, V r x n, (m, r, n) = (1, 2, 1), (1, 3, 1), (2, 3, 1), (2, 4, 1), (1, 4, 2), (2, 4, 2); every link A G, any"
    " square A; that of a row is one; entrywise sign flow moves a minor",
    on_paper=("the spectral link of G is (G G^T)^((q-2)/2) times G",),
)
rate = sympy.Symbol("alpha", real=True)


def check(kept=lambda square: square.det(), total=lambda m, n: m + n, right=False):
    for m, r, n in ((1, 2, 1), (1, 3, 1), (2, 3, 1), (2, 4, 1), (1, 4, 2), (2, 4, 2)):
        u, v, c, a, b = matrix("u", m, r), matrix("v", r, n), matrix("c", m, n), matrix("a", m, m), matrix("b", n, n)
        weights, outputs = [*u, *v], list(u * v)
        slope = [sum(e * sympy.Derivative(x, w) for e, x in zip(c, outputs, strict=True) if x.has(w)) for w in weights]
        of_u, of_v = sympy.Matrix(m, r, slope[: m * r]), sympy.Matrix(r, n, slope[m * r :])
        moved = [*(of_u * matrix("e", r, r) if right else a * of_u), *(of_v * b.T)]  # (B C^T U)^T
        velocity = {w: -e - rate * w for w, e in zip(weights, moved, strict=True)}
        letters = set().union(*(e.free_symbols for e in moved), weights, {rate})
        on, stack = Domain(dict.fromkeys(sorted(letters, key=str), REALS)), u.col_join(v.T)
        for columns in combinations(range(r), m + n):
            minor = kept(stack[:, columns])
            moving = sum(sympy.Derivative(minor, w) * velocity[w] for w in weights if minor.has(w))
            part = f"{m} x {r} times {r} x {n}, columns {', '.join(str(k + 1) for k in columns)}"
            yield Identity(moving, -total(m, n) * rate * minor, on=on, part=part, samples=3)
    for r in (2, 3):
        row = matrix("g", 1, r)
        length, on = sympy.sqrt(sum(e**2 for e in row)), Domain({**dict.fromkeys(row, NONZERO), q: sympy.Interval(1, 2)})
        for g in row:  # the link is the slope of the Schatten norm to the q over q
            link = sympy.Derivative(length**q / q, g)
            yield Identity(link, length ** (q - 2) * g, on=on, part=f"1 x {r}, the link of a row in {g}")
    (u1, u2), (v1, v2) = matrix("u", 1, 2), matrix("v", 2, 1)
    entrywise = {u1: -sympy.sign(v1), u2: -sympy.sign(v2), v1: -sympy.sign(u1), v2: -sympy.sign(u2)}  # C = 1
    moving = sum(sympy.Derivative(u1 * v2 - u2 * v1, w) * speed for w, speed in entrywise.items())
    yield Exists(moving, 0, on=Domain(dict.fromkeys(entrywise, NONZERO)), part="entrywise sign flow, 1 x 2 times 2 x 1")


MUTANTS = {
    "permanents": {"kept": lambda square: square.per()},
    "an entry": {"kept": lambda square: square[0, 0]},
    "a link that multiplies from the right": {"right": True},
    "at the rate of U alone": {"total": lambda m, n: m},
    "at the rate alpha": {"total": lambda m, n: 1},
}
