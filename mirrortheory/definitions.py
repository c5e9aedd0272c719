r"""Statements as they are defined: derivatives, substitutions and named expressions that are worked out only when examined.

``sympy.Derivative(e, w)`` and :func:`at` (a ``sympy.Subs``) stay as they are in a statement and in its certificate, whose kernel
differentiates and substitutes itself. SymPy works them out here, for the examination.

A derivative exists where its expression is defined and no :math:`|u|`, :math:`\operatorname{sign} u` or :math:`u^r` (r no
integer) in it has :math:`u = 0`. A substitution exists where its values are defined.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy

from mirrortheory.errors import InvalidArgument, NotEvaluable, shown
from mirrortheory.exact import as_expression, partial_parts, replaced


@dataclass(frozen=True)
class Worked:
    """An expression without derivatives and definitions, and what must not vanish, or be defined, for it to be what was meant.

    Attributes:
        expr: the expression.
        nonzero: what must not vanish.
        defined: what must be defined.
    """

    expr: sympy.Expr
    nonzero: tuple[sympy.Expr, ...] = ()
    defined: tuple[sympy.Expr, ...] = ()

    @property
    def where_defined(self) -> sympy.Expr:
        """The expression plus 0 times what must be defined, unevaluated: it has a value only where that has."""
        return (
            sympy.Add(self.expr, *(sympy.Mul(0, e, evaluate=False) for e in self.defined), evaluate=False)
            if self.defined
            else self.expr
        )


class _Meant:
    """SymPy's calculus on an expression that is worked out later: on what it stands for."""

    def _eval_derivative(self, letter: sympy.Symbol) -> sympy.Expr:
        return sympy.diff(self.doit(), letter)  # type: ignore[attr-defined]

    def _eval_derivative_n_times(self, letter: sympy.Symbol, n: sympy.Expr) -> sympy.Expr:
        return sympy.diff(self.doit(), letter, n)  # type: ignore[attr-defined]

    def _eval_as_leading_term(self, x: sympy.Symbol, **hints: Any) -> sympy.Expr:
        return self.doit().as_leading_term(x, **hints)  # type: ignore[attr-defined]

    def _eval_nseries(self, x: sympy.Symbol, n: int, **hints: Any) -> sympy.Expr:
        return self.doit()._eval_nseries(x, n, **hints)  # type: ignore[attr-defined]

    def _eval_subs(self, old: sympy.Basic, new: sympy.Basic) -> sympy.Expr:
        return self._xreplace({old: new})[0]  # type: ignore[attr-defined]


class Defined(_Meant, sympy.Expr):  # type: ignore[misc]  # SymPy is untyped
    """A real expression that stands for its meaning, which it keeps until it is worked out.

    Its meaning is its one argument, so SymPy sees the letters in it; what SymPy makes of another argument has no name.
    """

    is_extended_real = True
    is_commutative = True
    is_number = False

    @abstractmethod
    def worked(self) -> Worked:
        """Return what it stands for."""

    @property
    def func(self) -> Callable[[sympy.Expr], sympy.Expr]:
        """What makes an expression of its meaning: nothing."""
        return lambda meaning: meaning

    @property
    def free_symbols(self) -> set[sympy.Symbol]:
        """The symbols of what it stands for."""
        found: set[sympy.Symbol] = self.worked().expr.free_symbols
        return found

    def doit(self, **hints: Any) -> sympy.Expr:
        """Return what it stands for, worked out."""
        return self.worked().expr

    def _xreplace(self, rule: Mapping[sympy.Basic, sympy.Basic]) -> tuple[sympy.Basic, bool]:
        if self in rule:
            return rule[self], True
        if not isinstance(rule, Mapping):  # a rule of SymPy's simplification
            return self.doit().xreplace(rule), True
        found = {old: new for old, new in rule.items() if old in self.free_symbols}
        return (at(self, found), True) if found else (self, False)


