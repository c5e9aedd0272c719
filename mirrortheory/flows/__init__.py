"""Simulated flows: smooth and stiff ones with an error, batches, exact sign flows, and discrete optimizers."""

from mirrortheory.flows.discrete import (
    Adam,
    AdamW,
    ExponentiatedGradient,
    GradientDescent,
    Lion,
    Muon,
    Optimizer,
    SGDMomentum,
    SignDescent,
    Signum,
)
from mirrortheory.flows.discrete.descent import Descent, descend
from mirrortheory.flows.matrix.matrix_descent import MatrixDescent
from mirrortheory.flows.matrix.trajectory import MatrixTrajectory
from mirrortheory.flows.phase_diagram import phase_diagram
from mirrortheory.flows.problems import Callables, Exponential, Logistic, Problem, Quadratic, Scalar, Stack
from mirrortheory.flows.result.batch_trajectory import BatchTrajectory
from mirrortheory.flows.result.invariants import Invariant
from mirrortheory.flows.result.solution import Event, Solution
from mirrortheory.flows.result.trajectory import Trajectory
from mirrortheory.flows.sign.polynomial.certified import certified_sign_flow
from mirrortheory.flows.sign.polynomial.certified_trajectory import CertifiedEvent, CertifiedSignFlow, check_inclusion
from mirrortheory.flows.sign.polynomial.double import sign_flow
from mirrortheory.flows.sign.polynomial.trajectory import SignTrajectory
from mirrortheory.flows.sign.smooth.certified import CertifiedSignArcs, certified_sign_arcs
from mirrortheory.flows.sign.smooth.double import sign_arcs
from mirrortheory.flows.sign.smooth.inclusion import check_arcs
from mirrortheory.flows.simulate import simulate
from mirrortheory.flows.smooth.dual import dual_flow
from mirrortheory.flows.smooth.taylor import Arc, taylor
from mirrortheory.flows.solver import BatchSolver, Request, Solver

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
