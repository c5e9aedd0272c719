r"""FALSE for lambda > 1: at a start w_1 = 0, |w_i| = lambda the coercivity constant is larger for a smaller exponent q.

.. math:: q < r \quad\Longrightarrow\quad \mu_q > \mu_r, \qquad \mu_q = \lambda^{q(L-1)}

At lambda > 1 the order reverses. The true statement is about lambda < 1: coercivity_at_a_saddle_start_is_a_power_of_the_imbalance.

Source: Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, cf. the coercivity constant, as known from public summaries.
"""

import sympy

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Inequality, Verdict

CLAIM = Claim(
    "smaller_exponents_are_more_coercive",
    r"q < r \Rightarrow \lambda^{q(L-1)} > \lambda^{r(L-1)}",
    topic="saddles",
    source="arXiv:2603.02064, cf. the coercivity constant",
    scope="depth 2..6; q = 1 against 3/2, 3/2 against 2; every lambda > 0 but 1",
    expect=Verdict.REFUTED,
)

size, u = sympy.symbols("lambda u", positive=True)


def check(scale=size, order=1):
    on = Domain(dict.fromkeys(scale.free_symbols, POSITIVE), (sympy.Ne(scale, 1),) if scale == size else ())
    for depth in range(2, 7):
        constants = []
        for exponent in map(sympy.Rational, ("1", "3/2", "2")):
            flow = Flow(Lq(exponent), Product(depth))
            start = dict.fromkeys(flow.weights[1:], scale) | {flow.weights[0]: 0}
            constants.append(at(flow.inverse_metric, start))
        for k, name in enumerate(("q = 1, r = 3/2", "q = 3/2, r = 2")):
            difference = order * (constants[k] - constants[k + 1])
            yield Inequality(0, difference, on=on, part=f"depth {depth}, {name}", strict=True)


CONTROLS = {"lambda < 1": {"scale": (1 + u) ** -2}, "lambda > 1, reversed": {"scale": (1 + u) ** 2, "order": -1}}
