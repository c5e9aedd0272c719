r"""The inverse metric grows like |x|^(m_0) at zero and |x|^(m_oo) at infinity, with exponents read off the depth polynomial.

.. math:: m_0 = \frac{q(k-1)}{k}, \qquad m_\infty = \frac{q(L-1)}{L}, \qquad
          m_0 - 1 = -\frac qk (1 + d_0), \quad m_\infty - 1 = -\frac qL (1 + d_\infty)

k is the number of smallest layers, d_0 and d_oo are the orders of the dual density dy/ds. Along the curve of the flow,
|w_i|^q = s + lambda_i, the elasticity d log(1/R'')/d log x is a rational function E(s), which is m_0 + s F(s) and
m_oo + G(1/s)/s with F and G without a pole at s = 0 and 1/s = 0; d_0 and d_oo come in the same way. So R' is finite at 0 iff
m_0 < 1 and unbounded at infinity iff m_oo <= 1, that is L <= p; and m_0 < 2 always, so that R(0) is finite. The exponents that a
derived potential states are these.

Source: this project; Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, for balanced layers.
"""

import sympy
from sympy import Derivative, log

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import metric_exponent, q
from mirrortheory.theory import S, exponents

CLAIM = Claim(
    "metric_exponents_at_zero_and_infinity_come_from_the_depth_polynomial",
    r"m_0 = \frac{q(k-1)}{k}, \quad m_\infty = \frac{q(L-1)}{L}",
    topic="potentials",
    source="this project; arXiv:2603.02064 for balanced layers",
    scope="depth 2..4, k = 1..L smallest layers; 1 <= q <= 2; x > 0",
    on_paper=("a rational function without a pole at a point tends to its value there",),
)

near = sympy.Symbol("n", nonnegative=True)  # s, or 1/s


def check(at_zero=metric_exponent, at_infinity=lambda depth, smallest: metric_exponent(depth)):
    for depth in range(2, 5):
        for k in range(depth, 0, -1):
            shifts = (sympy.S.Zero,) * k + tuple(sympy.Symbol(f"lam{i}", positive=True) for i in range(k + 1, depth + 1))
            on = Domain(dict.fromkeys((S, *shifts[k:]), POSITIVE) | {q: sympy.Interval(1, 2)})
            flow = Flow(Lq(q), Product(depth))
            potential, part = derive(flow, imbalance=shifts).potential, f"depth {depth}, k = {k}"
            density = potential.dual_density.expression(S)
            curve = {w: (S + shift) ** (1 / q) for w, shift in zip(flow.weights, shifts, strict=True)}
            metric, x = at(flow.inverse_metric, curve), at(flow.effective, curve)
            yield Identity(density * metric, Derivative(x, S), on=on, part=f"{part}, dual density")
            pace = sympy.Add(*(1 / (S + shift) for shift in shifts))
            polynomial = sympy.Mul(*(S + shift for shift in shifts))
            elasticity = sympy.cancel(q * sympy.diff(sympy.diff(polynomial, S), S) / sympy.diff(polynomial, S) / pace)
            order = sympy.cancel(-S * (q - 1) / q * pace)
            moves, along = Derivative(log(metric), S), Derivative(log(x), S)
            yield Identity(S * moves, S * elasticity * along, on=on, part=f"{part}, elasticity")
            yield Identity(S * Derivative(log(density), S), order, on=on, part=f"{part}, order of the dual density")
            sides = {"zero": (near, at_zero(k), k), "infinity": (1 / near, at_infinity(depth, k), depth)}
            for (side, (point, expected, number)), known in zip(sides.items(), exponents(potential), strict=True):
                m, d = (at(sympy.cancel(e.xreplace({S: point})), {near: 0}) for e in (elasticity, order))
                yield Identity(m, expected, on=on, part=f"{part}, at {side}")
                yield Identity(m, known, on=on, part=f"{part}, at {side}, as derived")
                yield Identity(m - 1, -q * (1 + d) / number, on=on, part=f"{part}, at {side}, order of the dual density")
            less = Domain({q: sympy.Interval(1, 2)})
            yield Inequality(at_zero(k), 2, on=less, part=f"{part}, m_0 < 2", strict=True)


MUTANTS = {
    "zero as infinity": {"at_infinity": lambda depth, smallest: metric_exponent(smallest)},
    "smooth at zero": {"at_zero": lambda smallest: sympy.S.Zero},
    "one layer more": {"at_zero": lambda smallest: metric_exponent(smallest + 1)},
}
