r"""Where the l_1 margin has many solutions, the limit of the direction depends on the start: equal entries of one datum, L = p.

.. math:: z = (z, z): \quad \frac{\dot x_1}{x_1} = \frac{\dot x_2}{x_2} = L\,(z\,r)^{q-1}, \qquad \frac{x_1}{x_2} = \text{const}

for balanced layers at q = L/(L - 1), so p/L = 1: the ratio of the start is kept for ever, while M = z (x_1 + x_2) grows. Each
(theta/z, (1 - theta)/z), 0 < theta < 1, has margin 1 and the norm 1/z, the least under it, so all are solutions, and the flow ends
at the one that the start chooses. Starts (1, 1) and (2, 1) end at theta = 1/2 and 2/3. Gradient flow of two layers: L = 2.

Source: this project.
"""

import sympy

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity

CLAIM = Claim(
    "margin_direction_of_equal_entries_depends_on_the_start_on_the_critical_line",
    r"p = L,\ z_1 = z_2: \quad x_1/x_2 = x_1(0)/x_2(0) \text{ for all } t",
    topic="bias",
    source="this project",
    scope="depth 2..6; q = L/(L - 1); balanced positive weights, one datum with two equal entries, any loss that falls",
    on_paper=(
        "two functions with one logarithmic derivative keep their ratio",
        "|x|_1 >= 1/z where z.x >= 1, as |x_1| + |x_2| >= x_1 + x_2",
    ),
)

first, second, z, pull = sympy.symbols("x_1 x_2 z r", positive=True)
some, rest = sympy.symbols("s t", positive=True)


def check(exponent=lambda depth: sympy.Rational(depth, depth - 1), entry=1, weight=1):
    on = Domain(dict.fromkeys((first, second, z, pull), POSITIVE))
    for depth in range(2, 7):
        flow, part = Flow(Lq(exponent(depth)), Product(depth)), f"depth {depth}"
        rates = []
        for x, z_j in ((first, z), (second, entry * z)):
            balanced = dict.fromkeys(flow.weights, x ** sympy.Rational(1, depth))
            rates.append(at(flow.derivative(flow.effective), balanced | {flow.slope: -z_j * pull}) / x)
        yield Identity(*rates, on=on, part=f"{part}, one logarithmic derivative", samples=6)
    on = Domain(dict.fromkeys((z, some, rest), POSITIVE))
    share = some / (some + rest)
    x = share / z, rest / (some + rest) / z
    yield Identity(z * x[0] + weight * z * x[1], 1, on=on, part="margin 1 for every theta")
    yield Identity(abs(x[0]) + abs(x[1]), 1 / z, on=on, part="norm 1/z for every theta")


MUTANTS = {
    "off the critical line": {"exponent": lambda depth: sympy.Rational(3 * depth, 3 * depth - 2)},
    "unequal entries": {"entry": 2},
    "margins of unequal entries": {"weight": 2},
}
