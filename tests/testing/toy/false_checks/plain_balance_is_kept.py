r"""Gradient flow of x = u^2 v conserves u^2 - v^2, which is false."""

import sympy

from mirrortheory import Claim, Flow, Identity, Lq, Separable

CLAIM = Claim("plain_balance_is_kept", r"\frac{d}{dt} (u^2 - v^2) = 0", source="toy", scope="q = 2; u, v > 0")

u, v = sympy.symbols("u v", positive=True)


def check(factor=1):
    flow = Flow(Lq(2), Separable(u**2 * v, (u, v)))
    yield Identity(flow.derivative(u**2 - factor * v**2), 0, on=flow.domain())


MUTANTS = {"three": {"factor": 3}}
