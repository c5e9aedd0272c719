r"""Balanced layers under decoupled decay follow the mirror flow with a drift down the manifold regularizer.

.. math:: \frac{\mathrm d}{\mathrm d t} R'(x) = -\phi_q(f'(x)) - \alpha\, M'(x), \qquad M(x) = \frac{|x|^{2-m}}{2-m}

With R' as it is derived, power or logarithm, and with R'' dx/dt for every q at once; R' is extended oddly to x < 0.

Source: Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, cf. the mirror flow with weight decay.
"""

import sympy

from mirrortheory import Decoupled, Flow, Lq, Product, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONNEGATIVE, NONZERO, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import alpha, metric_exponent, q, slope, x

CLAIM = Claim(
    "decoupled_decay_adds_a_drift_to_the_mirror_flow",
    r"\frac{d}{dt} R'(x) = -\phi_q(f'(x)) - \alpha M'(x), \quad M(x) = \frac{|x|^{2-m}}{2-m}",
    topic="decay",
    source="arXiv:2603.02064, cf. the mirror flow with weight decay",
    scope="depth 1..6; 1 <= q <= 2; alpha >= 0; balanced weights of every orthant",
)

signed = sympy.Symbol("x", real=True)


def check(regularizer=lambda m, depth: x ** (2 - m) / (2 - m)):
    even = {x: abs(signed)}
    for depth in range(1, 7):
        flow = Flow(Lq(q), Product(depth), Decoupled(alpha))
        v, *free = sympy.symbols(f"v1:{depth + 1}", real=True)
        balanced = {w: sympy.sign(s) * abs(v) for w, s in zip(flow.weights, (v, *free), strict=True)}
        manifold = regularizer(metric_exponent(depth), depth).xreplace(even)
        drift = at(at(sympy.Derivative(manifold, signed), {signed: flow.effective}), balanced)
        law, derived = -Lq(q).link(slope) - alpha * drift, derive(Flow(Lq(q), Product(depth))).potential
        on = Domain(dict.fromkeys((v, *free, slope), NONZERO) | {q: sympy.Interval(1, 2), alpha: NONNEGATIVE})
        moved = at(derived.hessian.xreplace(even), {signed: flow.effective}) * flow.derivative(flow.effective)
        yield Identity(at(moved, balanced), law, on=on, part=f"depth {depth}, R'' dx/dt")
        # R' has a form of its own at m = 1, where q = L/(L - 1).
        critical = sympy.Rational(depth, depth - 1) if depth > 1 else sympy.S.Zero
        others = sympy.Interval(1, 2) - sympy.FiniteSet(critical)
        for branch, value, region in ((0, q, others), (-1, critical, sympy.FiniteSet(critical)))[: min(depth, 2)]:
            mirror_map = derived.mirror_map.replace(sympy.Piecewise, lambda *forms, branch=branch: forms[branch][0])
            dual = at(sympy.sign(signed) * mirror_map.xreplace(even), {signed: flow.effective})
            sides = at(flow.derivative(dual), balanced | {q: value}), at(law, {q: value})
            yield Identity(*sides, on=on.with_ranges({q: region}), part=f"depth {depth}, q in {region}, dR'/dt")


MUTANTS = {
    "L times": {"regularizer": lambda m, depth: (depth + 1) * x ** (2 - m) / (2 - m)},
    "squared x": {"regularizer": lambda m, depth: x**2 / 2},
    "no drift": {"regularizer": lambda m, depth: sympy.Integer(1)},
    "normalised by 1 - m": {"regularizer": lambda m, depth: x ** (2 - m) / (3 - m)},
}
