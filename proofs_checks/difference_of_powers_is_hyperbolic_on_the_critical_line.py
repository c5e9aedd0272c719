r"""At L = p the difference of two L-th powers has a hyperbolic entropy for mirror potential, at every depth.

.. math:: (L-1)(q-1) = 1 \iff q = \frac L{L-1} \iff L = p: \qquad u v \text{ is constant}, \qquad
          R'(x) = L^{-q} \operatorname{asinh}\frac x{2 (u v)^{L/2}}

Depth two is gradient flow and the known case. The line is that of sparsity and stability, sparsity_and_stability_share_a_boundary;
the product of L balanced layers has an entropy there. From any start y = (log u - log v)/(2 L^(q-1)) has dy/dt = -phi(f') and
2 (u v)^(L/2) sinh(L^q y) is x; sinh is written with exponentials.

Source: this project; Woodworth et al. (2020), arXiv:2002.09277, for depth two.
"""

import sympy

from mirrortheory import Flow, Lq, derive
from mirrortheory.claims import Claim
from mirrortheory.domain import REALS, Domain
from mirrortheory.evidence import Identity
from mirrortheory.reparams import PowerDifference

CLAIM = Claim(
    "difference_of_powers_is_hyperbolic_on_the_critical_line",
    r"q = \frac{L}{L-1}: \quad R'(x) = L^{-q} \operatorname{asinh}\frac{x}{2 (uv)^{L/2}}",
    source="this project; Woodworth et al. (2020), arXiv:2002.09277, for depth two",
    scope="depth 2..5; q = L/(L-1); the derived map from (2, 1) and (1/2, 3), all x; the flow from every start",
)


def check(scale=lambda depth, q: depth**q, half=2):
    for depth in map(sympy.Integer, range(2, 6)):
        q = depth / (depth - 1)
        flow = Flow(Lq(q), PowerDifference(depth))
        (u, v), on = flow.weights, flow.domain()
        yield Identity(flow.derivative(u * v), 0, on=on, part=f"depth {depth}, u v is constant")
        y = (sympy.log(u) - sympy.log(v)) / (2 * depth ** (q - 1))
        yield Identity(flow.derivative(y), -flow.geometry.link(flow.slope), on=on, part=f"depth {depth}, dy/dt = -phi(f')")
        grown = sympy.exp(sympy.expand(sympy.powsimp(scale(depth, q) * y)))
        sinh = (grown - 1 / grown) / 2
        yield Identity(2 * (u * v) ** (depth / half) * sinh, flow.effective, on=on, part=f"depth {depth}, x from y")
        for start in ((sympy.Integer(2), sympy.S.One), (sympy.S.Half, sympy.Integer(3))):
            potential = derive(flow, initial=start).potential
            form = sympy.asinh(potential.symbol / (2 * (start[0] * start[1]) ** (depth / half))) / scale(depth, q)
            part = f"depth {depth}, R' from u = {start[0]}, v = {start[1]}"
            yield Identity(potential.mirror_map, form, on=Domain({potential.symbol: REALS}), part=part)


MUTANTS = {
    "factor L": {"scale": lambda depth, q: depth},
    "factor L^(q-1)": {"scale": lambda depth, q: depth ** (q - 1)},
    "width (u v)^L": {"half": 1},
}
