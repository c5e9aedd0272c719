r"""Spectral potentials: a mirror potential of one number, applied to the singular values or the eigenvalues of a matrix.

.. math:: R(X) = \sum_i r(s_i), \qquad \nabla R(X) = U\, r'(S)\, V^\top \quad (X = U S V^\top), \qquad
          D_R(X, Y) = R(X) - R(Y) - \langle \nabla R(Y), X - Y\rangle .

On singular values r has to be even, so that :math:`r'(0) = 0`; on the eigenvalues of symmetric matrices any r will do, whose region
the eigenvalues have to lie in: :math:`r(x) = x \log x - x` is von Neumann's entropy, :math:`r(x) = -\log x` Burg's (log det).

Every r is one that the package has, derived or given by a formula; its values are enclosed one by one, and rounded.

Source: Lewis (1996), "Convex analysis on the Hermitian matrices", SIAM J. Optim. 6, for the gradient of a spectral function.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import final

import numpy as np
import sympy
from numpy.typing import ArrayLike

from mirrortheory.errors import InvalidArgument
from mirrortheory.geometries.matrix import matrix_of
from mirrortheory.matrices.product import Array
from mirrortheory.potentials import MirrorPotential, Normalisation, Potential, Y
from mirrortheory.potentials.called import called, refuse_symbols

_ASYMMETRY = 1e-12  # of the largest entry


@final
@dataclass(frozen=True)
class SpectralPotential:
    """R(X), the sum of ``potential`` over the singular values of X, or over the eigenvalues of a symmetric X.

    Args:
        potential: a mirror potential without symbols left, as ``derive(flow).potential`` or ``Potential.of("-log(x)", "x > 0")``.
        symmetric: whether X is symmetric, and its eigenvalues are meant.

    Raises:
        InvalidArgument: for another potential; without ``symmetric`` for one that is not even.

    >>> from mirrortheory import Flow, Lq, Product, derive
    >>> entropy = SpectralPotential(derive(Flow(Lq(2), Product(2)), imbalance=(0, 2)).potential)
    >>> entropy.mirror_map([[3.0, 4.0]]).round(6).tolist()
    [[0.693732, 0.924975]]
    """

    potential: MirrorPotential
    symmetric: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.potential, MirrorPotential):
            raise InvalidArgument("potential", "a mirror potential", self.potential, "write for example derive(flow).potential")
        refuse_symbols(self.potential)
        if not self.symmetric and not self._even:
            remedy = "write symmetric=True for positive definite matrices"
            raise InvalidArgument("potential", "even, with R'(0) = 0, on singular values", self.potential, remedy)

    @cached_property
    def _even(self) -> bool:
        return _is_even(self.potential)

    def __call__(self, X: ArrayLike) -> float:
        """Return R(X)."""
        return float(np.sum(self._at(self._spectrum("X", X)[1], "potential")))

    def mirror_map(self, X: ArrayLike) -> Array:
        """Return the gradient of R at X, of the shape of X."""
        return self._mapped("X", X, "mirror_map")

    def inverse_mirror_map(self, Y: ArrayLike) -> Array:
        """Return the X whose mirror map is Y."""
        return self._mapped("Y", Y, "inverse_mirror_map")

    def conjugate(self, Y: ArrayLike) -> float:
        """Return R*(Y), the sum of r* over the singular values or eigenvalues of Y."""
        return float(np.sum(self._at(self._spectrum("Y", Y)[1], "conjugate")))

    def bregman(self, X: ArrayLike, X0: ArrayLike) -> float:
        """Return D_R(X, X0), by its definition: it loses digits where X is close to X0."""
        left, right = matrix_of("X", X), matrix_of("X0", X0)
        if left.shape != right.shape:
            raise InvalidArgument("X0", f"of the shape {left.shape} of X", right.shape, "give two matrices of one shape")
        return self(left) - self(right) - float((self.mirror_map(right) * (left - right)).sum())

    def _mapped(self, name: str, matrix: ArrayLike, quantity: str) -> Array:
        left, sizes, right = self._spectrum(name, matrix)
        values = self._at(sizes, quantity)
        if not np.isfinite(values).all():
            got = f"the singular value or eigenvalue {sizes[~np.isfinite(values)][0]:.6g}"
            raise InvalidArgument(name, f"a matrix whose {quantity.replace('_', ' ')} doubles can hold", got, "scale the matrix")
        return np.asarray((left * values) @ right)

    def _at(self, sizes: Array, quantity: str) -> Array:
        return np.asarray(called(self.potential, sizes, quantity), dtype=float)

    def _spectrum(self, name: str, matrix: ArrayLike) -> tuple[Array, Array, Array]:
        found = matrix_of(name, matrix)
        if not self.symmetric:
            return np.linalg.svd(found, full_matrices=False)
        remedy = "leave out symmetric=True for singular values"
        if found.shape[0] != found.shape[1]:
            raise InvalidArgument(name, "symmetric", f"a matrix of shape {found.shape}", remedy)
        apart = float(np.abs(found - found.T).max())
        if apart > _ASYMMETRY * np.abs(found).max():
            raise InvalidArgument(name, "symmetric", f"entries that differ by {apart:.6g} from those across the diagonal", remedy)
        values, vectors = np.linalg.eigh(found)
        if name != "Y" and not self._even and isinstance(self.potential, Potential) and values[0] <= 0:
            raise InvalidArgument(name, "positive definite", f"the eigenvalue {values[0]:.6g}", "R' is infinite at 0")
        return vectors, values, vectors.T


def _is_even(potential: MirrorPotential) -> bool:
    """Return whether R(-x) = R(x) and R'(0) = 0, as its form shows."""
    if isinstance(potential, Potential):
        return potential.even and potential.normalisation is Normalisation.ORIGIN
    low, high = potential.region
    for form, letter in ((potential.closed_mirror_map, potential.symbol), (potential.closed_inverse_mirror_map, Y)):
        if form is not None and low == -high:
            return bool(sympy.simplify(form + form.subs(letter, -letter)) == 0)
    return False
