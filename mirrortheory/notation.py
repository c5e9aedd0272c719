"""The letters of the formulas, with the ranges that their assumptions state.

=========  ==========================================  =====================
letter     meaning                                     range
=========  ==========================================  =====================
``q``      gradient exponent                           [1, 2]
``p``      conjugate exponent q/(q - 1)                [2, oo), for q > 1
``alpha``  weight decay                                [0, oo)
``eta``    step of a discrete optimizer                (0, oo)
``x``      effective parameter on the positive side    (0, oo)
``y``      dual variable R'(x)                         R
``lam``    imbalance of the larger of two layers       (0, oo)
``m``      metric exponent q(L - 1)/L                  [0, 2), see metric_exponent
=========  ==========================================  =====================
"""

from __future__ import annotations

import sympy

from mirrortheory.exact import integer
from mirrortheory.theory import SLOPE, X, Y

q = sympy.Symbol("q", positive=True)
p = q / (q - 1)
alpha = sympy.Symbol("alpha", nonnegative=True)
eta = sympy.Symbol("eta", positive=True)
lam = sympy.Symbol("lam", positive=True)
slope, x, y = SLOPE, X, Y

__all__ = ["alpha", "eta", "imbalance", "lam", "matrix", "metric_exponent", "p", "q", "rotation", "slope", "x", "y"]


def metric_exponent(depth: int, exponent: sympy.Expr = q) -> sympy.Expr:
    """Return m = q(L - 1)/L: balanced layers have inverse metric L|x|^m.

    Args:
        depth: the number L of layers.
        exponent: the gradient exponent q.

    >>> metric_exponent(2)
    q/2
    """
    return exponent * sympy.Rational(depth - 1, depth)


def imbalance(depth: int) -> tuple[sympy.Expr, ...]:
    """Return (0, lam2, .., lamL): an imbalance whose first layer is the smallest.

    Args:
        depth: the number of layers.

    >>> imbalance(3)
    (0, lam2, lam3)
    """
    return (sympy.S.Zero, *(sympy.Symbol(f"lam{i}", positive=True) for i in range(2, depth + 1)))


def matrix(name: str, rows: int, columns: int) -> sympy.Matrix:
    """Return a matrix of real letters, such as u11, u12, ..; with more than 9 rows or columns u1_1, u1_2, ..

    Args:
        name: what its letters begin with.
        rows: how many, from 1 on.
        columns: how many, from 1 on.

    Raises:
        InvalidArgument: for a size that is no integer from 1 to 1000.
    """
    sizes = integer(rows, "rows", 1, 1000), integer(columns, "columns", 1, 1000)
    between = "_" if max(sizes) > 9 else ""  # u111 could be the entry 1, 11 and the entry 11, 1
    return sympy.Matrix(*sizes, lambda i, j: sympy.Symbol(f"{name}{i + 1}{between}{j + 1}", real=True))


def rotation(by: sympy.Expr) -> sympy.Matrix:
    """Return a rotation of the plane in rational form, by twice the arc tangent of an expression: any but the half turn.

    Args:
        by: the tangent of half the angle.

    >>> rotation(sympy.Rational(1, 2))
    Matrix([
    [3/5, -4/5],
    [4/5,  3/5]])
    """
    return sympy.Matrix([[1 - by**2, -2 * by], [2 * by, 1 - by**2]]) / (1 + by**2)