class Named(Defined):
    """A name for an expression: written once in a certificate, and shown by its name.

    >>> x = sympy.Symbol("x", real=True)
    >>> potential = Named("R", x**2 / 2)
    >>> sympy.Derivative(potential, x), sympy.Derivative(potential, x).doit()
    (Derivative(R, x), x)
    """

    def __new__(cls, name: str, meaning: sympy.Expr) -> Named:
        found = super().__new__(cls, as_expression(meaning, "meaning"))
        found.name, found.meaning = name, found.args[0]
        return found  # type: ignore[no-any-return]

    def __getnewargs__(self) -> tuple[str, sympy.Expr]:
        return self.name, self.meaning

    def _hashable_content(self) -> tuple[Any, ...]:
        return self.name, self.meaning

    def _sympystr(self, printer: Any) -> str:
        return str(self.name)

    _latex = _sympystr

    def worked(self) -> Worked:
        return self._worked

    @cached_property
    def _worked(self) -> Worked:  # once: SymPy asks for its letters at every turn
        return work_out(self.meaning)


class Placed(_Meant, sympy.Subs):  # type: ignore[misc]  # SymPy is untyped
    """An expression with values put in for symbols at once, equal only to the same one.

    SymPy's own class calls two equal when letters with equal values change places, and so d/dx - d/dy at x = y = 0 nothing; it
    puts values in one after another, also into each other; and it takes a letter that is put in for one that is bound.
    """

    def __new__(cls, expr: sympy.Expr, letters: Sequence[sympy.Symbol], values: Sequence[sympy.Expr]) -> Placed:
        return sympy.Expr.__new__(cls, expr, sympy.Tuple(*letters), sympy.Tuple(*values))  # type: ignore[no-any-return]

    def _hashable_content(self) -> tuple[Any, ...]:
        return tuple(self.args)

    def doit(self, **hints: Any) -> sympy.Expr:
        """Return it worked out."""
        return work_out(self).expr

    def _xreplace(self, rule: Mapping[sympy.Basic, sympy.Basic]) -> tuple[sympy.Basic, bool]:
        if self in rule:
            return rule[self], True
        if not (isinstance(rule, Mapping) and all(isinstance(old, sympy.Symbol) for old in rule)):
            return self.doit().xreplace(rule), True  # what is replaced may hold letters that are bound
        free = {old: new for old, new in rule.items() if old in self.free_symbols}
        values = {letter: value.xreplace(free) for letter, value in zip(self.args[1], self.args[2], strict=True)}
        kept = {old: new for old, new in free.items() if old in self.args[0].free_symbols and old not in values}
        return (at(self.args[0], values | kept), True) if free else (self, False)


def at(expr: sympy.Expr, values: Mapping[sympy.Symbol, object]) -> sympy.Expr:
    """Return ``expr`` with values put in for symbols at once, as it is defined: nothing is substituted yet.

    >>> x, y = sympy.symbols("x y")
    >>> work_out(at(sympy.Derivative(x**2 * y, x), {x: y, y: 3})).expr
    6*y
    """
    expr = as_expression(expr, "expr")  # a form of a potential, say
    found = {letter: as_expression(value, "value") for letter, value in values.items()}
    if isinstance(expr, sympy.Subs):  # SymPy would run the two into one; the values of the first are taken at those of the second
        found |= {letter: at(value, found) for letter, value in zip(expr.args[1], expr.args[2], strict=True)}
        expr = expr.args[0]
    return Placed(expr, tuple(found), tuple(found.values())) if found else expr


