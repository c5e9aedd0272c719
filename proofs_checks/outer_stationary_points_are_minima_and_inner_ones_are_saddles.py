r"""Of the stationary points of decay where no layer is 0, those of the outer branch are strict minima in the weights, the inner saddles.

.. math:: V = f(w_1 \cdots w_L) + \frac{A}p \|w\|_p^p, \quad A = \alpha^{p-1}: \qquad
          \nabla^2 V\,u = p\,A\,a^{p-2}\,u \ \ (\textstyle\sum_i u_i = 0), \qquad
          \nabla^2 V\,\mathbf 1 = \bigl[L f'' a^{2L-2} - (L - p)\,A\,a^{p-2}\bigr]\mathbf 1

where V is stationary with all w_i = a > 0. So apart, layers are always pulled together; along equal layers V is convex for L <= p
and f'' > 0, and for L > p iff f'' > (1 - r) A x^(r-2), r = p/L: a quadratic f with the minimum x* makes the eigenvalue
L f'' (2 - r) a^(2L-2) (x - x_c)/x, with x_c = (1 - r) x*/(2 - r) of the fold. Above x_c is the outer branch; below, on the inner one,
V has exactly one descending direction. V falls along decoupled decay (decoupled_decay_never_raises_a_penalised_loss); coupled decay
is the case p = 2 of V, at every q.

f enters by f' and f'' = c alone; x* follows from f'. For L > p, p = L/(1 + k), and c is (1 + b) or 1/(1 + b) times its value at x_c.
The fold: sparse_stationary_points_fold_at_an_explicit_rate.
Source: this project.
"""

import sympy
from sympy import Derivative

from mirrortheory import Decoupled, Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONNEGATIVE, POSITIVE, Domain
from mirrortheory.evidence import Identity, Spectrum
from mirrortheory.notation import p as conjugate
from mirrortheory.notation import q
from mirrortheory.theory import Velocity

CLAIM = Claim(
    "outer_stationary_points_are_minima_and_inner_ones_are_saddles",
    r"\nabla^2 V\,u = p\,\alpha^{p-1} a^{p-2} u, \quad"
    r" \nabla^2 V\,\mathbf 1 = \bigl[L f'' a^{2L-2} - (L - p)\,\alpha^{p-1} a^{p-2}\bigr]\mathbf 1",
    source="this project",
    scope="depth 2..4; 1 < p <= 12, the eigenvalues for every p > 0; coupled decay: p = 2; alpha > 0; positive weights; f'' > 0",
    on_paper=("f enters the Hessian by f' and f'' alone", "V depends on the |w_i| and x, so all orthants are alike"),
)

a, c, p, b, k, rate, curvature, pull = sympy.symbols("a c p b k A C B", positive=True)
minimum = sympy.Symbol("xs", real=True)
u = sympy.Symbol("u", nonnegative=True)


def check(apart=lambda depth: p * pull, along=lambda depth: depth * curvature - (depth - p) * pull, inner=-1):
    for depth in range(2, 5):
        flow, part = Flow(Lq(q), Product(depth), Decoupled(rate)), f"depth {depth}"
        balanced, x = dict.fromkeys(flow.weights, a), a**depth
        slope = at(
            Derivative(c * (a - minimum) ** 2 / 2, a), {a: x, minimum: x + rate ** (conjugate - 1) * a ** (conjugate - depth) / c}
        )
        on = Domain(dict.fromkeys((a, c, rate), POSITIVE) | {q: sympy.Interval.Lopen(1, 2)})
        still = at(Velocity(flow, flow.weights[0]), balanced | {flow.slope: slope})
        yield Identity(still, 0, on=on, part=f"{part}, decoupled decay is at rest", samples=4)

        objective = c * (flow.effective - minimum) ** 2 / 2 + rate / p * sum(abs(w) ** p for w in flow.weights)
        here, on = (
            balanced | {minimum: x + rate * a ** (p - depth) / c},
            Domain(dict.fromkeys((a, c, rate), POSITIVE) | {p: sympy.Interval.Lopen(1, 12)}),
        )
        for w in (flow.weights[0], flow.weights[-1]):
            yield Identity(at(Derivative(objective, w), here), 0, on=on, part=f"{part}, V is stationary in {w}", samples=4)
        entries = {curvature: c * a ** (2 * depth - 2), pull: rate * a ** (p - 2)}
        diagonal, other = curvature + (p - 1) * pull, curvature - pull
        first, last = flow.weights[0], flow.weights[-1]
        yield Identity(
            at(Derivative(objective, last, last), here), at(diagonal, entries), on=on, part=f"{part}, diagonal", samples=4
        )
        yield Identity(
            at(Derivative(objective, first, last), here), at(other, entries), on=on, part=f"{part}, beside it", samples=4
        )
        hessian = sympy.Matrix(depth, depth, lambda i, j: diagonal if i == j else other)
        yield from _eigenpairs(depth, hessian, apart(depth), along(depth), inner)
        fold = (1 - p / depth) * here[minimum] / (2 - p / depth)
        distance = depth * c * (2 - p / depth) * a ** (2 * depth - 2) * (x - fold) / x
        on = on.where(sympy.Ne(p, 2 * depth))
        yield Identity(at(along(depth), entries), distance, on=on, part=f"{part}, by the distance from the fold")


def _eigenpairs(depth, hessian, apart, along, inner):
    """With B for A a^(p-2) and C for f'' a^(2L-2)."""
    part, on = f"depth {depth}", Domain(dict.fromkeys((curvature, pull, p), POSITIVE))
    for j in range(1, depth):
        vector = [(n == 0) - (n == j) for n in range(depth)]
        yield Spectrum(hessian, on=on, vector=vector, value=apart, part=f"{part}, layers 1 and {j + 1} apart")
    sparse, edge = sympy.Integer(depth) / (1 + k), k * pull / (1 + k)
    cases = {
        "L <= p": ({p: depth + u}, 1, {curvature: POSITIVE, u: NONNEGATIVE}),
        "outer": ({p: sparse, curvature: edge * (1 + b)}, 1, {k: POSITIVE, b: POSITIVE}),
        "inner": ({p: sparse, curvature: edge / (1 + b)}, inner, {k: POSITIVE, b: POSITIVE}),
    }
    for name, (rule, sign, ranges) in cases.items():
        rows, on = hessian.applyfunc(lambda e, rule=rule: e.xreplace(rule)), Domain({pull: POSITIVE} | ranges)
        value = along.xreplace(rule)
        yield Spectrum(rows, on=on, sign=sign, vector=[1] * depth, value=value, part=f"{part}, {name}, along equal layers")


MUTANTS = {
    "p - 1": {"apart": lambda depth: (p - 1) * pull},
    "one layer more": {"along": lambda depth: depth * curvature - (depth + 1 - p) * pull},
    "the inner branch is a minimum": {"inner": 1},
}
