r"""Under decoupled decay the effective parameter follows its mirror flow and shrinks at L times the rate, balanced or not.

.. math:: \frac{\mathrm d x}{\mathrm d t} = -\frac{1}{R''_{\lambda(t)}(x)}\,\phi_q(f'(x)) - \alpha L x, \qquad
          L = 2:\quad \frac1{R''_\lambda(x)} = \sqrt{\lambda^2 + 4|x|^q}, \quad \dot\lambda = -q\alpha\lambda

1/R'' is, on every orthant, the sum of the |dx/dw_i|^q; along the derived curve x(s), y(s), s = |w_1|^q, |w_i|^q = s + lambda_i,
it is x'(s)/y'(s), every imbalance shrinking at the rate q alpha; and at depth two it is the derived closed form in x at the
imbalance of the moment. What the decay does in the dual: decoupled_decay_is_linear_in_the_dual_variable.

Source: this project; Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, for balanced layers.
"""

import sympy

from mirrortheory import Decoupled, Flow, Lq, Product, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONNEGATIVE, NONZERO, POSITIVE, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import alpha, imbalance, lam, q, slope, x
from mirrortheory.theory import S

CLAIM = Claim(
    "decoupled_decay_shrinks_the_effective_parameter_at_depth_times_the_rate",
    r"\frac{dx}{dt} = -\frac{1}{R''_{\lambda(t)}(x)} \phi_q(f'(x)) - \alpha L x",
    topic="decay",
    source="this project; arXiv:2603.02064 for balanced layers",
    scope="depth 1..6 by the weights, 2..4 along the curve, closed form at depth 2; 1 <= q <= 2; alpha >= 0; every orthant, "
    "every imbalance (along the curve: layer 1 alone smallest)",
)


def check(shrinkage=lambda depth: depth, imbalance_rate=q):
    link = Lq(q).link(slope)
    for depth in range(1, 7):
        flow = Flow(Lq(q), Product(depth), Decoupled(alpha))
        law = -flow.inverse_metric * link - alpha * shrinkage(depth) * flow.effective
        yield Identity(flow.derivative(flow.effective), law, on=flow.domain(), part=f"depth {depth}")
        gap = abs(flow.weights[-1]) ** q - abs(flow.weights[0]) ** q
        if depth > 1:
            yield Identity(flow.derivative(gap), -imbalance_rate * alpha * gap, on=flow.domain(), part=f"depth {depth}, imbalance")
    for depth in range(2, 5):
        flow, shifts = Flow(Lq(q), Product(depth), Decoupled(alpha)), imbalance(depth)
        derivation, free = derive(Flow(Lq(q), Product(depth)), imbalance=shifts), sympy.symbols(f"v1:{depth + 1}", real=True)
        yield Identity(derivation.inverse_metric, flow.inverse_metric, on=flow.domain(), part=f"depth {depth}, 1/R'' as derived")
        derived = derivation.potential
        signs = [sympy.sign(v) for v in free]
        curve = {w: e * (S + shift) ** (1 / q) for w, e, shift in zip(flow.weights, signs, shifts, strict=True)}
        image, density = derived.effective.expression(S), derived.dual_density.expression(S)
        law = -sympy.Derivative(image, S) / density * link - alpha * shrinkage(depth) * sympy.Mul(*signs) * image
        ranges = dict.fromkeys((S, *shifts[1:]), POSITIVE) | dict.fromkeys((*free, slope), NONZERO)
        on = Domain(ranges | {q: sympy.Interval(1, 2), alpha: NONNEGATIVE})
        yield Identity(at(flow.derivative(flow.effective), curve), law, on=on, part=f"depth {depth}, along the curve")
        metric = at(flow.inverse_metric, curve)
        yield Identity(derived.inverse_metric, metric, on=on, part=f"depth {depth}, 1/R'' as derived along the curve")
        if depth == 2:
            gap, size = sympy.symbols("lam x", real=True)
            hessian = derived.hessian.xreplace({lam: gap, x: size, shifts[1]: gap})
            first, second = (abs(w) ** q for w in flow.weights)
            hessian = at(hessian, {gap: second - first, size: abs(flow.effective)})
            law = -link / hessian - alpha * shrinkage(2) * flow.effective
            yield Identity(flow.derivative(flow.effective), law, on=flow.domain(), part="depth 2, closed form")


MUTANTS = {
    "the rate itself": {"shrinkage": lambda depth: 1},
    "one layer less": {"shrinkage": lambda depth: depth - 1},
    "no decay": {"shrinkage": lambda depth: 0},
    "imbalance at the rate alpha": {"imbalance_rate": 1},
}
