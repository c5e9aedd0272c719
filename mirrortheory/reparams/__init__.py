"""Reparameterizations x = g(w). One file each; the laws they share are in :mod:`mirrortheory.laws.instances`."""

from mirrortheory.reparams.base import Reparam
from mirrortheory.reparams.exponential import Exp
from mirrortheory.reparams.log_difference import LogDifference
from mirrortheory.reparams.mask import Mask
from mirrortheory.reparams.power_difference import PowerDifference
from mirrortheory.reparams.powers_product import PowersProduct
from mirrortheory.reparams.product import Product
from mirrortheory.reparams.separable import Separable
from mirrortheory.reparams.square import Square
from mirrortheory.reparams.tempered import Tempered

__all__ = [
    "Exp",
    "LogDifference",
    "Mask",
    "PowerDifference",
    "PowersProduct",
    "Product",
    "Reparam",
    "Separable",
    "Square",
    "Tempered",
]
