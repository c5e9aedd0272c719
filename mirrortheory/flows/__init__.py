"""Simulated flows: smooth stretches with an estimate of the error, and exact sign flows."""

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
    "sign_flow",
    "simulate",
]
