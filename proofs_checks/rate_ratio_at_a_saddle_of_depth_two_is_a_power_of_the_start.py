r"""FALSE: at depth two the rate that gradient descent needs is a power of 1/w_0 times that of sign descent; it is a logarithm.

.. math:: \varrho_\infty \ge w_0^{-1/2} \text{ for small } w_0 \quad (L = 2,\ G = w_1 = 1) \quad\text{(false)}

Gradient descent is said to need unrealistically large rates to leave a saddle as fast as sign descent. At depth two, with
G = w_1 = 1, the ratio of the rates is rho_oo = log(1/w_0)/(1 - w_0), below 5 at w_0 = 1/100, where the power is 10. From depth
three on it is a power: rate_ratio_at_a_saddle_lies_between_that_of_the_flow_and_of_one_step.

Source: this project; for the question Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality, Verdict

CLAIM = Claim(
    "rate_ratio_at_a_saddle_of_depth_two_is_a_power_of_the_start",
    r"\varrho_\infty \ge w_0^{-1/2} \text{ at } L = 2 \quad\text{(false)}",
    topic="saddles",
    source="this project; arXiv:2603.02064 for the question",
    scope="depth 2; q = 2 against q = 1; balanced, constant slope -1, from w_0 < 1/100 to 1, many small steps",
    expect=Verdict.REFUTED,
)

w = sympy.Symbol("w", positive=True)


def check(power=sympy.Rational(1, 2), depth=2):
    flow = Flow(Lq(2), Product(depth))
    integral = sympy.log(w) if depth == 2 else -(w ** (2 - depth)) / (depth - 2)
    velocity = at(flow.derivative(flow.weights[0]), dict.fromkeys(flow.weights, w) | {flow.slope: -1})
    yield Identity(Derivative(integral, w) * velocity, 1, on=Domain({w: POSITIVE}), part="the integral is the time of the flow")
    ratio = (integral.subs(w, 1) - integral) / (1 - w)
    small = Domain({w: sympy.Interval.open(0, sympy.Rational(1, 100))})
    yield Inequality(w**-power, ratio, on=small, part="rho_oo is at least a power")


CONTROLS = {"depth three": {"depth": 3}, "the power 0": {"power": sympy.S.Zero}}
