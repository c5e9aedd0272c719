r"""A tie of k < p smallest layers reaches zero in finite time under a constant slope that drives it there, at every imbalance.

.. math:: \frac{\mathrm d}{\mathrm d t}\, s^{1-k/p} = -q\Bigl(1 - \frac kp\Bigr) G^{q-1} \prod_{i > k} (s + \lambda_i)^{1/p}
          \;\Rightarrow\; T \le \frac{s_0^{1-k/p}}{q\,(1 - k/p)\,G^{q-1} \prod_{i > k} \lambda_i^{1/p}}

with s = |w_1|^q = .. = |w_k|^q, the others |w_i|^q = s + lambda_i, x > 0 and f' = G > 0. With all layers tied, k = L, it is an
equality. Run backwards, with the slope -G, it bounds the time to leave the saddle from any start, however small. The exponent
1 - k/p is positive just for k < p, that is m_0 = q (k - 1)/k < 1: at q = 1 for every k.

Not to be confused with k >= p: saddle_of_at_least_p_layers_is_never_reached. What comes after the arrival is not unique:
flow_may_stay_at_a_saddle_or_leave_it_below_the_conjugate_exponent.
Source: this project.
"""

import sympy

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import metric_exponent, p, q
from mirrortheory.theory import S

CLAIM = Claim(
    "saddle_is_reached_in_finite_time_below_the_conjugate_exponent",
    r"k < p: \quad T \le \frac{s_0^{1-k/p}}{q (1 - k/p) G^{q-1} \prod_{i > k} \lambda_i^{1/p}}",
    topic="saddles",
    source="this project",
    scope="depth 2..5, k = 2..L smallest layers, positive weights; 1 <= q < k/(k - 1); constant slope G > 0",
    on_paper=("u^(1/p) grows with u", "what is positive and falls at least at a fixed rate reaches 0 in finite time"),
)

strength = sympy.Symbol("G", positive=True)


def check(power=lambda k: q - k * (q - 1), rate=q - 1, end=lambda k: sympy.Rational(k, k - 1)):
    for depth in range(2, 6):
        flow = Flow(Lq(q), Product(depth))
        for k in range(2, depth + 1):
            shifts = (sympy.S.Zero,) * k + tuple(sympy.Symbol(f"lam{i}", positive=True) for i in range(k + 1, depth + 1))
            part, near = f"depth {depth}, k = {k}", {q: sympy.Interval.Ropen(1, end(k))}
            curve = {w: (S + shift) ** (1 / q) for w, shift in zip(flow.weights, shifts, strict=True)} | {flow.slope: strength}
            on = Domain(dict.fromkeys((S, strength, *shifts[k:]), POSITIVE) | near)
            falls = at(flow.derivative(flow.weights[0] ** power(k)), curve)
            others = sympy.Mul(*((S + shift) ** (1 - 1 / q) for shift in shifts[k:]))
            law = -q * (1 - k * (q - 1) / q) * strength**rate * others
            yield Identity(falls, law, on=on, part=f"{part}, rate of s^(1 - k/p)")
            if k < depth:
                least, most = sympy.Mul(*shifts[k:]), sympy.Mul(*(S + shift for shift in shifts[k:]))
                yield Inequality(least, most, on=Domain(on.ranges), strict=True, part=f"{part}, the others are at least lambda")
        half = Domain({q: sympy.Interval.Ropen(1, end(depth))})
        yield Inequality(0, 1 - depth * (q - 1) / q, on=half, strict=True, part=f"k = {depth}, 1 - k/p > 0")
        yield Inequality(metric_exponent(depth), 1, on=half, strict=True, part=f"k = {depth}, m_0 < 1")
    beyond = Domain({q: sympy.Interval.Lopen(1, 2)})
    yield Identity(1 / p, 1 - 1 / q, on=beyond, part="1/p")


MUTANTS = {
    "one layer more": {"power": lambda k: q - (k + 1) * (q - 1)},
    "G": {"rate": sympy.S.One},
    "beyond the conjugate exponent": {"end": lambda k: sympy.Rational(k + 1, k - 1)},
}
