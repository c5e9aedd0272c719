"""Trajectories in files: a document of plain JSON and arrays of doubles, as .npz or as .json with floats in hexadecimal.

Flows and problems are written by the names of their classes, from a fixed list, and the exact text of their parameters;
formulas are read by :func:`mirrortheory.exact.expression`. So nothing in a file is executed. A checksum finds damage.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import sympy

from mirrortheory import reparams
from mirrortheory.decays import Coupled, Decoupled, NoDecay, is_schedule, text_of
from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import expression, written
from mirrortheory.flows.problems import Array, Callables, Exponential, Logistic, Problem, Quadratic, Scalar, Stack
from mirrortheory.geometries import Entrywise, Lq, Schatten
from mirrortheory.matrices import MatrixFlow, MatrixProduct
from mirrortheory.theory import Flow

FORMAT = "mirrortheory trajectory 1"
_CLASSES: dict[str, type[Any]] = {
    cls.__name__: cls
    for cls in (
        *(Lq, Schatten, Entrywise, NoDecay, Decoupled, Coupled, Quadratic, Logistic, Exponential, Scalar),
        *(reparams.Exp, reparams.LogDifference, reparams.Mask, reparams.PowerDifference, reparams.PowersProduct),
        *(reparams.Product, reparams.Separable, reparams.Square, reparams.Tempered),
    )
}
_DATA = "problem "  # how the names of the arrays of a problem start
_TABLES: dict[str, type[Problem]] = {cls.__name__: cls for cls in (Quadratic, Logistic, Exponential)}  # losses made of arrays
_SIGNS = "positive", "nonnegative", "real"  # assumptions of a symbol that are kept
_DAMAGE = (
    *(OSError, EOFError, ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError, MemoryError),
    *(zipfile.BadZipFile, zlib.error, NotImplementedError),
)

Document = dict[str, Any]


def write(path: Path, document: Document, arrays: Mapping[str, Array]) -> None:
    """Write a document and arrays to a file that ends in .npz or .json."""
    signed = {"format": FORMAT, "sha256": _checksum(document, arrays), "document": document}
    if path.suffix == ".npz":
        members: dict[str, Any] = {"document": np.array(json.dumps(signed)), **arrays}
        np.savez(path, **members)
    elif path.suffix == ".json":
        texts = {name: {"shape": a.shape, "hex": [float(v).hex() for v in a.ravel()]} for name, a in arrays.items()}
        path.write_text(json.dumps(signed | {"arrays": texts}), encoding="utf-8")
    else:
        raise InvalidArgument("path", "a name that ends in .npz or .json", path, "write for example path.npz")


def read(path: Path) -> tuple[Document, dict[str, Array]]:
    """Read back what :func:`write` wrote."""
    with reading(path):
        if path.suffix == ".npz":
            with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
                arrays = {name: np.asarray(file[name]) for name in file.files}
            signed = json.loads(str(arrays.pop("document")))
        else:
            signed = json.loads(path.read_text(encoding="utf-8"))
            arrays = {
                name: np.array([float.fromhex(v) for v in entry["hex"]]).reshape(entry["shape"])
                for name, entry in signed["arrays"].items()
            }
        if signed["format"] != FORMAT:
            raise ValueError(f"its format is not {FORMAT}")
        if signed["sha256"] != _checksum(signed["document"], arrays):
            raise ValueError("its checksum is wrong")
        return signed["document"], arrays


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn what goes wrong with a file into one line."""
    try:
        yield
    except FileNotFoundError:
        raise InvalidArgument("path", "an existing file", path, "save a trajectory there first") from None
    except _DAMAGE as error:
        why = f"{type(error).__name__}: {' '.join(str(error).split())}"[:150]
        raise InvalidArgument("path", "a saved trajectory", path, f"the file is damaged or another ({why})") from None


def flow_document(flow: Flow) -> Document:
    """Return a flow as names and text."""
    parts = {"geometry": flow.geometry, "reparam": flow.reparam, "decay": flow.decay}
    return {name: _named(name, part) for name, part in parts.items()}


def flow_of(document: Document) -> Flow:
    """Return the flow that :func:`flow_document` wrote."""
    return Flow(*(_made(document[name]) for name in ("geometry", "reparam", "decay")))


def matrix_flow_document(flow: MatrixFlow) -> Document:
    """Return a flow of matrices as names and text."""
    parts = {name: _named(name, part) for name, part in (("geometry", flow.geometry), ("decay", flow.decay))}
    return {**parts, "widths": list(flow.product.widths)}


def matrix_flow_of(document: Document) -> MatrixFlow:
    """Return the flow that :func:`matrix_flow_document` wrote."""
    return MatrixFlow(_made(document["geometry"]), MatrixProduct(*document["widths"]), _made(document["decay"]))


