"""Many flows at once, each with a step size and an error of its own."""
