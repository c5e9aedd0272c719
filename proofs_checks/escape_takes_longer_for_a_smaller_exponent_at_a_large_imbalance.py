r"""From w_1 = 0, w_2 = lambda sign flow escapes before gradient flow for a small lambda, and after it for a large one.

.. math:: T_1 = \frac{\sqrt{\lambda^2 + 4 x} - \lambda}{2}, \qquad T_2 = \frac12 \operatorname{arsinh}\frac{2x}{\lambda^2}, \qquad
          T_1 < T_2 \; (\lambda \le \tfrac12), \quad T_1 > T_2 \; (\lambda \ge 2), \quad x = 1

under the slope f' = -1, where the clocks of the two flows agree: T_q is the derived mirror map at the imbalance lambda^q. So what
the coercivity constant says of the order ("a smaller q escapes faster") reverses not just as a statement on mu.

Not to be confused with mu itself: smaller_exponents_are_more_coercive.
Source: Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, cf. the coercivity constant; the times are this project's.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import lam, x

CLAIM = Claim(
    "escape_takes_longer_for_a_smaller_exponent_at_a_large_imbalance",
    r"T_1 < T_2 \; (\lambda \le \tfrac12), \quad T_1 > T_2 \; (\lambda \ge 2)",
    source="this project; arXiv:2603.02064, cf. the coercivity constant",
    scope="depth 2; q = 1 against 2; from x = 0 to x = 1; 1/100 <= lambda <= 1/2 and 2 <= lambda <= 20; slope -1",
    on_paper=("as x rises all the way, the time is the integral of dx/(dx/dt) from 0 to x",),
)

scale, u = sympy.symbols("lambda u", positive=True)


def check(small=sympy.Rational(1, 2), large=2, unit=1):
    times = {}
    for exponent in (1, 2):
        flow = Flow(Lq(exponent), Product(2))
        time = unit * derive(flow, imbalance=(0, lam)).potential.mirror_map
        shift = 2 * u + 1 if exponent == 2 else 1  # w_2 = w_1 + 1 shows all imbalances up to a scale
        a, b = flow.weights
        curve = {a: u * scale, b: (u + 1) * scale}
        speed = at(flow.derivative(flow.effective), curve | {flow.slope: -1})
        rate = at(Derivative(time, x), {x: u * (u + 1) * scale**2, lam: shift * scale**exponent})
        on = Domain({u: POSITIVE, scale: POSITIVE})
        yield Identity(rate * speed, 1, on=on, part=f"q = {exponent}, dT = dx/speed")
        yield Identity(at(b**exponent - a**exponent, curve), shift * scale**exponent, on=on, part=f"q = {exponent}, imbalance")
        times[exponent] = at(time, {x: 1, lam: scale**exponent})
    near, far = sympy.Interval(sympy.Rational(1, 100), small), sympy.Interval(large, 20)
    yield Inequality(times[1], times[2], on=Domain({scale: near}), strict=True, part="small imbalance")
    yield Inequality(times[2], times[1], on=Domain({scale: far}), strict=True, part="large imbalance")


MUTANTS = {
    "at every imbalance": {"small": sympy.Integer(3)},
    "reversed everywhere": {"large": sympy.Rational(1, 3)},
    "twice the time": {"unit": 2},
}
