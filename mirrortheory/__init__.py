"""mirrortheory: derive, check and simulate mirror flows of reparameterized steepest descent."""

from mirrortheory.decays import Coupled, Decoupled, NoDecay
from mirrortheory.geometries import Lq
from mirrortheory.reparams import Product
from mirrortheory.theory import Flow, derive

__all__ = ["Coupled", "Decoupled", "Flow", "Lq", "NoDecay", "Product", "derive"]
__version__ = "0.1.0"
