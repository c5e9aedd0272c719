"""Open intervals of one variable from text such as ``0 < x < 1``, or from a SymPy set."""

from __future__ import annotations

import re

import sympy

from mirrortheory.errors import InvalidArgument
from mirrortheory.exact.order import compare
from mirrortheory.exact.parse import expression

_INFINITE = {"oo": sympy.oo, "+oo": sympy.oo, "-oo": -sympy.oo, "inf": sympy.oo, "-inf": -sympy.oo}


def interval(domain: object, letter: str, name: str = "domain") -> tuple[sympy.Expr, sympy.Expr]:
    """Return the ends of an interval, in increasing order; its interior is meant, whether or not the ends belong to it.

    Args:
        domain: ``R``, text such as ``x > 0``, ``x <= 5/2`` or ``-1 < x < pi/2``, or a SymPy ``Interval``.
        letter: the variable in the text.
        name: how the argument is called in the error message.

    Raises:
        InvalidArgument: for anything else, or an interval without interior.

    >>> interval("0 < x <= sqrt(2)", "x"), interval("x > 0", "x"), interval("R", "x")
    ((0, sqrt(2)), (0, oo), (-oo, oo))
    """
    if isinstance(domain, str):
        low, high = _from_text(domain, letter, name)
    elif isinstance(domain, sympy.Interval):
        low, high = domain.inf, domain.sup
    else:
        raise InvalidArgument(name, "an interval", domain, f"write for example '{letter} > 0', or a SymPy Interval")
    if compare(low, high) >= 0:
        raise InvalidArgument(name, "an interval with more than one point", domain, f"write for example '0 < {letter} < 1'")
    return low, high


def _from_text(text: str, letter: str, name: str) -> tuple[sympy.Expr, sympy.Expr]:
    if text.strip() in ("R", f"{letter} in R"):
        return -sympy.oo, sympy.oo
    parts = [part.strip() for part in re.split("[<>]=?", text)]
    signs = {sign[0] for sign in re.findall("[<>]=?", text)}
    place = 1 if len(parts) == 3 else parts.index(letter) if len(parts) == 2 and letter in parts else None
    if place is None or len(signs) != 1 or parts[place] != letter or parts.count(letter) != 1:
        raise InvalidArgument(name, "an interval", text, f"write for example '{letter} > 0', '-1 < {letter} < 1' or R")
    if signs == {">"}:
        parts, place = parts[::-1], len(parts) - 1 - place
    ends = [_INFINITE[part] if part in _INFINITE else expression(part, {"pi": sympy.pi}, name) for part in parts if part != letter]
    if len(ends) == 1:
        return (-sympy.oo, ends[0]) if place == 0 else (ends[0], sympy.oo)
    return ends[0], ends[1]
