"""What people see: derivations and simulated flows as text, plots, and the page of a whole check."""
