r"""The mirror map of a product of layers is onto iff L <= p: the integral of dy/ds is compared with that of a power of s.

.. math:: q\,\frac{\mathrm d y}{\mathrm d s} = q R'' \frac{\mathrm d x}{\mathrm d s} = P(s)^{-1/p}, \qquad
          s^L \le P(s) \le (2s)^L \ \text{ for } s \ge \textstyle\sum_i \lambda_i,
.. math:: (2s)^{-L/p} \le q\,y'(s) \le s^{-L/p}, \qquad \int_{s_0}^\infty s^{-L/p}\,\mathrm d s = \infty
          \iff 1 - \tfrac Lp \ge 0 \iff L \le p

along the curve |w_i|^q = s + lambda_i of the flow, R'' being 1/sum_i |dx/dw_i|^q there. The integral of a power is
s^(1 - L/p)/(1 - L/p), and log s on the line L = p; so y grows at least like log(s)/(2q) for L <= p, and
for L > p it gains at most s^(1 - L/p)/(q (L/p - 1)) beyond s. At q = 1 (p = oo) y = s, onto at every depth; at depth one R' is x.
The domain writes s as the sum of the lam_i plus a rest >= 0, p as L + u for L <= p, and as (1 + L t)/(1 + t), from 1 up to L, for
L > p. The lam_i are >= 0, so that any number of layers may be smallest.

What is checked is the end x -> oo. Where R'(0) = 0, R' is odd, and so onto R iff it is unbounded above. Balanced layers on the line
have a multiple of log x, onto R from x > 0; beyond it one of -x^(1 - m), which is unbounded below at 0, and yet not onto.

Source: this project; Bauschke and Borwein (1997) for what an onto mirror map gives.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONNEGATIVE, POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import p, q
from mirrortheory.theory import S, X

CLAIM = Claim(
    "mirror_map_is_onto_up_to_the_conjugate_depth",
    r"R'(x) \to \infty \text{ as } x \to \infty \iff L \le p, \qquad R' \text{ bounded above} \iff L > p",
    topic="potentials",
    source="this project; Bauschke and Borwein (1997)",
    scope="depth 1..6, every imbalance; 1 <= q <= 2, on both sides of L = p and on it; the end x -> oo alone",
    on_paper=(
        "powers are monotone, and so are integrals",
        "s^r grows without bound iff r > 0, and so does log s",
        "a continuous odd R' is onto iff it is unbounded above, and log x is onto",
    ),
)

rest, u = sympy.symbols("rest u", nonnegative=True)
t = sympy.Symbol("t", positive=True)


def check(decay=lambda depth: depth / p, above=2, excess=lambda depth, conjugate: 1 - depth / conjugate, on_the_line=sympy.log):
    exponents = {q: sympy.Interval(1, 2)}
    flow = Flow(Lq(q), Product(1))
    slope = Derivative(derive(flow).potential.mirror_map, X)
    metric = at(flow.inverse_metric, {flow.weights[0]: X})
    yield Identity(slope * metric, 1, on=Domain({X: POSITIVE} | exponents), part="depth 1, R'")
    for depth in range(2, 7):
        flow, part = Flow(Lq(q), Product(depth)), f"depth {depth}"
        # Every imbalance: |w_i|^q = a_i + s' with a_i > 0, of which the smallest is s.
        charges = tuple(S + sympy.Symbol(f"a{i}", positive=True) for i in range(1, depth + 1))
        curve = {w: charge ** (1 / q) for w, charge in zip(flow.weights, charges, strict=True)}
        pace = q * Derivative(at(flow.effective, curve), S) / at(flow.inverse_metric, curve)
        on = Domain(dict.fromkeys(sympy.Mul(*charges).free_symbols, POSITIVE) | exponents)
        for size, name in ((above * charges[0], "below"), (charges[0], "above")):
            bound = size ** -decay(depth) * (size**depth / sympy.Mul(*charges)) ** (1 / p)
            yield Identity(pace, bound, on=on, part=f"{part}, dy/ds from {name}")
        shifts = (sympy.S.Zero, *(sympy.Symbol(f"lam{i}", nonnegative=True) for i in range(2, depth + 1)))
        size, polynomial = rest + sympy.Add(*shifts), sympy.Mul(*(rest + sympy.Add(*shifts) + shift for shift in shifts))
        on = Domain(dict.fromkeys((rest, *shifts[1:]), NONNEGATIVE))
        yield Inequality(size**depth, polynomial, on=on, part=f"{part}, s^L <= P")
        yield Inequality(polynomial, (above * size) ** depth, on=on, part=f"{part}, P <= (2s)^L")
        yield from _integral(depth, decay(depth), on_the_line)
        yield Inequality(0, excess(depth, depth + u), on=Domain({u: NONNEGATIVE}), part=f"depth {depth} <= p")
        smaller = (1 + depth * t) / (1 + t)
        yield Inequality(excess(depth, smaller), 0, on=Domain({t: POSITIVE}), part=f"depth {depth} > p", strict=True)


def _integral(depth, power, on_the_line):
    critical = sympy.Rational(depth, depth - 1)
    on = Domain({S: POSITIVE, q: sympy.Interval(1, 2) - sympy.FiniteSet(critical)})
    yield Identity(Derivative(S ** (1 - power) / (1 - power), S), S**-power, on=on, part=f"depth {depth}, integral")
    slowest = at(S**-power, {q: critical})
    yield Identity(Derivative(on_the_line(S), S), slowest, on=Domain({S: POSITIVE}), part=f"depth {depth} = p, integral")


MUTANTS = {
    "one layer more": {"decay": lambda depth: (depth + 1) / p},
    "q for p": {"decay": lambda depth: depth / q},
    "balanced only": {"above": 1},
    "up to the depth before": {"excess": lambda depth, conjugate: 1 - (depth + 1) / conjugate},
    "up to the depth after": {"excess": lambda depth, conjugate: 1 - (depth - 1) / conjugate},
    "bounded on the line": {"on_the_line": lambda s: -1 / s},
}
