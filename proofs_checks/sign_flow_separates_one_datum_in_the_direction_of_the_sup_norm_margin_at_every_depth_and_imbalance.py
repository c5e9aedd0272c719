r"""On one datum sign flow from positive layers tends to the direction of the largest l_oo margin, at every depth and imbalance.

.. math:: x_j = \prod_i (w_{ij} + t), \qquad \Bigl|\frac{x_j}{t^L} - 1\Bigr| \le \frac{C}{t - 1} \to 0

for positive layers, z_j x_j > 0, and slopes of one sign each: all layers move at speed 1, whatever the entries z_j > 0 and the
loss are. (A coordinate with z_j x_j < 0 and tied smallest layers stays at 0 when it gets there.) So
:math:`x_j/x_k \to 1`, which is p/L = oo: the largest margin :math:`\min |x|_\infty : z \cdot x \ge 1` has all entries equal. It
does not depend on the depth, while the error does:
margin_deficit_of_sign_flow_is_a_power_of_the_log_loss_that_depends_on_the_depth.

Source: this project.
"""

import sympy

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Limit

CLAIM = Claim(
    "sign_flow_separates_one_datum_in_the_direction_of_the_sup_norm_margin_at_every_depth_and_imbalance",
    r"q = 1, w_{ij} > 0: \left|x_j/t^L - 1\right| \le C/(t - 1), \text{ so } x_j/x_k \to 1",
    topic="bias",
    source="this project",
    scope="q = 1; depth 1..5; from positive layers (z_j x_j > 0), balanced or not; one datum z > 0, any loss that falls; t > 1",
    on_paper=("the ratio of two limits that are 1 is 1", "the loss has no minimum, so that its slope keeps its sign"),
)

z, pull, late = sympy.symbols("z r v", positive=True)


def check(order=lambda depth: depth, rate=1, speed=1):
    for depth in range(1, 6):
        flow, part = Flow(Lq(1), Product(depth)), f"depth {depth}"
        starts = sympy.symbols(f"a1:{depth + 1}", positive=True)
        on = Domain(dict.fromkeys((*starts, z, pull), POSITIVE))
        here = dict(zip(flow.weights, starts, strict=True))
        for w in flow.weights:
            moves = at(flow.derivative(w), here | {flow.slope: -z * pull})
            yield Identity(moves, speed, on=on, part=f"{part}, {w} moves at speed 1", samples=4)
        on = Domain(dict.fromkeys((*starts, late), POSITIVE))
        time = 1 + late
        x = at(flow.effective, {w: a + time for w, a in here.items()})
        factor = sympy.prod(1 + a for a in starts) - 1
        relative = sympy.expand(x.doit()) / time ** order(depth)
        yield Limit(relative, late, sympy.oo, 1, on=on, factor=factor, power=rate, part=f"{part}, x/t^L at t = 1 + v", samples=20)


MUTANTS = {
    "x grows like t": {"order": lambda depth: 1},
    "the error falls like its square": {"rate": 2},
    "twice the speed": {"speed": 2},
}
