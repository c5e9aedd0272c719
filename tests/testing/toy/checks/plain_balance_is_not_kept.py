r"""Gradient flow of x = u^2 v does not conserve u^2 - v^2: a false statement, with the corrected one as its control.

Source: a package of one's own.
"""

import sympy

from mirrortheory import Claim, Flow, Identity, Lq, Separable, Verdict

CLAIM = Claim(
    "plain_balance_is_not_kept", r"\frac{d}{dt} (u^2 - v^2) = 0", source="toy", scope="q = 2; u, v > 0", expect=Verdict.REFUTED
)

u, v = sympy.symbols("u v", positive=True)


def check(factor=1):
    flow = Flow(Lq(2), Separable(u**2 * v, (u, v)))
    yield Identity(flow.derivative(u**2 - factor * v**2), 0, on=flow.domain())


CONTROLS = {"weighted": {"factor": 2}}
