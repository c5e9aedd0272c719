"""A form that is known along a curve only: the object that stands where others have a closed form."""

from __future__ import annotations

from typing import Any, final

import sympy

from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import carlson_rf, decimal, integer
from mirrortheory.potentials.form import Form

_DIGITS = 50  # of a value in the place of x
_MOST_DIGITS = 9998  # two more are worked out
_R_F = sympy.Function("R_F")


@final
class AlongCurve(Form):
    """R'(x), say, without a closed form in x: an expression in the parameter of a curve, with values at every x.

    Not to be confused with a SymPy expression: it is none, but prints, takes numbers and symbols, and evaluates as one does.

    >>> from mirrortheory import Flow, Lq, Product, derive
    >>> found = derive(Flow(Lq(2), Product(3)), imbalance=(0, "1/2", 2)).potential
    >>> found.mirror_map
    R_F(2 + 1/s, 1/2 + 1/s, 1/s) where sqrt(s)*sqrt(s + 1/2)*sqrt(s + 2) = x
    >>> found.mirror_map(1), found.mirror_map.evalf(30, subs={"x": 1})
    (0.5723948160090274, 0.572394816009027441410672079155)
    >>> found.conjugate
    s/2 where R_F(2 + 1/s, 1/2 + 1/s, 1/s) = y
    """

    @property
    def expression(self) -> sympy.Expr:
        """The form in the parameter of the curve: s of a product, y of a potential that is given by x(y)."""
        return self.potential.along_curve(self.quantity)[0]

    @property
    def curve(self) -> sympy.Eq | None:
        """The equation between the parameter and x, or y; None of an integral up to y."""
        return self.potential.along_curve(self.quantity)[1]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AlongCurve) and (self.potential, self.quantity) == (other.potential, other.quantity)

    def __hash__(self) -> int:
        return hash((self.potential, self.quantity))

    def __str__(self) -> str:
        form, curve = (None if part is None else part.replace(carlson_rf, _R_F) for part in (self.expression, self.curve))
        return str(form) if curve is None else f"{form} where {curve.lhs} = {curve.rhs}"

    __repr__ = __str__

    def _latex(self, printer: Any) -> str:
        """Return the LaTeX that ``sympy.latex`` prints."""
        where = "" if self.curve is None else rf" \quad \text{{where}} \quad {printer.doprint(self.curve)}"
        return f"{printer.doprint(self.expression)}{where}"

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {sympy.latex(self)}$"

    def evalf(self, n: int = 15, *, subs: Any = None) -> sympy.Float:
        """Return the value to n digits at the x (or y) that ``subs`` gives, as SymPy's evalf does; by enclosure, so all are right.

        Args:
            n: decimal digits.
            subs: a mapping from x (or y), and from parameters, or their names, to numbers.

        Raises:
            InvalidArgument: without an x, and for n outside 1..9998.
        """
        from mirrortheory.potentials.called import enclosed, refuse_symbols  # which imports the potentials, and they this

        integer(n, "n", 1, _MOST_DIGITS)
        given = {str(symbol): value for symbol, value in dict(subs or {}).items()}
        letter = self.letter.name
        if letter not in given:
            remedy = f"write for example evalf(20, subs={{'{letter}': 1}})"
            raise InvalidArgument("subs", f"numbers for {letter} and for each parameter", given, remedy)
        at = given.pop(letter)
        found = self.potential.subs(given) if given else self.potential
        refuse_symbols(found)
        return sympy.Float(decimal(enclosed(found, at, self.quantity, n + 2), n + 2)["mid"], n)

    def placed(self, value: Any) -> sympy.Float:
        """Return the value at a number, to 50 digits.

        Args:
            value: an exact number, or a double, which is the number that it is.
        """
        return self.evalf(_DIGITS, subs={self.letter: value})
