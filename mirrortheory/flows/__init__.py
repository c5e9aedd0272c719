"""Simulated flows: smooth stretches, flows of products for 1 < q <= 2 up to rest, and exact sign flows."""

from mirrortheory.flows.dual import dual_flow
from mirrortheory.flows.problems import Logistic, Problem, Quadratic, Scalar
from mirrortheory.flows.sign_trajectory import SignTrajectory
from mirrortheory.flows.signflow import sign_flow
from mirrortheory.flows.smooth import Trajectory, simulate
from mirrortheory.flows.solution import Event, Solution

__all__ = [
    "Event",
    "Logistic",
    "Problem",
    "Quadratic",
    "Scalar",
    "SignTrajectory",
    "Solution",
    "Trajectory",
    "dual_flow",
    "sign_flow",
    "simulate",
]
