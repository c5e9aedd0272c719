"""Simulated flows: smooth stretches with an estimate of the error, exact sign flows, and discrete optimizers beside them."""

from mirrortheory.flows.descent import Descent, descend
from mirrortheory.flows.optimizers import Adam, AdamW, GradientDescent, Lion, Optimizer, SGDMomentum, SignDescent
from mirrortheory.flows.problems import Logistic, Problem, Quadratic, Scalar
from mirrortheory.flows.sign_trajectory import SignTrajectory
from mirrortheory.flows.signflow import sign_flow
from mirrortheory.flows.smooth import Trajectory, simulate
from mirrortheory.flows.solution import Event, Solution

__all__ = [
    "Adam",
    "AdamW",
    "Descent",
    "Event",
    "GradientDescent",
    "Lion",
    "Logistic",
    "Optimizer",
    "Problem",
    "Quadratic",
    "SGDMomentum",
    "Scalar",
    "SignDescent",
    "SignTrajectory",
    "Solution",
    "Trajectory",
    "descend",
    "sign_flow",
    "simulate",
]
