r"""A step of Lion without decay moves the balance by exactly 0 or twice the step, by 0 while the gradient outweighs the memory.

.. math:: w_i^+ = w_i - \eta\operatorname{sign}(c_i), \quad c_i = \beta_1 m_i + (1 - \beta_1)\,\partial_i f
          \quad\Longrightarrow\quad \Delta\bigl(|w_i| - |w_j|\bigr) = -\eta\bigl(\sigma_i - \sigma_j\bigr), \quad
          \sigma_i = \operatorname{sign}(w_i c_i)

while no weight changes sign within the step. For a product w_i c_i = beta_1 w_i m_i + (1 - beta_1) x f', so layers differ only
where beta_1 |w_i m_i| >= (1 - beta_1) |x f'| for one of them: near changes of sign of the slope. The balance stays on a lattice
of spacing 2 eta.

Source: this project; Chen et al. (2023), arXiv:2302.06675, Algorithm 2, for Lion.
"""

from itertools import product

import sympy

from mirrortheory import Flow, Lq, Product
from mirrortheory.claims import Claim
from mirrortheory.domain import NONZERO, POSITIVE, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import eta

CLAIM = Claim(
    "lion_step_moves_the_balance_by_nothing_or_twice_the_step",
    r"\Delta(|w_i| - |w_j|) = -\eta(\sigma_i - \sigma_j), \quad \sigma_i = \mathrm{sign}(w_i c_i)",
    source="this project; Chen et al. (2023), arXiv:2302.06675, for Lion",
    scope="depth 2..4, layers 1 and 2; every orthant; every memory with c_i != 0; 0 < beta_1 < 1; |w_i| > eta",
)

first = sympy.Symbol("beta1", positive=True)
size, memory = sympy.symbols("e h", positive=True)


def check(step=1, outweighs=1):
    for depth in range(2, 5):
        flow = Flow(Lq(1), Product(depth))
        beyond, strength = sympy.symbols("b1:3", positive=True), sympy.symbols("e1:3", positive=True)
        others = flow.weights[2:]
        ranges = dict.fromkeys((*beyond, *strength, eta), POSITIVE) | dict.fromkeys((*others, flow.slope), NONZERO)
        on = Domain(ranges | {first: sympy.Interval.open(0, 1)})
        for signs, votes in product(product((1, -1), repeat=2), repeat=2):
            weights = [s * (eta + b) for s, b in zip(signs, beyond, strict=True)]
            gradient = [g.subs(dict(zip(flow.weights, weights, strict=False))) for g in flow.gradient[:2]]
            # The memory runs over all that make w_i c_i a positive number e_i times the vote sigma_i.
            seen = [(v * e / w - (1 - first) * g) / first for v, e, w, g in zip(votes, strength, weights, gradient, strict=True)]
            c = [sympy.factor(first * m + (1 - first) * g) for m, g in zip(seen, gradient, strict=True)]
            after = [w - eta * sympy.sign(each) for w, each in zip(weights, c, strict=True)]
            change = sympy.Abs(after[0]) - sympy.Abs(after[1]) - (beyond[0] - beyond[1])
            part = f"depth {depth}, signs {signs}, votes {votes}"
            yield Identity(change, -step * eta * (votes[0] - votes[1]), on=on, part=part, samples=4)
    # (1 - beta_1)|x f'| = h + beta_1 |w m|: the gradient outweighs the memory of either sign.
    on = Domain({memory: POSITIVE, size: POSITIVE})
    for sign, vote in product((1, -1), repeat=2):
        total = sympy.factor(sign * (memory + outweighs * size) + vote * size)
        yield Identity(sympy.sign(total), sign, on=on, part=f"gradient of sign {sign}, memory of sign {vote}")


MUTANTS = {"by the step": {"step": sympy.S.Half}, "conserved": {"step": 0}, "memory outweighs": {"outweighs": 0}}
