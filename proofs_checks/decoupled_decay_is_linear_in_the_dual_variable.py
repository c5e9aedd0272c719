r"""Under decoupled decay the dual variable of unbalanced layers obeys a linear law, although its potential moves with time.

.. math:: \frac{\mathrm d}{\mathrm d t} R'_{\lambda(t)}(x) = -\phi_q(f'(x)) - \alpha\, L(1-m)\, R'_{\lambda(t)}(x), \qquad
          L(1-m) = q - L(q-1), \quad \lambda(t) = e^{-q\alpha t}\lambda(0)

So the drift is down M = L(1 - m) R_lambda, as for balanced layers; it is absent at L = p, and at q = 1 its rate is alpha.
Reason: y = int_0^s D(u) du with D homogeneous of degree -L/p in (u, lambda), while s and lambda both shrink at the rate q alpha.
Checked: the degree of D, which by Euler integrates to s D(s) + sum_i lambda_i dy/dlambda_i = (1 - L/p) y; what is left of the
velocity of s, on every orthant; and, at depth two, the law itself from the closed forms of R'.

Not to be confused with the critical line for balanced layers: there R' is a logarithm, not homogeneous, and the drift is alpha.
Source: this project; Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, for balanced layers.
"""

import sympy

from mirrortheory import Decoupled, Flow, Lq, Product, derive
from mirrortheory.claims import Claim
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import alpha, imbalance, lam, metric_exponent, q, x
from mirrortheory.theory import S

CLAIM = Claim(
    "decoupled_decay_is_linear_in_the_dual_variable",
    r"\frac{d}{dt} R'_{\lambda(t)}(x) = -\phi_q(f'(x)) - \alpha L(1-m) R'_{\lambda(t)}(x)",
    source="this project; arXiv:2603.02064 for balanced layers",
    scope="depth 2..5; 1 <= q <= 2; alpha >= 0; every orthant; layer 1 smallest; closed forms at depth 2 for q = 1, 2, x > 0",
)


def check(rate=lambda depth, exponent: depth * (1 - metric_exponent(depth, exponent)), speed=q):
    for depth in range(5, 1, -1):
        flow, shifts = Flow(Lq(q), Product(depth), Decoupled(alpha)), imbalance(depth)
        density = derive(flow, imbalance=shifts).potential.dual_density.expression(S)
        logarithm = sympy.expand_log(sympy.log(density))
        degree = sympy.Add(*(v * sympy.diff(logarithm, v) for v in (S, *shifts[1:])))
        on = Domain(dict.fromkeys((S, *shifts[1:]), POSITIVE) | {q: sympy.Interval(1, 2)})
        yield Identity(q * (1 + degree), rate(depth, q), on=on, part=f"depth {depth}, homogeneity")
        charges = [sympy.Abs(w) ** q for w in flow.weights]
        at_weights = {s: c - charges[0] for s, c in zip(shifts[1:], charges[1:], strict=True)}
        dual = sympy.sign(flow.effective) * density.subs(at_weights).subs(S, charges[0])
        moved = dual * (flow.derivative(charges[0]) + speed * alpha * charges[0])
        yield Identity(moved, -Lq(q).link(flow.slope), on=flow.domain(), part=f"depth {depth}, the rest of the velocity")
    small, beyond = sympy.symbols("a b", positive=True)
    on = Domain({small: POSITIVE, beyond: POSITIVE, alpha: sympy.Interval(0, sympy.oo)})
    for exponent in (1, 2):
        flow = Flow(Lq(exponent), Product(2), Decoupled(alpha))
        first, second = flow.weights
        mirror_map = derive(flow, imbalance=(0, lam)).potential.mirror_map
        along = mirror_map.subs({lam: second**exponent - first**exponent, x: flow.effective})
        at = {first: small, second: small + beyond}
        for sign in (1, -1):
            size = sympy.Symbol("g", positive=True)
            slope = {flow.slope: sign * size}
            law = -Lq(exponent).link(sign * size) - alpha * rate(2, sympy.Integer(exponent)) * along.subs(at)
            here = on.with_ranges({size: POSITIVE})
            part = f"depth 2, q = {exponent}, slope of sign {sign}"
            yield Identity(flow.derivative(along).subs(slope).subs(at), law, on=here, part=part)


MUTANTS = {
    "1 - m": {"rate": lambda depth, exponent: 1 - metric_exponent(depth, exponent)},
    "drift absent": {"rate": lambda depth, exponent: 0},
    "m - 1": {"rate": lambda depth, exponent: depth * (metric_exponent(depth, exponent) - 1)},
    "charge at the rate alpha": {"speed": 1},
}