def work_out(expr: sympy.Expr) -> Worked:
    """Differentiate, substitute and put in what is defined.

    Raises:
        InvalidArgument: for a value at which a symbol is not what it is declared to be.
        NotEvaluable: for a derivative of Max, Min or Piecewise, which are not differentiable somewhere.

    >>> x = sympy.Symbol("x", real=True)
    >>> work_out(sympy.Derivative(abs(x), x))
    Worked(expr=sign(x), nonzero=(x,), defined=())
    """
    if not expr.has(sympy.Derivative, sympy.Subs, Defined):
        return Worked(expr)
    if isinstance(expr, Defined):
        return expr.worked()
    if isinstance(expr, sympy.Derivative):
        found = work_out(expr.expr)
        for letter in expr.variables:
            found = differentiated(found, letter)
        return found
    if isinstance(expr, sympy.Subs):
        inner, values = work_out(expr.args[0]), [work_out(v) for v in expr.args[2]]
        for letter, value in zip(expr.args[1], values, strict=True):
            _must_fit(letter, value.expr)
        rule = dict(zip(expr.args[1], (v.expr for v in values), strict=True))
        defined = (*inner.defined, *partial_parts(inner.expr))
        return Worked(
            inner.expr.xreplace(rule),
            _all((e.xreplace(rule) for e in inner.nonzero), *(v.nonzero for v in values)),
            _all((replaced(e, rule) for e in defined), *(partial_parts(v.expr) for v in values), *(v.defined for v in values)),
        )
    parts = [work_out(e) for e in expr.args]
    nonzero, defined = _all(*(p.nonzero for p in parts)), _all(*(p.defined for p in parts))
    if isinstance(expr, sympy.Add | sympy.Mul):  # unevaluated: what cancels may be undefined
        return Worked(expr.func(*(p.expr for p in parts), evaluate=False), nonzero, defined)
    changed = (partial_parts(p.expr) for p, e in zip(parts, expr.args, strict=True) if p.expr != e)
    return Worked(expr.func(*(p.expr for p in parts)), nonzero, _all(defined, *changed))  # exp(log(x)) is x, and undefined below 0


_REAL = sympy.Symbol("x", real=True).assumptions0
_WORDS = ("positive", "negative", "nonnegative", "nonpositive", "nonzero", "even", "odd", "integer")


def _must_fit(letter: sympy.Symbol, value: sympy.Expr) -> None:
    """Refuse a value outside what a symbol is declared to be: SymPy has used the declaration already."""
    declared = {name: truth for name, truth in letter.assumptions0.items() if _REAL.get(name) is not truth}
    unmet = [name for name, truth in declared.items() if getattr(value, f"is_{name}") is not truth]
    if unmet:
        words = next((name for name in _WORDS if name in unmet), unmet[0])
        words = words if declared[words] else f"not {words}"
        remedy = "declare the symbol real=True, or the value as such"
        raise InvalidArgument(f"value of {letter}", f"{words}, as the symbol is declared", shown(value), remedy)


def differentiated(found: Worked, letter: sympy.Symbol) -> Worked:
    """Return the derivative of what was worked out, which must be defined and not have a kink there.

    Args:
        found: what was worked out.
        letter: the symbol in which to differentiate.
    """
    kinks = _kinks(found.expr, letter)
    slope = sympy.diff(found.expr, letter).replace(sympy.DiracDelta, lambda *of: sympy.S.Zero)  # sign' = 0 off the kinks
    return Worked(slope, _all(found.nonzero, kinks), _all(found.defined, partial_parts(found.expr)))


def _kinks(expr: sympy.Expr, letter: sympy.Symbol) -> Iterator[sympy.Expr]:
    parts = [part for part in expr.atoms(sympy.Abs, sympy.sign, sympy.Pow) if not (part.is_Pow and part.exp.is_Integer)]
    yield from (part.args[0] for part in sorted((p for p in parts if p.args[0].has(letter)), key=str))
    for part in expr.atoms(sympy.Max, sympy.Min, sympy.Piecewise):
        if part.has(letter):
            raise NotEvaluable(f"the derivative of {shown(part)} in {letter} has no place in a statement; state it piece by piece")


def _all(*needs: Any) -> tuple[sympy.Expr, ...]:
    return tuple(dict.fromkeys(e for group in needs for e in group))
