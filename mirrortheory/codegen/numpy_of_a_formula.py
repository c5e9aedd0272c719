"""Potentials of the user's own as NumPy functions: the formulas as they are, which lose digits where they cancel."""

from __future__ import annotations

import sympy
from sympy.codegen.rewriting import expm1_opt, log1p_opt, optimize
from sympy.printing.codeprinter import PrintMethodNotImplementedError
from sympy.printing.numpy import NumPyPrinter

from mirrortheory.errors import NoClosedForm
from mirrortheory.potentials import PrimalPotential


def of_a_formula(potential: PrimalPotential) -> str:
    """Return the text of the six functions.

    Raises:
        NoClosedForm: when a form has a function that NumPy lacks.
    """
    (low, high), dual, forms = potential.region, potential.dual_domain, potential
    bottom, top = -sympy.oo if dual[0] is None else dual[0], sympy.oo if dual[1] is None else dual[1]
    x = f"between(x, {_printed(low)}, {_printed(high)})"
    y = f"between(y, {_printed(bottom)}, {_printed(top)})"
    solved = f"invert(y, mirror_map, hessian, {_printed(low)}, {_printed(high)})"
    x_of_y = solved if forms.closed_inverse_mirror_map is None else _printed(forms.closed_inverse_mirror_map, "y")
    by_x = "legendre(inverse_mirror_map(y), y, potential(inverse_mirror_map(y)))"
    conjugate = by_x if forms.closed_conjugate is None else _printed(forms.closed_conjugate, "y")

    def public(name: str, argument: str, what: str, value: str, within: str) -> str:
        returned = f"guarded(lambda {argument}: {value}, {within})"
        return f'def {name}({argument}):\n    """Return {what}."""\n    return {returned}'

    where, dually = f"nan unless {low} < x < {high}", f"nan unless {bottom} < y < {top}"
    return "\n\n\n".join(
        (
            public("hessian", "x", f"R''(x), {where}", _printed(forms.closed_hessian, "x"), x),
            public("mirror_map", "x", f"R'(x), {where}", _printed(forms.closed_mirror_map, "x"), x),
            public("potential", "x", f"R(x), {where}", _printed(forms.closed_potential, "x"), x),
            public("inverse_mirror_map", "y", f"the x with R'(x) = y, {dually}", x_of_y, y),
            public("conjugate", "y", f"R*(y), {dually}", conjugate, y),
            'def bregman(x, x0):\n    """Return D_R(x, x0)."""\n    return divergence(x, x0, potential, mirror_map, hessian)',
        )
    )


class _Printer(NumPyPrinter):  # type: ignore[misc]
    """Powers keep what a float misses of their exponent."""

    def _print_Pow(self, expr: sympy.Expr, rational: bool = False) -> str:  # noqa: N802
        base, exponent = expr.as_base_exp()
        if exponent.is_Rational and not (2 * exponent).is_Integer:
            nearest = float(exponent)
            return f"raised({self._print(base)}, {nearest!r}, {float(exponent - sympy.Rational(nearest))!r})"
        return str(super()._print_Pow(expr, rational))


def _printed(expr: sympy.Expr, variable: str = "") -> str:
    """Return an expression as code, with log(1 + z) and exp(z) - 1 as NumPy has them; of the shape of a variable if named."""
    constants = {e: e.evalf(17) for e in sympy.preorder_traversal(expr) if e.is_number and not e.is_Rational and e.is_finite}
    try:
        text = str(_Printer({"fully_qualified_modules": True}).doprint(optimize(expr.subs(constants), [log1p_opt, expm1_opt])))
    except PrintMethodNotImplementedError as failed:
        raise NoClosedForm("numpy form", f"NumPy has no function for {expr}; legendre --at gives values") from failed
    text = text.replace("numpy.", "np.")
    return f"{text} + 0 * {variable}" if variable and not expr.free_symbols else text
