r"""A cubic Newton-Schulz step squares the distance of each singular value from one, up to a factor, and keeps the polar factor.

.. math:: X \mapsto \tfrac12 X (3 - X^\top X): \qquad P \operatorname{diag}(x) Q^\top \mapsto P \operatorname{diag}(h(x)) Q^\top,
   \quad h(x) = \tfrac12 x (3 - x^2), \quad 1 - h(x) = \tfrac12 (1 - x)^2 (2 + x)

So for 0 < x < sqrt(3) the next value is in (0, 1], and 1 - h is at most 2 (1 - x)^2 up to x = 2, on (0, 1) at most
3/2 (1 - x)^2; there a step raises x. At sqrt(3) the next value is 0, and beyond it is negative.

Not to be confused with the quintic of Muon, which has no fixed point at one
(quintic_of_muon_keeps_singular_values_moving_in_an_interval).
Source: Bjorck and Bowie (1971).
"""

import sympy

from mirrortheory import POSITIVE, REALS, Domain
from mirrortheory.check.claims import Claim
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import rotation

CLAIM = Claim(
    "newton_schulz_step_squares_the_distance_of_singular_values_from_one",
    r"1 - h(x) = \tfrac12 (1 - x)^2 (2 + x), \quad 0 < h(x) \le 1,\ 1 - h(x) \le 2 (1 - x)^2 \text{ for } 0 < x < \sqrt 3",
    topic="matrices",
    source="Bjorck and Bowie (1971)",
    scope="every real x for the identity; 2 x 2 matrices, by the rotations P and Q, for the step on matrices",
)
s, t, x, y = sympy.symbols("s t x y", real=True)
k = sympy.Symbol("k", positive=True)


def check(step=lambda z, square: z * (3 - square) / 2, constant=2, inside=sympy.Rational(3, 2)):
    line = Domain({x: REALS})
    yield Identity(1 - step(x, x**2), (1 - x) ** 2 * (2 + x) / 2, on=line, part="the distance from one")
    below, one = sympy.sqrt(3 / (1 + k)), 1 / (1 + k)  # any number in (0, sqrt 3), and in (0, 1)
    ray = Domain({k: POSITIVE})
    yield Inequality(0, step(below, below**2), on=ray, part="positive below sqrt 3", strict=True)
    above = sympy.sqrt(3 + k)
    yield Inequality(step(above, above**2), 0, on=ray, part="negative above sqrt 3", strict=True)
    for value, name in ((one, "below 1"), (1 + k, "above 1")):
        yield Inequality(step(value, value**2), 1, on=ray, part=f"at most one, {name}", strict=True)
    for value, name in ((one, "below 1"), ((1 + 2 * k) / (1 + k), "from 1 to 2")):
        bound = constant * (1 - value) ** 2
        yield Inequality(1 - step(value, value**2), bound, on=ray, part=f"the distance is squared, {name}", strict=True)
    yield Inequality(1 - step(one, one**2), inside * (1 - one) ** 2, on=ray, part="below 1, the distance is squared", strict=True)
    yield Inequality(one, step(one, one**2), on=ray, part="rising below 1", strict=True)
    p, q, values = rotation(s), rotation(t), (x, y)
    start = p * sympy.diag(*values) * q.T
    after = (start * (3 * sympy.eye(2) - start.T * start)) / 2
    expected = p * sympy.diag(*(step(z, z**2) for z in values)) * q.T
    on = Domain(dict.fromkeys((s, t, x, y), REALS))
    for i in range(2):
        for j in range(2):
            yield Identity(after[i, j], expected[i, j], on=on, part=f"the step of a matrix, entry {i + 1}, {j + 1}", samples=3)


MUTANTS = {
    "a step that overshoots": {"step": lambda z, square: z * (5 - square) / 4},
    "a smaller factor": {"constant": sympy.Rational(7, 4)},
    "the factor 4/3 inside": {"inside": sympy.Rational(4, 3)},
}
