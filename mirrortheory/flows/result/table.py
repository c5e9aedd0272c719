"""Results as tables: a row for each time, columns by name; a pandas DataFrame where pandas is installed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sympy

from mirrortheory.errors import InvalidArgument
from mirrortheory.flows.problems import Array


def columns_of(weights: Sequence[sympy.Symbol], w: Array, loss: Array, coordinates: Mapping[str, Array | None]) -> dict[str, Array]:
    """Return loss, what each coordinate has by its letter, and weights, by name, each of shape (rows,).

    Coordinates are counted from 1. The weight wi of coordinate j is called ``wi_j``, where there is one coordinate ``wi``.

    Args:
        weights: the symbols, one a layer.
        w: their values, shape (rows, depth, d).
        loss: shape (rows,).
        coordinates: values by letter, shape (rows, d), or None.
    """
    d = w.shape[2]
    found = {"loss": loss}
    for name, values in coordinates.items():
        if values is not None:
            found |= {f"{name}{j + 1}": values[:, j] for j in range(d)}
    for i, symbol in enumerate(weights):
        found |= {f"{symbol}_{j + 1}" if d > 1 else str(symbol): w[:, i, j] for j in range(d)}
    return found


def data_frame(columns: Mapping[str, Array], index: Mapping[str, Any]) -> Any:
    """Return ``columns`` as a pandas DataFrame, with one ``index`` or several, by name.

    Raises:
        InvalidArgument: where pandas is not installed.
    """
    try:
        import pandas
    except ImportError:
        remedy = "pip install pandas, or take columns(), a dictionary of arrays"
        raise InvalidArgument("to_frame", "called where pandas is installed", "no pandas", remedy) from None
    levels = [pandas.Index(values, name=name) for name, values in index.items()]
    return pandas.DataFrame(dict(columns), index=levels[0] if len(levels) == 1 else pandas.MultiIndex.from_arrays(levels))
