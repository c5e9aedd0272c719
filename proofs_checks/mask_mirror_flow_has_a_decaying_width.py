r"""Weight decay on a mask and its weight gives a hyperbolic entropy whose width shrinks at four times the rate.

.. math:: \dot m = -f' w - 2\alpha m, \quad \dot w = -f' m - 2\alpha w: \qquad
          \frac{\mathrm d}{\mathrm d t} R_{a_t}'(x_t) = -f'(x_t), \quad x = m w,

          R_a(x) = \tfrac12\Bigl[x \operatorname{asinh}\tfrac xa - \sqrt{x^2 + a^2} - x \log\tfrac{u_0}{v_0}\Bigr], \quad
          u_0, v_0 = \tfrac12 (m_0 \pm w_0), \quad a_t = 2 u_0 v_0\, e^{-4 \int_0^t \alpha}

Here x = u^2 - v^2, R_{a_0}'(x_0) = 0, and asinh z is written as log(z + sqrt(z^2 + 1)). The derived potential for m^2 - w^2 = 2a
has the same second derivative, with factor 1. The printed constants fail: mask_mirror_flow_has_a_decaying_width_as_printed.
Checked at one time, which may be any.

Source: this project, correcting Jacobs and Burkholz (2024), arXiv:2408.09966 (v1).
"""

import sympy

from mirrortheory import Decoupled, Flow, Lq, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import Named, at
from mirrortheory.domain import NONNEGATIVE, NONZERO, POSITIVE, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import alpha, lam, slope, x
from mirrortheory.reparams import Mask

CLAIM = Claim(
    "mask_mirror_flow_has_a_decaying_width",
    r"\frac{d}{dt} R_{a_t}'(x_t) = -f', \quad u_0, v_0 = (m_0 \pm w_0)/2, \quad a_t = 2 u_0 v_0 e^{-4 \int \alpha}",
    topic="decay",
    source="this project, correcting arXiv:2408.09966 (v1)",
    scope="gradient flow; alpha >= 0; m > |w|, so that a > 0 and the logarithm is defined",
    on_paper=("a linear equation, da/dt = -4 alpha a, has one solution",),
)

width, u, v, u0, v0, d = sympy.symbols("a u v u0 v0 d", positive=True)
decay = sympy.Symbol("delta", nonnegative=True)
signed = sympy.Symbol("z", real=True)


def check(norm=2, rate=4):
    flow = Flow(Lq(2), Mask(), Decoupled(decay))
    m, w = flow.weights
    asinh = sympy.log(signed / width + sympy.sqrt((signed / width) ** 2 + 1))
    potential = Named("R_a", (signed * asinh - sympy.sqrt(signed**2 + width**2) - signed * sympy.log(u0 / v0)) / 2)
    dual, a = sympy.Derivative(potential, signed), Named("a", 2 * ((m + w) / norm) * ((m - w) / norm))
    weights = {m: u + v, w: u - v}  # u, v > 0 are all m > |w|
    here = weights | {decay: 2 * alpha}
    curve = {signed: at(flow.effective, weights), width: u * v * sympy.Rational(8) / norm**2}
    on = Domain(dict.fromkeys((u, v, u0, v0), POSITIVE) | {slope: NONZERO, alpha: NONNEGATIVE})
    yield Identity(at(a, weights), curve[width], on=on, part="a of the weights")
    moved = at(sympy.Derivative(dual, signed), curve) * at(flow.derivative(flow.effective), here)
    widened = at(sympy.Derivative(dual, width), curve) * -rate * alpha * curve[width]
    yield Identity(moved + widened, -slope, on=on, part="d/dt R_a'(x) = -f'")
    everywhere = flow.domain({alpha: NONNEGATIVE})
    yield Identity(at(flow.derivative(a), {decay: 2 * alpha}), -rate * alpha * a, on=everywhere, part="decay of a")
    yield Identity(at(dual, curve | {u0: u, v0: v}), 0, on=on, part="R_a'(x_0) = 0")
    derived = derive(Flow(Lq(2), Mask()), imbalance=(0, lam)).potential.potential
    metric = at(sympy.Derivative(derived, x, x), {x: d * (2 * v + d), lam: 4 * v * (v + d)})
    printed = at(at(sympy.Derivative(dual, signed), curve), {u: v + d})
    apart = Domain({v: POSITIVE, d: POSITIVE, u0: POSITIVE, v0: POSITIVE})
    yield Identity(metric, printed, on=apart, part="R'' derived, x > 0, m^2 - w^2 = lam = 4 u v")


MUTANTS = {"printed norm": {"norm": sympy.sqrt(2)}, "printed rate": {"rate": 2}, "m, w themselves": {"norm": 1}}
