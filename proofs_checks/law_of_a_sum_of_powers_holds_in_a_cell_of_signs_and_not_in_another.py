r"""A map can have a conservation law in one cell of signs and not in another, below q = 2.

.. math:: x = \Bigl(\sum_{a \in \{u, v, w\}} (s + a)^3,\; s\Bigr),\ q = \tfrac32: \qquad
   \frac{\mathrm d}{\mathrm dt}\, \frac{u - v}{u - w} = 0 \text{ where } s + u,\ s + v,\ s + w \text{ have one sign}

and not everywhere where the first is negative and the others are positive. The link turns :math:`3 (s + a)^2` into a multiple
of :math:`|s + a|`. Where their signs agree the three move as :math:`s + a`, by one factor, and their differences with them;
s shifts all three.

Found by a count of laws that was wrong across cells (:func:`mirrortheory.count_laws`, docs/conservation.md).
Source: this project.
"""

import sympy

from mirrortheory import NONZERO, POSITIVE, REALS, Domain
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.evidence import Exists, Identity

CLAIM = Claim(
    "law_of_a_sum_of_powers_holds_in_a_cell_of_signs_and_not_in_another",
    r"\frac{d}{dt}\frac{u - v}{u - w} = 0 \text{ if } s + u,\ s + v,\ s + w \text{ have one sign; }"
    r"\not\equiv 0 \text{ where } s + u < 0 < s + v,\ s + w",
    topic="balance",
    source="this project",
    scope="x = ((s+u)^3 + (s+v)^3 + (s+w)^3, s), q = 3/2; every slope c != 0 of the sum; all of one sign, both signs; s + u < 0",
)


def check(law=lambda u, v, w: (u - v) / (u - w), power=3, q=sympy.Rational(3, 2)):
    s, c, u, v, w = sympy.symbols("s c u v w", real=True)
    a, b, e = sympy.symbols("a b e", positive=True)
    x = sum((s + weight) ** power for weight in (u, v, w))
    argument = {z: c * sympy.Derivative(x, z) for z in (u, v, w)}  # s moves too, but is not in the law
    velocity = {z: -sympy.sign(f) * abs(f) ** (q - 1) for z, f in argument.items()}
    rate = sum(sympy.Derivative(law(u, v, w), z) * speed for z, speed in velocity.items())
    on = Domain({s: REALS, c: NONZERO, a: POSITIVE, b: POSITIVE, e: POSITIVE}, (sympy.Ne(a, e),))
    below = at(rate, {u: -a - s, v: -b - s, w: -e - s})
    yield Identity(below, 0, on=on, part="s + u, s + v, s + w < 0")
    one_sign = at(rate, {u: a - s, v: b - s, w: e - s})
    yield Identity(one_sign, 0, on=on, part="s + u, s + v, s + w > 0")
    mixed = at(rate, {u: -a - s, v: b - s, w: e - s})
    yield Exists(mixed, 0, on=Domain(on.ranges), part="s + u < 0 < s + v, s + w")


MUTANTS = {
    "a difference by itself": {"law": lambda u, v, w: u - v},
    "a quotient of weights": {"law": lambda u, v, w: u / w},
    "fourth powers": {"power": 4},
    "gradient flow": {"q": sympy.Integer(2)},
}
