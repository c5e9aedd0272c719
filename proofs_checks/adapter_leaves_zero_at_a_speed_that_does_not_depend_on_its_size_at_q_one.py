r"""A low-rank adapter B A with B = 0 leaves at a speed of order |A|^(q-1): at q = 1 it does not depend on the size of A.

.. math:: X = W_0 + B A,\ B = 0: \qquad \dot A = 0, \quad \dot B = -\Phi_q(C A^\top), \qquad
   \Phi_q(\tau\, C A^\top) = \tau^{q-1}\, \Phi_q(C A^\top)

for the entrywise and the spectral link. C is the gradient of the loss in X. At A = B = 0 the loss has a strict saddle with
curvature plus and minus each singular value of C. From B = 0, A = eps along a pair of singular vectors, sigma the singular
value, gradient flow takes :math:`\operatorname{asinh}(2x/\varepsilon^2)/(2\sigma)` to make the adapter x there, and sign or
spectral flow at q = 1 b with b (b + eps) = x, at most sqrt(x): the first time grows without bound as eps vanishes.

Source: Hu et al. (2022), arXiv:2106.09685, for adapters that start at B = 0; this project.
"""

import sympy

from mirrortheory import NONZERO, POSITIVE, REALS, Domain
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.evidence import Identity, Inequality, Spectrum
from mirrortheory.notation import matrix, q, rotation

CLAIM = Claim(
    "adapter_leaves_zero_at_a_speed_that_does_not_depend_on_its_size_at_q_one",
    r"B = 0:\ \dot A = 0,\ \dot B = -\Phi_q(C A^\top),\ \Phi_q(\tau C A^\top) = \tau^{q-1}\Phi_q(C A^\top); \quad"
    r" \nabla^2 f(0, 0) \text{ has eigenvalues } \pm\sigma_i(C)",
    topic="matrices",
    source="Hu et al. (2022), arXiv:2106.09685, for adapters that start at B = 0; this project",
    scope="B 2 x r, A r x 2, r = 1, 2 for the gradients; every q in [1, 2] for the entrywise link, for the spectral one at r = 1;"
    " the saddle: r = 1, C with two singular values; times: along one pair of singular vectors, q = 1 and 2",
    on_paper=("the spectral link of a column is its quotient by its length to the power 2 - q",),
)
s, t = sympy.symbols("s t", real=True)
tau, low, gap, b, eps, sigma = sympy.symbols("tau k d b epsilon sigma", positive=True)


def check(degree=q - 1, both=1, clock=lambda x: sympy.asinh(2 * x / eps**2) / (2 * sigma)):
    for r in (1, 2):
        up, down, frozen, c = matrix("b", 2, r), matrix("a", r, 2), matrix("w", 2, 2), matrix("c", 2, 2)
        outputs, zero = list(frozen + up * down), dict.fromkeys(up, sympy.S.Zero)
        on = Domain(dict.fromkeys([*down, *c, *frozen], REALS))
        for name, factor, expected in (("A", down, sympy.zeros(r, 2)), ("B", up, c * down.T)):
            for w, e in zip(factor, expected, strict=True):
                slope = sum(z * sympy.Derivative(x, w) for z, x in zip(c, outputs, strict=True) if x.has(w))
                yield Identity(at(slope, zero), both * e, on=on, part=f"r = {r}, the gradient in {name}, {w}", samples=3)
    g1, g2 = sympy.symbols("g1 g2", real=True)
    on = Domain({g1: NONZERO, g2: NONZERO, tau: POSITIVE, q: sympy.Interval(1, 2)})
    links = {"entrywise": sympy.sign(g1) * abs(g1) ** (q - 1), "spectral": g1 * sympy.sqrt(g1**2 + g2**2) ** (q - 2)}
    for name, link in links.items():
        yield Identity(at(link, {g1: tau * g1, g2: tau * g2}), tau**degree * link, on=on, part=f"{name}, of degree q - 1")
    c = rotation(s) * sympy.diag(low + gap, low) * rotation(t).T  # C = P sigma Q^T
    up, down = matrix("b", 2, 1), matrix("a", 1, 2)
    letters = [*up, *down]
    loss, origin = sum(z * x for z, x in zip(c, up * down, strict=True)), dict.fromkeys(letters, sympy.S.Zero)
    on = Domain({s: REALS, t: REALS, low: POSITIVE, gap: POSITIVE})
    hessian = [[at(sympy.Derivative(loss, *sorted((v, w), key=str)), origin) for w in letters] for v in letters]
    for i, value in enumerate((low + gap, low)):
        for sign in (1, -1):
            vector = [*rotation(s)[:, i], *(sign * rotation(t)[:, i])]
            part = f"the saddle, curvature {'+' if sign > 0 else '-'} sigma {i + 1}"
            yield Spectrum(hessian, on=on, sign=sign, vector=vector, value=sign * value, part=part)
    on = Domain({b: POSITIVE, eps: POSITIVE, sigma: POSITIVE})
    x = sympy.Symbol("x", real=True)
    w = 1 + low  # a^2 - b^2 = eps^2 stays, and x' = a' b + a b' with each factor moved by sigma times the other
    long, short = eps * (w + 1 / w) / 2, eps * (w - 1 / w) / 2
    moving = at(sympy.Derivative(clock(x), x), {x: long * short}) * sigma * (long**2 + short**2)
    grown = Domain({low: POSITIVE, eps: POSITIVE, sigma: POSITIVE})
    yield Identity(moving, 1, on=grown, part="the time of gradient flow")
    yield Identity(clock(sympy.S.Zero), 0, on=on, part="the time of gradient flow at B = 0")
    yield Identity(
        sympy.Derivative(b * (b + eps), b), b + (b + eps), on=on, part="at q = 1 the adapter b (b + eps) moves by both factors"
    )
    yield Inequality(b**2, b * (b + eps), on=on, part="at q = 1 the square of the time is below x", strict=True)


MUTANTS = {
    "of degree q": {"degree": q},
    "of degree one": {"degree": 1},
    "twice the gradient": {"both": 2},
    "half the time": {"clock": lambda x: sympy.asinh(2 * x / eps**2) / (4 * sigma)},
}
