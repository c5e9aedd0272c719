r"""Under coupled decay a sign step conserves the balance on one side of a threshold and closes it across by twice the step.

.. math:: w_i^+ = w_i - \eta\operatorname{sign}(\partial_i f + \alpha w_i), \quad -x f' = \alpha c^2 \quad\Longrightarrow\quad
          |w_j^+| - |w_i^+| = |w_j| - |w_i| -
          \begin{cases} 0 & |w_i|, |w_j| < c \ \text{or both} > c \\ 2\eta & |w_i| < c < |w_j| \end{cases}

while no weight changes sign within the step; where x f' > 0 there is no threshold and the balance is conserved. The rate alpha
shows in c only, unlike under decoupled decay (sign_step_with_decoupled_decay_shrinks_the_balance). The step is one of the flow,
w + eta dw/dt.

Source: this project.
"""

from itertools import product

import sympy

from mirrortheory import Coupled, Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONZERO, POSITIVE, Domain
from mirrortheory.evidence import Identity

CLAIM = Claim(
    "sign_step_with_coupled_decay_keeps_or_closes_the_balance",
    r"|w_j^+| - |w_i^+| = |w_j| - |w_i| \ \text{or, for } |w_i| < c < |w_j|,\ |w_j| - |w_i| - 2\eta",
    topic="discrete",
    source="this project",
    scope="depth 2..4, layers 1 and 2; alpha > 0; every orthant; |w_i| < |w_j|, eta below each |w| that shrinks; |w| != c",
)

a, h, d, k, push, rate, step = sympy.symbols("a h d k g alpha eta", positive=True)


def sides(power):
    """Return |w_1|, |w_2|, -x f'/|w_1 w_2|, alpha and the step: letters run over all cases, c^2 or alpha taken from the others."""
    root, across = sympy.sqrt(a + h), sympy.sqrt(a + h + d)
    yield "both below", (sympy.sqrt(a), root, rate * across**power / (sympy.sqrt(a) * root), rate, step)
    yield "across", (sympy.sqrt(a), across, rate * root**power / (sympy.sqrt(a) * across), rate, across / (1 + k))
    yield "both above", (a, a + h, push, (push * (a + h) + d) / a, a / (1 + k))
    yield "no threshold", (a, a + h, -push, rate, a / (1 + k))


def check(closes=2, power=2, conserved=0):
    for depth, (side, (small, large, pushed, decay, eta)) in product((2, 3, 4), sides(power)):
        flow = Flow(Lq(1), Product(depth), Coupled(rate))
        first, second, *others = flow.weights
        everywhere = Domain(dict.fromkeys((a, h, d, k, push, rate, step), POSITIVE) | dict.fromkeys(others, NONZERO))
        after = [w + eta * flow.derivative(w) for w in (first, second)]
        law = -closes * eta if side == "across" else conserved * eta
        for one, two in product((1, -1), repeat=2):
            here = {first: one * small, second: two * large, rate: decay, flow.slope: -one * two * pushed / sympy.Mul(*others)}
            arguments = (sympy.Ne(at(e, here).doit(), 0) for e in flow.link_arguments[:2])
            on = everywhere.where(*(c for c in arguments if c != sympy.true))  # the link is applied to what is not 0: |w| is not c
            change = at(abs(after[1]) - abs(after[0]), here) - at(abs(second) - abs(first), here)
            yield Identity(change, law, on=on, part=f"depth {depth}, {side}, signs {one, two}", samples=3)


MUTANTS = {
    "closes by the step": {"closes": 1},
    "conserved across": {"closes": 0},
    "threshold c": {"power": 1},
    "shrinks on one side": {"conserved": -1},
}
