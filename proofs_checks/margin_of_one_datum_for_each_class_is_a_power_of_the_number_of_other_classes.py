r"""With one datum :math:`h_i = e_i` for each of K classes the largest margin in a Schatten norm is :math:`(K - 1)^{-1/p}`.

.. math:: \max_{\|W\|_{S_p} \le 1} \min_{k \ne i} (W_i - W_k) \cdot e_i = (K - 1)^{-1/p}, \qquad
   W = (K - 1)^{-1/p} P,\quad P = I - \tfrac1K \mathbf 1 \mathbf 1^\top

P is symmetric, fixes each vector of sum 0 and takes :math:`\mathbf 1` to 0: its singular values are 1, K - 1 times, and 0. So this
W has norm 1 and the margin on the right. The mean of all K (K - 1) margins of any W is :math:`\langle P, W \rangle/(K - 1)`, and
:math:`\|P\|_{S_q}/(K - 1)` is the same number for the conjugate q. So at p = oo, the norm of Muon, the margin is 1 for every K.

Source: this project.
"""

import sympy

from mirrortheory import REALS, Domain
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.evidence import Identity
from mirrortheory.notation import matrix

CLAIM = Claim(
    "margin_of_one_datum_for_each_class_is_a_power_of_the_number_of_other_classes",
    r"\max_{\|W\|_{S_p} \le 1} \min_{i,\, k \ne i} (W_i - W_k) \cdot e_i = (K - 1)^{-1/p}",
    topic="bias",
    source="this project",
    scope="K = 2..5 classes, h_i = e_i; every p > 1, and p = 1 and oo",
    on_paper=(
        "Hoelder's inequality for Schatten norms: <G, W> <= |G|_{S_q} |W|_{S_p}",
        "the singular values of a symmetric matrix are the sizes of its eigenvalues",
    ),
)

p = sympy.Symbol("p", positive=True)


def check(mean=lambda K: 1 / K, margin=lambda K, r: (K - 1) ** (-r), pairs=lambda K: K * (K - 1)):
    for K in map(sympy.Integer, range(2, 6)):
        P, G, W = sympy.eye(K) - mean(K) * sympy.ones(K, K), matrix("g", K, K), matrix("w", K, K)
        projection = dict(zip(G, P, strict=True))
        free = matrix("v", K, 1)[: K - 1, :]
        v = sympy.Matrix([*free, -sum(free)])
        on = Domain(dict.fromkeys([*free], REALS))
        for i in range(K):
            image, ones = at((G * v)[i], projection), at(sum(G[i, :]), projection)
            yield Identity(image, v[i], on=on, part=f"K = {K}, entry {i + 1} of P v, v of sum 0", samples=4)
            yield Identity(ones, 0, on=Domain({}), part=f"K = {K}, entry {i + 1} of P times ones")
        sizes = sympy.symbols(f"s1:{K}", positive=True)  # the singular values of P that are not 0 are 1
        on, q = Domain({p: sympy.Interval.open(1, sympy.oo)}), p / (p - 1)
        power = margin(K, 1 / p)
        norm = at(sum(s**p for s in sizes), dict.fromkeys(sizes, power))
        yield Identity(norm, 1, on=on, part=f"K = {K}, norm of W to the power p", samples=4)
        entries = {g: power * e for g, e in projection.items()}
        for i, k in ((i, k) for i in range(K) for k in range(K) if k != i):
            part = f"K = {K}, margin of W, {i + 1} against {k + 1}"
            yield Identity(at(G[i, i] - G[k, i], entries), power, on=on, part=part, samples=2)
        dual = at(sum(s**q for s in sizes), dict.fromkeys(sizes, 1 / (K - 1)))
        yield Identity(dual, power**q, on=on, part=f"K = {K}, norm of the weighted data to the power q", samples=4)
        total = sum(W[i, i] - W[k, i] for i in range(K) for k in range(K) if k != i)
        paired = at(sum(g * w for g, w in zip(G, W, strict=True)) / (K - 1), projection)
        letters = Domain(dict.fromkeys([*W], REALS))
        yield Identity(total / pairs(K), paired, on=letters, part=f"K = {K}, mean margin of any W", samples=4)
        every, largest = sum(sizes), sizes[0]
        for name, r, primal, upper in (("1", 1, every, largest), ("oo", 0, largest, every)):
            scaled = at(margin(K, sympy.Integer(r)) * primal, dict.fromkeys(sizes, sympy.S.One))
            yield Identity(scaled, 1, on=Domain({}), part=f"K = {K}, p = {name}, norm")
            bound = at(upper / (K - 1), dict.fromkeys(sizes, sympy.S.One))
            yield Identity(bound, margin(K, sympy.Integer(r)), on=Domain({}), part=f"K = {K}, p = {name}, bound")


MUTANTS = {
    "a power of the number of classes": {"margin": lambda K, r: K ** (-r)},
    "the conjugate power": {"margin": lambda K, r: (K - 1) ** (r - 1)},
    "all pairs": {"pairs": lambda K: K**2},
    "another mean": {"mean": lambda K: 1 / (K + 1)},
}
