r"""Tables of functions that have no formula: t(z), the inverse of z(t), and an integral along it, as polynomials of logarithms.

On each side of a middle let :math:`t = c + \sigma \tau` and :math:`z = m + \rho v`, where c and m are the ends on that side, or
points from which the distances grow without bound where an end is infinite. With :math:`\theta = \log\tau`,
:math:`\eta = \log v`

.. math:: G = \frac{\mathrm d\theta}{\mathrm d\eta} = \sigma\rho\,\frac{v}{\tau z'(t)}, \qquad
          \frac{\mathrm d G}{\mathrm d\eta} = G\,\Bigl(1 - G\,\Bigl(1 + \tau \frac{\mathrm d}{\mathrm d\tau} \log z'\Bigr)\Bigr),

and likewise for :math:`\log|A - C|` with an integral :math:`A = \int X\,\mathrm d z`. So Taylor coefficients at any point follow
from z(t) and A(t) there, which balls enclose, by the recurrences for elementary functions. Truncated Taylor polynomials, made
shorter by Chebyshev polynomials, hold to 2^-110 on intervals that are as long as that allows; beyond the last one log t is affine.

Source: this project; Lanczos (1938), "Trigonometric interpolation of empirical and analytical functions", for the shortening.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import sympy

from mirrortheory.errors import NoClosedForm, NotEvaluable
from mirrortheory.exact import Ball, BallFunction, precision
from mirrortheory.exact.series import Polynomial, Program
from mirrortheory.potentials.dual_roots import DISTANCE, near_end
from mirrortheory.theory.end_limits import limit_at

_THETA, _G, _LOG_AREA, _H = sympy.symbols("theta G a H", positive=True)

_DIGITS, _UNIT = 110, 120  # bits of a table, and of the unit of its coefficients
_DEGREE, _ORDER = 26, 56  # of a polynomial, and of the Taylor polynomial that it is made of
_BITS = (320, 640, 1280, 2560, 5120)  # working precisions, of which the first is taken that suffices
_LAST = 800.0  # more than any |log| of a double
_WIDEST = 64.0  # half width of an interval
_NOISE = Ball(2) ** -290  # of a coefficient
_MOST_ROWS = 600
_FURTHEST = 2000.0  # beyond every log v

Row = tuple[float, float, float, tuple[tuple[int, ...], ...]]


@dataclass(frozen=True)
class Side:
    """One side of a function z(t): t = centre + sigma tau, z = mark + rho v; ``outward`` says whether v grows towards the end."""

    centre: sympy.Expr
    sigma: int
    mark: sympy.Expr
    rho: int
    outward: int


@dataclass(frozen=True)
class Solution:
    """t(z), increasing, with an integral along it.

    Attributes:
        t: the parameter.
        form, slope: z(t) and z'(t).
        ends, dual: the intervals of t and of z.
        middle: a t between its ends.
        effective, area: X(t) and A(t) with dA/dz = X; None where no integral is wanted.
    """

    t: sympy.Symbol
    form: sympy.Expr
    slope: sympy.Expr
    ends: tuple[sympy.Expr, sympy.Expr]
    dual: tuple[sympy.Expr, sympy.Expr]
    middle: sympy.Expr
    effective: sympy.Expr | None = None
    area: sympy.Expr | None = None

    def sides(self) -> tuple[Side, Side]:
        """The two sides of the middle."""
        with precision(_BITS[0]):
            z = BallFunction(self.form, (self.t,))(BallFunction(self.middle, ())())
        inside = sympy.Integer(math.floor(float(z.mid())))
        low, high = (self._side(i, inside) for i in (0, 1))
        return low, high

    def _side(self, which: int, inside: sympy.Integer) -> Side:
        own = 1 if which == 0 else -1
        centre, sigma = _from(self.ends, which, sympy.floor(self.middle))
        mark, rho = _from(self.dual, which, inside)
        return Side(centre, sigma, mark, rho, -1 if rho == own and mark == self.dual[which] else 1)

    def constant(self, which: int) -> sympy.Expr:
        """C on one side: 0 where |A| grows towards the end, or tends to 0 there; else so that |A - C| grows."""
        assert self.area is not None
        assert self.effective is not None
        with precision(_BITS[0]):
            at, way = BallFunction(self.middle, ())(), 2 * which - 1
            area, x = (BallFunction(e, (self.t,))(at) for e in (self.area, self.effective))
        if area.contains(0):
            return sympy.Integer(-way if x > 0 else way)
        if area * x * way > 0 or limit_at(self.area, self.t, self.ends[which], "+-"[which]) == 0:
            return sympy.S.Zero
        return 2 * self.area.subs(self.t, self.middle)

    def table(self, which: int) -> tuple[Side, sympy.Expr | None, int, list[Row]]:
        """Return one side, with C, the sign of A - C, and the rows of the table from small to large v.

        Raises:
            NoClosedForm: when the recurrences lack a function, or the intervals do not get long enough.
        """
        side = self.sides()[which]
        constant = None if self.area is None else self.constant(which)
        try:
            tabulation = _Tabulation(self, side, constant)
            return side, constant, tabulation.sign, tabulation.rows()
        except NotEvaluable as failed:
            raise NoClosedForm("numpy form", f"{failed}, for a table; derive --at gives values") from failed


def _from(ends: tuple[sympy.Expr, sympy.Expr], which: int, inside: sympy.Expr) -> tuple[sympy.Expr, int]:
    """Return the point from which a distance is measured, and its direction: the end, the other one, or one inside."""
    own = 1 if which == 0 else -1
    if not ends[which].is_infinite:
        return ends[which], own
    if not ends[1 - which].is_infinite:
        return ends[1 - which], -own
    return inside + 2 * own, -own


class _Tabulation:
    """The rows of a table on one side."""

    def __init__(self, solution: Solution, side: Side, constant: sympy.Expr | None) -> None:
        self.side, self.constant, self.with_area = side, constant, constant is not None

        def near(expr: sympy.Expr) -> sympy.Expr:
            return near_end(expr, side.centre, side.sigma, solution.t)

        slope = near(solution.slope)
        self.v = BallFunction(side.rho * (near(solution.form) - side.mark), (DISTANCE,))
        self.slope = BallFunction(slope, (DISTANCE,))
        rate = _G * (1 - _G * (1 + _log_slope(slope).subs(DISTANCE, sympy.exp(_THETA))))
        symbols, rates = [_THETA, _G], [_G, rate]
        if self.with_area:
            x = near(solution.effective)
            self.area = BallFunction(near(solution.area) - constant, (DISTANCE,))
            self.effective = BallFunction(side.rho * x, (DISTANCE,))
            symbols += [_LOG_AREA, _H]
            rates += [_H, _H * (1 - _H + _G * _log_slope(x).subs(DISTANCE, sympy.exp(_THETA)))]
        self.program = Program(len(symbols))
        places = {symbol: i for i, symbol in enumerate(symbols)}
        self.velocity = [self.program.expression(e, places) for e in rates]
        with precision(_BITS[0]):
            self.first = (side.sigma * (BallFunction(solution.middle, ())() - BallFunction(side.centre, ())())).mid()
        self.sign = 1
        if self.with_area:
            with precision(_BITS[0]):
                self.sign = 1 if self.area(self.first) > 0 else -1
                width = self.first * Ball(2) ** -100
                slope_of_area = (self.area(self.first + width) - self.area(self.first - width)) / (2 * width)
                meant = side.sigma * side.rho * self.effective(self.first) * self.slope(self.first)
                if not abs(slope_of_area - meant) < abs(meant) * Ball(2) ** -80:
                    raise NotEvaluable("a part of R* is not the integral of the same part of x(y)")

    def at(self, tau: Ball) -> tuple[Ball, list[Ball]]:
        """Return eta = log v at a tau, and the state of the recurrences there."""
        for bits in _BITS:
            with precision(bits):
                v = self.v(tau)
                area = self.area(tau) if self.with_area else v
                if min(v.rel_accuracy_bits(), area.rel_accuracy_bits()) > 2 * _DIGITS and v > 0 and area * self.sign > 0:
                    g = self.side.sigma * self.side.rho * v / (tau * self.slope(tau))
                    more = [abs(area).log(), self.effective(tau) * v / area] if self.with_area else []
                    return v.log(), [tau.log(), g, *more]
        raise NotEvaluable("an end of the interval is too close, or z(t) is not enclosed")

    def rows(self) -> list[Row]:
        """Return the rows of the table, from small to large v."""
        out, tau, edge, rows = self.side.outward, self.first, None, list[Row]()
        before: tuple[Ball, Polynomial] | None = None
        while True:
            eta, polynomials = self._expanded(tau)
            middle = _rounded(float(eta.mid()), 2.0**-20)
            width, shortened = _longest(polynomials, middle, eta)
            if before is not None and edge is not None and out * (middle - edge) > width:  # a gap: nearer to what is known
                tau = self._near((middle + 3 * edge) / 4, *before)
                continue
            start = middle - out * width / 4 if edge is None else edge
            edge = middle + out * width
            rows.append((min(start, edge), middle, width, shortened))
            beyond = out * middle > _LAST or any(abs(p[0]) > _LAST * 2**_UNIT for p in shortened)
            if beyond or all(len(p) == 2 for p in shortened):
                rows.append((edge if out > 0 else -_FURTHEST, middle, width, tuple(p[:2] for p in shortened)))
                return rows[::out]
            if len(rows) > _MOST_ROWS:
                raise NotEvaluable("its intervals are too short")
            before = eta, polynomials[0]
            tau = self._near(edge + out * width, *before)

    def _expanded(self, tau: Ball) -> tuple[Ball, list[Polynomial]]:
        """Return eta at a tau, and there the Taylor polynomials of log tau and, if there is one, of the integral."""
        eta, state = self.at(tau)
        with precision(_BITS[0]):
            found = self.program.expand(state, self.velocity, Fraction(1), _ORDER)
            kept = [p for p in found[: len(state) : 2] if p is not None]
            if not all(p[j].is_finite() for p in kept for j in range(_ORDER + 1)):
                raise NotEvaluable(f"no Taylor polynomial at log t = {state[0]}")
            return eta, [Polynomial([c if abs(c) > _NOISE else Ball(0) for c in p.coeffs()]) for p in kept]

    @staticmethod
    def _near(eta: float, known: Ball, theta: Polynomial) -> Ball:
        """Return a tau near that of another eta, by a Taylor polynomial."""
        with precision(64):
            return theta(eta - known.mid()).mid().exp().mid()


def _longest(polynomials: Sequence[Polynomial], middle: float, eta: Ball) -> tuple[float, tuple[tuple[int, ...], ...]]:
    """Return the longest half width on which shorter polynomials hold about a middle, and these; they are given about eta."""
    with precision(_BITS[0]):
        radius = min(
            float(abs(p[j]).upper().log().mid()) / -j if p[j] != 0 else math.inf
            for p in polynomials
            for j in range(_ORDER // 2, _ORDER)
        )
        width = min(math.exp(min(radius, 10.0)) / 4, _WIDEST)
        while True:
            width = _rounded(width, 2.0 ** (math.floor(math.log2(width)) - 3))
            found = [_shortened(p(Polynomial([middle - eta.mid(), width]))) for p in polynomials]
            if all(error < Ball(2) ** -_DIGITS for _, error in found):
                return width, tuple(coefficients for coefficients, _ in found)
            width *= 0.85


def _rounded(value: float, unit: float) -> float:
    return math.floor(value / unit) * unit


def _shortened(polynomial: Polynomial) -> tuple[tuple[int, ...], Ball]:
    """Return a polynomial on [-1, 1] of lower degree in units, and a bound of the difference but for its rounding."""
    c, error = [polynomial[j] for j in range(_ORDER + 1)], Ball(0)
    for k in range(_ORDER, _DEGREE, -1):
        top = c[k] / 2 ** (k - 1)
        error += abs(top)
        for j, of_chebyshev in enumerate(_chebyshev(k)):
            c[j] -= top * of_chebyshev
    units = [_whole((a * 2**_UNIT + 0.5).mid().floor()) for a in c[: _DEGREE + 1]]
    while len(units) > 2 and abs(units[-1]) < 2 ** (_UNIT - _DIGITS - 8):
        units.pop()
    return tuple(units), error


def _whole(value: Ball) -> int:
    found = value.unique_fmpz()
    if found is None:
        raise NotEvaluable("a coefficient is not enclosed")
    return int(found)


@cache
def _chebyshev(k: int) -> tuple[int, ...]:
    return tuple(int(a) for a in reversed(sympy.Poly(sympy.chebyshevt(k, DISTANCE), DISTANCE).all_coeffs()))


def _log_slope(expr: sympy.Expr) -> sympy.Expr:
    """Return tau d log f / d tau for a product f of powers."""
    total = sympy.S.Zero
    for factor in sympy.Mul.make_args(expr):
        base, exponent = factor.as_base_exp()
        if base is sympy.E:
            total += DISTANCE * sympy.diff(exponent, DISTANCE)
        elif base == DISTANCE:
            total += exponent
        elif base.has(DISTANCE):
            total += exponent * DISTANCE * sympy.diff(base, DISTANCE) / base
    return total
