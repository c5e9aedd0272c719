r"""The inverse metric of a mask under gradient flow is sqrt(4 x^2 + beta^2), where m^2 - w^2 = beta.

.. math:: \frac1{R''(x)} = m^2 + w^2 = \sqrt{4 x^2 + \beta^2}, \qquad \beta = m^2 - w^2

by (m^2 + w^2)^2 = 4 m^2 w^2 + (m^2 - w^2)^2. The form sqrt(x^2 + beta) that is reported has a file of its own,
mask_inverse_metric_is_a_square_root_as_printed.

Source: this project; Gadhikar, Jacobs, Zhou, Burkholz (2025), arXiv:2504.12801, for the reparameterization.
"""

import sympy

from mirrortheory import Flow, Lq, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE
from mirrortheory.evidence import Identity
from mirrortheory.notation import lam, x
from mirrortheory.reparams import Mask

CLAIM = Claim(
    "mask_inverse_metric_is_a_square_root",
    r"\frac{1}{R''(x)} = m^2 + w^2 = \sqrt{4 x^2 + \beta^2}, \quad \beta = m^2 - w^2",
    topic="potentials",
    source="this project; cf. arXiv:2504.12801",
    scope="q = 2; every orthant of m, w and either sign of beta; the derived R'' for |beta| = lam > 0, |x| = x > 0",
)

a, d = sympy.symbols("a d", positive=True)


def check(form=lambda x, beta: sympy.sqrt(4 * x**2 + beta**2)):
    flow = Flow(Lq(2), Mask())
    m, w = flow.weights
    on, derived = flow.domain(dict.fromkeys((x, a, d), POSITIVE)), derive(flow, imbalance=(0, lam))
    (invariant,), potential = derived.invariants, derived.potential
    yield Identity(flow.derivative(m**2 - w**2), 0, on=on, part="beta is constant")
    yield Identity(flow.inverse_metric, m**2 + w**2, on=on, part="sum of squares")
    yield Identity(flow.inverse_metric, form(m * w, m**2 - w**2), on=on, part="in the weights")
    yield Identity(flow.inverse_metric, form(m * w, invariant), on=on, part="in the derived invariant")
    here, imbalance = {m: sympy.sign(m) * a, w: sympy.sign(w) * (a + d)}, d * (2 * a + d)
    metric = at(sympy.Derivative(potential.potential, x, x), {x: a * (a + d), lam: imbalance})
    yield Identity(metric * at(flow.inverse_metric, here), 1, on=on, part="derived R'' of the flow")
    yield Identity(metric * form(a * (a + d), imbalance), 1, on=on, part="derived R'' in x")


MUTANTS = {
    "4 forgotten": {"form": lambda x, beta: sympy.sqrt(x**2 + beta**2)},
    "beta not squared": {"form": lambda x, beta: sympy.sqrt(4 * x**2 + sympy.Abs(beta))},
    "balanced": {"form": lambda x, beta: 2 * sympy.Abs(x)},
}
