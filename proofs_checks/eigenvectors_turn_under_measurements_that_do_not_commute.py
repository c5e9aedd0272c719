r"""Gradient flow of :math:`X = U U^\top` under two measurements that do not commute turns the eigenvectors of X.

.. math:: \dot X = -2 (S X + X S),\quad S = \sum_k (\langle A_k, X\rangle - b_k) A_k: \qquad
   [\dot X, \ddot X] = 16\, a^2\, [S, \dot S] \ne 0 \ \text{ at } X = a I

for some A, b; where :math:`A_1 A_2 = A_2 A_1` it is 0. If X had the same eigenvectors at all times, all its derivatives would
commute. So no change of basis makes regression on numbers of such a problem, and the law of the end that commuting measurements
have (aligned_layers_under_measurements_with_a_common_basis_move_as_products_of_numbers) does not apply.

Source: this project; Gunasekar et al. (2017), arXiv:1705.09280, for commuting measurements.
"""

import sympy

from mirrortheory import POSITIVE, REALS, Domain
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.evidence import Exists, Identity
from mirrortheory.notation import matrix

CLAIM = Claim(
    "eigenvectors_turn_under_measurements_that_do_not_commute",
    r"\exists\, A_1, A_2, b:\ [\dot X, \ddot X] \ne 0 \text{ at } X = a I, \quad \dot X = -2 (S X + X S)",
    topic="bias",
    source="this project; Gunasekar et al. (2017), arXiv:1705.09280",
    scope="2 x 2; two symmetric measurements, for some that do not commute; 0 for all A_2 = c A_1 + e I; every b, a > 0",
)


def symmetric(name):
    M = matrix(name, 2, 2)
    return M.subs(M[1, 0], M[0, 1])


def inner(A, B):
    return sum(a * b for a, b in zip(A, B, strict=True))


def check(apart=True, tied=True):
    X = matrix("x", 2, 2)
    A, B, b, a = symmetric("f"), symmetric("g"), matrix("b", 2, 1), sympy.Symbol("a", positive=True)
    c, e = sympy.symbols("c e", real=True)

    def turning(first, second):
        S = (inner(first, X) - b[0]) * first + (inner(second, X) - b[1]) * second
        velocity = -2 * (S * X + X * S)
        bend = X.applyfunc(lambda w: sympy.S.Zero)
        for w, speed in zip(X, velocity, strict=True):
            bend += velocity.applyfunc(lambda f, w=w: sympy.Derivative(f, w)) * speed
        start = dict(zip(X, a * sympy.eye(2), strict=True))
        return at((velocity * bend - bend * velocity)[0, 1], start)

    letters = dict.fromkeys([*set(A), *b], REALS) | {a: POSITIVE}
    related = c * A + e * sympy.eye(2)
    second = B if apart else related
    on = Domain(letters | (dict.fromkeys([*set(B)], REALS) if apart else {c: REALS, e: REALS}))
    yield Exists(turning(A, second), 0, on=on, part="measurements that do not commute")
    commuting = related if tied else related + sympy.diag(1, 0)
    on = Domain(letters | {c: REALS, e: REALS})
    yield Identity(turning(A, commuting), 0, on=on, part="measurements that commute", samples=4)


MUTANTS = {"commuting ones turn": {"apart": False}, "others keep their basis": {"tied": False}}
