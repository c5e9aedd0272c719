r"""Coupled decay breaks the balance law at every q < 2: next to a layer of size 1/alpha it closes the balance more slowly.

.. math:: f' = 0, \quad |w_j| = \frac1\alpha \ne |w_i|, \quad B = |w_i|^q - |w_j|^q: \qquad
          B\,\Bigl(\frac{\mathrm d B}{\mathrm d t} + q\,\alpha\,B\Bigr) > 0, \qquad 1 \le q < 2

So the law of decoupled decay, dB/dt = -q alpha B, fails under coupled decay for every q < 2 and alpha > 0, and in every orthant,
not only for some. There |w|^q falls at the rate q phi_q(alpha w^2), which at |w| = 1/alpha is q alpha |w|^q, and elsewhere is
not. The domain writes q = 2 - 1/r with r = 1 + k and |w_i| = (1 + d)^r/alpha, above 1/alpha, and (1 + d)^(-r)/alpha, below. dB/dt
exceeds the law by q alpha^(1-q) d (1 + d)^(2r-2), above, and falls short of it by q alpha^(1-q) d (1 + d)^(1-2r), below.

For 1 < q < 2 it is not always slower: layers far below 1/alpha close faster, as at q = 3/2, alpha = 1, sizes 1/100 and 1/400.
Refuted as a law for all q at once: balance_decays_under_coupled_decay. What holds for every q:
coupled_decay_never_widens_the_balance.
Source: this project.
"""

import sympy

from mirrortheory import Coupled, Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONNEGATIVE, NONZERO, POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import q

CLAIM = Claim(
    "coupled_decay_breaks_the_balance_law_at_every_exponent_below_two",
    r"B\,\bigl(\tfrac{dB}{dt} + q\,\alpha B\bigr) > 0 \text{ at } f' = 0,\ |w_j| = 1/\alpha \ne |w_i|, \quad B = |w_i|^q - |w_j|^q",
    topic="decay",
    source="this project",
    scope="depth 2..6, layers 1 and 2; 1 <= q < 2; alpha > 0; every orthant; f' = 0, |w_2| = 1/alpha, every |w_1| != 1/alpha",
)

rate, d = sympy.symbols("alpha d", positive=True)
k = sympy.Symbol("k", nonnegative=True)


def check(speed=1, slower=1, edge=1 / rate):
    r = 1 + k
    below_two = {q: 2 - 1 / r}
    lacks = {1: (1 + d) ** (2 * r - 2), -1: (1 + d) ** (1 - 2 * r)}
    for side, factor in lacks.items():
        lack = slower * at(q * rate ** (1 - q), below_two) * d * factor
        name = "above" if side == 1 else "below"
        on = Domain({rate: POSITIVE, d: POSITIVE, k: NONNEGATIVE})
        yield Inequality(0, lack, on=on, part=f"|w_1| {name} 1/alpha, slower than the law", strict=True)
        for depth in range(2, 7):
            flow, free = Flow(Lq(q), Product(depth), Coupled(rate)), sympy.symbols(f"v1:{depth + 1}", real=True)
            first, second, *others = flow.weights
            balance = abs(first) ** q - abs(second) ** q
            here = {first: sympy.sign(free[0]) * (1 + d) ** (side * r) / rate, second: sympy.sign(free[1]) * edge}
            here |= {flow.slope: sympy.S.Zero, **dict(zip(others, free[2:], strict=True)), **below_two}
            everywhere = on.with_ranges(dict.fromkeys(free, NONZERO))
            found = at(flow.derivative(balance) + speed * q * rate * balance, here)
            part = f"depth {depth}, |w_1| {name} 1/alpha, the rate less that of the law"
            yield Identity(found, side * lack, on=everywhere, part=part, samples=4)


MUTANTS = {"half the rate": {"speed": sympy.S.Half}, "faster than the law": {"slower": -1}, "edge alpha": {"edge": rate}}
