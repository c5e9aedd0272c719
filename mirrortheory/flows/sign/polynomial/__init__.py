"""Quadratic losses: the arcs between events are polynomials; in doubles, and in rationals and balls."""
