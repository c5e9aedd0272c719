r"""The spectral link is the slope of the Schatten norm to the power q over q, and pairs with its matrix to that power.

.. math:: \Phi_q(P S Q^\top) = P S^{q-1} Q^\top = \nabla_G\, \tfrac1q |G|_{S_q}^q, \qquad
   \langle G, \Phi_q(G)\rangle = |G|_{S_q}^q, \qquad \Phi_q(\tau G) = \tau^{q-1} \Phi_q(G)

:math:`|G|_{S_q}^q` is the sum of the singular values to the power q. They are written in the entries of G, by
:math:`(s_1 \pm s_2)^2 = |G|_F^2 \pm 2 |\det G|`, and differentiated in them. So steepest flow in the Schatten geometry,
:math:`\dot W = -\Phi_q(\nabla_W f)`, has :math:`\dot f = -|\nabla_W f|_{S_q}^q`. At q = 1 the link is
:math:`(G \pm \operatorname{cof} G)/\sqrt{|G|_F^2 \pm 2 \det G}`, the sign that of det G: the direction of Muon.

Not to be confused with the link of each entry, phi_q(G_ij), which is the slope of the sum of all :math:`|G_{ij}|^q/q`.
Source: Bernstein and Newhouse (2024), arXiv:2409.20325, for q = 1; this project.
"""

import sympy

from mirrortheory import POSITIVE, REALS, Domain
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.evidence import Identity
from mirrortheory.notation import matrix, q, rotation

CLAIM = Claim(
    "spectral_link_is_the_slope_of_a_schatten_norm",
    r"\Phi_q(G) = \nabla \tfrac1q |G|_{S_q}^q, \quad \langle G, \Phi_q(G)\rangle = |G|_{S_q}^q,"
    r"\quad \Phi_q(\tau G) = \tau^{q-1}\Phi_q(G)",
    topic="matrices",
    source="Bernstein and Newhouse (2024), arXiv:2409.20325, for q = 1; this project",
    scope="2 x 2 matrices of both signs of det, with singular values s1 > s2 > 0; 1 <= q <= 2; tau > 0",
)
s, t = sympy.symbols("s t", real=True)
small, gap, tau = sympy.symbols("s2 d tau", positive=True)  # s1 = s2 + d


def power(g, exponent, sign):
    """Return the sum of the singular values to a power, for det g of a sign."""
    norm, volume = sum(e**2 for e in g), sign * g.det()
    return sum(((sympy.sqrt(norm + 2 * volume) + e * sympy.sqrt(norm - 2 * volume)) / 2) ** exponent for e in (1, -1))


def check(lower=1, swapped=False, scaled=q - 1):
    g = matrix("g", 2, 2)
    on = Domain({s: REALS, t: REALS, small: POSITIVE, gap: POSITIVE, q: sympy.Interval(1, 2)})
    for sign in (1, -1):
        values, part = (small + gap, sign * small), f"det of sign {sign}"
        slope = [sympy.Derivative(power(g, q, sign) / q, e) for e in g]
        link = sympy.Matrix(2, 2, lambda i, j, v=values: sympy.sign(v[i]) * abs(v[i]) ** (q - lower) if i == j else 0)
        entries = dict(zip(g, rotation(s) * sympy.diag(*values) * rotation(t).T, strict=True))
        linked = rotation(s) * link * rotation(t).T
        linked = linked.T if swapped else linked
        for k, name in enumerate(("1, 1", "1, 2", "2, 1", "2, 2")):
            yield Identity(at(slope[k], entries), linked[k], on=on, part=f"{part}, the slope in {name}", samples=3)
        paired = sum(w * e for w, e in zip(g, linked, strict=True))
        yield Identity(at(paired, entries), at(power(g, q, sign), entries), on=on, part=f"{part}, the pairing", samples=3)
        stretched = {e: tau * value for e, value in entries.items()}
        moved, wide = at(slope[0], stretched), on.with_ranges({tau: POSITIVE})
        yield Identity(moved, tau**scaled * linked[0], on=wide, part=f"{part}, homogeneous, entry 1, 1", samples=3)
        cofactors = sympy.Matrix([[g[3], -g[2]], [-g[1], g[0]]])
        polar = (g + sign * cofactors) / sympy.sqrt(sum(e**2 for e in g) + 2 * sign * g.det())
        at_one = Domain({letter: region for letter, region in on.ranges.items() if letter != q})
        for k in range(4):
            first, where = at(linked[k], {q: sympy.S.One}), f"{part}, the polar factor, entry {k // 2 + 1}, {k % 2 + 1}"
            yield Identity(at(polar[k], entries), first, on=at_one, part=where, samples=3)


MUTANTS = {"the power q": {"lower": 0}, "transposed": {"swapped": True}, "homogeneous of degree q": {"scaled": q}}
