r"""Where two or more layers of a coordinate vanish, the flow stands still; where only one does and f' != 0, it crosses zero.

.. math:: w_1 = w_2 = 0 \Rightarrow f'\,\frac{\partial x}{\partial w_i} = 0, \qquad
          w_1 = 0,\ w_j \ne 0\ (j > 1): \quad \dot w_1 = -\phi_q\Bigl(f' \prod_{j > 1} w_j\Bigr) \ne 0, \quad
          \dot x = -\phi_q(f') \prod_{j > 1} |w_j|^q

With one smallest layer, |w_i|^q = s + lambda_i and lambda_i > 0 for i > 1, only that layer vanishes where x does, as balances
are conserved: x passes through 0 at a speed that does not vanish with it. So while f' != 0 a flow stops at x = 0, or may start
there, only where the smallest layers tie.

Not to be confused with when a tie is reached: saddle_is_reached_in_finite_time_below_the_conjugate_exponent.
Source: this project; Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, for saddles of reparameterized losses.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONZERO, POSITIVE, REALS, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import q
from mirrortheory.theory import Velocity

CLAIM = Claim(
    "flow_stands_still_where_two_layers_vanish",
    r"w_1 = w_2 = 0 \Rightarrow \nabla_w f(g(w)) = 0; \quad w_1 = 0 \ne w_j \Rightarrow \dot x = -\phi_q(f') \prod_{j > 1} |w_j|^q",
    topic="saddles",
    source="this project; arXiv:2603.02064 for saddles of reparameterized losses",
    scope="depth 2..6; q = 1 and 1 < q <= 2; every orthant of the others (where two vanish, more may); f' != 0 where one does",
    on_paper=(
        "a product does not change when layers change places",
        "phi_q(0) = 0, at q = 1 by the selection sign(0) = 0, so a layer with gradient 0 does not move",
    ),
)

strength = sympy.Symbol("G", positive=True)


def check(vanish=2, speed=lambda w, exponent: sympy.Mul(*(abs(e) ** exponent for e in w)), side=1):
    for depth in range(2, 7):
        flow, part = Flow(Lq(q), Product(depth)), f"depth {depth}"
        gone, others = dict.fromkeys(flow.weights[:vanish], 0), flow.weights[vanish:]
        on = Domain(dict.fromkeys((flow.slope, *others), REALS))
        for w in flow.weights:
            gradient = at(flow.slope * Derivative(flow.effective, w), gone)
            yield Identity(gradient, 0, on=on, part=f"{part}, two vanish, gradient in {w}")
        first, *rest = flow.weights
        on = Domain(dict.fromkeys((flow.slope, *rest), REALS))
        for w in rest:
            gradient = at(flow.slope * Derivative(flow.effective, w), {first: 0})
            yield Identity(gradient, 0, on=on, part=f"{part}, one vanishes, gradient in {w}")
        for exponent, exponents in ((sympy.S.One, {}), (q, {q: sympy.Interval.Lopen(1, 2)})):
            flow, name = Flow(Lq(exponent), Product(depth)), f"{part}, {'q = 1' if exponent == 1 else 'q > 1'}, one vanishes"
            on = Domain(dict.fromkeys((flow.slope, *rest), NONZERO) | exponents)
            moved = at(Derivative(flow.effective, first) * Velocity(flow, first), {first: 0})
            law = -flow.geometry.link(flow.slope) * speed(rest, exponent)
            yield Identity(moved, law, on=on, part=f"{name}, speed of x")
            sizes = {w: sympy.Symbol(f"a{i}", positive=True) for i, w in enumerate(rest, 2)}
            positive = Domain(dict.fromkeys((strength, *sizes.values()), POSITIVE) | exponents)
            for sign in (1, -1):
                falls = at(side * flow.slope * moved, {**sizes, flow.slope: sign * strength})
                yield Inequality(falls, 0, on=positive, strict=True, part=f"{name}, f' of sign {sign}, f' dx/dt < 0")


MUTANTS = {
    "one vanishing layer is enough": {"vanish": 1},
    "the square of the others": {"speed": lambda w, exponent: sympy.Mul(*(e**2 for e in w))},
    "x rises with the slope": {"side": -1},
}
