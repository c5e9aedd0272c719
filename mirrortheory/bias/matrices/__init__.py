"""Implicit bias of matrices: margins in Schatten norms, and where flows on products of matrices end."""

from mirrortheory.bias.matrices.schatten_margin import SchattenMargin, max_schatten_margin
from mirrortheory.bias.matrices.sensing import SensingPrediction, matrix_sensing_prediction

__all__ = ["SchattenMargin", "SensingPrediction", "matrix_sensing_prediction", "max_schatten_margin"]
