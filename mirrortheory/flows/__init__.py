"""Simulated flows: smooth and stiff ones with an error, batches, exact sign flows, and discrete optimizers."""

from mirrortheory.flows.batch_trajectory import BatchTrajectory
from mirrortheory.flows.certified_arcs import CertifiedSignArcs, certified_sign_arcs
from mirrortheory.flows.certified_trajectory import CertifiedEvent, CertifiedSignFlow, check_inclusion
from mirrortheory.flows.descent import Descent, descend
from mirrortheory.flows.dual import dual_flow
from mirrortheory.flows.inclusion import check_arcs
from mirrortheory.flows.invariants import Invariant
from mirrortheory.flows.optimizers import Adam, AdamW, GradientDescent, Lion, Optimizer, SGDMomentum, SignDescent
from mirrortheory.flows.problems import Callables, Exponential, Logistic, Problem, Quadratic, Scalar, Stack
from mirrortheory.flows.projection import Projection, bregman_projection
from mirrortheory.flows.sign_arcs import sign_arcs
from mirrortheory.flows.sign_certified import certified_sign_flow
from mirrortheory.flows.sign_trajectory import SignTrajectory
from mirrortheory.flows.signflow import sign_flow
from mirrortheory.flows.simulate import simulate
from mirrortheory.flows.solution import Event, Solution
from mirrortheory.flows.taylor import Arc, taylor
from mirrortheory.flows.trajectory import Trajectory

__all__ = [
    "Adam",
    "AdamW",
    "Arc",
    "BatchTrajectory",
    "Callables",
    "CertifiedEvent",
    "CertifiedSignArcs",
    "CertifiedSignFlow",
    "Descent",
    "Event",
    "Exponential",
    "GradientDescent",
    "Invariant",
    "Lion",
    "Logistic",
    "Optimizer",
    "Problem",
    "Projection",
    "Quadratic",
    "SGDMomentum",
    "Scalar",
    "SignDescent",
    "SignTrajectory",
    "Solution",
    "Stack",
    "Trajectory",
    "bregman_projection",
    "certified_sign_arcs",
    "certified_sign_flow",
    "check_arcs",
    "check_inclusion",
    "descend",
    "dual_flow",
    "sign_arcs",
    "sign_flow",
    "simulate",
    "taylor",
]
