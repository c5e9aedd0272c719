"""Discrete optimizers as pure steps on arrays, one family a file; with them :func:`mirrortheory.flows.descend` follows a loss."""

from mirrortheory.flows.discrete.adam import Adam, AdamW, Moments
from mirrortheory.flows.discrete.base import Optimizer
from mirrortheory.flows.discrete.exponentiated import ExponentiatedGradient
from mirrortheory.flows.discrete.lion import Lion
from mirrortheory.flows.discrete.momentum import SGDMomentum
from mirrortheory.flows.discrete.muon import Muon
from mirrortheory.flows.discrete.signum import Signum
from mirrortheory.flows.discrete.steepest import GradientDescent, SignDescent

__all__ = [
    "Adam",
    "AdamW",
    "ExponentiatedGradient",
    "GradientDescent",
    "Lion",
    "Moments",
    "Muon",
    "Optimizer",
    "SGDMomentum",
    "SignDescent",
    "Signum",
]
