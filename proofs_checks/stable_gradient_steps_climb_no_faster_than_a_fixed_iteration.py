r"""Below the stability limit gradient descent leaves a saddle no faster than an iteration that knows no rate.

.. math:: h \le \frac{2}{L x^{*\,2-2/L}} \;\Rightarrow\; v_{k+1} \le v_k + \tfrac2L v_k^{L-1}, \qquad v = w/w^*,\ x^* = w^{*L}

For f = (x - x*)^2/2 from balanced weights w in (0, w*). At the minimum where all weights are w*, the Hessian in the weights has the
eigenvalue L w*^(2L-2) along equal weights; its quadratic form is at most that anywhere, as L sum u_i^2 - (sum u_i)^2 is a sum of
squares. Gradient descent is stable up to 2 over it. A step with a part of that rate adds at most (2/L) v^(L-1) to v. The
iteration grows with v, so it stays ahead. From depth three on a step of it lowers v^(2-L) by at most 2(L-2)/L, so the number of
steps from v_0 to v_1 is at least L (v_0^(2-L) - v_1^(2-L))/(2(L-2)): mirrortheory.saddles.fewest_stable_steps counts them exactly.

Source: this project; for the question Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064.
"""

from itertools import combinations

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, REALS, Domain
from mirrortheory.evidence import Identity, Inequality

CLAIM = Claim(
    "stable_gradient_steps_climb_no_faster_than_a_fixed_iteration",
    r"h \le \frac{2}{L w^{*\,2L-2}} \Rightarrow v_{k+1} \le v_k + \tfrac2L v_k^{L-1}",
    topic="discrete",
    source="this project; arXiv:2603.02064 for the question",
    scope="depth 2..6; q = 2; f = (x - x*)^2/2, x* > 0; balanced weights in (0, w*); rates up to 2/(L w*^(2L-2))",
    on_paper=("induction over the steps", "a rate above 2 over the largest eigenvalue of the Hessian is not stable at the minimum"),
)

c, v, part_of_limit = sympy.symbols("c v p", positive=True)  # c = w*


def check(limit=2, pulled=1, lowered=2):
    unit = sympy.Interval.open(0, 1)
    for depth in range(2, 7):
        flow, name = Flow(Lq(2), Product(depth)), f"depth {depth}"
        minimum = dict.fromkeys(flow.weights, c)
        objective = (flow.effective - c**depth) ** 2 / 2
        slopes = [Derivative(objective, u) for u in flow.weights]
        u = sympy.symbols(f"u1:{depth + 1}", real=True)
        form = sum(
            a * b * at(Derivative(s, e), minimum)
            for a, s in zip(u, slopes, strict=True)
            for b, e in zip(u, flow.weights, strict=True)
        )
        largest, square = depth * c ** (2 * depth - 2), sum(e**2 for e in u)
        apart = c ** (2 * depth - 2) * sum((a - b) ** 2 for a, b in combinations(u, 2))
        everywhere = Domain({c: POSITIVE} | dict.fromkeys(u, REALS))
        yield Identity(largest * square - form, apart, on=everywhere, part=f"{name}, the Hessian is at most L w*^(2L-2)")
        along = at(form, dict.fromkeys(u, sympy.S.One))
        yield Identity(along, largest * depth, on=Domain({c: POSITIVE}), part=f"{name}, and is that along equal weights")
        rate = part_of_limit * limit / largest
        here = dict.fromkeys(flow.weights, c * v)
        pull = at(Derivative((z - c**depth) ** 2 / 2, z), {z: at(flow.effective, here)})
        step = v + pulled * rate * at(flow.derivative(flow.weights[0]), here | {flow.slope: pull}) / c
        bound = v + sympy.Rational(2, depth) * v ** (depth - 1)
        on = Domain({c: POSITIVE, v: unit, part_of_limit: sympy.Interval.Lopen(0, 1)})
        yield Inequality(step, bound, on=on, part=f"{name}, a step", strict=True)
        yield Inequality(0, Derivative(bound, v), on=Domain({v: POSITIVE}), part=f"{name}, the iteration grows with v", strict=True)
        if depth >= 3:
            drop = v ** (2 - depth) - bound ** (2 - depth)
            least = sympy.Rational(lowered * (depth - 2), depth)
            yield Inequality(drop, least, on=Domain({v: POSITIVE}), part=f"{name}, v^(2-L) falls by a bounded amount", strict=True)


z = sympy.Symbol("z", real=True)

MUTANTS = {"three over the eigenvalue": {"limit": 3}, "steps twice as long": {"pulled": 2}, "half as much": {"lowered": 1}}
