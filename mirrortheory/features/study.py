r"""A study of feature learning over the gradient exponent, depth and size of the start: m and p/L set apart.

Sparse regressions (:mod:`mirrortheory.features.follow`) are learned by products of L = 2, 3, 4 layers with q = 1, 6/5, 4/3, 3/2, 2.
These 15 pairs have :math:`m = q(L-1)/L` from 1/2 to 3/2. Some share m and differ in p/L (m = 2/3 at p/L = oo and 2; m = 3/4 at oo
and 3/2), others share p/L and differ in m (2 and 3/2 twice), so it can be seen which of the two a measure follows. m = 1 and
p/L = 1 are the same pairs.

Of many seeds the median is shown, between order statistics that hold the true median with a probability of at least 95 %, whatever
the distribution (the binomial one of 1/2).

Source: this project; the order statistics are in any book on distribution-free methods.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from itertools import product
from pathlib import Path

import numpy as np
import sympy

from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import integer, rational
from mirrortheory.features.follow import learn, sparse_regression
from mirrortheory.features.measures import (
    cost_in_steps,
    kernel_distance,
    l1_l2_ratio,
    metric_distance,
    metric_path_length,
    support_alignment,
)
from mirrortheory.notation import metric_exponent, p, q

EXPONENTS, DEPTHS = ("1", "6/5", "4/3", "3/2", "2"), (2, 3, 4)
MEASURES = ("kernel_distance", "metric_distance", "path_length", "steps", "steps_one_rate", "support", "l1_l2", "error")
_COVERAGE = 0.95


@dataclass(frozen=True)
class Cell:
    """What all seeds of a cell share: coordinates, data and nonzeros of the regression, q, depth, and the size of the start."""

    dimension: int
    data: int
    nonzeros: int
    q: sympy.Rational
    depth: int
    start: sympy.Rational

    @property
    def metric_exponent(self) -> sympy.Expr:
        """m = q (L - 1)/L."""
        return metric_exponent(self.depth, self.q)

    @property
    def sparsity(self) -> sympy.Expr:
        """p/L, oo at q = 1."""
        return sympy.oo if self.q == 1 else p.subs(q, self.q) / self.depth


COLUMNS = (*(field.name for field in fields(Cell)), "m", "p_over_L", "seed", "fitted", *MEASURES)
Row = dict[str, str]


def cells(sizes: Sequence[tuple[int, int, int]], starts: Sequence[object]) -> list[Cell]:
    """Return all cells, for sizes (coordinates, data, nonzeros) and starts, from the cheapest pairs of q and depth on.

    Raises:
        InvalidArgument: for sizes without 0 < nonzeros < coordinates and data >= 1, and starts that are not in (0, 1).
    """
    checked = [
        (integer(d, "dimension", 2, 10_000), integer(n, "data", 1, 10_000), integer(k, "nonzeros", 1, d - 1)) for d, n, k in sizes
    ]
    small = [rational(start, "start") for start in starts]
    for start in small:
        if not 0 < start < 1:
            raise InvalidArgument("start", "a number in (0, 1)", start, "write for example 1/100")
    return [Cell(*size, sympy.Rational(q), depth, start) for size, start, q, depth in product(checked, small, EXPONENTS, DEPTHS)]


def measured(cell: Cell, seeds: int, *, most: int = 200_000) -> list[Row]:
    """Return one row for each seed from 0, with all ``COLUMNS``, as text; ``most`` bounds the steps of a path."""
    problems = [sparse_regression(cell.dimension, cell.data, cell.nonzeros, seed) for seed in range(seeds)]
    pace = 1 / 20 if cell.q == 2 else 1 / 400  # at q = 2 nothing goes to and fro
    paths = learn(cell.q, cell.depth, [loss for loss, _ in problems], float(cell.start), pace=pace, most=most)
    rows = []
    for seed, (path, (_, truth)) in enumerate(zip(paths, problems, strict=True)):
        found = (
            kernel_distance(path),
            metric_distance(path),
            metric_path_length(path),
            cost_in_steps(path),
            cost_in_steps(path, one_rate=True),
            support_alignment(path, truth),
            l1_l2_ratio(path),
            float(np.linalg.norm(path.x[-1] - truth) / np.linalg.norm(truth)),
        )
        known = (cell.metric_exponent, cell.sparsity, seed, int(path.fitted))
        rows.append(dict(zip(COLUMNS, [*key_of(cell), *map(str, known), *(f"{value:.6g}" for value in found)], strict=True)))
    return rows


def key(row: Row) -> tuple[str, ...]:
    """Return what tells the cell of a row, as :func:`key_of` does of a cell."""
    return tuple(row[field.name] for field in fields(Cell))


def key_of(cell: Cell) -> tuple[str, ...]:
    """Return the fields of a cell as a file has them."""
    return tuple(map(str, astuple(cell)))


def read(
    file: Path, seeds: int, columns: tuple[str, ...] = COLUMNS, known: int = len(fields(Cell))
) -> dict[tuple[str, ...], list[Row]]:
    """Return the rows of the cells that a file of a study holds; a last one that is not whole is left out.

    Args:
        file: rows with a column "seed".
        seeds: rows of a cell.
        columns: of the file, those of this study by default.
        known: how many of them, from the first on, tell a cell from others.

    Raises:
        InvalidArgument: for a file of something else, or of another number of seeds.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise InvalidArgument("file", "a file of this study", file, "name another") from None
    reader = csv.DictReader(text[: text.rfind("\n") + 1].splitlines())  # a kill may tear the last line
    if tuple(reader.fieldnames or ()) != columns:
        raise InvalidArgument("file", "a file of this study", file, "name another")
    found: dict[tuple[str, ...], list[Row]] = {}
    for row in reader:
        found.setdefault(tuple(row[name] for name in columns[:known]), []).append(row)
    whole = {cell for cell, rows in found.items() if [row["seed"] for row in rows] == [str(k) for k in range(seeds)]}
    torn = [cell for cell in found if cell not in whole]
    if any(len(found[cell]) > seeds or cell != list(found)[-1] for cell in torn):
        raise InvalidArgument("seeds", f"as many as in {file.name}", seeds, "write that number, or name another file")
    return {cell: rows for cell, rows in found.items() if cell in whole}


