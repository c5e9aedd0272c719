r"""One-dimensional flows along a clock: what every map that is solved by hand comes to.

Without decay :math:`\mathrm d w_i/\mathrm d y = \phi(\partial_i g)` with y = R'(x), a curve in the weights. A *path* is that curve
in any parameter t, with its pace :math:`\mathrm d y/\mathrm d t`. Four rules make paths:

- **one weight**: t = w, and :math:`\mathrm d y/\mathrm d w = 1/\phi(g'(w))`;
- **a function of a map**, x = F(z): the link is multiplicative, so the curve is that of z on another clock,
  :math:`\mathrm d y = \mathrm d y_z/\phi(F'(z))`;
- **layers**: if :math:`\phi(|\partial_i g|) = C(w)\,h_i(w_i)` with signs :math:`\sigma_i` of the slopes, the charges
  :math:`u_i = \int \mathrm d w_i/h_i` all move at one pace, :math:`\mathrm d u_i = \sigma_i C\,\mathrm d y`, so that t = s with
  :math:`u_i = \sigma_i s + d_i` and :math:`\mathrm d y/\mathrm d s = 1/C`. A layer that is shifted, h(w + c), is one too;
- **a sum of blocks** over disjoint weights, :math:`x = \sum_b g_b`: every block has the same clock, so that
  :math:`x(y) = \sum_b x_b(y + y_b)` and :math:`R^*(y) = \sum_b R_b^*(y + y_b)`, t = y.

The weights stay in their range on an interval of t, whose ends are compared exactly.

Source: this project.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import sympy

from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.errors import NoClosedForm
from mirrortheory.exact import BallFunction, compare, ordered, precision, sign_of, solved
from mirrortheory.potentials.powers import power_form
from mirrortheory.theory.end_limits import limit_at
from mirrortheory.theory.primitives import inner_point, primitive
from mirrortheory.theory.separation import separated

Start = Mapping[sympy.Symbol, sympy.Expr]
Ends = tuple[sympy.Expr, sympy.Expr]
_SHARES = (sympy.Rational(1, 3), sympy.Rational(3, 4))  # of an interval, where solutions are tried


@dataclass(frozen=True)
class Path:
    """A curve in the weights of a block, in a parameter.

    Attributes:
        t: the parameter.
        ends: the open interval of t on which every weight stays in its range.
        x: the value of the map along the curve.
        limits: of x at the ends.
        pace: dy/dt, of one sign.
        start: t at the initial weights, or None without them.
        metric: 1/R'' = sum |dg/dw_i|^q along the curve where it is known in a shorter form than (dx/dt)/(dy/dt).
        constants: the values of the symbols that stand for constants.
    """

    t: sympy.Symbol
    ends: Ends
    x: sympy.Expr
    limits: Ends
    pace: sympy.Expr
    start: sympy.Expr | None
    metric: sympy.Expr | None = None
    constants: Mapping[sympy.Symbol, sympy.Expr] = field(default_factory=dict)

    def inner(self) -> tuple[sympy.Expr, ...]:
        """Points inside, where a solution is tried."""
        return tuple(inner_point(self.ends, share) for share in _SHARES)

    def value(self, expr: sympy.Expr) -> sympy.Expr:
        """Return an expression with the constants in it."""
        return expr.xreplace(dict(self.constants))

    def of_x(self, x: sympy.Expr) -> sympy.Expr | None:
        """Return t as a function of the value of the map, or None."""
        if self.x in (self.t, -self.t):
            return x if self.x == self.t else -x
        return solved(self.x, self.t, x, self.inner(), self.constants)

    def by_x(self) -> Path | None:
        """Return the same path with x, or -x where x < 0, as its parameter; None where t(x) is not found."""
        if self.x in (self.t, -self.t):
            return self
        low, high = sorted_ends(*map(self.value, self.limits))
        side = -1 if sign_of(high) <= 0 else 1
        ends = (low, high) if side > 0 else (-high, -low)
        size = parameter("x", ends[0])
        of_x = self.of_x(side * size)
        if of_x is None:
            return None
        metric = None if self.metric is None else _tidy(self.metric.subs(self.t, of_x), size)
        if metric is None:
            pace = _tidy(self.pace.subs(self.t, of_x) * sympy.diff(of_x, size), size)
        else:
            pace = side * power_form(1 / metric)
        start = None if self.start is None else side * self.x.subs(self.t, self.start)
        limits = ends if side > 0 else (-ends[0], -ends[1])
        return replace(self, t=size, ends=ends, x=side * size, limits=limits, pace=pace, start=start, metric=metric)


def parameter(name: str, low: sympy.Expr) -> sympy.Symbol:
    """Return a symbol for a parameter above ``low``."""
    positive = low.is_nonnegative or (low.is_finite and sign_of(low) >= 0)
    return sympy.Dummy(name, positive=True) if positive else sympy.Dummy(name, real=True)


def _tidy(expr: sympy.Expr, t: sympy.Symbol) -> sympy.Expr:
    """Write an algebraic expression as a product, in the highest power of t of which all the powers in it are whole ones."""
    expr = power_form(sympy.powdenest(expr))
    exponents = {e.exp for e in expr.atoms(sympy.Pow) if e.base == t}
    if not expr.is_algebraic_expr() or not all(e.is_Rational for e in exponents):
        return expr
    whole = expr.atoms(sympy.Pow) and not any(e.is_Integer for e in exponents) and exponents
    common = sympy.S.One
    if whole:
        below = math.lcm(*(int(e.q) for e in exponents))
        common = sympy.Rational(math.gcd(*(int(e * below) for e in exponents)), below)
    root = sympy.Dummy("r", positive=True)
    if common == 1 or not t.is_positive or expr.subs(t**common, root).has(t):
        return power_form(sympy.factor(sympy.together(expr)))
    inner = power_form(expr.subs(t, root ** (1 / common)))
    return power_form(power_form(sympy.factor(sympy.together(inner))).subs(root, t**common))


def sign_by_form(expr: sympy.Expr, positive: Sequence[sympy.Symbol]) -> int:
    """Return the sign that an expression has by its form where symbols are positive; 0 when none is seen."""
    if expr.is_positive or expr.is_negative:
        return 1 if expr.is_positive else -1
    on = Domain(dict.fromkeys(positive, POSITIVE))
    return next((sign for sign in (1, -1) if on.positive_by_form(sign * expr)), 0)


# One weight ------------------------------------------------------------------------------------------------------------


def of_weight(expr: sympy.Expr, weight: sympy.Symbol, q: sympy.Expr, start: Start) -> Path:
    """Return the path of a function of one weight, which is the parameter.

    Raises:
        NoClosedForm: when its slope is not seen to keep its sign, or it has no limits.
    """
    entry = sympy.diff(expr, weight)
    ends = (sympy.S.Zero if weight.is_positive else -sympy.oo), sympy.oo
    sign = sign_by_form(entry, [weight] if weight.is_positive else [])
    if sign == 0:
        raise NoClosedForm("sign of the Jacobian", f"dx/d{weight} = {entry} is not seen to keep its sign")
    pace = sign * power_form(sympy.factor(sympy.together(sign * entry)) ** (1 - q))
    return Path(weight, ends, expr, _limits(expr, weight, ends), pace, start.get(weight))


def _limits(expr: sympy.Expr, t: sympy.Symbol, ends: Ends) -> Ends:
    found = tuple(_limit(expr, t, end, side) for end, side in zip(ends, "+-", strict=True))
    return found[0], found[1]


def _limit(expr: sympy.Expr, t: sympy.Symbol, end: sympy.Expr, side: str) -> sympy.Expr:
    limit = limit_at(expr, t, end, side)
    if limit is None:
        raise NoClosedForm("range of x", f"no limit of {expr} as {t} tends to {end} is found and confirmed")
    return limit


# A function of a map -----------------------------------------------------------------------------------------------------

_SLOPES: dict[type[sympy.Expr], Callable[[sympy.Expr], sympy.Expr]] = {sympy.tanh: lambda z: sympy.cosh(z) ** -2}


def outermost(expr: sympy.Expr) -> tuple[sympy.Expr, sympy.Symbol, sympy.Expr] | None:
    """Return F(z), z and the inner map with expr = F(inner): what is done last; None for a weight, a product or a sum of such."""
    z = sympy.Dummy("z", real=True)
    if expr.is_Symbol:
        return None
    number, rest = expr.as_independent(*expr.free_symbols, as_Add=bool(expr.is_Add))
    if expr.is_Add:
        return (number + z, z, rest) if number != 0 else None
    if expr.is_Mul:
        return (number * z, z, rest) if number != 1 else None
    if expr.is_Pow and not expr.exp.free_symbols:
        return z**expr.exp, z, expr.base
    if expr.is_Pow and not expr.base.free_symbols:
        return expr.base**z, z, expr.exp
    if isinstance(expr, sympy.Function) and len(expr.args) == 1:
        return expr.func(z), z, expr.args[0]
    return None


def composed(form: sympy.Expr, z: sympy.Symbol, inner: Path, q: sympy.Expr) -> Path:
    """Return the path of F(z) from that of z.

    Raises:
        NoClosedForm: when F' is not seen to keep its sign where the weights stay in their range.
    """
    affine = sympy.diff(inner.x, inner.t).is_number  # then t is as good as x, and its powers are kept
    path = inner if affine else inner.by_x() or inner
    low, high = sorted_ends(path.value(path.limits[0]), path.value(path.limits[1]))
    slope = _SLOPES.get(type(form), lambda z: sympy.diff(form, z))(z)
    if low.is_finite:
        inside = sympy.Dummy("z", positive=True)
        sign = sign_by_form(slope.subs(z, low + inside), [inside])
    else:
        sign = sign_by_form(slope, [])
    if sign == 0:
        raise NoClosedForm("sign of the Jacobian", f"the slope of {form} is not seen to keep its sign for {low} < {z} < {high}")
    along = {z: path.x}
    x = form.subs(along)
    limits = tuple(_limit(form, z, end, "+" if end == low else "-") for end in map(path.value, path.limits))
    pace = power_form(path.pace * sign * power_form((sign * slope.subs(along)) ** (1 - q)))
    return replace(path, x=x, limits=(limits[0], limits[1]), pace=pace, metric=None)


def sorted_ends(a: sympy.Expr, b: sympy.Expr) -> Ends:
    """Return two ends in increasing order."""
    return (a, b) if compare(a, b) <= 0 else (b, a)


# Layers ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Layer:
    """A weight as a function of its charge, the range of the charge, its value at the start, and the side to which it moves."""

    weight: sympy.Symbol
    of_charge: sympy.Expr
    charge: sympy.Symbol
    ends: Ends
    start: sympy.Expr
    side: int


def of_layers(
    expr: sympy.Expr, weights: Sequence[sympy.Symbol], q: sympy.Expr, start: Start
) -> tuple[Path, tuple[sympy.Expr, ...]]:
    """Return the path of a map whose variables separate, from initial weights, and its first integrals.

    Raises:
        NoClosedForm: naming the step (sign of the Jacobian, separation, quadrature, inversion, range) that failed.
    """
    slopes = [sympy.factor(sympy.diff(expr, w)) for w in weights]
    sides = [sign_by_form(slope, weights) for slope in slopes]
    for w, slope, side in zip(weights, slopes, sides, strict=True):
        if side == 0:
            raise NoClosedForm("sign of the Jacobian", f"dx/d{w} = {slope} is not seen to keep its sign")
    links = [power_form((side * slope) ** (q - 1)) for side, slope in zip(sides, slopes, strict=True)]
    parts = separated(links, tuple(weights), {w: w for w in weights})
    charges = [charge_of(part, w) for part, w in zip(parts, weights, strict=True)]
    scale = abs(1 / charges[0][0].as_independent(weights[0], as_Add=False)[0])
    layers = [_layer(w, scale * c[0], c[1:], scale, sides[i], start) for i, (w, c) in enumerate(zip(weights, charges, strict=True))]
    forward = 1 if any(layer.side > 0 for layer in layers) else -1  # else every charge falls with y
    layers = [replace(layer, side=forward * layer.side) for layer in layers]
    origin = ordered(layer.start for layer in layers if layer.side > 0)[0]
    shifts = [layer.start - layer.side * origin for layer in layers]
    symbols, constants = _stand_ins(shifts)
    low = ordered(_minus(layer.ends[layer.side < 0], d) * layer.side for layer, d in zip(layers, shifts, strict=True))[-1]
    high = ordered(_minus(layer.ends[layer.side > 0], d) * layer.side for layer, d in zip(layers, shifts, strict=True))[0]
    s = parameter("s", low)
    along = {layer.weight: layer.of_charge.subs(layer.charge, layer.side * s + d) for layer, d in zip(layers, symbols, strict=True)}
    pace = forward * power_form((parts[0] / links[0] / scale).subs(along))
    x = power_form(expr.subs(along))
    metric = sympy.Add(*(power_form(((side * slope) ** q).subs(along)) for side, slope in zip(sides, slopes, strict=True)))
    path = Path(s, (low, high), x, (sympy.nan, sympy.nan), pace, origin, _tidy(metric, s), constants)
    first, *others = (side * scale * c for side, (c, *_) in zip(sides, charges, strict=True))
    integrals = tuple(sides[0] * (first - other) for other in others)
    if not _has_its_metric(path):
        raise NoClosedForm("parametric form", f"{path.metric} is not seen to be dx/dy along the path of {expr}")
    return replace(path, limits=(_along(path, low, "+"), _along(path, high, "-"))), integrals


def _has_its_metric(path: Path) -> bool:
    """Return whether dx/dy along a path is the sum of |dg/dw_i|^q, in balls at two points."""
    speed, metric = (path.value(e) for e in (sympy.diff(path.x, path.t) / path.pace, path.metric))
    with precision(256):
        values = [[BallFunction(e.subs(path.t, point), ())() for e in (speed, metric)] for point in map(path.value, path.inner())]
    return all(a.is_finite() and a.overlaps(b) for a, b in values)


def charge_of(part: sympy.Expr, weight: sympy.Symbol) -> tuple[sympy.Expr, sympy.Expr, sympy.Expr]:
    """Return the primitive of 1/part in a positive weight, with its limits at the ends of the range."""
    found = primitive(power_form(1 / part), weight, (sympy.S.Zero, sympy.oo), {})
    if found is None:
        raise NoClosedForm("quadrature", f"no primitive of {power_form(1 / part)} in {weight} is found")
    return found.form, found.low, found.high


def _layer(weight: sympy.Symbol, charge: sympy.Expr, ends: Ends, scale: sympy.Expr, side: int, start: Start) -> _Layer:
    low, high = (end * scale for end in ends)
    turned = -1 if sign_of(high) <= 0 else 1
    u = sympy.Dummy("u", positive=True) if turned < 0 or sign_of(low) >= 0 else sympy.Dummy("u", real=True)
    at = tuple(inner_point((sympy.S.Zero, sympy.oo), share) for share in _SHARES)
    of_charge = solved(turned * charge, weight, u, at, {})
    if of_charge is None:
        raise NoClosedForm("inversion", f"{charge} = c is not solved for {weight}")
    range_of_charge = (low, high) if turned > 0 else (-high, -low)
    return _Layer(weight, of_charge, u, range_of_charge, turned * charge.subs(weight, start[weight]), turned * side)


def _minus(end: sympy.Expr, shift: sympy.Expr) -> sympy.Expr:
    return end if end.is_infinite else end - shift


def _stand_ins(shifts: Sequence[sympy.Expr]) -> tuple[list[sympy.Expr], dict[sympy.Symbol, sympy.Expr]]:
    """Return symbols for constants, one for those that are equal and 0 for 0, and their values."""
    constants: dict[sympy.Symbol, sympy.Expr] = {}
    symbols: list[sympy.Expr] = []
    for shift in shifts:
        if sign_of(shift) == 0:
            symbols.append(sympy.S.Zero)
            continue
        known = next((symbol for symbol, value in constants.items() if compare(value, shift) == 0), None)
        if known is None:
            sign = {"positive": True} if sign_of(shift) > 0 else {"negative": True}
            known = sympy.Dummy("c", **sign)
            constants[known] = shift
        symbols.append(known)
    return symbols, constants


def _along(path: Path, end: sympy.Expr, side: str) -> sympy.Expr:
    """Return the limit of x at an end, of a product of powers by the orders of its factors."""
    total, size = sympy.S.Zero, sympy.S.One
    for factor in sympy.Mul.make_args(path.x):
        base, e = factor.as_base_exp()
        if e.has(path.t) or (base.has(path.t) and not sympy.diff(base, path.t).is_number):
            return _limit(path.value(path.x), path.t, end, side)
        value = path.value(base.subs(path.t, end)) if base.has(path.t) else path.value(base)
        if value.is_infinite:
            total += e  # of |s - end|^-1
        elif sign_of(value) == 0:
            total -= e
        else:
            size *= value**e
    order = sign_of(total)
    return sign_of(size) * sympy.oo if order > 0 else sympy.S.Zero if order < 0 else _leading(path, end, side)


def _leading(path: Path, end: sympy.Expr, side: str) -> sympy.Expr:
    if end.is_finite and not any(
        sign_of(path.value(f.as_base_exp()[0].subs(path.t, end))) == 0 for f in sympy.Mul.make_args(path.x)
    ):
        return path.value(path.x.subs(path.t, end))
    return _limit(path.value(path.x), path.t, end, side)
