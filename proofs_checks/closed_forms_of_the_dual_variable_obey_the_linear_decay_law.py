r"""Closed forms of the dual variable obey the linear law under decoupled decay, with nothing taken from paper.

.. math:: \frac{\mathrm d y}{\mathrm d t} = -\phi_q(f'(x)) - \alpha\,(q - L(q-1))\, y, \qquad y = R'_{\lambda(t)}(x)

q = 1: y = sign(x) s with s = |w_1|, at every depth and imbalance; the rate is alpha. q = 2, with all layers but the smallest alike,
|w_i|^2 = s + lambda and s = |w_1|^2: y is an inverse hyperbolic sine at depth two, algebraic at depth four, with an arc tangent at
depths three and five; the rate is (2 - L) alpha, absent at depth two and growth beyond. That y is the integral of the derived
density is checked by its derivative in s; it vanishes with s. There dy/dt is by the chain rule in s and lambda, which move as
the derivatives of |w_1|^2 and |w_2|^2 - |w_1|^2 along the flow.

For every q and imbalance: decoupled_decay_is_linear_in_the_dual_variable, where an integration is on paper.
Source: this project.
"""

import sympy

from mirrortheory import Decoupled, Flow, Lq, Product, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import Named, at
from mirrortheory.domain import NONNEGATIVE, NONZERO, POSITIVE, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import alpha, imbalance, slope, y
from mirrortheory.theory import S

CLAIM = Claim(
    "closed_forms_of_the_dual_variable_obey_the_linear_decay_law",
    r"\frac{dy}{dt} = -\phi_q(f'(x)) - \alpha\,(q - L(q-1))\,y",
    topic="decay",
    source="this project",
    scope="depth 2..5; alpha >= 0; every orthant; q = 1: every imbalance with layer 1 alone smallest; q = 2: the others alike",
)

lam = sympy.Symbol("lam", positive=True)
ARC = sympy.atan(sympy.sqrt(S) / sympy.sqrt(lam)) / sympy.sqrt(lam)
DUAL = {
    2: sympy.asinh(sympy.sqrt(S) / sympy.sqrt(lam)),
    3: ARC,
    4: sympy.sqrt(S) / (lam * sympy.sqrt(S + lam)),
    5: (sympy.sqrt(S) / (lam * (S + lam)) + ARC / lam) / 2,
}


def check(rate=lambda depth, exponent: exponent - depth * (exponent - 1), factor=1):
    for depth in range(2, 6):
        free, shifts = sympy.symbols(f"v1:{depth + 1}", real=True), imbalance(depth)
        signs = [sympy.sign(v) for v in free]
        side, on = sympy.Mul(*signs), Domain(dict.fromkeys((*free, slope), NONZERO) | {S: POSITIVE, alpha: NONNEGATIVE})
        flow = Flow(Lq(1), Product(depth), Decoupled(alpha))
        image = derive(flow, imbalance=shifts).potential.inverse_mirror_map
        curve, part = {w: e * (S + c) for w, e, c in zip(flow.weights, signs, shifts, strict=True)}, f"depth {depth}, q = 1"
        here = on.with_ranges(dict.fromkeys(shifts[1:], POSITIVE))
        yield Identity(side * at(image, {y: S}), at(flow.effective, curve), on=here, part=f"{part}, y is s")
        dual = sympy.sign(flow.effective) * abs(flow.weights[0])
        law = -Lq(1).link(slope) - alpha * rate(depth, 1) * at(dual, curve)
        yield Identity(at(flow.derivative(dual), curve), law, on=here, part=f"{part}, the law")

        flow, alike = Flow(Lq(2), Product(depth), Decoupled(alpha)), (0, *[lam] * (depth - 1))
        part, here = f"depth {depth}, q = 2", on.with_ranges({lam: POSITIVE})
        density = derive(flow, imbalance=alike).potential.dual_density.expression(S)
        dual = Named(f"y_{depth}", factor * DUAL[depth])
        yield Identity(sympy.Derivative(dual, S), density, on=here, part=f"{part}, y is the integral of D")
        curve = {w: e * sympy.sqrt(S + c) for w, e, c in zip(flow.weights, signs, alike, strict=True)}
        first, second = (w**2 for w in flow.weights[:2])
        moved = sympy.Derivative(dual, S) * at(flow.derivative(first), curve)
        moved += sympy.Derivative(dual, lam) * at(flow.derivative(second - first), curve)
        yield Identity(side * moved, -slope - alpha * rate(depth, 2) * side * dual, on=here, part=f"{part}, the law")


MUTANTS = {
    "depth times the rate": {"rate": lambda depth, exponent: depth},
    "no drift": {"rate": lambda depth, exponent: 0},
    "twice the dual variable": {"factor": 2},
    "the rate itself": {"rate": lambda depth, exponent: 1},
}
