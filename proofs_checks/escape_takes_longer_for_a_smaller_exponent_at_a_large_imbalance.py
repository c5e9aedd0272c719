r"""From w_1 = 0, w_2 = lambda sign flow escapes before gradient flow for lambda <= 1, and after it for lambda >= 3/2.

.. math:: T_1 = \frac{\sqrt{\lambda^2 + 4 x} - \lambda}{2}, \qquad T_2 = \frac12 \operatorname{arsinh}\frac{2x}{\lambda^2}, \qquad
          T_1 < T_2 \; (\lambda \le 1), \quad T_1 > T_2 \; (\lambda \ge \tfrac32), \quad x = 1

under the slope f' = -1, where the clocks of the two flows agree: T_q is the derived mirror map at the imbalance lambda^q. So what
the coercivity constant says of the order ("a smaller q escapes faster") reverses not just as a statement on mu.

Checked: T_q is 0 at x = 0, and its derivative is one over the speed, whose square is lambda^2 + 4x and lambda^4 + 4x^2. For
lambda = 1/(1 + b) the first is larger at every x in (0, 1), for lambda = 3 (1 + b)/2 the second.

Not to be confused with mu itself: smaller_exponents_are_more_coercive.
Source: Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, cf. the coercivity constant; the times are this project's.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONNEGATIVE, POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import lam, x

CLAIM = Claim(
    "escape_takes_longer_for_a_smaller_exponent_at_a_large_imbalance",
    r"T_1 < T_2 \; (\lambda \le 1), \quad T_1 > T_2 \; (\lambda \ge \tfrac32)",
    topic="saddles",
    source="this project; arXiv:2603.02064, cf. the coercivity constant",
    scope="depth 2; q = 1 against 2; from x = 0 to x = 1; every lambda in (0, 1] and from 3/2 on; slope -1",
    on_paper=("as x rises all the way, the time is the integral of dx/(dx/dt) from 0 to x", "integrals of bounds bound integrals"),
)

scale, u, v = sympy.symbols("lambda u v", positive=True)
b, z = sympy.symbols("b z", nonnegative=True)


def check(small=1, large=sympy.Rational(3, 2), unit=1):
    speeds = {}
    for exponent in (1, 2):
        flow, part = Flow(Lq(exponent), Product(2)), f"q = {exponent}"
        time = unit * derive(flow, imbalance=(0, lam)).potential.mirror_map
        shift = 2 * u + 1 if exponent == 2 else 1  # w_2 = w_1 + 1 shows all imbalances up to a scale
        first, second = flow.weights
        curve = {first: u * scale, second: (u + 1) * scale}
        speed, on = at(flow.derivative(flow.effective), curve | {flow.slope: -1}), Domain({u: POSITIVE, scale: POSITIVE})
        here = {x: u * (u + 1) * scale**2, lam: shift * scale**exponent}
        yield Identity(at(Derivative(time, x), here) * speed, 1, on=on, part=f"{part}, dT = dx/speed")
        yield Identity(at(second**exponent - first**exponent, curve), here[lam], on=on, part=f"{part}, imbalance")
        start = at(time.rewrite(sympy.log).xreplace({x: z}), {z: 0, lam: scale**exponent})
        yield Identity(start, 0, on=Domain({scale: POSITIVE}), part=f"{part}, T = 0 at x = 0")
        square = scale ** (2 * exponent) + 4 * x**exponent
        rate = at(Derivative(time, x), {lam: scale**exponent}) ** 2
        yield Identity(rate * square, 1, on=Domain({x: POSITIVE, scale: POSITIVE}), part=f"{part}, speed^2")
        speeds[exponent] = square
    on, inside = Domain({v: POSITIVE, b: NONNEGATIVE}), {x: 1 / (1 + v)}
    for name, size, slower, faster in (("small", small / (1 + b), 2, 1), ("large", large * (1 + b), 1, 2)):
        sides = (at(speeds[e], inside | {scale: size}) for e in (slower, faster))
        yield Inequality(*sides, on=on, strict=True, part=f"{name} imbalance, the speeds at x = 1/(1 + v)")


MUTANTS = {
    "at every imbalance": {"small": sympy.Integer(3)},
    "reversed everywhere": {"large": sympy.Rational(1, 3)},
    "twice the time": {"unit": 2},
}
