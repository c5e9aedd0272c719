"""How far optimizers end from the predicted limits of decay: ``python tests/bias/decay_table.py [step ..]`` prints the table.

``python tests/bias/decay_table.py meeting`` counts how often sign flow with coupled decay ends off the prediction, as layers meet.
"""

import sys

import numpy as np

from mirrortheory import Coupled, Decoupled, Flow, Lq, Product, Quadratic
from mirrortheory.bias import decay_limit
from mirrortheory.flows import Adam, AdamW, GradientDescent, Lion, SGDMomentum, SignDescent, descend, simulate

DEPTH, ALPHA, TIME = 2, "3/4", 40
DECOUPLED, COUPLED = (Flow(Lq(1), Product(DEPTH), decay(ALPHA)) for decay in (Decoupled, Coupled))
OPTIMIZERS = {
    "sign descent, decoupled": (lambda eta: SignDescent(eta, Decoupled(ALPHA)), DECOUPLED),
    "Lion": (lambda eta: Lion(eta, weight_decay=0.75), DECOUPLED),
    "AdamW": (lambda eta: AdamW(eta, weight_decay=0.75), DECOUPLED),
    "sign descent, coupled": (lambda eta: SignDescent(eta, Coupled(ALPHA)), COUPLED),
    "Adam + L2": (lambda eta: Adam(eta, weight_decay=0.75), COUPLED),
    "SGD + L2, momentum": (lambda eta: SGDMomentum(eta, 0.9, 0.9, weight_decay=0.75), COUPLED),
    "gradient descent + L2": (lambda eta: GradientDescent(eta, Coupled(ALPHA)), COUPLED),
}


def regression():
    """Eight data, five coordinates, and layers of two sizes in each."""
    rng = np.random.default_rng(3)
    Z = np.round(rng.normal(size=(8, 5)), 2)
    b = np.round(Z @ np.array([2, 0, -3, 0.1, 0.6]) + 0.3 * rng.normal(size=8), 2)
    layers = np.array([[1.0] * 5, [0.5] * 5]) * rng.choice([1, -1], (2, 5)) * rng.uniform(0.5, 1, (2, 5))
    return Quadratic(Z, b), np.round(layers, 2)


def distances(name, steps):
    """The largest distance of x from the predicted limit in the last tenth of the time, for each step."""
    problem, start = regression()
    make, flow = OPTIMIZERS[name]
    limit = decay_limit(flow, problem, initial=start).x
    for eta in steps:
        count = round(TIME / eta)
        path = descend(make(eta), flow.reparam, problem, start, count, record=max(1, count // 1000))
        yield float(np.abs(path.x[-100:] - limit).max())


def held_by_layers_that_met(seed):
    """Whether sign flow with coupled decay ends off the lasso, on three data and two coordinates."""
    rng = np.random.default_rng(seed)
    problem, flow = Quadratic(rng.normal(size=(3, 2)), 2 * rng.normal(size=3)), Flow(Lq(1), Product(2), Coupled("1/2"))
    start = rng.uniform(0.4, 1.2, (2, 2)) * rng.choice([1, -1], (2, 2))
    end = simulate(flow, problem, start, 60.0).x[-1]
    return bool(np.abs(end - decay_limit(flow, problem, initial=start).x).max() > 1e-6)


def main(steps):
    problem, start = regression()
    box, lasso = (decay_limit(flow, problem, initial=start) for flow in (DECOUPLED, COUPLED))
    for found in (box, lasso):
        print(f"{found.penalty}: x = {found.x.round(4).tolist()}; {found.certificate}")
    print("optimizer".ljust(26), *(f"eta = {eta:g}".rjust(12) for eta in steps))
    for name in OPTIMIZERS:
        print(name.ljust(26), *(f"{d:12.1e}" for d in distances(name, steps)), flush=True)


if __name__ == "__main__":
    if sys.argv[1:] == ["meeting"]:
        print(f"{sum(map(held_by_layers_that_met, range(40)))} of 40 flows end off the prediction")
    else:
        main([float(step) for step in sys.argv[1:]] or [1e-2, 1e-3])
