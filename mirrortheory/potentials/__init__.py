"""Mirror potentials: closed forms, certified values, limits, expansions and what their Legendre axioms come to."""

from mirrortheory.potentials.dual import DualPotential
from mirrortheory.potentials.legendre import End, Ends, Integral, ends, exponents, natural_domain
from mirrortheory.potentials.potential import Normalisation, Potential, PowerProduct, S, X, Y

__all__ = [
    "DualPotential",
    "End",
    "Ends",
    "Integral",
    "Normalisation",
    "Potential",
    "PowerProduct",
    "S",
    "X",
    "Y",
    "ends",
    "exponents",
    "natural_domain",
]
