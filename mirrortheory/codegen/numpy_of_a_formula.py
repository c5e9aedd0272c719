"""Potentials of the user's own as NumPy functions: the formulas as they are, which lose digits where they cancel."""

from __future__ import annotations

from collections.abc import Callable

import sympy

from mirrortheory.potentials import PrimalPotential


def of_a_formula(potential: PrimalPotential, printed: Callable[..., str]) -> str:
    """Return the text of the six functions; ``printed`` writes an expression, and of a named variable in its shape.

    Raises:
        NoClosedForm: when a form has a function that NumPy lacks.
    """
    (low, high), dual, forms = potential.region, potential.dual_domain, potential
    bottom, top = -sympy.oo if dual[0] is None else dual[0], sympy.oo if dual[1] is None else dual[1]
    x = f"inside(x, {printed(low)}, {printed(high)})"
    y = f"inside(y, {printed(bottom)}, {printed(top)})"
    solved = f"solve(y, mirror_map, hessian, {printed(low)}, {printed(high)})"
    x_of_y = solved if forms.inverse_mirror_map is None else printed(forms.inverse_mirror_map, "y")
    by_x = "legendre(inverse_mirror_map(y), y, potential(inverse_mirror_map(y)))"
    conjugate = by_x if forms.conjugate is None else printed(forms.conjugate, "y")

    def public(name: str, arguments: str, what: str, value: str) -> str:
        return f'def {name}({arguments}):\n    """Return {what}."""\n    return {value}'

    return "\n\n\n".join(
        (
            public(
                "hessian", "x", f"R''(x), nan unless {low} < x < {high}", f"guarded(lambda x: {printed(forms.hessian, 'x')}, {x})"
            ),
            public(
                "mirror_map",
                "x",
                f"R'(x), nan unless {low} < x < {high}",
                f"guarded(lambda x: {printed(forms.mirror_map, 'x')}, {x})",
            ),
            public("potential", "x", "R(x)", f"guarded(lambda x: {printed(forms.potential, 'x')}, {x})"),
            public(
                "inverse_mirror_map",
                "y",
                f"the x with R'(x) = y, nan unless {bottom} < y < {top}",
                f"guarded(lambda y: {x_of_y}, {y})",
            ),
            public("conjugate", "y", "R*(y)", f"guarded(lambda y: {conjugate}, {y})"),
            public("bregman", "x, x0", "D_R(x, x0)", "divergence(x, x0, potential, mirror_map, hessian)"),
        )
    )
