"""A form of a potential, such as R'(x), as a person holds it: it is called, and takes numbers for its letters by their names."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sympy

from mirrortheory.errors import InvalidArgument

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_HARMLESS = re.compile(r"[A-Za-z_]\w*|[+-]|\+-|-?\d+([./]\d+)?")
IN_Y = ("inverse_mirror_map", "conjugate")


@dataclass(frozen=True, repr=False, eq=False)
class Form(ABC):
    """R, R', R'', x(y) or R*(y) of a potential.

    Attributes:
        potential: whose form it is.
        quantity: potential, mirror_map, hessian, inverse_mirror_map or conjugate.
    """

    potential: Any
    quantity: str

    @property
    def letter(self) -> sympy.Symbol:
        """What the form is a function of: the symbol of x, or that of y."""
        from mirrortheory.potentials.potential import Y  # which imports this

        return Y if self.quantity in IN_Y else self.potential.symbol

    def __call__(self, at: object) -> float | NDArray[np.float64]:
        """Return the value as a double, or an array of them; see :func:`mirrortheory.potentials.called.called`.

        Args:
            at: x (or y): a number, exact or a double, or many.
        """
        from mirrortheory.potentials.called import called  # which imports the potentials, and they this

        return called(self.potential, at, self.quantity)

    def subs(self, replacements: Any, value: object = None) -> Any:
        """Put a value for x (or y), which gives what stands there, or values for parameters, which gives the form with them.

        Args:
            replacements: a mapping from symbols or their names, or pairs; or one symbol or name, with its ``value``.
            value: what to put for the one symbol.

        Raises:
            InvalidArgument: for symbols that do not occur (names count, not assumptions), and for values that the potential
                does not take for its parameters; see its ``subs``.
        """
        given = pairs(replacements, value)
        known = [self.letter.name, *(symbol.name for symbol in self.potential.parameters)]
        for old in given:
            if str(old) not in known:
                condition = f"for {', '.join(known)}"
                raise InvalidArgument("replacements", condition, old, "write a symbol that occurs")
        places = [new for old, new in given.items() if str(old) == self.letter.name]
        rest = {old: new for old, new in given.items() if str(old) != self.letter.name}
        found = getattr(self.potential.subs(rest), self.quantity) if rest else self
        return found.placed(places[-1]) if places else found

    @abstractmethod
    def placed(self, value: Any) -> sympy.Expr:
        """Return the form with a value for its letter.

        Args:
            value: a number; or an expression, where the form is closed.
        """


def pairs(replacements: Any, value: object) -> dict[Any, object]:
    """Return what SymPy's ``subs`` takes, a mapping, a list of pairs, or an old and a new one, as a mapping.

    >>> pairs("lambda", 3), pairs([("lambda", 3)], None)
    ({'lambda': 3}, {'lambda': 3})
    """
    if value is not None:
        return {replacements: value}
    try:
        return dict(replacements)
    except (TypeError, ValueError):
        remedy = "write for example {'lambda': 3}"
        raise InvalidArgument("replacements", "a mapping from symbols or names to values", replacements, remedy) from None


def own_letters(argument: Any, own: Mapping[str, sympy.Symbol]) -> Any:
    """Return what a method of SymPy is given, with our letter for each symbol, and for each text, that has its name.

    Of a mapping the keys alone are looked at: what is put for a letter may be a symbol of the same name.

    >>> x = sympy.Symbol("x", positive=True)
    >>> own_letters((sympy.Symbol("x"), 2), {"x": x})[0] == x
    True
    """
    if isinstance(argument, str):
        return own.get(argument, harmless(argument))
    if isinstance(argument, sympy.Basic):
        return argument.xreplace({s: own[s.name] for s in argument.atoms(sympy.Symbol) if s.name in own})
    if isinstance(argument, Mapping):
        return {own_letters(old, own): harmless(new) for old, new in argument.items()}
    if isinstance(argument, tuple | list | set):
        return type(argument)(own_letters(each, own) for each in argument)
    return argument


def harmless(argument: Any) -> Any:
    """Return what SymPy is given, unless it is a text that SymPy would evaluate as code.

    Raises:
        InvalidArgument: for text that is no number, no name and no direction such as "+".

    >>> harmless("1/2"), harmless("lambda"), harmless(2.5)
    ('1/2', 'lambda', 2.5)
    """
    if isinstance(argument, str) and not _HARMLESS.fullmatch(argument):
        raise InvalidArgument("argument", "no text but a number or a name", argument, "write a SymPy expression")
    return argument
