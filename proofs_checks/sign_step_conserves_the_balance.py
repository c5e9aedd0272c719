r"""A step of sign descent conserves the balance exactly, while no weight changes sign within the step.

.. math:: w_i^+ = w_i - \eta \operatorname{sign}(\partial_i f) \quad\Longrightarrow\quad |w_i^+| - |w_j^+| = |w_i| - |w_j|,
          \qquad |w_i| > \eta

The step is one of the sign flow, w + eta dw/dt. All weights with |w| > eta are w = sign(v)(eta + |v|), and all slopes are those
with x f' = g > 0 or -g, so each statement is about every orthant at once.

Source: this project (the discrete counterpart of the balance of Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, at q = 1).
"""

import sympy

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONZERO, POSITIVE, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import eta

CLAIM = Claim(
    "sign_step_conserves_the_balance",
    r"|w_i^+| - |w_j^+| = |w_i| - |w_j|",
    topic="discrete",
    source="this project",
    scope="depth 2..5; layer 1 against each other one; every orthant of weights and slope; |w_i| > eta for every layer",
)

size = sympy.Symbol("g", positive=True)


def check(power=1, margin=eta, step=eta):
    for depth in range(2, 6):
        flow, free = Flow(Lq(1), Product(depth)), sympy.symbols(f"v1:{depth + 1}", real=True)
        on = Domain(dict.fromkeys(free, NONZERO) | {eta: POSITIVE, size: POSITIVE})
        signs = [sympy.sign(v) for v in free]
        weights = {w: s * (margin + abs(v)) for w, s, v in zip(flow.weights, signs, free, strict=True)}
        after = [w + step * flow.derivative(w) for w in flow.weights]
        for side in (1, -1):
            here = weights | {flow.slope: side * size * sympy.Mul(*signs)}
            for i in range(1, depth):
                new, old = (abs(r[0]) ** power - abs(r[i]) ** power for r in (after, flow.weights))
                part = f"depth {depth}, x f' of sign {side}, layers 1 and {i + 1}"
                yield Identity(at(new, here), at(old, here), on=on, part=part)


MUTANTS = {"squares": {"power": 2}, "weights may cross zero": {"margin": 0}, "step beyond the margin": {"step": 3 * eta}}
