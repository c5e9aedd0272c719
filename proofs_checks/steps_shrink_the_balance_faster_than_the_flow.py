r"""n steps with decoupled decay shrink the balance faster than the flow, at a rate larger by half a step up to second order.

.. math:: t = n\eta, \ u = \eta\alpha < 1: \qquad
          e^{-\alpha t\,\left(1 + \frac{u}{2(1 - u)}\right)} < (1 - \eta\alpha)^n < e^{-\alpha t\,\left(1 + \frac u2\right)}
          < e^{-\alpha t}

A step of the sign flow with decoupled decay multiplies the balance by 1 - eta alpha (here at depth two; for every depth
sign_step_with_decoupled_decay_shrinks_the_balance), and along the flow its derivative is -alpha times it, so it has exp(-alpha t).
In logarithms and divided by n the chain is -u - u^2/(2(1 - u)) < log(1 - u) < -u - u^2/2 < -u. All are 0 at u = 0, so it is enough
to order their derivatives on 0 < u < 1: they differ by u^2/(2(1 - u)^2) and u^2/(1 - u). On a compact domain the bounds are
checked as they stand as well.

Source: this project.
"""

import sympy

from mirrortheory import Decoupled, Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONZERO, POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import alpha, eta

CLAIM = Claim(
    "steps_shrink_the_balance_faster_than_the_flow",
    r"e^{-\alpha t(1 + \frac{u}{2(1-u)})} < (1 - \eta\alpha)^n < e^{-\alpha t(1 + \frac{u}{2})}, \quad u = \eta\alpha,\ t = n\eta",
    topic="discrete",
    source="this project",
    scope="0 < eta alpha < 1, every n, by derivatives; u in [1/2, 3/4], n in [1, 4] as it stands; the balance at depth 2, q = 1, "
    "every orthant, (1 - eta alpha)|w| > eta",
    on_paper=("functions equal at u = 0 whose derivatives are ordered on (0, 1) are so themselves, and so are n-th powers",),
)

u, first, second = sympy.symbols("u v1 v2", real=True)
v, n, e, size = sympy.symbols("v n e g", positive=True)


def check(low=1 / (2 * (1 - u)), high=sympy.S.Half, kept=1 - eta * alpha):
    flow = Flow(Lq(1), Product(2), Decoupled(alpha))
    one, two = flow.weights
    balance, after = abs(one) - abs(two), [w + eta * flow.derivative(w) for w in flow.weights]
    yield Identity(flow.derivative(balance), -alpha * balance, on=flow.domain(), part="balance along the flow")
    on = Domain({first: NONZERO, second: NONZERO} | dict.fromkeys((v, e, size), POSITIVE))
    # eta alpha = v/(1 + v), and all weights that keep their sign in a step.
    signs, decay = sympy.sign(first) * sympy.sign(second), {alpha: v / e, eta: e / (1 + v)}
    weights = {w: sympy.sign(f) * (e + abs(f)) for w, f in zip(flow.weights, (first, second), strict=True)}
    for side in (1, -1):
        here = weights | decay | {flow.slope: side * size * signs}
        sides = at(abs(after[0]) - abs(after[1]), here), at(kept * balance, here)
        yield Identity(*sides, on=on, part=f"balance after a step, x f' of sign {side}")
    unit, above_zero = Domain({u: sympy.Interval.open(0, 1)}), {"below": u**2 / (2 * (1 - u) ** 2), "above": u**2 / (1 - u)}
    compact = Domain({u: sympy.Interval(sympy.S.Half, sympy.Rational(3, 4)), n: sympy.Interval(1, 4)})
    exact = sympy.log(1 - u)
    lower, upper = (-u - u**2 * excess for excess in (low, high))
    for side, bound in (("below", lower), ("above", upper)):
        yield Identity(at(bound, {u: 0}), at(exact, {u: 0}), on=Domain({}), part=f"{side}, equal at u = 0")
        less, more = (bound, exact) if side == "below" else (exact, bound)
        gap = sympy.Derivative(more, u) - sympy.Derivative(less, u)
        yield Identity(gap, above_zero[side], on=unit, part=f"{side}, derivatives")
        powers = [sympy.exp(n * bound), (1 - u) ** n]
        less, more = powers if side == "below" else reversed(powers)
        yield Inequality(less, more, on=compact, part=f"{side}, as it stands", strict=True)
    yield Inequality(upper, -u, on=unit, part="the flow", strict=True)


MUTANTS = {
    "half a step from below": {"low": sympy.S.Half},
    "a step from above": {"high": sympy.S.One},
    "shrunk beyond": {"high": 1 / (2 * (1 - u))},
    "shrunk as the flow": {"kept": sympy.exp(-eta * alpha)},
}
