r"""Signum and Lion conserve the balance exactly while x f' keeps the sign that the memory of all layers has.

.. math:: \operatorname{sign}(w_i m_i) = \operatorname{sign}(x f') \text{ or } m_i = 0 \text{ for all } i
          \;\Longrightarrow\; |w_i^+| - |w_j^+| = |w_i| - |w_j|, \quad \operatorname{sign}(w_i m_i^+) = \operatorname{sign}(x f')

for c_i = beta_1 m_i + (1 - beta_1) g_i, m_i+ = beta_2 m_i + (1 - beta_2) g_i (Signum: beta_1 = beta_2), while no weight changes
sign within the step, without decay. The second is the assumption of the next step, and m = 0 that of the first. So from the start
on the balance is conserved until x f' changes sign for the first time, by the first overshoot, or a weight crosses 0. After an
overshoot layers may disagree: Signum with beta = 1/2 and eta = 3/8 sees x f' = 1 at w = (3, 1), and then x f' = -3/8 at (21/8,
5/8): the votes of the two layers are 1 and -1.

Not to be confused with signum_step_moves_the_balance_by_nothing_or_twice_the_step, which holds also then.
Source: this project; Bernstein et al. (2018), arXiv:1802.04434, for Signum; Chen et al. (2023), arXiv:2302.06675, for Lion.
"""

import sympy

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONNEGATIVE, NONZERO, POSITIVE, Domain
from mirrortheory.evidence import Exists, Identity, Inequality
from mirrortheory.notation import eta

CLAIM = Claim(
    "signum_and_lion_conserve_the_balance_until_the_slope_changes_sign",
    r"w_i m_i\,x f' \ge 0 \;\forall i \Rightarrow \Delta(|w_i| - |w_j|) = 0,\ w_i m_i^+\,x f' > 0",
    topic="discrete",
    source="this project; Bernstein et al. (2018), arXiv:1802.04434, for Signum; Chen et al. (2023), arXiv:2302.06675, for Lion",
    scope="depth 2..3, layer 1 against each other one; every orthant; 0 < beta_1, beta_2 < 1; no decay; |w_i| > eta; "
    "a witness at depth 2 that a change of sign of x f' can move the balance",
    on_paper=("induction over the steps",),
)

beta = sympy.Symbol("beta", positive=True)
pull, memory = sympy.Symbol("h", real=True), sympy.Symbol("n", nonnegative=True)  # x f', and w m over it
sizes = sympy.symbols("c1:5", positive=True)  # |c_i|


def check(remembered=1, against=1, turned=-sympy.Rational(3, 8)):
    for depth in range(2, 4):
        flow, free = Flow(Lq(1), Product(depth)), sympy.symbols(f"v1:{depth + 1}", real=True)
        unit, nonzero = sympy.Interval.open(0, 1), dict.fromkeys(flow.weights, NONZERO)
        seen = Domain({pull: NONZERO, memory: NONNEGATIVE, beta: unit} | nonzero)
        for w in flow.weights:  # beta is beta_1 for what is seen, and beta_2 for what is kept
            mean = beta * remembered * memory * pull / w + (1 - beta) * flow.slope * sympy.Derivative(flow.effective, w)
            agrees = at(pull * w * mean, {flow.slope: pull / flow.effective})
            yield Inequality(0, agrees, on=seen, part=f"depth {depth}, means of {w} agree", strict=True, samples=12)
        on = Domain(dict.fromkeys((eta, *sizes[:depth]), POSITIVE) | dict.fromkeys(free, NONZERO))
        here = {w: sympy.sign(v) * (eta + abs(v)) for w, v in zip(flow.weights, free, strict=True)}
        for side in (1, -1):
            votes = [side, *[against * side] * (depth - 1)]
            after = [w - eta * sympy.sign(v * c / w) for w, v, c in zip(flow.weights, votes, sizes[:depth], strict=True)]
            for j in range(1, depth):
                old, new = (abs(r[0]) - abs(r[j]) for r in (flow.weights, after))
                part = f"depth {depth}, x f' of sign {side}, layers 1 and {j + 1}"
                yield Identity(at(new, here), at(old, here), on=on, part=part, samples=8)
    yield from _overshoot(turned)


def _overshoot(turned):
    """Signum with beta = 1/2 sees x f' = 1 at (3, 1), and then x f' = ``turned``: the votes of the two layers after eta = 3/8."""
    flow, half, votes = Flow(Lq(1), Product(2)), sympy.S.Half, []
    first = dict(zip(flow.weights, (3, 1), strict=True)) | {flow.slope: sympy.Rational(1, 3)}
    then = dict(zip(flow.weights, (3 - eta, 1 - eta), strict=True))
    then[flow.slope] = turned / sympy.Mul(*then.values())
    for w in flow.weights:
        gradient = flow.slope * sympy.Derivative(flow.effective, w)
        votes.append(sympy.sign(half * half * at(gradient, first) + half * at(gradient, then)))
    on = Domain({eta: sympy.Interval.open(0, 1)})
    yield Exists(votes[1], votes[0], on=on, below=True, at={eta: sympy.Rational(3, 8)}, part="after a change of sign: votes differ")


MUTANTS = {
    "memory of the other sign": {"remembered": -1},
    "layers that disagree": {"against": -1},
    "no change of sign": {"turned": sympy.Rational(3, 8)},
}
