"""The laws of a matrix geometry as assertions, on small matrices first and then on random ones: SUPPORTED, or refuted by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

import numpy as np

from mirrortheory.errors import InvalidArgument
from mirrortheory.evidence import Evidence, Verdict
from mirrortheory.flows.problems import Array
from mirrortheory.geometries import MatrixGeometry
from mirrortheory.testing.report import LawReport, judged

_SMALL = ([[1.0]], [[-2.0]], [[2.0, 0.0], [0.0, -1.0]], [[1.0, 2.0], [3.0, 4.0]], [[1.0, 1.0], [1.0, 1.0]], [[1.0, -2.0, 2.0]])
_SHAPES = ((2, 2), (2, 3), (3, 2), (3, 3), (4, 4))
_CLOSE = 1e-9  # of the larger side
_DIRECTIONS = 16

Sides: TypeAlias = tuple[Array | float, Array | float]
Law: TypeAlias = Callable[[MatrixGeometry, Array, np.random.Generator], Iterator[Sides]]


def check_matrix_geometry(geometry: MatrixGeometry, *, isotropic: bool = False, seed: int = 0) -> LawReport:
    """Check that a link of matrices is odd, homogeneous of degree q - 1, steepest, and what phi_q is on numbers and blocks.

    Args:
        geometry: an instance of your class, whose exponent is a number.
        isotropic: whether it is to commute with orthogonal matrices from both sides, as Schatten(q) does.
        seed: of the random matrices.

    Returns:
        The verdict on each law: SUPPORTED, as matrices are looked at one by one.

    Raises:
        LawBroken: with each law that fails, at the first matrix at which it does.
        InvalidArgument: for no matrix geometry, or one whose exponent is no number in [1, 2].

    >>> from mirrortheory.geometries import Entrywise, Schatten
    >>> print(check_matrix_geometry(Schatten("3/2"), isotropic=True))
    Schatten(q=3/2) obeys 8 laws: 8 SUPPORTED
    >>> check_matrix_geometry(Entrywise(1), isotropic=True)
    Traceback (most recent call last):
    ...
    mirrortheory.errors.LawBroken: Entrywise(q=1) breaks 1 law
      commutes with orthogonal matrices: REFUTED at G = [[2, 0], [0, -1]]: lhs = [[0.6, -0.8], [0.8, 0.6]], rhs = [[1, -1], [1, 1]]
    """
    if not isinstance(geometry, MatrixGeometry):
        raise InvalidArgument("geometry", "a MatrixGeometry", geometry, "inherit from mirrortheory.geometries.MatrixGeometry")
    if not 1 <= geometry.number <= 2:
        raise InvalidArgument("exponent", "a number in [1, 2]", geometry.exponent, "write for example Rational(3, 2)")
    draws = np.random.default_rng(seed)
    matrices = [*(np.array(small) for small in _SMALL), *(draws.normal(size=shape) for shape in _SHAPES)]
    laws = {name: law for name, law in LAWS.items() if isotropic or law is not _isotropic}
    return judged(geometry, [_examined(geometry, name, law, matrices, seed) for name, law in laws.items()], allow_open=False)


def _examined(geometry: MatrixGeometry, name: str, law: Law, matrices: list[Array], seed: int) -> Evidence:
    for matrix in matrices:
        for lhs, rhs in law(geometry, matrix, np.random.default_rng(seed)):
            if np.shape(lhs) != np.shape(rhs) or not np.abs(lhs - rhs).max() <= _CLOSE * max(
                1.0, np.abs(lhs).max(), np.abs(rhs).max()
            ):
                witness = {"G": _text(matrix), "lhs": _text(lhs), "rhs": _text(rhs)}
                return Evidence("sampled", Verdict.REFUTED, name, "at a matrix", witness=witness)
    return Evidence("sampled", Verdict.SUPPORTED, name, f"at {len(matrices)} matrices")


def _text(value: Array | float) -> str:
    rows = np.vectorize(lambda v: f"{v + 0.0:.6g}", otypes=[object])(np.asarray(value)).tolist()
    return str(rows).replace("'", "")


def _odd(geometry: MatrixGeometry, matrix: Array, _: np.random.Generator) -> Iterator[Sides]:
    yield geometry.link_of(-matrix), -geometry.link_of(matrix)
    yield geometry.link_of(0 * matrix), 0 * matrix


def _homogeneous(geometry: MatrixGeometry, matrix: Array, _: np.random.Generator) -> Iterator[Sides]:
    for factor in (2.0, 1e-3):
        yield geometry.link_of(factor * matrix), factor ** (geometry.number - 1) * geometry.link_of(matrix)


def _paired(geometry: MatrixGeometry, matrix: Array, _: np.random.Generator) -> Iterator[Sides]:
    yield (matrix * geometry.link_of(matrix)).sum(), geometry.dual_norm(matrix) ** geometry.number


def _sized(geometry: MatrixGeometry, matrix: Array, _: np.random.Generator) -> Iterator[Sides]:
    """The link has the norm that makes Hölder's inequality an equality: |Phi|_p^p = |G|_q^q, and 1 at q = 1."""
    q = geometry.number
    yield geometry.norm(geometry.link_of(matrix)), geometry.dual_norm(matrix) ** (q - 1)


