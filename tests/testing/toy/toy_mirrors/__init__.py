"""A geometry, a map and a solver that are not of mirrortheory; they use its public names alone."""

from toy_mirrors.cube import Cube
from toy_mirrors.roots import Roots
from toy_mirrors.runge_kutta import RungeKutta

__all__ = ["Cube", "Roots", "RungeKutta"]
