r"""Sparse recovery from a small start: how often a flow or an optimizer finds the support of a sparse truth, and how close it ends.

Two set-ups with a truth x* of a few entries +-1, the others 0:

- *regression*, :math:`|Z x - Z x^*|^2/2` with entries of Z from N(0, 1/data);
- *classification*, the mean logistic loss of labels sign(Z x*) with entries of Z from N(0, 1).

Products of L layers start at x = 0 with layers (0, a, .., a); see
:mod:`mirrortheory.bias.sparse_recovery.small_steps` for the start, for when a run ends, and for how it is followed. A row
is one run.

**Measures.** Support: the largest F1 score of :math:`\{i : |x_i| \ge \tau\}` over all thresholds tau > 0,

.. math:: F_1 = \max_\tau \frac{2\,|S_\tau \cap S^*|}{|S_\tau| + |S^*|},

1 just where every entry on the support is larger than all others ("exact"). Distance: :math:`|x - x^*|/|x^*|`; in
classification, where the size of x means nothing, that of x* to the ray of x, the sine of their angle, or 1 where it is not
acute. Both know the truth: they say what could be found, not how to find it.

**Rates.** An optimizer has the rate ``SMALL``, the same for all (AdamW with the first of ``DECAYS``), or a tuned one: of ``RATES``,
and for AdamW of ``DECAYS``, of those with which half of the other seeds ``TUNING`` reach the end the one with the least median
distance (where there is none, of those with which most do). In the regression the squared distance is the expected loss on new
data, so this is what a large validation set would choose.

Source: this project; Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, for the sizes 300, 100, 3 and 80 (the rest is chosen here).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from itertools import product
from typing import Any

import numpy as np
import sympy
from numpy.typing import ArrayLike

from mirrortheory.bias.sparse_recovery.side_by_side import SideBySide
from mirrortheory.bias.sparse_recovery.small_steps import Ends, exact_sign_flow, follow, make_steps
from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import integer, rational
from mirrortheory.flows import Adam, AdamW, GradientDescent, Logistic, Optimizer, Quadratic, SignDescent
from mirrortheory.flows.problems import Array

REGRESSION, CLASSIFICATION = "regression", "classification"
FLOWS = {"flow-2": "2", "flow-3/2": "3/2", "flow-4/3": "4/3", "flow-1": "1"}  # by q
OPTIMIZERS: dict[str, Callable[[float, float], Optimizer[Any]]] = {
    "gradient-descent": lambda eta, decay: GradientDescent(eta),
    "sign-descent": lambda eta, decay: SignDescent(eta),
    "adam": lambda eta, decay: Adam(eta),
    "adamw": lambda eta, decay: AdamW(eta, weight_decay=decay),
}
METHODS = (*FLOWS, *OPTIMIZERS)
SMALL, RATES = 1e-3, (1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0, 3.0, 10.0)
DECAYS = (0.01, 0.1, 1.0)
TUNING = range(1_000_000, 1_000_006)
PART = 1e-4  # of the loss at 0, where a run ends
STEPS = 10_000  # of an optimizer
_PACE, _MOST = 1 / 50, 400_000
MEASURES = ("f1", "exact", "distance", "loss", "escape", "time", "steps", "error")


@dataclass(frozen=True)
class Cell:
    """What all seeds of a cell share: the set-up, its size, layers, the start, the method, and how its rate was chosen."""

    setup: str
    dimension: int
    data: int
    nonzeros: int
    depth: int
    start: sympy.Rational
    method: str
    rate: str


KEY = tuple(field.name for field in fields(Cell))
COLUMNS = (*KEY, "seed", "eta", "decay", "reached", *MEASURES)
Row = dict[str, str]


def cells(
    sizes: Iterable[tuple[str, tuple[int, int, int]]], depths: Iterable[object], start: object, methods: Iterable[str] = METHODS
) -> list[Cell]:
    """Return all cells, for set-ups with sizes (coordinates, data, nonzeros).

    Raises:
        InvalidArgument: for sizes without 0 < nonzeros < coordinates and data >= 1, depths outside 2..8, a start outside (0, 1)
            and unknown methods.

    >>> [cell.rate for cell in cells([("regression", (8, 4, 1))], [3], "1/100", ["flow-1", "adam"])]
    ['none', 'small', 'tuned']
    """
    small, names = rational(start, "start"), list(methods)
    if not 0 < small < 1:
        raise InvalidArgument("start", "a number in (0, 1)", start, "write for example 1/1000000")
    for name in names:
        if name not in METHODS:
            raise InvalidArgument("methods", f"in {', '.join(METHODS)}", name, "write some of them, separated by commas")
    checked = []
    for setup, (dimension, data, nonzeros) in sizes:
        d = integer(dimension, "coordinates", 2, 10_000)
        checked.append((setup, d, integer(data, "data", 1, 10_000), integer(nonzeros, "nonzeros", 1, d - 1)))
    layers = [integer(depth, "depth", 2, 8) for depth in depths]
    runs = [(name, rate) for name in names for rate in (("none",) if name in FLOWS else ("small", "tuned"))]
    return [Cell(*size, depth, small, *run) for size, depth, run in product(checked, layers, runs)]


def problem(setup: str, dimension: int, data: int, nonzeros: int, seed: int) -> tuple[Quadratic | Logistic, Array]:
    """Return the loss of a set-up, and the truth."""
    random = np.random.default_rng([dimension, data, nonzeros, seed])
    table, truth = random.standard_normal((data, dimension)), np.zeros(dimension)
    truth[random.choice(dimension, nonzeros, replace=False)] = random.choice([-1.0, 1.0], nonzeros)
    if setup == REGRESSION:
        table /= np.sqrt(data)
        return Quadratic(table, table @ truth), truth
    return Logistic(table, np.where(table @ truth < 0, -1.0, 1.0)), truth


def support_score(x: ArrayLike, truth: ArrayLike) -> float:
    """Return the largest F1 score of {i: |x_i| >= tau} over tau > 0 against the support of the truth; 0 for x = 0.

    >>> support_score([3.0, 0.5, 1.0], [1, 0, -1]), support_score([3.0, 1.0, 0.5], [1, 0, -1])
    (1.0, 0.8)
    """
    sizes, support = np.abs(np.asarray(x, dtype=float)), np.asarray(truth) != 0
    taken = [sizes >= tau for tau in np.unique(sizes[sizes > 0])]
    return max((float(2 * (chosen & support).sum() / (chosen.sum() + support.sum())) for chosen in taken), default=0.0)


def distance(x: ArrayLike, truth: ArrayLike) -> float:
    """Return |x - truth|/|truth|.

    >>> distance([1.0, 1.0], [1, 0])
    1.0
    """
    return float(np.linalg.norm(np.subtract(x, truth)) / np.linalg.norm(truth))


def distance_of_ray(x: ArrayLike, truth: ArrayLike) -> float:
    """Return the least distance(c x, truth) over c >= 0.

    >>> distance_of_ray([2.0, 2.0], [1, 1]), distance_of_ray([0.0, 0.0], [1, 1]), distance_of_ray([-1.0, 0.0], [1, 1])
    (0.0, 1.0, 1.0)
    """
    x, truth = np.asarray(x, dtype=float), np.asarray(truth, dtype=float)
    along = max(0.0, float(x @ truth))
    return distance(along / float(x @ x) * x, truth) if along else 1.0


def run(cell: Cell, seeds: Sequence[int], eta: float = 0.0, decay: float = 0.0) -> tuple[Ends, list[Array]]:
    """Return the ends of the runs of a cell on some seeds, an optimizer at the rate ``eta``, and the truths."""
    found = [problem(cell.setup, cell.dimension, cell.data, cell.nonzeros, seed) for seed in seeds]
    truths, start = [truth for _, truth in found], float(cell.start)
    quadratics = [loss for loss, _ in found if isinstance(loss, Quadratic)]
    losses = SideBySide(quadratics or [loss for loss, _ in found if isinstance(loss, Logistic)])
    if cell.method not in FLOWS:
        optimizer = OPTIMIZERS[cell.method](eta, decay)
        return make_steps(optimizer, cell.depth, losses, start, part=PART, most=STEPS), truths
    q = sympy.Rational(FLOWS[cell.method])
    if q == 1 and quadratics:
        return exact_sign_flow(cell.depth, quadratics, start, part=PART), truths
    return follow(float(q), cell.depth, losses, start, part=PART, pace=_PACE, most=_MOST), truths


def tuned(cell: Cell) -> tuple[float, float]:
    """Return rate and decay of the grid that are best on the seeds ``TUNING``, by the rule of this module."""
    best: tuple[tuple[int, float], float, float] | None = None
    for eta, decay in product(RATES, DECAYS if cell.method == "adamw" else (0.0,)):
        ends, truths = run(cell, TUNING, eta, decay)
        away = float(np.median([_distance(cell, x, truth) for x, truth in zip(ends.x, truths, strict=True)]))
        key = (-min(int(ends.reached.sum()), len(TUNING) // 2), away)
        best = (key, eta, decay) if best is None or key < best[0] else best
    assert best is not None
    return best[1:]


def measured(cell: Cell, seeds: int) -> list[Row]:
    """Return one row for each seed from 0, with all ``COLUMNS``, as text."""
    eta, decay = (0.0, 0.0) if cell.method in FLOWS else (SMALL, DECAYS[0]) if cell.rate == "small" else tuned(cell)
    ends, truths = run(cell, range(seeds), eta, decay)
    rows = []
    for seed, truth in enumerate(truths):
        x = ends.x[seed]
        score = support_score(x, truth)
        found = (each[seed] for each in (ends.loss, ends.escape, ends.time, ends.steps, ends.error))
        numbers = [score, float(score == 1), _distance(cell, x, truth), *map(float, found)]
        known = (seed, eta, decay if cell.method == "adamw" else 0, int(ends.reached[seed]))
        rows.append(dict(zip(COLUMNS, [*key_of(cell), *map(str, known), *(f"{v:.6g}" for v in numbers)], strict=True)))
    return rows


def key_of(cell: Cell) -> tuple[str, ...]:
    """Return the fields of a cell as a file has them."""
    return tuple(map(str, astuple(cell)))


def _distance(cell: Cell, x: Array, truth: Array) -> float:
    return (distance if cell.setup == REGRESSION else distance_of_ray)(x, truth)
