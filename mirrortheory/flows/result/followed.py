"""What one trajectory and many have in common: expressions in the weights with their errors, first integrals, and files.

The error of an expression is the largest difference so far between its values on two runs. Where there is one run with an error of
its weights alone, it is twice the sum of the changes by that error in each weight: a bound to first order.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
import sympy

from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import as_expression
from mirrortheory.flows.problems import Array
from mirrortheory.flows.result import storage
from mirrortheory.flows.result.invariants import Invariant, first_integrals
from mirrortheory.flows.schedules import Total
from mirrortheory.theory import BalanceLaw, Flow

_ROUNDING = 1024 * np.finfo(float).eps
_SAFETY = 2.0


def remedy_for(strangers: Iterable[sympy.Symbol], known: Iterable[sympy.Symbol]) -> str:
    """Say what to do about symbols that are not known; a name may be known with other assumptions."""
    namesakes = sorted({str(symbol) for symbol in strangers} & {str(symbol) for symbol in known})
    return f"{namesakes[0]} has other assumptions: take it from flow.weights" if namesakes else "put numbers for other symbols"


class Followed(ABC):
    """Weights at times t, shape (.., n, depth, d), with an error of shape (.., n); the attributes are those of its kinds."""

    flow: Flow
    problem: Any
    t: Array
    w: Array
    error: Array
    independent: bool
    refused: tuple[tuple[str, str], ...]

    _arrays: ClassVar[tuple[str, ...]]
    _words: ClassVar[tuple[str, ...]]

    @property
    @abstractmethod
    def _letters(self) -> dict[sympy.Symbol, Array]:
        """The symbols of the flow, with their values for each trajectory."""

    @property
    @abstractmethod
    def _second_run(self) -> Array | None:
        """The weights of a second run, from which the errors of expressions are made, or None."""

    @abstractmethod
    def _own_document(self, arrays: dict[str, Array]) -> storage.Document:
        """Return what else a file holds, as plain JSON; arrays may join ``arrays``."""

    @classmethod
    @abstractmethod
    def _own_fields(cls, document: storage.Document, arrays: Mapping[str, Array]) -> dict[str, Any]:
        """Return the fields that :meth:`_own_document` wrote."""

    def __repr__(self) -> str:
        *batch, times, depth, d = self.w.shape
        many = f"{batch[0]} of them, " if batch else ""
        size = f"{many}{times} times to {self.t[-1]:g}, {depth} weights of {d} {'coordinate' if d == 1 else 'coordinates'}"
        return f"{type(self).__name__}({self.flow}: {size}, error {self.error[..., -1].max():.1e})"

    def _repr_html_(self) -> str:
        from html import escape  # for notebooks alone

        rows = {"flow": self.flow, "loss": type(self.problem).__name__, "size": repr(self).rpartition(": ")[2][:-1]}
        rows |= {name: getattr(self, name) for name in ("method", "how")}
        cells = (f"<tr><th>{name}</th><td>{escape(str(value))}</td></tr>" for name, value in rows.items())
        return f"<table>{''.join(cells)}</table>"

    def quantity(self, expr: sympy.Expr) -> tuple[Array, Array]:
        """Return an expression in the weights along the flow, and its error, both of shape (.., n, d); infinite where it is lost.

        Raises:
            InvalidArgument: for other symbols than the weights, and those of a batch that have values.
        """
        expr = as_expression(expr, "expr")
        symbols = (*self.flow.weights, *self._letters)
        strangers = expr.free_symbols - set(symbols)
        if strangers:
            known = f"an expression in {', '.join(map(str, symbols))}"
            raise InvalidArgument("expr", known, min(map(str, strangers)), remedy_for(strangers, symbols))
        function = sympy.lambdify(symbols, expr, "numpy")
        columns = [values[:, None, None] for values in self._letters.values()]

        def along(w: Array) -> Array:
            layers = np.moveaxis(w, -2, 0)
            with np.errstate(all="ignore"):  # a neighbour may lie where the expression is undefined
                return np.broadcast_to(function(*layers, *columns), layers.shape[1:]).astype(float)

        fine = along(self.w)
        if self._second_run is not None:
            spread = np.abs(fine - along(self._second_run))
        else:
            spread = np.zeros_like(fine)
            for layer in range(self.w.shape[-2]):
                shift = np.zeros(self.w.shape)
                shift[..., layer, :] = np.where(np.isfinite(self.error), self.error, np.nan)[..., None]
                spread += _SAFETY * np.maximum(np.abs(along(self.w + shift) - fine), np.abs(along(self.w - shift) - fine))
        spread = np.where(np.isnan(spread), np.inf, spread)
        size = np.fmax.accumulate(np.fmax(np.abs(fine), np.abs(self.w).max(axis=-2)), axis=-2)
        smallest = np.finfo(float).tiny  # at rest at 0 the estimate is positive, so that one can divide by it
        return fine, np.maximum.accumulate(spread, axis=-2) + _ROUNDING * np.where(np.isnan(size), np.inf, size) + smallest

    def invariants(self) -> tuple[Invariant, ...]:
        """Return the first integrals of the flow without decay along it, with the law predicted under the decay.

        ``holds`` is of all trajectories of a batch, as far as they were followed.

        Raises:
            NoClosedForm: when no first integral is found, naming the step that failed.
        """
        followed, found = np.isfinite(self.error), []
        for law in first_integrals(self.flow):
            values, error = self.quantity(law.invariant)
            predicted = holds = None
            if law.rate is not None:
                predicted = np.exp(self._exponent(law))[..., None] * values[..., :1, :]
                holds = bool((np.abs(values - predicted) <= error)[followed].all())
            found.append(Invariant(str(law.invariant), values, error, predicted, holds, self.independent, law.invariant))
        return tuple(found)

    def _exponent(self, law: BalanceLaw) -> Array:
        """Return the integral from 0 to the times t of the rate of a law, which may depend on time as the decay does."""
        if self.flow.decay.varies and law.multiple is not None:
            return float(law.multiple) * Total(self.flow.decay)(self.t)
        rate = np.asarray(sympy.lambdify(tuple(self._letters), law.rate, "numpy")(*self._letters.values()), dtype=float)
        return np.asarray(rate[..., None] * self.t)

    def save(self, path: str | Path) -> None:
        """Write it to a file that ends in .npz or .json, without loss.

        Raises:
            InvalidArgument: for another ending, and for Callables, which are code.
        """
        arrays: dict[str, Array] = {name: getattr(self, name) for name in self._arrays}
        document = {
            "flow": storage.flow_document(self.flow),
            "problem": storage.problem_document(self.problem, arrays),
            "refused": self.refused,
            **{name: getattr(self, name) for name in self._words},
            **self._own_document(arrays),
        }
        storage.write(Path(path), document, arrays)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read what :meth:`save` wrote; nothing in the file is executed.

        Raises:
            InvalidArgument: when the file is no such file, or damaged.
        """
        document, arrays = storage.read(Path(path))
        with storage.reading(Path(path)):
            named: dict[str, Any] = {name: arrays[name] for name in cls._arrays} | {name: document[name] for name in cls._words}
            named["flow"] = storage.flow_of(document["flow"])
            named["refused"] = tuple((str(name), str(why)) for name, why in document.get("refused", ()))  # older files have none
            make: type[Any] = cls  # the fields are those of its kind
            found: Self = make(**named, **cls._own_fields(document, arrays))
            return found
