r"""At a given loss the margin of sign flow lacks a power M^(-1/L) of the log-loss: depth counts in finite time, not in the limit.

.. math:: x = ((t+a)^L, t^L), \quad M = -\log f = z \cdot x, \quad
          \delta = 1 - \frac{M}{|x|_\infty |z|_1}: \quad t\,\delta \to \frac{L\,a\,z_2}{z_1 + z_2}, \quad
          \frac{M}{t^L} \to z_1 + z_2

from balanced layers of sizes a + e and e, e > 0, on one datum z > 0, exponential loss; the clock t starts at e. (Size 0 is the
saddle from depth 2 on, where a coordinate need not move.) Both limits are positive, so

.. math:: \delta \sim L\,a\,z_2\,(z_1 + z_2)^{1/L - 1}\, M^{-1/L}

to leading order, no faster and no slower: the largest margin is that of l_oo at every depth, and a "margin that depends on the
depth" is read off at a finite loss. At f = 1e-8, M = 18.4: M^(-1/L) is 0.054, 0.23, 0.38, 0.48 for L = 1..4; to bring it to 0.01
takes M = 100^L.

The limit: sign_flow_separates_one_datum_in_the_direction_of_the_sup_norm_margin_at_every_depth_and_imbalance.
Source: this project.
"""

import sympy

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Limit

CLAIM = Claim(
    "margin_deficit_of_sign_flow_is_a_power_of_the_log_loss_that_depends_on_the_depth",
    r"t\,\delta \to \frac{L\,a\,z_2}{z_1 + z_2}, \quad M/t^L \to z_1 + z_2, \quad \text{so } \delta \sim C\,M^{-1/L}",
    topic="bias",
    source="this project",
    scope="q = 1; depth 1..5; one datum (z_1, z_2) > 0, exponential loss; balanced layers of sizes a + e and e, a, e > 0, "
    "the clock t starts at e",
    on_paper=("the product of a limit and a power of another",),
)

first, second, start, time, pull = sympy.symbols("z_1 z_2 a t r", positive=True)


def check(size=lambda depth: depth, order=lambda depth: depth, rate=1):
    total = first + second
    for depth in range(1, 6):
        flow, part = Flow(Lq(1), Product(depth)), f"depth {depth}"
        on = Domain(dict.fromkeys((first, second, start, time, pull), POSITIVE))
        paths = [at(flow.effective, dict.fromkeys(flow.weights, time + a)) for a in (start, 0)]
        for entry, a, path in zip((first, second), (start, 0), paths, strict=True):
            values = dict.fromkeys(flow.weights, time + a) | {flow.slope: -entry * pull}
            moves = at(flow.derivative(flow.effective), values)
            yield Identity(sympy.Derivative(path.doit(), time), moves, on=on, part=f"{part}, from {a}", samples=4)
        large, small = (path.doit() for path in paths)
        loss = first * large + second * small
        deficit = sympy.factor(1 - loss / (large * total))
        share = start * second / total
        factor = sympy.Rational(depth * (depth + 1), 2) * start * share
        yield Limit(time * deficit, time, sympy.oo, size(depth) * share, on=on, factor=factor, power=rate, part=f"{part}, t delta")
        ratio, room = loss / time ** order(depth), first * ((1 + start) ** depth - 1)
        late = sympy.Symbol("v", positive=True)
        on = Domain(dict.fromkeys((first, second, start, late), POSITIVE))
        there = sympy.expand(ratio.subs(time, 1 + late))
        yield Limit(there, late, sympy.oo, total, on=on, factor=room, power=1, part=f"{part}, M/t^L at t = 1 + v", samples=20)


MUTANTS = {
    "the deficit does not grow with the depth": {"size": lambda depth: 1},
    "M grows like t": {"order": lambda depth: 1},
    "t delta settles like its square": {"rate": 2},
}
