"""mirrortheory: derive, check and simulate mirror flows of reparameterized steepest descent.

What the first hour needs is imported from here; everything else is public by its room. A room is loaded when a name of it is
first asked for (PEP 562), so that exact work does without SciPy.

>>> from mirrortheory import Flow, Lq, Product, derive
>>> derive(Flow(Lq(2), Product(2)), imbalance=(0, 3)).potential.mirror_map
asinh(2*x/3)/2
"""

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

_NAMES = {
    "bias": ("decay_limit", "implicit_bias", "max_margin"),
    "check": ("Claim",),
    "conservation": ("HasLaws", "LawCount", "count_laws"),
    "decays": ("Coupled", "Decay", "Decoupled", "NoDecay", "RateDecay"),
    "domain": ("GRADIENT_EXPONENTS", "NONNEGATIVE", "NONZERO", "POSITIVE", "REALS", "Domain"),
    "errors": ("InvalidArgument", "MirrorTheoryError", "NoClosedForm", "OutOfTime"),
    "evidence": ("EndsAt", "Exists", "Identity", "Inequality", "Limit", "Minimiser", "Root", "Spectrum", "Statement", "Verdict"),
    "flows": (
        "Callables",
        "Exponential",
        "Logistic",
        "Problem",
        "Quadratic",
        "Scalar",
        "Stack",
        "Trajectory",
        "phase_diagram",
        "simulate",
    ),
    "geometries": ("Geometry", "Lq", "Schatten"),
    "matrices": ("MatrixFlow", "MatrixProduct"),
    "reparams": (
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
    ),
    "theory": ("Flow", "derive"),
}
_ROOM = {name: room for room, names in _NAMES.items() for name in names}

__all__ = sorted(_ROOM)
__version__ = "0.1.0"

if TYPE_CHECKING:  # the same names, for type checkers
    from mirrortheory.bias import decay_limit as decay_limit
    from mirrortheory.bias import implicit_bias as implicit_bias
    from mirrortheory.bias import max_margin as max_margin
    from mirrortheory.check import Claim as Claim
    from mirrortheory.conservation import HasLaws as HasLaws
    from mirrortheory.conservation import LawCount as LawCount
    from mirrortheory.conservation import count_laws as count_laws
    from mirrortheory.decays import Coupled as Coupled
    from mirrortheory.decays import Decay as Decay
    from mirrortheory.decays import Decoupled as Decoupled
    from mirrortheory.decays import NoDecay as NoDecay
    from mirrortheory.decays import RateDecay as RateDecay
    from mirrortheory.domain import GRADIENT_EXPONENTS as GRADIENT_EXPONENTS
    from mirrortheory.domain import NONNEGATIVE as NONNEGATIVE
    from mirrortheory.domain import NONZERO as NONZERO
    from mirrortheory.domain import POSITIVE as POSITIVE
    from mirrortheory.domain import REALS as REALS
    from mirrortheory.domain import Domain as Domain
    from mirrortheory.errors import InvalidArgument as InvalidArgument
    from mirrortheory.errors import MirrorTheoryError as MirrorTheoryError
    from mirrortheory.errors import NoClosedForm as NoClosedForm
    from mirrortheory.errors import OutOfTime as OutOfTime
    from mirrortheory.evidence import EndsAt as EndsAt
    from mirrortheory.evidence import Exists as Exists
    from mirrortheory.evidence import Identity as Identity
    from mirrortheory.evidence import Inequality as Inequality
    from mirrortheory.evidence import Limit as Limit
    from mirrortheory.evidence import Minimiser as Minimiser
    from mirrortheory.evidence import Root as Root
    from mirrortheory.evidence import Spectrum as Spectrum
    from mirrortheory.evidence import Statement as Statement
    from mirrortheory.evidence import Verdict as Verdict
    from mirrortheory.flows import Callables as Callables
    from mirrortheory.flows import Exponential as Exponential
    from mirrortheory.flows import Logistic as Logistic
    from mirrortheory.flows import Problem as Problem
    from mirrortheory.flows import Quadratic as Quadratic
    from mirrortheory.flows import Scalar as Scalar
    from mirrortheory.flows import Stack as Stack
    from mirrortheory.flows import Trajectory as Trajectory
    from mirrortheory.flows.phase_diagram import phase_diagram as phase_diagram
    from mirrortheory.flows.simulate import simulate as simulate
    from mirrortheory.geometries import Geometry as Geometry
    from mirrortheory.geometries import Lq as Lq
    from mirrortheory.geometries import Schatten as Schatten
    from mirrortheory.matrices import MatrixFlow as MatrixFlow
    from mirrortheory.matrices import MatrixProduct as MatrixProduct
    from mirrortheory.reparams import Exp as Exp
    from mirrortheory.reparams import LogDifference as LogDifference
    from mirrortheory.reparams import Mask as Mask
    from mirrortheory.reparams import PowerDifference as PowerDifference
    from mirrortheory.reparams import PowersProduct as PowersProduct
    from mirrortheory.reparams import Product as Product
    from mirrortheory.reparams import Reparam as Reparam
    from mirrortheory.reparams import Separable as Separable
    from mirrortheory.reparams import Square as Square
    from mirrortheory.reparams import Tempered as Tempered
    from mirrortheory.theory import Flow as Flow
    from mirrortheory.theory.derive import derive as derive
else:

    def __getattr__(name: str) -> object:
        if name in _ROOM:
            found = getattr(import_module(f"{__name__}.{_ROOM[name]}"), name)
        elif find_spec(f"{__name__}.{name}") is not None:  # a room, which stays an attribute once it is loaded
            return import_module(f"{__name__}.{name}")
        else:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        globals()[name] = found
        return found

    def __dir__() -> list[str]:
        return sorted({*globals(), *_ROOM, *_NAMES})
