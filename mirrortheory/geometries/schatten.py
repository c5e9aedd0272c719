r"""The spectral geometry of matrices: steepest descent in a Schatten norm.

.. math:: \Phi_q(G) = U S^{q-1} V^\top, \qquad G = U S V^\top, \quad S > 0,

with the singular values above 0 alone, so that those which are 0 stay 0. Schatten(2) is gradient flow. Schatten(1) is the flow
of the *matrix sign* :math:`U V^\top`, the nearest partial isometry: what Muon approximates
(:mod:`mirrortheory.geometries.newton_schulz`). The link is odd, homogeneous of degree q - 1, and commutes with orthogonal matrices
on both sides. It is multiplicative where the factors share their singular vectors, and in general not. In doubles a singular value
of at most :math:`2^{-44}` of the largest one is taken as 0: products of matrices of low rank leave such rounding behind.

**2 x 2.** With cof M the matrix of cofactors, :math:`\langle M, \operatorname{cof} M\rangle = 2 \det M`. For det M > 0 both
singular values grow or shrink towards their mean in

.. math:: U V^\top = \frac{M + \operatorname{cof} M}{\sqrt{\|M\|_F^2 + 2 \det M}},

as cof M = U diag(s_2, s_1) V^T there, and the root is s_1 + s_2.

Source: Bernstein and Newhouse (2024), "Old optimizer, new norm", arXiv:2409.20325, for steepest descent in the spectral norm;
Higham (2008), "Functions of Matrices", chapter 8, for the polar decomposition.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, final

import sympy

from mirrortheory.errors import InvalidArgument
from mirrortheory.geometries.base import gradient_exponent
from mirrortheory.geometries.matrix import MatrixGeometry, matrix_of

if TYPE_CHECKING:
    from mirrortheory.geometries.matrix import Matrix


_ZERO = 2.0**-44  # of the largest singular value


@final
@dataclass(frozen=True)
class Schatten(MatrixGeometry):
    """The link U S^(q-1) V^T of a matrix U S V^T; ``q`` and the errors are those of :class:`~mirrortheory.geometries.Lq`.

    >>> import numpy as np
    >>> np.diag(Schatten(1).link_of(np.diag([3.0, -2.0]))).round(12).tolist()
    [1.0, -1.0]
    >>> round(Schatten(1).dual_norm(np.diag([3.0, -2.0])), 12), round(Schatten(1).norm(np.diag([3.0, -2.0])), 12)
    (5.0, 3.0)
    """

    q: sympy.Expr

    def __post_init__(self) -> None:
        object.__setattr__(self, "q", gradient_exponent(self.q))

    @property
    def exponent(self) -> sympy.Expr:
        return self.q

    def sizes(self, matrix: Matrix) -> Matrix:
        import numpy as np  # so that exact work does without it

        return np.asarray(np.linalg.svd(matrix, compute_uv=False), dtype=float)

    def link_of(self, gradient: Matrix) -> Matrix:
        import numpy as np

        gradient = matrix_of("gradient", gradient)
        if self.q == 2:
            return gradient
        largest = float(np.abs(gradient).max())
        scale = 2.0 ** np.frexp(largest)[1] if largest > 0 else 1.0  # the decomposition of entries near 1e308 overflows
        left, sizes, right = np.linalg.svd(gradient / scale, full_matrices=False)
        rank = int((sizes > _ZERO * sizes[0]).sum())
        return np.asarray(left[:, :rank] * (sizes[:rank] ** (self.number - 1) * scale ** (self.number - 1)) @ right[:rank])

    def apart(self, before: Matrix, after: Matrix, floor: float) -> bool:
        import numpy as np

        left, sizes, right = np.linalg.svd(before, full_matrices=False)
        rank = int((sizes > floor).sum())
        if rank != int((self.sizes(after) > floor).sum()):
            return True
        # On the singular vectors from before, which turn little, the determinant was positive, and changes sign with a size.
        return bool(np.linalg.det(left[:, :rank].T @ after @ right[:rank].T) <= 0) if rank else False


def matrix_sign(matrix: sympy.Matrix) -> sympy.Matrix:
    """Return the matrix sign of a 2 x 2 matrix exactly: the link of Schatten(1), where its determinant is positive.

    Args:
        matrix: a SymPy matrix of real entries. For a determinant whose sign SymPy does not know the formula holds where it is > 0.

    Raises:
        InvalidArgument: for another shape, and a determinant that is known not to be positive.

    >>> matrix_sign(sympy.Matrix([[3, 0], [0, 2]]))
    Matrix([
    [1, 0],
    [0, 1]])
    """
    if not isinstance(matrix, sympy.MatrixBase) or matrix.shape != (2, 2):
        raise InvalidArgument("matrix", "a SymPy matrix of shape (2, 2)", matrix, "write for example Matrix([[3, 1], [0, 2]])")
    determinant = matrix.det()
    if determinant.is_positive is False:
        remedy = "change the sign of a row, and of the same row of the result, or take link_of for doubles"
        raise InvalidArgument("matrix", "of positive determinant", determinant, remedy)
    (a, b), (c, d) = matrix.tolist()
    cofactors = sympy.Matrix([[d, -c], [-b, a]])
    return (matrix + cofactors) / sympy.sqrt(a**2 + b**2 + c**2 + d**2 + 2 * determinant)
