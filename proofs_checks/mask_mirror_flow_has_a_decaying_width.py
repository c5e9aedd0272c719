r"""Weight decay on a mask and its weight gives a hyperbolic entropy whose width shrinks at four times the rate.

.. math:: \dot m = -f' w - 2\alpha m, \quad \dot w = -f' m - 2\alpha w: \qquad
          \frac{\mathrm d}{\mathrm d t} R_{a_t}'(x_t) = -f'(x_t), \quad x = m w,

          R_a(x) = \tfrac12\Bigl[x \operatorname{asinh}\tfrac xa - \sqrt{x^2 + a^2} - x \log\tfrac{u_0}{v_0}\Bigr], \quad
          u_0, v_0 = \tfrac12 (m_0 \pm w_0), \quad a_t = 2 u_0 v_0\, e^{-4 \int_0^t \alpha}

Here x = u^2 - v^2 and R_{a_0}'(x_0) = 0. The derived potential for m^2 - w^2 = 2a has the same second derivative, with factor 1.
The printed constants fail: mask_mirror_flow_has_a_decaying_width_as_printed. Checked at one time, which may be any.

Source: this project, correcting Jacobs and Burkholz (2024), arXiv:2408.09966 (v1).
"""

import sympy

from mirrortheory import Decoupled, Flow, Lq, derive
from mirrortheory.claims import Claim
from mirrortheory.domain import NONNEGATIVE, NONZERO, POSITIVE, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import alpha, lam, slope, x
from mirrortheory.reparams import Mask

CLAIM = Claim(
    "mask_mirror_flow_has_a_decaying_width",
    r"\frac{d}{dt} R_{a_t}'(x_t) = -f', \quad u_0, v_0 = (m_0 \pm w_0)/2, \quad a_t = 2 u_0 v_0 e^{-4 \int \alpha}",
    source="this project, correcting arXiv:2408.09966 (v1)",
    scope="gradient flow; alpha >= 0; m > |w|, so that a > 0 and the logarithm is defined",
)

width, u, v, u0, v0 = sympy.symbols("a u v u0 v0", positive=True)
decay = sympy.Symbol("d", nonnegative=True)
signed = sympy.Symbol("x", real=True)


def check(norm=2, rate=4):
    flow = Flow(Lq(2), Mask(), Decoupled(decay))
    m, w = flow.weights
    potential = (signed * sympy.asinh(signed / width) - sympy.sqrt(signed**2 + width**2) - signed * sympy.log(u0 / v0)) / 2
    dual = sympy.diff(potential, signed)
    a = 2 * ((m + w) / norm) * ((m - w) / norm)
    here = {m: u + v, w: u - v}  # u, v > 0 are all m > |w|
    on = Domain({u: POSITIVE, v: POSITIVE, slope: NONZERO, alpha: NONNEGATIVE})
    velocity = flow.derivative(flow.effective).subs(decay, 2 * alpha)
    at = {signed: flow.effective.subs(here), width: a.subs(here)}
    change = sympy.diff(dual, signed).subs(at) * velocity.subs(here) - sympy.diff(dual, width).subs(at) * rate * alpha * at[width]
    yield Identity(change, -slope, on=on, part="d/dt R_a'(x) = -f'")
    decayed, everywhere = flow.derivative(a).subs(decay, 2 * alpha), flow.domain({alpha: NONNEGATIVE})
    yield Identity(decayed, -rate * alpha * a, on=everywhere, part="decay of a")
    starts = Domain({u: POSITIVE, v: POSITIVE})
    at_start = at | {u0: u, v0: v}
    yield Identity(dual.rewrite(sympy.log).subs(at_start), 0, on=starts, part="R_a'(x_0) = 0")
    derived = derive(Flow(Lq(2), Mask()), imbalance=(0, lam)).potential.hessian
    printed = sympy.diff(dual, signed).subs({signed: x, width: 2 * lam / norm**2})
    yield Identity(derived, printed, on=Domain({x: POSITIVE, lam: POSITIVE}), part="R'' derived, m^2 - w^2 = lam")


MUTANTS = {"printed norm": {"norm": sympy.sqrt(2)}, "printed rate": {"rate": 2}, "m, w themselves": {"norm": 1}}
