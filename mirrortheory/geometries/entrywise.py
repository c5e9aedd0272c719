r"""The l_q geometry of the entries of a matrix: what sign descent and Adam do to matrices.

.. math:: \Phi_q(G)_{ij} = \operatorname{sign}(G_{ij})\,|G_{ij}|^{q-1}.

It is :class:`~mirrortheory.geometries.Lq` on each entry, and commutes with signed permutations of rows and columns only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, final

import sympy

from mirrortheory.geometries.base import gradient_exponent
from mirrortheory.geometries.matrix import MatrixGeometry, matrix_of

if TYPE_CHECKING:
    from mirrortheory.geometries.matrix import Matrix


@final
@dataclass(frozen=True)
class Entrywise(MatrixGeometry):
    """The link phi_q on each entry; ``q`` and the errors are those of :class:`~mirrortheory.geometries.Lq`.

    >>> import numpy as np
    >>> Entrywise("3/2").link_of(np.array([[4.0, -9.0]])).tolist()
    [[2.0, -3.0]]
    """

    q: sympy.Expr

    def __post_init__(self) -> None:
        object.__setattr__(self, "q", gradient_exponent(self.q))

    @property
    def exponent(self) -> sympy.Expr:
        return self.q

    def sizes(self, matrix: Matrix) -> Matrix:
        return abs(matrix).ravel()

    def link_of(self, gradient: Matrix) -> Matrix:
        import numpy as np  # so that exact work does without it

        gradient = matrix_of("gradient", gradient)
        return gradient if self.q == 2 else np.sign(gradient) * abs(gradient) ** (self.number - 1)

    def apart(self, before: Matrix, after: Matrix, floor: float) -> bool:
        was, now = ((m > floor).astype(int) - (m < -floor) for m in (before, after))
        return bool((was != now).any())
