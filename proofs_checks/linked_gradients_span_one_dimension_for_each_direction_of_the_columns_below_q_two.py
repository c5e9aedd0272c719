r"""Below q = 2 the linked gradients of Z x span as many dimensions as the nonzero columns of Z have directions; at q = 2 the rank.

.. math:: 1 \le q < 2: \quad \dim \operatorname{span}_r \phi_q(Z^{\mathsf T} r) = k, \quad
          \text{the number of pairwise non-parallel nonzero columns}

**At most k**: phi_q(kappa g) = phi_q(kappa) phi_q(g), so parallel columns have proportional entries. **At least k**: let a sum of
c_j phi_q(z_j.r) over non-parallel columns vanish for all r. Take r_0 with z_1.r_0 = 0 alone, and r_0 +- h z_1: the first term
changes by 2 c_1 (h |z_1|^2)^(q-1), each other one by at most a multiple of h, phi_q(a) phi_q(1 + t) against phi_q(a) phi_q(1 -
t), t = h b/a. So |c_1| is at most a multiple of h^(2-q), for all small h: c_1 = 0, and so is each c_j.

For the columns (1, 0), (0, 1), (1, 1) three r's give a determinant that vanishes at q = 2 alone. Where k is more than the rank the
end need not be told by a weighted projection: for an example, scaling_a_row_of_the_data_moves_the_end_of_sign_flow.
Source: this project.
"""

import sympy
from sympy import Derivative, Rational

from mirrortheory import Lq
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONZERO, POSITIVE, REALS, Domain
from mirrortheory.evidence import Identity, Inequality, Limit
from mirrortheory.notation import q

CLAIM = Claim(
    "linked_gradients_span_one_dimension_for_each_direction_of_the_columns_below_q_two",
    r"\dim \mathrm{span}_r\, \phi_q(Z^T r) = k \quad (1 \le q < 2), \qquad \mathrm{rank}\, Z \quad (q = 2)",
    topic="bias",
    source="this project",
    scope="every Z, by its columns; 1 <= q < 2, and q = 2 for two data; the determinant for three columns, exactly, every q",
    on_paper=(
        "finitely many smaller subspaces do not cover the plane z_1.r = 0, on which no other z_j.r vanishes throughout",
        "a function is bounded by t times a bound of its derivative, from 0 at t = 0; zero columns have entries 0",
    ),
)

kappa, g = sympy.symbols("kappa g", real=True)
h, t = sympy.Symbol("h", positive=True), sympy.Symbol("t", nonnegative=True)
DIRECTIONS = ((1, 1), (2, -1), (-1, 2))


def check(exponent=q, bound=4, linked=Lq(q).link, power=3):
    below, most = {q: sympy.Interval.Ropen(1, 2)}, {q: sympy.Interval(1, 2)}
    on = Domain({kappa: NONZERO, g: NONZERO} | most)
    yield Identity(Lq(q).link(kappa * g), linked(kappa) * Lq(q).link(g), on=on, part="parallel columns")
    jump = at(Lq(q).link(g), {g: h}) - at(Lq(q).link(g), {g: -h})
    yield Identity(jump, 2 * h ** (q - 1), on=Domain({h: POSITIVE} | most), part="the first column, from -h to h")
    change = (1 + t) ** (q - 1) - (1 - t) ** (q - 1)
    near = Domain({t: sympy.Interval(0, Rational(1, 2))} | most)
    yield Inequality(Derivative(change, t), bound, on=near, part="the others, at most 4 t", strict=True)
    yield Inequality(0, Derivative(change, t), on=Domain({t: sympy.Interval.open(0, 1)} | most), part="the others, at least 0")
    ratio, small = bound * h / (2 * h ** (exponent - 1)), Domain({h: sympy.Interval.open(0, 1)} | below)
    yield Limit(ratio, h, 0, 0, on=small, factor=2, power=2 - q, part="so c_1 vanishes", samples=20)
    table = sympy.Matrix([[Lq(q).link(sympy.Integer(e)) for e in (first, second, first + second)] for first, second in DIRECTIONS])
    size = 2 ** (q - 1)
    found = table.det(method="berkowitz")
    yield Identity(found, (size - 2) * (size + 1) ** (power - 1), on=Domain(most), part="the determinant of three", samples=10)
    a = sympy.Symbol("a", positive=True)  # 2^(q - 1)
    on = Domain({a: sympy.Interval.Ropen(1, 2)})
    yield Inequality((a - 2) * (a + 1) ** 2, 0, on=on, part="it is negative for 2^(q-1) < 2", strict=True)
    rows, r = sympy.symbols("z1:7", real=True), sympy.symbols("r1 r2", real=True)
    normal = sympy.Matrix(rows[:3]).cross(sympy.Matrix(rows[3:]))
    inner = sum(v * Lq(2).link(rows[j] * r[0] + rows[3 + j] * r[1]) for j, v in enumerate(normal))
    yield Identity(
        inner, 0, on=Domain(dict.fromkeys((*rows, *r), REALS)), part="q = 2, three columns satisfy a relation", samples=10
    )


MUTANTS = {
    "in the ratio of the entries": {"linked": lambda c: c},
    "the others at most 2 t": {"bound": 2},
    "to the power of q + 1": {"exponent": q + 1},
    "another determinant": {"power": 2},
}
