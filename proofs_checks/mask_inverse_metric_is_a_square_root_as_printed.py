r"""FALSE as reported: the inverse metric of a mask is sqrt(x^2 + beta), where m^2 - w^2 = beta.

.. math:: \frac1{R''(x)} = \sqrt{x^2 + \beta}

It fails also up to a positive factor: the ratio at two points is wrong, except at beta = 4, where sqrt(4 x^2 + 16) is twice it.
With the factor 2 it is right when beta stands for (m^2 - w^2)^2/4. For m^2 - w^2 = beta see mask_inverse_metric_is_a_square_root.

Source: Gadhikar, Jacobs, Zhou, Burkholz (2025), arXiv:2504.12801, as known from public summaries.
"""

import sympy

from mirrortheory import Flow, Lq, derive
from mirrortheory.claims import Claim
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Verdict
from mirrortheory.notation import lam, x
from mirrortheory.reparams import Mask

CLAIM = Claim(
    "mask_inverse_metric_is_a_square_root_as_printed",
    r"\frac{1}{R''(x)} = \sqrt{x^2 + \beta}, \quad \beta = m^2 - w^2",
    source="arXiv:2504.12801, as known from public summaries",
    scope="q = 2; beta > 0; x > 0; as it stands, and up to a positive factor",
    expect=Verdict.REFUTED,
)

other = sympy.Symbol("x1", positive=True)


def check(form=lambda x, beta: sympy.sqrt(x**2 + beta), factor=1, beta=lam):
    derived = 1 / derive(Flow(Lq(2), Mask()), imbalance=(0, beta)).potential.hessian
    on = Domain(dict.fromkeys({x, other} | ({lam} & {beta}), POSITIVE))
    cross = form(x, beta) * derived.subs(x, other)
    yield Identity(derived * form(other, beta), cross, on=on, part="up to a factor")
    yield Identity(derived, factor * form(x, beta), on=on, part="with its factor")


CONTROLS = {
    "corrected": {"form": lambda x, beta: sympy.sqrt(4 * x**2 + beta**2)},
    "printed, at beta = 4, up to the factor 2": {"factor": 2, "beta": sympy.Integer(4)},
    "beta for (m^2 - w^2)^2/4, up to the factor 2": {"form": lambda x, beta: sympy.sqrt(x**2 + beta**2 / 4), "factor": 2},
}
