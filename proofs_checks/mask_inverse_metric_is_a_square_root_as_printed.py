r"""FALSE as reported: the inverse metric of a mask is sqrt(x^2 + beta), where m^2 - w^2 = beta.

.. math:: \frac1{R''(x)} = \sqrt{x^2 + \beta}

It fails also up to a positive factor: the ratio at two points is wrong, except at beta = 4, where sqrt(4 x^2 + 16) is twice it.
With the factor 2 it is right when beta stands for (m^2 - w^2)^2/4. For m^2 - w^2 = beta see mask_inverse_metric_is_a_square_root.

Source: Gadhikar, Jacobs, Zhou, Burkholz (2025), arXiv:2504.12801, as known from public summaries.
"""

import sympy

from mirrortheory import Flow, Lq
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Verdict
from mirrortheory.reparams import Mask

CLAIM = Claim(
    "mask_inverse_metric_is_a_square_root_as_printed",
    r"\frac{1}{R''(x)} = \sqrt{x^2 + \beta}, \quad \beta = m^2 - w^2",
    topic="potentials",
    source="arXiv:2504.12801, as known from public summaries",
    scope="q = 2; m > w > 0, so beta, x > 0; as it stands, and up to a positive factor",
    expect=Verdict.REFUTED,
)

first_weight, other, d = sympy.symbols("v1 v2 d", positive=True)


def check(form=lambda x, beta: sympy.sqrt(x**2 + beta), factor=1, beta=None):
    flow = Flow(Lq(2), Mask())
    mask, weight = flow.weights

    def metric(v):  # 1/R'' and x at the weight v and the mask that makes m^2 - v^2 = beta
        here = {weight: v, mask: sympy.sqrt(v**2 + beta)}
        return at(flow.inverse_metric, here), at(form(flow.effective, mask**2 - weight**2), here)

    beta, on = (
        (d, {first_weight: POSITIVE, other: POSITIVE, d: POSITIVE})
        if beta is None
        else (beta, {first_weight: POSITIVE, other: POSITIVE})
    )
    (first, printed), (second, printed_there) = metric(first_weight), metric(other)
    yield Identity(first * printed_there, second * printed, on=Domain(on), part="up to a factor")
    yield Identity(first, factor * printed, on=Domain(on), part="with its factor")


CONTROLS = {
    "corrected": {"form": lambda x, beta: sympy.sqrt(4 * x**2 + beta**2)},
    "printed, at beta = 4, up to the factor 2": {"factor": 2, "beta": sympy.Integer(4)},
    "beta for (m^2 - w^2)^2/4, up to the factor 2": {"form": lambda x, beta: sympy.sqrt(x**2 + beta**2 / 4), "factor": 2},
}
