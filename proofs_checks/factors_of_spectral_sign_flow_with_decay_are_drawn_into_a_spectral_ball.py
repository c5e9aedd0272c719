r"""Under spectral sign flow (Muon) with decoupled decay each factor is drawn into the ball of operator norm 1/alpha.

.. math:: \dot U = -\Phi_1(C V^\top) - \alpha U \quad\Longrightarrow\quad
   \frac{\mathrm d}{\mathrm dt} |U z|^2 < 0 \text{ where } |U z| > |z|/\alpha; \qquad
   \langle C, X \rangle = -\alpha^{-2} |C|_{S_1},\ |X|_{\mathrm{op}} = \alpha^{-2} \text{ at rest}

One line: :math:`|\Phi_1(G) z| \le |z|`. At rest with invertible gradients both factors are 1/alpha times orthogonal matrices,
so X = U V is alpha^(-2) times one, and pairs with C to the least value on the ball of operator norm alpha^(-2): X is a KKT
point of the loss there.

Checked for plane vectors, whose turns are all alike; in any dimension U z and Phi_1(G) z span a plane. Not to be confused
with the entrywise link, with a box for each weight (sign_flow_under_decoupled_decay_is_drawn_into_a_box).
Source: Chen, Li and Liu (2025), arXiv:2506.15054, for Muon on one matrix; this project.
"""

import sympy

from mirrortheory import NONZERO, POSITIVE, REALS, Domain
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.geometries import matrix_sign
from mirrortheory.notation import matrix, rotation

CLAIM = Claim(
    "factors_of_spectral_sign_flow_with_decay_are_drawn_into_a_spectral_ball",
    r"\frac{d}{dt} |U z|^2 < 0 \text{ where } |U z| > |z|/\alpha; \quad \langle C, X \rangle = -\alpha^{-2} |C|_{S_1},"
    r"\ X^\top X = \alpha^{-4} \text{ at rest}",
    topic="matrices",
    source="Chen, Li and Liu (2025), arXiv:2506.15054, for Muon on one matrix; this project",
    scope="2 x 2; alpha > 0; links of rank 0, 1 and 2; at rest: gradients with det > 0, s1 > s2 > 0, V a turn over alpha",
    on_paper=("|Phi_1(G) z| <= |z|, as its singular values are 0 or 1",),
)
rate, b, loss, low, gap = sympy.symbols("alpha b l k d", positive=True)
s, t, v, z1, z2 = sympy.symbols("s t v z1 z2", real=True)


def check(power=-1, pull=1, rest=-2):
    u, w, z = matrix("u", 2, 2), matrix("w", 2, 2), sympy.Matrix([z1, z2])
    image, moved = u * z, -w - pull * rate * u
    moving = sum(sympy.Derivative(image.dot(image), e) * speed for e, speed in zip(u, moved, strict=True))
    rule = -2 * image.dot(w * z) - 2 * rate * image.dot(image)
    everywhere = Domain(dict.fromkeys([*u, *w, z1, z2], REALS) | {rate: POSITIVE})
    yield Identity(moving, rule, on=everywhere, part="the velocity of |U z|^2")
    y, seen = matrix("y", 2, 1), matrix("p", 2, 1)  # U z and Phi_1(G) z
    rule = -2 * y.dot(seen) - 2 * rate * y.dot(y)
    on = Domain({z1: NONZERO, z2: REALS, s: REALS, v: REALS} | dict.fromkeys((rate, b, loss), POSITIVE))
    outside = (1 + b) * rate**power  # |U z| over |z|
    for name, part_kept in (("kept", sympy.S.One), ("shortened", 1 / (1 + loss)), ("lost", sympy.S.Zero)):
        for sign in (1, -1):  # the half turn is the limit of the others
            linked = part_kept * rotation(s) * z
            here = dict(zip([*seen, *y], [*linked, *(sign * outside * rotation(v) * rotation(s) * z)], strict=True))
            where = f"outside, the length of z {name}, sign {sign}"
            yield Inequality(at(rule, here), 0, on=on, part=where, strict=True, samples=8)
    p, q, r = rotation(s), rotation(t), rotation(v)
    first, second = -p * q.T / rate, r / rate
    slope = rate * p * sympy.diag(low + gap, low) * q.T * r  # C, so that C V^T = P S Q^T
    on = Domain(dict.fromkeys((s, t, v), REALS) | dict.fromkeys((rate, low, gap), POSITIVE))
    g = matrix("g", 2, 2)
    for name, gradient, factor in (("U", slope * second.T, first), ("V", first.T * slope, second)):
        entries = dict(zip(g, gradient, strict=True))
        for k in range(4):
            velocity = -at(matrix_sign(g)[k], entries) - rate * factor[k]
            yield Identity(velocity, 0, on=on, part=f"at rest, {name}, entry {k + 1}", samples=3)
    product = first * second
    value = sum(c * x for c, x in zip(slope, product, strict=True))
    yield Identity(value, -(rate**rest) * rate * (low + gap + low), on=on, part="at rest, <C, X>", samples=3)
    for i, j in ((0, 0), (0, 1), (1, 1)):
        gram = (product.T * product)[i, j]
        yield Identity(gram, rate ** (2 * rest) * int(i == j), on=on, part=f"at rest, X^T X, entry {i + 1}, {j + 1}", samples=3)


MUTANTS = {
    "a ball of radius alpha": {"power": 1},
    "decay at half the rate": {"pull": sympy.Rational(1, 2)},
    "at rest on the ball of one factor": {"rest": -1},
}
