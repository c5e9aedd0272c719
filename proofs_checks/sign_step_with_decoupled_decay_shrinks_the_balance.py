r"""A sign step with decoupled decay, the skeleton of AdamW, multiplies the balance by exactly 1 - eta alpha.

.. math:: w_i^+ = w_i - \eta\bigl(\operatorname{sign}(\partial_i f) + \alpha w_i\bigr) \quad\Longrightarrow\quad
          |w_i^+| - |w_j^+| = (1 - \eta\alpha)\bigl(|w_i| - |w_j|\bigr), \qquad (1 - \eta\alpha)|w_i| > \eta

Source: this project (the discrete counterpart of Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, at q = 1).
"""

from itertools import product

import sympy

from mirrortheory import Decoupled, Flow, Lq, Product
from mirrortheory.claims import Claim
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import alpha, eta

CLAIM = Claim(
    "sign_step_with_decoupled_decay_shrinks_the_balance",
    r"|w_i^+| - |w_j^+| = (1 - \eta\alpha)\left(|w_i| - |w_j|\right)",
    source="this project",
    scope="depth 2..4; every orthant of weights and slope; 0 < eta alpha < 1; (1 - eta alpha)|w_i| > eta",
)

size, kept = sympy.symbols("g kappa", positive=True)


def check(factor=1 - eta * alpha, power=1):
    for depth in range(2, 5):
        flow = Flow(Lq(1), Product(depth), Decoupled(alpha))
        beyond = sympy.symbols(f"b1:{depth + 1}", positive=True)
        on = Domain({**dict.fromkeys((*beyond, eta, size), POSITIVE), kept: sympy.Interval.open(0, 1)})
        for signs in product((1, -1), repeat=depth + 1):
            # kappa = 1 - eta alpha runs over (0, 1), and |w_i| = (eta + b_i)/kappa over what the step leaves its sign.
            weights = {w: s * (eta + b) / kept for w, s, b in zip(flow.weights, signs, beyond, strict=False)}
            at = {**weights, flow.slope: signs[-1] * size, alpha: (1 - kept) / eta}
            after = [sympy.expand((w + eta * v).subs(at)) for w, v in zip(flow.weights, flow.velocity, strict=True)]
            before = [w.subs(at) for w in flow.weights]
            for i in range(1, depth):
                lhs, rhs = (sympy.Abs(r[0]) ** power - sympy.Abs(r[i]) ** power for r in (after, before))
                part = f"depth {depth}, signs {signs}, layers 1 and {i + 1}"
                yield Identity(lhs, factor.subs(at) * rhs, on=on, part=part, samples=4)


MUTANTS = {
    "no decay": {"factor": sympy.S.One},
    "twice": {"factor": (1 - eta * alpha) ** 2},
    "the exponential": {"factor": sympy.exp(-eta * alpha)},
    "squares": {"power": 2},
}
