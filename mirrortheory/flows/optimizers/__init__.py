"""Discrete optimizers as pure steps on arrays, one family a file; with them :func:`mirrortheory.flows.descend` follows a loss."""

from mirrortheory.flows.optimizers.adam import Adam, AdamW, Moments
from mirrortheory.flows.optimizers.base import Optimizer
from mirrortheory.flows.optimizers.lion import Lion
from mirrortheory.flows.optimizers.momentum import SGDMomentum
from mirrortheory.flows.optimizers.steepest import GradientDescent, SignDescent

__all__ = ["Adam", "AdamW", "GradientDescent", "Lion", "Moments", "Optimizer", "SGDMomentum", "SignDescent"]
