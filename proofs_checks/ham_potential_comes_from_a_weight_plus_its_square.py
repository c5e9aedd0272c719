r"""The potential with inverse metric 1 + alpha |x| is that of gradient flow on w + alpha w^2/4.

.. math:: \frac1{R''(x)} = 1 + \alpha |x|, \qquad R(x) = \frac{(1 + \alpha|x|) \log(1 + \alpha|x|) - \alpha|x|}{\alpha^2}, \qquad
          x = w + \frac{\alpha w^2}4, \quad \Bigl(\frac{\mathrm d x}{\mathrm d w}\Bigr)^2 = 1 + \alpha x \quad (w > 0)

This is hyperbolic aware minimization (HAM). The metric is that of the identity plus alpha/2 times that of a balanced mask, 2|x|.
In one coordinate a potential always comes from some reparameterization, dx/dw = (R'')^(-1/2); here it is elementary, continued
oddly to w < 0 with a continuous derivative. The factor is 1; R is even.

Source: Jacobs, Gadhikar, Rubio-Madrigal, Burkholz (2026), arXiv:2506.02630, for the potential; this project for the map.
"""

import sympy

from mirrortheory import Flow, Lq, derive
from mirrortheory.claims import Claim
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import x
from mirrortheory.reparams import Mask, Separable
from mirrortheory.theory import Y

CLAIM = Claim(
    "ham_potential_comes_from_a_weight_plus_its_square",
    r"R'' (1 + \alpha |x|) = 1, \quad R = [(1+\alpha|x|) \log(1+\alpha|x|) - \alpha|x|]/\alpha^2, \quad x = w + \alpha w^2/4",
    source="arXiv:2506.02630 for the potential; this project for the reparameterization",
    scope="q = 2; x > 0; the metric for every alpha > 0, the derived map and Bregman divergence for alpha = 1/2, 1, 3",
)

rate, start = sympy.symbols("alpha x0", positive=True)


def check(quarter=sympy.Rational(1, 4), power=2):
    def potential(value):
        return ((1 + value * x) * sympy.log(1 + value * x) - value * x) / value**power

    on = Domain({x: POSITIVE, rate: POSITIVE})
    yield Identity(sympy.diff(potential(rate), x, 2) * (1 + rate * x), 1, on=on, part="R'' (1 + alpha x) = 1")
    mask = derive(Flow(Lq(2), Mask())).potential.hessian
    yield Identity(1 + rate / 2 / mask, 1 + rate * x, on=on, part="identity plus balanced mask")
    w = sympy.Symbol("w", positive=True)
    for value in map(sympy.Rational, ("1/2", "1", "3")):
        flow = Flow(Lq(2), Separable(w + quarter * value * w**2, (w,)))
        derived, printed = derive(flow), potential(value)
        metric = 1 + value * flow.effective
        yield Identity(derived.inverse_metric, metric, on=flow.domain(), part=f"alpha = {value}, inverse metric")
        # R' is 0 at x = 0 in the printed form, and the charge of w = 0 in the derived one: R differs by an affine term.
        dual = sympy.diff(printed, x) + derived.potential.dual_domain[0]
        image, conjugate = (form.subs(Y, dual) for form in (derived.potential.inverse_mirror_map, derived.potential.conjugate))
        once, both = Domain({x: POSITIVE}), Domain({x: POSITIVE, start: POSITIVE})
        yield Identity(image, x, on=once, part=f"alpha = {value}, mirror map")
        first = x * dual - conjugate - (x * dual.subs(x, start) - conjugate.subs(x, start))
        second = printed - printed.subs(x, start) - sympy.diff(printed, x).subs(x, start) * (x - start)
        yield Identity(first, second, on=both, part=f"alpha = {value}, Bregman divergence")


MUTANTS = {"half the square": {"quarter": sympy.S.Half}, "divided by alpha": {"power": 1}}
