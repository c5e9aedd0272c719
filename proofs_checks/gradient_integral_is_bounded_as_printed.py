r"""FALSE as printed: the integral of the squared gradient is bounded by (f(x_0) - f_oo)/(mu B^(2-q)).

.. math:: \int_0^\infty \|\nabla f(x_t)\|^2\,\mathrm d t \;\le\; \frac{f(x_0) - f_\infty}{\mu\, B^{2-q}}, \qquad \|\nabla f\| \le B

Depth one, where mu = 1, and f = c x^2 from x_0: the integral of f'^2 over the time that is left is I(x), with

.. math:: I'(x)\, \dot x = -f'(x)^2, \quad I(0) = 0, \qquad I(x) = \frac{(2 c x)^{4-q}}{2 c (4-q)}.

At q = 1, c = x_0 = 1 it is 4/3, and the printed bound 1/2. The corrected statement has B^(2-q) in the numerator:
gradient_integral_is_bounded. The two agree at q = 2.

Source: Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, cf. Theorem 4.2, as known from public summaries.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality, Verdict
from mirrortheory.notation import q

CLAIM = Claim(
    "gradient_integral_is_bounded_as_printed",
    r"\int \|\nabla f\|^2 dt \le \frac{f(x_0) - f_\infty}{\mu B^{2-q}}",
    topic="saddles",
    source="arXiv:2603.02064, cf. Theorem 4.2",
    scope="q = 1, 3/2, 2; depth 1; f = c x^2",
    expect=Verdict.REFUTED,
)

c, x = sympy.symbols("c x", positive=True)


def check(power=q - 2, exponents=("1", "3/2", "2")):
    on = Domain({c: POSITIVE, x: POSITIVE})
    loss = c * x**2
    slope = Derivative(loss, x)
    for exponent in map(sympy.Rational, exponents):
        flow, part = Flow(Lq(exponent), Product(1)), f"q = {exponent}"
        (w,) = flow.weights
        yield Identity(flow.inverse_metric, 1, on=flow.domain(), part=f"{part}, mu = 1")
        integral = (2 * c * x) ** (4 - exponent) / (2 * c * (4 - exponent))
        velocity = at(flow.derivative(w), {w: x, flow.slope: 2 * c * x})
        yield Identity(slope, 2 * c * x, on=on, part=f"{part}, slope of the loss")
        yield Identity(Derivative(integral, x) * velocity, -(slope**2), on=on, part=f"{part}, I' dx/dt = -f'^2")
        yield Inequality(integral, loss * slope ** power.subs(q, exponent), on=on, part=f"{part}, bound")


CONTROLS = {"corrected power 2 - q": {"power": 2 - q}, "printed, at q = 2": {"exponents": ("2",)}}
