r"""Under decoupled decay the effective parameter follows its mirror flow and shrinks at L times the rate, balanced or not.

.. math:: \frac{\mathrm d x}{\mathrm d t} = -\frac{1}{R''_{\lambda(t)}(x)}\,\phi_q(f'(x)) - \alpha L x, \qquad
          L = 2:\quad \frac1{R''_\lambda(x)} = \sqrt{\lambda^2 + 4|x|^q}, \quad \dot\lambda = -q\alpha\lambda

The inverse metric is the derived one, at the weights, and at depth two the derived closed form at the imbalance of the moment. What
the decay does in the dual: decoupled_decay_is_linear_in_the_dual_variable.

Source: this project; Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, for balanced layers.
"""

import sympy

from mirrortheory import Decoupled, Flow, Lq, Product, derive
from mirrortheory.claims import Claim
from mirrortheory.evidence import Identity
from mirrortheory.notation import alpha, lam, q, x

CLAIM = Claim(
    "decoupled_decay_shrinks_the_effective_parameter_at_depth_times_the_rate",
    r"\frac{dx}{dt} = -\frac{1}{R''_{\lambda(t)}(x)} \phi_q(f'(x)) - \alpha L x",
    source="this project; arXiv:2603.02064 for balanced layers",
    scope="depth 1..6; 1 <= q <= 2; alpha >= 0; every orthant, every imbalance; closed form at depth 2",
)


def check(shrinkage=lambda depth: depth, imbalance_rate=q):
    flow = Flow(Lq(q), Product(2), Decoupled(alpha))
    first, second = (sympy.Abs(w) ** q for w in flow.weights)
    law = -imbalance_rate * alpha * (second - first)
    yield Identity(flow.derivative(second - first), law, on=flow.domain(), part="depth 2, imbalance")
    for depth in range(1, 7):
        flow = Flow(Lq(q), Product(depth), Decoupled(alpha))
        decay = alpha * shrinkage(depth) * flow.effective
        expected = -derive(flow).inverse_metric * Lq(q).link(flow.slope) - decay
        yield Identity(flow.derivative(flow.effective), expected, on=flow.domain(), part=f"depth {depth}")
    flow = Flow(Lq(q), Product(2), Decoupled(alpha))
    hessian = derive(flow, imbalance=(0, lam)).potential.hessian.subs({lam: second - first, x: sympy.Abs(flow.effective)})
    expected = -Lq(q).link(flow.slope) / hessian - alpha * shrinkage(2) * flow.effective
    yield Identity(flow.derivative(flow.effective), expected, on=flow.domain(), part="depth 2, closed form")


MUTANTS = {
    "the rate itself": {"shrinkage": lambda depth: 1},
    "one layer less": {"shrinkage": lambda depth: depth - 1},
    "no decay": {"shrinkage": lambda depth: 0},
    "imbalance at the rate alpha": {"imbalance_rate": 1},
}
