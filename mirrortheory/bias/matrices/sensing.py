r"""Matrix sensing where all measurements have one basis of singular vectors: where a flow ends, by its singular values.

.. math:: f = \tfrac12 \sum_k (\langle A_k, X \rangle - b_k)^2,\quad X = W_1 \cdots W_L \text{ or } U U^\top,\qquad
   A_k = P\, \mathrm{diag}(Z_k)\, Q^\top

From layers in these bases, :math:`W_j = R_{j-1}\, \mathrm{diag}(w_j)\, R_j^\top` with :math:`R_0 = P`, :math:`R_L = Q`, each
gradient is in them too, and a spectral link acts on its entries as the link on numbers. So the layers stay aligned, and the
:math:`w_j` follow the flow of a product of numbers on :math:`Z x = b`, at every gradient exponent:
:func:`~mirrortheory.bias.implicit_bias` says where it ends. Sizes of layers that agree to 1e-10 are taken as equal,
and singular values below 1e-12 of the largest one as 0: rounding of the bases must not decide what is tied, or measured at all.

For measurements without a common basis no law of the end is known at any exponent: X need not stay in one basis, and what gradient
flow from a small start then tends to is not always the least nuclear norm. They are refused.

Source: Gunasekar et al. (2017), arXiv:1705.09280, for commuting measurements at q = 2; the rest: this project.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from mirrortheory.bias.prediction import implicit_bias
from mirrortheory.bias.regression.base import Prediction
from mirrortheory.errors import InvalidArgument
from mirrortheory.flows.problems import Array, Quadratic, doubles, finite
from mirrortheory.geometries import Lq
from mirrortheory.reparams import Product
from mirrortheory.theory import Flow

_ALIGNED = 1e-10  # of the size of a matrix: how far it may be from its basis
_NOTHING = 1e-12  # of the size of a layer or measurement: an entry that is 0


@dataclass(frozen=True, eq=False)
class SensingPrediction:
    """Where a flow on matrices ends.

    Attributes:
        X: the end, shape (m, n); or None where no rule gives it.
        left, right: the bases, shapes (m, r) and (n, r), of orthonormal columns: X = left diag(values.x) right^T.
        values: the prediction for the entries on the diagonal, which may be negative.
        off: how far measurements and layers are from the bases, relative to their sizes: of the order of rounding.
        error: of the entries of X: that of the values, and ``off`` times their size; an estimate.
    """

    X: Array | None
    left: Array
    right: Array
    values: Prediction
    off: float
    error: float


def matrix_sensing_prediction(
    measurements: Any, targets: Any, layers: Sequence[Any], *, q: object = 2, symmetric: bool = False
) -> SensingPrediction:
    """Predict where a flow on a product of matrices ends, for measurements with a common basis of singular vectors.

    Args:
        measurements: A_k, shape (K, m, n).
        targets: b, shape (K,).
        layers: W_1 .. W_L at the start, whose product is X; or U alone, for X = U U^T, with ``symmetric``.
        q: gradient exponent of the spectral geometry, an exact rational in [1, 2]: gradient flow is 2, flow along msign is 1.
            Below 2 several measurements need columns of Z that are parallel, exactly: give them as diagonal matrices.
        symmetric: whether X = U U^T; then only the symmetric parts of the measurements count.

    Raises:
        InvalidArgument: for wrong shapes, equations without a solution, measurements without a common basis, and layers that
            are not in it.

    >>> import numpy as np
    >>> turn = np.array([[0.6, -0.8], [0.8, 0.6]])
    >>> A = turn @ np.diag([1.0, 2.0]) @ turn.T                          # one measurement: its own basis
    >>> U = 1e-6 * np.eye(2)
    >>> found = matrix_sensing_prediction([A], [4.0], [U], symmetric=True)
    >>> bool(np.abs(found.X - 2 * np.outer(turn[:, 1], turn[:, 1])).max() < 1e-4)
    True
    """
    A, b = doubles("measurements", measurements, 3), doubles("targets", targets, 1)
    chain = [doubles(f"layer {j}", layer, 2) for j, layer in enumerate(layers, start=1)]
    _checked(A, b, chain, symmetric=symmetric)
    if symmetric:
        A, chain = (A + A.transpose(0, 2, 1)) / 2, [chain[0], chain[0].T]
    left, right, Z, off = _common_basis(A, chain)
    weights, apart = _aligned(chain, left, right)
    # U U^T moves as a product of two equal layers, at 2^(q - 1) times the rate
    values = implicit_bias(Flow(Lq(q), Product(len(chain))), Quadratic(Z, b), _tied(weights))
    apart = max(off, apart)
    if values.x is None:
        return SensingPrediction(None, left, right, values, apart, float("inf"))
    X = (left * values.x) @ right.T
    return SensingPrediction(X, left, right, values, apart, values.error + apart * float(np.abs(values.x).max(initial=0.0)))


def _checked(A: Array, b: Array, chain: list[Array], *, symmetric: bool) -> None:
    if A.ndim != 3 or 0 in A.shape or b.shape != A.shape[:1]:
        raise InvalidArgument("measurements", "of shape (K, m, n), with K targets", (A.shape, b.shape), "give one target for each")
    if not chain or any(layer.ndim != 2 or 0 in layer.shape for layer in chain):
        raise InvalidArgument("layers", "matrices, at least one", [layer.shape for layer in chain], "write [U, V], or [U]")
    if symmetric and len(chain) > 1:
        raise InvalidArgument(
            "layers", "one matrix U for X = U U^T", f"{len(chain)} matrices", "leave symmetric out, or give U alone"
        )
    shapes = [layer.shape for layer in chain] + ([chain[0].shape[::-1]] if symmetric else [])
    fit = all(one[1] == other[0] for one, other in pairwise(shapes))
    if not fit or (shapes[0][0], shapes[-1][1]) != A.shape[1:]:
        raise InvalidArgument("layers", f"with a product of shape {A.shape[1:]}", shapes, "let their shapes fit each other")
    for name, array in (("measurements", A), ("targets", b), *((f"layer {j}", layer) for j, layer in enumerate(chain, start=1))):
        finite(name, array)


def _common_basis(A: Array, chain: list[Array]) -> tuple[Array, Array, Array, float]:
    """Return P, Q, Z with A_k = P diag(Z_k) Q^T, and how far that is off.

    The singular vectors of one combination in general position, of the measurements, the start, and the measurements times
    W_1 W_1^T or W_L^T W_L, are those of all, if there are any: where two of its singular values agree, the entries of all
    matrices agree there, up to one sign.

    Raises:
        InvalidArgument: where they have none.
    """
    product = np.linalg.multi_dot(chain) if len(chain) > 1 else chain[0]
    sizes = np.linalg.norm(A, axis=(1, 2))
    first, last = chain[0] @ chain[0].T, chain[-1].T @ chain[-1]  # where X starts at 0, layers may still tell coordinates apart

    def seen(all_parts: Sequence[Array]) -> tuple[Array, Array, Array, Array]:
        parts = [part / np.linalg.norm(part) for part in all_parts if part.any()]
        # irrational numbers that are as good as random; the same in each run
        mixed = sum((np.sqrt(2 + k) % 1 + 0.5) * part for k, part in enumerate(parts)) if parts else np.zeros(A.shape[1:])
        left, _, turned = np.linalg.svd(mixed, full_matrices=False)
        Z = np.einsum("kii->ki", left.T @ A @ turned.T).copy()
        Z[np.abs(Z) <= _NOTHING * np.abs(Z).max(axis=1, keepdims=True)] = 0.0
        with np.errstate(invalid="ignore"):
            apart = np.linalg.norm(A - (left * Z[:, None, :]) @ turned, axis=(1, 2)) / np.where(sizes > 0, sizes, 1.0)
        return left, turned.T, Z, apart

    left, right, Z, apart = seen([*A, product, *(first @ a for a in A), *(a @ last for a in A)])
    off = float(apart.max())
    if off > _ALIGNED and float(seen([*A])[3].max()) <= _ALIGNED:
        remedy = "start from layers such as [P diag(w_1) R^T, R diag(w_2) Q^T], or follow the flow instead"
        raise InvalidArgument("layers", "diagonal in the basis of the measurements", f"layers off it by {off:.2g}", remedy)
    if off > _ALIGNED:
        k = int(apart.argmax())
        remedy = "no law of the end is known where they have none; follow the flow instead"
        got = f"measurement {k} off their basis by {off:.2g} of its size"
        raise InvalidArgument("measurements", "simultaneously diagonal: A_k = P diag Q^T, and the start with them", got, remedy)
    return left, right, Z, off


def _aligned(chain: list[Array], left: Array, right: Array) -> tuple[Array, float]:
    """Return the diagonals of the layers, shape (L, r), in bases found from both ends, and how far they are off.

    Raises:
        InvalidArgument: where a layer is not diagonal in them.
    """
    count, sizes = left.shape[1], [max(float(np.linalg.norm(layer)), np.finfo(float).tiny) for layer in chain]
    bases = [left, *(np.zeros((layer.shape[1], count)) for layer in chain[:-1]), right]
    for j in range(1, len(chain)):
        _carry(bases[j], chain[j - 1].T @ bases[j - 1], sizes[j - 1])
    for j in range(len(chain) - 1, 0, -1):
        _carry(bases[j], chain[j] @ bases[j + 1], sizes[j])
    weights = np.array([np.einsum("ij,ij->j", bases[j], layer @ bases[j + 1]) for j, layer in enumerate(chain)])
    off = 0.0
    for j, layer in enumerate(chain):
        apart = float(np.linalg.norm(layer - (bases[j] * weights[j]) @ bases[j + 1].T)) / sizes[j]
        gram = bases[j].T @ bases[j]
        off = max(off, apart, float(np.abs(gram - np.diag(np.round(np.diag(gram)))).max()))
        if off > _ALIGNED:
            got = f"layer {j + 1} off it by {off:.2g} of its size"
            remedy = "start from layers such as [P diag(w_1) R^T, R diag(w_2) Q^T], or follow the flow instead"
            raise InvalidArgument("layers", "diagonal in the basis of the measurements", got, remedy)
    return weights, off


def _tied(weights: Array) -> Array:
    """Return the layers with sizes that agree to rounding made equal: it matters which layers of a coordinate are tied."""
    sizes = np.abs(weights)
    for j in range(1, len(sizes)):
        for i in range(j):
            same = np.abs(sizes[j] - sizes[i]) <= _ALIGNED * sizes[i]
            sizes[j] = np.where(same, sizes[i], sizes[j])
    return np.asarray(np.sign(weights) * sizes)


def _carry(basis: Array, carried: Array, size: float) -> None:
    """Fill the columns of a basis that are still 0 from those carried over by a layer of a given size."""
    lengths = np.linalg.norm(carried, axis=0)
    fresh = ~basis.any(axis=0) & (lengths > _NOTHING * size)
    basis[:, fresh] = carried[:, fresh] / lengths[fresh]
