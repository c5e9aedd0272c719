r"""A step of Signum shrinks the balance by the decay and moves it by exactly 0 or twice the step.

.. math:: w_i^+ = (1 - \eta\alpha) w_i - \eta\operatorname{sign}(m_i), \quad m_i = \beta m_i^- + (1 - \beta)\,\partial_i f
          \quad\Longrightarrow\quad |w_i^+| - |w_j^+| = (1 - \eta\alpha)\bigl(|w_i| - |w_j|\bigr) - \eta (t_i - t_j), \quad
          t_i = \operatorname{sign}(w_i)\operatorname{sign}(m_i)

while no weight changes sign within the step. With alpha = k/e, eta = e/(1 + k) and w = sign(v)(e + |v|) the e > 0, k >= 0 and v run
over all decays, 0 included, steps and weights that qualify; the memory is the one that gives m_i the sign asked for, so every pair
of votes t_i, t_j is met in every orthant. So without decay the balance stays on a lattice of spacing 2 eta.

Source: this project; Bernstein et al. (2018), arXiv:1802.04434, Algorithm 2, for Signum.
"""

from itertools import product

import sympy

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONNEGATIVE, NONZERO, POSITIVE, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import alpha, eta

CLAIM = Claim(
    "signum_step_moves_the_balance_by_nothing_or_twice_the_step",
    r"|w_i^+| - |w_j^+| = (1 - \eta\alpha)(|w_i| - |w_j|) - \eta(t_i - t_j), \quad t_i = \mathrm{sign}(w_i)\,\mathrm{sign}(m_i)",
    topic="discrete",
    source="this project; Bernstein et al. (2018), arXiv:1802.04434, for Signum",
    scope="depth 2..3, layer 1 against each other one; every orthant; memories with m_i != 0 after the step; 0 < beta < 1; "
    "0 <= eta alpha < 1; (1 - eta alpha)|w_i| > eta",
)

beta, e = sympy.symbols("beta e", positive=True)
k = sympy.Symbol("k", nonnegative=True)
before = sympy.Symbol("m", real=True)
sizes = sympy.symbols("n1:3", positive=True)


def check(step=1, kept=1 - eta * alpha):
    for depth in range(2, 4):
        flow, free = Flow(Lq(1), Product(depth)), sympy.symbols(f"v1:{depth + 1}", real=True)
        positive = dict.fromkeys((e, *sizes), POSITIVE) | {k: NONNEGATIVE, beta: sympy.Interval.open(0, 1)}
        on = Domain(positive | dict.fromkeys((*free, flow.slope), NONZERO))
        here = {w: sympy.sign(v) * (e + abs(v)) for w, v in zip(flow.weights, free, strict=True)}
        here |= {alpha: k / e, eta: e / (1 + k)}
        for j, votes in product(range(1, depth), product((1, -1), repeat=2)):
            after = []
            for i, vote, size in zip((0, j), votes, sizes, strict=True):
                w = flow.weights[i]
                fresh = (1 - beta) * flow.slope * sympy.Derivative(flow.effective, w)
                memory = (vote * size * sympy.sign(free[i]) - fresh) / beta  # which gives m_i the sign of the vote
                mean = at(beta * before + fresh, {before: memory})
                after.append((1 - eta * alpha) * w - eta * sympy.sign(mean))
            old = abs(flow.weights[0]) - abs(flow.weights[j])
            law = kept * old - step * eta * (votes[0] - votes[1])
            part = f"depth {depth}, layers 1 and {j + 1}, votes {votes}"
            yield Identity(at(abs(after[0]) - abs(after[1]), here), at(law, here), on=on, part=part, samples=4)


MUTANTS = {"by the step": {"step": sympy.S.Half}, "by nothing": {"step": 0}, "no decay": {"kept": 1}}
