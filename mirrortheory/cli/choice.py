"""Reparameterizations and decays from their names and options, as people write them on a command line or in a problem file."""

from __future__ import annotations

import dataclasses
import keyword
import re
from collections.abc import Mapping, Sequence

import sympy

from mirrortheory import decays, reparams
from mirrortheory.errors import InvalidArgument, NoClosedForm
from mirrortheory.exact import expression, rational
from mirrortheory.notation import alpha as alpha_symbol
from mirrortheory.theory import commutation

_OPTIONS = {"a": "powers", "b": "powers", "expr": "map", "symbols": "weights"}  # of fields that are called otherwise
_REPARAMS: dict[str, type[reparams.Reparam]] = {
    re.sub("(?<=.)(?=[A-Z])", "-", name).lower(): getattr(reparams, name) for name in reparams.__all__ if name != "Reparam"
}
_ALL_OPTIONS = {
    _OPTIONS.get(field.name, field.name)
    for cls in _REPARAMS.values()
    for field in dataclasses.fields(cls)  # type: ignore[arg-type]
}


def named(name: str | None, given: Mapping[str, object]) -> str:
    """Return the reparameterization that is meant: without a name, separable where ``map`` or ``weights`` are given, else product.

    >>> named(None, {"map": "u*v"}), named(None, {"map": None}), named("mask", {})
    ('separable', 'product', 'mask')
    """
    of_a_formula = any(given.get(option) is not None for option in ("map", "weights"))
    return name or ("separable" if of_a_formula else "product")


def options_of(name: str) -> tuple[str, ...]:
    """Return the options that a reparameterization of this name needs.

    Raises:
        InvalidArgument: when there is none of this name.

    >>> options_of("product"), options_of("powers-product"), options_of("separable")
    (('depth',), ('powers',), ('map', 'weights'))
    """
    if name not in _REPARAMS:
        raise InvalidArgument("reparam", f"one of {', '.join(sorted(_REPARAMS))}", name, "write one of them")
    fields = (field.name for field in dataclasses.fields(_REPARAMS[name]))  # type: ignore[arg-type]
    return tuple(dict.fromkeys(_OPTIONS.get(field, field) for field in fields))


def reparam(name: str, given: Mapping[str, object], examples: Mapping[str, str]) -> reparams.Reparam:
    """Return the reparameterization of this name.

    Args:
        name: lower case with hyphens: product, mask, power-difference, powers-product, separable, ..
        given: options; ``depth`` and ``tau`` are numbers or text, ``powers`` two of them, ``map`` is a formula and ``weights``
            the names in it. None is as good as absent, and what is not needed is not looked at.
        examples: for each option, how it is written where these came from.

    Raises:
        InvalidArgument: for an unknown name, an option that is missing or of another map, a value out of range.
        NoClosedForm: for a map of several outputs, which are separated by semicolons.

    >>> reparam("product", {"depth": "3"}, {})
    Product(depth=3)
    """
    needed = options_of(name)
    for option, value in given.items():
        if value is not None and option in _ALL_OPTIONS and option not in needed:
            raise InvalidArgument(option, f"absent for {name}", value, _taken(name, option))
    names, formula = given.get("weights"), given.get("map")
    if formula is not None and names is None:
        raise InvalidArgument("weights", f"given for {name}", "nothing", f"add for example {examples['weights']}")
    weights = None if names is None else symbols(names)
    known = {s.name: s for s in weights or ()}
    if isinstance(formula, str) and ";" in formula:
        outputs = [expression(part, known, "map") for part in formula.split(";")]
        raise NoClosedForm(
            "reduction to one coordinate", f"{len(outputs)} outputs share weights; {commutation(outputs, weights or ())}"
        )
    expr = None if formula is None else expression(formula, known, "map")
    a, b = _pair(given.get("powers"))
    values = {**given, "a": a, "b": b, "expr": expr, "symbols": weights}
    fields = [field.name for field in dataclasses.fields(_REPARAMS[name])]  # type: ignore[arg-type]
    for field in fields:
        if values.get(field) is None:
            option = _OPTIONS.get(field, field)
            assert option in needed
            raise InvalidArgument(option, f"given for {name}", "nothing", f"add for example {examples[option]}")
    return _REPARAMS[name](*(values[field] for field in fields))


