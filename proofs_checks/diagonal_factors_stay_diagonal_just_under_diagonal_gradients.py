r"""Under an entrywise link diagonal factors stay diagonal just under diagonal gradients; there the spectral link is the same.

.. math:: U = \operatorname{diag}(a),\ V = \operatorname{diag}(b): \qquad
   \varphi_q(C V^\top),\ \varphi_q(U^\top C) \text{ diagonal} \iff C \text{ diagonal}, \qquad
   \Phi_q(C V^\top) = \varphi_q(C V^\top) = \operatorname{diag}(\varphi_q(c_i b_i)) \text{ for diagonal } C

for a, b without zeros, at every q; the link of an entry 0 is 0, at q = 1 as a selection. So layers of numbers are exact for
matrices while the start and all gradients are diagonal. An entry of C off the diagonal moves one of U, at the speed
:math:`|c_{12} b_2|^{q-1}`, of which sign flow does not see the size.

The spectral link at q = 1 is blind to more: for a = b = 1 and any positive definite C it is 1, and diagonals stay. In other
bases than the standard ones spectral flow moves diagonals as numbers, entrywise flow need not
(aligned_factors_move_as_numbers_under_spectral_flow).
Source: this project.
"""

import sympy

from mirrortheory import NONZERO, POSITIVE, REALS, Domain
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import matrix, q, rotation

CLAIM = Claim(
    "diagonal_factors_stay_diagonal_just_under_diagonal_gradients",
    r"\varphi_q(C V^\top), \varphi_q(U^\top C) \text{ diagonal} \iff C \text{ diagonal}; \quad"
    r" \Phi_q(C V^\top) = \operatorname{diag}(\varphi_q(c_i b_i)) \text{ for diagonal } C; \quad"
    r" \Phi_1(C) = 1 \text{ for } C > 0",
    topic="matrices",
    source="this project",
    scope="U, V diagonal 2 x 2 and 3 x 3 without zeros, every C, entrywise link, 1 <= q <= 2; the spectral link: 2 x 2,"
    " singular values different and not 0",
)
s = sympy.Symbol("s", real=True)
small, gap = sympy.symbols("k d", positive=True)


def check(reach=lambda c, beside: c * beside, lower=1, power=lambda size: size ** (q - 1)):
    for n in (2, 3):
        u, v, c = matrix("u", n, n), matrix("v", n, n), matrix("c", n, n)
        outputs = list(u * v)
        off = {e[i, j]: sympy.S.Zero for e in (u, v) for i in range(n) for j in range(n) if i != j}
        diagonal = [e[i, i] for e in (u, v) for i in range(n)]
        on = Domain(dict.fromkeys(diagonal, NONZERO) | dict.fromkeys(c, REALS))
        for i in range(n):
            for j in range(n):
                for name, factor, beside in (("U", u, v[j, j]), ("V", v, u[i, i])):
                    slope = sum(z * sympy.Derivative(x, factor[i, j]) for z, x in zip(c, outputs, strict=True))
                    part = f"{n} x {n}, the gradient in {name}, entry {i + 1}, {j + 1}"
                    yield Identity(at(slope, off), reach(c[i, j], beside), on=on, part=part, samples=3)
    e, b = sympy.symbols("e b", real=True)  # an entry of C off the diagonal, and what it meets
    on = Domain({e: NONZERO, b: NONZERO, q: sympy.Interval(1, 2)})
    velocity = -sympy.sign(e * b) * abs(e * b) ** (q - 1)
    yield Identity(abs(velocity), power(abs(e * b)), on=on, part="the speed off the diagonal")
    yield Inequality(0, power(abs(e * b)), on=on, part="it is not 0", strict=True, samples=20)
    turn = rotation(s)
    g, on = matrix("g", 2, 2), Domain({s: REALS, small: POSITIVE, gap: POSITIVE, q: sympy.Interval(1, 2)})
    norm = sum(z**2 for z in g)
    for first, second in ((small + gap, small), (small + gap, -small), (-small, small + gap), (-small, -small - gap)):
        volume = sympy.sign(first * second) * g.det()  # |det g|
        singular = [(sympy.sqrt(norm + 2 * volume) + z * sympy.sqrt(norm - 2 * volume)) / 2 for z in (1, -1)]
        here = dict(zip(g, turn * sympy.diag(first, second) * turn.T, strict=True))  # s = 0: the standard bases
        linked = turn * sympy.diag(*(sympy.sign(z) * abs(z) ** (q - lower) for z in (first, second))) * turn.T
        for k in range(4):
            slope = sympy.Derivative(sum(z**q for z in singular) / q, g[k])
            yield Identity(at(slope, here), linked[k], on=on, part=f"spectral link of {first}, {second}, at {g[k]}", samples=3)
    here = dict(zip(g, turn * sympy.diag(small + gap, small) * turn.T, strict=True))
    cofactors = sympy.Matrix([[g[3], -g[2]], [-g[1], g[0]]])
    for k in range(4):
        polar = at(((g + cofactors) / sympy.sqrt(norm + 2 * g.det()))[k], here)
        at_one = Domain({s: REALS, small: POSITIVE, gap: POSITIVE})
        yield Identity(polar, sympy.eye(2)[k], on=at_one, part=f"spectral sign flow, C positive definite, {g[k]}", samples=3)


MUTANTS = {
    "the gradient off the diagonal is C": {"reach": lambda c, beside: c},
    "the power q": {"lower": 0},
    "a speed off the diagonal that grows with q": {"power": lambda size: size**q},
}
