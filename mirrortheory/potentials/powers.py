"""Powers of positive quantities in one normal form."""

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
