r"""Gradient flow with momentum on an inner product keeps two angular momenta, one more than on wider matrix products.

.. math:: x = u \cdot v:\qquad \frac{\mathrm d}{\mathrm dt}\, e^{\gamma t} \bigl(a \wedge \dot a\bigr) =
   \frac{\mathrm d}{\mathrm dt}\, e^{\gamma t} \bigl(b \wedge \dot b\bigr) = 0, \qquad a = u + v,\ b = u - v

As :math:`4x = |a|^2 - |b|^2`, a and b move by central forces of opposite sign, each by itself. Their sum is the angular momentum
of all products :math:`U V^\top` (momentum_keeps_the_angular_momenta_of_a_matrix_product). Each :math:`a \wedge \dot a` has rank
2, so 2r - 3 of its entries are independent, and with both there are 2(2r - 3) laws, no more. For U 2 x r and V 1 x r with
r = 2, 3, 5 the r(r-1)/2 angular momenta of that claim are all.

Found by counting: r(r-1)/2 was expected.
Source: this project.
"""

import sympy

from mirrortheory import NONNEGATIVE, POSITIVE, REALS, Domain, HasLaws
from mirrortheory.check.claims import Claim
from mirrortheory.evidence import Identity
from mirrortheory.notation import matrix

CLAIM = Claim(
    "momentum_on_an_inner_product_keeps_two_angular_momenta",
    r"\frac{d}{dt} e^{\gamma t}\,(u \pm v) \wedge (\dot u \pm \dot v) = 0 \ (x = u \cdot v);\ \#\{\text{laws}\} = 2(2r - 3)",
    topic="matrices",
    source="this project",
    scope="laws for u, v in R^r, r = 2, 3, every gamma >= 0 and slope, E = e^(gamma t); counts for r = 2, 3, 4, 5 and for U 2 x r, "
    "V 1 x r with r = 2, 3, 5, gamma = 0, 1",
)


def check(sign=-1, rate_of_time=1, narrow=lambda r: 2 * (2 * r - 3), wide=lambda r: r * (r - 1) // 2):
    gamma, factor, slope = sympy.Symbol("gamma", nonnegative=True), sympy.Symbol("E", positive=True), sympy.Symbol("c", real=True)
    for r in (2, 3):
        u, v, p, s = (matrix(name, 1, r) for name in "uvps")  # p, s are the velocities of u, v
        x = u.dot(v)
        on = Domain(dict.fromkeys([*u, *v, *p, *s, slope], REALS) | {gamma: NONNEGATIVE, factor: POSITIVE})
        field = dict(zip([*u, *v], [*p, *s], strict=True)) | {factor: rate_of_time * gamma * factor}
        force = {w: -slope * sympy.Derivative(x, w) for w in [*u, *v]}
        field |= {field[w]: force[w] - gamma * field[w] for w in [*u, *v]}
        for plus, name in ((1, "u + v"), (-1, "u - v")):
            a, velocity = u + plus * v, p + plus * s
            for i in range(r):
                for j in range(i):
                    law = factor * (a[i] * velocity[j] + sign * velocity[i] * a[j])
                    rate = sum(sympy.Derivative(law, w) * value for w, value in field.items())
                    yield Identity(rate, 0, on=on, part=f"r = {r}, {name}, entries {i + 1} and {j + 1}")
    for gamma in (0, 1):
        for rows, number in ((1, narrow), (2, wide)):
            for r in (2, 3, 4, 5) if rows == 1 else (2, 3, 5):
                u, v = matrix("u", rows, r), matrix("v", 1, r)
                yield HasLaws(list(u * v.T), [*u, *v], 2, number(r), damping=gamma, part=f"{rows} x {r}, gamma = {gamma}")


MUTANTS = {
    "the symmetric part": {"sign": 1},
    "without the exponential": {"rate_of_time": 0},
    "one angular momentum": {"narrow": lambda r: r * (r - 1) // 2},
    "all entries": {"narrow": lambda r: r * (r - 1)},
    "two for wider products": {"wide": lambda r: r * (r - 1)},
}
