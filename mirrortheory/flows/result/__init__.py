"""A followed flow as data: what a solver returns, trajectories, dense output, events, invariants, and files of them."""
