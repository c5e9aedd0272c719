"""Implicit bias: which of its minimisers a flow ends at."""

from mirrortheory.bias.classification import MaxMargin, max_margin
from mirrortheory.bias.decay import DecayLimit, Penalty, decay_limit
from mirrortheory.bias.matrices import SchattenMargin, SensingPrediction, matrix_sensing_prediction, max_schatten_margin
from mirrortheory.bias.prediction import RULES, implicit_bias
from mirrortheory.bias.projection import Projection, bregman_projection
from mirrortheory.bias.regression.base import Prediction
from mirrortheory.bias.regression.flow_end import End, end_of_flow
from mirrortheory.bias.regression.no_functional import Pair, row_equivalent_pair

__all__ = [
    "RULES",
    "DecayLimit",
    "End",
    "MaxMargin",
    "Pair",
    "Penalty",
    "Prediction",
    "Projection",
    "SchattenMargin",
    "SensingPrediction",
    "bregman_projection",
    "decay_limit",
    "end_of_flow",
    "implicit_bias",
    "matrix_sensing_prediction",
    "max_margin",
    "max_schatten_margin",
    "row_equivalent_pair",
]
