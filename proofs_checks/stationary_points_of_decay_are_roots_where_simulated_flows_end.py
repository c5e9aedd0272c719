r"""Stationary points of decay in three ways: in symbols, as roots of the velocity in an interval, and where simulated flows end.

.. math:: f = \tfrac12 (x - x^*)^2: \qquad x^* - x = \alpha^{p-1} x^{p/L-1} \ \text{(decoupled)}, \qquad
          x^* - x = \alpha\,x^{2/L-1} \ \text{(coupled)}

Decoupled decay for L < p (q = 3/2, L = 2), L = p (q = 3/2, L = 3) and L > p (q = 2, L = 3), and coupled at q = 1 and 2, L = 3: in
symbols the velocity of equal layers a = x^(1/L) vanishes there (coupled: the argument of the link); it is the only zero of that
in an interval, by Krawczyk's operator; and a flow from unbalanced layers ends there. Beyond p (2 for coupled decay) a second zero
lies on the inner branch, and from below it a flow ends at 0. Decoupled at q = 1, with sigma for the sign and without roots: a
flow ends at the corner alpha^(-L) of the box where x* lies beyond it, and at x* inside.

The simulations corroborate, and prove nothing. Closed forms: decay_stops_at_stationary_points_of_a_power_penalty; the two
branches: sparse_stationary_points_fold_at_an_explicit_rate.
Source: this project.
"""

import sympy
from sympy import Derivative, Rational

from mirrortheory import Coupled, Decoupled, Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import Domain
from mirrortheory.evidence import EndsAt, Identity, Root
from mirrortheory.flows import Quadratic
from mirrortheory.notation import x
from mirrortheory.theory import Velocity

CLAIM = Claim(
    "stationary_points_of_decay_are_roots_where_simulated_flows_end",
    r"\dot w = 0: \quad x^* - x = \alpha^{p-1} x^{p/L - 1} \text{ (decoupled)},"
    r" \quad x^* - x = \alpha\,x^{2/L - 1} \text{ (coupled)}",
    topic="decay",
    source="this project",
    scope="f = (x - x*)^2/2; numbers for q, L, alpha, x*: five points, and two at q = 1; roots in an interval; ends simulated",
)

a = sympy.Symbol("a", positive=True)
UNEQUAL, LOW = ("1", "4/5", "1"), ("2/5", "1/2", "2/5")
SPARSE, BRANCHES = Rational(27, 64), ((Rational(63, 100), Rational(99, 100)), (Rational(1, 10), Rational(63, 100)))
HALF, TIGHT = Decoupled("1/2"), "111/256"
# q, depth, decay, x, the intervals of the roots in a = x^(1/L), the start that ends at x, by when.
POINTS = (
    ("3/2", 2, HALF, Rational(9, 16), ((Rational(1, 10), Rational(43, 50)),), UNEQUAL[:2], 5),
    ("3/2", 3, HALF, SPARSE, ((Rational(1, 10), Rational(43, 50)),), UNEQUAL, 5),
    ("2", 3, Decoupled(TIGHT), SPARSE, BRANCHES, UNEQUAL, 20),
    ("2", 3, Coupled(TIGHT), SPARSE, BRANCHES, UNEQUAL, 20),
    ("1", 3, Coupled(TIGHT), SPARSE, BRANCHES, UNEQUAL, 4),
)


def check(decoupled=lambda q: q / (q - 1), coupled=2, corner=lambda depth: -depth, together=False):
    ends = []
    for exponent, depth, decay, point, intervals, start, t_end in POINTS:
        flow = Flow(Lq(exponent), Product(depth), decay)
        w, part = flow.weights[0], f"q = {exponent}, depth {depth}, {type(decay).__name__}"
        r = Rational(coupled if isinstance(decay, Coupled) else decoupled(flow.geometry.exponent))
        target = point + decay.rate ** (r - 1) * point ** (r / depth - 1)
        argument = flow.slope * Derivative(flow.effective, w) + decay.rate * w
        moves = argument if isinstance(decay, Coupled) else Velocity(flow, w)
        moves = at(moves, dict.fromkeys(flow.weights, a) | {flow.slope: at(Derivative((x - target) ** 2 / 2, x), {x: a**depth})})
        yield Identity(at(moves, {a: point ** Rational(1, depth)}), 0, on=Domain({}), part=f"{part}, at rest")
        if together:
            intervals = ((intervals[-1][0], intervals[0][1]),)
        for low, high in intervals:
            yield Root([moves], [a], on=Domain({a: sympy.Interval(low, high)}), part=f"{part}, the root in [{low}, {high}]")
        ends.append((flow, target, start, point, t_end, part))
        ends += [(flow, target, LOW, sympy.S.Zero, t_end, f"{part}, from below the inner branch")] * (len(intervals) == 2)
    for depth, target, sigma in ((2, Rational(8), -1), (2, Rational(9, 4), Rational(-3, 4))):
        flow = Flow(Lq(1), Product(depth), HALF)
        point = HALF.rate ** corner(depth) if sigma == -1 else target
        part = f"q = 1, x* = {target}"
        still = -sigma * flow.effective / abs(flow.effective) * sympy.sign(flow.weights[0]) - HALF.rate * flow.weights[0]
        size = dict.fromkeys(flow.weights, x ** Rational(1, depth))
        yield Identity(at(at(still, size), {x: point}), 0, on=Domain({}), part=f"{part}, at rest")
        ends.append((flow, target, UNEQUAL[:depth], point, 20, part))
    for flow, target, start, point, t_end, part in ends:
        near = Rational(1, 1000)
        box = ((point - near, point + near),)
        start, problem = tuple((w,) for w in start), Quadratic([[1.0]], [float(target)])
        yield EndsAt(flow, problem, start, box, t_end=t_end, part=f"{part}, where a flow ends")


MUTANTS = {
    "decoupled as coupled": {"decoupled": lambda q: 2},
    "coupled as p = 3": {"coupled": 3},
    "the side of a layer": {"corner": lambda depth: -1},
    "one root on both branches": {"together": True},
}
