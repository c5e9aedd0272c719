r"""In steady motion AdamW makes an imbalance grow while alpha |w_i w_j| < eta (tau_2 - tau_1), and shrink where it is larger.

.. math:: \frac{d}{dt}\bigl(|w_i| - |w_j|\bigr)
          = \Bigl(\frac{\eta(\tau_2 - \tau_1)}{|w_i w_j|} - \alpha\Bigr)\bigl(|w_i| - |w_j|\bigr) + O(\eta^2), \qquad
          \tau = \frac{\beta}{1 - \beta}

at epsilon = 0: decoupled decay moves the gradients of all layers at one rate more, so that the lags part layers as without it
(adam_drives_layers_apart_at_the_difference_of_its_lags). Stated by the value and the derivative of the rate at eta = 0, and by the
sign of what they come to. For betas 0.9 and 0.999 and decay 0.01 the threshold is |w_i w_j| = 99000 eta.

Not to be confused with the flow, and with sign descent, under which every imbalance shrinks.
Source: this project; Loshchilov and Hutter (2019), arXiv:1711.05101, for AdamW.
"""

import sympy

from mirrortheory import Decoupled, Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, REALS, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import alpha

CLAIM = Claim(
    "imbalance_grows_under_adamw_while_decay_is_weaker_than_its_lags",
    r"\frac{d}{dt}(|w_i| - |w_j|) = \left(\frac{\eta(\tau_2 - \tau_1)}{|w_i w_j|} - \alpha\right)(|w_i| - |w_j|) + O(\eta^2)",
    topic="discrete",
    source="this project; Loshchilov and Hutter (2019), arXiv:1711.05101, for AdamW",
    scope="depth 2..3, layer 1 against each other one; every orthant; f' != 0 moving in any way; alpha >= 0; "
    "0 < beta_1, beta_2 < 1; epsilon = 0; the sign of the rate without its rest",
    on_paper=(
        "the means are the lagged ones up to eta^2: long after the start, and while no gradient comes near 0",
        "the rest is O(eta^2) by Taylor's theorem",
    ),
)

eta, turning = sympy.symbols("eta h", real=True)  # h is df'/dt
beta1, beta2, u, b, v, e, k = sympy.symbols("beta1 beta2 u b v e k", positive=True)
TAU = (beta1 / (1 - beta1), beta2 / (1 - beta2))


def part_by(first, second):
    """Return the rate, over eta and over 1/|w_i w_j|, at which lags part layers."""
    return second - first


def check(stretch=part_by, decay=alpha, threshold=1):
    unit = sympy.Interval.open(0, 1)
    for depth in range(2, 4):
        flow, rates = Flow(Lq(1), Product(depth), Decoupled(alpha)), []
        on = flow.domain({turning: REALS, beta1: unit, beta2: unit})
        for w, gradient in zip(flow.weights, flow.gradient, strict=True):
            moving = flow.derivative(gradient, constants=[flow.slope]) + turning * sympy.Derivative(flow.effective, w)
            mean, square = gradient - eta * TAU[0] * moving, gradient**2 - eta * TAU[1] * 2 * gradient * moving
            rates.append(sympy.sign(w) * (-mean / sympy.sqrt(square) - alpha * w))
        for j in range(1, depth):
            (w, z), rate, part = (
                map(abs, (flow.weights[0], flow.weights[j])),
                rates[0] - rates[j],
                f"depth {depth}, layers 1 and {j + 1}",
            )
            yield Identity(at(rate, {eta: 0}), -decay * (w - z), on=on, part=f"{part}, eta = 0", samples=8)
            law = stretch(*TAU) / (w * z) * (w - z)
            yield Identity(at(sympy.Derivative(rate, eta), {eta: 0}), law, on=on, part=f"{part}, first order in eta", samples=8)
    # Layers u + e > u at eta = 1, lags b and b + v; k > 0 says how far decay is from the threshold
    rate, on = (stretch(b, b + v) / (u * (u + e)) - decay) * e, Domain(dict.fromkeys((u, e, b, v, k), POSITIVE))
    for name, weaker, sign in (("weaker", 1 / (1 + k), 1), ("stronger", 1 + k, -1)):
        there = at(sign * rate, {alpha: threshold * v / (u * (u + e)) * weaker})
        yield Inequality(0, there, on=on, part=f"decay {name} than the threshold", strict=True)


MUTANTS = {
    "lags added": {"stretch": lambda first, second: first + second},
    "equal lags": {"stretch": lambda first, second: sympy.S.Zero},
    "twice the decay": {"decay": 2 * alpha},
    "half the threshold": {"threshold": sympy.S.Half},
    "twice the threshold": {"threshold": 2},
}
