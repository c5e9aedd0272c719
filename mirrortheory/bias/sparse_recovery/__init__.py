"""Sparse recovery, measured: flows and optimizers from a small start against a sparse truth."""
