"""A closed form as a person holds it: a SymPy expression, but for its letters, which go by their names."""

from __future__ import annotations

from types import MethodType
from typing import Any, final

import sympy

from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import as_expression, rational
from mirrortheory.potentials.form import IN_Y, Form, harmless, own_letters, pairs

_LOOKED_AT = 5  # digits
_ODD = ("mirror_map", "inverse_mirror_map")


def _passed(name: str) -> Any:
    """Return a special method that is the one of the expression: Python looks them up in the class."""

    def passed(self: ClosedForm, *arguments: Any) -> Any:
        return getattr(self.expression, name)(*arguments)

    return passed


def _printed(self: ClosedForm, printer: Any, *arguments: Any) -> Any:
    return printer._print(self.expression, *arguments)


@final
class ClosedForm(Form):
    """R'(x), say, as an expression in x: SymPy takes it for one, in sums, in its functions and when it prints.

    Its own methods take x, and each parameter, by name: SymPy takes ``Symbol("x")`` for another letter than our
    ``Symbol("x", positive=True)``, and then changes nothing and says nothing. ``subs`` refuses what does not occur. What is
    computed from it, also by a method, is a plain expression again.

    Not to be confused with its :attr:`expression`, the plain one, which the potential holds as ``closed_mirror_map``.

    >>> from mirrortheory import Flow, Lq, Product, derive
    >>> slope = derive(Flow(Lq(2), Product(2)), imbalance=(0, 3)).potential.mirror_map
    >>> slope, slope == sympy.asinh(2 * slope.letter / 3) / 2
    (asinh(2*x/3)/2, True)
    >>> slope.subs(sympy.Symbol("x"), 1), slope.diff("x"), slope(1)
    (asinh(2/3)/2, 1/(3*sqrt(4*x**2/9 + 1)), 0.31257255862520833)
    """

    @property
    def expression(self) -> sympy.Expr:
        """The plain SymPy expression."""
        return getattr(self.potential, f"closed_{self.quantity}")

    def placed(self, value: Any) -> sympy.Expr:
        """Return the expression with a value for its letter; at a number it is the form's value there, on both sides of 0.

        Args:
            value: a real number; or an expression, which must be positive where the letter is.

        Raises:
            InvalidArgument: for text, for no finite real number, and for a number outside of the region or the dual domain.
        """
        from mirrortheory.potentials.called import enclosed  # which imports the potentials, and they this

        name = self.letter.name
        value = rational(value, name) if isinstance(value, str) else as_expression(value, name)
        if not value.is_number:
            return self.expression.subs(self.letter, value)
        if value.is_extended_real is False or value.is_finite is False or value is sympy.nan:
            raise InvalidArgument(name, "a finite real number", value, "write for example 1/2")
        if isinstance(value, sympy.Rational | sympy.Float) and value != 0 and not self.potential.parameters:
            enclosed(self.potential, value, self.quantity, _LOOKED_AT)  # which refuses what lies outside
        if not (value.is_negative and self._is_mirrored):
            return self.expression.subs(self.letter, value)
        found = self.expression.subs(self.letter, -value)
        return -found if self.quantity in _ODD else found

    def everywhere(self) -> sympy.Expr:
        """Return the expression in a real letter, on both sides of 0: of a product by R(-x) = R(x)."""
        if not self._is_mirrored:
            return self.expression
        real = sympy.Symbol(self.letter.name, real=True)
        found = self.expression.subs(self.letter, abs(real))
        return sympy.sign(real) * found if self.quantity in _ODD else found

    @property
    def _is_mirrored(self) -> bool:
        """Whether the expression holds on one side of 0, and tells what is on the other: x(y) does where R'(0) = 0."""
        from mirrortheory.potentials.potential import Normalisation  # which imports the forms

        if not getattr(self.potential, "even", False):
            return False
        return self.quantity not in IN_Y or self.potential.normalisation is Normalisation.ORIGIN

    def subs(self, replacements: Any, value: object = None, **hints: Any) -> Any:
        """Put values for letters, as :meth:`Form.subs` does; for a part of the expression that is no letter, as SymPy does.

        Args:
            replacements: a mapping from symbols or their names, or pairs; or one symbol or name, with its ``value``.
            value: what to put for the one symbol.
            hints: those of SymPy, such as ``simultaneous``; the result is then a plain expression.

        Raises:
            InvalidArgument: for letters that do not occur, and those of :meth:`Form.subs`.
        """
        given = self._own({old: harmless(new) for old, new in pairs(replacements, value).items()})
        strange = {s.name for old in given if isinstance(old, sympy.Basic) for s in old.free_symbols} - set(self._letters)
        if not strange and (hints or any(isinstance(old, sympy.Basic) and not old.is_Symbol for old in given)):
            return self.expression.subs(given, **hints)
        return super().subs(given)

    def xreplace(self, rule: Any) -> sympy.Expr:
        """Put expressions for parts, exactly those, but for letters, which go by names; see SymPy's ``xreplace``.

        Args:
            rule: a mapping from parts, or names of letters, to what is put there.
        """
        return self.expression.xreplace(self._own(rule))

    def replace(self, query: Any, value: Any, *arguments: Any, **hints: Any) -> Any:
        """Put ``value`` for what matches, but for letters, which go by names; see SymPy's ``replace``.

        Args:
            query: what is looked for, or the name of a letter.
            value: what is put there.
            arguments, hints: the others of SymPy's.
        """
        return self.expression.replace(self._own(query), value, *arguments, **hints)

    @property
    def _letters(self) -> dict[str, sympy.Symbol]:
        letters = {symbol.name: symbol for symbol in (*self.potential.parameters, *self.expression.free_symbols)}
        return letters | {self.letter.name: self.letter}

    def _own(self, argument: Any) -> Any:
        return own_letters(argument, self._letters)

    def __getattr__(self, name: str) -> Any:
        """Return what the expression has, its methods with letters that go by names."""
        if name.startswith("_"):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        found = getattr(self.expression, name)
        if not isinstance(found, MethodType):
            return found
        return lambda *given, **hints: found(*self._own(given), **{name: self._own(hint) for name, hint in hints.items()})

    def __dir__(self) -> list[str]:
        """Return the names that a prompt completes: its own, and those of the expression."""
        return sorted({*super().__dir__(), *(name for name in dir(self.expression) if not name.startswith("_"))})

    def __eq__(self, other: object) -> bool:
        return bool(self.expression == other)

    def __hash__(self) -> int:
        return hash(self.expression)

    def __str__(self) -> str:
        return str(self.expression)

    __repr__ = __str__

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {sympy.latex(self.expression)}$"

    def _sympy_(self) -> sympy.Expr:
        return self.expression

    _latex = _pretty = _sympystr = _sympyrepr = _mathml_content = _mathml_presentation = _printed
    __add__, __radd__, __sub__, __rsub__ = map(_passed, ("__add__", "__radd__", "__sub__", "__rsub__"))
    __mul__, __rmul__, __truediv__, __rtruediv__ = map(_passed, ("__mul__", "__rmul__", "__truediv__", "__rtruediv__"))
    __pow__, __rpow__, __neg__, __pos__, __abs__ = map(_passed, ("__pow__", "__rpow__", "__neg__", "__pos__", "__abs__"))
    __lt__, __le__, __gt__, __ge__ = map(_passed, ("__lt__", "__le__", "__gt__", "__ge__"))
    __float__, __complex__, __int__ = map(_passed, ("__float__", "__complex__", "__int__"))
