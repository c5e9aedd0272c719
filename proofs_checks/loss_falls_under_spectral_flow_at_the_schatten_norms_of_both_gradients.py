r"""Under spectral flow of X = U V the loss falls at the Schatten norms of both gradients to the power q, at every start.

.. math:: \dot U = -\Phi_q(C V^\top),\ \dot V = -\Phi_q(U^\top C) \quad\Longrightarrow\quad
   \frac{\mathrm d}{\mathrm dt} f(UV) = -|C V^\top|_{S_q}^q - |U^\top C|_{S_q}^q

C is the gradient of the loss in X. One line:
:math:`\dot f = \langle C V^\top, \dot U\rangle + \langle U^\top C, \dot V\rangle`, and G pairs with its link to
:math:`|G|_{S_q}^q`. At q = 1 these are nuclear norms, which are at least the Frobenius norms. For n = 1 the gradients have
rank one, and the rate is :math:`-(|C||V|)^q - |U^\top C|^q`.

Not to be confused with the entrywise link, for which it is the sum of all entries of the gradients to the power q
(energy_decays_along_steepest_flow).
Source: this project.
"""

import sympy

from mirrortheory import NONZERO, POSITIVE, REALS, Domain
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import matrix, q, rotation

CLAIM = Claim(
    "loss_falls_under_spectral_flow_at_the_schatten_norms_of_both_gradients",
    r"\frac{d}{dt} f(UV) = -|C V^\top|_{S_q}^q - |U^\top C|_{S_q}^q",
    topic="matrices",
    source="this project",
    scope="2 x 2 and 2 x 3 times 3 x 1, all U, V, C for the pairing of velocities; 1 <= q <= 2; singular values of 2 x 2 gradients"
    " different and not 0, columns not 0",
)
s, t = sympy.symbols("s t", real=True)
small, gap = sympy.symbols("k d", positive=True)


def check(total=lambda first, second: -first - second, exponent=q, lower=1):
    for m, r, n in ((2, 2, 2), (2, 3, 1)):
        u, v, c, a, b = matrix("u", m, r), matrix("v", r, n), matrix("c", m, n), matrix("a", m, r), matrix("b", r, n)
        velocity = dict(zip([*u, *v], [*(-a), *(-b)], strict=True))  # minus the links a and b of the two gradients
        rate = sum(z * sympy.Derivative(x, w) * e for z, x in zip(c, u * v, strict=True) for w, e in velocity.items() if x.has(w))
        pairings = [sum(x * y for x, y in zip(g, h, strict=True)) for g, h in ((c * v.T, a), (u.T * c, b))]
        on = Domain(dict.fromkeys([*u, *v, *c, *a, *b], REALS))
        yield Identity(rate, total(*pairings), on=on, part=f"{m} x {r} times {r} x {n}, by pairings", samples=4)
    g = matrix("g", 2, 2)
    for sign in (1, -1):
        on = Domain({s: REALS, t: REALS, small: POSITIVE, gap: POSITIVE, q: sympy.Interval(1, 2)})
        volume, norm = sign * g.det(), sum(e**2 for e in g)  # |det g|, and the Frobenius norm squared
        singular = [(sympy.sqrt(norm + 2 * volume) + e * sympy.sqrt(norm - 2 * volume)) / 2 for e in (1, -1)]
        start = rotation(s) * sympy.diag(small + gap, sign * small) * rotation(t).T
        linked = rotation(s) * sympy.diag((small + gap) ** (q - lower), sign * small ** (q - lower)) * rotation(t).T
        here = dict(zip(g, start, strict=True))
        paired = sum(x * y for x, y in zip(start, linked, strict=True))
        power = at(sum(value**exponent for value in singular), here)
        yield Identity(paired, power, on=on, part=f"a gradient and its link, det of sign {sign}", samples=3)
        nuclear = at(sum(singular) ** 2, here)
        at_one = Domain({letter: region for letter, region in on.ranges.items() if letter != q})
        yield Inequality(at(norm, here), nuclear, on=at_one, part=f"the nuclear norm, det of sign {sign}", samples=20)
    x, y, z = sympy.symbols("x y z", real=True)
    on, length = Domain({x: NONZERO, y: NONZERO, z: NONZERO, q: sympy.Interval(1, 2)}), sympy.sqrt(x**2 + y**2 + z**2)
    paired = sum(e * e * length ** (q - 1 - lower) for e in (x, y, z))
    yield Identity(paired, length**exponent, on=on, part="a column and its link")


MUTANTS = {
    "the first gradient alone": {"total": lambda first, second: -first},
    "the power 2": {"exponent": 2},
    "the link of another power": {"lower": 0},
}
