r"""Balanced layers with metric exponent m = 1, that is L = p, have the entropy as mirror potential.

.. math:: R(x) = \frac{|x|\log|x| - |x|}{L}, \qquad R''(x) = \frac1{L|x|}, \qquad q = \frac L{L-1}

Each layer has |w_i| = |x|^(1/L), with any signs.

Source: Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, cf. the balanced potentials.
"""

import sympy

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import Named, at
from mirrortheory.domain import POSITIVE
from mirrortheory.evidence import Identity
from mirrortheory.notation import x

CLAIM = Claim(
    "balanced_potential_is_an_entropy_on_the_critical_line",
    r"R(x) = \frac{|x|\log|x| - |x|}{L} \text{ at } q = \frac{L}{L-1}",
    topic="potentials",
    source="arXiv:2603.02064, cf. the balanced potentials",
    scope="depth 2..6 with q = L/(L - 1); every orthant of balanced weights, |x| = x > 0 (R is even)",
)


def check(formula=lambda depth: (x * sympy.log(x) - x) / depth):
    for depth in range(2, 7):
        flow = Flow(Lq(sympy.Rational(depth, depth - 1)), Product(depth))
        on, part = flow.domain({x: POSITIVE}), f"depth {depth}"
        balanced = {w: sympy.sign(w) * x ** sympy.Rational(1, depth) for w in flow.weights}
        potential = derive(flow).potential
        printed, derived = Named(f"R{depth} printed", formula(depth)), Named(f"R{depth}", potential.potential)
        yield Identity(at(sympy.Abs(flow.effective), balanced), x, on=on, part=f"{part}, the image")
        metric = sympy.Derivative(derived, x, x)
        yield Identity(potential.hessian, metric, on=on, part=f"{part}, derived R''")
        yield Identity(metric * at(flow.inverse_metric, balanced), 1, on=on, part=f"{part}, derived R'' of the flow")
        yield Identity(sympy.Derivative(printed, x, x) * depth * x, 1, on=on, part=f"{part}, R''")
        yield Identity(printed, derived, on=on, part=f"{part}, normalised")


MUTANTS = {
    "L forgotten": {"formula": lambda depth: x * sympy.log(x) - x},
    "Burg entropy": {"formula": lambda depth: -sympy.log(x) / depth},
    "linear term forgotten": {"formula": lambda depth: x * sympy.log(x) / depth},
}
