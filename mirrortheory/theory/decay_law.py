r"""What decoupled decay makes of a mirror flow: a dual law that is linear, and a potential that is dilated in time.

Let g be homogeneous, :math:`g(c w) = c^D g(w)`; a product of L layers has D = L. Let :math:`A(t) = \int_0^t \alpha`, and R the
potential at time zero, that of the flow without decay from the same weights. Then :math:`z = e^{A} w` moves by

.. math:: \dot z_i = -e^{A}\,\phi\bigl(f'\,\partial_i g(e^{-A} z)\bigr) = -e^{\kappa A}\,\phi(f')\,\phi(\partial_i g(z)),
          \qquad \kappa = q - D(q - 1),

as the link is multiplicative. That is the flow without decay on another clock, so :math:`\frac{\mathrm d}{\mathrm d t} R'(g(z)) =
-e^{\kappa A}\phi(f')`, and :math:`g(z) = e^{DA} x`. Hence for every imbalance and every alpha(t), constant or not,

.. math:: R_t(x) = e^{-(\kappa + D) A} R(e^{D A} x), \qquad y = R_t'(x) = e^{-\kappa A} R'(e^{DA} x), \qquad
          \dot y = -\phi(f'(x)) - \kappa\,\alpha(t)\, y .

In drift form :math:`\mathrm d R_t'(x) = -\phi(f')\,\mathrm d t - \alpha\,M_t'(x)\,\mathrm d t` with :math:`M_t = \kappa R_t`. For a
product :math:`\kappa = L(1 - m)`, and R_t is the potential of the imbalance :math:`\lambda(t) = e^{-qA}\lambda(0)`, for
:math:`P_{c\lambda}(c s) = c^L P_\lambda(s)`; at L = p decay leaves y alone. R_t is R dilated, not normalised anew: for balanced
layers at L = p, where R' is log|x|/L, :math:`R_t' = R' + A(t)`, and R' itself drifts by alpha.

The other forms follow: :math:`R_t''(x) = e^{(D - \kappa)A} R''(e^{DA}x)`, :math:`x_t(y) = e^{-DA} x(e^{\kappa A} y)`,
:math:`R_t^*(y) = e^{-(\kappa + D)A} R^*(e^{\kappa A} y)`.

Source: this project; Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, for balanced layers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy

from mirrortheory.decays import TIME, Decoupled
from mirrortheory.exact import reduce_to_ring
from mirrortheory.geometries import Lq
from mirrortheory.potentials import Y
from mirrortheory.theory.flow import SLOPE, Flow

_FIRSTS = (1, 2, 3, 64)  # a square, and a third and a sixth power
A = sympy.Symbol("A", nonnegative=True)  # A(t), in forms that are read


@dataclass(frozen=True)
class DecayLaw:
    """How y and the potential move under decoupled decay.

    Attributes:
        degree: D with g(c w) = c^D g(w) for c > 0.
        rate: kappa = q - D(q - 1): dy/dt = -phi(f') - kappa alpha y.
        alpha, total: the rate of the decay, and its integral A(t) from 0 to :data:`mirrortheory.decays.TIME`.
        free_velocity: -phi(f'), which is dy/dt without decay.
    """

    degree: sympy.Expr
    rate: sympy.Expr
    alpha: sympy.Expr
    total: sympy.Expr
    free_velocity: sympy.Expr

    @property
    def dual_velocity(self) -> sympy.Expr:
        """dy/dt in f' and y."""
        return self.free_velocity - self.rate * self.alpha * Y

    def forms(self, potential: Any, total: sympy.Expr | None = None) -> dict[str, sympy.Expr]:
        """Return the closed forms that ``potential``, that of time zero, has at the time t, by their names.

        Args:
            potential: R and the rest, as they were derived.
            total: what stands for A(t), by default its own expression.

        >>> from mirrortheory import Flow, Lq, Product, derive
        >>> found = derive(Flow(Lq(2), Product(2), Decoupled("1/(1+t)")), imbalance=(0, 3))
        >>> found.decay_law.forms(found.potential)["mirror_map"]
        asinh(2*x*(t + 1)**2/3)/2
        """
        total = self.total if total is None else total
        x, size = potential.symbol, self.degree + self.rate
        in_x = {"hessian": self.degree - self.rate, "mirror_map": -self.rate, "potential": -size}
        in_y = {"inverse_mirror_map": -self.degree, "conjugate": -size}
        inner = {x: sympy.exp(self.degree * total) * x, Y: sympy.exp(self.rate * total) * Y}
        return {
            name: sympy.exp(power * total) * form.subs({letter: inner[letter]})
            for letter, powers in ((x, in_x), (Y, in_y))
            for name, power in powers.items()
            if (form := getattr(potential, f"closed_{name}")) is not None
        }


def decay_law(flow: Flow) -> DecayLaw | None:
    """Return the law of ``flow``; None without decay, where decay is coupled and q < 2, or the map is not homogeneous.

    The link is that of :class:`mirrortheory.geometries.Lq`: another need not be multiplicative, and then has no law.

    >>> from mirrortheory import Flow, Lq, Product
    >>> law = decay_law(Flow(Lq("3/2"), Product(2), Decoupled("2**(-t)")))
    >>> law.degree, law.rate
    (2, 1/2)
    """
    q, alpha = flow.geometry.exponent, flow.decay.rate
    pulls_alike = isinstance(flow.decay, Decoupled) or q == 2
    if alpha == 0 or not isinstance(flow.geometry, Lq) or not pulls_alike or TIME.name in map(str, flow.weights):
        return None
    degree = degree_of_homogeneity(flow)
    if degree is None:
        return None
    kappa = sympy.expand(q - degree * (q - 1))
    return DecayLaw(degree, kappa, alpha, flow.decay.total, -flow.geometry.link(SLOPE))


def degree_of_homogeneity(flow: Flow) -> sympy.Expr | None:
    """Return D with sum w_i dg/dw_i = D g everywhere (Euler), as a ring decides; None when there is none or it is not seen.

    >>> from mirrortheory import Exp, Flow, Lq, PowerDifference
    >>> degree_of_homogeneity(Flow(Lq(2), PowerDifference(3))), degree_of_homogeneity(Flow(Lq(2), Exp()))
    (3, None)
    """
    x = flow.effective
    euler = sympy.Add(*(w * sympy.diff(x, w) for w in flow.weights))
    for first in _FIRSTS:  # a point where x is a rational number and not 0
        point = {w: sympy.Integer(first if i == 0 else 1) for i, w in enumerate(flow.weights)}
        value = x.subs(point)
        if value.is_Rational and value != 0:
            degree = euler.subs(point) / value
            return degree if degree.is_Rational and reduce_to_ring(euler - degree * x).vanishes else None
    return None
