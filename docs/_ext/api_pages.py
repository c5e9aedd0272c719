"""The API, a page for each room: the mathematics of each module, and what is public in it, in the order of the code."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

from sphinx.application import Sphinx

import mirrortheory
from mirrortheory.errors import shown

_MODULES = ("definitions", "domain", "errors", "notation")  # rooms of one module
_ROOM = "mirrortheory."
_NO_TYPE, _ROLE = "\ue000", "\ue001"  # stand for colons while Napoleon reads a docstring
_REFERENCE = re.compile(r":[a-z:]+:`~?\.?([^`<]*?)`")


@cache
def rooms() -> dict[str, tuple[str, ...]]:
    """Return the public names of each room; a name that several rooms export belongs to the one that defines it, or the first."""
    found: dict[str, list[str]] = {}
    owners: dict[str, str] = {}
    for module in _modules():
        for name in _public(module):
            home = _definer(module, name)
            above = [room for room in _listing(name, module) if f"{home}.".startswith(f"{room}.")]
            best = max(above, key=len, default="")
            owners.setdefault(f"{home}.{name}", best or module.__name__)
    for key, room in owners.items():
        found.setdefault(room, []).append(key.rpartition(".")[2])
    return {room: tuple(sorted(names, key=str.lower)) for room, names in sorted(found.items())}


@cache
def _modules() -> tuple[ModuleType, ...]:
    packages = [found.name for found in pkgutil.walk_packages(mirrortheory.__path__, _ROOM) if found.ispkg]
    loaded = map(importlib.import_module, [*packages, *(f"{_ROOM}{name}" for name in _MODULES)])
    return tuple(module for module in loaded if hasattr(module, "__all__") or module.__name__.removeprefix(_ROOM) in _MODULES)


def _public(module: ModuleType) -> list[str]:
    if hasattr(module, "__all__"):
        return list(module.__all__)
    own = [name for name, value in vars(module).items() if getattr(value, "__module__", "") == module.__name__ and name[0] != "_"]
    constants = [name for name in assigned(module) if re.fullmatch(r"[A-Z][A-Z_]+", name)]
    return [*own, *constants]


def _listing(name: str, module: ModuleType) -> Iterator[str]:
    value = getattr(module, name)
    for other in _modules():
        if name in _public(other) and getattr(other, name) is value:
            yield other.__name__


@cache
def assigned(module: ModuleType) -> dict[str, str]:
    """Return the constants that a module defines, with the comments beside them."""
    text = Path(module.__file__ or "").read_text(encoding="utf-8")
    lines, found = text.splitlines(), {}
    for node in ast.parse(text).body:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        for target in targets:
            for leaf in target.elts if isinstance(target, ast.Tuple) else [target]:
                if isinstance(leaf, ast.Name):
                    beside = re.search(r"  # (?!noqa|type:)(.*)$", "\n".join(lines[node.lineno - 1 : node.end_lineno]))
                    found[leaf.id] = beside[1] if beside else ""
    return found


@cache
def _definer(module: ModuleType, name: str) -> str:
    """Return the name of the module that defines a public name, following imports."""
    value = getattr(module, name)
    if _is_class(value) or _is_function(value):
        return str(value.__module__)
    while name not in assigned(module):
        tree = ast.parse(Path(module.__file__ or "").read_text(encoding="utf-8"))
        imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
        source = next(node.module for node in imports for alias in node.names if (alias.asname or alias.name) == name)
        module = importlib.import_module(str(source))
    return module.__name__


def _is_function(value: object) -> bool:
    return callable(value) and inspect.isfunction(inspect.unwrap(value))


def _is_class(value: object) -> bool:
    return inspect.isclass(value) and value.__module__.startswith(_ROOM)  # Ball is a name for a class of python-flint


def pages() -> dict[str, str]:
    """Return the pages in reStructuredText, as docstrings are."""
    found = {f"api/{room.removeprefix(_ROOM)}.rst": _page(room, names) for room, names in rooms().items()}
    return found | {"api/index.rst": _index()}


def _index() -> str:
    lines = [
        *_title("API", "="),
        "What the first hour needs is imported from ``mirrortheory`` itself; everything else is public by its room. Time, weights",
        "and all that is made of them are dimensionless. Shapes: ``x`` is of shape (d,), weights of shape (depth, d), a",
        'trajectory of shape (n, depth, d). Exact arguments are integers, fractions, texts such as ``"3/2"``, or SymPy\'s numbers,',
        "never floats.",
        "",
        *_title("From mirrortheory", "-"),
        *_table(("mirrortheory", name) for name in mirrortheory.__all__),
        *_title("By room", "-"),
        ".. toctree::",
        "   :maxdepth: 1",
        "",
        *(f"   {room.removeprefix(_ROOM)}" for room in rooms()),
        "",
    ]
    return "\n".join(lines)


def _table(names: Iterator[tuple[str, str]]) -> list[str]:
    rows = [".. list-table::", "   :widths: 25 75", ""]
    for room, name in names:
        value = getattr(importlib.import_module(room), name)
        role = "class" if _is_class(value) else "func" if _is_function(value) else "data"
        about = (inspect.getdoc(value) or "").splitlines()[0] if role != "data" else _comment(value, name)
        rows += [f"   * - :py:{role}:`~{home(value, name)}.{name}`", f"     - {with_bars(_REFERENCE.sub(_literal, about))}"]
    return [*rows, ""]


def _literal(reference: re.Match[str]) -> str:
    """A role as code: in a table a name has lost the module that it is relative to."""
    return reference[0] if reference[0].startswith(":math:") else f"``{reference[1]}``"


def _comment(value: object, name: str) -> str:
    room = importlib.import_module(home(value, name))
    beside = assigned(importlib.import_module(_definer(room, name)))[name]
    return beside or ("" if _is_opaque(value) else f"``{shown(value)}``")


def _is_opaque(value: object) -> bool:
    return " at 0x" in repr(value)  # an address, which says nothing to a reader


def home(value: object, name: str) -> str:
    """Return the room in whose page a public object is described."""
    for room, names in rooms().items():
        if name in names and getattr(importlib.import_module(room), name) is value:
            return room
    raise LookupError(f"{name} is on no page of the API")


def _page(room: str, names: tuple[str, ...]) -> str:
    module = importlib.import_module(room)
    lines = [*_title(room, "="), f".. automodule:: {room}", "   :no-members:", "", *_table((room, name) for name in names)]
    by_module: dict[str, list[str]] = {}
    for name in names:
        by_module.setdefault(_definer(module, name), []).append(name)
    for definer, own in sorted(by_module.items()):
        if definer != room:
            twice = ["   :no-index:"] if definer in [f"{room}.{name}" for name in names] else []  # a function of its name, too
            title = _title(definer.removeprefix(f"{room}."), "-")
            lines += [*title, f".. automodule:: {definer}", "   :no-members:", *twice, ""]
        order = list(vars(importlib.import_module(definer)))
        for name in sorted(own, key=order.index):
            lines += [f".. currentmodule:: {room}", "", *_object(module, name), ""]
    return "\n".join(lines)


def _object(module: ModuleType, name: str) -> list[str]:
    value = getattr(module, name)
    if _is_class(value):
        _types(value)  # before autodoc evaluates them
        bases = ["   :show-inheritance:"] if value.__bases__ != (object,) else []
        return [f".. autoclass:: {name}", "   :members:", *bases]
    if _is_function(value):
        return [f".. autofunction:: {name}"]
    about = assigned(importlib.import_module(_definer(module, name)))[name]
    written = [] if _is_opaque(value) else [f"   :value: {shown(value)}"]
    return [f".. py:data:: {name}", *written, "", f"   {with_bars(about)}"]


def _title(text: str, line: str) -> list[str]:
    return [text, line * len(text), ""]


def with_bars(text: str) -> str:
    """Return a line in which a bar is that of an absolute value, and begins no substitution."""
    return "".join(part if i % 2 else part.replace("|", r"\|") for i, part in enumerate(re.split(r"(`+[^`]*`+)", text)))


def _escape(_app: Sphinx, what: str, _name: str, _of: object, _options: object, lines: list[str]) -> None:
    """Escape the bars of a docstring, but those of its displayed formulas and doctests; hide colons that Napoleon would misread."""
    kept, returns = "", False
    for place, line in enumerate(lines):
        indent = line[: len(line) - len(line.lstrip())]
        if line.strip() and not (kept and indent.startswith(kept)):
            kept = ""
        if line.lstrip().startswith((".. math::", ".. code")):
            kept = f"{indent} "
        elif not kept and not line.lstrip().startswith((">>>", "...")):
            lines[place] = with_bars(line)
        returns = line.strip() == "Returns:" or (returns and bool(indent or not line.strip()))
        if (returns and line.strip() != "Returns:") or (place == 0 and what in ("property", "attribute")):
            lines[place] = lines[place].replace(": ", _NO_TYPE).replace(":`", f"{_ROLE}`").replace(" :", f" {_ROLE}")


def _restore(_app: Sphinx, _what: str, _name: str, of: object, _options: object, lines: list[str]) -> None:
    """Put the colons back, and give each of several names that are described together a field of its own."""
    types = _types(of) if callable(of) else {}
    found: list[str] = []
    for line in (line.replace(_NO_TYPE, ": ").replace(_ROLE, ":") for line in lines):
        described = re.match(r":(ivar|param) (\w+(?:, \w+)*):(.*)", line)
        if not described:
            found.append(line)
            continue
        kind, names, text = described.groups()
        first, *rest = names.split(", ")
        for name, words in [(first, text), *((name, f" see ``{first}``.") for name in rest)]:
            if name in types:
                found.append(f":{'vartype' if kind == 'ivar' else 'type'} {name}: {types[name]}")
            found.append(f":{kind} {name}:{words}")
    if "return" in types and any(line.startswith(":returns:") for line in found):
        place = next(i for i, line in enumerate(found) if line.startswith(":returns:"))
        found.insert(place, f":rtype: {types['return']}")
    lines[:] = found


@cache
def _types(of: Callable[..., object]) -> dict[str, str]:
    """Return annotations as they are written: of the fields of a class, or of the parameters of a function."""
    written = {}
    for cls in reversed(of.__mro__) if inspect.isclass(of) else [inspect.unwrap(of)]:
        written |= getattr(cls, "__annotations__", {})
    texts = {name: text for name, text in written.items() if isinstance(text, str)}
    return {name: f"``{text}``" if re.search(r"[\"'.]", text) else text for name, text in texts.items()}


def setup(app: Sphinx) -> dict[str, bool]:
    """Read docstrings as they are written: what stands before a colon is no type."""
    app.connect("autodoc-process-docstring", _escape, priority=100)
    app.connect("autodoc-process-docstring", _restore, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
