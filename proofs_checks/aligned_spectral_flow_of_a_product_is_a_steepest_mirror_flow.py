r"""In aligned bases X = U V follows a steepest mirror flow of its singular values, with the mirror map of two layers of numbers.

.. math:: X = P \operatorname{diag}(x) R^\top,\ C = P \operatorname{diag}(c) R^\top: \qquad
   \dot X = -P \operatorname{diag}\Bigl(\sqrt{\lambda_i^2 + 4 |x_i|^q}\, \varphi_q(c_i)\Bigr) R^\top, \qquad
   \frac{\mathrm d}{\mathrm dt} P \operatorname{diag}(R'(x)) R^\top = -\Phi_q(C)

with :math:`\lambda_i = |a_i|^q - |b_i|^q` from U = P a Q^T, V = Q b R^T. At q = 2
:math:`R'(x) = \tfrac12 \operatorname{asinh}(2x/\lambda)`: the hyperbolic entropy acts on singular values, as in spectral
hypentropy if all lambda_i are one. At q = 1 (Muon)
:math:`R'(x) = \tfrac12 \operatorname{sign}(x) (\sqrt{\lambda^2 + 4 |x|} - \lambda)`.

P, Q, R stay (aligned_factors_move_as_numbers_under_spectral_flow), while the gradient keeps the bases P and R.
Source: Ghai, Hazan and Singer (2020), arXiv:1902.01903, for spectral hypentropy; this project.
"""

import sympy

from mirrortheory import NONZERO, POSITIVE, REALS, Domain, Lq
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.evidence import Identity
from mirrortheory.notation import matrix, q, rotation

CLAIM = Claim(
    "aligned_spectral_flow_of_a_product_is_a_steepest_mirror_flow",
    r"\dot X = -P \operatorname{diag}\left(\sqrt{\lambda_i^2 + 4|x_i|^q}\,\varphi_q(c_i)\right) R^\top, \quad"
    r" \frac{d}{dt} P \operatorname{diag}(R'(x)) R^\top = -\Phi_q(C)",
    topic="matrices",
    source="Ghai, Hazan and Singer (2020), arXiv:1902.01903, for spectral hypentropy; this project",
    scope="2 x 2; every q in [1, 2] for the velocity of X; the mirror maps at q = 1 and 2, for |a| > |b|; a, b, c not 0",
    on_paper=("Phi_q(P x Q^T) = P phi_q(x) Q^T for diagonal x: the definition, spectral_link_is_the_slope_of_a_schatten_norm",),
)
s, t, v, x, lam = sympy.symbols("s t v x lam", real=True)
low, gap = sympy.symbols("k d", positive=True)


def link(e, exponent=q):
    return Lq(exponent).link(e)


def check(four=4, hyperbolic=sympy.asinh(2 * x / lam) / 2, linear=(sympy.sqrt(lam**2 + 4 * x) - lam) / 2):
    p, m, r = rotation(s), rotation(t), rotation(v)
    a, b, c = (sympy.symbols(f"{name}1 {name}2", real=True) for name in "abc")
    u, w = matrix("u", 2, 2), matrix("w", 2, 2)
    here = dict(zip([*u, *w], [*(p * sympy.diag(*a) * m.T), *(m * sympy.diag(*b) * r.T)], strict=True))
    moved = [*(-p * sympy.diag(*(link(c[i] * b[i]) for i in range(2))) * m.T)]
    moved += [*(-m * sympy.diag(*(link(c[i] * a[i]) for i in range(2))) * r.T)]
    on = Domain(dict.fromkeys((s, t, v), REALS) | dict.fromkeys((*a, *b, *c), NONZERO) | {q: sympy.Interval(1, 2)})
    speed = [abs(y) ** q + abs(z) ** q for y, z in zip(a, b, strict=True)]
    expected = -p * sympy.diag(*(size * link(e) for size, e in zip(speed, c, strict=True))) * r.T
    for k, output in enumerate(u * w):
        moving = sum(sympy.Derivative(output, z) * e for z, e in zip([*u, *w], moved, strict=True) if output.has(z))
        yield Identity(at(moving, here), expected[k], on=on, part=f"the velocity of X, entry {k // 2 + 1}, {k % 2 + 1}", samples=3)
    large, small = abs(a[0]) ** q, abs(b[0]) ** q
    metric = (large - small) ** 2 + four * abs(a[0] * b[0]) ** q
    yield Identity(speed[0] ** 2, metric, on=on, part="the inverse metric, by lambda and x")
    e = sympy.Symbol("e", real=True)
    wide, on = low + gap, Domain({low: POSITIVE, gap: POSITIVE, e: NONZERO})  # sizes of a and b
    for exponent, mirror in ((2, hyperbolic), (1, linear)):
        for sign in (1, -1) if exponent == 2 else (1,):
            values = {x: sign * wide * low, lam: wide**exponent - low**exponent}
            rate = -(wide**exponent + low**exponent) * link(e, exponent)  # of x
            moving = at(sympy.Derivative(mirror, x), values) * rate
            yield Identity(
                moving, -link(e, exponent), on=on, part=f"q = {exponent}, x of sign {sign}, the mirror map moves by the link"
            )
    size = Domain({x: NONZERO, lam: POSITIVE})
    odd = sympy.sign(x) * at(linear, {x: abs(x)})
    yield Identity(at(odd, {x: -x}), -odd, on=size, part="q = 1, the mirror map is odd")


MUTANTS = {
    "2 in place of 4": {"four": 2},
    "asinh(x/lam)": {"hyperbolic": sympy.asinh(x / lam) / 2},
    "the conjugate of q = 1 without the half": {"linear": sympy.sqrt(lam**2 + 4 * x) - lam},
}
