r"""At depth two coupled decay adds a convex penalty, and yet sign flow with it can end elsewhere, from layers of different sizes.

.. math:: f = \tfrac12 x_1^2 + \tfrac9{10} x_1 x_2 + \tfrac12 x_2^2 - x_1 - 3 x_2, \quad F = f + \tfrac1{10} |x|_1, \quad q = 1:
.. math:: x \to \bigl(0, \tfrac{29}{10}\bigr) \quad \text{ (simulated), but} \quad
          \operatorname{argmin} F = \bigl(-\tfrac{151}{19}, \tfrac{191}{19}\bigr)

From layers (9/10, 1/2) and (19/20, 1/10). In a simulation the layers of x_1 meet, move as one from then on
(coupled_decay_never_widens_the_balance), and so cannot pass 0: x_1 comes to 0 with both, where nothing moves them by sign(0) = 0,
though |f'_1| = 161/100 > 1/10, and x_2 goes to where |f'_2| = 1/10. From (9/10, 1/2) and (1/2, 1/10) they do not meet, one layer of
x_1 passes 0 alone, and the flow ends at argmin F (simulated). Gradient flow never makes two sizes one
(balance_decays_under_decoupled_decay); 1 < q < 2 is not examined.

Exact: both points are at rest, F is lower at the second, and f + (v - u)/10, which is at most F and is F at that point, is least
there alone; so it is argmin F. The ends are simulated, and corroborate.
Source: this project.
"""

import sympy
from sympy import Derivative, Rational

from mirrortheory import Coupled, Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import REALS, Domain
from mirrortheory.evidence import EndsAt, Exists, Identity, Inequality, Minimiser
from mirrortheory.flows import Quadratic

CLAIM = Claim(
    "coupled_sign_flow_can_end_off_the_minimiser_of_its_convex_penalised_loss",
    r"q = 1, L = 2: \quad x(t) \to \left(0, \tfrac{29}{10}\right) \text{ (simulated)}"
    r" \ne \operatorname{argmin} f + \tfrac{1}{10} |x|_1",
    topic="decay",
    source="this project",
    scope="one loss of two coordinates, alpha = 1/10; two starts with layers of different sizes; sign(0) = 0",
    on_paper=(
        "Filippov's inclusion with sign(0) = 0 at the saddle",
        "that the flow comes there: a simulated run",
        "|u| >= -u and |v| >= v, with equality where u < 0 < v",
    ),
)

u, v = sympy.symbols("u v", real=True)
RATE, PULL, COUPLING = Rational(1, 10), (1, 3), Rational(9, 10)
LOSS = u**2 / 2 + COUPLING * u * v + v**2 / 2 - PULL[0] * u - PULL[1] * v
HELD, LEAST = (sympy.S.Zero, Rational(29, 10)), (Rational(-151, 19), Rational(191, 19))
STARTS = {HELD: (("9/10", "1/2"), ("19/20", "1/10")), LEAST: (("9/10", "1/2"), ("1/2", "1/10"))}


def check(held=HELD, least=LEAST, sign=1):
    flow, on = Flow(Lq(1), Product(2), Coupled(RATE)), Domain({})
    penalised = LOSS + RATE * (abs(u) + abs(v))
    for point in (held, least):
        for letter, value in zip((u, v), point, strict=True):
            slope, size = at(Derivative(LOSS, letter), {u: point[0], v: point[1]}), sympy.sqrt(abs(value))
            layers = {flow.weights[0]: sympy.sign(value) * size, flow.weights[1]: size, flow.slope: slope}
            for w in flow.weights:
                argument = at(flow.slope * Derivative(flow.effective, w) + RATE * w, layers)
                yield Identity(argument, 0, on=on, part=f"x = {point}, {w} of {letter} is at rest")
    beyond = at(Derivative(LOSS, u), {u: held[0], v: held[1]})
    yield Inequality(sign * RATE, sign * beyond, on=on, strict=True, part="the slope at 0 is beyond alpha")
    values = [at(penalised, {u: point[0], v: point[1]}) for point in (least, held)]
    yield Exists(*values, on=on, below=True, part="F is lower")
    below, plane = LOSS + RATE * (v - u), Domain({u: REALS, v: REALS})
    yield Minimiser(below, {u: least[0], v: least[1]}, on=plane, strict=True, part="f + (v - u)/10 is least there alone")
    # |Z x - b|^2/2 with Z = ((1, 9/10), (0, (19/100)^(1/2))) has this Hessian and this slope at 0.
    root = 0.19**0.5
    problem = Quadratic([[1.0, 0.9], [0.0, root]], [1.0, 2.1 / root])
    for end, start in STARTS.items():
        near = Rational(1, 1000)
        yield EndsAt(flow, problem, start, [(x - near, x + near) for x in end], t_end=8, part=f"a run to {end}")


MUTANTS = {
    "another point beside 0": {"held": (sympy.S.Zero, Rational(3))},
    "the minimiser of f": {"least": (Rational(-170, 19), Rational(210, 19))},
    "a slope below alpha": {"sign": -1},
}
