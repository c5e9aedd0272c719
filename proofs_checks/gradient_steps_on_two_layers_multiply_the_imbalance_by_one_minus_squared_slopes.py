r"""Gradient descent on a product of two layers multiplies the imbalance by exactly 1 - h^2 f'^2 in each step.

.. math:: w_\pm = w_1 \pm w_2: \quad w_\pm^+ = (1 \mp h f')\,w_\pm, \qquad
          \bigl(w_1^2 - w_2^2\bigr)_T = \bigl(w_1^2 - w_2^2\bigr)_0 \prod_{t < T} \bigl(1 - h^2 f_t'^2\bigr)

for every loss, with the slopes f'_t that it has on the way, and in the same way u v of u^2 - v^2 by 1 - 4 h^2 f'^2. So the scale
of the hyperbolic entropy that belongs to the weights shrinks while h|f'| < 1, its logarithm by the sum of log(1 - h^2 f'^2).
Beyond h|f'| = 1 the imbalance changes its sign, and from h|f'| = sqrt(2) on it grows.

The same change as a difference, at every depth: gradient_step_moves_the_balance_at_second_order.
Source: Even, Pesme, Gunasekar, Flammarion (2023), arXiv:2302.08982, for the effective scale.
"""

import sympy

from mirrortheory import Flow, Lq, PowerDifference, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, REALS, Domain
from mirrortheory.evidence import Identity, Inequality

CLAIM = Claim(
    "gradient_steps_on_two_layers_multiply_the_imbalance_by_one_minus_squared_slopes",
    r"(w_1^2 - w_2^2)_T = (w_1^2 - w_2^2)_0 \prod_{t < T} (1 - h^2 f_t'^2)",
    topic="discrete",
    source="Even, Pesme, Gunasekar, Flammarion (2023), arXiv:2302.08982",
    scope="every w_1, w_2, step and slopes, T = 1..4 as they stand; u^2 - v^2 in one step while h|f'| < 1/2",
    on_paper=("induction over the steps", "the logarithm of a product is the sum of the logarithms"),
)

h = sympy.Symbol("h", positive=True)
s = sympy.Symbol("s", real=True)  # h f'


def _stepped(flow, weights, slope):
    """Return the weights after a step of gradient descent, by the field of the flow."""
    here = dict(zip(flow.weights, weights, strict=True)) | {flow.slope: slope}
    return [at(w + h * flow.derivative(w), here) for w in flow.weights]


def check(factor=lambda s: 1 - s**2, up=1):
    flow = Flow(Lq(2), Product(2))
    slopes = sympy.symbols("f1:5", real=True)
    on = Domain(dict.fromkeys((*flow.weights, *slopes), REALS) | {h: POSITIVE})
    first, second = _stepped(flow, flow.weights, slopes[0])
    for side in (1, -1):
        before = flow.weights[0] + side * flow.weights[1]
        after = (1 - side * up * h * slopes[0]) * before
        yield Identity(first + side * second, after, on=on, part=f"w_1 {'+' if side > 0 else '-'} w_2")
    weights, scale = list(flow.weights), flow.weights[0] ** 2 - flow.weights[1] ** 2
    expected = scale
    for count, slope in enumerate(slopes, 1):
        weights, expected = _stepped(flow, weights, slope), expected * factor(h * slope)
        yield Identity(weights[0] ** 2 - weights[1] ** 2, expected, on=on, part=f"steps: {count}", samples=10)
    squares = Flow(Lq(2), PowerDifference(2))
    u, v = _stepped(squares, squares.weights, s / h)
    both = Domain({**squares.domain().ranges, h: POSITIVE, s: sympy.Interval.open(-sympy.Rational(1, 2), sympy.Rational(1, 2))})
    both = Domain({symbol: region for symbol, region in both.ranges.items() if symbol != squares.slope})
    yield Identity(u * v, sympy.Mul(*squares.weights) * factor(2 * s), on=both, part="u v of u^2 - v^2")
    size = sympy.Symbol("s", positive=True)
    inside, beyond = Domain({size: sympy.Interval.open(0, 1)}), Domain({size: POSITIVE})
    yield Inequality(factor(size), 1, on=inside, part="shrinks", strict=True)
    yield Inequality(0, factor(size), on=inside, part="keeps its sign", strict=True)
    yield Inequality(factor(1 + size), 0, on=beyond, part="changes its sign beyond 1", strict=True)
    yield Inequality(1, abs(factor(sympy.sqrt(2 + size))), on=beyond, part="grows beyond sqrt(2)", strict=True)


MUTANTS = {
    "first order": {"factor": lambda s: 1 - s},
    "the exponential": {"factor": lambda s: sympy.exp(-(s**2))},
    "the other side": {"up": -1},
    "conserved": {"factor": lambda s: 1},
}
