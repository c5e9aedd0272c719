r"""A sign step with decoupled decay, the skeleton of AdamW, multiplies the balance by exactly 1 - eta alpha.

.. math:: w_i^+ = w_i - \eta\bigl(\operatorname{sign}(\partial_i f) + \alpha w_i\bigr) \quad\Longrightarrow\quad
          |w_i^+| - |w_j^+| = (1 - \eta\alpha)\bigl(|w_i| - |w_j|\bigr), \qquad (1 - \eta\alpha)|w_i| > \eta

The step is one of the flow, w + eta dw/dt. With alpha = k/e, eta = e/(1 + k) and w = sign(v)(e + |v|) the e, k > 0 and v run over
all steps and weights that qualify, and all slopes are those with x f' = g > 0 or -g: each statement is about every orthant at once.

Source: this project (the discrete counterpart of Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, at q = 1).
"""

import sympy

from mirrortheory import Decoupled, Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONZERO, POSITIVE, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import alpha, eta

CLAIM = Claim(
    "sign_step_with_decoupled_decay_shrinks_the_balance",
    r"|w_i^+| - |w_j^+| = (1 - \eta\alpha)\left(|w_i| - |w_j|\right)",
    topic="discrete",
    source="this project",
    scope="depth 2..5; layer 1 and each other one; every orthant; every slope != 0; 0 < eta alpha < 1; (1 - eta alpha)|w_i| > eta",
)

size, e, k = sympy.symbols("g e k", positive=True)


def check(factor=1 - eta * alpha, power=1):
    for depth in range(2, 6):
        flow, free = Flow(Lq(1), Product(depth), Decoupled(alpha)), sympy.symbols(f"v1:{depth + 1}", real=True)
        on = Domain(dict.fromkeys(free, NONZERO) | dict.fromkeys((size, e, k), POSITIVE))
        signs = [sympy.sign(v) for v in free]
        weights = {w: s * (e + abs(v)) for w, s, v in zip(flow.weights, signs, free, strict=True)}
        after = [w + eta * flow.derivative(w) for w in flow.weights]
        for side in (1, -1):
            here = weights | {flow.slope: side * size * sympy.Mul(*signs), alpha: k / e, eta: e / (1 + k)}
            for i in range(1, depth):
                new, old = (abs(r[0]) ** power - abs(r[i]) ** power for r in (after, flow.weights))
                part = f"depth {depth}, x f' of sign {side}, layers 1 and {i + 1}"
                yield Identity(at(new, here), at(factor * old, here), on=on, part=part)


MUTANTS = {
    "no decay": {"factor": sympy.S.One},
    "twice": {"factor": (1 - eta * alpha) ** 2},
    "the exponential": {"factor": sympy.exp(-eta * alpha)},
    "squares": {"power": 2},
}
