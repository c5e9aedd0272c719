"""Flows of four coordinates to 30 digits, against mpmath.odefun with gmpy2, in one run.

Nobody wrote the fields by hand: both sides take them from the derived flow. Ours encloses the error, mpmath's does not; its field
is given without a rational that would pass through a double. Where heyoka is installed (extra ``fast``)
compiled code in quadruple precision is timed as well: its error is estimated. It is compiled before.

Run with ``python -m pytest tests/benchmarks/bench_taylor.py -s``; it prints the ratios and asserts that the results agree.
``SEED=7 FLOWS=20 python tests/benchmarks/bench_taylor.py`` does the same for flows that are drawn with a seed, and says which ratios
are below the bar of 15; ``DIGITS=200`` asks both sides for more digits.
"""

import os
import sys
import time
from importlib.util import find_spec

import mpmath
import numpy as np
import pytest
import sympy

from mirrortheory import Coupled, Decoupled, Flow, Lq, Product
from mirrortheory.errors import InvalidArgument, NotSmooth
from mirrortheory.flows import Exponential, Logistic, Quadratic, Scalar, taylor
from mirrortheory.flows.smooth.compiled import taylor_compiled
from mirrortheory.reparams import Exp, LogDifference, Mask, PowerDifference

BAR = 15
RNG = np.random.default_rng(0)
Z, B = RNG.normal(size=(4, 4)), RNG.normal(size=4)
X = sympy.Symbol("x", real=True)
SQUARES, LOGISTIC, EXPONENTIAL = Quadratic(Z, B), Logistic(Z, [1, -1, 1, 1]), Exponential(Z, [1, -1, 1, 1])
START = [[0.5] * 4, [0.25] * 4, [1.0] * 4, [0.75] * 4]
CASES = {
    "w1 w2, q = 2": (Flow(Lq(2), Product(2)), SQUARES, 1.0),
    "w1 w2, q = 2, longer": (Flow(Lq(2), Product(2)), SQUARES, 4.0),
    "w1 w2 w3, q = 2, decay": (Flow(Lq(2), Product(3), Decoupled("1/10")), SQUARES, 1.0),
    "w1 w2, q = 2, logistic": (Flow(Lq(2), Product(2)), LOGISTIC, 1.0),
    "u^2 - v^2, q = 2, logistic": (Flow(Lq(2), PowerDifference(2)), LOGISTIC, 1.0),
    "w1 w2, q = 3/2": (Flow(Lq("3/2"), Product(2)), SQUARES, 0.125),
    "w1 w2, q = 3/2, logistic": (Flow(Lq("3/2"), Product(2)), LOGISTIC, 0.5),
    "w1 w2, q = 4/3, logistic": (Flow(Lq("4/3"), Product(2)), LOGISTIC, 0.25),
    "exp(w), q = 2": (Flow(Lq(2), Exp()), SQUARES, 0.5),
    "log u - log v, q = 4/3": (Flow(Lq("4/3"), LogDifference()), SQUARES, 0.02),
    # nothing was tuned for these
    "w1 ... w4, q = 2, coupled, exponential": (Flow(Lq(2), Product(4), Coupled("1/10")), EXPONENTIAL, 1.0),
    "u^3 - v^3, q = 2": (Flow(Lq(2), PowerDifference(3)), SQUARES, 0.25),
    "m w, q = 2, cosh(x - 1)": (Flow(Lq(2), Mask()), Scalar(sympy.cosh(X - 1)), 1.0),
    "w1 w2 w3, q = 5/4, coupled, logistic": (Flow(Lq("5/4"), Product(3), Coupled("1/7")), LOGISTIC, 0.125),
}


