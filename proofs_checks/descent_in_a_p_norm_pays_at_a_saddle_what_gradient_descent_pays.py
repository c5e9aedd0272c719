r"""Descent in the norm of l_p, with steps as long as its own smoothness allows, pays the same at a saddle at every q.

.. math:: \frac{\mathrm d w}{\mathrm d\sigma} = -\|\nabla f\|_q^{2-q}\,\phi_q(\nabla f), \quad
          \Lambda = \max_{\|v\|_p \le 1} \langle \partial x, v\rangle^2 = (1/R'')^{2/q}: \qquad
          \Lambda(x^*)\,\mathrm d\sigma = \frac{u^{-(2 - 2/L)}}{1-u}\,\mathrm d u

for f = (x - x*)^2/2, balanced layers and u = x/x*. q has gone: N from u_0 to 1/2 at the one length 1/Lambda(x*), which is stable at
the target, is that of gradient descent. From depth two on it is at least log(1/(2 u_0)), at depth one log 2 at most. So the finite
cost of m < 1, and "never saddle", belong to a clock in which steps do not shrink with the norm of the gradient.

Not to be confused with the clock of the mirror flow: cost_of_half_the_target_is_an_incomplete_beta_function.
Source: this project.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import q, x

CLAIM = Claim(
    "descent_in_a_p_norm_pays_at_a_saddle_what_gradient_descent_pays",
    r"\Lambda(x^*)\,\mathrm d\sigma = \frac{u^{-(2-2/L)}}{1-u}\,\mathrm d u \text{ at every } q",
    topic="saddles",
    source="this project",
    scope="depth 1..6; 1 <= q <= 2; one coordinate, f = (x - x*)^2/2, balanced positive weights",
    on_paper=(
        "Hoelder's inequality, with equality somewhere, for Lambda",
        "integrals of bounds bound integrals, and u^(-(2-2/L)) >= 1/u for L >= 2",
    ),
)

left, b, z, over = sympy.symbols("r b z v", positive=True)


def check(power=lambda depth: 2 - sympy.Rational(2, depth), scaled=2 - q, smooth=2 / q):
    on = Domain(dict.fromkeys((x, left), POSITIVE) | {q: sympy.Interval(1, 2)})
    target, u = x + left, x / (x + left)
    for depth in range(1, 7):
        flow = Flow(Lq(q), Product(depth))
        pull = at(Derivative((z - b) ** 2 / 2, z), {z: x, b: target})
        norm = (left**q * at(flow.inverse_metric, _balanced(flow, x))) ** (1 / q)  # of the gradient -r dx/dw, in l_q
        speed = norm**scaled * at(flow.derivative(flow.effective), _balanced(flow, x) | {flow.slope: pull})
        largest = at(flow.inverse_metric, _balanced(flow, target)) ** smooth
        density = u ** -power(depth) / (1 - u)
        yield Identity(largest, density * speed / target, on=on, part=f"depth {depth}, Lambda(x*) dsigma")
    below = 1 / (2 + over)  # u in (0, 1/2)
    yield Inequality(1, 1 / (1 - below), on=Domain({over: POSITIVE}), part="at least u^-(2 - 2/L)", strict=True)


def _balanced(flow, place):
    return dict(zip(flow.weights, flow.reparam.lift(place), strict=True))


MUTANTS = {
    "the power m": {"power": lambda depth: q * (1 - sympy.Rational(1, depth))},
    "steps that do not shrink with the gradient": {"scaled": sympy.S.Zero},
    "the smoothness of the mirror flow": {"smooth": sympy.S.One},
}
