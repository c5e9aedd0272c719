r"""At q = 1 coupled decay changes the velocity of a layer just where x f' < 0 and |x f'| < alpha w_i^2, and there it reverses it.

.. math:: -\operatorname{sign}(\partial_i f + \alpha w_i) = \pm\bigl(-\operatorname{sign}(\partial_i f)\bigr): \qquad
          + \text{ for } x f' > 0 \text{ or } |x f'| > \alpha w_i^2, \qquad - \text{ for } -\alpha w_i^2 < x f' < 0

So where the first holds for every layer, the flow is that without decay, whatever alpha: no decay is seen. Between the two, at
x f' = -alpha w_i^2, the argument of the sign is 0. The domain writes the gradient as g, as -(alpha |w| + b), and as -g with
alpha |w| = g + b, times sign w, for any g, b > 0: the three regions.

The region |x f'| > alpha w_i^2 alone: coupled_decay_leaves_sign_flow_unchanged.
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
    "coupled_decay_reverses_sign_flow_just_where_it_outweighs_an_outward_pull",
    r"\operatorname{sign}(\partial_i f + \alpha w_i) = \operatorname{sign}(\partial_i f)"
    r" \iff x f' > 0 \text{ or } |x f'| > \alpha w_i^2",
    topic="decay",
    source="this project",
    scope="depth 1..4, every layer; q = 1; alpha > 0; every orthant; every x f' != 0, -alpha w_i^2, where an argument is 0",
)

rate, size, pull, b = sympy.symbols("alpha a g b", positive=True)


def check(power=2, reversed_inside=-1, inward=1):
    # The gradient over sign(w), the decay, and the velocity over that without decay.
    regions = {
        "x f' > 0": (pull, rate, inward),
        "outweighed": (-rate * size ** (power - 1) - b, rate, 1),
        "outweighs": (-pull, (pull + b) / size ** (power - 1), reversed_inside),
    }
    for depth in range(1, 5):
        flow, plain = Flow(Lq(1), Product(depth), Coupled(rate)), Flow(Lq(1), Product(depth))
        for w, sign in product(flow.weights, (1, -1)):
            others = [other for other in flow.weights if other != w]
            on = Domain(dict.fromkeys(others, NONZERO) | dict.fromkeys((rate, size, pull, b), POSITIVE))
            part = f"depth {depth}, {w} of sign {sign}"
            for region, (gradient, decay, factor) in regions.items():
                here = {w: sign * size, rate: decay, flow.slope: sign * gradient / sympy.Mul(*others)}
                sides = at(flow.derivative(w), here), factor * at(plain.derivative(w), here)
                yield Identity(*sides, on=on, part=f"{part}, {region}", samples=3)
            argument = flow.slope * sympy.Derivative(flow.effective, w) + rate * w
            here = {w: sign * size, flow.slope: -sign * rate * size ** (power - 1) / sympy.Mul(*others)}
            yield Identity(at(argument, here), 0, on=on, part=f"{part}, between", samples=3)


MUTANTS = {"alpha |w|": {"power": 1}, "unchanged inside": {"reversed_inside": 1}, "reversed where x f' > 0": {"inward": -1}}
