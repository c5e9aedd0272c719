r"""The inverse metric grows like |x|^(m_0) at zero and |x|^(m_oo) at infinity, with exponents read off the depth polynomial.

.. math:: m_0 = \frac{q(k-1)}{k}, \qquad m_\infty = \frac{q(L-1)}{L}, \qquad
          m_0 - 1 = -\frac qk (1 + d_0), \quad m_\infty - 1 = -\frac qL (1 + d_\infty)

k is the number of smallest layers, d_0 and d_oo are the orders of the dual density. The exponent is the limit of
d log(1/R'')/d log x along the derived curve, a rational function of s that is cancelled before s = 0 or 1/s = 0 is put in. So R' is
finite at 0 iff m_0 < 1 and unbounded at infinity iff m_oo <= 1, that is L <= p; and m_0 < 2 always, so that R(0) is finite.

Source: this project; Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, for balanced layers.
"""

import sympy

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.claims import Claim
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import metric_exponent, q
from mirrortheory.theory import S

CLAIM = Claim(
    "metric_exponents_at_zero_and_infinity_come_from_the_depth_polynomial",
    r"m_0 = \frac{q(k-1)}{k}, \quad m_\infty = \frac{q(L-1)}{L}",
    source="this project; arXiv:2603.02064 for balanced layers",
    scope="depth 2..4, k = 1..L smallest layers; 1 <= q <= 2; x > 0",
)


def check(at_zero=metric_exponent, at_infinity=lambda depth, smallest: metric_exponent(depth)):
    exponents = {q: sympy.Interval(1, 2)}
    for depth in range(2, 5):
        for k in range(depth, 0, -1):
            shifts = (sympy.S.Zero,) * k + tuple(sympy.Symbol(f"lam{i}", positive=True) for i in range(k + 1, depth + 1))
            on = Domain(dict.fromkeys(shifts[k:], POSITIVE) | exponents)
            potential = derive(Flow(Lq(q), Product(depth)), imbalance=shifts).potential
            pace = sum(power / (S + shift) for shift, power in potential.effective.factors)
            elasticity = sympy.cancel(sympy.diff(potential.inverse_metric, S) / potential.inverse_metric / pace)
            far = sympy.cancel(elasticity.subs(S, 1 / S))
            near_order, far_order = potential.dual_density.order_at_zero(), potential.dual_density.order_at_infinity()
            ends = {"zero": (elasticity, at_zero(k), near_order, k), "infinity": (far, at_infinity(depth, k), far_order, depth)}
            for end, (exponent, expected, order, number) in ends.items():
                part = f"depth {depth}, k = {k}, at {end}"
                yield Identity(exponent.subs(S, 0), expected, on=on, part=part)
                yield Identity(expected - 1, -q * (1 + order) / number, on=on, part=f"{part}, order of the dual density")
            yield Inequality(at_zero(k), 2, on=Domain(exponents), part=f"depth {depth}, k = {k}, m_0 < 2", strict=True)


MUTANTS = {
    "zero as infinity": {"at_infinity": lambda depth, smallest: metric_exponent(smallest)},
    "smooth at zero": {"at_zero": lambda smallest: sympy.S.Zero},
    "one layer more": {"at_zero": lambda smallest: metric_exponent(smallest + 1)},
}
