"""Flows for 1 < q <= 2: smooth stretches by several solvers, and the points where the field is not Lipschitz."""
