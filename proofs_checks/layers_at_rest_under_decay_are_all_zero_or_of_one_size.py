r"""Where decay, decoupled or coupled, leaves a product at rest, its layers are all 0 or all of one size, for every q and loss.

.. math:: \alpha\bigl(|w_i|^q - |w_j|^q\bigr) = -\phi_q(w_i)\,\dot w_i + \phi_q(w_j)\,\dot w_j, \qquad
          \alpha\bigl(w_i^2 - w_j^2\bigr) = w_i h_i - w_j h_j, \quad h_i = \partial_i f + \alpha w_i

decoupled and coupled, where dw_i/dt = -phi_q(h_i) (coupled_decay_is_steepest_descent_of_the_loss_plus_squared_weights): so all
|w_i| are equal where nothing moves and alpha > 0. The slope is that of a power,

.. math:: \phi_q(f') = -\mathrm{sign}(x)\,\alpha\,a^{\kappa} \ \Rightarrow\ f' = -\mathrm{sign}(x)\,\alpha^{p-1}|x|^{p/L-1}, \qquad
          f' = -\mathrm{sign}(x)\,\alpha\,|x|^{2/L-1}

(|w_i| = a, kappa = q - L(q-1); coupled the second). If one layer is 0, the gradient in each other layer is 0, and w_j moves by
-alpha w_j, or by -phi_q(alpha w_j): it rests only at 0. All layers 0 is at rest from depth two on.

That these points are at rest, and which of them are minima: decay_stops_at_stationary_points_of_a_power_penalty.
Source: this project.
"""

import sympy
from sympy import Derivative

from mirrortheory import Coupled, Decoupled, Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONZERO, POSITIVE, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import p, q
from mirrortheory.theory import Velocity

CLAIM = Claim(
    "layers_at_rest_under_decay_are_all_zero_or_of_one_size",
    r"\dot w = 0,\ \alpha > 0 \Rightarrow w = 0 \text{ or } |w_1| = \dots = |w_L|,"
    r" f' = -\operatorname{sign}(x)\,\alpha^{p-1} |x|^{p/L - 1} \text{ (coupled: } p = 2)",
    topic="decay",
    source="this project",
    scope="depth 2..5, layer 1 against each other one; 1 <= q <= 2 (the power: q > 1); alpha > 0; every orthant",
    on_paper=("phi_q(0) = 0, at q = 1 by selection", "phi_q is one to one"),
)

rate, a, x = sympy.symbols("alpha a x", positive=True)


def check(power=q, squared=2, kappa=lambda depth: q - depth * (q - 1), conjugate=p):
    for depth in range(2, 6):
        flows = [Flow(Lq(q), Product(depth), decay(rate)) for decay in (Decoupled, Coupled)]
        decoupled, coupled = flows
        first, link, on = decoupled.weights[0], Lq(q).link, decoupled.domain({rate: POSITIVE})
        h = {w: coupled.slope * Derivative(coupled.effective, w) + rate * w for w in coupled.weights}
        for w in decoupled.weights[1:]:
            part = f"depth {depth}, {first} and {w}"
            gap = rate * (abs(first) ** power - abs(w) ** power)
            moved = -link(first) * Velocity(decoupled, first) + link(w) * Velocity(decoupled, w)
            yield Identity(moved, gap, on=on, part=f"{part}, decoupled", samples=4)
            gap = rate * (first**squared - w**squared)
            yield Identity(first * h[first] - w * h[w], gap, on=on, part=f"{part}, coupled", samples=4)
            alone = at(decoupled.slope * Derivative(decoupled.effective, w), {first: 0})
            yield Identity(alone, 0, on=on, part=f"{part}, no gradient where {first} is 0", samples=4)
            at_zero = at(decoupled.slope * Derivative(decoupled.effective, w), dict.fromkeys(decoupled.weights, 0))
            yield Identity(at_zero, 0, on=on, part=f"{part}, no gradient at 0", samples=4)
        free = sympy.symbols(f"v1:{depth + 1}", real=True)
        signs = [sympy.sign(v) for v in free]
        side, sizes = sympy.Mul(*signs), {w: s * a for w, s in zip(decoupled.weights, signs, strict=True)}
        on, part = (
            Domain(dict.fromkeys((*free, decoupled.slope), NONZERO) | dict.fromkeys((rate, a, x), POSITIVE)),
            f"depth {depth}",
        )
        every, above = (on.with_ranges({q: region}) for region in (sympy.Interval(1, 2), sympy.Interval.Lopen(1, 2)))
        still = side * link(decoupled.slope) + rate * a ** kappa(depth)
        moved = -signs[0] * at(Velocity(decoupled, first), sizes) / a ** ((depth - 1) * (q - 1))
        yield Identity(moved, still, on=every, part=f"{part}, decoupled, the slope")
        root = {a: x ** sympy.Rational(1, depth)}
        pull = rate ** (conjugate - 1) * x ** (conjugate / depth - 1)
        linked = at(rate * a ** kappa(depth), root)
        yield Identity(link(pull), linked, on=above, part=f"{part}, decoupled, its power")
        still = side * coupled.slope + rate * x ** (sympy.Rational(squared, depth) - 1)
        moved = at(at(h[first] * first / a**depth, sizes), root)
        yield Identity(moved, still, on=on, part=f"{part}, coupled, the slope")


MUTANTS = {
    "absolute values": {"power": 1},
    "coupled, cubes": {"squared": 3},
    "one layer more": {"kappa": lambda depth: q - (depth + 1) * (q - 1)},
    "the exponent q": {"conjugate": q},
}
