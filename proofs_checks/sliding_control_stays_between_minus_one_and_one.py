r"""Under sign flow a coordinate slides with a control in [-1, 1] as long as its metric outweighs what it has to balance.

Two coordinates of a quadratic loss with one datum Z = (1, a): coordinate A slides on g_A = 0 while B moves at full speed. Then

.. math:: \dot x_A = -a\,\dot x_B, \qquad \sigma_A = -\frac{\dot x_A}{P'(s_A)} = -a\,\sigma_B\,\frac{P'(s_B)}{P'(s_A)},

with 1/R'' = P'(s) the derived inverse metric, so |sigma_A| <= 1 wherever |a| P'(s_B) <= P'(s_A). Enclosed on a whole box; where A
is close to its saddle (s_A small) the control leaves [-1, 1] and A stops sliding.

Source: this project; Filippov (1988) for the equivalent control.
"""

import sympy

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.claims import Claim
from mirrortheory.domain import Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.theory import S

CLAIM = Claim(
    "sliding_control_stays_between_minus_one_and_one",
    r"|\sigma_A| \le 1 \text{ on the box}",
    source="this project; Filippov (1988) for the equivalent control",
    scope="depth 2..4 balanced, depth 3 with imbalance 0, 1/2, 2; s_A in [1, 2], s_B in [1/10, 1/2], a in [-1, 1], sigma_B = 1",
)

near, far = sympy.symbols("s_A s_B", positive=True)
coupling = sympy.Symbol("a", real=True)


def check(lowest=sympy.S.One, bound=1):
    box = Domain(
        {near: sympy.Interval(lowest, 2), far: sympy.Interval(sympy.Rational(1, 10), sympy.S.Half), coupling: sympy.Interval(-1, 1)}
    )
    for shifts in ((0, 0), (0, 0, 0), (0, 0, 0, 0), (0, sympy.S.Half, 2)):
        potential = derive(Flow(Lq(1), Product(len(shifts))), imbalance=shifts).potential
        metric, x = potential.inverse_metric, potential.effective.expression(S)
        yield Identity(sympy.diff(x, S), metric, on=Domain({S: sympy.Interval(1, 2)}), part=f"imbalance {shifts}: dx/dy = 1/R''")
        control = -coupling * metric.subs(S, far) / metric.subs(S, near)
        yield Inequality(control, bound, on=box, part=f"imbalance {shifts}: sigma <= 1", strict=True)
        yield Inequality(-bound, control, on=box, part=f"imbalance {shifts}: sigma >= -1", strict=True)


MUTANTS = {"near the saddle": {"lowest": sympy.Rational(1, 100)}, "bound 1/5": {"bound": sympy.Rational(1, 5)}}
