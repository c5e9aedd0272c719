r"""Heavy-ball flow of a product of two matrices keeps the angular momenta of its columns, times an exponential.

.. math:: \ddot w + \gamma \dot w = -\nabla f(U V^\top) \quad\Longrightarrow\quad
   \frac{\mathrm d}{\mathrm dt}\, e^{\gamma t} \bigl(U^\top \dot U - \dot U^\top U + V^\top \dot V - \dot V^\top V\bigr) = 0

The loss does not change when U and V are turned by one rotation of their columns; this is what Noether's theorem gives for
it. The exponential is a letter E with :math:`\dot E = \gamma E`. For U 2 x 5, V 1 x 5 there are no other laws
(:func:`mirrortheory.count_laws` with ``damping``).

Source: this project; Marcotte, Gribonval and Peyre (2024), arXiv:2405.12888, for the laws of such flows.
"""

import sympy

from mirrortheory import NONNEGATIVE, POSITIVE, REALS, Domain
from mirrortheory.check.claims import Claim
from mirrortheory.evidence import Identity
from mirrortheory.notation import matrix

CLAIM = Claim(
    "momentum_keeps_the_angular_momenta_of_a_matrix_product",
    r"\frac{d}{dt} e^{\gamma t}\left(U^\top \dot U - \dot U^\top U + V^\top \dot V - \dot V^\top V\right) = 0",
    topic="matrices",
    source="this project; Marcotte, Gribonval and Peyre (2024), arXiv:2405.12888",
    scope="U m x r, V n x r; (m, n, r) = (2, 1, 2), (1, 1, 3), (2, 2, 2); every gamma >= 0 and slope; E = e^(gamma t) > 0",
)


def check(rate_of_time=1, second=1, sign=-1):
    gamma, factor = sympy.Symbol("gamma", nonnegative=True), sympy.Symbol("E", positive=True)  # E = e^(gamma t)
    for m, n, r in ((2, 1, 2), (1, 1, 3), (2, 2, 2)):
        u, v, slope = matrix("u", m, r), matrix("v", n, r), matrix("c", m, n)
        p, s = matrix("p", m, r), matrix("s", n, r)  # their velocities
        weights, velocities, outputs = [*u, *v], [*p, *s], list(u * v.T)
        on = Domain(dict.fromkeys([*weights, *velocities, *slope], REALS) | {gamma: NONNEGATIVE, factor: POSITIVE})
        force = [-sum(c * sympy.Derivative(x, w) for c, x in zip(slope, outputs, strict=True)) for w in weights]
        field = dict(zip(weights, velocities, strict=True))
        field |= {v_: f - gamma * v_ for v_, f in zip(velocities, force, strict=True)} | {factor: rate_of_time * gamma * factor}
        momentum = u.T * p + sign * p.T * u + second * (v.T * s + sign * s.T * v)
        for i in range(r):
            for j in range(i):
                law = factor * momentum[i, j]
                rate = sum(sympy.Derivative(law, w) * value for w, value in field.items())
                yield Identity(rate, 0, on=on, part=f"({m}, {n}, {r}), columns {i + 1} and {j + 1}")


MUTANTS = {
    "without the exponential": {"rate_of_time": 0},
    "at half the rate": {"rate_of_time": sympy.Rational(1, 2)},
    "of U alone": {"second": 0},
    "the second with the other sign": {"second": -1},
    "the symmetric part": {"sign": 1},
}
