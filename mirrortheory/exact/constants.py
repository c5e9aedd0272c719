r"""Constants of integration: letters while a form is derived, and numbers, or names for numbers, in the end.

SymPy works numbers out as soon as it sees them: :math:`(1 + 10^{-300})^{10^6}` has three hundred million digits, and to find the
sign of :math:`e^{-10^8}` it computes a hundred million bits. So a form is derived with a letter for each constant. A number takes
the place of the letter where it is short and stays so under the powers of the form; a :class:`Constant` does elsewhere: a name
whose value SymPy never looks at, and which :class:`~mirrortheory.exact.balls.BallFunction` encloses.

Source: this project.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import sympy

from mirrortheory.errors import NotEvaluable, shown

if TYPE_CHECKING:
    from mirrortheory.exact.arb import Ball

_MOST_BITS_OF_VALUES = 2**17
_MOST_BITS, _MOST_CHARACTERS, _MOST_BITS_OF_POWERS = 256, 50, 4096
_LARGEST_EXPONENT = 100  # of e
_STEEPEST = 64  # as in what people may type (mirrortheory.exact.parse)


class Constant(sympy.NumberSymbol):  # type: ignore[misc]  # SymPy is untyped
    """A positive real number with a name; its value is an expression without symbols, which stays as it is.

    >>> c = Constant("c", sympy.sqrt(2) - 1)
    >>> 2 * c**2, c.is_positive, c.evalf(5)
    (2*c**2, True, 0.41421)
    """

    is_real = True
    is_positive = True
    is_number = True

    def __new__(cls, name: str, value: sympy.Expr) -> Constant:
        found = super().__new__(cls)
        found.name, found.value = name, value
        return found  # type: ignore[no-any-return]

    def __getnewargs__(self) -> tuple[str, sympy.Expr]:
        return self.name, self.value

    def _hashable_content(self) -> tuple[Any, ...]:
        return self.name, self.value

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Constant) and self._hashable_content() == other._hashable_content())

    def __hash__(self) -> int:
        return sympy.Basic.__hash__(self)  # type: ignore[no-any-return]

    def _as_mpf_val(self, bits: int) -> Any:
        man, exponent = accurate(self.value, bits).mid().man_exp()
        return sympy.Float((0, int(man), int(exponent), int(man).bit_length()), precision=bits)._mpf_

    def approximation_interval(self, number_cls: type) -> None:
        """Return nothing: no bounds are known before the value is looked at."""

    def _sympystr(self, printer: Any) -> str:
        return str(self.name)

    def _latex(self, printer: Any) -> str:
        return str(printer.doprint(sympy.Symbol(self.name)))

    def _pythoncode(self, printer: Any) -> str:
        return f"({printer.doprint(self.value)})"

    _mpmathcode = _numpycode = _pythoncode


def placed(forms: Iterable[sympy.Expr], values: Mapping[sympy.Symbol, sympy.Expr]) -> dict[sympy.Symbol, sympy.Expr]:
    """Return what takes the place of each letter in ``forms``: its value where that is short and stays so, else a Constant.

    Args:
        forms: expressions in the letters.
        values: of each letter; positive where it has no symbols.

    >>> c = sympy.Symbol("c", positive=True)
    >>> placed([c**2], {c: sympy.Integer(3)}), placed([c**1000001], {c: sympy.Integer(3)})
    ({c: 3}, {c: c})
    """
    known = [form for form in forms if isinstance(form, sympy.Expr)]
    return {
        letter: value
        if value.free_symbols or is_short(value, _steepest(known, letter))
        else Constant(letter.name.strip("|"), value)
        for letter, value in values.items()
    }


def put_in(form: sympy.Expr, numbers: Mapping[sympy.Symbol, sympy.Expr]) -> sympy.Expr:
    """Return a form with numbers in the place of letters, where e to a sum of logarithms is a product of powers.

    >>> c, y = sympy.Symbol("c", positive=True), sympy.Symbol("y", real=True)
    >>> put_in(sympy.exp(2 * y + 2 * c), {c: (sympy.log(3) + sympy.log(sympy.Rational(5, 4))) / 2})
    15*exp(2*y)/4
    """

    def exponential(argument: sympy.Expr) -> sympy.Expr:
        if argument.free_symbols.isdisjoint(numbers):
            return sympy.exp(argument)
        return sympy.exp(sympy.expand(sympy.expand_log(argument.subs(numbers))))

    return form.replace(sympy.exp, exponential).subs(numbers)


def accurate(constant: sympy.Expr, bits: int) -> Ball:
    """Enclose a constant, which is not 0, to so many bits relative to its size.

    Raises:
        NotEvaluable: when that takes too many digits, or the constant is 0 or has no enclosure.
    """
    from mirrortheory.exact.arb import precision
    from mirrortheory.exact.balls import BallFunction  # which compiles constants

    function, working = BallFunction(constant, ()), bits
    while working < _MOST_BITS_OF_VALUES:
        working *= 2
        with precision(working):
            value = function()
        if value.rel_accuracy_bits() >= bits:
            return value
    raise NotEvaluable(f"no enclosure of {shown(constant)} to {bits} bits")


def is_steep(expr: sympy.Expr) -> bool:
    """Return whether an expression has powers that nobody should multiply out, or roots that would make them.

    Args:
        expr: an expression.

    >>> x = sympy.Symbol("x", positive=True)
    >>> is_steep((x + 1) ** 8), is_steep((x + 1) ** 1000001), is_steep(x ** sympy.Rational(1, 1000))
    (False, True, True)
    """
    exponents = (node.exp for node in expr.atoms(sympy.Pow) if node.exp.is_Rational)
    return any(max(abs(int(e.p)), int(e.q)) > _STEEPEST for e in exponents)


def constants_in(expressions: Iterable[object]) -> list[Constant]:
    """Return the constants in expressions, by name."""
    waiting, found = [expr for expr in expressions if isinstance(expr, sympy.Basic)], set[Constant]()
    while waiting:
        new = waiting.pop().atoms(Constant) - found
        found |= new
        waiting += [c.value for c in new]  # which may have constants in it
    return sorted(found, key=lambda c: (len(c.name), c.name))


def _steepest(forms: Iterable[sympy.Expr], letter: sympy.Symbol) -> int:
    """Return the largest power to which a form may raise a letter, or e to a multiple of its logarithm."""
    exponents = [1]
    for form in forms:
        for node in form.atoms(sympy.Pow, sympy.exp):
            base, exponent = (sympy.E, node.args[0]) if isinstance(node, sympy.exp) else node.args
            # A base with other symbols stays a power when a number takes the place of the letter.
            if exponent.has(letter) and base is not sympy.E and not base.free_symbols - {letter}:
                exponents.append(_MOST_BITS_OF_POWERS)
            elif exponent.has(letter) or (base.has(letter) and len(base.free_symbols) == 1):
                exponents += [abs(int(e.p)) for e in exponent.atoms(sympy.Rational)]
    return max(exponents)


def is_short(value: sympy.Expr, power: int = 1) -> bool:
    """Return whether a number is short as text, and stays so when it is raised to a power.

    Args:
        value: a number.
        power: a positive integer, what it is raised to.

    >>> is_short(sympy.sqrt(2) + 1), is_short(sympy.Integer(3), 1000001), is_short(sympy.exp(10**8))
    (True, False, False)
    """
    bits = sum(int(abs(e.p)).bit_length() + int(e.q).bit_length() for e in sympy.preorder_traversal(value) if e.is_Rational)
    if bits > _MOST_BITS or bits * power > _MOST_BITS_OF_POWERS:
        return False
    for node in value.atoms(sympy.exp):
        if not (node.args[0].is_Rational and abs(node.args[0]) < _LARGEST_EXPONENT):
            return False
    return len(str(value)) <= _MOST_CHARACTERS
