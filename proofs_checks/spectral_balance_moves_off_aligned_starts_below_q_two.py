r"""Off aligned starts spectral flow below q = 2 moves the balance of two matrices, even its trace.

.. math:: \exists\, U, V, C:\; \frac{\mathrm d}{\mathrm dt}\operatorname{tr}\bigl[(U^\top U)^{q/2} - (V V^\top)^{q/2}\bigr] \ne 0,
   \qquad \dot U = -\Phi_q(C V^\top),\ \dot V = -\Phi_q(U^\top C)

At q = 2 the balance is the Gram difference, which stays (gram_difference_of_a_matrix_product_is_conserved_by_gradient_flow).
It stays at every q for aligned starts (aligned_factors_move_as_numbers_under_spectral_flow), and its trace for one input and
one output (norms_of_a_row_and_a_column_keep_their_balance_under_spectral_flow). What stays for all starts when the factors are
wide are maximal minors (maximal_minors_of_stacked_factors_are_conserved_by_spectral_flow).

The trace of :math:`(U^\top U)^{q/2}` is the sum of the singular values of U to the power q. The link of a 2 x 2 matrix is a
combination of it and of its cofactors, which has the same bases and the singular values in the other order.
Source: this project.
"""

import sympy

from mirrortheory import POSITIVE, REALS, Domain
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.evidence import Exists, Identity
from mirrortheory.notation import matrix, q, rotation

CLAIM = Claim(
    "spectral_balance_moves_off_aligned_starts_below_q_two",
    r"\exists\, U, V, C:\ \frac{d}{dt}\operatorname{tr}\left[(U^\top U)^{q/2} - (V V^\top)^{q/2}\right] \ne 0",
    topic="matrices",
    source="this project",
    scope="2 x 2 matrices U, V, C with positive determinants; q = 1, 5/4, 3/2, 7/4",
)


def singular_values(g):
    """Return them for det g > 0."""
    norm, volume = sum(e**2 for e in g), g.det()
    return [(sympy.sqrt(norm + 2 * volume) + e * sympy.sqrt(norm - 2 * volume)) / 2 for e in (1, -1)]


def link(g, q):
    """Return the combination of g and its cofactors whose singular values are those of g to the power q - 1."""
    high, low = sympy.symbols("high low", positive=True)
    own, other = high**q - low**q, high * low ** (q - 1) - low * high ** (q - 1)
    linked = (own * g + other * sympy.Matrix([[g[3], -g[2]], [-g[1], g[0]]])) / (high**2 - low**2)
    return linked.subs(dict(zip((high, low), singular_values(g), strict=True)))


def check(exponents=("1", "5/4", "3/2", "7/4")):
    g, (s, t), (small, gap) = matrix("g", 2, 2), sympy.symbols("s t", real=True), sympy.symbols("k d", positive=True)
    on = Domain({s: REALS, t: REALS, small: POSITIVE, gap: POSITIVE, q: sympy.Interval(1, 2)})
    here = dict(zip(g, rotation(s) * sympy.diag(small + gap, small) * rotation(t).T, strict=True))
    linked = rotation(s) * sympy.diag((small + gap) ** (q - 1), small ** (q - 1)) * rotation(t).T
    for k, e in enumerate(link(g, q)):
        yield Identity(at(e, here), linked[k], on=on, part=f"the link, entry {k // 2 + 1}, {k % 2 + 1}", samples=3)
    u, v, c = (matrix(name, 2, 2) for name in "uvc")
    on = Domain(dict.fromkeys([*u, *v, *c], REALS), tuple(m.det() > 0 for m in (u, v, c)))
    somewhere = dict(zip([*u, *v, *c], (2, 1, 0, 1, 1, 0, 3, 2, 1, 2, -1, 1), strict=True))
    for power in map(sympy.Rational, exponents):
        moved = [m if power == 2 else link(m, power) for m in (c * v.T, u.T * c)]
        velocity = dict(zip([*u, *v], [*(-moved[0]), *(-moved[1])], strict=True))
        traces = [sum(e**2 for e in m) if power == 2 else sum(value**power for value in singular_values(m)) for m in (u, v)]
        moving = sum(sympy.Derivative(traces[0] - traces[1], w) * speed for w, speed in velocity.items())
        yield Exists(moving, 0, on=on, part=f"q = {power}", at=somewhere)


MUTANTS = {"gradient flow": {"exponents": ("2",)}, "gradient flow among them": {"exponents": ("3/2", "2")}}
