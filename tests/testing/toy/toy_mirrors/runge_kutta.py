"""Runge and Kutta's method of fourth order for gradient flows, with its error from half as many steps."""

import numpy as np
import sympy

from mirrortheory.flows import Solution, Solver


class RungeKutta(Solver):
    """Equal steps; what a run with half as many is off by is taken as the error, which for fourth order is 15 times too much."""

    name = "toy-rk4"
    follows = "q = 2, constant decay: smooth stretches"
    promises = "estimated"

    def __init__(self, steps=64):
        self.steps = steps

    def refuses(self, flow, problem, request):
        if flow.geometry.exponent != 2:
            return "it is for q = 2, where the field is smooth"
        if flow.decay.varies:
            return "it is for a constant decay"
        return None if request.digits is None else "it proves no digits"

    def solve(self, flow, problem, start, t_end, request):
        arguments = (*flow.weights, flow.slope)
        x, field = sympy.lambdify(flow.weights, flow.effective), sympy.lambdify(arguments, flow.velocity)
        shape = np.shape(start)

        def velocity(w):
            slope = problem.slope(np.broadcast_to(x(*w), shape[1:]))
            return np.array([np.broadcast_to(v, shape[1:]) for v in field(*w, slope)])

        def step(w, h):
            k1 = velocity(w)
            k2 = velocity(w + h / 2 * k1)
            k3 = velocity(w + h / 2 * k2)
            k4 = velocity(w + h * k3)
            return w + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)

        h = t_end / self.steps
        fine, coarse = [np.array(start)], [np.array(start)]
        for _ in range(self.steps):
            fine.append(step(fine[-1], h))
        for _ in range(self.steps // 2):
            coarse.append(step(coarse[-1], 2 * h))
        off = np.array([np.abs(w - v).max() for w, v in zip(fine[::2], coarse, strict=True)])
        t, w = np.linspace(0, t_end, self.steps // 2 + 1), np.array(fine[::2])

        def dense(s):
            k = min(int(s / h), self.steps)
            return step(fine[k], s - k * h)

        error = np.maximum.accumulate(off) + 1e-14 * np.abs(w).max()
        return Solution(t, w, error, "estimated: half as many steps", f"{self.steps} equal steps", dense)
