r"""For sign flow the dual variable is the smallest weight and the conjugate is a polynomial, at every depth and imbalance.

.. math:: q = 1:\qquad y = \operatorname{sign}(x)\, s, \qquad R^*(y) = \int_0^{|y|} \prod_i (u + \lambda_i)\,\mathrm d u,
          \qquad \text{balanced: } R^*(y) = \frac{|y|^{L+1}}{L+1}

Along the curve |w_i| = s + lambda_i, dx/dy is the inverse metric for y = s, and the derived R* has the derivative x there and is 0
at 0.

Source: this project.
"""

import sympy

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import Named, at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import imbalance
from mirrortheory.theory import S, Y

CLAIM = Claim(
    "sign_flow_conjugate_is_a_polynomial",
    r"R^*(y) = \int_0^{|y|} \prod_i (u + \lambda_i)\,du \text{ at } q = 1",
    topic="potentials",
    source="this project",
    scope="depth 1..6; q = 1; every orthant, y > 0 (R* is even); layer 1 the only smallest",
    on_paper=("an integral is fixed by its derivative and its value at 0",),
)


def check(power=1, shift=1):
    for depth in range(1, 7):
        flow, shifts, part = Flow(Lq(1), Product(depth)), imbalance(depth), f"depth {depth}"
        on = flow.domain(dict.fromkeys((S, *shifts[1:]), POSITIVE))
        curve = {w: sympy.sign(w) * (S + e) for w, e in zip(flow.weights, shifts, strict=True)}
        x, potential = at(sympy.Abs(flow.effective), curve), derive(flow, imbalance=shifts).potential
        dual = power * potential.dual_density.expression(S) * at(flow.inverse_metric, curve)
        yield Identity(sympy.Derivative(x, S), dual, on=on, part=f"{part}, derived dy/ds = 1")
        conjugate = Named(f"R* at {part}", potential.conjugate)
        slope, integrand = at(sympy.Derivative(conjugate, Y), {Y: S}), sympy.Mul(*(S + shift * e for e in shifts))
        yield Identity(slope, integrand, on=on, part=f"{part}, derived R*")
        yield Identity(slope, x, on=on, part=f"{part}, dR*/dy = x")
        zero = Domain(dict.fromkeys(shifts[1:], POSITIVE))
        yield Identity(at(conjugate, {Y: 0}), 0, on=zero, part=f"{part}, R*(0) = 0")
        balanced = Named(f"R* at {part}, balanced", derive(flow).potential.conjugate)
        formula = Y ** (depth + power) / (depth + power)
        same = at(sympy.Abs(flow.effective), {w: sympy.sign(w) * S for w in flow.weights})
        for name, form in (("balanced", formula), ("derived balanced", balanced)):
            yield Identity(at(sympy.Derivative(form, Y), {Y: S}), same, on=on, part=f"{part}, {name}, dR*/dy = x")
            yield Identity(at(form, {Y: 0}), 0, on=zero, part=f"{part}, {name}, R*(0) = 0")


MUTANTS = {"imbalance with the other sign": {"shift": -1}, "twice the imbalance": {"shift": 2}, "one power more": {"power": 2}}
