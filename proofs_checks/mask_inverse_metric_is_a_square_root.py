r"""The inverse metric of a mask under gradient flow is sqrt(4 x^2 + beta^2), where m^2 - w^2 = beta.

.. math:: \frac1{R''(x)} = m^2 + w^2 = \sqrt{4 x^2 + \beta^2}, \qquad \beta = m^2 - w^2

by (m^2 + w^2)^2 = 4 m^2 w^2 + (m^2 - w^2)^2. The form sqrt(x^2 + beta) that is reported has a file of its own,
mask_inverse_metric_is_a_square_root_as_printed.

Source: this project; Gadhikar, Jacobs, Zhou, Burkholz (2025), arXiv:2504.12801, for the reparameterization.
"""

import sympy

from mirrortheory import Flow, Lq, derive
from mirrortheory.claims import Claim
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import lam, x
from mirrortheory.reparams import Mask

CLAIM = Claim(
    "mask_inverse_metric_is_a_square_root",
    r"\frac{1}{R''(x)} = m^2 + w^2 = \sqrt{4 x^2 + \beta^2}, \quad \beta = m^2 - w^2",
    source="this project; cf. arXiv:2504.12801",
    scope="q = 2; every orthant of m, w and either sign of beta; the derived R'' for |beta| = lam > 0, x > 0",
)


def check(form=lambda x, beta: sympy.sqrt(4 * x**2 + beta**2)):
    flow = Flow(Lq(2), Mask())
    m, w = flow.weights
    derived = derive(flow, imbalance=(0, lam))
    (invariant,) = derived.invariants
    yield Identity(flow.derivative(m**2 - w**2), 0, on=flow.domain(), part="beta is constant")
    yield Identity(derived.inverse_metric, form(m * w, invariant), on=flow.domain(), part="in the weights")
    yield Identity(1 / derived.potential.hessian, form(x, lam), on=Domain({x: POSITIVE, lam: POSITIVE}), part="in x")


MUTANTS = {
    "4 forgotten": {"form": lambda x, beta: sympy.sqrt(x**2 + beta**2)},
    "beta not squared": {"form": lambda x, beta: sympy.sqrt(4 * x**2 + sympy.Abs(beta))},
    "balanced": {"form": lambda x, beta: 2 * sympy.Abs(x)},
}