def problem_document(problem: Problem | Stack, arrays: dict[str, Array], prefix: str = _DATA) -> list[Any]:
    """Return a problem, or a stack of them, as names and text; its data join the arrays, with names that start so."""
    if isinstance(problem, Callables):
        raise InvalidArgument("problem", "data, to be saved", "Callables", "save t, w and x yourself: a function is no data")
    name = type(problem).__name__
    if isinstance(problem, Stack):
        first = problem.problems[0]
        if not problem.alike or not _tabled(first):
            losses = enumerate(problem.problems)
            return [name, [problem_document(loss, arrays, f"{prefix}{k} ") for k, loss in losses]]
        for field in fields(first):  # type: ignore[arg-type]
            arrays[prefix + field.name] = np.stack([getattr(loss, field.name) for loss in problem.problems])
        return [name, type(first).__name__]
    if _tabled(problem):
        arrays.update({prefix + field.name: getattr(problem, field.name) for field in fields(problem)})  # type: ignore[arg-type]
        return [name, {}]
    return _named("problem", problem)


def problem_of(document: list[Any], arrays: Mapping[str, Array], prefix: str = _DATA) -> Problem | Stack:
    """Return the problem, or the stack of them, that :func:`problem_document` wrote."""
    name, content = document
    data = {key.removeprefix(prefix): array for key, array in arrays.items() if key.startswith(prefix)}
    if name == Stack.__name__:
        if isinstance(content, str):
            rows = (dict(zip(data, row, strict=True)) for row in zip(*data.values(), strict=True))
            return Stack(_TABLES[content](**row) for row in rows)
        return Stack(single_problem_of(loss, arrays, f"{prefix}{k} ") for k, loss in enumerate(content))
    problem = _made([name, {**content, **data}])
    if not isinstance(problem, Problem):
        raise ValueError(f"{name} is no problem")
    return problem


def single_problem_of(document: list[Any], arrays: Mapping[str, Array], prefix: str = _DATA) -> Problem:
    """Return the one problem that :func:`problem_document` wrote."""
    problem = problem_of(document, arrays, prefix)
    if isinstance(problem, Stack):
        raise ValueError("it has several losses in the place of one")
    return problem


def _tabled(problem: Problem) -> bool:
    return _TABLES.get(type(problem).__name__) is type(problem)


def _named(name: str, part: Any) -> list[Any]:
    if _CLASSES.get(type(part).__name__) is not type(part):
        raise InvalidArgument(name, "one of this package, to be saved", type(part).__name__, "save t, w and x yourself")
    if isinstance(part, reparams.Separable):
        return ["Separable", _formula(part.expr, tuple(part.symbols))]
    if isinstance(part, Scalar):
        return ["Scalar", _formula(part.expr, tuple(part.expr.free_symbols))]
    return [type(part).__name__, {field.name: _parameter(getattr(part, field.name)) for field in fields(part)}]


def _parameter(value: Any) -> str | Document:
    """Return the exact text of a number, or a rate in t; a symbol, which a batch has values for, with its assumptions."""
    if is_schedule(value):
        return text_of(value)
    return _formula(value, (value,)) if isinstance(value, sympy.Symbol) else str(value)


def _made(document: list[Any]) -> Any:
    name, parameters = document
    cls = _CLASSES[name]
    if cls in (reparams.Separable, Scalar):
        formula, symbols = _read_formula(parameters)
        return Scalar(formula) if cls is Scalar else reparams.Separable(formula, symbols)
    return cls(**{field: _read_formula(value)[0] if isinstance(value, dict) else value for field, value in parameters.items()})


def _read_formula(document: Document) -> tuple[sympy.Expr, tuple[sympy.Symbol, ...]]:
    symbols = {s: sympy.Symbol(s, **{sign: True for sign in _SIGNS if sign in signs}) for s, signs in document["symbols"]}
    return expression(document["expr"], symbols), tuple(symbols.values())


def _formula(expr: sympy.Expr, symbols: tuple[sympy.Symbol, ...]) -> Document:
    if floats := expr.atoms(sympy.Float):
        raise InvalidArgument("formula", "free of floats, to be saved", min(floats), "write 1/2, not 0.5")
    text = written(expr)
    document = {"expr": text, "symbols": [[s.name, [sign for sign in _SIGNS if getattr(s, f"is_{sign}")]] for s in symbols]}
    known = {s.name: s for s in symbols}
    if expression(text, known, "formula") != expr or _read_formula(document)[0] != expr:
        raise InvalidArgument("formula", "one that its text determines, to be saved", text, "declare its symbols real or positive")
    return document


def _checksum(document: Document, arrays: Mapping[str, Array]) -> str:
    total = hashlib.sha256(json.dumps(document, sort_keys=True).encode())
    for name in sorted(arrays):
        plain = np.where(np.isnan(arrays[name]), np.nan, arrays[name])  # text keeps no sign of a NaN
        total.update(f"{name}{plain.shape}".encode() + plain.astype("<f8").tobytes())
    return total.hexdigest()
