r"""To leave a saddle as fast as sign descent, gradient descent needs a rate larger by a power of 1/w_0 from depth three.

.. math:: \varrho_\infty = \frac{1}{G(w_1 - w_0)}\int_{w_0}^{w_1} w^{1-L}\mathrm d w \;\le\; \varrho_T = \frac{T h_T}{G (w_1 - w_0)}
          \;\le\; \varrho_1 = \frac{w_0^{1-L}}{G}, \qquad \varrho_\infty \ge \frac{w_0^{2-L}}{G w_1 (L-2)}\ (L \ge 3)

Balanced weights w under a constant slope -G. A step of gradient descent at the rate r adds r times the velocity of the flow,
G w^(L-1); steps of sign descent add (w_1 - w_0)/T. Let F be the integral of w^(1-L). Along a step dF/dr = G at its start, and
less later: so F grows by at most r G in a step, which gives the lower bound. The velocity grows with w, so a step adds at
least what the first one does: the upper bound.

Source: this project; for the question Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality

CLAIM = Claim(
    "rate_ratio_at_a_saddle_lies_between_that_of_the_flow_and_of_one_step",
    r"\varrho_\infty \le \varrho_T \le \varrho_1, \quad \varrho_\infty \ge \frac{w_0^{2-L}}{G w_1 (L-2)}\ (L \ge 3)",
    topic="saddles",
    source="this project; arXiv:2603.02064 for the question",
    scope="depth 2..6; q = 2 against q = 1; balanced positive weights, constant slope -G < 0",
    on_paper=("integration of dF/dr <= G over a step", "the sum of the bounds of a step over the steps"),
)

w, start, rise, strength, rate, z = sympy.symbols("w w0 d G r z", positive=True)


def check(slack=1, steeper=0, power=lambda depth: depth - 2):
    ray = dict.fromkeys((w, start, rise, strength, rate), POSITIVE)
    for depth in range(2, 7):
        flow, part = Flow(Lq(2), Product(depth)), f"depth {depth}"
        balanced = dict.fromkeys(flow.weights, w) | {flow.slope: -strength}
        integral = sympy.log(z) if depth == 2 else -(z ** (2 - depth)) / (depth - 2)
        for layer in dict.fromkeys((flow.weights[0], flow.weights[-1])):
            velocity = at(flow.derivative(layer), balanced)
            here = Domain({w: POSITIVE, strength: POSITIVE})
            yield Identity(
                at(Derivative(integral, z), {z: w}) * velocity, strength, on=here, part=f"{part}, dF/dr at r = 0, {layer}"
            )
        velocity = at(flow.derivative(flow.weights[0]), balanced)
        pace = at(Derivative(integral, z), {z: w + rate * velocity}) * velocity
        on = Domain({e: ray[e] for e in (w, strength, rate)})
        yield Inequality(pace, slack * strength, on=on, part=f"{part}, dF/dr <= G in a step", strict=True)
        first, later = (
            at(flow.derivative(flow.weights[0]), balanced | dict.fromkeys(flow.weights, e)) for e in (start, start + rise)
        )
        on = Domain({e: ray[e] for e in (start, rise, strength)})
        yield Inequality(first * (1 + steeper), later, on=on, part=f"{part}, a later step adds more", strict=True)
        if depth >= 3:
            limit = (at(integral, {z: start + rise}) - at(integral, {z: start})) / (strength * rise)
            least = start ** -power(depth) / (strength * (start + rise) * (depth - 2))
            yield Inequality(least, limit, on=on, part=f"{part}, a power of 1/w_0")


MUTANTS = {
    "half of it": {"slack": sympy.Rational(1, 2)},
    "a later step adds twice as much": {"steeper": 1},
    "a power more": {"power": lambda depth: depth - 1},
}
