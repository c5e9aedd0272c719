r"""What a geometry of matrices is: a link between a gradient and the direction of steepest descent, and two norms.

.. math:: \Phi_q(G) = \operatorname{argmax}_V \langle G, V\rangle - \tfrac1p \|V\|_p^p, \qquad
          \langle G, \Phi_q(G)\rangle = \|G\|_q^q, \qquad \tfrac1p + \tfrac1q = 1,

where :math:`\|\cdot\|_q` is the :math:`\ell_q` norm of the *sizes* of a matrix: of its singular values
(:class:`~mirrortheory.geometries.Schatten`), or of the moduli of its entries (:class:`~mirrortheory.geometries.Entrywise`). At
q = 1 the last term is the condition :math:`\|V\|_\infty \le 1`.

Not to be confused with :class:`~mirrortheory.geometries.Geometry`, whose link takes one number, and is an expression.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, TypeAlias

import sympy

from mirrortheory.errors import InvalidArgument

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix: TypeAlias = NDArray[np.float64]


class MatrixGeometry(ABC):
    """A geometry of m x n matrices of doubles, given by its exponent ``q``, the sizes of a matrix, and its link."""

    @property
    @abstractmethod
    def exponent(self) -> sympy.Expr:
        """Gradient exponent q: an exact rational in [1, 2] or a positive symbol."""

    @abstractmethod
    def sizes(self, matrix: Matrix) -> Matrix:
        """Return the numbers >= 0, shape (k,), whose l_q norm is the dual norm of ``matrix``, shape (m, n)."""

    @abstractmethod
    def link_of(self, gradient: Matrix) -> Matrix:
        """Return Phi(gradient), of the shape (m, n) of the gradient; the flow is dW/dt = -Phi(gradient)."""

    @abstractmethod
    def apart(self, before: Matrix, after: Matrix, floor: float) -> bool:
        """Return whether a size met 0 between two matrices that are near each other: for q < 2 the link is not Lipschitz there.

        Args:
            before, after: the matrices, shape (m, n).
            floor: sizes up to it are 0; those that are 0 in both matrices stay 0 and do not count.
        """

    def norm(self, direction: Matrix) -> float:
        """Return the l_p norm of the sizes of a ``direction``: descent is steepest in this norm, of operators for Schatten(1)."""
        q = self.number
        return _length(self.sizes(matrix_of("direction", direction)), q / (q - 1) if q > 1 else float("inf"))

    def dual_norm(self, gradient: Matrix) -> float:
        """Return the l_q norm of the sizes of a ``gradient``."""
        return _length(self.sizes(matrix_of("gradient", gradient)), self.number)

    @property
    def number(self) -> float:
        """The exponent q as a double.

        Raises:
            InvalidArgument: when it is a symbol.
        """
        if self.exponent.free_symbols:
            raise InvalidArgument("q", "a number, to be evaluated", self.exponent, "write for example 1, 3/2 or 2")
        return float(self.exponent)


def matrix_of(name: str, value: object) -> Matrix:
    """Return a matrix of doubles, shape (m, n).

    Raises:
        InvalidArgument: for what is none, is empty, or has an entry that is no finite real number.
    """
    import numpy as np  # so that exact work does without it

    given: Any = value
    try:
        found = np.asarray(given if not np.iscomplexobj(given) else None, dtype=float)
    except (TypeError, ValueError):
        found = np.zeros(0)
    if found.ndim != 2 or 0 in found.shape or not np.isfinite(found).all():
        got = found.shape if found.size and np.isfinite(found).all() else given
        raise InvalidArgument(name, "a matrix of finite real numbers", got, "write for example [[3.0, 1.0], [-1.0, 3.0]]")
    return found


def _length(sizes: Matrix, p: float) -> float:
    largest = float(sizes.max(initial=0.0))
    if largest == 0 or p == float("inf"):
        return largest
    return float(largest * ((sizes / largest) ** p).sum() ** (1 / p))
