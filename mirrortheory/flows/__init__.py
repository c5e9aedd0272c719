"""Simulated flows: smooth stretches with an estimate of the error, and exact sign flows."""

from mirrortheory.flows.batch import BatchSolution, simulate_batch
from mirrortheory.flows.problems import Logistic, Problem, Quadratic, Quadratics, Scalar
from mirrortheory.flows.sign_trajectory import SignTrajectory
from mirrortheory.flows.signflow import sign_flow
from mirrortheory.flows.smooth import Trajectory, simulate
from mirrortheory.flows.solution import Event, Solution

__all__ = [
    "BatchSolution",
    "Event",
    "Logistic",
    "Problem",
    "Quadratic",
    "Quadratics",
    "Scalar",
    "SignTrajectory",
    "Solution",
    "Trajectory",
    "sign_flow",
    "simulate",
    "simulate_batch",
]
