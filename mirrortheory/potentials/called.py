"""A mirror potential called as a function: doubles of R(x) or R'(x) for the numbers that a person types, one or an array of them.

Each value is enclosed by :func:`~mirrortheory.potentials.numeric.values` to twenty digits and then rounded to a double, which takes
some milliseconds. For millions of values take the code that ``derive --format numpy`` writes.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from numbers import Integral
from typing import TYPE_CHECKING, Any

import sympy

from mirrortheory.errors import InvalidArgument, NotEvaluable
from mirrortheory.exact import Ball, BallFunction, ball, bits_for, is_accurate, listed, precision, rational
from mirrortheory.potentials.numeric import inverse_values, values
from mirrortheory.potentials.potential import Normalisation, Potential
from mirrortheory.potentials.primal import MirrorPotential, PrimalPotential

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_DIGITS = 20  # of a value before it is rounded to a double
_GUARD_BITS = 64
_ENCLOSED: dict[str, Callable[[MirrorPotential, sympy.Rational, int], Ball]] = {
    "potential": lambda potential, x, digits: values(potential, x, digits=digits).potential,
    "mirror_map": lambda potential, x, digits: values(potential, x, digits=digits).mirror_map,
    "hessian": lambda potential, x, digits: values(potential, x, digits=digits).hessian,
    "inverse_mirror_map": lambda potential, y, digits: inverse_values(potential, y, digits=digits).x,
    "conjugate": lambda potential, y, digits: inverse_values(potential, y, digits=digits).conjugate,
}


def called(potential: MirrorPotential, x: object, quantity: str = "potential") -> float | NDArray[np.float64]:
    """Return a quantity of a potential at x: a double for one number, an array of the same shape for many.

    Args:
        potential: one without symbols left.
        x: a number, exact (an integer, a fraction, text such as "1/3") or a double, taken as the number that it is; or a list or
            an array of them.
        quantity: potential, mirror_map or hessian; or inverse_mirror_map or conjugate, which are functions of y, that x is then.

    Raises:
        InvalidArgument: where symbols are left, for what is no real number, and outside the region of the potential.
        NotEvaluable: where the value is infinite.

    >>> called(Potential.of("x**4/4"), [0, "1/2", 2.0])
    array([0.      , 0.015625, 4.      ])
    """
    refuse_symbols(potential)
    many = listed(x)
    if not isinstance(many, list | tuple):
        return float(enclosed(potential, many, quantity))
    import numpy as np  # so that exact work does without it

    try:
        return np.array(_each(potential, many, quantity), dtype=float)
    except ValueError as error:
        if isinstance(error, InvalidArgument):
            raise
        raise InvalidArgument("x", "made of numbers in equal rows", x, "write numbers") from None


def refuse_symbols(potential: MirrorPotential) -> None:
    """Raise an InvalidArgument that names the symbols left, if there are any."""
    if potential.parameters:
        names = ", ".join(symbol.name for symbol in potential.parameters)
        remedy = f"give it numbers, as in subs({{{potential.parameters[0].name!r}: 2}}), or derive with numbers"
        raise InvalidArgument("potential", "free of symbols to be evaluated", names, remedy)


def enclosed(potential: MirrorPotential, x: object, quantity: str, digits: int = _DIGITS) -> Ball:
    """Enclose a quantity at one x; at x = 0 also where others are infinite there, as R(0) = 0 where R''(0) is not finite."""
    point = as_exact(x)
    try:
        found: Ball = _ENCLOSED[quantity](potential, point, digits)
    except NotEvaluable:
        at_zero = _at_zero(potential, quantity, digits) if point == 0 else None
        if at_zero is None:
            raise
        return at_zero
    return found


def as_exact(x: object) -> sympy.Rational:
    """Return a number as an exact rational; a double is the number that it is, and so is a complex one that is real.

    Plots of SymPy ask for values at such complex numbers.

    >>> as_exact(0.5), as_exact("0.1"), as_exact(-2 + 0j)
    (1/2, 1/10, -2)
    """
    if isinstance(x, complex) and x.imag == 0:
        x = x.real
    if isinstance(x, float | sympy.Float):
        if not math.isfinite(x):
            raise InvalidArgument("x", "a finite real number", x, "write for example 1/2")
        return sympy.Rational(x)
    if not isinstance(x, str | Integral | Fraction | sympy.Rational) or isinstance(x, bool):
        raise InvalidArgument("x", "a real number", x, "write for example 1/2 or 0.5")
    return rational(x, "x")


def _each(potential: MirrorPotential, many: Any, quantity: str) -> list[Any]:
    def one(entry: Any) -> Any:
        return _each(potential, entry, quantity) if isinstance(entry, list | tuple) else float(enclosed(potential, entry, quantity))

    return [one(listed(entry)) for entry in many]


def _at_zero(potential: MirrorPotential, quantity: str, digits: int) -> Ball | None:
    """Return R(0) = 0, and where R'(0) = 0 so is x(0) and R*(0); of a formula its own value; None where that is infinite."""
    if isinstance(potential, Potential):
        finite = quantity == "potential" or (quantity != "hessian" and potential.normalisation is Normalisation.ORIGIN)
        return Ball(0) if finite else None
    if isinstance(potential, PrimalPotential) and quantity in ("potential", "mirror_map"):
        form = potential.closed_potential if quantity == "potential" else potential.closed_mirror_map
        with precision(bits_for(digits) + _GUARD_BITS):
            found = BallFunction(form, (potential.symbol,))(ball(sympy.S.Zero))
            return found if found.is_finite() and is_accurate(found, digits) else None
    return None
