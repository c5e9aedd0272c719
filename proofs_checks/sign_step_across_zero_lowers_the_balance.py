r"""A sign step that carries the smallest layer across zero lowers its balance by twice what it goes beyond zero.

.. math:: w_i^+ = w_i - \eta\operatorname{sign}(\partial_i f), \quad x f' > 0, \quad |w_1| < \eta < |w_j|
          \quad\Longrightarrow\quad |w_j^+| - |w_1^+| = |w_j| - |w_1| - 2\bigl(\eta - |w_1|\bigr)

So a crossing costs less than 2 eta, once and for good: afterwards, while the slope keeps its sign, all layers grow and the
balance is conserved again. In the flow the crossing costs nothing.

Source: this project.
"""

from itertools import product

import sympy

from mirrortheory import Flow, Lq, Product
from mirrortheory.claims import Claim
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity

CLAIM = Claim(
    "sign_step_across_zero_lowers_the_balance",
    r"|w_j^+| - |w_1^+| = |w_j| - |w_1| - 2(\eta - |w_1|)",
    source="this project",
    scope="depth 2..5; every orthant; x f' > 0; |w_1| < eta < |w_j|; and the step after it",
)

smallest, beyond, size = sympy.symbols("s b g", positive=True)


def check(cost=2 * beyond, again=0):
    eta = smallest + beyond
    for depth in range(2, 6):
        flow = Flow(Lq(1), Product(depth))
        rest = sympy.symbols(f"b2:{depth + 1}", positive=True)
        on = Domain(dict.fromkeys((smallest, beyond, size, *rest), POSITIVE))
        sizes = (smallest, *(eta + r for r in rest))
        for signs in product((1, -1), repeat=depth):
            before = [s * a for s, a in zip(signs, sizes, strict=True)]
            slope = size * sympy.Mul(*signs)
            first = moved(flow, before, slope, eta)
            second = moved(flow, first, slope, eta)
            for j in range(1, depth):
                here, there, last = (sympy.Abs(w[j]) - sympy.Abs(w[0]) for w in (before, first, second))
                part = f"depth {depth}, signs {signs}, layers 1 and {j + 1}"
                yield Identity(there, here - cost, on=on, part=part, samples=4)
                yield Identity(last, there - again, on=on, part=f"{part}, the step after", samples=4)


def moved(flow, weights, slope, eta):
    at = dict(zip(flow.weights, weights, strict=True)) | {flow.slope: slope}
    return [sympy.expand(w + eta * v.subs(at)) for w, v in zip(weights, flow.velocity, strict=True)]


MUTANTS = {
    "conserved": {"cost": 0},
    "twice the step": {"cost": 2 * (smallest + beyond)},
    "what it goes beyond": {"cost": beyond},
    "again": {"again": 2 * beyond},
}
