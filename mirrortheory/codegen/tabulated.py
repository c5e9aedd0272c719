r"""Forms of x(y) and R*(y) that have no formula in NumPy, with tables for what lacks one.

Every inverse function t of :math:`z = \pm y + c` becomes a table of t(z), and what R* has of t, or of functions of y that NumPy
lacks, an integral beside it. Then, with the distances of t from its ends,

.. math:: \frac{1}{R''} = \frac{\partial x}{\partial y} \pm \sum_t \frac{\mathrm d t}{\mathrm d z} \frac{\partial x}{\partial t}.

Source: derived for this project.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import sympy

from mirrortheory.codegen.log_tables import Solution
from mirrortheory.errors import NoClosedForm, NotEvaluable
from mirrortheory.exact import BallFunction, carlson_rf, compare, inverse_function, powers_integral, precision, sign_of
from mirrortheory.potentials import DualPotential, Y
from mirrortheory.theory.end_limits import confirmed, limit_at
from mirrortheory.theory.primitives import inner_point

SPECIAL = (
    inverse_function,
    powers_integral,
    carlson_rf,
    sympy.Integral,
    sympy.hyper,
    sympy.expint,
    sympy.Ei,
    sympy.erf,
    sympy.erfc,
    sympy.uppergamma,
    sympy.lowergamma,
)
Named = Callable[[sympy.Expr], str]


@dataclass(frozen=True)
class Tabled:
    """A solution t(z) with z = sign * y + shift, and the symbols for t, its distances from its ends, and the integral."""

    number: int
    solution: Solution
    sign: int
    shift: sympy.Expr

    @property
    def symbols(self) -> tuple[sympy.Symbol, ...]:
        """The symbols of what the table gives: t, t - low, high - t, the integral, and dt/dz."""
        return tuple(sympy.Symbol(f"{name}{self.number}", positive=True) for name in ("t", "above", "below", "area", "rate"))

    def in_distances(self, form: sympy.Expr) -> sympy.Expr:
        """Write a function of t with distances from the ends in place of what vanishes there."""
        t, above, below, *_ = self.symbols
        low, high = self.solution.ends
        marks = [(e, d) for e, d in ((low, above), (high, -below)) if not e.is_infinite]

        def factored(expr: sympy.Expr) -> sympy.Expr:
            return sympy.factor(expr) if any(_vanishes(expr.subs(t, end)) for end, _ in marks) else expr

        def distance(expr: sympy.Expr) -> sympy.Expr:
            slope = sympy.diff(expr, t)
            return next((slope * mark for end, mark in marks if end != 0 and _vanishes(expr.subs(t, end))), expr)

        form = form.subs(self.solution.t, t)
        form = form.replace(lambda e: e.is_Add and e.free_symbols == {t} and e.is_polynomial(t), factored)
        return form.replace(lambda e: e.is_Add and e.free_symbols == {t} and not sympy.diff(e, t).has(t), distance)

    def rate(self, form: sympy.Expr) -> sympy.Expr:
        """Return the derivative by y of a form in t and its distances, along t(y)."""
        t, above, below, _, rate = self.symbols
        return self.sign * rate * (sympy.diff(form, t) + sympy.diff(form, above) - sympy.diff(form, below))

    def text(self, domain: tuple[sympy.Expr, sympy.Expr], constant: Named) -> str:
        """Return the table as code."""
        solution, (low, high) = self.solution, self.solution.ends
        tables = [solution.table(which) for which in (0, 1)][:: self.sign]
        bases: list[list[str]] = [[], [], [], []]
        distances, rows = [], []
        for side, area_base, area_sign, own in tables:
            bases[0].append(f"(0, {constant(side.centre)}, {side.sigma})")
            if not low.is_infinite:
                bases[1].append(f"(0, {constant(side.centre - low)}, {side.sigma})")
            if not high.is_infinite:
                bases[2].append(f"(0, {constant(high - side.centre)}, {-side.sigma})")
            if area_base is not None:
                bases[3].append(f"(1, {constant(area_base)}, {area_sign})")
            distances.append(self._distance(side.mark, side.rho, domain, constant))
            rows.append("(\n" + "".join(f"        {row!r},\n" for row in own) + "    ),")
        with precision(320):
            middle = BallFunction(self.sign * (solution.form.subs(solution.t, solution.middle) - self.shift), ())()
        outputs = [f"({', '.join(pair)})" if pair else "None" for pair in bases]
        return (
            f"_TABLE_{self.number} = LogTable(\n    {float(middle.mid())!r},\n    ({', '.join(distances)}),\n    (\n    "
            + "\n    ".join(rows)
            + f"\n    ),\n    ({', '.join(outputs)}),\n)"
        )

    def _distance(self, mark: sympy.Expr, rho: int, domain: tuple[sympy.Expr, sympy.Expr], constant: Named) -> str:
        """Return v = rho (z - mark) as (constant, of y, of above, of below)."""
        at, rate = self.sign * (mark - self.shift), rho * self.sign
        for end, parts in ((domain[0], f"(0, 0, {rate}, 0)"), (domain[1], f"(0, 0, 0, {-rate})")):
            if not end.is_infinite and _same(at, end):
                return parts
        return f"(0, {rate}, 0, 0)" if mark == self.shift else f"({constant(rho * (self.shift - mark))}, {rate}, 0, 0)"

    def call(self, form: sympy.Expr) -> str:
        """Return the line of code that gives the symbols of the table that a form has; empty where there are none."""
        used = [i for i, symbol in enumerate(self.symbols) if form.has(symbol)]
        names = ", ".join(str(self.symbols[i]) for i in used)
        return (
            f"    {names}{',' * (len(used) == 1)} = _TABLE_{self.number}(y, above, below, {', '.join(map(str, used))})\n"
            if used
            else ""
        )


def tabled(potential: DualPotential) -> tuple[sympy.Expr, sympy.Expr, list[Tabled]]:
    """Return x and R* with symbols in place of inverse functions and other functions that NumPy lacks, and their tables.

    Raises:
        NoClosedForm: when a function has no table.
    """
    effective, conjugate = potential.closed_inverse_mirror_map, potential.closed_conjugate
    assert conjugate is not None
    tables: list[Tabled] = []
    for inverse in sorted(effective.atoms(inverse_function) | conjugate.atoms(inverse_function), key=sympy.default_sort_key):
        sign = sympy.diff(inverse.value, Y)
        if abs(sign) != 1:
            raise NoClosedForm("numpy form", f"{inverse} is no function of y or -y plus a constant; derive --at gives values")
        t = sympy.Dummy("t", positive=True) if inverse.ends[0].is_nonnegative else sympy.Dummy("t", real=True)
        x, area = (_terms_with(form, inverse, t) for form in (effective, conjugate))
        shift = inverse.value - sign * Y
        dual = _dual_ends(inverse, t, potential, sign, shift)
        conjugate -= area.subs(t, inverse)
        power = _power(x, t, inverse.ends)
        along, x, area = t**power, x.subs(t, t**power), area.subs(t, t**power)
        ends = (inverse.ends[0] ** (1 / power), inverse.ends[1] ** (1 / power)) if power != 1 else inverse.ends
        slope = inverse.slope(along) * sympy.diff(along, t)
        solution = Solution(t, inverse.form(along), slope, ends, dual, inner_point(ends))
        table = Tabled(len(tables) + 1, solution, int(sign), shift)
        effective = effective.subs(inverse, table.symbols[0] ** power)
        effective = table.in_distances(effective) if effective.has(table.symbols[0]) else effective
        if not tables:  # constants are part of what vanishes at an end
            constants = sympy.Add(*(e for e in sympy.Add.make_args(conjugate) if not e.has(Y)))
            area, conjugate = area + constants, conjugate - constants
        if area.has(*SPECIAL) or not _is_monomial(area, t):
            table = replace(table, solution=replace(solution, effective=sign * x, area=area))
            area = table.symbols[3]
        else:
            area = table.in_distances(area)
        tables.append(table)
        conjugate += area
    plain, special = sympy.S.Zero, sympy.S.Zero
    for term in sympy.Add.make_args(conjugate):
        if term.has(*SPECIAL) and term.has(Y):
            special += term
        else:
            plain += term
    if special != 0:
        t = sympy.Dummy("t", real=True)
        ends = potential.dual_domain
        solution = Solution(t, t, sympy.S.One, ends, ends, inner_point(ends), sympy.diff(special, Y).subs(Y, t), special.subs(Y, t))
        tables.append(Tabled(len(tables) + 1, solution, 1, sympy.S.Zero))
        plain += tables[-1].symbols[3]
    return effective, plain, tables


def _power(x: sympy.Expr, t: sympy.Symbol, ends: tuple[sympy.Expr, sympy.Expr]) -> sympy.Rational:
    """Return m with t = r^m, so that r is a double where x is: the largest 1/k, where x goes like t^k, k < 1, at 0 or infinity."""
    if ends[0] != 0:
        return sympy.S.One
    growth = sympy.powsimp(t * sympy.diff(x, t) / x)
    orders = (limit_at(growth, t, end, side) for end, side in zip(ends, "+-", strict=True) if end == 0 or end.is_infinite)
    return max((1 / k for k in orders if k is not None and k.is_Rational and 0 < k < 1), default=sympy.S.One)


def _is_monomial(form: sympy.Expr, t: sympy.Symbol) -> bool:
    return form == 0 or bool(sympy.diff(form.as_independent(t, as_Add=False)[1].as_base_exp()[0], t) == 1)


def _terms_with(form: sympy.Expr, inverse: sympy.Expr, t: sympy.Symbol) -> sympy.Expr:
    found = sympy.Add(*(term for term in sympy.Add.make_args(form) if term.has(inverse))).subs(inverse, t)
    if found.has(Y):
        raise NoClosedForm("numpy form", f"{inverse} is multiplied by a function of y; derive --at gives values")
    return found


def _dual_ends(
    inverse: inverse_function, t: sympy.Symbol, potential: DualPotential, sign: sympy.Integer, shift: sympy.Expr
) -> tuple[sympy.Expr, sympy.Expr]:
    """Return the limits of z at the ends of t, those of the dual domain where they are the same."""
    images = [sign * end + (0 if end.is_infinite else shift) for end in potential.dual_domain][:: int(sign)]
    if not potential.closed_inverse_mirror_map.subs(inverse, t).has(Y):  # nothing else ends the interval of y
        return images[0], images[1]
    found = []
    for end, image, side in zip(inverse.ends, images, "+-", strict=True):
        limit = limit_at(inverse.form(t), t, end, side)
        if limit is None and end.is_infinite:
            rate = limit_at(t * inverse.slope(t), t, end, side)  # where it does not tend to 0, z(t) has no bound
            limit = end if rate not in (None, 0) else None
        if limit is None:  # a wrong guess gives no table, as log t is not affine at the end then
            guesses = (confirmed(inverse.form(t), t, end, side, guess) for guess in (image, sympy.S.Zero) if not guess.is_infinite)
            limit = next((guess for guess in guesses if guess is not None), None)
        if limit is None:
            raise NoClosedForm("numpy form", f"no limit of {inverse.form(t)} at {end} is found; derive --at gives values")
        found.append(image if not (limit.is_infinite or image.is_infinite) and _same(limit, image) else limit)
    return found[0], found[1]


def _same(a: sympy.Expr, b: sympy.Expr) -> bool:
    try:
        return a == b or compare(a, b) == 0
    except NotEvaluable:
        return False


def _vanishes(constant: sympy.Expr) -> bool:
    try:
        return not (constant.is_infinite or constant is sympy.nan) and sign_of(constant) == 0
    except NotEvaluable:
        return False
