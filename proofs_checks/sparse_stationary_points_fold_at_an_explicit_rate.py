r"""Beyond the conjugate depth, two nonzero stationary points of decay meet at an explicit rate and vanish: a fold.

.. math:: f = \tfrac12 (x - x^*)^2, \quad r = \frac pL < 1: \qquad
          \alpha_c = \Bigl[\frac{x^*}{2 - r}\,x_c^{1-r}\Bigr]^{q-1}, \qquad x_c = \frac{(1-r)\,x^*}{2-r}

A balanced point x > 0 is at rest under decoupled decay iff h(x) = x^(1-r) (x* - x) is alpha^(p-1). h is 0 at 0 and x*, increases
up to x_c, decreases from there, and h(x_c) is alpha_c^(p-1). So there are two stationary points for alpha < alpha_c, one on each
side of x_c, one for alpha = alpha_c, and none above. Along balanced layers the inner one, below x_c, is a local maximiser of f +
alpha^(p-1) (L/p) x^(p/L) and the outer one a local minimiser. Coupled decay is the same with r = 2/L and alpha = h(x), so that
alpha_c lacks the power q - 1.

Checked: the velocity of a layer is |w| (h(x)^(q-1) - alpha); h'(x) is (2 - r) x^(-r) (x_c - x), and the second derivative of the
penalised loss, where it is stationary, (2 - r)(x - x_c)/x. For their signs, r = 1/(1 + k), and x is x_c/(1 + b) or x_c (1 + b).
As certified roots for L = 3, q = 2: decay_stops_at_stationary_points_of_a_power_penalty.
Source: this project.
"""

import sympy
from sympy import Derivative

from mirrortheory import Coupled, Decoupled, Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import p, q, x
from mirrortheory.theory import Velocity

CLAIM = Claim(
    "sparse_stationary_points_fold_at_an_explicit_rate",
    r"\alpha_c = \Bigl[\frac{x^*}{2-r} \Bigl(\frac{(1-r) x^*}{2-r}\Bigr)^{1-r}\Bigr]^{q-1}, \quad r = p/L < 1",
    topic="decay",
    source="this project",
    scope="f = (x - x*)^2/2, x* > 0; balanced x > 0; every r in (0, 1) for the fold; the velocity at depth 2..6 "
    "(decoupled: 1 < q <= 2; coupled: 1 <= q <= 2); alpha > 0",
    on_paper=("a continuous function takes each value between two of its values, an increasing one once",),
)

x_star, gap, b, k, rate, fold_at, r = sympy.symbols("xs D b k alpha xc r", positive=True)
strength = sympy.Symbol("A", real=True)


def _level(r):
    """h: a balanced point x is at rest iff it is alpha^(p-1)."""
    return x ** (1 - r) * (x_star - x)


def check(critical=x_star / (2 - r), place=(1 - r) / (2 - r), inner=-1, coupled_power=1):
    for depth in range(2, 7):
        for decay, conjugate in ((Decoupled, p), (Coupled, sympy.Integer(2))):
            flow = Flow(Lq(q), Product(depth), decay(rate))
            yield from _at_rest(flow, conjugate / depth, coupled_power)
    unit = Domain({r: sympy.Interval.open(0, 1), x: POSITIVE, x_star: POSITIVE})
    fold, level = place * x_star, _level(r)
    turns = (2 - r) * x**-r * (fold - x)
    yield Identity(Derivative(level, x), turns, on=unit, part="h'")
    penalised = (x - x_star) ** 2 / 2 + strength * x**r / r
    yield Identity(at(Derivative(penalised, x), {strength: level}), 0, on=unit, part="the penalised loss is stationary")
    curved = (2 - r) * (x - fold) / x
    yield Identity(at(Derivative(penalised, x, x), {strength: level}), curved, on=unit, part="its second derivative")
    signs, below_one = Domain(dict.fromkeys((x_star, b, k), POSITIVE)), {r: 1 / (1 + k)}
    yield Identity(at(place * x_star, below_one), k * x_star / (1 + 2 * k), on=signs, part="x_c")
    here = {x: fold_at, x_star: (1 + 2 * k) * fold_at / k, **below_one}
    on, highest = Domain({fold_at: POSITIVE, k: POSITIVE}), critical * x ** (1 - r)
    yield Identity(at(level, here), at(highest, here), on=on, part="h(x_c)")
    for name, factor, side in (("inner", 1 / (1 + b), inner), ("outer", 1 + b, -inner)):
        here = {x: factor * k * x_star / (1 + 2 * k), **below_one}
        yield Inequality(0, side * at(curved, here), on=signs, part=f"{name} branch, second derivative", strict=True)
        yield Inequality(0, -side * at(turns, here), on=signs, part=f"{name} branch, h'", strict=True)


def _at_rest(flow, exponent, coupled_power):
    """h(x) against alpha in the velocity (coupled: the argument of the link), for f' = x - x*, x* = x + D."""
    w, depth, decoupled = flow.weights[0], len(flow.weights), isinstance(flow.decay, Decoupled)
    size, power = x ** sympy.Rational(1, depth), q - 1 if decoupled else coupled_power
    argument = -flow.slope * Derivative(flow.effective, w) - rate * w
    moves, part = Velocity(flow, w) if decoupled else argument, f"depth {depth}, {type(flow.decay).__name__}"
    slope = at(Derivative((x - x_star) ** 2 / 2, x), {x_star: x + gap})
    here = dict.fromkeys(flow.weights, size) | {flow.slope: slope}
    on = Domain(dict.fromkeys((x, gap, rate), POSITIVE) | {q: sympy.Interval.Lopen(1, 2) if decoupled else sympy.Interval(1, 2)})
    rest = at(_level(exponent), {x_star: x + gap})
    yield Identity(at(moves, here), size * (rest**power - rate), on=on, part=f"{part}, velocity by h")


MUTANTS = {
    "the fold at (1 - r) x*": {"place": 1 - r},
    "2 - r forgotten": {"critical": x_star},
    "the inner branch minimises": {"inner": 1},
    "coupled with the power q - 1": {"coupled_power": q - 1},
}
