r"""The plateaus of a flow that changes a sign are the only minima of its loss under the signs that are allowed.

.. math:: f = \tfrac12 (2x_1 + x_2 - 2)^2 + \tfrac12 (x_1 + 1)^2: \qquad
          (0, 0), \quad (\tfrac35, 0), \quad (0, 2), \quad (-1, 4)

are the only minima over: no coordinate; x_1 >= 0; x_1, x_2 >= 0; x_1 <= 0 <= x_2. Shown by multipliers: mu_j = d_j f at the
plateau, which is 0 where x_j is not, and presses x_j to 0 where it is. The plateau is the only minimum of f - mu.x over all x of
which the other coordinates are 0, and mu.x >= 0 under the signs. On the third plateau mu_1 = 1.

How the signs come about: accumulated_gradient_of_an_example_takes_a_coordinate_out_and_in_with_the_other_sign.
Source: this project; Pesme and Flammarion (2023), arXiv:2304.00488, for the rule.
"""

import sympy
from sympy import Derivative, Rational

from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONNEGATIVE, REALS, Domain
from mirrortheory.evidence import Identity, Inequality, Minimiser

CLAIM = Claim(
    "plateaus_of_an_example_are_the_only_minima_under_their_signs",
    r"x_k = \operatorname{argmin} \{ f : s_j x_j \ge 0, \ x_j = 0 \text{ for } s_j = 0 \}: \quad"
    r" (0, 0), (\tfrac{3}{5}, 0), (0, 2), (-1, 4)",
    topic="saddles",
    source="this project; arXiv:2304.00488, cf. the plateaus",
    scope="f = |Z x - b|^2/2, Z = [[2, 1], [1, 0]], b = (2, -1); the signs (0, 0), (1, 0), (1, 1), (-1, 1)",
    on_paper=("f(z) >= f(x) + mu.(z - x) = f(x) + mu.z, with equality at x alone, under the signs",),
)

x1, x2 = sympy.symbols("x1 x2", real=True)
size = sympy.Symbol("u", nonnegative=True)
LOSS = ((2 * x1 + x2 - 2) ** 2 + (x1 + 1) ** 2) / 2
SIGNS = {x1: 1}, {x1: 1, x2: 1}, {x1: -1, x2: 1}
PLATEAUS = {x1: Rational(3, 5)}, {x1: 0, x2: 2}, {x1: -1, x2: 4}


def check(plateaus=PLATEAUS, signs=SIGNS):
    for plateau, allowed in zip(plateaus, signs, strict=True):
        part, slopes = f"signs {tuple(allowed.values())}", {}
        held = at(LOSS, {v: 0 for v in (x1, x2) if v not in allowed})
        for v, sign in allowed.items():
            slopes[v] = at(Derivative(held, v), plateau)
            if plateau[v] == 0:
                pressed = slopes[v] * sign * size
                yield Inequality(0, pressed, on=Domain({size: NONNEGATIVE}), part=f"{part}, {v} is pressed to 0")
            else:
                yield Inequality(0, sign * plateau[v] * size, on=Domain({size: NONNEGATIVE}), part=f"{part}, {v} has its sign")
                yield Identity(slopes[v], 0, on=Domain({}), part=f"{part}, nothing moves {v}")
        multiplied, on = held - sum(slopes[v] * v for v in allowed), Domain(dict.fromkeys(allowed, REALS))
        yield Minimiser(multiplied, plateau, on=on, strict=True, part=f"{part}, the only minimum of f - mu.x")


MUTANTS = {
    "the minimum without signs": {"plateaus": (PLATEAUS[0], PLATEAUS[2], PLATEAUS[2])},
    "the first coordinate stays": {"plateaus": (PLATEAUS[0], {x1: Rational(3, 5), x2: 0}, PLATEAUS[2])},
    "the sign is kept": {"signs": (*SIGNS[:2], SIGNS[1])},
}
