"""Flows of the factors of a matrix product: smooth stretches, small steps at q = 1, and their trajectories."""
