r"""Labels in the notation of the theory, as Matplotlib sets mathematics: :math:`|w_1| - |w_2|`, not Abs(w1) - Abs(w2)."""

from __future__ import annotations

import re
from collections.abc import Iterable

import sympy

_ABS = re.compile(r"\\left\|\{((?:[^{}]|\{[^{}]*\})*)\}\\right\|")
_INDEX = re.compile(r"_\{(\w)\}")


def tex(expr: sympy.Basic) -> str:
    r"""Return ``expr``, an expression, as mathematics between dollar signs.

    >>> w1, w2 = sympy.symbols("w1 w2", real=True)
    >>> tex(abs(w1) ** sympy.Rational(3, 2) - abs(w2) ** sympy.Rational(3, 2))
    '$|w_1|^{3/2} - |w_2|^{3/2}$'
    """
    text = _ABS.sub(r"|\1|", sympy.latex(expr, fold_frac_powers=True))
    return "$" + _INDEX.sub(r"_\1", text) + "$"


def letter(name: str, j: int) -> str:
    """Return the letter of coordinate j, counted from 0, of what has this ``name``.

    >>> letter("x", 0), letter("x", 11)
    ('$x_1$', '$x_{12}$')
    """
    return f"${name}_{j + 1}$" if j < 9 else f"${name}_{{{j + 1}}}$"


def listed_names(coordinates: Iterable[int], most: int) -> str:
    """Return the letters of coordinates of x, or how many there are beyond ``most`` of them.

    >>> listed_names([0, 2], 3), listed_names(range(5), 3)
    ('$x_1$, $x_3$', '5 of x')
    """
    which = sorted(set(coordinates))
    return ", ".join(letter("x", j) for j in which) if len(which) <= most else f"{len(which)} of x"
