r"""For one input and one output spectral flow of x = u v keeps |u|^q - |v|^q at every start, aligned or not, at every q.

.. math:: x = u v,\ u \in \mathbb R^{1 \times r},\ v \in \mathbb R^{r \times 1}: \qquad
   \frac{\mathrm d}{\mathrm dt}\bigl(|u|^q - |v|^q\bigr) = -q\,\alpha\,\bigl(|u|^q - |v|^q\bigr)

with Euclidean norms and decoupled decay at the rate alpha. One line: without decay both powers move at
:math:`-q\, \varphi_q(c)\, (|u| |v|)^{q-2} u v`. So where layers of numbers keep :math:`|w_i|^q - |w_j|^q`, vectors keep that of
their norms, the trace of :math:`(U^\top U)^{q/2} - (V V^\top)^{q/2}`. The 2 x 2 minors of u stacked over v stay, too
(maximal_minors_of_stacked_factors_are_conserved_by_spectral_flow). There is one field, up to its speed, and so 2r - 1 laws.

From two outputs on the balance is kept no more: it moves for U 2 x 2, v 2 x 1, and for 2 x 2 matrices
(spectral_balance_moves_off_aligned_starts_below_q_two).
Source: this project.
"""

import sympy

from mirrortheory import NONNEGATIVE, NONZERO, REALS, Domain
from mirrortheory.check.claims import Claim
from mirrortheory.evidence import Exists, Identity
from mirrortheory.notation import alpha, matrix, q

CLAIM = Claim(
    "norms_of_a_row_and_a_column_keep_their_balance_under_spectral_flow",
    r"\frac{d}{dt}\left(|u|^q - |v|^q\right) = -q \alpha \left(|u|^q - |v|^q\right) \quad\text{for}\quad x = u v",
    topic="matrices",
    source="this project",
    scope="u 1 x r, v r x 1, r = 1..4, first entries not 0; 1 <= q <= 2; alpha >= 0; every slope but 0; its trace moves for"
    " U 2 x 2, v 2 x 1 at q = 1 and 3/2",
    on_paper=("the spectral link of a row or column is its quotient by its length to the power 2 - q",),
)
c = sympy.Symbol("c", real=True)


def length(entries):
    return sympy.sqrt(sum(e**2 for e in entries))


def check(rate=q, norm=length, exponents=("1", "3/2")):
    slope = sympy.sign(c) * abs(c) ** (q - 1)
    for r in range(1, 5):
        u, v = matrix("u", 1, r), matrix("v", r, 1)
        weights, x = [*u, *v], (u * v)[0]
        on = Domain(
            dict.fromkeys(weights, REALS) | {u[0]: NONZERO, v[0]: NONZERO, c: NONZERO, q: sympy.Interval(1, 2), alpha: NONNEGATIVE}
        )
        sizes = dict.fromkeys(u, length(v)) | dict.fromkeys(v, length(u))  # of the gradients, over |c|
        velocity = {w: -slope * sympy.Derivative(x, w) * sizes[w] ** (q - 2) - alpha * w for w in weights}
        balance = norm(u) ** q - norm(v) ** q
        moving = sum(sympy.Derivative(balance, w) * speed for w, speed in velocity.items())
        yield Identity(moving, -rate * alpha * balance, on=on, part=f"r = {r}", samples=4)
    u, v, e = matrix("u", 2, 2), matrix("v", 2, 1), matrix("e", 2, 1)
    letters = [*u, *v, *e]
    sides = [sympy.sqrt(sum(w**2 for w in u) + sign * 2 * abs(u.det())) for sign in (1, -1)]
    for power in map(sympy.Rational, exponents):
        balance = sum(((sides[0] + sign * sides[1]) / 2) ** power for sign in (1, -1)) - length(v) ** power
        of_u, of_v = e * v.T, u.T * e
        moved = [*(-of_u * (length(e) * length(v)) ** (power - 2)), *(-of_v * length(of_v) ** (power - 2))]
        moving = sum(sympy.Derivative(balance, w) * speed for w, speed in zip([*u, *v], moved, strict=True))
        somewhere = dict(zip(letters, (2, 1, 0, 1, 1, 3, 1, 2), strict=True))
        yield Exists(moving, 0, on=Domain(dict.fromkeys(letters, REALS)), part=f"2 x 2 times 2 x 1, q = {power}", at=somewhere)


MUTANTS = {
    "the rate alpha": {"rate": 1},
    "no decay": {"rate": 0},
    "norms of the sum of entries to the q": {"norm": lambda entries: sum(abs(e) ** q for e in entries) ** (1 / q)},
}
