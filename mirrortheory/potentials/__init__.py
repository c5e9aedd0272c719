"""Mirror potentials: closed forms, certified values, limits, expansions and what their Legendre axioms come to."""

from mirrortheory.potentials.along_curve import AlongCurve
from mirrortheory.potentials.closed_form import ClosedForm
from mirrortheory.potentials.dual import DualPotential
from mirrortheory.potentials.legendre import End, Ends, Integral, ends, exponents, limit_at, natural_domain
from mirrortheory.potentials.own import own
from mirrortheory.potentials.potential import Normalisation, Potential, PowerProduct, S, X, Y
from mirrortheory.potentials.primal import MirrorPotential, PrimalPotential

__all__ = [
    "AlongCurve",
    "ClosedForm",
    "DualPotential",
    "End",
    "Ends",
    "Integral",
    "MirrorPotential",
    "Normalisation",
    "Potential",
    "PowerProduct",
    "PrimalPotential",
    "S",
    "X",
    "Y",
    "ends",
    "exponents",
    "limit_at",
    "natural_domain",
    "own",
]
