r"""Two row-equivalent regressions, with one start, one potential and one set of solutions, end apart under sign flow.

.. math:: Z = \begin{pmatrix} k & k & k \\ 2 & 1 & 0 \end{pmatrix}, \quad b = (-k, 1), \quad x_0 = 0: \qquad
          k = \tfrac43: x_\infty = (1, -1, -1), \qquad k = 2: x_\infty = \tfrac19 (8, -7, -10)

So nothing that knows R, x_0 and the set {x : Zx = b} alone predicts the end: scaling the first row keeps all of them. The columns
have three directions in a space of rank two. At depth one (x = w, R = x^2/2) both paths are affine in pieces. For k = 4/3 all signs
stay; for k = 2 the first coordinate turns at 1/9, and the second slides from 5/9 on, with the control -2/5. Here sigma_j in
SIGN(g_j), g = Z^T (b - Zx) and x' = sigma. By sign_flow_on_a_difference_of_squares_is_euclidean, and not checked here, the same R
and ends, at another speed, belong to u^2 - v^2 from u = v = 1. At q = 2 v.x is conserved under both, v = (1, -2, 1) spanning the
null space.

Source: this project.
"""

import sympy
from sympy import Derivative, Rational

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, REALS, Domain
from mirrortheory.evidence import EndsAt, Exists, Identity, Inequality
from mirrortheory.flows import Quadratic
from mirrortheory.theory import Velocity

CLAIM = Claim(
    "scaling_a_row_of_the_data_moves_the_end_of_sign_flow",
    r"k(x_1 + x_2 + x_3) = -k,\ 2x_1 + x_2 = 1: \quad x_\infty = (1, -1, -1) \ (k = \frac43), \quad \frac19 (8, -7, -10) \ (k = 2)",
    topic="bias",
    source="this project",
    scope="q = 1, depth one; the square loss of two data in three coordinates, from x = 0, exactly; at q = 2 every residual",
    on_paper=(
        "Filippov's inclusion has one solution: |Z(x - x')| never grows, as SIGN is monotone, and a single column slides, no 0",
        "x_oo is a point of rest, as the residual is 0",
    ),
)

t, size = sympy.symbols("t G", positive=True)
ONE = (((0, 1), (1, -1, -1)),)
TWO = (((0, "1/9"), (-1, -1, -1)), (("1/9", "5/9"), (1, -1, -1)), (("5/9", "10/9"), (1, "-2/5", -1)))


def check(paths=(("4/3", ONE), (2, TWO)), ends=((1, -1, -1), ("8/9", "-7/9", "-10/9")), agree=2):
    for (k, pieces), end in zip(paths, ends, strict=True):
        k = Rational(k)
        rows, target, x = ((k, k, k), (2, 1, 0)), (-k, 1), (sympy.S.Zero,) * 3
        flow, part = Flow(Lq(1), Product(1)), f"k = {k}"
        for (start, stop), control in pieces:
            start, stop, sigma = Rational(start), Rational(stop), tuple(map(Rational, control))
            on, path = Domain({t: sympy.Interval.open(start, stop)}), [e + s * (t - start) for e, s in zip(x, sigma, strict=True)]
            left = [b - sum(z * e for z, e in zip(row, path, strict=True)) for row, b in zip(rows, target, strict=True)]
            for j, (place, s) in enumerate(zip(path, sigma, strict=True)):
                pull, here = sum(row[j] * r for row, r in zip(rows, left, strict=True)), f"{part}, to {stop}, coordinate {j + 1}"
                if abs(s) < 1:
                    yield Identity(pull, 0, on=on, part=f"{here}, slides", samples=5)
                else:
                    yield Inequality(0, s * pull, on=on, part=f"{here}, is pulled so", strict=True, samples=5)
                    along = at(Velocity(flow, flow.weights[0]), {flow.slope: -s * size})
                    moves = at(Derivative(place, t), {t: (start + stop) / 2})
                    yield Identity(along, moves, on=Domain({size: POSITIVE}), part=f"{here}, moves so", samples=5)
            x = tuple(at(e, {t: stop}) for e in path)
        for row, b in zip(rows, target, strict=True):
            yield Identity(sum(z * e for z, e in zip(row, x, strict=True)), b, on=Domain({}), part=f"{part}, fits the data")
        for j, (e, told) in enumerate(zip(x, end, strict=True)):
            yield Identity(e, Rational(told), on=Domain({}), part=f"{part}, x_{j + 1} ends at {told}")
        r = sympy.symbols("r1 r2", real=True)
        slopes = (sum(row[j] * e for row, e in zip(rows, r, strict=True)) for j in range(3))
        other = Flow(Lq(agree), Product(1))
        moves = (at(Velocity(other, other.weights[0]), {other.slope: g}) for g in slopes)
        kept = sum(v * speed for v, speed in zip((1, -2, 1), moves, strict=True))
        yield Identity(kept, 0, on=Domain(dict.fromkeys(r, REALS)), part=f"{part}, q = 2 keeps v.x", samples=10)
        near, told = Rational(1, 10**6), [Rational(e) for e in end]
        problem, box = (
            Quadratic([[float(z) for z in row] for row in rows], [float(b) for b in target]),
            [(e - near, e + near) for e in told],
        )
        yield EndsAt(flow, problem, [[0, 0, 0]], box, t_end=2, part=f"{part}, simulated")
    first, second = (Rational(end[0]) for end in ends)
    yield Exists(first, second, on=Domain({}), part="the ends differ")


MUTANTS = {
    "the same end": {"ends": ((1, -1, -1), (1, -1, -1))},
    "one path for both": {"paths": (("4/3", ONE), (2, ONE))},
    "another control": {"paths": (("4/3", ONE), (2, (*TWO[:2], (("5/9", "10/9"), (1, "-1/2", -1)))))},
    "q = 3/2 keeps it too": {"agree": "3/2"},
}
