r"""A tie of k >= p smallest layers never reaches zero, under any slope that stays bounded.

.. math:: \frac{\mathrm d}{\mathrm d t} \log s = -q\,\operatorname{sign}(f')|f'|^{q-1} s^{k/p-1} \prod_{i > k} (s + \lambda_i)^{1/p}
          \;\ge\; -q\,G^{q-1} s_0^{k/p-1} \prod_{i > k} (s_0 + \lambda_i)^{1/p}, \qquad |f'| \le G,\ s \le s_0

with s = |w_1|^q = .. = |w_k|^q, the others |w_i|^q = s + lambda_i and x > 0. So log s falls at most at a fixed rate while s is
below s_0, and s stays positive for all times: the flow comes no closer than exponentially. Here k/p >= 1, that is
m_0 = q (k - 1)/k >= 1; for gradient flow that is every tie. Run backwards it bounds the time to leave from below: from s_1 to s_0
it grows at least like log(s_0/s_1) as s_1 vanishes, at every imbalance.

Not to be confused with k < p: saddle_is_reached_in_finite_time_below_the_conjugate_exponent.
Source: this project.
"""

import sympy
from sympy import log

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONNEGATIVE, NONZERO, POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import metric_exponent, q
from mirrortheory.theory import S

CLAIM = Claim(
    "saddle_of_at_least_p_layers_is_never_reached",
    r"k \ge p: \quad \frac{d}{dt} \log s \ge -q\, G^{q-1} s_0^{k/p-1} \prod_{i > k} (s_0 + \lambda_i)^{1/p}",
    topic="saddles",
    source="this project",
    scope="depth 2..5, k = 2..L smallest layers, positive weights; k/(k - 1) <= q <= 2; |f'| <= G, s <= s_0",
    on_paper=("powers with exponents >= 0 grow with their base", "a logarithm that falls at most at a fixed rate stays finite"),
)

more = sympy.Symbol("b", nonnegative=True)


def check(power=lambda k: k * (q - 1) / q - 1, start=lambda k: sympy.Rational(k, k - 1), side=-1):
    for depth in range(2, 6):
        flow = Flow(Lq(q), Product(depth))
        for k in range(2, depth + 1):
            shifts = (sympy.S.Zero,) * k + tuple(sympy.Symbol(f"lam{i}", positive=True) for i in range(k + 1, depth + 1))
            part, exponents = f"depth {depth}, k = {k}", {q: sympy.Interval(start(k), 2)}
            curve = {w: (S + shift) ** (1 / q) for w, shift in zip(flow.weights, shifts, strict=True)}
            on = Domain(dict.fromkeys((S, *shifts[k:]), POSITIVE) | {flow.slope: NONZERO} | exponents)
            moves = at(flow.derivative(q * log(flow.weights[0])), curve)
            others = sympy.Mul(*((S + shift) ** (1 - 1 / q) for shift in shifts[k:]))
            law = side * q * flow.geometry.link(flow.slope) * S ** power(k) * others
            yield Identity(moves, law, on=on, part=f"{part}, rate of log s")
            if k < depth:
                now, first = (sympy.Mul(*(level + shift for shift in shifts[k:])) for level in (S, S + more))
                ahead = Domain(dict.fromkeys((S, *shifts[k:]), POSITIVE) | {more: NONNEGATIVE})
                yield Inequality(now, first, on=ahead, part=f"{part}, the others are at most those at s_0")
        beyond, on = {q: start(depth) + more}, Domain({more: NONNEGATIVE})
        yield Inequality(0, at(depth * (q - 1) / q - 1, beyond), on=on, part=f"k = {depth}, k/p - 1 >= 0")
        yield Inequality(1, at(metric_exponent(depth), beyond), on=on, part=f"k = {depth}, m_0 >= 1")


MUTANTS = {
    "one layer less": {"power": lambda k: (k - 1) * (q - 1) / q - 1},
    "below the conjugate exponent": {"start": lambda k: sympy.Rational(2 * k - 1, 2 * k - 2)},
    "the other direction": {"side": 1},
}
