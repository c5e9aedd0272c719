r"""Sign flow ends one datum with all coordinates of one size from small starts, at every depth, although m = 1 - 1/L tends to 1.

.. math:: q = 1: \quad \dot x_j = L\,x_j^{m} \text{ whatever } z_j > 0 \text{ is}, \qquad
          m = 1 - \tfrac1L \to 1 \quad (L \to \infty)

for balanced layers and f'_j = -z_j r, r > 0: coordinates that start at one size stay at one size, however different their entries
are, while for q > 1 the exponent of their ratio is positive. So m near 1 does not make a flow sparse: what counts is p/L, which is
oo here. On z = (1, 3), b = 4 sign flow ends at x = (1, 1) from layers of 10^-3, within 10^-9.

Not to be confused with other q: small_starts_on_one_datum_end_at_powers_of_its_entries.
Source: this project.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import EndsAt, Identity, Limit
from mirrortheory.flows import Quadratic

CLAIM = Claim(
    "sign_flow_is_never_sparse_on_one_datum_although_its_metric_exponent_tends_to_one",
    r"q = 1: x_i = x_j \text{ for every datum}, \quad m = 1 - 1/L \to 1",
    topic="bias",
    source="this project",
    scope="q = 1; depth 2..6, ends for 2..4; balanced positive weights of equal size, one datum z > 0, residual of one sign",
    on_paper=("the metric exponent of depth L is 1 - 1/L for every L, as it is for 2..6",),
)

x, z, pull, depths = sympy.symbols("x z r l", positive=True)
_NEAR = sympy.Rational(1, 10**9)


def check(power=lambda depth: 1 - sympy.Rational(1, depth), entry=3, tends=1):
    on = Domain(dict.fromkeys((x, z, pull), POSITIVE))
    for depth in range(2, 7):
        flow, part = Flow(Lq(1), Product(depth)), f"depth {depth}"
        balanced = dict.fromkeys(flow.weights, x ** sympy.Rational(1, depth))
        speed = at(flow.derivative(flow.effective), balanced | {flow.slope: -z * pull})
        yield Identity(speed, depth * x ** power(depth), on=on, part=f"{part}, free of z")
        metric = at(flow.inverse_metric, balanced)
        yield Identity(x * Derivative(metric, x) / metric, power(depth), on=on, part=f"{part}, metric exponent")
        if depth < 5:
            box = [(1 - _NEAR, 1 + _NEAR)] * 2
            start = [[sympy.Rational(1, 1000)] * 2] * depth
            yield EndsAt(flow, Quadratic([[1, entry]], [4]), start, box, t_end=1, part=f"{part}, ends at (1, 1)")
    ray = Domain({depths: sympy.Interval.open(0, sympy.oo)})
    yield Limit((depths - 1) / depths, depths, sympy.oo, tends, on=ray, factor=1, power=1, part="m tends to 1")


MUTANTS = {"the exponent 1": {"power": lambda depth: 1}, "another datum, the same end": {"entry": 2}, "m tends to 2": {"tends": 2}}
