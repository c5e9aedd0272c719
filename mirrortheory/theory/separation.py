r"""First integrals by separating variables.

The link is multiplicative, so along the flow without decay the slope cancels from

.. math:: \frac{\mathrm d w_i}{\mathrm d w_j} = \frac{\phi(\partial_i g)}{\phi(\partial_j g)}.

If every ratio is :math:`h_i(w_i)/h_j(w_j)`, then :math:`\phi(\partial_i g) = C(w)\,h_i(w_i)` with a common factor C, and with
the *charges* :math:`u_i = \kappa \int \mathrm d w_i / h_i(w_i)`

.. math:: \dot u_i = -\phi(f')\,\kappa\, C(w) \quad\text{for every } i,

so the differences u_i - u_j are first integrals. Nothing here knows which reparameterization it looks at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import sympy

from mirrortheory.errors import NoClosedForm
from mirrortheory.exact import inverse, reduce_to_ring
from mirrortheory.potentials.powers import power_form
from mirrortheory.theory.flow import Flow

_CHARGE = sympy.Symbol("u", positive=True)

_Names = dict[sympy.Symbol, sympy.Symbol]  # of magnitudes, in messages: those of the weights, where these are positive


@dataclass(frozen=True)
class Separation:
    """The separated flow on the orthant of positive weights.

    Attributes:
        magnitudes: positive symbols a_i for |w_i|.
        charges: u_i as a function of a_i, increasing.
        inverses: a_i as a function of the charge, in :attr:`charge`.
        pace: kappa C, a function of the magnitudes: du_i/dt = -phi(f') pace.
        charge: the symbol of which the inverses are functions.
    """

    magnitudes: tuple[sympy.Symbol, ...]
    charges: tuple[sympy.Expr, ...]
    inverses: tuple[sympy.Expr, ...]
    pace: sympy.Expr
    charge: sympy.Symbol = _CHARGE

    def integrals(self, weights: Sequence[sympy.Symbol]) -> tuple[sympy.Expr, ...]:
        """Return u_1 - u_i at the magnitudes of ``weights``: first integrals on the orthant of positive weights."""
        at_weights = {a: sympy.Abs(w) for a, w in zip(self.magnitudes, weights, strict=True)}
        first, *others = (charge.subs(at_weights) for charge in self.charges)
        return tuple(first - charge for charge in others)


@lru_cache(maxsize=256)
def separate(flow: Flow) -> Separation:
    """Separate the variables of ``flow`` (its decay is set aside).

    Raises:
        NoClosedForm: naming the step (sign of the Jacobian, separation, quadrature, inversion) that failed.
    """
    weights = flow.weights
    # Named as no weight can be, and no dummies, for which SymPy's cache is of no use from one derivation to the next.
    magnitudes = tuple(sympy.Symbol(f"|{i + 1}|", positive=True) for i in range(len(weights)))
    positive = all(w.is_positive for w in weights)
    shown = weights if positive else [sympy.Symbol(f"a{i + 1}", positive=True) for i in range(len(weights))]
    named = dict(zip(magnitudes, shown, strict=True))
    effective = flow.reparam.forward(*magnitudes)
    jacobian = [sympy.diff(effective, a) for a in magnitudes]
    for a, entry in zip(magnitudes, jacobian, strict=True):
        if not entry.is_positive:
            raise NoClosedForm(
                "sign of the Jacobian", f"dx/d{named.get(a, a)} = {entry.xreplace(named)} is not positive on the positive orthant"
            )
    links = [power_form(flow.geometry.link(entry)) for entry in jacobian]
    parts = separated(links, magnitudes, named)
    charges = [_quadrature(1 / part, a, named) for part, a in zip(parts, magnitudes, strict=True)]
    scale = 1 / charges[0].as_independent(magnitudes[0], as_Add=False)[0]
    charges = [scale * charge for charge in charges]
    inverses = tuple(_inverse(charge, a, named) for charge, a in zip(charges, magnitudes, strict=True))
    return Separation(magnitudes, tuple(charges), inverses, power_form(scale * links[0] / parts[0]))


def separated(links: list[sympy.Expr], magnitudes: tuple[sympy.Symbol, ...], named: _Names) -> list[sympy.Expr]:
    """Return h_i(a_i) with links_i / links_0 = h_i(a_i) / h_0(a_0).

    Raises:
        NoClosedForm: when there are none.
    """
    first = magnitudes[0]
    parts: list[sympy.Expr] = [sympy.S.One]
    shared: sympy.Expr | None = None
    for link, a in zip(links[1:], magnitudes[1:], strict=True):
        ratio = power_form(link / links[0])
        split = sympy.separatevars(ratio, symbols=(a, first), dict=True)
        if split is None or not power_form(split["coeff"]).free_symbols.isdisjoint(magnitudes):
            shown = f"{ratio.xreplace(named)} is no product h({a.xreplace(named)}) k({first.xreplace(named)})"
            raise NoClosedForm("separation", f"the ratio of velocities {shown}")
        if shared is None:
            shared = split[first]
        leftover = power_form(split[first] / shared)
        if not leftover.free_symbols.isdisjoint(magnitudes):
            raise NoClosedForm("separation", f"the layers ask for different functions of {first.xreplace(named)}")
        parts.append(split[a] * power_form(split["coeff"]) * leftover)
    if shared is not None:
        parts[0] = 1 / shared
    return parts


def _quadrature(integrand: sympy.Expr, a: sympy.Symbol, named: _Names) -> sympy.Expr:
    integrand = power_form(integrand)
    charge = sympy.integrate(integrand, a)
    if charge.has(sympy.Integral, sympy.Piecewise):
        raise NoClosedForm("quadrature", f"SymPy finds no antiderivative of {integrand.xreplace(named)} in {a.xreplace(named)}")
    if not reduce_to_ring(sympy.diff(charge, a) - integrand).vanishes:
        raise NoClosedForm(
            "quadrature", f"the antiderivative {charge.xreplace(named)} is not seen to be one of {integrand.xreplace(named)}"
        )
    return charge


def _inverse(charge: sympy.Expr, a: sympy.Symbol, named: _Names) -> sympy.Expr:
    solution = inverse(charge, a, _CHARGE)
    if solution is None or not solution.is_positive:
        raise NoClosedForm("inversion", f"{charge.xreplace(named)} = c has no single positive solution in {a.xreplace(named)}")
    return solution
