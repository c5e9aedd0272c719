r"""Along steepest flow of layers the soft margin, log-loss over the L-th power of the p-norm of the weights, never falls.

.. math:: \frac{\mathrm d}{\mathrm d t} \log \frac{M}{\|w\|_p^L} \ge 0, \qquad M = -\log \sum_i e^{-m_i} > 0, \quad
          \frac1p + \frac1q = 1

for margins m_i that are products of L layers. With G the gradient of M, along :math:`\dot w = \phi_q(G)`, which
is the flow of the loss :math:`f = e^{-M}` on the clock :math:`\mathrm d t = f^{q-1} \mathrm d(\text{its time})`:

.. math:: \dot M = \|G\|_q^q, \qquad \frac{\mathrm d}{\mathrm d t} \tfrac1p \|w\|_p^p \le \|w\|_p^{p-1} \|G\|_q^{q-1}, \qquad
          \langle G, w\rangle = L \sum_i \pi_i m_i \ge L\,M, \quad \pi_i = e^{-m_i}/\sum_k e^{-m_k}

so :math:`\dot M \ge \|G\|_q^{q-1} \langle G, w\rangle/\|w\|_p \ge L M\, \mathrm d \log \|w\|_p/\mathrm dt`, twice by
Hoelder. It holds for all data, and bounds margins from below: it does not say that the direction has a limit.

Source: Lyu and Li (2020), arXiv:1906.05890, at q = 2; Tsilivis, Vardi, Kempe (2025), arXiv:2410.22069.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import p, q

CLAIM = Claim(
    "soft_margin_of_layers_never_falls_along_steepest_flow",
    r"\frac{d}{dt} \log \frac{-\log \sum_i e^{-m_i}}{\|w\|_p^L} \ge 0",
    topic="bias",
    source="Lyu and Li (2020), arXiv:1906.05890, at q = 2; Tsilivis, Vardi, Kempe (2025), arXiv:2410.22069",
    scope="depth 2..6; 1 < q <= 2; positive weights; 3 data for the sum, and 2 at depth 2; exponential loss (a sum) below 1",
    on_paper=(
        "Hoelder's inequality, twice",
        "the flow of f is that of M on the clock f^(q-1), as the gradient of f is -f G",
        "margins are sums of products, so homogeneous as each of them is",
        "a mean of numbers above M is above M",
    ),
)

grown, pull = sympy.symbols("c G", positive=True)


def check(degree=lambda depth: depth, energy=q, sign=1):
    for depth in range(2, 7):
        flow, part = Flow(Lq(2), Product(depth)), f"depth {depth}"
        on = Domain(dict.fromkeys((*flow.weights, grown), POSITIVE))
        larger = at(flow.effective, {w: grown * w for w in flow.weights})
        yield Identity(larger, grown ** degree(depth) * flow.effective, on=on, part=f"{part}, x is homogeneous", samples=4)
    on = Domain({pull: POSITIVE, q: sympy.Interval.Lopen(1, 2)})
    link = at(Lq(q).link(flow.slope), {flow.slope: pull})
    yield Identity(pull * link, pull**energy, on=on, part="M grows at |G|^q")
    yield Identity(link**p, pull**energy, on=on, part="the p-norm of the velocity is |G|_q^(q-1)")
    w = sympy.Symbol("w", positive=True)
    on = Domain({w: POSITIVE, pull: POSITIVE, q: sympy.Interval.Lopen(1, 2)})
    yield Identity(Derivative(w**p / p, w) ** q, w**p, on=on, part="the q-norm of the slope of |w|_p^p/p is |w|_p^(p-1)")
    for data, depth in ((2, 2), (3, 2), (3, 3), (3, 4), (3, 5), (3, 6)):
        parts = sympy.symbols(f"e1:{data + 1}", positive=True)  # exp(-m_i)
        on = Domain(dict.fromkeys(parts, POSITIVE))
        total = sum(parts)
        scaled = -sympy.log(sum(e ** (grown ** degree(depth)) for e in parts))  # of L layers, each times c
        slope = at(Derivative(scaled, grown), {grown: 1})
        mean = -sum(e * sympy.log(e) for e in parts) / total
        yield Identity(slope, depth * mean, on=on, part=f"{data} data, <G, w> is L times the mean of the m_i, L = {depth}")
        for e in parts if depth == 2 else ():
            yield Inequality(
                sign * e, sign * total, on=on, strict=True, part=f"{data} data, the margin with exp(-m) = {e} is above M"
            )


MUTANTS = {
    "degree L - 1": {"degree": lambda depth: depth - 1},
    "M grows at |G|^p": {"energy": p},
    "margins are below M": {"sign": -1},
}
