r"""From saddle to saddle a coordinate enters, leaves, and enters again with the other sign, at the exact times 1/3, 3/4 and 11/4.

.. math:: s(\tau) = -\int_0^\tau \nabla f(x), \qquad f = \tfrac12 (2x_1 + x_2 - 2)^2 + \tfrac12 (x_1 + 1)^2, \qquad
          x = (0, 0) \to (\tfrac35, 0) \to (0, 2) \to (-1, 4)

with x_j = 0 where |s_j| < 1: s_1 rises to 1 at 1/3, and x_1 enters with +; s_2 comes to 1 at 3/4, x_2 enters and drives x_1 back
to 0; s_1 falls from 1 to -1 until 11/4, and x_1 enters with -; there f is at its minimum. On each stretch |s_j| <= 1, and the jump
is at the only time at which the coordinate that enters comes to its end.

That each plateau is the minimum under its signs: plateaus_of_an_example_are_the_only_minima_under_their_signs. The flow from the
layers (0, 1/1000) is simulated to its end, which corroborates the last plateau alone.
Source: this project; Pesme and Flammarion (2023), arXiv:2304.00488, for the rule.
"""

import sympy
from sympy import Derivative, Rational

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import Domain
from mirrortheory.evidence import EndsAt, Identity, Inequality, Root
from mirrortheory.flows import Quadratic

CLAIM = Claim(
    "accumulated_gradient_of_an_example_takes_a_coordinate_out_and_in_with_the_other_sign",
    r"s_1: 0 \to 1 \to 1 \to -1, \quad s_2: 0 \to \tfrac{2}{3} \to 1 \to 1 \quad"
    r" \text{ at } \tau = \tfrac{1}{3}, \tfrac{3}{4}, \tfrac{11}{4}",
    topic="saddles",
    source="this project; arXiv:2304.00488, cf. the accumulated gradient",
    scope="f = |Z x - b|^2/2, Z = [[2, 1], [1, 0]], b = (2, -1); q = 2, depth 2; the process of the limit of vanishing starts",
    on_paper=("that gradient flow tends to this process: Pesme and Flammarion (2023)",),
)

VARIABLES = x1, x2 = sympy.symbols("x1 x2", real=True)
tau = sympy.Symbol("tau", nonnegative=True)
LOSS = ((2 * x1 + x2 - 2) ** 2 + (x1 + 1) ** 2) / 2
TIMES = 0, Rational(1, 3), Rational(3, 4), Rational(11, 4)
PLATEAUS = (0, 0), (Rational(3, 5), 0), (0, 2)
ENTERS = (0, 1), (1, 1), (0, -1)  # which coordinate comes to which end
ENDS = (1, Rational(2, 3)), (1, 1), (-1, 1)
NEAR = Rational(1, 1000)


def check(times=TIMES, enters=ENTERS, ends=ENDS, last=(-1, 4)):
    s = [sympy.S.Zero, sympy.S.Zero]
    for k, plateau in enumerate(PLATEAUS):
        begin, end, (entering, side) = Rational(times[k]), times[k + 1], enters[k]
        point, part, stretch = (
            dict(zip(VARIABLES, plateau, strict=True)),
            f"stretch {k + 1}",
            Domain({tau: sympy.Interval(begin, end)}),
        )
        moving = [s[j] - (tau - begin) * at(Derivative(LOSS, v), point) for j, v in enumerate(VARIABLES)]
        longer = Domain({tau: sympy.Interval(begin, end + 1)})
        yield Root([moving[entering] - side], [tau], on=longer, part=f"{part}, one time at which x{entering + 1} enters")
        for j, path in enumerate(moving):
            yield Identity(at(path, {tau: end}), ends[k][j], on=Domain({}), part=f"{part}, s{j + 1} at its end")
            for bound in (1, -1):
                yield Inequality(0, 1 - bound * path, on=stretch, part=f"{part}, s{j + 1} between -1 and 1, {bound}")
        s = [Rational(value) for value in ends[k]]
    for v in VARIABLES:
        rest = at(Derivative(LOSS, v), dict(zip(VARIABLES, last, strict=True)))
        yield Identity(rest, 0, on=Domain({}), part=f"nothing moves {v} any more")
    start = ((0, 0), (NEAR, NEAR))
    box = [(value - NEAR, value + NEAR) for value in last]
    yield EndsAt(Flow(Lq(2), Product(2)), Quadratic([[2, 1], [1, 0]], [2, -1]), start, box, t_end=40, part="where a flow ends")


MUTANTS = {
    "the second jump later": {"times": (*TIMES[:2], Rational(4, 5), TIMES[3])},
    "it turns round at once": {"enters": (ENTERS[0], (0, -1), ENTERS[2])},
    "it ends on the third plateau": {"last": (0, 2)},
    "s stays where x left": {"ends": (*ENDS[:2], (1, 1))},
}
