r"""Gradient flow of x = w^3/3 is x' = -f'(x) (3 x)^(4/3).

Source: a package of one's own.
"""

import sympy
from toy_mirrors import Cube

from mirrortheory import Claim, Flow, Identity, Lq

CLAIM = Claim("cube_flows_with_a_power_of_x", r"\dot x = -f'(x) (3 x)^{4/3}", source="toy", scope="q = 2; w > 0")


def check(power=sympy.Rational(4, 3)):
    flow = Flow(Lq(2), Cube())
    yield Identity(flow.derivative(flow.effective), -flow.slope * (3 * flow.effective) ** power, on=flow.domain())


MUTANTS = {"another power": {"power": 2}}
