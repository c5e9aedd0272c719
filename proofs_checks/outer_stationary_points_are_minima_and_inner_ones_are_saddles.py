r"""Of the stationary points of decay off 0 those of the outer branch are strict minima in the weights, the inner ones saddles.

.. math:: V = f(w_1 \cdots w_L) + \frac{A}p \|w\|_p^p, \quad A = \alpha^{p-1}: \qquad
          \nabla^2 V\,u = p\,A\,a^{p-2}\,u \ \ (\textstyle\sum_i u_i = 0), \qquad
          \nabla^2 V\,\mathbf 1 = \bigl[L f'' a^{2L-2} - (L - p)\,A\,a^{p-2}\bigr]\mathbf 1

where V is stationary with all w_i = a > 0. So apart, layers are always pulled together; along equal layers V is convex for L <= p
and f'' > 0, and for L > p iff f'' > (1 - r) A x^(r-2), r = p/L: a quadratic f with the minimum x* makes the eigenvalue L f'' (2 -
r) a^(2L-2) (x - x_c)/x, with x_c = (1 - r) x*/(2 - r) of sparse_stationary_points_fold_at_an_explicit_rate. Above x_c is the
outer branch; below, on the inner one, V has exactly one descending direction. V falls along decoupled decay
(decoupled_decay_never_raises_a_penalised_loss); coupled decay is the case p = 2 of V, at every q.

f enters by f' and f'' alone, here those of c (x - x*)^2/2. For L > p, p = L/(1 + k), and c is (1 + b) or 1/(1 + b) times what it
is at x_c.
Source: this project.
"""

import sympy
from sympy import Derivative

from mirrortheory import Decoupled, Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONNEGATIVE, POSITIVE, Domain
from mirrortheory.evidence import Identity, Spectrum
from mirrortheory.notation import p as cj
from mirrortheory.notation import q
from mirrortheory.theory import Velocity

CLAIM = Claim(
    "outer_stationary_points_are_minima_and_inner_ones_are_saddles",
    r"\nabla^2 V\,u = p\,\alpha^{p-1} a^{p-2} u, \quad"
    r" \nabla^2 V\,\mathbf 1 = \bigl[L f'' a^{2L-2} - (L - p)\,\alpha^{p-1} a^{p-2}\bigr]\mathbf 1",
    topic="decay",
    source="this project",
    scope="depth 2..4; 1 < p <= 12, the eigenvalues for every p > 0; coupled decay: p = 2; alpha > 0; positive weights; f'' > 0",
    on_paper=("f enters the Hessian by f' and f'' alone", "V depends on the |w_i| and x, so all orthants are alike"),
)
a, c, p, b, k, pull, rate, across, along_x = sympy.symbols("a c p b k A alpha B C", positive=True)
minimum = sympy.Symbol("xs", real=True)
u = sympy.Symbol("u", nonnegative=True)


def check(apart=lambda depth: p * across, along=lambda depth: depth * along_x - (depth - p) * across, inner=-1):
    for depth in range(2, 5):
        flow, part = Flow(Lq(q), Product(depth), Decoupled(rate)), f"depth {depth}"
        (first, *_, last), balanced, x = flow.weights, dict.fromkeys(flow.weights, a), a**depth
        loss, scales = c * (flow.effective - minimum) ** 2 / 2, dict.fromkeys((a, c), POSITIVE)
        slope = at(Derivative(c * (a - minimum) ** 2 / 2, a), {a: x, minimum: x + rate ** (cj - 1) * a ** (cj - depth) / c})
        on = Domain(scales | {rate: POSITIVE, q: sympy.Interval.Lopen(1, 2)})
        still = at(Velocity(flow, first), balanced | {flow.slope: slope})
        yield Identity(still, 0, on=on, part=f"{part}, decoupled decay is at rest", samples=4)
        objective = loss + pull / p * sum(abs(w) ** p for w in flow.weights)
        here = balanced | {minimum: x + pull * a ** (p - depth) / c}
        on = Domain(scales | {pull: POSITIVE, p: sympy.Interval.Lopen(1, 12)})
        yield Identity(at(Derivative(objective, last), here), 0, on=on, part=f"{part}, V is stationary in {last}", samples=4)
        entries = {along_x: c * a ** (2 * depth - 2), across: pull * a ** (p - 2)}
        diagonal, other = along_x + (p - 1) * across, along_x - across
        for w, entry, name in ((last, diagonal, "diagonal"), (first, other, "beside it")):
            curved = at(Derivative(objective, w, last), here)
            yield Identity(curved, at(entry, entries), on=on, part=f"{part}, {name}", samples=4)
        hessian = [[diagonal if i == j else other for j in range(depth)] for i in range(depth)]
        yield from _eigenpairs(sympy.Matrix(hessian), apart(depth), along(depth), inner)
        fold = (1 - p / depth) * here[minimum] / (2 - p / depth)
        distance = depth * c * (2 - p / depth) * a ** (2 * depth - 2) * (x - fold) / x
        on = on.where(sympy.Ne(p, 2 * depth))
        yield Identity(at(along(depth), entries), distance, on=on, part=f"{part}, by the distance from the fold", samples=4)


def _eigenpairs(hessian, apart, along, inner):
    """With B for A a^(p-2) and C for f'' a^(2L-2)."""
    depth, on = hessian.rows, Domain(dict.fromkeys((along_x, across, p), POSITIVE))
    for j in range(1, depth):
        vector = [(n == 0) - (n == j) for n in range(depth)]
        yield Spectrum(hessian, on=on, vector=vector, value=apart, part=f"depth {depth}, layers 1 and {j + 1} apart")
    edge, free = {p: sympy.Integer(depth) / (1 + k), along_x: k * across / (1 + k)}, {k: POSITIVE, b: POSITIVE}
    cases = {"L <= p": ({p: depth + u, along_x: along_x}, 1, 1, {along_x: POSITIVE, u: NONNEGATIVE})}
    cases |= {"outer": (edge, 1 + b, 1, free), "inner": (edge, 1 / (1 + b), inner, free)}
    for name, (rule, factor, sign, ranges) in cases.items():
        values = rule | {along_x: factor * rule[along_x]}
        rows, part = hessian.xreplace(values), f"depth {depth}, {name}, along equal layers"
        on = Domain({across: POSITIVE} | ranges)
        yield Spectrum(rows, on=on, sign=sign, vector=[1] * depth, value=along.xreplace(values), part=part)


MUTANTS = {
    "p - 1": {"apart": lambda depth: (p - 1) * across},
    "one layer more": {"along": lambda depth: depth * along_x - (depth + 1 - p) * across},
    "the inner branch is a minimum": {"inner": 1},
}
