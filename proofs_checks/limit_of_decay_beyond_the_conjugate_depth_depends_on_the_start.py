r"""Beyond the conjugate depth the end of a flow with decay can depend on the start, although the loss is strictly convex.

.. math:: f = \tfrac12 (x - 1)^2, \ L = 3, \ q = 2, \ \alpha = \tfrac{111}{256}, \quad w_1 = w_2 = w_3 = a > 0:
          \qquad \dot a = a\,\bigl(\tfrac34 - a\bigr)\bigl(a^3 + \tfrac34 a^2 + \tfrac9{16} a - \tfrac{37}{64}\bigr)

and the last factor is positive from a = 1/2 on, while a (1 - a^3) <= alpha - 1/100 up to a = 23/50. So from every x(0) >= 1/8 the
flow tends to x = 27/64, and from every x(0) <= (23/50)^3 to 0, exponentially fast: no function of loss and decay alone tells the
limit. It is one loss at one rate: beyond the fold (sparse_stationary_points_fold_at_an_explicit_rate) every start goes to 0. Here
the penalised loss is lower at 0 (sparse_penalised_minimum_jumps_to_zero_before_the_fold: 27/64 < 2 x_c = 1/2), so that from x(0) >=
1/8 the flow ends at a local minimum that is not the least. For L <= p the penalty is convex.

Coupled decay at q = 1, sign flow, moves each layer by the sign of the same bracket, at unit speed: from these starts it
has the same two ends, and reaches them in finite time.
Not to be confused with stationary_points_of_decay_are_roots_where_simulated_flows_end, of single starts, simulated.
Source: this project.
"""

import sympy

from mirrortheory import Coupled, Decoupled, Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONNEGATIVE, POSITIVE, Domain
from mirrortheory.evidence import EndsAt, Exists, Identity, Inequality
from mirrortheory.flows import Quadratic

CLAIM = Claim(
    "limit_of_decay_beyond_the_conjugate_depth_depends_on_the_start",
    r"L = 3,\ p = 2: \quad x(0) \ge \tfrac18 \Rightarrow x \to \tfrac{27}{64};"
    r" \quad x(0) \le \left(\tfrac{23}{50}\right)^3 \Rightarrow x \to 0",
    topic="decay",
    source="this project",
    scope="L = 3, q = 2, alpha = 111/256, f = (x - 1)^2/2; layers of one size a > 0; coupled decay at q = 1 too",
    on_paper=(
        "a distance with d' <= -c d, c > 0, tends to 0 (q = 2), and at unit speed it is 0 in finite time (q = 1)",
        "what has one sign moves layers one way",
    ),
)

RATE, OUTER = sympy.Rational(111, 256), sympy.Rational(3, 4)
a, u, size = sympy.Symbol("a", positive=True), sympy.Symbol("u", nonnegative=True), sympy.Symbol("s", real=True)


def check(outer=OUTER, low=sympy.Rational(23, 50), high=sympy.S.Half):
    rest = a**3 + outer * a**2 + outer**2 * a - RATE / outer
    speed, on = a * (outer - a) * rest, Domain({a: POSITIVE})
    for flow in (Flow(Lq(2), Product(3), Decoupled(RATE)), Flow(Lq(1), Product(3), Coupled(RATE))):
        w, part = flow.weights[0], f"{type(flow.decay).__name__}, q = {flow.geometry.exponent}"
        here = dict.fromkeys(flow.weights, a) | {flow.slope: a**3 - 1}
        argument = -(flow.slope * sympy.Derivative(flow.effective, w) + RATE * w)  # of the link
        moved = flow.derivative(w) if isinstance(flow.decay, Decoupled) else argument
        yield Identity(at(moved, here), speed, on=on, part=f"{part}, the bracket", samples=8)
    yield Inequality(0, at(rest, {a: high + u}), on=Domain({u: NONNEGATIVE}), strict=True, part="from x = 1/8 on, towards 27/64")
    bracket, small = size * (1 - size**3), Domain({size: sympy.Interval(0, low)})
    yield Inequality(bracket, RATE - sympy.Rational(1, 100), on=small, part="up to (23/50)^3, towards 0")
    penalised = (a**3 - 1) ** 2 / 2 + RATE * sympy.Rational(3, 2) * a**2
    yield Exists(sympy.S.Half, at(penalised, {a: OUTER}), on=Domain({}), below=True, part="the penalised loss is lower at 0")
    flow, near = Flow(Lq(2), Product(3), Decoupled(RATE)), sympy.Rational(1, 1000)
    for start, end in (("1/2", sympy.Rational(27, 64)), ("9/20", sympy.S.Zero)):
        box = ((end - near, end + near),)
        yield EndsAt(flow, Quadratic([[1.0]], [1.0]), ((start,),) * 3, box, t_end=60, part=f"a run from a = {start}")


MUTANTS = {
    "another limit": {"outer": sympy.Rational(4, 5)},
    "from a = 9/20 on": {"high": sympy.Rational(9, 20)},
    "up to a = 1/2": {"low": sympy.S.Half},
}
