"""Reparameterizations x = g(w). One file each; the laws they share are in :mod:`mirrortheory.laws`."""

from mirrortheory.reparams.base import Reparam
from mirrortheory.reparams.product import Product

__all__ = ["Product", "Reparam"]
