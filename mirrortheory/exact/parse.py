"""Expressions from text that nobody vouches for.

Python's grammar reads the text, and a walker turns the tree into SymPy: sums, products, powers, the given symbols and the
functions listed here; nothing in the text is run, imported or looked up. SymPy computes numbers at once, so every part
carries a bound on the bits of the numbers that it can turn into, and is refused before SymPy sees it when they are too many. A
function of a constant is enclosed in a ball first: SymPy takes for ever over towers of constants that are not real.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from math import prod

import sympy
from sympy.printing.str import StrPrinter

from mirrortheory.errors import InvalidArgument
from mirrortheory.exact.arb import Ball, ball, precision
from mirrortheory.exact.rationals import rational

MAX_CHARACTERS, MAX_NODES, MAX_DEPTH, MAX_DIGITS, MAX_EXPONENT = 5_000, 500, 100, 50, 64
MAX_BITS, MAX_BITS_UNDER_ROOT = 10_000, 500
FUNCTIONS = (
    *("sqrt", "exp", "log", "abs", "sign", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "sin", "cos", "atan"),
    *("gamma", "LambertW"),
)
_OPERATORS: dict[type[ast.operator], Callable[[sympy.Expr, sympy.Expr], sympy.Expr]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
_GROWING = ("exp", "sinh", "cosh", "gamma")  # an argument of n bits has values of up to 2**n bits
_METHODS = {name: name for name in FUNCTIONS} | {"abs": "__abs__", "Abs": "__abs__", "sign": "sgn", "LambertW": "lambertw"}
_SYMPY = {name: getattr(sympy, {"abs": "Abs"}.get(name, name)) for name in FUNCTIONS}
_FOREIGN = re.compile(r"[^A-Za-z0-9_ +\-*/().,]")
_NUMBER = re.compile(r"(?<![A-Za-z0-9_.])(?:\d|\.\d)(?:[eE][+-]\d|[\w.])*", re.ASCII)
_DECIMAL = re.compile(r"\d*\.?\d*(?:[eE][+-]?\d{1,2})?", re.ASCII)  # a digit comes first, or after the dot
_UNDEFINED = (sympy.zoo, sympy.nan, sympy.oo, -sympy.oo, sympy.I)
_UNREAL = "look for a zero denominator, a root or log of a negative number"
_GRAMMAR = "write numbers, symbols, + - * / **, parentheses and functions of one argument, on one line"


def expression(text: object, symbols: Mapping[str, sympy.Symbol], name: str = "expression") -> sympy.Expr:
    """Return the SymPy expression that ``text`` writes; nothing in the text is executed.

    Args:
        text: one line of ASCII: integers, decimals (0.1 is one tenth), the names in ``symbols``, ``+ - * / **``, ``^`` for
            ``**``, parentheses, and sqrt, exp, log, abs, sign, sinh, cosh, tanh, asinh, acosh, atanh, sin, cos, atan, gamma,
            LambertW of one argument.
        symbols: the real symbol of each name.
        name: how the argument is called in the error message.

    Returns:
        The expression as SymPy evaluates it, free of infinities, undefined constants and the imaginary unit. Where it is
        undefined at some values of the symbols, as 1/x is, is not looked for.

    Raises:
        InvalidArgument: for any other text; beyond 5000 characters, 500 nodes, 100 levels, integers of 50
            digits, exponents of 64; and where numbers of over 10000 bits could come up.

    >>> x = sympy.Symbol("x", real=True)
    >>> expression("sqrt(x**2) + 3/2", {"x": x})
    Abs(x) + 3/2
    >>> expression("-x^2", {"x": x}) == expression("-x**2", {"x": x})
    True
    """
    if not isinstance(text, str):
        raise InvalidArgument(name, "text", text, "write for example '2*x + 1'")
    reader = _Reader(text.strip(" "), symbols, name)
    found, _ = reader.read(reader.tree(), 0)
    if found.has(*_UNDEFINED) or any(map(_is_unreal, found.atoms(sympy.Pow))):
        raise InvalidArgument(name, "real and finite", text, _UNREAL)
    return found


def written(expr: sympy.Basic) -> str:
    """Return an expression as text in the grammar of :func:`expression`.

    Args:
        expr: an expression.

    >>> written(abs(sympy.Symbol("w", real=True)) + sympy.E)
    'abs(w) + exp(1)'
    """
    return str(_Printer().doprint(expr))


class _Printer(StrPrinter):  # type: ignore[misc]  # SymPy is untyped
    def _print_Abs(self, expr: sympy.Expr) -> str:  # noqa: N802
        return f"abs({self._print(expr.args[0])})"

    def _print_Exp1(self, expr: sympy.Expr) -> str:  # noqa: N802
        return "exp(1)"


def _power(base: Ball, exponent: Ball) -> Ball:
    """Enclose a power; an exact zero or an integer needs no logarithm."""
    if base == 0:
        return Ball(0) if exponent > 0 else Ball(1) if exponent == 0 else Ball("nan")
    whole = exponent.unique_fmpz() if exponent.is_exact() else None
    return base**exponent if whole is None else base**whole


def _enclosed(constant: sympy.Expr) -> Ball:
    """Enclose a constant node by node: a compiled function would run code made from the text."""
    if isinstance(constant, sympy.Rational):
        return ball(constant)
    if constant in (sympy.pi, sympy.E):
        return Ball.pi() if constant is sympy.pi else Ball.const_e()
    values = [_enclosed(argument) for argument in constant.args]
    if constant.is_Add or constant.is_Mul:
        return sum(values, Ball(0)) if constant.is_Add else prod(values, start=Ball(1))
    if constant.is_Pow:
        return _power(*values)
    method = _METHODS.get(type(constant).__name__)
    return Ball("nan") if method is None else operator.methodcaller(method)(*values)


def _is_unreal(power: sympy.Pow) -> bool:
    return bool(power.base.is_negative and power.exp.is_Rational and not power.exp.is_Integer)


class _Reader:
    def __init__(self, typed: str, symbols: Mapping[str, sympy.Symbol], name: str) -> None:
        self.typed, self.text, self.symbols, self.name = typed, typed.replace("^", "**"), symbols, name

    def refusal(self, condition: str, where: ast.expr | str, remedy: str) -> InvalidArgument:
        value = ast.get_source_segment(self.text, where) if isinstance(where, ast.expr) else where
        return InvalidArgument(self.name, condition, value, remedy)

    def tree(self) -> ast.expr:
        """Return the syntax tree of a text whose characters, numbers and nodes are within the limits."""
        text = self.text
        if len(text) > MAX_CHARACTERS:
            raise self.refusal(f"text of at most {MAX_CHARACTERS} characters", self.typed, "write a shorter formula")
        foreign = _FOREIGN.search(text)
        if foreign or not text:
            raise self.refusal("a formula", ascii(foreign[0]) if foreign else self.typed, _GRAMMAR)
        for number in _NUMBER.findall(text):
            if len(number) > MAX_DIGITS:
                raise self.refusal(f"free of numbers of over {MAX_DIGITS} digits", number, "write a shorter number")
            if not _DECIMAL.fullmatch(number):
                raise self.refusal("made of numbers and names", number, "write 3/2 or 2*x")
        try:
            tree = ast.parse(text, mode="eval").body
        except (SyntaxError, RecursionError, MemoryError):  # Python's parser raises the last two for deep nesting
            raise self.refusal("a complete formula, not nested deeply", self.typed, _GRAMMAR) from None
        if sum(isinstance(node, ast.expr) for node in ast.walk(tree)) > MAX_NODES:
            raise self.refusal(f"a formula of at most {MAX_NODES} nodes", self.typed, "write a shorter formula")
        return tree

    def read(self, node: ast.expr, depth: int) -> tuple[sympy.Expr, int]:
        """Return an expression and a bound on the bits of the numbers in it and in what SymPy can make of it."""
        if depth > MAX_DEPTH:
            raise self.refusal(f"nested at most {MAX_DEPTH} levels deep", node, "write a flatter formula")
        match node:
            case ast.Constant(value=int(value)) if not isinstance(value, bool):
                return sympy.Integer(value), value.bit_length()
            case ast.Constant(value=float()):
                number = rational(ast.get_source_segment(self.text, node), self.name)
                return number, self.within(number.p.bit_length() + number.q.bit_length(), node)
            case ast.Name(id=name) if name in self.symbols:
                return self.symbols[name], 1
            case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
                found, bits = self.read(operand, depth + 1)
                return (-found if isinstance(node.op, ast.USub) else found), bits
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
                (a, m), (b, n) = self.read(left, depth + 1), self.read(right, depth + 1)
                bits = self.within(self.bits_of_power(m, b, n, node) if isinstance(op, ast.Pow) else m + n, node)
                if isinstance(op, ast.Pow):
                    self.must_be_real(_power, (a, b), node)
                found = _OPERATORS[type(op)](a, b)
                if found.has(*_UNDEFINED):
                    raise self.refusal("real and finite", node, _UNREAL)
                return found, bits
            case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in _SYMPY:
                found, bits = self.read(argument, depth + 1)
                if name == "sqrt":
                    bits = self.bits_of_power(bits, sympy.S.Half, 2, node)
                elif name in _GROWING:
                    bits = self.within(2 ** min(bits, 64), node)
                self.must_be_real(operator.methodcaller(_METHODS[name]), (found,), node)
                return _SYMPY[name](found), bits
            case ast.Call(func=ast.Name(id=name)) if name in _SYMPY:
                raise self.refusal("a formula", node, f"give {name} exactly one argument")
            case ast.Call(func=function):
                raise self.refusal("a formula of known functions", function, f"write one of {', '.join(FUNCTIONS)}")
            case ast.Name():
                known = ", ".join(self.symbols)
                raise self.refusal("a formula in known symbols", node, f"write one of {known:.200}" if known else "write numbers")
        raise self.refusal("a formula", node, _GRAMMAR)

    def bits_of_power(self, bits: int, exponent: sympy.Expr, more: int, node: ast.expr) -> int:
        if exponent.is_Rational and max(abs(exponent.p), exponent.q) > MAX_EXPONENT:
            raise self.refusal(f"free of exponents and roots beyond {MAX_EXPONENT}", node, "write a smaller power")
        if not exponent.is_Integer and bits > MAX_BITS_UNDER_ROOT:
            raise self.refusal(f"free of numbers beyond {MAX_BITS_UNDER_ROOT} bits under roots", node, "write smaller numbers")
        return bits * (max(1, abs(int(exponent.p))) if exponent.is_Rational else 2 ** min(more, 64))

    def must_be_real(self, function: Callable[..., Ball], arguments: tuple[sympy.Expr, ...], node: ast.expr) -> None:
        if not any(argument.free_symbols for argument in arguments):
            with precision(128):
                if not function(*map(_enclosed, arguments)).is_finite():
                    raise self.refusal("real and finite", node, _UNREAL)

    def within(self, bits: int, node: ast.expr) -> int:
        if bits > MAX_BITS:
            raise self.refusal(f"free of numbers beyond {MAX_BITS} bits", node, "write smaller numbers and powers")
        return bits
