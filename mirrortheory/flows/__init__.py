"""Simulated flows: smooth and stiff ones with an error, batches, exact sign flows, and discrete optimizers."""

from importlib import import_module
from typing import TYPE_CHECKING

from mirrortheory.flows.phase_diagram import phase_diagram
from mirrortheory.flows.problems import Callables, Exponential, Logistic, Problem, Quadratic, Scalar, Stack
from mirrortheory.flows.result.batch_trajectory import BatchTrajectory
from mirrortheory.flows.result.invariants import Invariant
from mirrortheory.flows.result.solution import Event, Solution
from mirrortheory.flows.result.trajectory import Trajectory
from mirrortheory.flows.simulate import simulate
from mirrortheory.flows.solver import BatchSolver, Request, Solver

# Loaded when one of them is first asked for (PEP 562), as the rooms are.
_NAMES = {
    "discrete": (
        "Adam",
        "AdamW",
        "ExponentiatedGradient",
        "GradientDescent",
        "Lion",
        "Muon",
        "Optimizer",
        "SGDMomentum",
        "SignDescent",
        "Signum",
    ),
    "discrete.descent": ("Descent", "descend"),
    "matrix.matrix_descent": ("MatrixDescent",),
    "matrix.trajectory": ("MatrixTrajectory",),
    "sign.polynomial.certified": ("certified_sign_flow",),
    "sign.polynomial.certified_trajectory": ("CertifiedEvent", "CertifiedSignFlow", "check_inclusion"),
    "sign.polynomial.double": ("sign_flow",),
    "sign.polynomial.trajectory": ("SignTrajectory",),
    "sign.smooth.certified": ("CertifiedSignArcs", "certified_sign_arcs"),
    "sign.smooth.double": ("sign_arcs",),
    "sign.smooth.inclusion": ("check_arcs",),
    "smooth.dual": ("dual_flow",),
    "smooth.taylor": ("Arc", "taylor"),
}
_MODULE = {name: module for module, names in _NAMES.items() for name in names}

__all__ = [
    "Adam",
    "AdamW",
    "Arc",
    "BatchSolver",
    "BatchTrajectory",
    "Callables",
    "CertifiedEvent",
    "CertifiedSignArcs",
    "CertifiedSignFlow",
    "Descent",
    "Event",
    "Exponential",
    "ExponentiatedGradient",
    "GradientDescent",
    "Invariant",
    "Lion",
    "Logistic",
    "MatrixDescent",
    "MatrixTrajectory",
    "Muon",
    "Optimizer",
    "Problem",
    "Quadratic",
    "Request",
    "SGDMomentum",
    "Scalar",
    "SignDescent",
    "SignTrajectory",
    "Signum",
    "Solution",
    "Solver",
    "Stack",
    "Trajectory",
    "certified_sign_arcs",
    "certified_sign_flow",
    "check_arcs",
    "check_inclusion",
    "descend",
    "dual_flow",
    "phase_diagram",
    "sign_arcs",
    "sign_flow",
    "simulate",
    "taylor",
]

if TYPE_CHECKING:  # the same names, for type checkers
    from mirrortheory.flows.discrete import Adam as Adam
    from mirrortheory.flows.discrete import AdamW as AdamW
    from mirrortheory.flows.discrete import ExponentiatedGradient as ExponentiatedGradient
    from mirrortheory.flows.discrete import GradientDescent as GradientDescent
    from mirrortheory.flows.discrete import Lion as Lion
    from mirrortheory.flows.discrete import Muon as Muon
    from mirrortheory.flows.discrete import Optimizer as Optimizer
    from mirrortheory.flows.discrete import SGDMomentum as SGDMomentum
    from mirrortheory.flows.discrete import SignDescent as SignDescent
    from mirrortheory.flows.discrete import Signum as Signum
    from mirrortheory.flows.discrete.descent import Descent, descend
    from mirrortheory.flows.matrix.matrix_descent import MatrixDescent
    from mirrortheory.flows.matrix.trajectory import MatrixTrajectory
    from mirrortheory.flows.sign.polynomial.certified import certified_sign_flow
    from mirrortheory.flows.sign.polynomial.certified_trajectory import CertifiedEvent, CertifiedSignFlow, check_inclusion
    from mirrortheory.flows.sign.polynomial.double import sign_flow
    from mirrortheory.flows.sign.polynomial.trajectory import SignTrajectory
    from mirrortheory.flows.sign.smooth.certified import CertifiedSignArcs, certified_sign_arcs
    from mirrortheory.flows.sign.smooth.double import sign_arcs
    from mirrortheory.flows.sign.smooth.inclusion import check_arcs
    from mirrortheory.flows.smooth.dual import dual_flow
    from mirrortheory.flows.smooth.taylor import Arc, taylor
else:

    def __getattr__(name: str) -> object:
        if name not in _MODULE:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = globals()[name] = getattr(import_module(f"{__name__}.{_MODULE[name]}"), name)
        return found

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
