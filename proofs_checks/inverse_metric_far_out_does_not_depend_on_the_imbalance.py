r"""Far out the inverse metric of layers is that of balanced ones, L |x|^m, up to s^(-2), from every imbalance to depth four.

.. math:: \Bigl(\frac{1/R''}{L\,|x|^m}\Bigr)^{L} = \frac{P'(s)^L}{L^L P(s)^{L-1}} = 1 + O(s^{-2}), \qquad
          |x|^q = P(s) = \prod_i (s + \lambda_i)

and never below 1, by the inequality of means. At depth 4 the error is at most t^2 (1 + t), t the sum of the lam_i/s; at depth 5
larger layers of one size are checked. So on paper, for m < 1, R' grows like the balanced :math:`x^{1-m}/(L(1-m))`, and for m = 1
like :math:`\log(x)/L`: the horizon of the potential, and the power of the log-loss by which a start is forgotten, are those of
balanced layers. For m > 1 the slope is bounded, and its bound does depend on the imbalance.

Source: this project.
"""

import sympy

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality, Limit
from mirrortheory.notation import metric_exponent, q

CLAIM = Claim(
    "inverse_metric_far_out_does_not_depend_on_the_imbalance",
    r"\left(\frac{1/R''}{L\,|x|^m}\right)^L - 1 = O(s^{-2}), \quad |x|^q = \prod_i (s + \lambda_i)",
    topic="potentials",
    source="this project",
    scope="depth 2..5; 1 <= q <= 2; one smallest layer, x > 0; every imbalance to depth 4, larger layers of one size at 5",
    on_paper=(
        "never below 1: P'/L, the mean of the P/(s + lam_i), is at least their geometric mean P^((L-1)/L)",
        "what follows for R', the horizon and the rate at which a start is forgotten, by integration of R''",
    ),
)

s = sympy.Symbol("s", positive=True)


def check(layers=lambda depth: depth, rate=2):
    for depth in range(2, 6):
        flow, part = Flow(Lq(q), Product(depth)), f"depth {depth}"
        shifts = sympy.symbols(f"lam2:{depth + 1}", positive=True)[: depth - 1 if depth < 5 else 1]
        charges = (s, *(s + shifts[i % len(shifts)] for i in range(depth - 1)))
        on = Domain(dict.fromkeys((s, *shifts), POSITIVE) | {q: sympy.Interval(1, 2)})
        weights = {w: c ** (1 / q) for w, c in zip(flow.weights, charges, strict=True)}
        P = sympy.prod(charges)
        metric, x = (at(e, weights) for e in (flow.inverse_metric, flow.effective))
        slope = sum(P / c for c in charges)
        yield Identity(metric, slope, on=on, part=f"{part}, the metric is P'", samples=4)
        yield Identity(x ** metric_exponent(depth), P ** sympy.Rational(depth - 1, depth), on=on, part=f"{part}, |x|^m", samples=4)
        ratio = sympy.factor(slope**depth / (layers(depth) ** depth * P ** (depth - 1)))
        far = sympy.Symbol("v", positive=True)
        late = Domain(dict.fromkeys((far, *shifts), POSITIVE))
        there = sympy.factor(ratio.subs(s, 1 + far))
        if depth == 4:  # in the lam_i/s
            sizes, scaled = sum(shifts), {s: 1} | {shift: shift / s for shift in shifts}
            yield Identity(ratio, at(ratio, scaled), on=on, part=f"{part}, the ratio is of degree 0", samples=4)
            ratio, error, on = ratio.subs(s, 1), sizes**rate * (1 + sizes), Domain(dict.fromkeys(shifts, POSITIVE))
            yield Inequality(ratio, 1 + error, on=on, part=f"{part}, the ratio is at most so, s = 1")
            yield Inequality(1 - error, ratio, on=on, part=f"{part}, the ratio is at least so, s = 1")
            continue
        room = sum(shifts, sympy.Integer(1)) ** (2 * depth)  # above all coefficients of the excess
        yield Limit(there, far, sympy.oo, 1, on=late, factor=room, power=rate, part=f"{part}, the ratio at s = 1 + v")


MUTANTS = {"L forgotten": {"layers": lambda depth: depth - 1}, "an error of the order s^(-3)": {"rate": 3}}
