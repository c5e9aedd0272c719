r"""The dual variable of an effective parameter along a curve: where x(y) = X(t(y)) with an inverse function t(y) of y = F(t).

The root of X(t) = x is sought in t, whose functions are elementary as a rule, and y = F(t) is evaluated once; a root of x(y) = x
in y would take a root of F(t) = y at every step.
"""

from __future__ import annotations

import sympy

from mirrortheory.exact import Ball, BallFunction, inverse_function, monotone_root
from mirrortheory.potentials.dual import DualPotential
from mirrortheory.potentials.potential import Y


def parameter_root(potential: DualPotential, target: Ball) -> Ball | None:
    """Enclose the y with x(y) = ``target`` at the current precision; None where x(y) holds not just one inverse function of y."""
    found = [f for f in potential.inverse_mirror_map.atoms(inverse_function) if f.has(Y)]
    t = sympy.Dummy("t", real=True)
    if len(found) != 1:
        return None
    (inner,) = found
    x, scale = potential.inverse_mirror_map.xreplace({inner: t}), sympy.diff(inner.value, Y)
    if x.has(Y) or abs(scale) != 1:
        return None
    function, slope = (BallFunction(e, (t,)) for e in (x, sympy.diff(x, t)))
    low, high = (None if end.is_infinite else BallFunction(end, ())() for end in inner.ends)
    root = monotone_root(function, slope, target, low, high)
    return BallFunction(scale * (inner.form(t) - inner.value.subs(Y, 0)), (t,))(root)
