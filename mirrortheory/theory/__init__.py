"""Derivations: from a flow to its first integrals, its mirror potential and their laws."""

from mirrortheory.potentials import (
    DualPotential,
    End,
    Ends,
    Integral,
    Normalisation,
    Potential,
    PowerProduct,
    S,
    X,
    Y,
    ends,
    exponents,
    natural_domain,
)
from mirrortheory.theory.additive import charges, symbolic_integrals, terms
from mirrortheory.theory.ansatz import polynomial_integrals
from mirrortheory.theory.commuting import Commutation, commutation
from mirrortheory.theory.decay_law import A, DecayLaw, decay_law
from mirrortheory.theory.derivation import BalanceLaw, Derivation, Step, balance_law
from mirrortheory.theory.derive import STEPS, derive
from mirrortheory.theory.flow import SLOPE, Flow, Velocity
from mirrortheory.theory.layers import parametric
from mirrortheory.theory.separation import Separation, separate

__all__ = [
    "SLOPE",
    "STEPS",
    "A",
    "BalanceLaw",
    "Commutation",
    "DecayLaw",
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
    "Step",
    "Velocity",
    "X",
    "Y",
    "balance_law",
    "charges",
    "commutation",
    "decay_law",
    "derive",
    "ends",
    "exponents",
    "natural_domain",
    "parametric",
    "polynomial_integrals",
    "separate",
    "symbolic_integrals",
    "terms",
]
