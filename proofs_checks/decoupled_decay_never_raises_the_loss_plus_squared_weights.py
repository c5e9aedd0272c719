r"""FALSE for q < 2: decoupled decay never raises the loss plus alpha/2 times the squared norm of the weights.

.. math:: \frac{\mathrm d}{\mathrm d t}\Bigl(f + \frac\alpha2 \|w\|^2\Bigr)
          = -\sum_i \bigl(\phi_q(g_i) + \alpha w_i\bigr)\bigl(g_i + \alpha w_i\bigr) \le 0, \qquad g_i = \partial_i f

The two factors vanish on different lines, g = phi_p(-alpha w) and g = -alpha w, and between them the sum rises: at q = 3/2, g
= 4, alpha w = -3 at the rate -(2 - 3)(4 - 3) = 1. It holds at q = 2, and for every q under coupled decay, where the two
factors belong together: coupled_decay_is_steepest_descent_of_the_loss_plus_squared_weights. For decoupled decay the penalty is
another power: decoupled_decay_never_raises_a_penalised_loss.
Source: this project.
"""

import sympy

from mirrortheory import Coupled, Decoupled, Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.domain import POSITIVE
from mirrortheory.evidence import Inequality, Verdict
from mirrortheory.notation import q

CLAIM = Claim(
    "decoupled_decay_never_raises_the_loss_plus_squared_weights",
    r"\frac{d}{dt}\Bigl(f + \frac{\alpha}{2} \|w\|^2\Bigr) \le 0",
    topic="decay",
    source="this project",
    scope="1 <= q < 2; alpha > 0; one weight of any model, f' its partial slope",
    expect=Verdict.REFUTED,
)

rate = sympy.Symbol("alpha", positive=True)


def check(exponent=q, decay=Decoupled, conjugate=2):
    flow = Flow(Lq(exponent), Product(1), decay(rate))  # a weight of any model, f' its partial slope
    (w,), below_two = flow.weights, {q: sympy.Interval.Ropen(1, 2)} if exponent == q else {}
    rise = flow.slope * flow.derivative(w) + flow.derivative(rate ** (conjugate - 1) / conjugate * abs(w) ** conjugate)
    on = flow.domain({rate: POSITIVE, **below_two}).where(sympy.Ne(*flow.link_arguments, 0))
    yield Inequality(rise, 0, on=on, part="one weight", samples=40)


CONTROLS = {
    "q = 2": {"exponent": sympy.Integer(2)},
    "coupled": {"decay": Coupled},
    "the power p": {"exponent": sympy.Rational(3, 2), "conjugate": 3},
}
