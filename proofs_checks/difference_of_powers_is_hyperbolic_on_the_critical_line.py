r"""At L = p the difference of two L-th powers has a hyperbolic entropy for mirror potential, at every depth.

.. math:: (L-1)(q-1) = 1 \iff q = \frac L{L-1} \iff L = p: \qquad u v \text{ is constant}, \qquad
          R'(x) = L^{-q} \operatorname{asinh}\frac x{2 (u v)^{L/2}}

Depth two is gradient flow and the known case. The line is that of sparsity and stability, sparsity_and_stability_share_a_boundary;
the product of L balanced layers has an entropy there. From any start dx/dt = -phi(f')/R'' for the R'' of this R', with the
constant u v in it. All weights are u = a^(1/L), v = b^(1/L).

Source: this project; Woodworth et al. (2020), arXiv:2002.09277, for depth two.
"""

import sympy

from mirrortheory import Flow, Lq, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import Named, at
from mirrortheory.domain import POSITIVE, REALS, Domain
from mirrortheory.evidence import Identity
from mirrortheory.reparams import PowerDifference
from mirrortheory.theory import Y

CLAIM = Claim(
    "difference_of_powers_is_hyperbolic_on_the_critical_line",
    r"q = \frac{L}{L-1}: \quad R'(x) = L^{-q} \operatorname{asinh}\frac{x}{2 (uv)^{L/2}}",
    topic="potentials",
    source="this project; Woodworth et al. (2020), arXiv:2002.09277, for depth two",
    scope="depth 2..5; q = L/(L-1); the flow from every start; the derived map from (2, 1) and (1/2, 3), all x",
)

x, (a, b, c) = sympy.Symbol("x", real=True), sympy.symbols("a b c", positive=True)


def check(scale=lambda depth, q: depth**q, half=2):
    for depth in map(sympy.Integer, range(2, 6)):
        q, part = depth / (depth - 1), f"depth {depth}"
        flow = Flow(Lq(q), PowerDifference(depth))
        (u, v), on = flow.weights, flow.domain(dict.fromkeys((a, b), POSITIVE))
        dual = Named(f"R' at {part}", sympy.asinh(x / (2 * c ** (depth / half))) / scale(depth, q))  # c is u v
        here, weights = {x: flow.effective, c: u * v}, {u: a ** (1 / depth), v: b ** (1 / depth)}
        yield Identity(flow.derivative(u * v), 0, on=on, part=f"{part}, u v is constant")
        rate = -flow.geometry.link(flow.slope) * flow.inverse_metric
        yield Identity(flow.derivative(flow.effective), rate, on=on, part=f"{part}, rate of x")
        metric = at(sympy.Derivative(dual, x), here) * flow.inverse_metric
        yield Identity(at(metric, weights), 1, on=on, part=f"{part}, R'' of the flow")
        for start in ((sympy.Integer(2), sympy.S.One), (sympy.S.Half, sympy.Integer(3))):
            potential, name = derive(flow, initial=start).potential, f"{part}, from u = {start[0]}, v = {start[1]}"
            derived, product = Named(f"R' {name}", potential.mirror_map.subs(potential.symbol, x)), start[0] * start[1]
            of_x, of_y = Named(f"R {name}", potential.potential.subs(potential.symbol, x)), Named(f"R* {name}", potential.conjugate)
            yield Identity(sympy.Derivative(of_x, x), derived, on=Domain({x: REALS}), part=f"{name}, derived R")
            back = potential.inverse_mirror_map
            yield Identity(sympy.Derivative(of_y, Y), back, on=Domain({Y: REALS}), part=f"{name}, derived R* and x(y)")
            yield Identity(derived, at(dual, {c: product}), on=Domain({x: REALS}), part=f"{name}, derived R'")
            curve = {u: a ** (1 / depth), v: product * a ** (-1 / depth)}
            metric = at(sympy.Derivative(derived, x), here) * flow.inverse_metric
            yield Identity(at(metric, curve), 1, on=on, part=f"{name}, derived R'' of the flow")


MUTANTS = {
    "factor L": {"scale": lambda depth, q: depth},
    "factor L^(q-1)": {"scale": lambda depth, q: depth ** (q - 1)},
    "width (u v)^L": {"half": 1},
}
