r"""Under decoupled decay and a constant slope the dual variable of unbalanced layers is an exponential in time; the weights follow.

.. math:: f' = -G < 0: \quad y(t) = \frac{G^{q-1}}{\kappa\,\alpha}\bigl(1 - e^{-\kappa\alpha t}\bigr) + y_0\,e^{-\kappa\alpha t},
          \quad \kappa = q - L(q-1) \qquad (\kappa = 0: \ y = y_0 + G^{q-1} t)
.. math:: q = 1: \ |w_i| = y + \lambda_i e^{-\alpha t}, \qquad
          q = 2,\ L = 2: \ w_1 = \sqrt\lambda\,e^{-\alpha t} \sinh y, \ w_2 = \sqrt\lambda\,e^{-\alpha t} \cosh y

with y = R'_{lambda(t)}(x), lambda(t) = exp(-q alpha t) lambda. Checked: y solves dy/dt = G^(q-1) - kappa alpha y; the weights move
as the flow says (q = 1: the other layers enter by their signs, which are positive as y is); and x(t) is the derived inverse mirror
map of lambda(t) at y(t).

Balanced layers, every q: balanced_layers_under_decay_and_a_constant_slope_obey_a_bernoulli_equation. The law of y for every loss:
decoupled_decay_is_linear_in_the_dual_variable.
Source: this project.
"""

import sympy
from sympy import Derivative

from mirrortheory import Decoupled, Flow, Lq, Product, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import TIME, Identity
from mirrortheory.notation import imbalance, lam
from mirrortheory.theory import Velocity, Y

CLAIM = Claim(
    "unbalanced_layers_under_decay_and_a_constant_slope_have_an_exponential_dual",
    r"y(t) = \frac{G^{q-1}}{\kappa\alpha} (1 - e^{-\kappa\alpha t}) + y_0 e^{-\kappa\alpha t}, \quad \kappa = q - L(q-1)",
    topic="decay",
    source="this project",
    scope="the equation for |kappa| <= 4; weights and x at q = 1, depth 2..4, and q = 2, depth 2, every imbalance, y_0 > 0 "
    "(q = 2: y_0, G <= 4); 0 < alpha, t <= 4",
    on_paper=("a linear differential equation has one solution from each start",),
)

strength, rate, y0 = sympy.symbols("G alpha y0", positive=True)
kappa, value = sympy.symbols("kappa y", real=True)
SPAN = dict.fromkeys((TIME, rate), sympy.Interval.Lopen(0, 4))


def _dual(pace, drive):
    """y(t) for kappa = pace and G^(q-1) = drive; its limit at kappa = 0."""
    shrunk = sympy.exp(-pace * rate * TIME)
    return drive * TIME + y0 if pace == 0 else drive / (pace * rate) * (1 - shrunk) + y0 * shrunk


def check(dual=_dual, shrinks=1):
    every = Domain({**SPAN, strength: POSITIVE, y0: POSITIVE, kappa: sympy.Interval(-4, 4) - sympy.FiniteSet(0)})
    for pace, part in ((kappa, "kappa != 0"), (0, "kappa = 0")):
        y = dual(pace, strength)
        on = every if pace == kappa else Domain({**SPAN, strength: POSITIVE, y0: POSITIVE})
        yield Identity(Derivative(y, TIME), strength - pace * rate * y, on=on, part=f"{part}, the equation")
        yield Identity(at(y, {TIME: 0}), y0, on=Domain({**on.ranges, TIME: sympy.FiniteSet(0)}), part=f"{part}, the start")
    fade = sympy.exp(-shrinks * rate * TIME)
    for depth in range(2, 5):
        flow, shifts, y = Flow(Lq(1), Product(depth), Decoupled(rate)), imbalance(depth), dual(1, sympy.S.One)
        on, part = Domain({**SPAN, y0: POSITIVE, **dict.fromkeys(shifts[1:], POSITIVE)}), f"q = 1, depth {depth}"
        sizes = [y + shift * fade for shift in shifts]
        free = sympy.symbols(f"v1:{depth + 1}", positive=True)  # the other layers enter by their signs
        for i, (w, size) in enumerate(zip(flow.weights, sizes, strict=True)):
            here = dict(zip(flow.weights, free, strict=True)) | {w: size, flow.slope: -strength}
            wide = on.with_ranges(dict.fromkeys((strength, *(v for j, v in enumerate(free) if j != i)), POSITIVE))
            yield Identity(Derivative(size, TIME), at(Velocity(flow, w), here), on=wide, part=f"{part}, {w}", samples=4)
        image = derive(Flow(Lq(1), Product(depth)), imbalance=shifts).potential.inverse_mirror_map
        moved = image.xreplace({e: e * fade for e in shifts[1:]})
        there = at(moved.xreplace({Y: value}), {value: y})
        yield Identity(
            at(flow.effective, dict(zip(flow.weights, sizes, strict=True))), there, on=on, part=f"{part}, x of y", samples=4
        )
    flow, y = Flow(Lq(2), Product(2), Decoupled(rate)), dual(0, strength)
    on, part = Domain({**SPAN, lam: POSITIVE, **dict.fromkeys((strength, y0), sympy.Interval.Lopen(0, 4))}), "q = 2, depth 2"
    root = sympy.sqrt(lam) * fade / 2
    sizes = {w: root * (sympy.exp(y) + sign * sympy.exp(-y)) for w, sign in zip(flow.weights, (-1, 1), strict=True)}
    for w, size in sizes.items():
        velocity = at(Velocity(flow, w), sizes | {flow.slope: -strength})
        yield Identity(Derivative(size, TIME), velocity, on=on, part=f"{part}, {w}")
    image = derive(Flow(Lq(2), Product(2)), imbalance=(0, lam)).potential.inverse_mirror_map.rewrite(sympy.exp)
    there = at(image.xreplace({Y: value, lam: lam * fade**2}), {value: y})
    yield Identity(at(flow.effective, sizes), there, on=on, part=f"{part}, x of y")


MUTANTS = {"at twice the rate": {"dual": lambda pace, drive: _dual(2 * pace, drive)}, "the imbalance stays": {"shrinks": 0}}
