r"""Under sign flow with coupled decay two layers that have met on the threshold slide along it together, by an explicit control.

.. math:: h = x f' + \alpha w_1^2 = 0, \ |w_1| = |w_2| = a, \quad \dot a = -\sigma: \qquad
          \sigma = \frac{(E - \alpha a^2)\,a}{2 E} \sum_{j > 2} \frac{\mathrm d |w_j|/\mathrm d t}{|w_j|}, \qquad E = x^2 f''(x)

sigma stands for sign h, in both layers, and h stays 0 with it; the other layers are off the threshold and move as the flow says,
at unit speed towards it. While |sigma| < 1 the two slide, as Filippov has it; else they leave on one side, and still together
(coupled_decay_never_widens_the_balance). At depth three, with |w_3| > a/2 and E = alpha a^2 (1 + v), v >= 0, they slide. Where
all layers have met, h = 0 is a point at rest (layers_at_rest_under_decay_are_all_zero_or_of_one_size).

f enters by f' and f'' alone, here those of k (x - x*)^2/2. How layers get there:
layers_move_towards_a_threshold_under_coupled_decay.
Source: this project; Filippov (1988) for the equivalent control.
"""

from itertools import product

import sympy
from sympy import Derivative

from mirrortheory import Coupled, Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONNEGATIVE, POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.theory import Velocity

CLAIM = Claim(
    "layers_that_have_met_slide_together_under_coupled_decay",
    r"\sigma = \frac{(x^2 f'' - \alpha a^2)\,a}{2 x^2 f''} \sum_{j > 2} \frac{d|w_j|/dt}{|w_j|}"
    r" \text{ keeps } x f' + \alpha a^2 = 0",
    topic="decay",
    source="this project; Filippov (1988)",
    scope="depth 3 and 4, layers 1 and 2 met, the others off the threshold; q = 1; alpha > 0; positive weights, x f' < 0, f'' > 0",
    on_paper=("Filippov's inclusion, with one control for the two layers", "f enters by f' and f'' alone, and |w_i| by its size"),
)

rate, a, k, d = sympy.symbols("alpha a k d", positive=True)
minimum, z = sympy.symbols("xs x", real=True)
v = sympy.Symbol("v", nonnegative=True)


def _control(curved, others, speeds):
    return (curved - rate * a**2) * a / (2 * curved) * sum(s / b for s, b in zip(speeds, others, strict=True))


def check(control=_control, least=sympy.Rational(1, 2)):
    for depth in (3, 4):
        flow = Flow(Lq(1), Product(depth), Coupled(rate))
        first, second, *others = flow.weights
        for sides in product((1, -1), repeat=depth - 2):  # 1: below the threshold, so growing
            part = f"depth {depth}, the others {', '.join('below' if side > 0 else 'above' for side in sides)}"
            free = sympy.symbols(f"b3:{depth + 1}", positive=True)
            sizes = [a / (1 + b) if side > 0 else a * (1 + b) for side, b in zip(sides, free, strict=True)]
            x = a**2 * sympy.Mul(*sizes)
            here = {first: a, second: a, **dict(zip(others, sizes, strict=True))}
            on = Domain(dict.fromkeys((a, rate, k, *free), POSITIVE))
            for w, side, b in zip(others, sides, free, strict=True):
                off = on.where(sympy.Ne(rate * a / (1 + b), rate * a * (1 + b)))  # the argument is not 0
                moved = at(Velocity(flow, w), here | {flow.slope: -rate * a**2 / x})
                yield Identity(moved, side, on=off, part=f"{part}, velocity of {w}", samples=4)
            slope = Derivative(k * (z - minimum) ** 2 / 2, z)
            pull = at(slope, {z: flow.effective})
            level = flow.effective * pull + rate * first**2
            sigma = control(k * x**2, sizes, sides)
            drift = -sigma * (Derivative(level, first) + Derivative(level, second))
            drift += sum(side * Derivative(level, w) for w, side in zip(others, sides, strict=True))
            there = here | {minimum: x + rate * a**2 / (k * x)}
            yield Identity(at(level, there), 0, on=on, part=f"{part}, on the threshold", samples=4)
            yield Identity(at(drift, there), 0, on=on, part=f"{part}, h stays 0", samples=4)
    for side in (1, -1):
        sigma = control(rate * a**2 * (1 + v), (least * a + d,), (side,))
        on = Domain(dict.fromkeys((a, rate, d), POSITIVE) | {v: NONNEGATIVE})
        for bound in (1, -1):
            yield Inequality(0, 1 + bound * sigma, on=on, part=f"depth 3, side {side}, |sigma| < 1 ({bound})", strict=True)


MUTANTS = {
    "without the decay": {
        "control": lambda curved, others, speeds: a / 2 * sum(s / b for s, b in zip(speeds, others, strict=True))
    },
    "the other way": {"control": lambda *of: -_control(*of)},
    "above a quarter": {"least": sympy.Rational(1, 4)},
}
