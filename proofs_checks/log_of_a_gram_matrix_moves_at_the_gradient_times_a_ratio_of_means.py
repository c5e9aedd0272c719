r"""Gradient flow on X = U U^T moves log X, in the eigenvectors of X, at -4 S_ij times a quotient of the means of two eigenvalues.

.. math:: \dot U = -2\, S U \quad\Longrightarrow\quad
   \Bigl(P^\top \frac{\mathrm d \log X}{\mathrm dt} P\Bigr)_{ij} = -4\,(P^\top S P)_{ij}\,
   \frac{(\mu_i + \mu_j)/2}{(\mu_i - \mu_j)/(\log \mu_i - \log \mu_j)}, \qquad X = P \operatorname{diag}(\mu) P^\top

S is the symmetric gradient of the loss in X; the quotient is 1 on the diagonal. So where S and X commute the flow is the
mirror flow of the von Neumann entropy :math:`\operatorname{tr}(X \log X - X)`, whose slope is log X: log X moves at -4 S.
Elsewhere it does not, as the arithmetic mean exceeds the logarithmic one; only log det X moves at -4 tr S always.

log X is written in the entries of X by its two eigenvalues, and differentiated in them. Not to be confused with the natural
gradient, which moves the inverse at the gradient for all matrices
(inverse_moves_at_the_gradient_under_the_natural_gradient_of_log_det).
Source: Tsuda et al. (2005) for the entropy; Gunasekar et al. (2017), arXiv:1705.09280, for the flow; this project.
"""

import sympy

from mirrortheory import POSITIVE, REALS, Domain
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.evidence import Exists, Identity
from mirrortheory.notation import matrix, rotation

CLAIM = Claim(
    "log_of_a_gram_matrix_moves_at_the_gradient_times_a_ratio_of_means",
    r"\left(P^\top \tfrac{d}{dt}\log X\, P\right)_{ij} = -4 (P^\top S P)_{ij} \frac{\mu_i + \mu_j}{2}"
    r"\frac{\log\mu_i - \log\mu_j}{\mu_i - \mu_j}, \quad \frac{d}{dt}\log\det X = -4 \operatorname{tr} S",
    topic="matrices",
    source="Tsuda et al. (2005) for the entropy; Gunasekar et al. (2017), arXiv:1705.09280, for the flow; this project",
    scope="2 x 2, U invertible, X with two different eigenvalues; every symmetric S; not -4 S at one S that does not commute",
)
s, t, c0, c1, c2 = sympy.symbols("s t c0 c1 c2", real=True)
low, gap = sympy.symbols("k d", positive=True)  # the eigenvalues are k and k + d
PLACES = ((0, 0), (0, 1), (1, 1))


def check(factor=4, mean=lambda a, b: (a + b) / 2, doubled=2, beside=1):
    u, e, x = matrix("u", 2, 2), sympy.symbols("e11 e12 e22", real=True), sympy.symbols("x11 x12 x22", real=True)
    gram = [(u * u.T)[place] for place in PLACES]
    loss = [e[0], 2 * e[1], e[2]]  # the slopes of the loss in x11, x12 = x21, x22
    speed = {w: -sum(z * sympy.Derivative(y, w) for z, y in zip(loss, gram, strict=True)) for w in u}
    p, mu1, mu2 = rotation(s), low + gap, low
    start, slope = p * sympy.diag(sympy.sqrt(mu1), sympy.sqrt(mu2)) * rotation(t).T, p * sympy.Matrix([[c1, c0], [c0, c2]]) * p.T
    here = dict(zip([*u, *e], [*start, *(slope[place] for place in PLACES)], strict=True))
    of_x, off = p * sympy.diag(mu1, mu2) * p.T, -2 * c0 * (mu1 + mu2)
    moved = p * sympy.Matrix([[-4 * c1 * mu1, off], [off, -4 * c2 * mu2]]) * p.T
    on = Domain(dict.fromkeys((s, t, c0, c1, c2), REALS) | {low: POSITIVE, gap: POSITIVE})
    for y, g, place in zip(x, gram, PLACES, strict=True):
        yield Identity(at(g, here), of_x[place], on=on, part=f"X, {y}", samples=3)
        rate = at(sum(sympy.Derivative(g, w) * v for w, v in speed.items()), here)
        yield Identity(rate, moved[place], on=on, part=f"the velocity of X, {y}", samples=3)
    middle, apart = (x[0] + x[2]) / 2, sympy.sqrt((x[0] - x[2]) ** 2 + 4 * x[1] ** 2) / 2
    high, small = middle + apart, middle - apart
    steep, flat = sympy.log(high) - sympy.log(small), high * sympy.log(small) - small * sympy.log(high)
    logarithm = [(steep * y + (flat if k != 1 else 0)) / (high - small) for k, y in enumerate(x)]
    where = {y: of_x[place] for y, place in zip(x, PLACES, strict=True)}
    ratio = mean(mu1, mu2) * (sympy.log(mu1) - sympy.log(mu2)) / (mu1 - mu2)
    expected = -factor * sympy.Matrix([[c1, c0 * ratio], [c0 * ratio, c2]])
    for value, mu in ((high, mu1), (small, mu2)):
        yield Identity(at(value, where), mu, on=on, part=f"the eigenvalue {mu}", samples=3)
    logs = p * sympy.diag(*(at(sympy.log(value), where) for value in (high, small))) * p.T
    for k, place in enumerate(PLACES):
        yield Identity(at(logarithm[k], where), logs[place], on=on, part=f"log X turns with X, {x[k]}", samples=3)
        slopes = (at(sympy.Derivative(logarithm[k], y), {z: value.subs(s, 0) for z, value in where.items()}) for y in x)
        rate = sum(found * moved[other].subs(s, 0) for found, other in zip(slopes, PLACES, strict=True))
        yield Identity(rate, expected[place], on=on, part=f"log X in the eigenvectors, {x[k]}", samples=3)
    entropy = high * sympy.log(high) - high + small * sympy.log(small) - small
    for k, y in enumerate(x):  # x12 stands twice in X
        slope_of = at(sympy.Derivative(entropy, y), where)
        twice = doubled if k == 1 else 1
        yield Identity(slope_of, twice * at(logarithm[k], where), on=on, part=f"the slope of the entropy in {y}", samples=3)
    everywhere = Domain(dict.fromkeys([*u, *e], REALS), (sympy.Ne(u.det(), 0),))
    rate = sum(sympy.Derivative(2 * sympy.log(abs(u.det())), w) * v for w, v in speed.items())
    yield Identity(rate, -factor * (e[0] + e[2]), on=everywhere, part="log det X")
    found, commuting = (e.subs(c0, beside) for e in (expected[0, 1], -4 * c0))
    free = Domain({v: region for v, region in on.ranges.items() if v in (low, gap)})
    yield Exists(found, commuting, on=free, part="S and X do not commute")


MUTANTS = {
    "at -2 S": {"factor": 2},
    "the geometric mean": {"mean": lambda a, b: sympy.sqrt(a * b)},
    "the slope of the entropy in a letter that stands once": {"doubled": 1},
    "S and X commute": {"beside": 0},
}
