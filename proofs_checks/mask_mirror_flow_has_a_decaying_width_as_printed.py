r"""FALSE as printed: the width of the mask's mirror flow is 2 u_0 v_0 exp(-2 int alpha) with u_0, v_0 = (m_0 +- w_0)/sqrt 2.

.. math:: \dot m = -f' w - 2\alpha m, \quad \dot w = -f' m - 2\alpha w: \qquad
          \frac{\mathrm d}{\mathrm d t} R_{a_t}'(x_t) = -f'
          \\
          R_a(x) = \tfrac12\Bigl[x \operatorname{asinh}\tfrac xa - \sqrt{x^2 + a^2} - x \log\tfrac{u_0}{v_0}\Bigr]

Two constants are off, each by a factor 2, and either alone refutes it. With that norm m w = (u^2 - v^2)/2, so the width is u v and
not 2 u v, even without decay, and R_{a_0}'(x_0) is not 0, which the linear term is there for. And u v decays as m^2 - w^2 does,
like exp(-4 int alpha). At m = 2, w = 1, f' = 1, alpha = 0 the left side is -5/(2 sqrt 13), not -1. The corrected statement, with
u_0, v_0 = (m_0 +- w_0)/2, is mask_mirror_flow_has_a_decaying_width.

Source: Jacobs and Burkholz (2024), arXiv:2408.09966 (v1).
"""

import sympy

from mirrortheory import Decoupled, Flow, Lq
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import Named, at
from mirrortheory.domain import NONNEGATIVE, NONZERO, POSITIVE, Domain
from mirrortheory.evidence import Identity, Verdict
from mirrortheory.notation import alpha, slope
from mirrortheory.reparams import Mask

CLAIM = Claim(
    "mask_mirror_flow_has_a_decaying_width_as_printed",
    r"\frac{d}{dt} R_{a_t}'(x_t) = -f', \quad u_0, v_0 = (m_0 \pm w_0)/\sqrt 2, \quad a_t = 2 u_0 v_0 e^{-2 \int \alpha}",
    topic="decay",
    source="Jacobs and Burkholz (2024), arXiv:2408.09966 (v1), as known from public summaries",
    scope="gradient flow; alpha >= 0; m > |w|",
    expect=Verdict.REFUTED,
)

width, u, v, u0, v0 = sympy.symbols("a u v u0 v0", positive=True)
decay = sympy.Symbol("delta", nonnegative=True)
signed = sympy.Symbol("x", real=True)


def check(norm=sympy.sqrt(2), rate=2, alpha=alpha):
    flow = Flow(Lq(2), Mask(), Decoupled(decay))
    m, w = flow.weights
    asinh = sympy.log(signed / width + sympy.sqrt((signed / width) ** 2 + 1))
    potential = Named("R_a", (signed * asinh - sympy.sqrt(signed**2 + width**2) - signed * sympy.log(u0 / v0)) / 2)
    dual, a = sympy.Derivative(potential, signed), 2 * ((m + w) / norm) * ((m - w) / norm)
    weights = {m: u + v, w: u - v}  # u, v > 0 are all m > |w|
    here = weights | {decay: 2 * alpha}
    curve = {signed: at(flow.effective, weights), width: u * v * sympy.Rational(8) / norm**2}
    on = Domain(dict.fromkeys((u, v, u0, v0), POSITIVE) | {slope: NONZERO} | dict.fromkeys(alpha.free_symbols, NONNEGATIVE))
    moved = at(sympy.Derivative(dual, signed), curve) * at(flow.derivative(flow.effective), here)
    widened = at(sympy.Derivative(dual, width), curve) * -rate * alpha * at(a, weights)
    yield Identity(moved + widened, -slope, on=on, part="d/dt R_a'(x) = -f'")
    yield Identity(at(dual, curve | {u0: u, v0: v}), 0, on=on, part="R_a'(x_0) = 0")


CONTROLS = {"corrected": {"norm": 2, "rate": 4}, "norm corrected, no decay": {"norm": 2, "alpha": sympy.S.Zero}}
