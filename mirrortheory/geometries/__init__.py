"""Geometries: which steepest descent. One file each; the laws they share are in :mod:`mirrortheory.laws.instances`."""

from mirrortheory.geometries.base import Geometry
from mirrortheory.geometries.entrywise import Entrywise
from mirrortheory.geometries.lq import Lq
from mirrortheory.geometries.matrix import MatrixGeometry
from mirrortheory.geometries.newton_schulz import (
    CUBIC,
    MUON,
    Coefficients,
    IterationRange,
    exact_coefficients,
    newton_schulz,
    newton_schulz_error,
)
from mirrortheory.geometries.schatten import Schatten, matrix_sign

__all__ = [
    "CUBIC",
    "MUON",
    "Coefficients",
    "Entrywise",
    "Geometry",
    "IterationRange",
    "Lq",
    "MatrixGeometry",
    "Schatten",
    "exact_coefficients",
    "matrix_sign",
    "newton_schulz",
    "newton_schulz_error",
]
