r"""Two layers aligned with measurements that have one basis of singular vectors stay so, and move as products of numbers.

.. math:: U = P\,\mathrm{diag}(u)\,R^\top,\ V = R\,\mathrm{diag}(v)\,Q^\top,\ A_k = P\,\mathrm{diag}(Z_k)\,Q^\top \ \Longrightarrow\
   P^\top \dot U R = -\mathrm{diag}(g_i v_i),\quad R^\top \dot V Q = -\mathrm{diag}(u_i g_i),\quad g = Z^\top c

for gradient flow on any loss of the measurements :math:`\langle A_k, U V\rangle = \sum_i Z_{ki} u_i v_i`, c its slopes in them. So
matrix sensing with such measurements is a problem of Z x, x = u v, and ends where that does. A spectral link of exponent q acts on
the numbers :math:`g_i v_i` as the link on numbers, since P and R are orthogonal.

Checked for each measurement by itself: the rate is the sum of their parts.

Not to be confused with measurements without a common basis (eigenvectors_turn_under_measurements_that_do_not_commute).
Source: Gunasekar et al. (2017), arXiv:1705.09280, for commuting measurements.
"""

import sympy

from mirrortheory import REALS, Domain
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.evidence import Identity
from mirrortheory.notation import matrix

CLAIM = Claim(
    "aligned_layers_under_measurements_with_a_common_basis_move_as_products_of_numbers",
    r"P^\top \dot U R = -\mathrm{diag}(g_i v_i),\ R^\top \dot V Q = -\mathrm{diag}(u_i g_i),\quad g = Z^\top c",
    topic="bias",
    source="Gunasekar et al. (2017), arXiv:1705.09280",
    scope="2 x 2 layers, gradient flow, any slopes c of two measurements; rotations P, Q, R by the tangent of half the angle",
)


def rotation(t):
    return sympy.Matrix([[1 - t**2, -2 * t], [2 * t, 1 - t**2]]) / (1 + t**2)


def inner(A, B):
    return sum(a * b for a, b in zip(A, B, strict=True))


def check(turned=0, sign=-1, other=0):
    U, V = matrix("m", 2, 2), matrix("n", 2, 2)
    u, v = sympy.symbols("u1:3", real=True), sympy.symbols("v1:3", real=True)
    turns = sympy.symbols("p r s", real=True)
    P, R, Q = map(rotation, turns)
    Z, slope = matrix("z", 2, 2), matrix("c", 2, 1)
    measured = [inner(P * sympy.diag(*Z.row(k)) * Q.T, U * V) for k in range(2)]
    start = dict(zip(U, P * sympy.diag(*u) * R.T, strict=True)) | dict(zip(V, R * sympy.diag(*v) * Q.T, strict=True))
    on = Domain(dict.fromkeys([*Z, *slope, *u, *v, *turns], REALS))
    for k, value in enumerate(measured):
        yield Identity(
            at(value, start), Z[k, 0] * u[0] * v[0] + Z[k, 1] * u[1] * v[1], on=on, part=f"measurement {k + 1}", samples=3
        )
        moves = [M.applyfunc(lambda w, value=value: at(-sympy.Derivative(value, w), start)) for M in (U, V)]
        for name, found, partner in (("U", P.T * moves[0] * R, v), ("V", R.T * moves[1] * Q, u)):
            for i in range(2):
                for j in range(2):
                    wanted = slope[k] * Z[k, i] * (sign * partner[(i + turned) % 2] if i == j else other)
                    yield Identity(
                        slope[k] * found[i, j], wanted, on=on, part=f"its part of the rate of {name}, {i + 1}, {j + 1}", samples=3
                    )


MUTANTS = {"the partner of the other coordinate": {"turned": 1}, "uphill": {"sign": 1}, "a turning basis": {"other": 1}}
