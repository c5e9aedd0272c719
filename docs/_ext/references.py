"""References of docstrings: a name means what it means in its module, wherever the site describes that object."""

from __future__ import annotations

import builtins
import importlib
import inspect
import pkgutil
import sys
from functools import cache
from types import ModuleType

import api_pages
from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

_MISSING = object()


def _meant(target: str, places: list[str]) -> object:
    """Return the object that a name means in the first of these modules or classes that has it, or _MISSING."""
    for name in (target, *(f"{place}.{target}" for place in places)):
        try:
            return pkgutil.resolve_name(name)
        except (ImportError, AttributeError, ValueError):
            continue
    return _defined().get(target, getattr(builtins, target, _MISSING))


@cache
def _defined() -> dict[str, object]:
    """Return what the modules of the package define, by name: signatures name what their module imports for types only."""
    loaded = [module for name, module in sys.modules.items() if name.startswith("mirrortheory.")]
    return {name: value for module in loaded for name, value in vars(module).items() if _belongs(name, value, module)}


def _belongs(name: str, value: object, module: ModuleType) -> bool:
    own = getattr(value, "__module__", "") == module.__name__ and getattr(value, "__name__", "") == name
    return own or (name[:1].isupper() and name in api_pages.assigned(module))


def _places(node: pending_xref) -> list[str]:
    """Return where a docstring looks for a name: its class, its module, the packages around it."""
    module, of = node.get("py:module") or "mirrortheory", node.get("py:class")
    parts = module.split(".")
    around = [".".join(parts[:i]) for i in range(len(parts), 0, -1)]
    return ([f"{module}.{of}"] if of else []) + [*around, "mirrortheory"]


def _found(app: Sphinx, env: BuildEnvironment, node: pending_xref, contnode: nodes.Element) -> nodes.Element | None:
    if node.get("refdomain") != "py":
        return None
    target = node["reftarget"]
    value = _meant(target, _places(node))
    for name in [] if isinstance(value, ModuleType) else _names(target, value):
        found = env.get_domain("py").resolve_xref(env, node["refdoc"], app.builder, "obj", name, node, contnode)
        if found is not None:
            return found
    module = _module(target, value)
    if module is not None:
        return _source(app, node, module, contnode)
    return contnode if value is not _MISSING or "." in target else None  # of another library, which is not linked


def _names(target: str, value: object) -> list[str]:
    """Return under which names the API may describe an object."""
    names = [target.rpartition(".")[2]]
    if inspect.isroutine(value) and "." in value.__qualname__:
        names.append(value.__qualname__)
    if "." in target:
        names.append(".".join(target.split(".")[-2:]))
    return [f"{room}.{name}" for name in names for room, public in api_pages.rooms().items() if name.partition(".")[0] in public]


def _module(target: str, value: object) -> ModuleType | None:
    """Return the module whose source shows an object that the API does not describe, where it is ours."""
    if isinstance(value, ModuleType):
        return value if value.__name__.startswith("mirrortheory") else None
    name = target.rpartition(".")[0] if target.startswith("mirrortheory.") else getattr(value, "__module__", None) or ""
    return importlib.import_module(name) if name.startswith("mirrortheory") and value is not _MISSING else None


def _source(app: Sphinx, node: pending_xref, module: ModuleType, contnode: nodes.Element) -> nodes.Element:
    path = module.__name__.replace(".", "/") + ("/__init__.py" if hasattr(module, "__path__") else ".py")
    app.env.shown_sources.setdefault(node["refdoc"], set()).add(path)
    reference = nodes.reference("", "", internal=True, refuri=app.builder.get_relative_uri(node["refdoc"], f"source/{path}"))
    reference += contnode
    return reference


def setup(app: Sphinx) -> dict[str, bool]:
    """Resolve what the domain of Python does not find by itself."""
    app.connect("missing-reference", _found)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