def peer(flow, problem, start, end, digits=30):
    """Return the last weights by mpmath.odefun at some digits."""
    context = mpmath.mp.clone()
    context.dps, d = digits, len(start[0])
    fractions = {r: sympy.Dummy() for v in flow.velocity for r in v.atoms(sympy.Rational) if not (2 * r).is_integer}
    names = {n: getattr(context, n) for n in ("sqrt", "exp", "log", "sign", "sinh", "cosh", "tanh")} | {"Abs": abs}
    arguments = (*flow.weights, flow.slope, *fractions.values())
    field = sympy.lambdify(arguments, [v.subs(fractions) for v in flow.velocity], names, cse=True)
    effective = sympy.lambdify(flow.weights, flow.effective, names)
    constants = [context.mpf(int(r.p)) / int(r.q) for r in fractions]
    gradient = gradient_of(problem, context, d)

    def call(_, y):
        columns = [y[j::d] for j in range(d)]
        slopes = gradient([effective(*c) for c in columns])
        rates = [field(*c, s, *constants) for c, s in zip(columns, slopes, strict=True)]
        return [rate[i] for i in range(len(flow.weights)) for rate in rates]

    return context.odefun(call, 0, [context.mpf(v) for row in start for v in row])(context.mpf(end))


def gradient_of(problem, context, d):
    """Return the gradient of the loss in mpmath's numbers."""
    if isinstance(problem, Scalar):
        slope = sympy.lambdify(X, sympy.diff(problem.expr, X), {n: getattr(context, n) for n in ("sinh", "cosh", "exp")})
        return lambda x: [slope(v) for v in x]
    rows = [[context.mpf(v) for v in row] for row in problem.Z.tolist()]
    targets = [context.mpf(v) for v in (problem.b if isinstance(problem, Quadratic) else problem.labels).tolist()]

    def outer(margin, target):
        if isinstance(problem, Quadratic):
            return margin - target
        size = context.exp(target * margin)
        return -target / (size if isinstance(problem, Exponential) else 1 + size) / len(targets)

    def gradient(x):
        residual = [outer(sum(z * v for z, v in zip(row, x, strict=True)), t) for row, t in zip(rows, targets, strict=True)]
        return [sum(row[j] * r for row, r in zip(rows, residual, strict=True)) for j in range(d)]

    return gradient


def timed(function, rounds):
    """Return the least processor time of some rounds, and the last result."""
    times = []
    for _ in range(rounds):
        begin = time.process_time()
        result = function()
        times.append(time.process_time() - begin)
    return min(times), result


@pytest.mark.parametrize("name", CASES)
def test_thirty_digits(name):
    assert mpmath.libmp.BACKEND == "gmpy"
    flow, problem, end = CASES[name]
    start = START[: len(flow.weights)]
    ours, solution = timed(lambda: taylor(flow, problem, start, end), 5)
    theirs, reference = timed(lambda: peer(flow, problem, start, end), 2)
    print(f"\n{name:38s} ours {1000 * ours:7.1f} ms  mpmath {1000 * theirs:7.0f} ms  ratio {theirs / ours:5.1f}", end="  ")
    print(f"{len(solution.t) - 1} steps", end="")
    assert solution.how.startswith("proved")
    context = mpmath.mp.clone()
    context.dps = 40
    digits = [context.mpf(text) for row in solution.digits for text in row]
    assert all(abs(a - b) < context.mpf(10) ** -26 for a, b in zip(digits, reference, strict=True))
    if find_spec("heyoka") is None:
        return
    taylor_compiled(flow, problem, start, end, digits=30)
    fast, compiled = timed(lambda: taylor_compiled(flow, problem, start, end, digits=30), 5)
    print(f"  compiled {1000 * fast:5.1f} ms  ratio {theirs / fast:5.0f}", end="")
    decimals = [context.mpf(text) for row in compiled.digits for text in row]
    assert all(abs(a - b) < context.mpf(10) ** -28 for a, b in zip(digits, decimals, strict=True))


