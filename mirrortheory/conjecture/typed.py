"""Formulas and conditions as people type them, and back.

What is typed is first written in the grammar of :func:`mirrortheory.exact.expression`, which alone makes expressions of text:
bars become ``abs(..)``, ``^`` becomes ``**``, braces become parentheses, ``w_1`` becomes ``w1`` where that is a letter, and what
stands side by side is multiplied. After a division it is not, as ``a/b c`` is read in two ways.

>>> plain("|w_1|^q |w_2|^{-q}", ["w1", "w2", "q"], "formula")
'abs(w1)**q *abs(w2)**(-q)'
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import sympy
from sympy.core.relational import Relational

from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import expression, written
from mirrortheory.exact.parse import FUNCTIONS
from mirrortheory.theory import SLOPE

SLOPE_NAME = "slope"  # f' is no name
_TOKEN = re.compile(r"\s+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[A-Za-z]\w*|\*\*|.", re.ASCII | re.DOTALL)
_ALIASES = {"Abs": "abs", "sgn": "sign", "ln": "log"}
_RELATIONS: dict[str, type[Relational]] = {"<=": sympy.Le, ">=": sympy.Ge, "!=": sympy.Ne, "<": sympy.Lt, ">": sympy.Gt}
_SPLIT = re.compile(r"(<=|>=|!=|==|=|<|>)")

Letters = Mapping[str, sympy.Symbol]
Condition = tuple[type[Relational], sympy.Expr, sympy.Expr]


def formula(text: object, letters: Letters, name: str) -> sympy.Expr:
    """Return the expression that is typed, in the given letters; nothing in the text is run.

    Raises:
        InvalidArgument: for what is no formula, with what to write instead.

    >>> w1, w2 = sympy.symbols("w1 w2", real=True)
    >>> formula("2|w_1|^2 w_2", {"w1": w1, "w2": w2}, "formula")
    2*w1**2*w2
    """
    if not isinstance(text, str):
        raise InvalidArgument(name, "text", text, "write for example 'abs(w1)**2 - abs(w2)**2'")
    if _SPLIT.search(text):
        remedy = "state what it equals by --equals, what bounds it by --at-most, and where it holds by --where"
        raise InvalidArgument(name, "a formula, without a relation", text, remedy)
    return expression(plain(text, letters, name), letters, name)


def conditions(text: object, letters: Letters, name: str = "where") -> list[Condition]:
    """Return the relations that are typed, separated by commas or ``and``; chains such as ``0 < x < 1`` are two.

    Raises:
        InvalidArgument: for what is no relation, and for an equality, which leaves no point to look at.

    >>> x = sympy.Symbol("x", real=True)
    >>> [(relation.__name__, *sides) for relation, *sides in conditions("0 < x < 1", {"x": x})]
    [('StrictLessThan', 0, x), ('StrictLessThan', x, 1)]
    """
    if not isinstance(text, str):
        raise InvalidArgument(name, "text", text, "write for example 'w1 > w2'")
    found: list[Condition] = []
    for part in re.split(r",|\band\b", text):
        first, *rest = _SPLIT.split(part)
        if not rest:
            raise InvalidArgument(name, "a relation with <, <=, >, >= or !=", part, "write for example 'w1 > w2'")
        sides = [formula(side, letters, name) for side in (first, *rest[1::2])]
        for place, sign in enumerate(rest[::2]):
            if sign not in _RELATIONS:
                remedy = "put the value into the formula; of q and alpha, give it by --q or --alpha"
                raise InvalidArgument(name, "free of equalities", part, remedy)
            found.append((_RELATIONS[sign], sides[place], sides[place + 1]))
    return found


def typed(expr: sympy.Basic) -> str:
    """Return an expression as it can be typed again.

    >>> typed(-SLOPE * sympy.Symbol("w", real=True))
    '-slope*w'
    """
    return written(expr.xreplace({SLOPE: sympy.Symbol(SLOPE_NAME, real=True)}))


@dataclass
class _Level:
    """What is open around a token: a bracket or a bar, and whether a division came last in it."""

    opened: str
    divides: bool = False


@dataclass
class _Text:
    """A text being written: its parts, what is open, and the last token but blanks ('' at the start)."""

    letters: Collection[str]
    name: str
    text: str
    parts: list[str] = field(default_factory=list)
    levels: list[_Level] = field(default_factory=lambda: [_Level("")])
    last: str = ""
    operand: bool = False  # whether the last token ends an operand

    def refusal(self, condition: str, remedy: str) -> InvalidArgument:
        return InvalidArgument(self.name, condition, self.text, remedy)

    def beside(self, token: str) -> None:
        """Write a product where an operand begins right after another one."""
        called = token == "(" and (self.last in FUNCTIONS or (_is_name(self.last) and self.last not in self.letters))
        if not self.operand or called or self.last in FUNCTIONS or token[0].isdigit() or token[0] == ".":
            return  # a call, or what the parser refuses
        if self.levels[-1].divides:
            raise self.refusal("a formula with * or parentheses after a division", f"write * before {token}, or a/(b*c)")
        self.parts.append("*")

    def open(self, token: str) -> None:
        bracket = "(" if token != "|" else "|"
        self.beside("(")
        self.parts.append("(" if bracket == "(" else "abs(")
        self.levels.append(_Level(bracket))
        self.last, self.operand = "(", False

    def close(self, token: str) -> None:
        wanted = "|" if token == "|" else "("
        if self.levels[-1].opened != wanted:
            raise self.refusal("a formula with each bar and bracket closed", "write abs(..) in place of bars")
        self.levels.pop()
        self.parts.append(")")
        self.last, self.operand = ")", True

    def operator(self, token: str) -> None:
        if self.last != "**" and token in "+-*/":  # a sign in an exponent is no end of a division
            self.levels[-1].divides = token == "/"
        self.parts.append(token)
        self.last, self.operand = token, False

    def name_or_number(self, token: str) -> None:
        if self.last in FUNCTIONS:
            raise self.refusal("a formula with parentheses around what a function is of", f"write {self.last}({token})")
        if keyword.iskeyword(token) and token not in self.letters:  # to the parser it is no name
            raise InvalidArgument(self.name, "a formula in known symbols", token, f"write one of {', '.join(self.letters)}")
        if _is_name(token) and token not in self.letters:
            joined = token.replace("_", "")
            token = joined if joined in self.letters else _ALIASES.get(token, token)
        self.beside(token)
        self.parts.append(token)
        self.last, self.operand = token, True


def plain(text: str, letters: Collection[str], name: str) -> str:
    """Return what is typed in the grammar of the parser.

    Args:
        text: a formula as one types it.
        letters: the names that it may hold.
        name: what the text is called in messages.

    Raises:
        InvalidArgument: for bars and brackets that are not closed, and for a product without a sign after a division.
    """
    found = _Text(letters, name, text)
    for token in _TOKEN.findall(text.replace("^", "**")):
        if token.isspace():
            found.parts.append(token)
        elif token in ("(", "{") or (token == "|" and not (found.operand and found.levels[-1].opened == "|")):
            found.open(token)
        elif token in (")", "}", "|"):
            found.close(token)
        elif token.strip(".")[:1].isalnum():
            found.name_or_number(token)
        else:
            found.operator(token)
    if len(found.levels) > 1:
        raise found.refusal("a formula with each bar and bracket closed", "write abs(..) in place of bars")
    return "".join(found.parts)


def _is_name(token: str) -> bool:
    return bool(re.match("[A-Za-z]", token)) and token not in FUNCTIONS
