r"""The mirror map of a product is finite at x = 0 iff fewer than p layers are smallest, that is m_0 < 1; else it is -oo there.

.. math:: q\,\frac{\mathrm d y}{\mathrm d s} = s^{-k/p} \prod_{i > k} (s + \lambda_i)^{-1/p}, \qquad
          \int_0 s^{-k/p}\,\mathrm d s < \infty \iff k < p \iff m_0 = \frac{q(k-1)}k < 1

along the curve |w_i|^q = s + lambda_i of the flow with k smallest layers. For 0 < s <= 1 the product lies between those of the 1
+ lambda_i and of the lambda_i, to the power -1/p, so q y' is a power of s between bounds. For k < p y has a limit at x = 0, and
R, extended evenly, is differentiable on all of R; for k >= p, y tends to -oo there, and R lives on an orthant (0, oo). At q = 1
(p = oo) y = s. The integral of the power is s^(1 - k/p)/(1 - k/p), and log s for k = p. The domain writes p as k + u for k < p,
and as (1 + k t)/(1 + t), from 1 up to k, for k > p.

The other end, x -> oo: mirror_map_is_onto_up_to_the_conjugate_depth.
Source: this project; Bauschke and Borwein (1997) for Legendre functions.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONNEGATIVE, POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import metric_exponent, p, q
from mirrortheory.theory import S

CLAIM = Claim(
    "mirror_map_is_finite_at_zero_up_to_the_conjugate_number_of_smallest_layers",
    r"R'(0^+) > -\infty \iff k < p \iff m_0 < 1",
    topic="potentials",
    source="this project; Bauschke and Borwein (1997)",
    scope="depth 2..4, k = 1..L smallest layers (the integrals for k <= 5); 1 <= q <= 2, k < p, k = p and k > p; x > 0",
    on_paper=(
        "powers are monotone, and so are integrals",
        "as s -> 0, s^r tends to 0 iff r > 0 and grows without bound iff r < 0, and log s tends to -oo",
    ),
)

t, u = sympy.symbols("t u", positive=True)
below = sympy.Symbol("r", nonnegative=True)  # s = 1/(1 + r), all of (0, 1]


def check(power=lambda k: k / p, excess=lambda k, conjugate: 1 - k / conjugate, on_the_line=sympy.log, order=metric_exponent):
    exponents = {q: sympy.Interval(1, 2)}
    for k in range(1, 6):
        yield from _integral(k, power(k), on_the_line)
        yield Inequality(0, excess(k, k + u), on=Domain({u: POSITIVE}), part=f"k = {k} < p", strict=True)
        smaller = (1 + k * t) / (1 + t)
        if k > 1:
            yield Inequality(excess(k, smaller), 0, on=Domain({t: POSITIVE}), part=f"k = {k} > p", strict=True)
        gap = (1 - order(k)) * k / q
        yield Identity(gap, excess(k, p), on=Domain({q: sympy.Interval.Lopen(1, 2)}), part=f"k = {k}, m_0 < 1 iff k < p")
    for depth in range(2, 5):
        for k in range(1, depth + 1):
            flow, part = Flow(Lq(q), Product(depth)), f"depth {depth}, k = {k}"
            shifts = (sympy.S.Zero,) * k + tuple(sympy.Symbol(f"lam{i}", positive=True) for i in range(k + 1, depth + 1))
            curve = {w: (S + e) ** (1 / q) for w, e in zip(flow.weights, shifts, strict=True)}
            on = Domain(dict.fromkeys((S, *shifts[k:]), POSITIVE) | exponents)
            pace = q * Derivative(at(flow.effective, curve), S) / at(flow.inverse_metric, curve)
            rest = sympy.Mul(*(S + e for e in shifts[k:]))
            yield Identity(pace, S ** -power(k) * rest ** (-1 / p), on=on, part=f"{part}, dy/ds", samples=4)
            if k == depth:
                continue
            near = Domain(dict.fromkeys(shifts[k:], POSITIVE) | {below: NONNEGATIVE})
            here = at(rest, {S: 1 / (1 + below)})
            yield Inequality(sympy.Mul(*shifts[k:]), here, on=near, part=f"{part}, the rest from below")
            yield Inequality(here, sympy.Mul(*(1 + e for e in shifts[k:])), on=near, part=f"{part}, the rest from above")


def _integral(k, power, on_the_line):
    critical = sympy.FiniteSet(*[sympy.Rational(k, k - 1)] * (k > 1))
    on = Domain({S: POSITIVE, q: sympy.Interval(1, 2) - critical})
    yield Identity(Derivative(S ** (1 - power) / (1 - power), S), S**-power, on=on, part=f"k = {k}, integral")
    for exponent in critical:
        slowest = at(S**-power, {q: exponent})
        yield Identity(Derivative(on_the_line(S), S), slowest, on=Domain({S: POSITIVE}), part=f"k = {k} = p, integral")


MUTANTS = {
    "one layer more": {"power": lambda k: (k + 1) / p},
    "up to k = p - 1": {"excess": lambda k, conjugate: 1 - (k + 1) / conjugate},
    "finite on the line": {"on_the_line": lambda s: s},
    "the order of one layer more": {"order": lambda k: metric_exponent(k + 1)},
}
