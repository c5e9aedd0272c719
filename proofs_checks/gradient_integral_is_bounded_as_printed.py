r"""FALSE as printed: the integral of the squared gradient is bounded by (f(x_0) - f_oo)/(mu B^(2-q)).

.. math:: \int_0^\infty \|\nabla f(x_t)\|^2\,\mathrm d t \;\le\; \frac{f(x_0) - f_\infty}{\mu\, B^{2-q}}, \qquad \|\nabla f\| \le B

Depth one, R = x^2/2, so mu = 1, and f = c x^2 from x_0: the flow x' = -(2cx)^(q-1) gives the integral in closed form. At q = 1,
c = x_0 = 1 it is 4/3, and the printed bound 1/2. The corrected statement has B^(2-q) in the numerator:
gradient_integral_is_bounded. The two agree at q = 2.

Source: Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, cf. Theorem 4.2, as known from public summaries.
"""

import sympy

from mirrortheory.claims import Claim
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Inequality, Verdict
from mirrortheory.notation import q

CLAIM = Claim(
    "gradient_integral_is_bounded_as_printed",
    r"\int \|\nabla f\|^2 dt \le \frac{f(x_0) - f_\infty}{\mu B^{2-q}}",
    source="arXiv:2603.02064, cf. Theorem 4.2",
    scope="q = 1, 3/2, 2; depth 1; f = c x^2",
    expect=Verdict.REFUTED,
)

c, start, x = sympy.symbols("c x0 x", positive=True)


def check(power=q - 2, exponents=("1", "3/2", "2")):
    on = Domain({c: POSITIVE, start: POSITIVE})
    loss = c * x**2
    slope = sympy.diff(loss, x)
    for exponent in map(sympy.Rational, exponents):
        # dt = -dx/|f'|^(q-1), so the integral over time is one over x.
        integral = sympy.integrate(slope**2 / slope ** (exponent - 1), (x, 0, start))
        bound = loss.subs(x, start) * slope.subs(x, start) ** power.subs(q, exponent)
        yield Inequality(integral, bound, on=on, part=f"q = {exponent}")


CONTROLS = {"corrected power 2 - q": {"power": 2 - q}, "printed, at q = 2": {"exponents": ("2",)}}
