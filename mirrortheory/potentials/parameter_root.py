r"""The dual variable of an effective parameter along a curve: where x(y) = X(t(y)) with an inverse function t(y) of y = F(t).

The root of X(t) = x is sought in t, whose functions are elementary as a rule, and y = F(t) is evaluated once; a root of x(y) = x
in y would take a root of F(t) = y at every step.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from mirrortheory.exact import Ball, BallFunction, inverse_function, monotone_root
from mirrortheory.potentials.dual import DualPotential
from mirrortheory.potentials.potential import Y


@dataclass(frozen=True)
class ParameterRoot:
    """An enclosed y with x(y) = x, by the parameter t.

    Attributes:
        y: the root.
        t: the parameter there.
        inner: the inverse function t(y).
        inverse_metric: dx/dy as a function of y.
    """

    y: Ball
    t: Ball
    inner: inverse_function
    inverse_metric: sympy.Expr

    @property
    def slope(self) -> Ball:
        """dx/dy there."""
        return self.of(self.inverse_metric)

    def of(self, expr: sympy.Expr) -> Ball:
        """Enclose a function of y at the root, with t in the place of t(y), which far out is told from y no more."""
        t = sympy.Dummy("t", real=True)
        return BallFunction(expr.xreplace({self.inner: t}), (t, Y))(self.t, self.y)


def parameter_root(potential: DualPotential, target: Ball) -> ParameterRoot | None:
    """Enclose the y with x(y) = ``target`` at the current precision; None where x(y) holds not just one inverse function of y."""
    found = [f for f in potential.closed_inverse_mirror_map.atoms(inverse_function) if f.has(Y)]
    t = sympy.Dummy("t", real=True)
    if len(found) != 1:
        return None
    (inner,) = found
    scale = sympy.diff(inner.value, Y)
    if abs(scale) != 1:
        return None
    y = scale * (inner.form(t) - inner.value.subs(Y, 0))
    x = potential.closed_inverse_mirror_map.xreplace({inner: t}).xreplace({Y: y})
    function, slope = (BallFunction(e, (t,)) for e in (x, sympy.diff(x, t)))
    low, high = (None if end.is_infinite else BallFunction(end, ())() for end in inner.ends)
    root = monotone_root(function, slope, target, low, high)
    return ParameterRoot(BallFunction(y, (t,))(root), root, inner, potential.inverse_metric)
