"""Powers of positive quantities: one normal form, one inversion."""

from __future__ import annotations

import sympy


def power_form(expr: sympy.Expr) -> sympy.Expr:
    """Write a product of powers of positive quantities with each base once.

    >>> a, b, q = sympy.symbols("a b q", positive=True)
    >>> power_form((a * b) ** q / a**q)
    b**q
    """
    return sympy.powsimp(sympy.expand_power_base(expr, force=True), combine="exp")


def is_monomial(expr: sympy.Expr, variable: sympy.Symbol) -> bool:
    """Return whether ``expr`` is a constant times a power of ``variable``."""
    return all(f.as_base_exp()[0] == variable or not f.has(variable) for f in sympy.Mul.make_args(expr))


def inverse(expr: sympy.Expr, variable: sympy.Symbol, value: sympy.Symbol) -> sympy.Expr | None:
    """Solve ``expr = value`` for a positive ``variable``; None when SymPy does not find exactly one solution.

    >>> a, u = sympy.symbols("a u", positive=True)
    >>> inverse(3 * a ** sympy.Rational(7, 4), a, u)
    3**(3/7)*u**(4/7)/3
    """
    if is_monomial(expr, variable):  # SymPy's solver takes minutes over high fractional powers
        coefficient, power = expr.as_independent(variable, as_Add=False)
        return (value / coefficient) ** (1 / power.as_base_exp()[1])
    solutions = sympy.solve(expr - value, variable)
    return sympy.simplify(solutions[0]) if len(solutions) == 1 else None
