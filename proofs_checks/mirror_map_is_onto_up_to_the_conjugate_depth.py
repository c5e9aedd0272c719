r"""The mirror map of a product of layers is onto iff L <= p: the integral of dy/ds is compared with that of a power of s.

.. math:: \bigl(q\,y'(s)\bigr)^p = \frac1{P(s)}, \qquad s^L \le P(s) \le (2s)^L \ \text{ for } s \ge \textstyle\sum_i \lambda_i,
.. math:: (2s)^{-L/p} \le q\,y'(s) \le s^{-L/p}, \qquad \int_{s_0}^\infty s^{-L/p}\,\mathrm d s = \infty
          \iff 1 - \tfrac Lp \ge 0 \iff L \le p

The integral of a power is s^(1 - L/p)/(1 - L/p), and log s on the line L = p; so y grows at least like log(s)/(2q) for L <= p, and
for L > p it gains at most s^(1 - L/p)/(q (L/p - 1)) beyond s. At q = 1 (p = oo) y = s, onto at every depth; at depth one R' is x.
The domain writes s as the sum of the lam_i plus a rest >= 0, p as L + u for L <= p, and as (1 + L t)/(1 + t), from 1 up to L, for
L > p.

Source: this project; Bauschke and Borwein (1997) for what an onto mirror map gives.
"""

import sympy

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.claims import Claim
from mirrortheory.domain import NONNEGATIVE, POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import p, q
from mirrortheory.theory import S, X

CLAIM = Claim(
    "mirror_map_is_onto_up_to_the_conjugate_depth",
    r"R'(\mathbb{R}_{>0}) \text{ is unbounded} \iff L \le p",
    source="this project; Bauschke and Borwein (1997)",
    scope="depth 1..6, k = 1..L smallest layers; 1 <= q <= 2, on both sides of L = p and on it; x > 0 (R' is odd or x > 0 alone)",
)

rest, u = sympy.symbols("rest u", nonnegative=True)
t = sympy.Symbol("t", positive=True)


def check(decay=lambda depth: depth / p, above=2, excess=lambda depth, conjugate: 1 - depth / conjugate, on_the_line=sympy.log):
    exponents = {q: sympy.Interval(1, 2)}
    euclidean = derive(Flow(Lq(q), Product(1))).potential.mirror_map
    yield Identity(euclidean, X, on=Domain({X: POSITIVE} | exponents), part="depth 1, R'")
    for depth in range(2, 7):
        for k in range(depth, 0, -1):
            shifts = (sympy.S.Zero,) * k + tuple(sympy.Symbol(f"lam{i}", positive=True) for i in range(k + 1, depth + 1))
            sizes, part = dict.fromkeys(shifts[k:], POSITIVE), f"depth {depth}, k = {k}"
            polynomial = sympy.Mul(*(S + shift for shift in shifts))
            density = derive(Flow(Lq(q), Product(depth)), imbalance=shifts).potential.dual_density.expression(S)
            for size, name in ((above * S, "below"), (S, "above")):
                bound = size ** -decay(depth) * (size**depth / polynomial) ** (1 / p)
                on = Domain({S: POSITIVE} | sizes | exponents)
                yield Identity(q * density, bound, on=on, part=f"{part}, dy/ds from {name}")
            far = {S: rest + sympy.Add(*shifts)}
            on = Domain({rest: NONNEGATIVE} | sizes)
            least = Identity if k == depth else Inequality  # balanced layers attain it
            yield least((S**depth).subs(far), polynomial.subs(far), on=on, part=f"{part}, s^L <= P")
            yield Inequality(polynomial.subs(far), ((above * S) ** depth).subs(far), on=on, part=f"{part}, P <= (2s)^L")
        yield from _integral(depth, decay(depth), on_the_line)
        yield Inequality(0, excess(depth, depth + u), on=Domain({u: NONNEGATIVE}), part=f"depth {depth} <= p")
        smaller = (1 + depth * t) / (1 + t)
        yield Inequality(excess(depth, smaller), 0, on=Domain({t: POSITIVE}), part=f"depth {depth} > p", strict=True)


def _integral(depth, power, on_the_line):
    critical = sympy.Rational(depth, depth - 1)
    on = Domain({S: POSITIVE, q: sympy.Interval(1, 2) - sympy.FiniteSet(critical)})
    yield Identity(sympy.diff(S ** (1 - power) / (1 - power), S), S**-power, on=on, part=f"depth {depth}, integral")
    slowest = (S**-power).subs(q, critical)
    yield Identity(sympy.diff(on_the_line(S), S), slowest, on=Domain({S: POSITIVE}), part=f"depth {depth} = p, integral")


MUTANTS = {
    "one layer more": {"decay": lambda depth: (depth + 1) / p},
    "q for p": {"decay": lambda depth: depth / q},
    "balanced only": {"above": 1},
    "up to the depth before": {"excess": lambda depth, conjugate: 1 - (depth + 1) / conjugate},
    "up to the depth after": {"excess": lambda depth, conjugate: 1 - (depth - 1) / conjugate},
    "bounded on the line": {"on_the_line": lambda s: -1 / s},
}
