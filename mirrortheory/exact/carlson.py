r"""Carlson's symmetric elliptic integrals as SymPy functions, evaluated by Arb.

.. math:: R_F(x, y, z) = \tfrac12 \int_0^\infty \frac{\mathrm d t}{\sqrt{(t+x)(t+y)(t+z)}}, \qquad
          R_J(x, y, z, p) = \tfrac32 \int_0^\infty \frac{\mathrm d t}{(t+p)\sqrt{(t+x)(t+y)(t+z)}},

with R_D(x, y, z) = R_J(x, y, z, z) and R_C(x, y) = R_F(x, y, y).

Source: Carlson (1995), "Numerical computation of real or complex elliptic integrals", Numer. Algorithms 10; DLMF 19.16.
"""

from __future__ import annotations

from typing import Any

import sympy

from mirrortheory.exact.implicit import Enclosed


class _Typeset(sympy.Function):
    """A function that is printed as mathematics by its standard letter."""

    def _latex(self, printer: Any, exp: Any = None) -> str:
        letter, arguments = f"R_{type(self).__name__[-1].upper()}", ", ".join(map(printer.doprint, self.args))
        return rf"{letter}{'' if exp is None else f'^{{{exp}}}'}\left({arguments}\right)"


class carlson_rf(_Typeset, Enclosed):  # noqa: N801 - lower case like SymPy's own functions
    """R_F(x, y, z), symmetric in its arguments; real for nonnegative arguments of which at most one is 0."""

    nargs = 3

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        first, second, third = (self.args[(argindex - 1 + i) % 3] for i in range(3))
        return -carlson_rd(second, third, first) / 6


class carlson_rd(_Typeset):  # noqa: N801
    """R_D(x, y, z), symmetric in x and y; real for x, y nonnegative, not both 0, and z positive."""

    nargs = 3


class carlson_rj(_Typeset):  # noqa: N801
    """R_J(x, y, z, p), symmetric in x, y and z; real for nonnegative x, y, z of which at most one is 0, and p positive."""

    nargs = 4


class carlson_rc(_Typeset):  # noqa: N801
    """R_C(x, y), elementary: atan(sqrt(y/x - 1))/sqrt(y - x) for y > x >= 0; real for x nonnegative and y positive."""

    nargs = 2
