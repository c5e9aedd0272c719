r"""At q = 1 coupled decay does not change the velocity of a layer while the gradient outweighs it.

.. math:: |x f'| > \alpha w_i^2 \quad\Longrightarrow\quad
          \operatorname{sign}(\partial_i f + \alpha w_i) = \operatorname{sign}(\partial_i f)

Source: this project.
"""

from itertools import product

import sympy

from mirrortheory import Coupled, Flow, Lq, Product
from mirrortheory.claims import Claim
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import alpha

CLAIM = Claim(
    "coupled_decay_leaves_sign_flow_unchanged",
    r"|x f'| > \alpha w_i^2 \Rightarrow \operatorname{sign}(\partial_i f + \alpha w_i) = \operatorname{sign}(\partial_i f)",
    source="this project",
    scope="depth 2..4; q = 1; alpha > 0; every orthant of weights and slope",
)

surplus = sympy.Symbol("b", positive=True)


def check(surplus_of_gradient=surplus, power=1):
    for depth in range(2, 5):
        flow, plain = Flow(Lq(1), Product(depth), Coupled(alpha)), Flow(Lq(1), Product(depth))
        sizes, rate = sympy.symbols(f"a1:{depth + 1}", positive=True), sympy.Symbol("alpha", positive=True)
        on = Domain(dict.fromkeys((*sizes, surplus, rate), POSITIVE))
        # |dx/dw_1 f'| = alpha |w_1| + b: the slope of layer 1 runs over what outweighs the decay.
        slope = (rate * sizes[0] ** power + surplus_of_gradient) / sympy.Mul(*sizes[1:])
        for signs in product((1, -1), repeat=depth + 1):
            at = {w: s * a for w, s, a in zip(flow.weights, signs, sizes, strict=False)}
            at |= {flow.slope: signs[-1] * slope, alpha: rate}
            with_decay, without = (-sympy.sign(sympy.expand(f.link_arguments[0].subs(at))) for f in (flow, plain))
            yield Identity(with_decay, without, on=on, part=f"depth {depth}, signs {signs}", samples=4)


MUTANTS = {"gradient outweighed": {"surplus_of_gradient": -surplus}, "alpha instead of alpha w": {"power": 0}}
