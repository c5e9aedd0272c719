r"""Gradient flow of x = u^2 v conserves u^2 - 2 v^2; its mutant is the claim itself, so that the check is broken."""

import sympy

from mirrortheory import Claim, Flow, Identity, Lq, Separable

CLAIM = Claim("mutant_survives", r"\frac{d}{dt} (u^2 - 2 v^2) = 0", source="toy", scope="q = 2; u, v > 0")

u, v = sympy.symbols("u v", positive=True)


def check(factor=2):
    flow = Flow(Lq(2), Separable(u**2 * v, (u, v)))
    yield Identity(flow.derivative(u**2 - factor * v**2), 0, on=flow.domain())


MUTANTS = {"itself": {"factor": 2}}
