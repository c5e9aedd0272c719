r"""Under momentum the balance less a multiple of the balance of w b changes by exactly a squared step.

.. math:: b^+ = \mu b + (1 - \tau)\nabla f, \quad w^+ = w - \eta\,d, \qquad d = b^+ \ \text{or}\ \nabla f + \mu b^+ ; \qquad
          C = \Bigl[w^2 - \frac{2\eta\mu\nu}{1 - \mu}\,w\,b\Bigr]_{ij}
          \quad\Longrightarrow\quad
          C^+ - C = \eta^2\Bigl[d^2 + \frac{2\mu\nu}{1 - \mu}\,b^+ d\Bigr]_{ij}

with [r]_ij = r_i - r_j, nu = 1 for the heavy ball and mu for Nesterov's step. For the gradient drops out of [w b+] = mu [w b]. The
heavy ball has C+ - C = eta^2 (1 + mu)/(1 - mu) [b^2]: since b tends to (1 - tau) grad/(1 - mu), at one speed of travel
C drifts (1 + mu)/(1 - mu) times as far as under gradient descent, still O(eta) over a fixed time (not checked). The gradient is
minus the velocity of the gradient flow.

Source: this project; Polyak (1964), doi:10.1016/0041-5553(64)90137-5, for the heavy ball.
"""

import sympy

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.domain import NONZERO, POSITIVE
from mirrortheory.evidence import Identity
from mirrortheory.notation import eta

CLAIM = Claim(
    "momentum_step_moves_a_corrected_balance_at_second_order",
    r"\Delta\left[w^2 - \frac{2\eta\mu\nu}{1-\mu} w b\right]_{ij} = \eta^2\left[d^2 + \frac{2\mu\nu}{1-\mu} b^+ d\right]_{ij}",
    topic="discrete",
    source="this project",
    scope="depth 2..5; layer 1 and any other; every orthant, step and b; 0 < mu < 1; 0 <= tau < 1 (heavy ball), tau = 0 (Nesterov)",
)

mu, tau = sympy.symbols("mu tau", real=True)
UNIT = sympy.Interval.Ropen(0, 1)


def check(correction=2 * mu / (1 - mu), second_order=eta**2, sign=1):
    for depth in range(2, 6):
        flow = Flow(Lq(2), Product(depth))
        gradient = [-flow.derivative(w) for w in flow.weights]
        memory = sympy.symbols(f"b1:{depth + 1}", real=True)
        on = flow.domain({eta: POSITIVE, mu: sympy.Interval.open(0, 1), tau: UNIT} | dict.fromkeys(memory, NONZERO))
        for form, reach, dampening in (("heavy ball", sympy.S.One, tau), ("Nesterov", mu, sympy.S.Zero)):
            after = [sign * mu * b + (1 - dampening) * g for b, g in zip(memory, gradient, strict=True)]
            along = after if form == "heavy ball" else [g + mu * b for g, b in zip(gradient, after, strict=True)]
            moved = [w - eta * d for w, d in zip(flow.weights, along, strict=True)]

            def corrected(w, b, reach=reach):
                return w**2 - eta * reach * correction * w * b

            quadruples = zip(moved, after, flow.weights, memory, strict=True)
            change = [corrected(w_new, b_new) - corrected(w, b) for w_new, b_new, w, b in quadruples]
            law = [second_order * (d**2 + reach * correction * b * d) for b, d in zip(after, along, strict=True)]
            for i in range(1, depth):
                part = f"depth {depth}, {form}, layers 1 and {i + 1}"
                yield Identity(change[0] - change[i], law[0] - law[i], on=on, part=part)


MUTANTS = {
    "balance not corrected": {"correction": sympy.S.Zero},
    "half the correction": {"correction": mu / (1 - mu)},
    "conserved": {"second_order": sympy.S.Zero},
    "sign of momentum": {"sign": -1},
}
