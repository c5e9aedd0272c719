r"""In steady motion Adam moves the balance at the rate eta (tau_1 - tau_2)(1/|w_i| - 1/|w_j|): for beta_2 > beta_1 layers go apart.

.. math:: \mu_i = g_i - \eta\tau_1\dot g_i, \quad \nu_i = g_i^2 - \eta\tau_2\frac{d}{dt} g_i^2, \quad
          \dot w_i = -\frac{\mu_i}{\sqrt{\nu_i}}, \quad \tau = \frac{\beta}{1 - \beta}
          \;\Longrightarrow\; \frac{d}{dt}\bigl(|w_i| - |w_j|\bigr)
          = \eta(\tau_1 - \tau_2)\Bigl(\frac1{|w_i|} - \frac1{|w_j|}\Bigr) + O(\eta^2)

at epsilon = 0, stated by the value and the derivative of the rate at eta = 0. The means are those of
means_of_adam_lag_behind_by_beta_over_one_minus_beta_steps; the gradients g_i = f' x/w_i move along the sign flow, with f' moving in
any way. It is d log|g_i|/dt that tells layers apart, and of it -d log|w_i|/dt only: what f' and x do is common to them. The rate
holds whichever way the layers move. For tau_2 > tau_1 and |w_i| > |w_j| it is positive, and tau rises with beta.

Not to be confused with memory_of_adam_moves_the_balance_at_second_order, for any weights of a finite memory.
Source: this project; Kingma and Ba (2015), arXiv:1412.6980, for Adam.
"""

import sympy

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, REALS, Domain
from mirrortheory.evidence import Identity, Inequality

CLAIM = Claim(
    "adam_drives_layers_apart_at_the_difference_of_its_lags",
    r"\frac{d}{dt}(|w_i| - |w_j|) = \eta(\tau_1 - \tau_2)\left(\frac{1}{|w_i|} - \frac{1}{|w_j|}\right) + O(\eta^2),"
    r" \quad \tau = \frac{\beta}{1-\beta}",
    topic="discrete",
    source="this project; Kingma and Ba (2015), arXiv:1412.6980, for Adam",
    scope="depth 2..4, layer 1 against each other one; every orthant; f' != 0 moving in any way; 0 < beta_1, beta_2 < 1; "
    "epsilon = 0",
    on_paper=(
        "the means are the lagged ones up to eta^2: long after the start, and while no gradient comes near 0",
        "the rest is O(eta^2) by Taylor's theorem",
    ),
)

eta, turning = sympy.symbols("eta h", real=True)  # h is df'/dt
beta1, beta2, u, e, k, b = sympy.symbols("beta1 beta2 u e k b", positive=True)


TAU = (beta1 / (1 - beta1), beta2 / (1 - beta2))


def lag(beta):
    """Return by how many steps a mean lags behind."""
    return beta / (1 - beta)


def check(lag=lag, power=1, second=1):
    unit = sympy.Interval.open(0, 1)
    tau1, tau2 = lag(beta1), second * lag(beta2)
    for depth in range(2, 5):
        flow = Flow(Lq(1), Product(depth))
        velocity = []
        for w, gradient in zip(flow.weights, flow.gradient, strict=True):
            moving = flow.derivative(gradient, constants=[flow.slope]) + turning * sympy.Derivative(flow.effective, w)
            mean, square = gradient - eta * TAU[0] * moving, gradient**2 - eta * TAU[1] * 2 * gradient * moving
            velocity.append(-mean / sympy.sqrt(square))
        on = flow.domain({turning: REALS, beta1: unit, beta2: unit})
        for j in range(1, depth):
            rate = sympy.sign(flow.weights[0]) * velocity[0] - sympy.sign(flow.weights[j]) * velocity[j]
            law = (tau1 - tau2) * (1 / abs(flow.weights[0]) ** power - 1 / abs(flow.weights[j]) ** power)
            part = f"depth {depth}, layers 1 and {j + 1}"
            yield Identity(at(rate, {eta: 0}), 0, on=on, part=f"{part}, eta = 0", samples=8)
            yield Identity(at(sympy.Derivative(rate, eta), {eta: 0}), law, on=on, part=f"{part}, first order in eta", samples=8)
    apart = at((tau1 - tau2) * (1 / (u + e) - 1 / u), {beta1: 1 / (1 + b + k), beta2: 1 / (1 + b)})
    yield Inequality(0, apart, on=Domain(dict.fromkeys((u, e, k, b), POSITIVE)), part="beta_2 > beta_1: apart", strict=True)


MUTANTS = {
    "the betas themselves": {"lag": lambda beta: beta},
    "the same for all layers": {"power": 0},
    "squares of the sizes": {"power": 2},
    "lags added": {"second": -1},
}
