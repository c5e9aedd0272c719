r"""At depth two the mirror map is an inverse hyperbolic sine, a square root, or hypergeometric.

.. math:: q = 2:\ R'(x) = \tfrac12 \operatorname{asinh}\tfrac{2x}{\lambda}, \qquad
          q = 1:\ R'(x) = \tfrac12(\sqrt{\lambda^2+4x} - \lambda), \qquad
          R'(x) = \tfrac x\lambda\, {}_2F_1\bigl(\tfrac12, \tfrac1q; 1+\tfrac1q; -\tfrac{4x^q}{\lambda^2}\bigr)

Source: Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, cf. the depth-two theorem; Woodworth et al. (2020) for q = 2.
"""

import sympy

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.claims import Claim
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import lam, q, x

CLAIM = Claim(
    "depth_two_mirror_maps_have_closed_forms",
    r"R'(x) = \tfrac{1}{2}\operatorname{asinh}(2x/\lambda) \text{ at } q = 2",
    source="arXiv:2603.02064, cf. the depth-two theorem; Woodworth et al. (2020)",
    scope="depth 2; q = 1, q = 2, and 1 <= q <= 2 hypergeometric; x > 0 (R' is odd)",
)


def check(inner=2 / lam, shift=lam, third=1 + 1 / q):
    on = Domain({x: POSITIVE, lam: POSITIVE})
    forms = {
        1: (sympy.sqrt(lam**2 + 4 * x) - shift) / 2,
        2: sympy.asinh(inner * x) / 2,
        q: x / lam * sympy.hyper((sympy.S.Half, 1 / q), (third,), -4 * x**q / lam**2),
    }
    for exponent, form in forms.items():
        potential = derive(Flow(Lq(exponent), Product(2)), imbalance=(0, lam)).potential
        everywhere = on.with_ranges({q: sympy.Interval(1, 2)}) if exponent == q else on
        yield Identity(potential.mirror_map, form, on=everywhere, part=f"q = {exponent}, mirror map")
        if exponent != q:
            yield Identity(sympy.diff(form, x), potential.hessian, on=on, part=f"q = {exponent}, its derivative")


MUTANTS = {"asinh(x/lam)": {"inner": 1 / lam}, "not 0 at 0": {"shift": 0}, "other parameter": {"third": 1 + 2 / q}}
