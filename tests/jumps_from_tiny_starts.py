"""Random problems whose flows from tiny starts are compared with the path of the limit, and the table of how far they agree."""

from itertools import pairwise

import numpy as np

from mirrortheory.errors import MirrorTheoryError
from mirrortheory.flows import Quadratic
from mirrortheory.saddles import saddle_to_saddle
from mirrortheory.saddles.tiny_starts import dated_flow

STARTS = "1e-50", "1e-100", "1e-200"
EXPONENTS = "2", "3/2", "4/3"
MANY, MOST = range(100, 200), 40


def as_double(value):
    return float(value.mid()) if hasattr(value, "mid") else float(value)


def apart(path):
    """Whether plateaus are long, and no |s_j| comes close to 1 without getting there: there a power of a is small."""
    times = [0.0, *map(as_double, path.times)]
    near = [abs(as_double(s)) for plateau in path.plateaus for s, sign in zip(plateau.dual, plateau.signs, strict=True) if not sign]
    return min(after - before for before, after in pairwise(times)) > 0.05 * times[-1] and max(near, default=0) < 0.95


def random_problems(exponent, seeds):
    """Yield problems with 2 to 4 data and 2 to 6 coordinates, and their paths, where these are unique and apart."""
    for seed in seeds:
        random = np.random.default_rng(seed)
        n, d = random.integers(2, 5), random.integers(2, 7)
        problem = Quadratic(random.integers(-3, 4, (n, d)), random.integers(-4, 5, n))
        try:
            path = saddle_to_saddle(problem, exponent=exponent, digits=15)
        except MirrorTheoryError:
            continue
        if path.times and apart(path):
            yield problem, path


def slopes(before, last):
    """How the times of the jumps of two dated flows grow with log(1/a)."""
    more = last.log_scale - before.log_scale
    return [(t - s) / more for s, t in zip(before.times, last.times, strict=True)]


def table():
    """Return the table of the errors as Markdown."""
    heads = ["q", "layers", "problems", "jumps", *(f"a = {start}" for start in STARTS), "slope", "distance"]
    rows = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for exponent in EXPONENTS:
        errors, distances, count = [], [], 0
        for problem, path in list(random_problems(exponent, MANY))[:MOST]:
            flows, times = [dated_flow(problem, path, start=start) for start in STARTS], np.array([*map(as_double, path.times)])
            seen = [np.array(flow.times) / flow.log_scale for flow in flows]
            errors.append(np.abs(np.array([*seen, slopes(*flows[-2:])]) / times - 1))
            distances += flows[-1].distances[:-1]
            depth, count = path.depth, count + 1
        whole = np.concatenate(errors, axis=1)
        shown = [f"{np.median(row):.0e}, {row.max():.0e}" for row in whole]
        rows.append(f"| {' | '.join([exponent, str(depth), str(count), str(whole.shape[1]), *shown, f'{max(distances):.0e}'])} |")
    return "\n".join(rows)
