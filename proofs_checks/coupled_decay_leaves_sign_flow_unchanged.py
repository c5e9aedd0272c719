r"""At q = 1 coupled decay does not change the velocity of a layer while the gradient outweighs it.

.. math:: |x f'| > \alpha w_i^2 \quad\Longrightarrow\quad
          \operatorname{sign}(\partial_i f + \alpha w_i) = \operatorname{sign}(\partial_i f)

So where it holds for every layer, the flow is that without decay. It is about the velocities dw_i/dt of the two flows.

Source: this project.
"""

from itertools import product

import sympy

from mirrortheory import Coupled, Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONZERO, POSITIVE, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import alpha

CLAIM = Claim(
    "coupled_decay_leaves_sign_flow_unchanged",
    r"|x f'| > \alpha w_i^2 \Rightarrow \operatorname{sign}(\partial_i f + \alpha w_i) = \operatorname{sign}(\partial_i f)",
    topic="decay",
    source="this project",
    scope="depth 1..4, every layer; q = 1; alpha > 0; every orthant of weights and slope",
)

size, surplus = sympy.symbols("a b", positive=True)


def check(surplus_of_gradient=surplus, power=1):
    for depth in range(1, 5):
        flow, plain = Flow(Lq(1), Product(depth), Coupled(alpha)), Flow(Lq(1), Product(depth))
        for w, side, sign in product(flow.weights, (1, -1), (1, -1)):
            others = [other for other in flow.weights if other != w]
            # |dx/dw f'| = alpha |w| + b: the slope runs over what outweighs the decay of this layer.
            slope = side * (alpha * size**power + surplus_of_gradient) / sympy.Mul(*others)
            here = {w: sign * size, flow.slope: slope}
            on = Domain(dict.fromkeys(others, NONZERO) | {size: POSITIVE, surplus: POSITIVE, alpha: POSITIVE})
            part = f"depth {depth}, {w} of sign {sign}, gradient of sign {side}"
            yield Identity(at(flow.derivative(w), here), at(plain.derivative(w), here), on=on, part=part)


MUTANTS = {"gradient outweighed": {"surplus_of_gradient": -surplus}, "alpha instead of alpha w": {"power": 0}}
