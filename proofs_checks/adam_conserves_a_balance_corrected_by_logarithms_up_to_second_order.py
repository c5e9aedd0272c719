r"""In steady motion Adam conserves the balance less a multiple of the balance of log|w|, up to the square of the step.

.. math:: C = \Bigl[|w| - \sigma\eta(\tau_2 - \tau_1)\log|w|\Bigr]_{ij}, \qquad \frac{dC}{dt} = O(\eta^2), \qquad
          \sigma = \operatorname{sign}(x f'), \quad \tau = \frac{\beta}{1 - \beta}

with [r]_ij = r_i - r_j, at epsilon = 0, stated by the value and the derivative of dC/dt at eta = 0. So while x f' keeps its sign,
the balance of layers that grow gains eta (tau_2 - tau_1) times the fall of log(|w_i|/|w_j|): no more than eta (tau_2 - tau_1)
log(|w_i|/|w_j|) of the start, however long they grow. Layers that shrink gain as much as that logarithm rises.

The velocity is -mu/sqrt(nu) with the means mu, nu that lag behind as those of
means_of_adam_lag_behind_by_beta_over_one_minus_beta_steps do; the gradients move along the sign flow, with f' moving in any way.
Not to be confused with momentum_step_moves_a_corrected_balance_at_second_order, for gradient descent.
Source: this project; Kingma and Ba (2015), arXiv:1412.6980, for Adam.
"""

import sympy

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import REALS
from mirrortheory.evidence import Identity

CLAIM = Claim(
    "adam_conserves_a_balance_corrected_by_logarithms_up_to_second_order",
    r"\frac{d}{dt}\left[|w| - \sigma\eta(\tau_2 - \tau_1)\log|w|\right]_{ij} = O(\eta^2), \quad \sigma = \mathrm{sign}(x f')",
    topic="discrete",
    source="this project; Kingma and Ba (2015), arXiv:1412.6980, for Adam",
    scope="depth 2..3, layer 1 against each other one; every orthant; f' != 0 moving in any way; "
    "0 < beta_1, beta_2 < 1; epsilon = 0",
    on_paper=(
        "the means are the lagged ones up to eta^2: long after the start, and while no gradient comes near 0",
        "the rest is O(eta^2) by Taylor's theorem",
    ),
)

eta, turning = sympy.symbols("eta h", real=True)  # h is df'/dt
beta1, beta2 = sympy.symbols("beta1 beta2", positive=True)
LAGS = beta2 / (1 - beta2) - beta1 / (1 - beta1)


def check(correction=LAGS, sign=1):
    unit = sympy.Interval.open(0, 1)
    for depth in range(2, 4):
        flow, rates = Flow(Lq(1), Product(depth)), []
        on = flow.domain({turning: REALS, beta1: unit, beta2: unit})
        for w, gradient in zip(flow.weights, flow.gradient, strict=True):
            moving = flow.derivative(gradient, constants=[flow.slope]) + turning * sympy.Derivative(flow.effective, w)
            mean = gradient - eta * beta1 / (1 - beta1) * moving
            square = gradient**2 - eta * beta2 / (1 - beta2) * 2 * gradient * moving
            pull = sympy.sign(flow.slope) * sympy.Mul(*map(sympy.sign, flow.weights))
            corrected = abs(w) - sign * pull * eta * correction * sympy.log(abs(w))
            rates.append(-sympy.Derivative(corrected, w) * mean / sympy.sqrt(square))
        for j in range(1, depth):
            rate, part = rates[0] - rates[j], f"depth {depth}, layers 1 and {j + 1}"
            yield Identity(at(rate, {eta: 0}), 0, on=on, part=f"{part}, eta = 0", samples=8)
            yield Identity(at(sympy.Derivative(rate, eta), {eta: 0}), 0, on=on, part=f"{part}, first order in eta", samples=8)


MUTANTS = {
    "not corrected": {"correction": 0},
    "lags added": {"correction": beta1 / (1 - beta1) + beta2 / (1 - beta2)},
    "the other sign": {"sign": -1},
}
