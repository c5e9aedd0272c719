"""Derivations: from a flow to its first integrals, its mirror potential and their laws."""

from mirrortheory.theory.additive import DualPotential, charges, symbolic_integrals
from mirrortheory.theory.ansatz import polynomial_integrals
from mirrortheory.theory.commuting import Commutation, commutation
from mirrortheory.theory.derive import BalanceLaw, Derivation, balance_law, derive
from mirrortheory.theory.flow import SLOPE, Flow, Velocity
from mirrortheory.theory.legendre import End, Ends, Integral, ends, exponents, natural_domain
from mirrortheory.theory.potential import Normalisation, Potential, PowerProduct, S, X, Y
from mirrortheory.theory.separation import Separation, separate

__all__ = [
    "SLOPE",
    "BalanceLaw",
    "Commutation",
    "Derivation",
    "DualPotential",
    "End",
    "Ends",
    "Flow",
    "Integral",
    "Normalisation",
    "Potential",
    "PowerProduct",
    "S",
    "Separation",
    "Velocity",
    "X",
    "Y",
    "balance_law",
    "charges",
    "commutation",
    "derive",
    "ends",
    "exponents",
    "natural_domain",
    "polynomial_integrals",
    "separate",
    "symbolic_integrals",
]
