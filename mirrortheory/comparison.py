r"""Published and derived potentials compared: equal up to a positive factor and an affine term, or not.

Papers normalise potentials differently, so the question is whether one Bregman divergence is a multiple of the other,

.. math:: D_{\text{published}}(x, x_0) = c\, D_R(x, x_0) \iff R_{\text{published}}'' = c\, R'',

with a constant c. Where R'' has no closed form it is asked along the exact curve x(s), or x(y). A candidate for c comes from one
point; the identity that it enters is examined like any other statement.

Source: Bregman (1967) for the divergence; the comparison is this project's.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from mirrortheory.domain import Domain
from mirrortheory.errors import InvalidArgument, NoClosedForm
from mirrortheory.evidence import Evidence, Identity, Verdict
from mirrortheory.theory import DualPotential, Potential, S, Y


@dataclass(frozen=True, repr=False)
class Comparison:
    """Whether R_published = factor R + affine term.

    Attributes:
        factor: the candidate for c.
        evidence: of R_published'' = c R''.
    """

    factor: sympy.Expr
    evidence: Evidence

    @property
    def verdict(self) -> Verdict:
        """How much was shown; REFUTED means that no factor will do."""
        return self.evidence.verdict

    def __repr__(self) -> str:
        return f"Comparison(factor={self.factor}, verdict={self.verdict})"

    def __str__(self) -> str:
        if self.verdict is Verdict.REFUTED:
            return f"REFUTED: no multiple of the derived potential; {self.evidence.detail}, {_witness(self.evidence)}"
        return f"{self.verdict}: {self.factor} times the derived potential, up to an affine term; {self.evidence.detail}"


def compare(published: sympy.Expr, potential: Potential | DualPotential, *, seed: int = 0) -> Comparison:
    """Compare a published potential, in the symbol of x of a derived one, with it.

    Args:
        published: R(x) as an expression in ``potential.symbol`` only (or in a symbol named x, which is read as that one).
        potential: derived, with numbers for q and for the imbalance.
        seed: of the sampling.

    Raises:
        InvalidArgument: for other symbols, or a published potential that is affine.
        NoClosedForm: where the derived curve has symbols.

    >>> from mirrortheory import Flow, Lq, derive
    >>> from mirrortheory.reparams import PowerDifference
    >>> found = derive(Flow(Lq(2), PowerDifference(2)), initial=(1, 1)).potential
    >>> x = found.symbol
    >>> compare(x * sympy.asinh(x / 2) - sympy.sqrt(x**2 + 4), found)  # Woodworth et al. (2020) drop the 4
    Comparison(factor=4, verdict=PROVED)
    """
    x = potential.symbol
    published = published.subs({s: x for s in published.free_symbols if s.name == x.name})
    if published.free_symbols != {x}:
        raise InvalidArgument("published", f"an expression in {x}", published, "give its parameters numbers")
    second = sympy.diff(published, x, 2)
    if sympy.simplify(second) == 0:
        raise InvalidArgument("published", "a potential with R'' != 0", published, "an affine function has no Bregman divergence")
    if potential.hessian is not None:
        ends = potential.region if isinstance(potential, DualPotential) else (sympy.S.Zero, sympy.oo)
        at, metric, variable = x, 1 / potential.hessian, x
    elif isinstance(potential, DualPotential):
        at, metric, variable, ends = potential.inverse_mirror_map, potential.inverse_metric, Y, potential.dual_domain
    else:
        at, metric, variable, ends = potential.effective.expression(S), potential.inverse_metric, S, (sympy.S.Zero, sympy.oo)
    if (at.free_symbols | metric.free_symbols) - {variable}:
        raise NoClosedForm("comparison", "the derived potential has symbols; give q and the imbalance numbers")
    ratio = second.subs(x, at) * metric
    factor = sympy.simplify(ratio.subs(variable, _between(*ends)))
    if not factor.is_finite:
        raise NoClosedForm("comparison", f"R_published''/R'' is not finite at {variable} = {_between(*ends)}")
    if not factor.is_positive:
        raise InvalidArgument("published", f"strictly convex at {variable} = {_between(*ends)}", published, "check its sign")
    statement = Identity(ratio, factor, on=Domain({variable: sympy.Interval.open(*ends)}), part="R_published'' = c R''")
    return Comparison(factor, statement.examine(seed=seed))


def _between(low: sympy.Expr, high: sympy.Expr) -> sympy.Expr:
    if low < 1 < high:  # rather than 0, where powers of x are singular
        return sympy.S.One
    if low == -sympy.oo:
        return sympy.floor(high) - 1
    return sympy.ceiling(low) + 1 if high == sympy.oo else (low + high) / 2


def _witness(evidence: Evidence) -> str:
    return ", ".join(f"{name} = {value}" for name, value in (evidence.witness or {}).items())
