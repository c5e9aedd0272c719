"""Where a flow on a quadratic loss ends: the rules, one a file, each with its proof, and what they have in common."""
