r"""Through two layers under gradient flow the mirror map is a logarithm far out, with an error that is bounded on both sides.

.. math:: 0 < \frac{\lambda}{4x}\,e^{2 R'(x)} - 1 < \frac{\lambda^2}{16 x^2}, \qquad\text{so}\qquad
          \frac12 \log\frac{4x}{\lambda} < R'(x) < \frac12 \log\frac{4x}{\lambda} + \frac{\lambda^2}{32 x^2}

Along y = R'(x) > 0 with e^(2y) = 1 + t the inverse mirror map makes both differences rational functions of t > 0; x and y are
those of two layers of the flow, with its metric. The middle is 1/(t (2 + t)), below 1/t^2, so that it tends to 0 as t and with
it x tend to infinity, and it lacks 1/(t^2 (2 + t)^2) to the bound.
The last step, on paper, is 0 < log(1 + u) < u for u > 0. The constant 1/32 is that of the expansion at infinity, so it cannot be
made smaller.

Source: this project; Woodworth et al. (2020), arXiv:2002.09277, for the mirror map.
"""

import sympy

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality, Limit
from mirrortheory.potentials.limits import expand
from mirrortheory.theory import X, Y

CLAIM = Claim(
    "mirror_map_of_two_layers_is_logarithmic_far_out",
    r"\frac12 \log\frac{4x}{\lambda} < R'(x) < \frac12 \log\frac{4x}{\lambda} + \frac{\lambda^2}{32 x^2}",
    topic="potentials",
    source="this project; Woodworth et al. (2020), arXiv:2002.09277, for the mirror map",
    scope="depth 2; q = 2; imbalance lam > 0; x > 0 (R' is odd)",
    on_paper=("0 < log(1 + u) < u for u > 0",),
)


def check(scale=4, bound=sympy.Rational(1, 32), power=2):
    lam, t = sympy.symbols("lam t", positive=True)
    on = Domain({lam: POSITIVE, t: POSITIVE})
    flow = Flow(Lq(2), Product(2))
    potential = derive(flow, imbalance=(0, lam)).potential
    y = sympy.log(1 + t) / 2
    x = sympy.factor(potential.inverse_mirror_map.rewrite(sympy.exp).subs(Y, y))
    weights = dict(zip(flow.weights, (t * sympy.sqrt(lam / (1 + t)) / 2, (2 + t) * sympy.sqrt(lam / (1 + t)) / 2), strict=True))
    yield Identity(at(flow.effective, weights), x, on=on, part="x of the weights along the curve")
    yield Identity(at(flow.weights[1] ** 2 - flow.weights[0] ** 2, weights), lam, on=on, part="their imbalance")
    speeds = sympy.Derivative(x, t) / sympy.Derivative(y, t)
    yield Identity(speeds, at(flow.inverse_metric, weights), on=on, part="dx/dy is the inverse metric of the flow")
    excess = lam / (scale * x) * sympy.exp(2 * y) - 1
    middle = 1 / (t * (2 + t))
    yield Identity(excess, middle, on=on, part="excess over the logarithm")
    yield Inequality(0, middle, on=on, part="excess over the logarithm", strict=True)
    yield Limit(sympy.factor(excess), t, sympy.oo, 0, on=on, factor=1, power=power, part="the excess tends to 0")
    yield Identity(2 * bound * lam**2 / x**2 - excess, middle**2, on=on, part="what it lacks to the bound")
    yield Inequality(0, middle**2, on=on, part="what it lacks to the bound", strict=True)
    second = expand(potential, "mirror_map", sympy.oo).terms[1]
    far = Domain({X: POSITIVE, lam: POSITIVE})
    yield Identity(second, bound * lam**2 / X**2, on=far, part="the bound is the second term")


MUTANTS = {
    "half the bound": {"bound": sympy.Rational(1, 64)},
    "twice the bound": {"bound": sympy.Rational(1, 16)},
    "half the scale": {"scale": 2},
    "the excess falls faster": {"power": 3},
}
