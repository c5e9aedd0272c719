"""Derivations as source code that stands alone."""

from mirrortheory.codegen.as_numpy import as_numpy
from mirrortheory.codegen.as_python import as_python
from mirrortheory.codegen.as_torch import as_torch

__all__ = ["as_numpy", "as_python", "as_torch"]