MAPS = {
    "w1": (Product(1), 1, 0.3),
    "w1 w2": (Product(2), 2, 0.3),
    "w1 w2 w3": (Product(3), 3, 0.3),
    "w1 ... w4": (Product(4), 4, 0.3),
    "w1 ... w5": (Product(5), 5, 0.3),
    "u^2 - v^2": (PowerDifference(2), 2, 0.3),
    "u^3 - v^3": (PowerDifference(3), 2, 0.3),
    "exp(w)": (Exp(), 1, -0.5),
    "log u - log v": (LogDifference(), 2, 0.5),
    "m w": (Mask(), 2, 0.3),
}
DECAYS = {"": (), "decoupled": (Decoupled("1/10"),), "coupled": (Coupled("1/7"),)}


def drawn(rng):
    """Return the name of a flow of the catalogue, the flow, a loss, a start and an end."""
    q = rng.choice(["1", "5/4", "3/2", "2"])
    name, decay = rng.choice(list(MAPS)), rng.choice(list(DECAYS))
    reparam, depth, low = MAPS[name]
    d, kind = int(rng.choice([1, 2, 4])), rng.choice(["quadratic", "logistic", "exponential", "scalar"])
    Z, labels = rng.normal(size=(d, d)), rng.choice([-1.0, 1.0], size=d)
    problem = {
        "quadratic": lambda: Quadratic(Z, rng.normal(size=d)),
        "logistic": lambda: Logistic(Z, labels),
        "exponential": lambda: Exponential(Z, labels),
        "scalar": lambda: Scalar(rng.choice([sympy.cosh(X - 1), (X - 1) ** 2 / 2, sympy.exp(-X)])),
    }[kind]()
    start = rng.integers(round(64 * low), 80, size=(depth, d)) / 64
    end = float(2.0 ** rng.integers(-4, 2))
    title = f"{name}, q = {q}, {decay + ', ' if decay else ''}{kind}, d = {d}, t = {end:g}"
    return title, Flow(Lq(q), reparam, *DECAYS[decay]), problem, start.tolist(), end


def main():
    seed, count, digits = (int(os.environ.get(name, default)) for name, default in (("SEED", 0), ("FLOWS", 20), ("DIGITS", 30)))
    rng, refused, ratios = np.random.default_rng(seed), [], []
    print(f"seed {seed}, {digits} digits, mpmath {mpmath.__version__} with {mpmath.libmp.BACKEND}", flush=True)
    while len(ratios) < count:
        title, flow, problem, start, end = drawn(rng)
        try:
            solution = taylor(flow, problem, start, end, digits=digits)
        except (InvalidArgument, NotSmooth) as error:
            refused.append(f"{title}: {error}")
            continue
        quick = slow = float("inf")
        rounds = 3 if digits < 60 else 1
        for _ in range(rounds):  # in turn, as the machine may be shared
            once, solution = timed(lambda: taylor(flow, problem, start, end, digits=digits), 2)  # noqa: B023
            quick = min(quick, once)
            if slow > 2 or rounds == 1:  # one of them is enough of those that take long
                long, reference = timed(lambda: peer(flow, problem, start, end, digits), 1)  # noqa: B023
                slow = min(slow, long)
        context = mpmath.mp.clone()
        context.dps = digits + 10
        found = [context.mpf(text) for row in solution.digits or solution.w[-1].tolist() for text in row]
        apart = max(abs(a - b) for a, b in zip(found, reference, strict=True))
        ratios.append(slow / quick)
        how = solution.how.partition(":")[0]
        print(
            f"{title:55s} {1000 * quick:7.1f} ms {1000 * slow:8.0f} ms  ratio {slow / quick:6.1f}"
            f"  {len(solution.t) - 1:3d} steps, {how}, {float(apart):.0e} apart",
            flush=True,
        )
    print(f"ratios from {min(ratios):.1f} to {max(ratios):.1f}, median {np.median(ratios):.1f}; {len(refused)} flows were refused:")
    print("\n".join(f"  {line}" for line in refused))
    below = sum(ratio < BAR for ratio in ratios)
    print(f"{below} of {count} are below {BAR}" if below else f"all are at least {BAR}")
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main())
