r"""Under X' = -X C X, the natural gradient flow of -log det, the inverse of a symmetric matrix moves at the gradient C.

.. math:: \dot X = -X C X \quad\Longrightarrow\quad \frac{\mathrm d}{\mathrm dt} X^{-1} = C, \qquad
   \frac{\mathrm d}{\mathrm dt} D(X^\ast, X) = -\operatorname{tr} C (X - X^\ast)

with the log-det divergence :math:`D(X, Y) = \operatorname{tr} X Y^{-1} - \log\det(X Y^{-1}) - n` (Burg, Stein), whose slope
in X is :math:`Y^{-1} - X^{-1}`. X and C need not commute, and no start has to be aligned: this is where matrices behave as
numbers (burg_entropy_comes_from_an_exponential). The flow is that of :math:`X = G G^\top` with
:math:`\dot G = -\tfrac12 G G^\top C\, G`.

Source: Kulis et al. (2009) for the divergence; this project.
"""

import sympy

from mirrortheory import REALS, Domain
from mirrortheory.check.claims import Claim
from mirrortheory.evidence import Identity
from mirrortheory.notation import matrix

CLAIM = Claim(
    "inverse_moves_at_the_gradient_under_the_natural_gradient_of_log_det",
    r"\dot X = -X C X \Rightarrow \frac{d}{dt} X^{-1} = C, \quad \frac{d}{dt} D(X^\ast, X) = -\operatorname{tr} C (X - X^\ast)",
    topic="matrices",
    source="Kulis et al. (2009) for the divergence; this project",
    scope="symmetric and invertible X, 2 x 2 and 3 x 3; the divergence, with log |det|, and X = G G^T: 2 x 2; every symmetric C",
)


def symmetric(name, size):
    found = matrix(name, size, size)
    return sympy.Matrix(size, size, lambda i, j: found[min(i, j), max(i, j)])


def inverse(m):
    return m.adjugate() / m.det()


def divergence(x, y):
    return (x * inverse(y)).trace() - sympy.log(abs(x.det())) + sympy.log(abs(y.det())) - x.rows


def check(order=lambda x, c: x * c * x, half=sympy.Rational(1, 2), logarithm=1):
    for n in (2, 3):
        x, c, y = (symmetric(name, n) for name in "xcy")
        letters = [*x, *c]
        everywhere = Domain(dict.fromkeys(letters, REALS), (sympy.Ne(x.det(), 0),))
        moved = -order(x, c)
        velocity = {x[i, j]: moved[i, j] for i in range(n) for j in range(i, n)}
        for i in range(n):
            for j in range(i, n):
                moving = sum(sympy.Derivative(inverse(x)[i, j], e) * speed for e, speed in velocity.items())
                yield Identity(moving, c[i, j], on=everywhere, part=f"{n} x {n}, entry {i + 1}, {j + 1} of the inverse", samples=4)
        if n > 2:
            continue
        both = Domain(dict.fromkeys([*letters, *y], REALS), (sympy.Ne(x.det(), 0), sympy.Ne(y.det(), 0)))
        distance = divergence(y, x) + (1 - logarithm) * (sympy.log(abs(y.det())) - sympy.log(abs(x.det())))
        moving = sum(sympy.Derivative(distance, e) * speed for e, speed in velocity.items())
        yield Identity(moving, -(c * (x - y)).trace(), on=both, part=f"{n} x {n}, the divergence along the flow", samples=4)
        slope = sum(sympy.Derivative(divergence(x, y), x[i, j]) * c[i, j] for i in range(n) for j in range(i, n))
        yield Identity(slope, (c * (inverse(y) - inverse(x))).trace(), on=both, part=f"{n} x {n}, its slope along C", samples=4)
    g, c = matrix("g", 2, 2), symmetric("c", 2)
    moved, gram = -half * g * g.T * c * g, inverse(g).T * inverse(g)
    on = Domain(dict.fromkeys([*g, *c], REALS), (sympy.Ne(g.det(), 0),))
    for i, j in ((0, 0), (0, 1), (1, 1)):
        moving = sum(sympy.Derivative(gram[i, j], e) * speed for e, speed in zip(g, moved, strict=True))
        yield Identity(moving, c[i, j], on=on, part=f"X = G G^T, entry {i + 1}, {j + 1} of the inverse", samples=4)


MUTANTS = {
    "gradient flow": {"order": lambda x, c: c},
    "exponentiated": {"order": lambda x, c: (x * c + c * x) / 2},
    "without the half": {"half": 1},
    "without the logarithm": {"logarithm": 0},
}
