"""Simulated flows: smooth stretches with an estimate of the error or to many digits with a proved one, and exact sign flows."""

from mirrortheory.flows.problems import Logistic, Problem, Quadratic, Scalar
from mirrortheory.flows.sign_trajectory import SignTrajectory
from mirrortheory.flows.signflow import sign_flow
from mirrortheory.flows.smooth import Trajectory, simulate
from mirrortheory.flows.solution import Event, Solution
from mirrortheory.flows.taylor import Arc, taylor

__all__ = [
    "Arc",
    "Event",
    "Logistic",
    "Problem",
    "Quadratic",
    "Scalar",
    "SignTrajectory",
    "Solution",
    "Trajectory",
    "sign_flow",
    "simulate",
    "taylor",
]
