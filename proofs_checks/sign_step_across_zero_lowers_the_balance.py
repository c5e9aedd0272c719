r"""A sign step that carries the smallest layer across zero lowers its balance by twice what it goes beyond zero.

.. math:: w_i^+ = w_i - \eta\operatorname{sign}(\partial_i f), \quad x f' > 0, \quad |w_1| < \eta < |w_j|
          \quad\Longrightarrow\quad |w_j^+| - |w_1^+| = |w_j| - |w_1| - 2\bigl(\eta - |w_1|\bigr)

So a crossing costs less than 2 eta, once and for good: afterwards, while the slope keeps its sign, all layers grow and the
balance is conserved again (checked for the next step). The step is one of the sign flow, w + eta dw/dt, with |w_1| = s,
eta = s + b and w_j = sign(v_j)(eta + |v_j|): each statement is about every orthant at once.

Source: this project.
"""

import sympy

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONZERO, POSITIVE, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import eta

CLAIM = Claim(
    "sign_step_across_zero_lowers_the_balance",
    r"|w_j^+| - |w_1^+| = |w_j| - |w_1| - 2(\eta - |w_1|)",
    topic="discrete",
    source="this project",
    scope="depth 2..5; every orthant; x f' > 0; |w_1| < eta < |w_j| for every j > 1; and the step after it, f' of the same sign",
)

smallest, beyond, size = sympy.symbols("s b g", positive=True)


def check(cost=2 * beyond, again=0):
    for depth in range(2, 6):
        flow, free = Flow(Lq(1), Product(depth)), sympy.symbols(f"v1:{depth + 1}", real=True)
        on = Domain(dict.fromkeys(free, NONZERO) | dict.fromkeys((smallest, beyond, size), POSITIVE))
        signs = [sympy.sign(v) for v in free]
        fixed = {flow.slope: size * sympy.Mul(*signs), eta: smallest + beyond}
        sizes = (smallest, *(smallest + beyond + abs(v) for v in free[1:])), (-beyond, *map(abs, free[1:]))
        before, after = (dict(zip(flow.weights, map(sympy.Mul, signs, each), strict=True)) for each in sizes)
        step = [w + eta * flow.derivative(w) for w in flow.weights]
        for i, (w, new) in enumerate(zip(flow.weights, step, strict=True), start=1):
            yield Identity(at(new, before | fixed), after[w], on=on, part=f"depth {depth}, layer {i}")
        for j in range(1, depth):
            balance, moved = (abs(w[j]) - abs(w[0]) for w in (flow.weights, step))
            part = f"depth {depth}, layers 1 and {j + 1}"
            yield Identity(at(moved, before | fixed), at(balance, before) - cost, on=on, part=part)
            second = at(moved, after | fixed), at(balance, after) - again
            yield Identity(*second, on=on, part=f"{part}, the step after")


MUTANTS = {
    "conserved": {"cost": 0},
    "twice the step": {"cost": 2 * (smallest + beyond)},
    "what it goes beyond": {"cost": beyond},
    "again": {"again": 2 * beyond},
}
