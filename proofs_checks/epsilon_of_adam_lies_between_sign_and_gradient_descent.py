r"""Adam without memory is sign descent for gradients that are large against epsilon, and gradient descent for small ones.

.. math:: D = \frac{g}{|g| + \epsilon}: \qquad \epsilon \to 0: \ D \to \operatorname{sign} g, \quad |D - \operatorname{sign} g| \le
          \frac{\epsilon}{|g|}; \qquad \epsilon \to \infty: \ \epsilon D \to g, \quad |\epsilon D - g| \le \frac{g^2}{\epsilon}

Exactly, 1/D = 1/sign g + 1/(g/epsilon). So on a product a step conserves |w_i| - |w_j| in the first limit, and moves
w_i^2 - w_j^2 at second order only in the second, with eta/epsilon for a step: epsilon decides which balance there is. Between the
two neither is one: at w = (2, 1), f' = 1 and epsilon = 1 both move to first order.

Not to be confused with adam_without_memory_is_sign_descent, at epsilon = 0.
Source: this project; Kingma and Ba (2015), arXiv:1412.6980, for Adam.
"""

import sympy

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONZERO, POSITIVE, Domain
from mirrortheory.evidence import Exists, Identity, Limit

CLAIM = Claim(
    "epsilon_of_adam_lies_between_sign_and_gradient_descent",
    r"D = \frac{g}{|g| + \epsilon}: |D - \mathrm{sign}\,g| \le \epsilon/|g|, \quad |\epsilon D - g| \le g^2/\epsilon",
    topic="discrete",
    source="this project; Kingma and Ba (2015), arXiv:1412.6980, for Adam",
    scope="betas 0; every gradient g != 0; epsilon > 0; for a product of two layers at epsilon = 1 a point where each "
    "balance moves to first order in the step",
)

eps = sympy.Symbol("epsilon", positive=True)


def check(near=1, far=1, power=1):
    flow = Flow(Lq(1), Product(1))
    on, (gradient,), (velocity,) = flow.domain({eps: POSITIVE}), flow.gradient, flow.velocity
    step, part = gradient / (abs(gradient) + eps), "any gradient"
    yield Identity(1 / step, -near / velocity + far * eps / gradient, on=on, part=part)
    yield Limit(step, eps, 0, -near * velocity, on=on, factor=1 / abs(gradient), power=power, part=f"{part}, small epsilon")
    yield Limit(eps * step, eps, sympy.oo, far * gradient, on=on, factor=gradient**2, power=power, part=f"{part}, large epsilon")
    flow = Flow(Lq(1), Product(2))
    on = Domain(dict.fromkeys((*flow.weights, flow.slope), NONZERO))
    here = dict(zip((*flow.weights, flow.slope), (2, 1, 1), strict=True))
    steps = [at(g / (abs(g) + eps), {eps: 1}) for g in flow.gradient]
    for q in (1, 2):
        rates = [sympy.Derivative(abs(w) ** q, w) * d for w, d in zip(flow.weights, steps, strict=True)]
        yield Exists(*rates, on=on, at=here, part=f"|w|^{q} at epsilon = 1")


MUTANTS = {"the other sign": {"near": -1}, "twice the gradient": {"far": 2}, "faster": {"power": 2}}
