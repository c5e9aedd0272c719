"""A mirror map that is known along a curve only: the object that stands where others have a closed form in x."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

import sympy

from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import carlson_rf, decimal, integer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_DIGITS = 50  # of a value in the place of x
_MOST_DIGITS = 9998  # two more are worked out
_R_F = sympy.Function("R_F")


@final
@dataclass(frozen=True, repr=False)
class AlongCurve:
    """R'(x) without a closed form in x: an expression in the parameter of a curve, with values at every x.

    Not to be confused with a SymPy expression: it is none, but prints, takes numbers and symbols, and evaluates as one does.

    Attributes:
        potential: whose mirror map it is.

    >>> from mirrortheory import Flow, Lq, Product, derive
    >>> slope = derive(Flow(Lq(2), Product(3)), imbalance=(0, "1/2", 2)).potential.mirror_map
    >>> slope
    R_F(2 + 1/s, 1/2 + 1/s, 1/s) where sqrt(s)*sqrt(s + 1/2)*sqrt(s + 2) = x
    >>> slope(1), slope.evalf(30, subs={"x": 1})
    (0.5723948160090274, 0.572394816009027441410672079155)
    """

    potential: Any

    @property
    def expression(self) -> sympy.Expr:
        """R' in the parameter of the curve: s of a product, y of a potential that is given by x(y)."""
        return self.potential.mirror_map_expression()

    @property
    def curve(self) -> sympy.Eq:
        """The equation between the parameter and x."""
        return self.potential.curve

    def __str__(self) -> str:
        written = self.expression.replace(carlson_rf, _R_F)
        return f"{written} where {self.curve.lhs} = {self.curve.rhs}"

    __repr__ = __str__

    def _latex(self, printer: Any) -> str:
        """Return the LaTeX that ``sympy.latex`` prints."""
        return rf"{printer.doprint(self.expression)} \quad \text{{where}} \quad {printer.doprint(self.curve)}"

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {sympy.latex(self)}$"

    def __call__(self, x: object) -> float | NDArray[np.float64]:
        """Return R'(x) as a double, or an array of them; see :func:`mirrortheory.potentials.called.called`."""
        from mirrortheory.potentials.called import called  # which imports the potentials, and they this

        return called(self.potential, x, "mirror_map")

    def evalf(self, n: int = 15, *, subs: Any = None) -> sympy.Float:
        """Return R'(x) to n digits at the x that ``subs`` gives, as SymPy's evalf does; every digit is right, by enclosure.

        Raises:
            InvalidArgument: without an x, and for n outside 1..9998.
        """
        from mirrortheory.potentials.called import enclosed, refuse_symbols

        integer(n, "n", 1, _MOST_DIGITS)
        given = {str(symbol): value for symbol, value in dict(subs or {}).items()}
        if "x" not in given:
            remedy = "write for example evalf(20, subs={'x': 1})"
            raise InvalidArgument("subs", "numbers for x and for each parameter", given, remedy)
        x = given.pop("x")
        found = self.potential.subs(given) if given else self.potential
        refuse_symbols(found)
        return sympy.Float(decimal(enclosed(found, x, "mirror_map", n + 2), n + 2)["mid"], n)

    def subs(self, replacements: Any, value: object = None) -> Any:
        """Put a number for x, which gives R' there to 50 digits, or expressions for parameters, which gives another mirror map.

        Raises:
            InvalidArgument: for symbols that do not occur; names count, not assumptions.
        """
        given = pairs(replacements, value)
        x = [new for old, new in given.items() if str(old) == "x"]
        rest = {old: new for old, new in given.items() if str(old) != "x"}
        found = self.potential.subs(rest).mirror_map if rest or not x else self
        if not x:
            return found
        return found.evalf(_DIGITS, subs={"x": x[0]}) if isinstance(found, AlongCurve) else found.subs(self.potential.symbol, x[0])


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
