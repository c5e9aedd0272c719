"""Simulated flows, each trajectory with an estimate of its error."""

from mirrortheory.flows.problems import Logistic, Problem, Quadratic, Scalar
from mirrortheory.flows.smooth import Trajectory, simulate

__all__ = ["Logistic", "Problem", "Quadratic", "Scalar", "Trajectory", "simulate"]
