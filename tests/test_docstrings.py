"""What is exported says what its arguments are, and which errors it raises itself."""

import ast
import dataclasses
import functools
import importlib
import inspect
import pkgutil
import re
import textwrap

import pytest

import mirrortheory
from mirrortheory import errors

# Methods that SymPy asks for: their arguments are SymPy's, and nobody who uses the package calls them.
OF_SYMPY = {"doit", "fdiff", "approximation_interval"}


def rooms():
    yield mirrortheory
    for found in pkgutil.walk_packages(mirrortheory.__path__, "mirrortheory."):
        if found.ispkg and hasattr(importlib.import_module(found.name), "__all__"):
            yield importlib.import_module(found.name)


@functools.cache
def exported():
    """Each class, function and method that a room exports, with its name and docstring, once."""
    found = {}
    for room in rooms():
        for name in room.__all__:
            value = inspect.unwrap(getattr(room, name)) if callable(getattr(room, name)) else None
            if getattr(value, "__module__", "").startswith("mirrortheory") and (
                inspect.isclass(value) or inspect.isfunction(value)
            ):
                found[f"{value.__module__}.{value.__name__}"] = (value, inspect.getdoc(value))
                found |= methods(value) if inspect.isclass(value) else {}
    return found


def methods(cls):
    found = {}
    for name, member in vars(cls).items():
        function = member.__func__ if isinstance(member, classmethod | staticmethod) else member
        if inspect.isfunction(function) and not name.startswith("_") and name not in OF_SYMPY:
            doc = f"{inspect.getdoc(getattr(cls, name))}\n{inspect.getdoc(cls)}"
            found[f"{cls.__module__}.{cls.__name__}.{name}"] = (function, doc)
    return found


def parameters(value):
    if dataclasses.is_dataclass(value):
        return [name for name in inspect.signature(value).parameters if not name.startswith("_")]
    if inspect.isclass(value) and "__init__" not in vars(value):
        return []
    return [name for name in inspect.signature(value).parameters if name not in ("self", "cls")]


def documented(value, doc):
    """The docstring; of a class that is made of its fields, those of its bases too."""
    return "\n".join(filter(None, (cls.__doc__ for cls in value.__mro__))) if inspect.isclass(value) else doc


def unnamed(value, doc):
    return [name for name in parameters(value) if not re.search(rf"(?<!\w){name}(?!\w)", documented(value, doc))]


def unlisted(value, doc):
    """The arguments without an entry, where a docstring has entries: a word in the first line is not enough there."""
    own = documented(value, doc) if inspect.isclass(value) else inspect.getdoc(value) or ""
    if not re.search(r"^ *(Args|Attributes):$", own, re.MULTILINE):
        return []
    entries = re.findall(r"^ *(\*{0,2}\w+(?:, \*{0,2}\w+)*):", own, re.MULTILINE)
    return [name for name in parameters(value) if name not in {entry.strip(" *") for line in entries for entry in line.split(",")}]


def unsaid(value, doc):
    """The errors of the package that a function raises itself, and its docstring does not name."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(value)))
    calls = [node.exc for node in ast.walk(tree) if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)]
    names = {getattr(call.func, "id", getattr(call.func, "attr", "")) for call in calls}
    return sorted(name for name in names if hasattr(errors, name) and name not in doc)


def test_every_argument_is_named():
    assert {name: lost for name, (value, doc) in exported().items() if (lost := unnamed(value, doc))} == {}
    assert {name: lost for name, (value, doc) in exported().items() if (lost := unlisted(value, doc))} == {}


def test_every_error_is_named():
    functions = {name: found for name, found in exported().items() if inspect.isfunction(found[0])}
    assert {name: lost for name, (value, doc) in functions.items() if (lost := unsaid(value, doc))} == {}


def test_there_are_many():
    assert len(exported()) > 300


def within(value, low):
    if value < low:
        raise errors.InvalidArgument("value", f">= {low}", value, "write a larger one")
    return value


@pytest.mark.parametrize("doc", ["Return x.", "Return x.\n\nArgs:\n    value: it."])
def test_what_is_left_out_is_seen(doc):
    assert "low" in unnamed(within, doc)
    assert unsaid(within, doc) == ["InvalidArgument"]
    assert unsaid(within, f"{doc}\n\nRaises:\n    InvalidArgument: below.") == []


def raised(value, power):
    """Return a value raised to a power.

    Args:
        value: it.
    """
    return value**power


def test_an_entry_that_is_taken_out_is_seen_where_the_word_stays():
    assert unnamed(raised, raised.__doc__) == []
    assert unlisted(raised, raised.__doc__) == ["power"]
    assert unlisted(within, "Return x.") == []
