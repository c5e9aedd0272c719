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
        P, W = sympy.eye(K) - mean(K) * sympy.ones(K, K), matrix("w", K, K)
        free = matrix("v", K, 1)[: K - 1, :]
        v, one = sympy.Matrix([*free, -sum(free)]), sympy.ones(K, 1)
        on = Domain(dict.fromkeys([*free], REALS))
        for i in range(K):
            yield Identity((P * v)[i], v[i], on=on, part=f"K = {K}, entry {i + 1} of P v, v of sum 0", samples=4)
            yield Identity(v[i] * (P * one)[i], 0, on=on, part=f"K = {K}, entry {i + 1} of P times ones, times v", samples=4)
        sizes = [sympy.S.One] * (K - 1)  # the singular values of P that are not 0
        on = Domain({p: sympy.Interval.open(1, sympy.oo)})
        q = p / (p - 1)
        power = margin(K, 1 / p)
        norm = sum((power * s) ** p for s in sizes)
        yield Identity(norm, 1, on=on, part=f"K = {K}, norm of W to the power p", samples=4)
        for i, k in ((i, k) for i in range(K) for k in range(K) if k != i):
            yield Identity(
                power * (P[i, i] - P[k, i]), power, on=on, part=f"K = {K}, margin of W, {i + 1} against {k + 1}", samples=2
            )
        dual = sum((s / (K - 1)) ** q for s in sizes)
        yield Identity(dual, power**q, on=on, part=f"K = {K}, norm of the weighted data to the power q", samples=4)
        letters = Domain(dict.fromkeys([*W], REALS))
        total = sum(W[i, i] - W[k, i] for i in range(K) for k in range(K) if k != i)
        yield Identity(
            total / pairs(K),
            sum(e * w for e, w in zip(P, W, strict=True)) / (K - 1),
            on=letters,
            part=f"K = {K}, mean margin of any W",
            samples=4,
        )
        for name, r, primal, upper in (("1", 1, sum(sizes), max(sizes)), ("oo", 0, max(sizes), sum(sizes))):
            one_letter = Domain({W[0, 0]: REALS})
            yield Identity(
                W[0, 0] * margin(K, sympy.Integer(r)) * primal, W[0, 0], on=one_letter, part=f"K = {K}, p = {name}, norm"
            )
            bound = W[0, 0] * upper / (K - 1)
            yield Identity(bound, W[0, 0] * margin(K, sympy.Integer(r)), on=one_letter, part=f"K = {K}, p = {name}, bound")


MUTANTS = {
    "a power of the number of classes": {"margin": lambda K, r: K ** (-r)},
    "the conjugate power": {"margin": lambda K, r: (K - 1) ** (r - 1)},
    "all pairs": {"pairs": lambda K: K**2},
    "another mean": {"mean": lambda K: 1 / (K + 1)},
}
