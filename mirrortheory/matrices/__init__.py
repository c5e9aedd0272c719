"""Matrices: products of matrices, steepest flows on them, and potentials of their singular values."""

from mirrortheory.matrices.flow import MatrixFlow
from mirrortheory.matrices.product import MatrixProduct
from mirrortheory.matrices.spectral import SpectralPotential

__all__ = ["MatrixFlow", "MatrixProduct", "SpectralPotential"]
