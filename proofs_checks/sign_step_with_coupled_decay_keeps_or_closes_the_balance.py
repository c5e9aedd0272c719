r"""Under coupled decay a sign step conserves the balance on one side of a threshold and closes it across by twice the step.

.. math:: w_i^+ = w_i - \eta\operatorname{sign}(\partial_i f + \alpha w_i), \quad -x f' = \alpha c^2 \quad\Longrightarrow\quad
          |w_j^+| - |w_i^+| = |w_j| - |w_i| -
          \begin{cases} 0 & |w_i|, |w_j| < c \ \text{or both} > c \\ 2\eta & |w_i| < c < |w_j| \end{cases}

while no weight changes sign within the step; where x f' > 0 there is no threshold and the balance is conserved. The rate alpha
shows in c only, unlike under decoupled decay (sign_step_with_decoupled_decay_shrinks_the_balance).

Source: this project.
"""

from itertools import product

import sympy

from mirrortheory import Coupled, Flow, Lq, Product
from mirrortheory.claims import Claim
from mirrortheory.domain import NONZERO, POSITIVE, Domain
from mirrortheory.evidence import Identity

CLAIM = Claim(
    "sign_step_with_coupled_decay_keeps_or_closes_the_balance",
    r"|w_j^+| - |w_i^+| = |w_j| - |w_i| \ \text{or, for } |w_i| < c < |w_j|,\ |w_j| - |w_i| - 2\eta",
    source="this project",
    scope="depth 2..4; alpha > 0; every orthant; |w_i| < |w_j|, eta below each |w| that shrinks; |w| != c",
)

rate, k, step = sympy.symbols("alpha k eta", positive=True)
b = sympy.symbols("b1:4", positive=True)
# Threshold, sizes of the two layers, and a size that the step must stay below (None where both grow).
SIDES = {
    "both below": (b[0] + b[1] + b[2], (b[0], b[0] + b[1]), None),
    "both above": (b[0], (b[0] + b[1], b[0] + b[1] + b[2]), b[0] + b[1]),
    "across": (b[0] + b[1], (b[0], b[0] + b[1] + b[2]), b[0] + b[1] + b[2]),
    "no threshold": (None, (b[0], b[0] + b[1]), b[0]),
}


def check(closes=2, power=2, conserved=0):
    for depth, (side, (c, sizes, most)) in product(range(2, 5), SIDES.items()):
        flow = Flow(Lq(1), Product(depth), Coupled(rate))
        eta = step if most is None else most / (1 + k)
        on = Domain(dict.fromkeys((*b, rate, k, step), POSITIVE) | dict.fromkeys(flow.weights[2:], NONZERO))
        for signs in product((1, -1), repeat=2):
            at = {w: s * size for w, s, size in zip(flow.weights, signs, sizes, strict=False)}
            # x f' is -alpha c^2, or alpha k where there is no threshold.
            slope = rate * (-(c**power) if c is not None else k) / flow.effective
            pushed = [sympy.factor(a.subs(flow.slope, slope).subs(at)) for a in flow.link_arguments[:2]]
            after = [w.subs(at) - eta * Lq(1).link(a) for w, a in zip(flow.weights, pushed, strict=False)]
            change = sympy.Abs(after[1]) - sympy.Abs(after[0]) - (sizes[1] - sizes[0])
            law = -closes * eta if side == "across" else conserved * eta
            yield Identity(change, law, on=on, part=f"depth {depth}, {side}, signs {signs}", samples=4)


MUTANTS = {
    "closes by the step": {"closes": 1},
    "conserved across": {"closes": 0},
    "threshold c": {"power": 1},
    "shrinks on one side": {"conserved": -1},
}