def _steepest(geometry: MatrixGeometry, matrix: Array, draws: np.random.Generator) -> Iterator[Sides]:
    """<G, V> + |V|_p^p / p is least at V = -Phi(G); at q = 1 among the V of norm at most 1: both sides agree where that is so."""
    q, best = geometry.number, -geometry.link_of(matrix)

    def cost(direction: Array) -> float:
        last = 0.0 if q == 1 else geometry.norm(direction) ** (q / (q - 1)) * (q - 1) / q
        return float((matrix * direction).sum() + last)

    for size in np.geomspace(1e-3, 3.0, _DIRECTIONS):
        other = best + size * draws.normal(size=matrix.shape)
        other = other / max(1.0, geometry.norm(other)) if q == 1 else other
        yield min(cost(other), cost(best)), cost(best)


def _numbers(geometry: MatrixGeometry, matrix: Array, _: np.random.Generator) -> Iterator[Sides]:
    diagonal = matrix.ravel()
    yield geometry.link_of(np.diag(diagonal)), np.diag(np.sign(diagonal) * np.abs(diagonal) ** (geometry.number - 1))


def _blocks(geometry: MatrixGeometry, matrix: Array, draws: np.random.Generator) -> Iterator[Sides]:
    other = draws.normal(size=(2, 3))
    yield geometry.link_of(_diagonal(matrix, other)), _diagonal(geometry.link_of(matrix), geometry.link_of(other))


def _isotropic(geometry: MatrixGeometry, matrix: Array, draws: np.random.Generator) -> Iterator[Sides]:
    turn = np.array([[0.6, 0.8], [0.8, -0.6]])
    left, right = (turn if n == 2 else np.linalg.qr(draws.normal(size=(n, n)))[0] for n in matrix.shape)
    yield left @ geometry.link_of(matrix), geometry.link_of(left @ matrix)
    yield geometry.link_of(matrix) @ right, geometry.link_of(matrix @ right)


def _diagonal(first: Array, second: Array) -> Array:
    whole = np.zeros(np.add(first.shape, second.shape))
    whole[: first.shape[0], : first.shape[1]], whole[first.shape[0] :, first.shape[1] :] = first, second
    return whole


LAWS: dict[str, Law] = {
    "odd": _odd,
    "homogeneous of degree q - 1": _homogeneous,
    "<G, Phi(G)> = |G|_q^q": _paired,
    "|Phi(G)|_p = |G|_q^(q - 1)": _sized,
    "steepest": _steepest,
    "phi_q on diagonal matrices": _numbers,
    "block by block": _blocks,
    "commutes with orthogonal matrices": _isotropic,
}
