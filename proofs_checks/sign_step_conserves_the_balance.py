r"""A step of sign descent conserves the balance exactly, while no weight changes sign within the step.

.. math:: w_i^+ = w_i - \eta \operatorname{sign}(\partial_i f) \quad\Longrightarrow\quad |w_i^+| - |w_j^+| = |w_i| - |w_j|,
          \qquad |w_i| > \eta

Source: this project (the discrete counterpart of the balance of Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, at q = 1).
"""

from itertools import product

import sympy

from mirrortheory import Flow, Lq, Product
from mirrortheory.claims import Claim
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import eta

CLAIM = Claim(
    "sign_step_conserves_the_balance",
    r"|w_i^+| - |w_j^+| = |w_i| - |w_j|",
    source="this project",
    scope="depth 2..5; every orthant of weights and slope; |w_i| > eta",
)

size = sympy.Symbol("g", positive=True)


def check(power=1, margin=eta, step=eta):
    for depth in range(2, 6):
        flow = Flow(Lq(1), Product(depth))
        beyond = sympy.symbols(f"b1:{depth + 1}", positive=True)
        on = Domain(dict.fromkeys((*beyond, eta, size), POSITIVE))
        for signs in product((1, -1), repeat=depth + 1):
            weights = {w: s * (margin + b) for w, s, b in zip(flow.weights, signs, beyond, strict=False)}
            at = {**weights, flow.slope: signs[-1] * size}
            after = [(w + v * step).subs(at) for w, v in zip(flow.weights, flow.velocity, strict=True)]
            before = [w.subs(at) for w in flow.weights]
            for i in range(1, depth):
                lhs, rhs = (sympy.Abs(r[0]) ** power - sympy.Abs(r[i]) ** power for r in (after, before))
                yield Identity(lhs, rhs, on=on, part=f"depth {depth}, signs {signs}, layers 1 and {i + 1}", samples=4)


MUTANTS = {"squares": {"power": 2}, "weights may cross zero": {"margin": 0}, "step beyond the margin": {"step": 3 * eta}}
