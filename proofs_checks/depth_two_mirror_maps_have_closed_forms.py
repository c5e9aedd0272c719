r"""At depth two the mirror map is an inverse hyperbolic sine, a square root, or hypergeometric.

.. math:: q = 2:\ R'(x) = \tfrac12 \operatorname{asinh}\tfrac{2x}{\lambda}, \qquad
          q = 1:\ R'(x) = \tfrac12(\sqrt{\lambda^2+4x} - \lambda), \qquad
          R'(x) = \tfrac x\lambda\, {}_2F_1\bigl(\tfrac12, \tfrac1q; 1+\tfrac1q; -\tfrac{4x^q}{\lambda^2}\bigr)

The derivative of each form is R'' of the flow, on the curve |w_2|^q - |w_1|^q = lambda. The last form is c Z^b 2F1(1/2, b; b+1;
-Z) with b = 1/q, Z = 4 x^q/lambda^2 and a constant c; its derivative is c b Z^(b-1) (1+Z)^(-1/2) dZ/dx. So is R*(R'(x)) = (x^2/(2
lambda)) 2F1(1/2, 2b; 2b+1; -Z), with x R''.

Source: Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, cf. the depth-two theorem; Woodworth et al. (2020) for q = 2.
"""

import sympy

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import Named, at
from mirrortheory.domain import POSITIVE
from mirrortheory.evidence import Identity
from mirrortheory.notation import lam, q, x

CLAIM = Claim(
    "depth_two_mirror_maps_have_closed_forms",
    r"R'(x) = \tfrac{x}{\lambda}\,{}_2F_1(\tfrac12, \tfrac1q; 1+\tfrac1q; -4x^q/\lambda^2); \quad "
    r"q = 2: \tfrac{1}{2}\operatorname{asinh}(2x/\lambda), \quad q = 1: \tfrac12(\sqrt{\lambda^2+4x} - \lambda)",
    topic="potentials",
    source="arXiv:2603.02064, cf. the depth-two theorem; Woodworth et al. (2020)",
    scope="depth 2; q = 1, q = 2, and 1 <= q <= 2 hypergeometric; every orthant, layer 1 smaller, |x| = x > 0 (R' is odd)",
    on_paper=("the derivative of z^b 2F1(a, b; b+1; z) is b z^(b-1) (1-z)^(-a) (DLMF 15.5.4 and 15.4.6)",),
)

a, d = sympy.symbols("a d", positive=True)


def check(inner=2 / lam, shift=lam, third=1 + 1 / q):
    z, b, c = 4 * x**q / lam**2, third - 1, (lam**2 / 4) ** (1 / q) / lam
    forms = {
        1: (sympy.sqrt(lam**2 + 4 * x) - shift) / 2,
        2: sympy.asinh(inner * x) / 2,
        q: x / lam * sympy.hyper((sympy.S.Half, 1 / q), (third,), -z),
    }
    # Weights a^power, (a + d)^power, whose signs are any, and their imbalance.
    curves = {1: (1, d), 2: (1, d * (2 * a + d)), q: (1 / q, d)}
    for exponent, form in forms.items():
        flow, part, (power, gap) = Flow(Lq(exponent), Product(2)), f"q = {exponent}", curves[exponent]
        on = flow.domain(dict.fromkeys((x, lam, a, d), POSITIVE))
        potential = derive(flow, imbalance=(0, lam)).potential
        derived = Named(f"R' at {part}", potential.mirror_map)
        yield Identity(derived, form, on=on, part=f"{part}, derived R'")
        slope = sympy.Derivative(derived, x)
        if exponent == q:
            yield Identity(x / lam, c * z**b, on=on, part=f"{part}, R' = c Z^b 2F1(..; -Z)")
            slope = c * b * z ** (b - 1) / sympy.sqrt(1 + z) * sympy.Derivative(z, x)
            conjugate = x**2 / (2 * lam) * sympy.hyper((sympy.S.Half, 2 * b), (1 + 2 * b,), -z)
            yield Identity(Named("R*(R')", potential.conjugate_at), conjugate, on=on, part=f"{part}, derived R*(R')")
            yield Identity(x**2 / lam**2, c**2 * z ** (2 * b), on=on, part=f"{part}, R*(R') = lam c^2/2 Z^(2b) 2F1(..; -Z)")
            rate = lam * c**2 / 2 * 2 * b * z ** (2 * b - 1) / sympy.sqrt(1 + z) * sympy.Derivative(z, x)
            yield Identity(rate, x * slope, on=on, part=f"{part}, dR*(R')/dx = x R''")
            yield Identity(Named("R", potential.potential), x * derived - conjugate, on=on, part=f"{part}, derived R")
        weights = {w: sympy.sign(w) * size**power for w, size in zip(flow.weights, (a, a + d), strict=True)}
        metric = at(slope, {x: (a * (a + d)) ** power, lam: gap})
        yield Identity(metric * at(flow.inverse_metric, weights), 1, on=on, part=f"{part}, R'' of the flow")


MUTANTS = {"asinh(x/lam)": {"inner": 1 / lam}, "not 0 at 0": {"shift": 0}, "other parameter": {"third": 1 + 2 / q}}