def interval(values: Iterable[float]) -> tuple[float, float, float]:
    """Return the median, and two order statistics between which the true one lies with a probability of at least 95 %.

    With fewer than six values there are none, and the ends are infinite.

    >>> interval(range(1, 21))
    (10.5, 6.0, 15.0)
    """
    ordered = sorted(map(float, values))
    n, below, rank = len(ordered), 0.0, 0
    while 2 * (below + math.comb(n, rank) / 2**n) <= 1 - _COVERAGE:
        below, rank = below + math.comb(n, rank) / 2**n, rank + 1
    middle = float(np.median(ordered))
    return (middle, ordered[rank - 1], ordered[n - rank]) if rank else (middle, -math.inf, math.inf)


def rank_correlation(a: Sequence[float], b: Sequence[float]) -> float:
    """Return Spearman's rank correlation, with mean ranks where values are equal.

    >>> rank_correlation([1, 2, 3], [10, 30, 20])
    0.5
    """
    ranks = [[sum(v < u for v in values) + sum(v == u for v in values) / 2 for u in values] for values in (a, b)]
    return float(np.asarray(np.corrcoef(ranks))[0, 1])


def summarized(rows: Iterable[Row]) -> dict[Cell, dict[str, tuple[float, float, float]]]:
    """Return median and interval of each measure for each cell, and of ``fitted``."""
    found: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return {
        Cell(int(d), int(n), int(k), sympy.Rational(q), int(depth), sympy.Rational(start)): {
            name: interval(float(row[name]) for row in together) for name in ("fitted", *MEASURES)
        }
        for (d, n, k, q, depth, start), together in found.items()
    }
