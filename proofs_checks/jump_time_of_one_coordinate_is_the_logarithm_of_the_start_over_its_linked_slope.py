r"""On L = p under a constant slope a coordinate leaves the saddle at log(1/a) over its linked slope, up to a bounded time.

.. math:: f' = -G, \quad |w_i| = a e^{G^{q-1} t}: \qquad T = \frac{\log(1/a) + c}{G^{q-1}} \iff x(T) = e^{Lc}, \qquad
          \frac{T}{\log(1/a)} \to \frac1{G^{q-1}} \quad (a \to 0)

for balanced layers, q = L/(L-1) and G^(q-1) = G^(1/(L-1)): every size of x has the same time in units of log(1/a), its jump time.
From L = 3 on
this covers balanced layers only. At q = 2, L = 2 from the layers (0, a), which may enter with either sign, the jump time is the
same: x(T) = (e^(2c) - a^4 e^(-2c))/4.

For other q and L: escape_time_stays_bounded_as_the_start_vanishes_below_the_critical_line.
Source: this project; Pesme and Flammarion (2023), arXiv:2304.00488, for q = 2 and many coordinates.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONNEGATIVE, POSITIVE, REALS, Domain
from mirrortheory.evidence import Identity, Limit
from mirrortheory.theory import Velocity

CLAIM = Claim(
    "jump_time_of_one_coordinate_is_the_logarithm_of_the_start_over_its_linked_slope",
    r"L = p,\ f' = -G: \quad x(T) = e^{Lc} \text{ at } T = \frac{\log(1/a) + c}{G^{q-1}}, \quad \frac{T}{\log(1/a)} \to G^{1-q}",
    topic="saddles",
    source="this project; arXiv:2304.00488, cf. q = 2",
    scope="depth 2..6, q = L/(L - 1), balanced layers (from L = 3 on these only); depth 2, q = 2 from (0, a); "
    "constant slope -G; c real, T >= 0",
    on_paper=("the flow has one solution from a start at which no two layers vanish",),
)

linked, a, log_start = sympy.symbols("v a ell", positive=True)  # v = G^(q - 1)
t, c = sympy.symbols("t c", real=True)


def check(rate=lambda depth: linked, unit=1, reached=sympy.Rational(1, 4)):
    moving = Domain({linked: POSITIVE, a: POSITIVE, t: NONNEGATIVE})
    late = Domain({linked: POSITIVE, log_start: POSITIVE, c: REALS})
    for depth in range(2, 7):
        flow, part = Flow(Lq(sympy.Rational(depth, depth - 1)), Product(depth)), f"depth {depth}"
        size, time = a * sympy.exp(rate(depth) * t), (log_start + c) / rate(depth)
        yield from _moves(flow, dict.fromkeys(flow.weights, size), linked ** (depth - 1), moving, part)
        there = at(size**depth, {a: sympy.exp(-log_start), t: time})
        yield Identity(there, sympy.exp(depth * c), on=late, part=f"{part}, x(T)")
        limit, factor = unit / rate(depth), sympy.Abs(c) / rate(depth)
        yield Limit(time / log_start, log_start, sympy.oo, limit, on=late, factor=factor, power=1, part=f"{part}, the jump time")
    flow, angle = Flow(Lq(2), Product(2)), rate(2) * t
    layers = dict(zip(flow.weights, (a * sympy.sinh(angle), a * sympy.cosh(angle)), strict=True))
    yield from _moves(flow, layers, linked, moving, "from (0, a)")
    x = at(at(flow.effective, layers), {a: sympy.exp(-log_start), t: (log_start + c) / rate(2)})
    end = reached * (sympy.exp(2 * c) - sympy.exp(-4 * log_start - 2 * c))
    yield Identity(x.rewrite(sympy.exp), end, on=late, part="from (0, a), x(T)")


def _moves(flow, layers, strength, on, part):
    for w in flow.weights:
        velocity = at(Velocity(flow, w), layers | {flow.slope: -strength})
        yield Identity(Derivative(layers[w], t), velocity, on=on, part=f"{part}, {w} moves as the flow does")


MUTANTS = {
    "the slope itself": {"rate": lambda depth: linked ** (depth - 1)},
    "faster by the depth": {"rate": lambda depth: depth * linked},
    "half the time": {"unit": sympy.Rational(1, 2)},
    "balanced and unbalanced alike": {"reached": 1},
}
