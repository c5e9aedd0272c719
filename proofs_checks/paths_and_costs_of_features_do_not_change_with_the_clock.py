r"""A scale of the loss changes the clock of a flow but not its path, the movement of its metric along it, or its cost in steps.

.. math:: f \to c f: \quad \dot w \to c^{q-1}\dot w, \quad
          \frac{\mathrm d}{\mathrm d t}\frac1{R''} \to c^{q-1} \frac{\mathrm d}{\mathrm d t}\frac1{R''}, \quad
          \frac{\lambda\,\mathrm d\tau}{\mathrm d x} \to \frac{\lambda\,\mathrm d\tau}{\mathrm d x}, \quad
          \frac{\lambda\,\mathrm d t}{\mathrm d x} \to c^{2-q} \frac{\lambda\,\mathrm d t}{\mathrm d x}

with lambda = c/R'', the kernel of the loss c f in one coordinate, and dtau = -d(c f)/((c f')^2/R''). All weights move faster by one
factor, so the path is the same, and so is all that depends on it alone: kernel and metric distance, the length of log R'', support
and l_1/l_2. The cost, the integral of lambda dtau, is counted along the path. That of lambda over the time of the flow is not: it
changes below q = 2. At q = 2 both are one, dtau = dt. Every orthant, every imbalance.

Source: this project.
"""

import sympy

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE
from mirrortheory.evidence import Identity
from mirrortheory.notation import q

CLAIM = Claim(
    "paths_and_costs_of_features_do_not_change_with_the_clock",
    r"f \to c f: \dot w \to c^{q-1} \dot w,\ \lambda\,\mathrm d\tau/\mathrm d x \to \lambda\,\mathrm d\tau/\mathrm d x,"
    r"\ \lambda\,\mathrm d t/\mathrm d x \to c^{2-q}\lambda\,\mathrm d t/\mathrm d x",
    topic="bias",
    source="this project",
    scope="depth 2..3, any imbalance, every orthant; 1 <= q <= 2; clocks of another scale of the loss; cost of one coordinate",
    on_paper=(
        "curves with velocities that differ by a positive factor are one path",
        "D_K, D_M and l_1/l_2 are functions of its ends",
    ),
)

scale, size = sympy.symbols("c k", positive=True)  # k is the factor of the kernel


def check(pace=q - 1, in_time=2 - q, fall=2):
    for depth in range(2, 4):
        flow, part = Flow(Lq(q), Product(depth)), f"depth {depth}"
        on = flow.domain({scale: POSITIVE})
        scaled = {flow.slope: scale * flow.slope}
        for w in flow.weights:
            velocity = flow.derivative(w)
            yield Identity(at(velocity, scaled), scale**pace * velocity, on=on, part=f"{part}, {w}")
        moves = flow.derivative(_metric(flow))
        yield Identity(at(moves, scaled), scale**pace * moves, on=on, part=f"{part}, 1/R''", samples=10)
        speed = flow.derivative(flow.effective)
        faster = at(speed, scaled)
        cost = size * _metric(flow) * -flow.slope * speed / (sympy.Abs(flow.slope) ** fall * _metric(flow))  # lambda dtau/dt
        before, after = at(cost, {size: 1}), at(cost, {size: scale} | scaled)
        yield Identity(after * speed, before * faster, on=on, part=f"{part}, lambda dtau", samples=10)
        kernel = _metric(flow)
        yield Identity(scale * kernel * speed, scale**in_time * kernel * faster, on=on, part=f"{part}, lambda dt", samples=10)
    flow = Flow(Lq(2), Product(3))
    speed = flow.derivative(flow.effective)
    clock = -flow.slope * speed / (flow.slope**2 * _metric(flow))
    yield Identity(clock, 1, on=flow.domain(), part="q = 2, dtau = dt")


def _metric(flow):
    return sympy.Add(*(sympy.Abs(flow.effective / w) ** flow.geometry.exponent for w in flow.weights))


MUTANTS = {
    "time does not change": {"pace": sympy.S.Zero},
    "the integral over time does not change": {"in_time": sympy.S.Zero},
    "the cost of a slope to the power q": {"fall": q},
}
