r"""Along steepest flow the dual variables of coordinates with parallel data columns move in the ratio of their linked entries.

.. math:: Z_i = \kappa_i\,a \;\Longrightarrow\; \phi_q(\kappa_j)\,\dot y_i = \phi_q(\kappa_i)\,\dot y_j, \qquad
          f'_i = (Z^{\mathsf T} r)_i = \kappa_i\,a \cdot r

for every r, hence for every loss of Zx, as dy/dt = -phi_q(f'). So phi_q(kappa_j)(y_i - y_i(0)) - phi_q(kappa_i)(y_j - y_j(0)) is
conserved, also where an x passes 0 with one smallest layer; not where tied smallest layers reach 0 together, and stay. With one
datum all columns are parallel: y = y_0 + c phi_q(z). It says nothing of columns that are not parallel; at q = 2 the row space
holds y - y_0. Where a.r = 0 nothing moves for q > 1; at q = 1 such columns may slide:
sign_flow_on_parallel_columns_that_slide_may_end_anywhere_in_their_class.

Here dy = sign(x) |x|^(1-q) d|w_1|^q/q along the flow of a product, any imbalance, and for u^L - v^L the first integrals tell y.
Source: this project; Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, for the mirror flow.
"""

import sympy

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONZERO, REALS, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import q
from mirrortheory.reparams import Mask, PowerDifference

CLAIM = Claim(
    "dual_variables_of_parallel_columns_move_in_a_fixed_ratio",
    r"Z_i = \kappa_i a \Rightarrow \phi_q(\kappa_j) \dot y_i = \phi_q(\kappa_i) \dot y_j",
    topic="bias",
    source="this project; arXiv:2603.02064 for the mirror flow",
    scope="two coordinates, 1..3 data; 1 <= q <= 2; products of depth 1..6, masks, every orthant; u^L - v^L, L = 2..6",
    on_paper=(
        "continuity of y across x = 0 with one smallest layer; false where ties reach 0",
        "at q = 1 while the slopes are not 0",
    ),
)

ENTRIES = sympy.symbols("k1 k2", real=True)


def dual_velocity(flow):
    """Return dy/dt of one coordinate, in its weights."""
    if isinstance(flow.reparam, PowerDifference):
        depth, (u, v) = flow.reparam.depth, flow.weights
        r = (depth - 1) * (q - 1)  # d(u^(1-r))/(1-r) is du/u^r, also at r = 1
        return (u**-r * flow.derivative(u) - v**-r * flow.derivative(v)) / (2 * depth ** (q - 1))
    x = flow.effective
    return sympy.sign(x) * abs(x) ** (1 - q) * flow.derivative(abs(flow.weights[0]) ** q) / q


def check(linked=Lq(q).link, turned=0, stretch=1):
    maps = (*(Product(depth) for depth in range(1, 7)), Mask(), *(PowerDifference(depth) for depth in range(2, 7)))
    for reparam in maps:
        for data in range(1, 4) if reparam == Product(2) else (1,):
            direction, r = sympy.symbols(f"a1:{data + 1}", real=True), sympy.symbols(f"r1:{data + 1}", real=True)
            pull = sympy.Add(*(a * e for a, e in zip(direction, r, strict=True)))
            flow = Flow(Lq(q), reparam)
            if data == 1:
                told = -stretch * Lq(q).link(flow.slope)
                yield Identity(dual_velocity(flow), told, on=flow.domain(), part=f"{flow.effective}, dy/dt", samples=5)
            other = {
                w: sympy.Symbol(f"{w}_", positive=True) if w.is_positive else sympy.Symbol(f"{w}_", real=True) for w in flow.weights
            }
            first, second = ENTRIES[0] * pull, ENTRIES[1] * (pull + turned * r[0])
            its = at(dual_velocity(flow), {flow.slope: first}), at(dual_velocity(flow), other | {flow.slope: second})
            ranges = flow.domain().ranges
            ranges = {w: ranges[w] for w in flow.weights} | {v: ranges[w] for w, v in other.items()}
            ranges |= dict.fromkeys((*direction, *r), REALS if data > 1 else NONZERO) | dict.fromkeys(ENTRIES, NONZERO)
            on = Domain(ranges | {q: sympy.Interval(1, 2)}, conditions=(sympy.Ne(pull, 0),) if data > 1 else ())
            sides = linked(ENTRIES[1]) * its[0], linked(ENTRIES[0]) * its[1]
            yield Identity(*sides, on=on, part=f"{flow.effective}, data: {data}", samples=5)


MUTANTS = {
    "in the ratio of the entries": {"linked": lambda entry: entry},
    "another column": {"turned": 1},
    "twice y": {"stretch": 2},
}
