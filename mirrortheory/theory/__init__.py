"""Derivations: from a flow to its first integrals, its mirror potential and their laws."""

from mirrortheory.theory.additive import DualPotential, symbolic_integrals
from mirrortheory.theory.ansatz import polynomial_integrals
from mirrortheory.theory.commuting import Commutation, commutation
from mirrortheory.theory.derive import BalanceLaw, Derivation, balance_law, derive
from mirrortheory.theory.flow import SLOPE, Flow
from mirrortheory.theory.legendre import Axiom, LegendreReport, exponents, legendre
from mirrortheory.theory.potential import Normalisation, Potential, PowerProduct, S, X, Y
from mirrortheory.theory.separation import Separation, separate

__all__ = [
    "SLOPE",
    "Axiom",
    "BalanceLaw",
    "Commutation",
    "Derivation",
    "DualPotential",
    "Flow",
    "LegendreReport",
    "Normalisation",
    "Potential",
    "PowerProduct",
    "S",
    "Separation",
    "X",
    "Y",
    "balance_law",
    "commutation",
    "derive",
    "exponents",
    "legendre",
    "polynomial_integrals",
    "separate",
    "symbolic_integrals",
]
