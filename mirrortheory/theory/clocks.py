r"""The dual variable along a path: y(t) by quadrature, and with it the potential of the path.

With a path x(t) and its pace dy/dt

.. math:: y(t) = \int \frac{\mathrm d y}{\mathrm d t}\,\mathrm d t, \qquad
          R^*(y) = \int x\,\frac{\mathrm d y}{\mathrm d t}\,\mathrm d t, \qquad R(x) = x y - R^*(y),

in whatever parameter the quadrature is found: x itself, which gives R'(x), or t. Where y(t) is solved for t, the inverse mirror
map is explicit; else t(y) is the inverse function of y(t), the root of an equation (:class:`~mirrortheory.exact.inverse_function`).

Source: this project.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sympy

from mirrortheory.errors import NoClosedForm, NotEvaluable
from mirrortheory.exact import BallFunction, compare, inverse_function, ordered, precision, sign_of, solved
from mirrortheory.potentials.dual import REAL_X, DualPotential
from mirrortheory.potentials.potential import U, X, Y
from mirrortheory.theory.end_limits import limit_at
from mirrortheory.theory.paths import Ends, Path, sorted_ends
from mirrortheory.theory.primitives import Primitive, inner_point, primitive

_MOST_OPERATIONS = 25  # of a form that is simplified
_NOT_SIMPLIFIED = (sympy.hyper, sympy.expint, sympy.erfc, sympy.Integral, sympy.sinh, sympy.exp)


@dataclass(frozen=True)
class Clock:
    """A path with its dual variable.

    Attributes:
        path: in the parameter of the quadrature.
        y: y(t).
        dual: its limits at the ends of t.
        conjugate: R* as a function of t.
        of_y: t as a function of y, in :data:`Y`.
        explicit: whether ``of_y`` is a formula, and no inverse function.
        at_start: whether y = 0 and R* = 0 at the initial weights; else the constants are those of the quadrature.
    """

    path: Path
    y: sympy.Expr
    dual: Ends
    conjugate: sympy.Expr
    of_y: sympy.Expr
    explicit: bool
    at_start: bool = False

    def x_of_y(self, y: sympy.Expr) -> sympy.Expr:
        """x at a value of the dual variable; at one of its ends, the limit."""
        for end, limit in zip(self.dual, self.path.limits, strict=True):
            if y.is_number and compare(y, end) == 0:
                return limit
        return self.path.x.subs(self.path.t, self.of_y).subs(Y, y)

    def conjugate_of_y(self, y: sympy.Expr) -> sympy.Expr:
        """R*(y)."""
        return self.conjugate.subs(self.path.t, self.of_y).subs(Y, y)

    @property
    def start(self) -> sympy.Expr:
        """y at the initial weights."""
        assert self.path.start is not None
        return self.path.value(self.y.subs(self.path.t, self.path.start))


def clocked(paths: Sequence[Path]) -> Clock:
    """Return one of several paths of the same flow with its dual variable, the first in which it is found and, if possible, solved.

    Raises:
        NoClosedForm: when y is not found, or has no limits at the ends.
    """
    found: list[Clock] = []
    for candidate in (p for path in paths for p in _in_x_and_in_t(path)):
        y = primitive(candidate.pace, candidate.t, candidate.ends, candidate.constants)
        if y is not None:
            found.append(_solved(candidate, y))
            if found[-1].explicit:
                return found[-1]
    return found[0] if found else _solved(paths[-1], _integral(paths[-1]))


def _in_x_and_in_t(path: Path) -> Iterator[Path]:
    by_x = path.by_x()
    if by_x is not None and by_x is not path:
        yield by_x
    yield path


def _solved(path: Path, y: Primitive) -> Clock:
    t = path.t
    y, area = _from_zero(path, y), primitive(path.x * path.pace, t, path.ends, path.constants)
    conjugate = None if area is None else _from_zero(path, area)
    of_y = solved(y.form, t, Y, path.inner(), path.constants)
    explicit = of_y is not None
    if of_y is None:
        side = 1 if compare(path.value(path.limits[0]), path.value(path.limits[1])) < 0 else -1  # as y increases with x
        form, slope = (sympy.Lambda(t, path.value(side * e)) for e in (y.form, path.pace))
        of_y = inverse_function(form, slope, side * Y, *path.ends)
    integral = _from_inside(path, path.x * path.pace) if conjugate is None else conjugate.form
    return Clock(path, y.form, (path.value(y.low), path.value(y.high)), integral, of_y, explicit)


def _from_zero(path: Path, found: Primitive) -> Primitive:
    """Return a primitive that vanishes with x, where x tends to 0 at an end and the primitive has a limit there."""
    for limit, value in zip(path.limits, (found.low, found.high), strict=True):
        if value.is_finite and limit.is_finite and sign_of(path.value(limit)) == 0 and sign_of(path.value(value)) != 0:
            ends = (e if e.is_infinite else e - value for e in (found.low, found.high))
            return Primitive(found.form - value, *ends)
    return found


def _from_inside(path: Path, integrand: sympy.Expr) -> sympy.Expr:
    return sympy.Integral(integrand.subs(path.t, U), (U, inner_point(path.ends), path.t))


def _integral(path: Path) -> Primitive:
    """Return y as an integral, where it is seen to diverge at an end, or to be one of a bounded integrand up to it.

    Raises:
        NoClosedForm: when neither is seen, or the integrand has no enclosure.
    """
    pace = path.value(path.pace)
    form = _from_inside(path, pace)
    sign = _sign_inside(path, form)
    limits = []
    for end, side in zip(path.ends, (-1, 1), strict=True):
        distance = path.t if end.is_infinite else abs(path.t - end)
        near, rate = (limit_at(e, path.t, end, "+" if side < 0 else "-") for e in (pace, distance * pace))
        if end.is_finite and near is not None and near.is_finite:
            limits.append(form.subs(path.t, end))
            if not _is_enclosed(limits[-1]):
                raise NoClosedForm("range of the dual variable", f"the integral of {pace} up to {end} is not enclosed")
        elif rate is not None and rate != 0:
            limits.append(side * sign * sympy.oo)
        else:
            raise NoClosedForm("range of the dual variable", f"whether the integral of {pace} converges at {end} is not seen")
    return Primitive(form, *limits)


def _is_enclosed(constant: sympy.Expr) -> bool:
    try:
        with precision(64):
            return bool(BallFunction(constant, ())().is_finite())
    except NotEvaluable:
        return False


def _sign_inside(path: Path, form: sympy.Expr) -> int:
    try:
        with precision(64):
            value = BallFunction(path.value(path.pace), (path.t,))(*map(_ball_of, (inner_point(path.ends),)))
            BallFunction(path.value(form), (path.t,))
    except NotEvaluable as failed:
        raise NoClosedForm("quadrature", f"no primitive of {path.pace} in {path.t} is found") from failed
    return 1 if value > 0 else -1


def _ball_of(constant: sympy.Expr):  # type: ignore[no-untyped-def]
    return BallFunction(constant, ())()


def potential_of(clock: Clock, validity: tuple[str, ...]) -> DualPotential:
    """Return the potential of one clock, whose constants are those of the quadrature."""
    path = clock.path
    left, right = map(path.value, sorted_ends(*map(path.value, path.limits)))
    low, high = sorted_ends(*clock.dual)
    symbol = X if sign_of(left) >= 0 else REAL_X
    of_x = path.of_x(symbol)
    mirror_map = hessian = potential = None
    if of_x is not None:
        mirror_map = path.value(clock.y.subs(path.t, of_x))
        hessian = path.value((path.pace / sympy.diff(path.x, path.t)).subs(path.t, of_x))
        potential = symbol * mirror_map - path.value(clock.conjugate.subs(path.t, of_x))
        hessian, potential = _shorter(hessian), _shorter(potential)
    start_end = 0 if compare(clock.dual[0], low) == 0 else 1
    at_origin = sign_of(low) == 0 and sign_of(left) == 0
    area = path.value(clock.conjugate)
    origin = not clock.at_start and at_origin and limit_at(area, path.t, path.ends[start_end], "+-"[start_end]) == 0
    return DualPotential(
        closed_inverse_mirror_map=path.value(clock.x_of_y(Y)),
        dual_domain=(low, high),
        region=(left, right),
        symbol=symbol,
        origin=origin,
        closed_conjugate=path.value(clock.conjugate_of_y(Y)),
        closed_mirror_map=mirror_map,
        closed_hessian=hessian,
        closed_potential=potential,
        at_start=clock.at_start,
        validity=(f"{left} < x < {right}: there every weight stays in its range", *validity),
    )


def _shorter(expr: sympy.Expr) -> sympy.Expr:
    """Simplify what SymPy simplifies in a moment."""
    if expr.count_ops() > _MOST_OPERATIONS or expr.has(*_NOT_SIMPLIFIED):
        return expr
    return min((expr, sympy.simplify(expr)), key=sympy.count_ops)


def summed(clocks: Sequence[Clock], constant: sympy.Expr) -> Clock:
    """Return the clock of a sum of blocks, with y = 0 and R* = 0 at the start."""
    starts = [clock.start for clock in clocks]
    duals = [sorted_ends(*clock.dual) for clock in clocks]
    low = ordered(_moved(d[0], y0) for d, y0 in zip(duals, starts, strict=True))[-1]
    high = ordered(_moved(d[1], y0) for d, y0 in zip(duals, starts, strict=True))[0]
    pairs = list(zip(clocks, starts, strict=True))

    def at(y: sympy.Expr) -> sympy.Expr:
        values = [c.path.value(c.x_of_y(y if y.is_infinite else y + y0)) for c, y0 in pairs]
        return next((v for v in values if v.is_infinite), constant + sympy.Add(*values))

    y = sympy.Dummy("y", real=True)
    x = constant + sympy.Add(*(c.path.value(c.x_of_y(Y + y0)) for c, y0 in pairs))
    before = (c.conjugate.subs(c.path.t, c.path.start) for c in clocks)
    areas = (c.path.value(c.conjugate_of_y(Y + y0) - area) for (c, y0), area in zip(pairs, before, strict=True))
    area = constant * Y + sympy.Add(*areas)
    path = Path(y, (low, high), x.subs(Y, y), (at(low), at(high)), sympy.S.One, sympy.S.Zero)
    return Clock(path, y, (low, high), area.subs(Y, y), Y, all(clock.explicit for clock in clocks), at_start=True)


def _moved(end: sympy.Expr, start: sympy.Expr) -> sympy.Expr:
    return end if end.is_infinite else end - start
