r"""Under sign flow a coordinate slides with a control in [-1, 1] as long as its metric outweighs what it has to balance.

Two coordinates of a quadratic loss with the Hessian entries H_AA = 1 and H_AB = a: coordinate A slides on g_A = 0 while B moves at
full speed, g_B > 0. With sigma_A in place of sign g_A (the layers of A share it), A stays on g_A = 0 when

.. math:: \dot g_A = \dot x_A + a\,\dot x_B = 0, \qquad \dot x_A = -\sigma_A\,\frac1{R_A''}, \quad
          \sigma_A = a\,\dot x_B\,R_A'', \quad |\sigma_A| = |a|\,\frac{R_A''}{R_B''},

so |sigma_A| <= 1 wherever |a| / R_B'' <= 1 / R_A''. Enclosed on a whole box of charges s_A, s_B of the smallest layers, the weights
being |w_i|^q = s + lambda_i; where A is close to its saddle (s_A small) the control leaves [-1, 1] and A stops sliding.

Not to be confused with one datum, Z = (1, a): there g_B = a g_A vanishes together with g_A.
Source: this project; Filippov (1988) for the equivalent control.
"""

import sympy

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import Domain
from mirrortheory.evidence import Identity, Inequality

CLAIM = Claim(
    "sliding_control_stays_between_minus_one_and_one",
    r"|\sigma_A| \le 1 \text{ on the box}",
    topic="balance",
    source="this project; Filippov (1988) for the equivalent control",
    scope="depth 2..4 balanced, depth 3 with imbalance 0, 1/2, 2; s_A in [1, 2], s_B in [1/10, 1/2], a in [-1, 1], g_B > 0",
    on_paper=("Filippov's inclusion, with one control for all layers of a coordinate",),
)

near, far = sympy.symbols("s_A s_B", positive=True)
coupling, control = sympy.symbols("a sigma_A", real=True)


def check(lowest=sympy.S.One, bound=1):
    box = Domain(
        {near: sympy.Interval(lowest, 2), far: sympy.Interval(sympy.Rational(1, 10), sympy.S.Half), coupling: sympy.Interval(-1, 1)}
    )
    for shifts in ((0, 0), (0, 0, 0), (0, 0, 0, 0), (0, sympy.S.Half, 2)):
        flow, part = Flow(Lq(1), Product(len(shifts))), f"imbalance {shifts}"
        a_weights, b_weights = ({w: s + e for w, e in zip(flow.weights, shifts, strict=True)} for s in (near, far))
        velocity = flow.derivative(flow.effective)
        law = -flow.inverse_metric * flow.geometry.link(flow.slope)
        yield Identity(velocity, law, on=flow.domain(), part=f"{part}: dx/dt = -sign(g)/R''")
        b_velocity = at(velocity, b_weights | {flow.slope: 1})
        sliding = coupling * b_velocity / at(flow.inverse_metric, a_weights)
        a_velocity = at(-control * at(flow.inverse_metric, a_weights), {control: sliding})
        yield Identity(a_velocity + coupling * b_velocity, 0, on=box, part=f"{part}: g_A stays 0")
        yield Inequality(sliding, bound, on=box, part=f"{part}: sigma <= 1", strict=True)
        yield Inequality(-bound, sliding, on=box, part=f"{part}: sigma >= -1", strict=True)


MUTANTS = {"near the saddle": {"lowest": sympy.Rational(1, 100)}, "bound 1/5": {"bound": sympy.Rational(1, 5)}}
