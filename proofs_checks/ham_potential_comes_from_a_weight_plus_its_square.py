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
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import Named, at
from mirrortheory.domain import NONZERO, POSITIVE, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import x
from mirrortheory.reparams import Mask, Separable

CLAIM = Claim(
    "ham_potential_comes_from_a_weight_plus_its_square",
    r"R'' (1 + \alpha |x|) = 1, \quad R = [(1+\alpha|x|) \log(1+\alpha|x|) - \alpha|x|]/\alpha^2, \quad x = w + \alpha w^2/4",
    topic="potentials",
    source="arXiv:2506.02630 for the potential; this project for the reparameterization",
    scope="q = 2; x > 0; R'' for every alpha > 0, the flow and its derived potential for alpha = 1/2, 1, 3",
)

rate, start = sympy.symbols("alpha x0", positive=True)


def check(quarter=sympy.Rational(1, 4), power=2):
    def potential(value):
        return ((1 + value * x) * sympy.log(1 + value * x) - value * x) / value**power

    on = Domain({x: POSITIVE, rate: POSITIVE})
    yield Identity(sympy.Derivative(potential(rate), x, x) * (1 + rate * x), 1, on=on, part="R'' (1 + alpha x) = 1")
    mask, (m, w) = Flow(Lq(2), Mask()), Mask().weights
    balanced, here = {m: sympy.sqrt(x), w: sympy.sqrt(x)}, on.with_ranges({m: NONZERO, w: NONZERO})
    yield Identity(1 + rate / 2 * at(mask.inverse_metric, balanced), 1 + rate * x, on=here, part="identity plus balanced mask")
    w = sympy.Symbol("w", positive=True)
    for value in map(sympy.Rational, ("1/2", "1", "3")):
        flow, part = Flow(Lq(2), Separable(w + quarter * value * w**2, (w,))), f"alpha = {value}"
        every = flow.domain({x: POSITIVE, start: POSITIVE})
        printed, derived = Named(f"R, {part}", potential(value)), Named(f"R derived, {part}", derive(flow).potential.potential)
        yield Identity(flow.inverse_metric, 1 + value * flow.effective, on=every, part=f"{part}, inverse metric")
        rates = {f"{name} R": at(sympy.Derivative(r, x), {x: flow.effective}) for name, r in (("", printed), ("derived ", derived))}
        for name, dual in rates.items():
            yield Identity(
                flow.derivative(dual), -flow.slope, on=every, part=f"{part}, mirror flow of the {name}".replace("  ", " ")
            )
        first, second = (r - at(r, {x: start}) - at(sympy.Derivative(r, x), {x: start}) * (x - start) for r in (derived, printed))
        yield Identity(first, second, on=every, part=f"{part}, Bregman divergence")


MUTANTS = {"half the square": {"quarter": sympy.S.Half}, "divided by alpha": {"power": 1}}
