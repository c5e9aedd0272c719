"""Implicit bias: which of its minimisers a flow ends at."""

from mirrortheory.bias.prediction import RULES, implicit_bias
from mirrortheory.bias.projection import Projection, bregman_projection
from mirrortheory.bias.regression.base import Prediction
from mirrortheory.bias.regression.flow_end import End, end_of_flow
from mirrortheory.bias.regression.no_functional import Pair, row_equivalent_pair

__all__ = [
    "RULES",
    "End",
    "Pair",
    "Prediction",
    "Projection",
    "bregman_projection",
    "end_of_flow",
    "implicit_bias",
    "row_equivalent_pair",
]