def symbols(names: object) -> tuple[sympy.Symbol, ...]:
    """Return positive symbols of these names.

    Raises:
        InvalidArgument: for what is no sequence of different names of letters, digits and _, and for names that mean something.

    >>> symbols(["u", "v"])
    (u, v)
    """
    if not isinstance(names, Sequence) or isinstance(names, str):
        raise InvalidArgument("weights", "a list of names", names, "write for example u, v")
    found = tuple(name.strip() if isinstance(name, str) else "" for name in names)
    for name in found:
        if not re.fullmatch("[A-Za-z][A-Za-z0-9_]{0,19}", name):
            raise InvalidArgument("weights", "names such as u or w_1", name, "write letters, digits and _, separated by commas")
        if _meaning(name):
            raise InvalidArgument("weights", "names such as u or w_1", name, f"{_meaning(name)}; write another name")
    if len(set(found)) < len(found):
        raise InvalidArgument("weights", "different names", ",".join(found), "name each weight once")
    return tuple(sympy.Symbol(name, positive=True) for name in found)


def shifts(entries: Sequence[object]) -> list[object]:
    """Return the entries of an imbalance, names as positive symbols.

    Raises:
        InvalidArgument: for a name that is none, or that means something: ``lambda``, ``pi``, ``nan``, ``inf``.

    >>> shifts(["0", "lam"])
    ['0', lam]
    """
    found: list[object] = []
    for entry in entries:
        if not isinstance(entry, str) or not entry.strip()[:1].isalpha():
            found.append(entry)
            continue
        name = entry.strip()
        if _meaning(name) or not re.fullmatch("[A-Za-z][A-Za-z0-9_]{0,19}", name):
            why = f"{_meaning(name)}; " if _meaning(name) else ""
            raise InvalidArgument("imbalance", "rationals >= 0 and names such as lam", name, f"{why}write for example 3/2 or lam")
        found.append(sympy.Symbol(name, positive=True))
    return found


def _meaning(name: str) -> str:
    """Return what a word means, which is then no name to choose; empty where it means nothing.

    >>> _meaning("lambda"), _meaning("NaN"), _meaning("lam")
    ('it is a word of Python', 'it is no number', '')
    """
    if keyword.iskeyword(name):
        return "it is a word of Python"
    if name.casefold() == "nan":
        return "it is no number"
    if name.casefold() in ("inf", "infinity", "oo", "zoo"):
        return "it is infinite"
    return "it is a constant" if name in ("pi", "E", "I") else ""


def decay(name: str, alpha: object, examples: Mapping[str, str]) -> decays.Decay:
    """Return the decay of this name: none, decoupled or coupled, with the rate ``alpha``, or a symbol for the word alpha.

    A rate that holds the letter t depends on time, see :mod:`mirrortheory.decays.schedule`.

    Raises:
        InvalidArgument: for an unknown name, a rate without a decay or a decay without a rate, a negative rate.

    >>> decay("decoupled", "1/10", {})
    Decoupled(alpha=1/10)
    >>> decay("decoupled", "1/(1 + t)", {})
    Decoupled(alpha=1/(t + 1))
    """
    if name not in ("none", "decoupled", "coupled"):
        raise InvalidArgument("decay", "none, decoupled or coupled", name, "write one of the three")
    if name == "none":
        if alpha is not None:
            raise InvalidArgument("alpha", "absent without decay", alpha, f"add {examples['decay']}")
        return decays.NoDecay()
    if alpha is None:
        raise InvalidArgument("alpha", "given with a decay", "nothing", f"add for example {examples['alpha']}")
    rate = alpha_symbol if alpha == "alpha" else alpha if decays.is_schedule(alpha) else rational(alpha, "alpha")
    return decays.Decoupled(rate) if name == "decoupled" else decays.Coupled(rate)


def _taken(name: str, option: str) -> str:
    """Return in words what this map takes, and which maps take the option."""
    takers = [other for other in sorted(_REPARAMS) if option in options_of(other)]
    return f"{name} takes {', '.join(options_of(name)) or 'no option'}; {option} is for {', '.join(takers)}"


def _pair(powers: object) -> tuple[object, object]:
    """Return both powers; one alone leaves the other missing."""
    if powers is None:
        return None, None
    if not isinstance(powers, Sequence) or isinstance(powers, str) or len(powers) > 2:
        raise InvalidArgument("powers", "two positive integers", powers, "write for example 2, 3")
    return (*powers, None, None)[:2]
