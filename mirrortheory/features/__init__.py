"""Feature learning, measured: how far the kernel and the metric of a flow move, at which cost, and how sparse it ends."""

from mirrortheory.features.half import steps_to_half
from mirrortheory.features.measures import (
    cost_in_steps,
    inverse_metric,
    kernel_distance,
    l1_l2_ratio,
    metric_distance,
    metric_path_length,
    support_alignment,
)

__all__ = [
    "cost_in_steps",
    "inverse_metric",
    "kernel_distance",
    "l1_l2_ratio",
    "metric_distance",
    "metric_path_length",
    "steps_to_half",
    "support_alignment",
]
