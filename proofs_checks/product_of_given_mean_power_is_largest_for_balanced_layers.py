r"""Of all layers with the same mean power the balanced ones have the largest product, so a given x costs them the least.

.. math:: |x| \;\le\; \Bigl(\frac1L \sum_i |w_i|^r\Bigr)^{L/r}, \qquad \frac1r \sum_i |w_i|^r \;\ge\; \frac Lr\, |x|^{r/L}

for every r > 0, with equality where all |w_i| are equal: the inequality of the means, for u_i = |w_i|^r, which are written
in increasing order by their increments. With r = p it is why the penalty (L/p) |x|^(p/L) stands for decoupled decay, with r = 2 for
coupled decay, and with any loss of x the penalised loss in w lies above that in x.

Source: the inequality of arithmetic and geometric means.
"""

from itertools import accumulate

import sympy

from mirrortheory import Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONNEGATIVE, POSITIVE, Domain
from mirrortheory.evidence import Exists, Identity, Inequality

CLAIM = Claim(
    "product_of_given_mean_power_is_largest_for_balanced_layers",
    r"|x| \le \Bigl(\frac1L \sum_i |w_i|^r\Bigr)^{L/r}",
    topic="decay",
    source="the inequality of arithmetic and geometric means",
    scope="depth 2..6; every r > 0; nonzero layers, in increasing order of size",
    on_paper=("a product does not change when layers change places", "the L-th root grows with its argument"),
)

power, size = sympy.symbols("r a", positive=True)


def check(layers=lambda depth: depth, outer=lambda depth: depth, even=sympy.S.One):
    for depth in range(2, 7):
        product, part = Product(depth), f"depth {depth}"
        increments = sympy.symbols(f"a2:{depth + 1}", nonnegative=True)
        sizes = [size, *(size + rise for rise in accumulate(increments))]
        spread = dict(zip(product.weights, (u ** (1 / power) for u in sizes), strict=True))
        on = Domain({size: POSITIVE, power: POSITIVE} | dict.fromkeys(increments, NONNEGATIVE))
        ordered = sympy.Mul(*sizes)
        yield Identity(at(abs(product.effective) ** power, spread), ordered, on=on, part=f"{part}, |x|^r")
        mean = sympy.Add(*sizes) / layers(depth)
        yield Inequality(ordered, sympy.expand(mean ** outer(depth)), on=on, part=f"{part}, at most the mean", samples=12)
        total = at(sum(abs(w) ** power for w in product.weights), dict.fromkeys(product.weights, size ** (1 / power)))
        same = at(abs(product.effective) ** (power / depth), dict.fromkeys(product.weights, size ** (1 / power)))
        yield Identity(total, even * depth * same, on=on, part=f"{part}, equal layers")
        uneven = Domain(dict.fromkeys(sizes[:1], POSITIVE) | dict.fromkeys(increments, NONNEGATIVE))
        yield Exists(ordered, sympy.expand(mean**depth), on=uneven, below=True, part=f"{part}, strictly somewhere")


MUTANTS = {
    "one layer more": {"layers": lambda depth: depth + 1},
    "one power less": {"outer": lambda depth: depth - 1},
    "twice the penalty": {"even": 2},
}
