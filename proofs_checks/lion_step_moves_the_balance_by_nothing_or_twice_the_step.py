r"""A step of Lion without decay moves the balance by exactly 0 or twice the step, by 0 while the gradient outweighs the memory.

.. math:: w_i^+ = w_i - \eta\operatorname{sign}(c_i), \quad c_i = \beta_1 m_i + (1 - \beta_1)\,\partial_i f
          \quad\Longrightarrow\quad \Delta\bigl(|w_i| - |w_j|\bigr) = -\eta\bigl(\sigma_i - \sigma_j\bigr), \quad
          \sigma_i = \operatorname{sign}(w_i c_i)

while no weight changes sign within the step. For a product w_i c_i = beta_1 w_i m_i + (1 - beta_1) x f', so sigma_i is the sign of
x f' while (1 - beta_1) |x f'| > beta_1 |w_i m_i|: layers differ only where this fails for one of them, near changes of sign of the
slope. From step to step, while no weight changes sign, the balance stays on a lattice of spacing 2 eta.

Source: this project; Chen et al. (2023), arXiv:2302.06675, Algorithm 2, for Lion.
"""

from itertools import product

import sympy

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONZERO, POSITIVE, REALS, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import eta

CLAIM = Claim(
    "lion_step_moves_the_balance_by_nothing_or_twice_the_step",
    r"\Delta(|w_i| - |w_j|) = -\eta(\sigma_i - \sigma_j), \quad \sigma_i = \mathrm{sign}(w_i c_i)",
    topic="discrete",
    source="this project; Chen et al. (2023), arXiv:2302.06675, for Lion",
    scope="depth 2..4, layer 1 against each other one; every orthant; every memory with c_i != 0; 0 < beta_1 < 1; |w_i| > eta",
)

first, size, n, h = sympy.symbols("beta1 g n h", positive=True)
m, c = sympy.Symbol("m", real=True), sympy.symbols("c1:3", real=True)


def check(step=1, outweighs=1):
    for depth in range(2, 5):
        flow, free = Flow(Lq(1), Product(depth)), sympy.symbols(f"v1:{depth + 1}", real=True)
        everywhere = {eta: POSITIVE, first: sympy.Interval.open(0, 1)}
        on = Domain(everywhere | dict.fromkeys((*free, flow.slope), NONZERO) | dict.fromkeys((n, h), POSITIVE))
        # All |w_i| > eta; and all memories that give w_i c_i the sign sigma_i: c_i is what it comes to.
        weights = {w: sympy.sign(v) * (eta + abs(v)) for w, v in zip(flow.weights, free, strict=True)}
        interpolated = [first * m + (1 - first) * flow.slope * sympy.Derivative(flow.effective, w) for w in flow.weights]
        for j, votes in product(range(1, depth), product((1, -1), repeat=2)):
            pair, part = (0, j), f"depth {depth}, layers 1 and {j + 1}, votes {votes}"
            wanted = [vote * size * sympy.sign(free[i]) for vote, size, i in zip(votes, (n, h), pair, strict=True)]
            seen = [(e - (interpolated[i] - first * m)) / first for e, i in zip(wanted, pair, strict=True)]
            after = [flow.weights[i] - eta * sympy.sign(at(interpolated[i], {m: s})) for i, s in zip(pair, seen, strict=True)]
            balance = abs(flow.weights[0]) - abs(flow.weights[j])
            moved = at(abs(after[0]) - abs(after[1]), weights)
            yield Identity(moved, at(balance, weights) - step * eta * (votes[0] - votes[1]), on=on, part=part)
        on = Domain(everywhere | dict.fromkeys(flow.weights, NONZERO) | {m: REALS, h: POSITIVE})
        for w, each in zip(flow.weights, interpolated, strict=True):
            for side in (1, -1):
                # (1 - beta_1) x f' is beta_1 |w m| + h or minus that; what comes out is at least h > 0.
                slope = side * (h + outweighs * first * abs(w * m)) / ((1 - first) * flow.effective)
                least = h + first * (abs(w * m) + side * w * m)
                part = f"depth {depth}, {w}, x f' of sign {side}"
                yield Identity(side * at(w * each, {flow.slope: slope}), least, on=on, part=part)
                there = Domain({first: everywhere[first], w: NONZERO, m: REALS, h: POSITIVE})
                yield Inequality(h, least, on=there, part=f"{part}, at least h")


MUTANTS = {"by the step": {"step": sympy.S.Half}, "conserved": {"step": 0}, "memory outweighs": {"outweighs": 0}}
