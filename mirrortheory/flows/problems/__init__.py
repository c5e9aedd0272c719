"""Losses f(x) of the effective parameter x, shape (d,), one a file, with gradients and Hessians; and many losses at once.

A loss of your own is a :class:`Problem`, or a value and a gradient in :class:`Callables`.
"""

from mirrortheory.flows.problems.base import Array, Columns, Indices, Problem
from mirrortheory.flows.problems.callables import Callables
from mirrortheory.flows.problems.exponential import Exponential
from mirrortheory.flows.problems.labelled import Labelled
from mirrortheory.flows.problems.logistic import Logistic
from mirrortheory.flows.problems.quadratic import Quadratic, Quadratics
from mirrortheory.flows.problems.scalar import Scalar
from mirrortheory.flows.problems.stack import Stack
from mirrortheory.flows.problems.tables import Tabled, doubles, finite

__all__ = [
    "Array",
    "Callables",
    "Columns",
    "Exponential",
    "Indices",
    "Labelled",
    "Logistic",
    "Problem",
    "Quadratic",
    "Quadratics",
    "Scalar",
    "Stack",
    "Tabled",
    "doubles",
    "finite",
]
