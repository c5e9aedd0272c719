r"""A step of two-sided exponentiated gradient on x_+ - x_- is exactly a mirror step of hyperbolic entropy of squared width x_+ x_-.

.. math:: x_\pm^+ = x_\pm\,e^{\mp\eta g} \;\Longrightarrow\; x_+ x_- = c^2 \text{ is kept}, \qquad
          R'(x^+) = R'(x) - \eta g, \quad R'(x) = \operatorname{asinh} \frac x{2c}

for x = x_+ - x_-, in one step and in any number of them. With s = eta g: R' moves at the rate -1 in s, from R'(x) at s = 0. The
same R' is derived from gradient flow on u^2/4 - v^2/4 (two_sided_exponentiated_gradient_is_a_hyperbolic_mirror_flow). Gradient
descent on that map has the factors (1 -+ s/2)^2 in place of the exponentials, so c^2 shrinks by (1 - s^2/4)^2 a step.

Source: Kivinen and Warmuth (1997), doi:10.1006/inco.1996.2612; Ghai, Hazan, Singer (2020), arXiv:1902.01903.
"""

import sympy
from sympy import Derivative, exp

from mirrortheory import Flow, Lq, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import Named, at
from mirrortheory.domain import POSITIVE, REALS, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import eta
from mirrortheory.reparams import Separable

CLAIM = Claim(
    "two_sided_exponentiated_gradient_step_is_a_mirror_step_of_the_hyperbolic_entropy",
    r"x_\pm^+ = x_\pm e^{\mp\eta g} \Rightarrow R'(x^+) = R'(x) - \eta g, \quad R' = \mathrm{asinh} \frac{x}{2c}, \ c^2 = x_+ x_-",
    topic="discrete",
    source="Kivinen and Warmuth (1997), doi:10.1006/inco.1996.2612; Ghai, Hazan, Singer (2020), arXiv:1902.01903",
    scope="every x_+, x_- > 0, gradient and step; the derived R' from u = 2, v = 1 and from u = v = 2",
    on_paper=("a function that moves at the rate -1 from R'(x) is R'(x) - s", "a step with R'' > 0 minimises eta g z + D_R(z, x)"),
)

plus, minus = sympy.symbols("x_p x_m", positive=True)
z, w, s = sympy.symbols("z w s", real=True)
c = sympy.Symbol("c", positive=True)


def check(up=lambda step: exp(-step), down=exp, width=2):
    on = Domain({plus: POSITIVE, minus: POSITIVE, s: REALS})
    after = plus * up(s), minus * down(s)
    mirror = Named("R'", sympy.asinh(z / (width * c)))
    kept = at(z * w, dict(zip((z, w), after, strict=True)))
    yield Identity(kept, plus * minus, on=on, part="x_+ x_- is kept")
    here = at(mirror, {z: after[0] - after[1], c: sympy.sqrt(plus * minus)})
    yield Identity(Derivative(here, s), -1, on=on, part="R' moves with s")
    yield Identity(at(here, {s: 0}), at(mirror, {z: plus - minus, c: sympy.sqrt(plus * minus)}), on=on, part="from R'(x)")
    yield Inequality(0, Derivative(mirror, z), on=Domain({z: REALS, c: POSITIVE}), part="R'' > 0", strict=True)
    u, v = sympy.symbols("u v", positive=True)
    flow = Flow(Lq(2), Separable(u**2 / 4 - v**2 / 4, (u, v)))
    for first, second in ((2, 1), (2, 2)):
        potential = derive(flow, initial=(sympy.Integer(first), sympy.Integer(second))).potential
        derived = Named(f"R' from {first}, {second}", potential.mirror_map.subs(potential.symbol, z))
        told = at(mirror, {c: sympy.Rational(first * second, 4)})
        yield Identity(derived, told, on=Domain({z: REALS}), part=f"u = {first}, v = {second}, R'")
    step = [e + eta * flow.derivative(e) for e in (u, v)]
    both = flow.domain({eta: POSITIVE})
    shrunk = step[0] ** 2 * step[1] ** 2 / 16
    factor = (1 - (eta * flow.slope) ** 2 / 4) ** 2
    yield Identity(shrunk, u**2 * v**2 / 16 * factor, on=both, part="squared width under gradient descent")


MUTANTS = {
    "both sides alike": {"down": lambda step: exp(-step)},
    "gradient descent": {"up": lambda step: (1 - step / 2) ** 2, "down": lambda step: (1 + step / 2) ** 2},
    "c instead of 2 c": {"width": 1},
}
