r"""Two-sided exponentiated gradient is gradient flow on u^2/4 - v^2/4, and a mirror flow of the hyperbolic entropy.

.. math:: x = x_+ - x_-, \quad \dot x_\pm = \mp f'\,x_\pm, \quad x_+ x_- = c^2 \text{ constant}, \qquad
          R''(x) = \frac1{\sqrt{x^2 + 4 c^2}}, \quad R'(x) = \operatorname{asinh}\frac x{2c}

Here x_+ = u^2/4 and x_- = v^2/4, unnormalised. The factor is 1: the quarters make up for the 4 of u^2 - v^2.

Source: Kivinen and Warmuth (1997), doi:10.1006/inco.1996.2612, for the update; Ghai, Hazan, Singer (2020), arXiv:1902.01903;
Amid and Warmuth (2020), arXiv:2002.10487, for one side.
"""

import sympy

from mirrortheory import Flow, Lq, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import Named, at
from mirrortheory.domain import POSITIVE, REALS, Domain
from mirrortheory.evidence import Identity
from mirrortheory.reparams import Separable

CLAIM = Claim(
    "two_sided_exponentiated_gradient_is_a_hyperbolic_mirror_flow",
    r"\dot x_\pm = \mp f' x_\pm, \quad R'(x) = \operatorname{asinh}\frac{x}{2c}, \quad c^2 = x_+ x_-",
    topic="potentials",
    source="Kivinen and Warmuth (1997), doi:10.1006/inco.1996.2612; Ghai, Hazan, Singer (2020), arXiv:1902.01903",
    scope="q = 2; u, v > 0; every start; the derived R' from four starts, all x",
)

x, (c, t) = sympy.Symbol("x", real=True), sympy.symbols("c t", positive=True)


def check(width=4, sides=(-1, 1)):
    u, v = sympy.symbols("u v", positive=True)
    plus, minus = u**2 / 4, v**2 / 4
    flow = Flow(Lq(2), Separable(plus - minus, (u, v)))
    on, dual = flow.domain({t: POSITIVE}), Named("R'", sympy.asinh(x / sympy.sqrt(width * c**2)))
    for name, side, sign in zip(("x+", "x-"), (plus, minus), sides, strict=True):
        yield Identity(flow.derivative(side), sign * flow.slope * side, on=on, part=f"{name} is exponentiated")
    yield Identity(flow.derivative(plus * minus), 0, on=on, part="x+ x- is constant")
    here = {x: flow.effective, c: u * v / 4}
    yield Identity(flow.derivative(at(dual, here)), -flow.slope, on=on, part="mirror flow of R'")
    yield Identity(at(sympy.Derivative(dual, x), here) * flow.inverse_metric, 1, on=on, part="R'' of the flow")
    root = at(sympy.sqrt(x**2 + width * c**2), here)
    yield Identity(flow.inverse_metric, root, on=on, part="inverse metric")
    for weights in ((2, 1), (2, 2), (3, 4), ("1/2", 6)):
        start, part = tuple(map(sympy.Rational, weights)), f"from u = {weights[0]}, v = {weights[1]}"
        derivation, product = derive(flow, initial=start), start[0] * start[1]
        potential = derivation.potential
        derived = Named(f"R' {part}", potential.mirror_map.subs(potential.symbol, x))
        yield Identity(derived, at(dual, {c: product / 4}), on=Domain({x: REALS}), part=f"R' {part}")
        metric = at(sympy.Derivative(derived, x), here) * derivation.inverse_metric
        yield Identity(at(metric, {u: sympy.sqrt(t), v: product / sympy.sqrt(t)}), 1, on=on, part=f"derived R'' of the flow {part}")


MUTANTS = {"c instead of 2 c": {"width": 1}, "both sides alike": {"sides": (-1, -1)}, "signs exchanged": {"sides": (1, -1)}}
