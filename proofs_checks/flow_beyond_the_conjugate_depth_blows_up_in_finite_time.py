r"""Under a constant slope that drives x up, the flow blows up in finite time for L > p, and never for L <= p.

.. math:: \frac{\mathrm d}{\mathrm d t}\, s^{-(L/p-1)} \le -q \Bigl(\frac Lp - 1\Bigr) G^{q-1}
          \;\Rightarrow\; T \le \frac{s_0^{1-L/p}}{q\,(L/p - 1)\,G^{q-1}}, \qquad f' = -G < 0

with s = |w_1|^q > 0 the smallest and |w_i|^q = s + lambda_i, at every imbalance; balanced layers attain it. For L <= p let
z = s + sum lambda_i: then dz/dt = ds/dt is at most q G^(q-1) z^(L/p), where L/p <= 1, so z stays finite. L > p is
m_oo = q (L - 1)/L > 1: where R' is bounded, its end is reached.

Not to be confused with a loss that has a minimum, before which the flow comes to rest.
Source: this project.
"""

import sympy
from sympy import log

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import imbalance, metric_exponent, q
from mirrortheory.theory import S

CLAIM = Claim(
    "flow_beyond_the_conjugate_depth_blows_up_in_finite_time",
    r"L > p: \quad T \le \frac{s_0^{1-L/p}}{q (L/p - 1) G^{q-1}}",
    topic="saddles",
    source="this project",
    scope="depth 2..5, layer 1 smallest, positive weights, any imbalance; constant slope -G; L > p for the blow-up, else none",
    on_paper=(
        "a power with an exponent >= 0 grows with its base",
        "what is positive and falls at least at a fixed rate reaches 0",
        "dz/dt <= C z^r with r <= 1 keeps z finite",
    ),
)

strength = sympy.Symbol("G", positive=True)


def check(power=lambda depth: depth * (q - 1) / q - 1, start=lambda depth: sympy.Rational(depth, depth - 1), total=sympy.Add):
    for depth in range(2, 6):
        flow, part, shifts = Flow(Lq(q), Product(depth)), f"depth {depth}", imbalance(depth)
        curve = {w: (S + shift) ** (1 / q) for w, shift in zip(flow.weights, shifts, strict=True)} | {flow.slope: -strength}
        on = Domain(dict.fromkeys((S, strength, *shifts[1:]), POSITIVE) | {q: sympy.Interval(1, 2)})
        first, n = flow.weights[0], depth * (q - 1) / q - 1  # n = L/p - 1
        falls = at(flow.derivative(first ** (-q * power(depth))), curve)
        product = sympy.Mul(*(1 + shift / S for shift in shifts)) ** (1 - 1 / q)  # P(s)^(1/p) = s^(L/p) times this
        yield Identity(falls, -q * n * strength ** (q - 1) * product, on=on, part=f"{part}, rate of s^(1 - L/p)")
        above = Domain(dict.fromkeys((S, *shifts[1:]), POSITIVE))
        yield Inequality(
            1, sympy.Mul(*(1 + shift / S for shift in shifts)), on=above, strict=True, part=f"{part}, at least balanced"
        )
        largest = S + total(*shifts)
        whole = sympy.Mul(*(S + shift for shift in shifts))
        yield Inequality(whole, largest**depth, on=above, part=f"{part}, P(s) <= z^L")
        moves = at(flow.derivative(q * log(first)), curve)  # d(log s)/dt, and z moves as s does
        yield Identity(
            moves * S,
            q * strength ** (q - 1) * sympy.Mul(*(S + e for e in shifts)) ** (1 - 1 / q),
            on=on,
            part=f"{part}, rate of z",
        )
        balanced = at(
            flow.derivative(first ** (-q * power(depth))), dict.fromkeys(flow.weights, S ** (1 / q)) | {flow.slope: -strength}
        )
        yield Identity(balanced, -q * n * strength ** (q - 1), on=on, part=f"{part}, balanced, rate of s^(1 - L/p)")
        if depth > 2:
            beyond = Domain({q: sympy.Interval.Lopen(start(depth), 2)})
            yield Inequality(0, n, on=beyond, strict=True, part=f"{part}, L/p - 1 > 0")
            yield Inequality(1, metric_exponent(depth), on=beyond, strict=True, part=f"{part}, m_oo > 1")
        up_to = Domain({q: sympy.Interval(1, sympy.Rational(depth, depth - 1))})
        yield Inequality(n, 0, on=up_to, part=f"{part}, L <= p")


MUTANTS = {
    "one layer more": {"power": lambda depth: (depth + 1) * (q - 1) / q - 1},
    "at every q": {"start": lambda depth: sympy.S.One},
    "the product of the imbalances": {"total": sympy.Mul},
}
