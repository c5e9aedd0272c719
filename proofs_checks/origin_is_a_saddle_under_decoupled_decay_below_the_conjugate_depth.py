r"""Where f' != 0, under decoupled decay, the origin is a saddle for L < p and a minimum for L > p; at L = p slope and rate decide.

.. math:: V(w) = f(x) + \frac{\alpha^{p-1}}{p} \sum_i |w_i|^p, \qquad
          V - f(0) = -|f'|\,e^L + \tfrac h2 e^{2L} + \alpha^{p-1} \tfrac Lp e^p \quad\text{at } |w_i| = e,\ f' x < 0

for f = f'x + h x^2/2, q > 1. This is below 0 where |f'| exceeds the threshold alpha^(p-1) (L/p) e^(p-L) + h e^L/2, h >= 0. Of
any w let e be the p-mean, e^p = (sum |w_i|^p)/L. Then |x| <= e^L, so V - f(0) is above 0 in every direction where |f'| is
below that expression with -h. As e tends to 0 both tend to 0 for L < p, to oo for L > p, and to alpha^(p-1) at L = p: there
the origin is a saddle for |f'|^(q-1) > alpha and a minimum for |f'|^(q-1) < alpha; at equality V - f(0) is h e^(2L)/2 along
the balanced direction, so f'' decides. For f' = 0 it may be a minimum at L < p too, as for f = x^2/2. Where it is a saddle, V
rises where |w_i| = e and f' x > 0.

That |x| <= e^L: product_of_given_mean_power_is_largest_for_balanced_layers.
Not to be confused with coupled decay, where the sizes alone decide from depth three on:
coupled_decay_makes_the_origin_a_minimum_from_depth_three.
Source: this project.
"""

import sympy

from mirrortheory import Decoupled, Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONNEGATIVE, POSITIVE, REALS, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import p, q

CLAIM = Claim(
    "origin_is_a_saddle_under_decoupled_decay_below_the_conjugate_depth",
    r"V = f + \tfrac{\alpha^{p-1}}{p} \|w\|_p^p,\ f' \ne 0: \ L < p, \text{ or } L = p \text{ and } |f'|^{q-1} > \alpha:"
    r" 0 \text{ is a saddle}; \quad L > p, \text{ or } L = p \text{ and } |f'|^{q-1} < \alpha: \text{ a minimum}",
    topic="saddles",
    source="this project",
    scope="depth 2..6; 1 < q <= 2; alpha > 0; f' != 0; f between f(0) + f'x - h x^2/2 and f(0) + f'x + h x^2/2",
    on_paper=(
        "a product does not change when layers change places, and is reflected when one is",
        "the inequality of the means, as another claim shows it",
        "a positive power of e tends to 0 with e, and a negative one to oo",
    ),
)

e, rate, more, size, k, r, c = sympy.symbols("e alpha b a k r c", positive=True)  # q = 1 + k
bend = sympy.Symbol("h", nonnegative=True)
x, slope, curvature = sympy.symbols("x f1 f2", real=True)
EXPONENTS = {q: sympy.Interval.Lopen(1, 2)}


def check(power=p, layers=lambda depth: depth, conjugate=lambda depth: sympy.Rational(depth, depth - 1)):
    for depth in range(2, 7):
        flow, part = Flow(Lq(q), Product(depth), Decoupled(rate)), f"depth {depth}"
        loss = at(slope * x + curvature * x**2 / 2, {x: flow.effective})
        penalised = loss + rate ** (power - 1) / power * sum(abs(w) ** power for w in flow.weights)
        threshold = rate ** (p - 1) * layers(depth) / p * e ** (p - depth)
        still = dict.fromkeys(flow.weights, 0)
        gradient = at(flow.slope * sympy.Derivative(flow.effective, flow.weights[0]), still)
        yield Identity(gradient, 0, on=Domain({flow.slope: REALS}), part=f"{part}, gradient at the origin")
        on = Domain(dict.fromkeys((r, c, more), POSITIVE) | {bend: NONNEGATIVE} | EXPONENTS)
        sized = {rate: r ** (q - 1), e: c ** (1 / p)}  # in r = alpha^(p-1) and c = e^p, which do not grow with p
        steep = threshold + bend * e**depth / 2 + more
        for side, name in ((-1, "downhill"), (1, "uphill")):
            balanced = dict.fromkeys(flow.weights, e) | {flow.weights[0]: side * e, curvature: -side * bend}
            value = at(at(at(penalised, balanced), {slope: steep}), sized)
            yield Inequality(0, side * value, on=on, strict=True, part=f"{part}, {name}", samples=12)
        gap = size + more + bend * e**depth / 2  # a < gap is f' below the threshold with -h; told by the alpha that it takes
        told = {rate: ((1 + k) / (k * depth) * e ** (depth - (1 + k) / k) * gap) ** k, q: 1 + k}
        gentle = at(penalised, dict.fromkeys(flow.weights, e) | {slope: -size, curvature: -bend})
        within = Domain(dict.fromkeys((e, size, more), POSITIVE) | {bend: NONNEGATIVE, k: sympy.Interval.Lopen(0, 1)})
        yield Inequality(0, at(gentle, told), on=within, strict=True, part=f"{part}, V at the p-mean", samples=12)
        yield Identity(at(threshold, told), gap, on=within, part=f"{part}, alpha of the threshold")
        critical = conjugate(depth)
        on = Domain({e: POSITIVE, rate: POSITIVE})
        yield Identity(at(threshold, {q: critical}), at(rate ** (p - 1), {q: critical}), on=on, part=f"{part}, threshold at L = p")
        yield Inequality(depth, p, on=Domain({q: sympy.Interval.open(1, critical)}), strict=True, part=f"{part}, L < p")
        if depth > 2:
            yield Inequality(p, depth, on=Domain({q: sympy.Interval.Lopen(critical, 2)}), strict=True, part=f"{part}, L > p")
    yield Identity((rate ** (p - 1)) ** (q - 1), rate, on=Domain({rate: POSITIVE} | EXPONENTS), part="|f'| = alpha^(p-1)")


MUTANTS = {
    "q for p": {"power": q},
    "L forgotten": {"layers": lambda depth: depth / sympy.Integer(2)},
    "L = p one layer later": {"conjugate": lambda depth: sympy.Rational(depth + 1, depth)},
}
