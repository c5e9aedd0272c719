r"""Axioms of Legendre and Bregman functions, one by one, each with the evidence that earns its verdict.

For a potential R of one coordinate with :math:`R'' > 0` on the interior of a closed interval, with ends e (finite or not),

==============================  ==================================================================================
strict convexity                :math:`R'' > 0`, and R' increases through x = 0 where that is inside
essential smoothness            at each finite e, :math:`|R'|` is unbounded: :math:`\int^e R'' = \infty`
closed zone                     at each finite e, R(e) is finite: :math:`\int^e |t - e|\, R'' < \infty`
level-boundedness of D(x, .)    at each infinite e, :math:`D(x, y) = \int_x^y (t - x)\, R''` is unbounded:
                                :math:`\int^e |t|\, R'' = \infty`
level-boundedness of D(., y)    from strict convexity: :math:`D(x, y) = \int_y^x (R'(t) - R'(y))\,\mathrm d t`
convergence                     :math:`y_n \to y^* \Rightarrow D(y^*, y_n) \to 0` on the closed domain: in the interior as R is
                                :math:`C^1`; at a finite e, :math:`D(e, y) = \int_e^y |t - e|\, R''`: closed zone
consistency                     :math:`x_n` bounded, :math:`y_n \to y^*`, :math:`D(x_n, y_n) \to 0 \Rightarrow x_n \to y^*`:
                                from strict convexity, as :math:`D(a, b) = |\int_b^a (a - t)\, R''|` has a positive minimum
                                where :math:`|a - b| \ge \delta` on a bounded set
R' onto                         :math:`\int^e R'' = \infty` at both ends
==============================  ==================================================================================

R is Legendre iff the first two hold. D(x, .) is level-bounded for x inside and at a finite end alike, and iff dom R* is open
where R is Legendre. Where dom R alone is asked about, as Bauschke and Borwein do, convergence always holds in one dimension; here,
as in Censor and Lent, it is asked of the closed domain, and so fails together with the closed zone (Burg entropy). A potential
that fails an axiom is not for that reason useless.

Comparisons of rational orders earn PROVED, limits by SymPy DERIVED; an axiom that fails is REFUTED with the integral that
decides it, enclosed. Each is corroborated in balls: a contradiction is a :class:`~mirrortheory.errors.BrokenCheck`.

Source: Bauschke and Borwein (1997), "Legendre functions and the method of random Bregman projections"; Censor and Lent (1981),
"An iterative row-action method for interval convex programming"; Solodov and Svaiter (2000) for consistency from convexity.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import sympy

from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.errors import BrokenCheck, InvalidArgument
from mirrortheory.evidence import Evidence, Identity, Inequality, Verdict, combine
from mirrortheory.exact import Ball, BallFunction, Ranges, ball, compare, decimal, precision
from mirrortheory.potentials import (
    DualPotential,
    End,
    Ends,
    Integral,
    MirrorPotential,
    Normalisation,
    Potential,
    PrimalPotential,
    S,
    Y,
    ends,
    limit_at,
)
from mirrortheory.potentials.numeric import mass

_BITS, _DIGITS = 400, 20
_NEAR = sympy.Rational(1, 10**60)
_T = sympy.Symbol("t", positive=True)
_ISOLATED = "and analytic on the whole region, by bounds on cells that cover it; so it vanishes at isolated points at most"


@dataclass(frozen=True)
class Axiom:
    """One axiom with its evidence.

    Attributes:
        name: as in the table of :mod:`mirrortheory.laws.axioms`.
        evidence: what was looked at; the verdict follows from it.
        decisive: the comparison of the exponents that decides, such as ``m_oo = 3/2 > 1``; empty when none does.
    """

    name: str
    evidence: tuple[Evidence, ...]
    decisive: str = ""

    @property
    def verdict(self) -> Verdict:
        """How much was shown; REFUTED when the axiom fails."""
        return combine(self.evidence)

    @property
    def why(self) -> str:
        """The evidence that decides, in one line."""
        return "; ".join(e.detail for e in self.evidence if e.essential and e.verdict is self.verdict)


@dataclass(frozen=True)
class LegendreReport:
    """The axioms of a potential on a domain.

    Attributes:
        domain: the closed interval of x.
        dual_domain: the image of R', open; c stands for a finite bound of R', ? for an end that depends
            on q; none where R is not convex.
        ends: what R does at the ends of the domain, with the exponents of the inverse metric there.
        axioms: one by one.
    """

    domain: str
    dual_domain: str
    ends: Ends
    axioms: tuple[Axiom, ...]

    def __getitem__(self, name: str) -> Axiom:
        """Return the axiom of this name."""
        found = {axiom.name: axiom for axiom in self.axioms}
        if name not in found:
            raise InvalidArgument("axiom", f"one of {', '.join(found)}", name, "write one of them")
        return found[name]

    def verdict(self, name: str) -> Verdict:
        """Return the verdict on the axiom of this name."""
        return self[name].verdict

    @property
    def legendre(self) -> Verdict:
        """Whether R is a Legendre function: essentially smooth and strictly convex."""
        return combine([*self["strict convexity"].evidence, *self["essential smoothness"].evidence])


def legendre(potential: MirrorPotential, domain: sympy.Set | None = None, *, seed: int = 0) -> LegendreReport:
    """Return the axioms of a Legendre or Bregman function for a derived potential, or one of your own, with verdicts.

    Args:
        potential: its q may be a symbol: an axiom that depends on q is then UNDECIDED, with the condition.
        domain: an interval of x; by default where R lives (see :func:`mirrortheory.theory.ends`, also for orthants).
        seed: of the sampling.

    Raises:
        InvalidArgument: when the domain is no interval, or not inside the region of the potential.
        BrokenCheck: when the exact decision and the values in ball arithmetic contradict each other.

    >>> from mirrortheory import Flow, Lq, Product, derive
    >>> onto = legendre(derive(Flow(Lq(2), Product(3))).potential)["R' onto"]
    >>> onto.verdict.name, onto.decisive
    ('REFUTED', 'm_oo = 4/3 > 1')
    """
    found = ends(potential, domain)
    both = [found.right] if _mirrored(potential, found) else [found.left, found.right]
    finite, infinite = [e for e in both if e.at.is_finite], [e for e in both if e.at.is_infinite]
    seen = {end.at: corroboration for end in both if (corroboration := _corroborated(potential, end)) is not None}
    convex = _convexity(potential, found, seed)
    if combine(convex) is Verdict.REFUTED:
        presupposed = (Evidence("form", Verdict.VACUOUS, "", "presupposes that R is convex"),)
    else:
        presupposed = (Evidence(convex[0].kind, combine(convex), "", "R' increases strictly"),)

    def axiom(name: str, chosen: list[End], integral: str, wanted: bool, otherwise: str, *more: Evidence) -> Axiom:
        if presupposed[0].verdict is Verdict.VACUOUS:
            return Axiom(name, presupposed)
        shown = [_evidence(potential, end, getattr(end, integral), integral, wanted) for end in chosen]
        around = [seen[end.at] for end in chosen if end.at in seen]
        alone = (Evidence("form", Verdict.PROVED, "", otherwise),) if not chosen else ()
        found = Axiom(name, (*more, *alone, *shown, *around))
        deciding = [getattr(end, integral).decisive for end, e in zip(chosen, shown, strict=True) if e.verdict is found.verdict]
        return dataclasses.replace(found, decisive=", ".join(filter(None, dict.fromkeys(deciding))))

    axioms = (
        Axiom("strict convexity", convex, found.origin.slope.decisive if found.origin else ""),
        axiom("essential smoothness", finite, "slope", True, "the domain has no finite end"),
        axiom("closed zone", finite, "moment", False, "the domain has no finite end"),
        axiom("level-boundedness of D(x, .)", infinite, "moment", True, "the domain is bounded"),
        Axiom("level-boundedness of D(., y)", presupposed),
        axiom("convergence", finite, "moment", False, "R is differentiable on the whole domain", *presupposed),
        Axiom("consistency", presupposed),
        axiom("R' onto", both, "slope", True, ""),
    )
    if combine(convex) is Verdict.REFUTED:
        return LegendreReport(_interval(found.left.at, found.right.at), "none", found, axioms)
    image = f"({_dual_end(potential, found.left, '-')}, {_dual_end(potential, found.right, '')})"
    return LegendreReport(_interval(found.left.at, found.right.at), image, found, axioms)


def _convexity(potential: MirrorPotential, found: Ends, seed: int) -> tuple[Evidence, ...]:
    if isinstance(potential, PrimalPotential):
        return _of_formula(potential)
    if isinstance(potential, DualPotential):
        if _sign(potential.inverse_metric, potential.dual_domain) == 1:
            return (Evidence("form", Verdict.PROVED, "1/R'' > 0", "dx/dy is a sum of positive terms on the dual domain"),)
        if Ranges(Y, potential.dual_domain).nonnegative(potential.inverse_metric):
            return (Evidence("form", Verdict.PROVED, "1/R'' >= 0", f"dx/dy >= 0 {_ISOLATED}"),)
        metric, on = _on_a_half_line(potential)
        return (Inequality(0, metric, on=on, part="1/R'' > 0", strict=True).examine(seed=seed),)
    effective, density = potential.effective.expression(S), potential.dual_density.expression(S)
    pace = sympy.Add(*(e / (S + shift) for shift, e in potential.effective.factors))
    on = _curve(potential)
    if _rises_by_form(potential, on):
        detail = "x(s) and dy/ds are powers of s + lam, lam >= 0, with coefficients > 0, and those in x(s) have exponents > 0"
        shown = [Evidence("form", Verdict.PROVED, "dx/ds > 0, dy/ds > 0", detail)]
    else:
        rising = {"d log x/ds > 0": pace, "dy/ds > 0": density}
        shown = [Inequality(0, rate, on=on, part=part, strict=True).examine(seed=seed) for part, rate in rising.items()]
    # The metric comes from the Jacobian, and not from the densities: a second route to R''.
    parts = {"R'' dx = dy": (pace * effective, density * potential.inverse_metric)}
    parts |= {"dR* = x dy": (potential.conjugate_density.expression(S), effective * density)}
    linked = [Identity(*sides, on=on, part=part).examine(seed=seed) for part, sides in parts.items()]
    for evidence in linked:
        if evidence.verdict is Verdict.REFUTED:
            raise BrokenCheck(f"{evidence.part} fails along the curve: {evidence.detail}, {evidence.witness}")
    linked = [dataclasses.replace(evidence, essential=False) for evidence in linked]
    return (*shown, *linked, *([_through_zero(found.origin.slope)] if found.origin else []))


def _of_formula(potential: PrimalPotential) -> tuple[Evidence, ...]:
    if not potential.is_convex():
        return (Evidence("form", Verdict.UNDECIDED, "R'' >= 0", "R'' >= 0 is not seen on the whole region"),)
    convex = Evidence("form", Verdict.PROVED, "R'' >= 0", f"R'' >= 0 {_ISOLATED}")
    if len(potential.pieces(potential.closed_mirror_map)) == 1:
        return (convex,)
    slopes = [limit_at(form, x, sympy.S.Zero, "+") for form, x, _ in potential.pieces(potential.closed_mirror_map)]
    if None in slopes or compare(*slopes) != 0:
        raise BrokenCheck(f"R' jumps at 0, between {slopes[1]} and {slopes[0]}")
    return (convex, Evidence("limit", Verdict.DERIVED, "through 0", f"R'(0-) = R'(0+) = {slopes[0]}"))


def _rises_by_form(potential: Potential, on: Domain) -> bool:
    """Return whether coefficients, shifts and the exponents of x(s) have the signs that make x and y increase with s."""

    def positive(expr: sympy.Expr) -> bool:
        return bool(BallFunction(expr, ())() > 0) if expr.is_number else bool(expr.is_positive) or on.positive(expr)

    x, density = potential.effective, potential.dual_density
    coefficients = positive(x.coefficient) and positive(density.coefficient)
    shifts = all(shift == 0 or positive(shift) for shift, _ in (*x.factors, *density.factors))
    return coefficients and shifts and bool(x.factors) and all(positive(e) for _, e in x.factors)


def _sign(expr: sympy.Expr, domain: tuple[sympy.Expr, sympy.Expr]) -> int | None:
    """Return 1 (0) when an expression in y is positive (nonnegative) on an open interval by its form, else None."""
    if not expr.has(Y):
        value = BallFunction(expr, ())()
        return 1 if value > 0 else 0 if value == 0 else None
    if isinstance(expr, sympy.exp | sympy.cosh):
        return 1
    if expr.is_Pow and expr.exp.is_number:
        even = expr.exp.is_Integer and expr.exp % 2 == 0 and expr.exp > 0
        return 0 if even and _sign(expr.base, domain) != 1 else 1 if _sign(expr.base, domain) == 1 else None
    slope = sympy.diff(expr, Y)
    if slope.is_number:  # nonnegative at the lower of the two ends, so positive inside
        lowest = domain[0] if BallFunction(slope, ())() > 0 else domain[1]
        least = sympy.simplify(expr.subs(Y, lowest))
        return 1 if lowest.is_finite and (least == 0 or BallFunction(least, ())() > 0) else None
    if expr.is_Add or expr.is_Mul:
        signs = [_sign(part, domain) for part in expr.args]
        if None in signs:
            return None
        return int((any if expr.is_Add else all)(signs))
    return None


def _through_zero(slope: Integral) -> Evidence:
    if slope.diverges is None:
        return Evidence("orders", Verdict.UNDECIDED, "through 0", f"R' increases through 0 unless {slope.decisive}")
    if slope.diverges:  # R(-x) = R(x)
        detail = f"R'(0-) = oo and R'(0+) = -oo: {slope.why}"
        return Evidence("orders", Verdict.REFUTED, "through 0", detail, {"x": "0", "R'(0-)": "oo", "R'(0+)": "-oo"})
    return Evidence("orders", Verdict.PROVED, "through 0", f"R'(0) = 0: {slope.why}")


def _evidence(potential: MirrorPotential, end: End, integral: Integral, kind: str, wanted: bool) -> Evidence:
    part, how = f"at {end.at}", "orders" if integral.exact else "limit"
    if integral.diverges is None:
        needed = "" if wanted else "must not: "
        return Evidence(how, Verdict.UNDECIDED, part, f"{needed}{integral.why}")
    if integral.diverges is wanted:
        return Evidence(how, Verdict.PROVED if integral.exact else Verdict.DERIVED, part, integral.why)
    return Evidence(how, Verdict.REFUTED, part, integral.why, _witness(potential, end, integral, kind))


def _witness(potential: MirrorPotential, end: End, integral: Integral, kind: str) -> dict[str, str]:
    """Enclose the integral up to the end where it converges but should not, or up to a point close to it where it is large."""
    with precision(_BITS):
        if isinstance(potential, Potential) and end.exponent is not None:
            at, far = _with_numbers(potential), bool(end.at.is_infinite)
            density, name = (at.dual_density, "dy") if kind == "slope" else (at.conjugate_density, "dR*")
            if not integral.diverges:
                return {f"int {name} between s = 1 and {'oo' if far else '0'}": _shown(mass(density, Ball(1), beyond=far))}
            sample = density.expression(S).subs(S, _NEAR if not far else 1 / _NEAR)
            return {f"{name}/ds at s = {'10^60' if far else '10^-60'}": _shown(BallFunction(sample, ())())}
        if kind == "slope":
            limit = potential.mirror_map_expression().subs(potential.symbol, end.at) if end.dual is None else end.dual
            return {f"R' at {end.at}": str(limit) if limit.free_symbols else _shown(BallFunction(limit, ())())}
        return {"limit": str(integral.value)}


def _shown(value: Ball) -> str:
    text = decimal(value, _DIGITS)
    return f"{text['mid']} +/- {text['rad']}"


def _curve(potential: Potential) -> Domain:
    symbols = potential.inverse_metric.free_symbols | {S}
    for product in (potential.effective, potential.dual_density):
        symbols |= product.expression(S).free_symbols
    return Domain({v: sympy.Interval(1, 2) if v in _exponent_symbols(potential) else POSITIVE for v in sorted(symbols, key=str)})


def _exponent_symbols(potential: Potential) -> set[sympy.Symbol]:
    products = (potential.effective, potential.dual_density)
    return set().union(*(e.free_symbols for product in products for _, e in product.factors))


def _with_numbers(potential: Potential) -> Potential:
    """Put numbers in place of the symbols: q = 3/2, and 1, 2, .. for the imbalance."""
    exponent = _exponent_symbols(potential)
    others = [v for v in _curve(potential).ranges if v not in exponent and v != S]
    numbers: Mapping[sympy.Symbol, sympy.Expr] = {v: sympy.Rational(3, 2) for v in exponent}
    numbers = {**numbers, **{v: sympy.Integer(i) for i, v in enumerate(others, start=1)}}
    return dataclasses.replace(
        potential,
        effective=potential.effective.subs(numbers),
        dual_density=potential.dual_density.subs(numbers),
        conjugate_density=potential.conjugate_density.subs(numbers),
        inverse_metric=potential.inverse_metric.subs(numbers),
    )


def _on_a_half_line(potential: DualPotential) -> tuple[sympy.Expr, Domain]:
    """Return 1/R'' in a variable t > 0 that runs once over the dual domain, so that its form shows its sign."""
    low, high = potential.dual_domain
    if low.is_finite and high.is_finite:
        y = (low + high * _T) / (1 + _T)
    else:
        y = low + _T if low.is_finite else high - _T if high.is_finite else sympy.log(_T)
    metric = sympy.expand_power_exp(sympy.expand(potential.inverse_metric.rewrite(sympy.exp))).subs(Y, y)
    metric = sympy.factor(metric) if low.is_Rational and high.is_Rational else sympy.simplify(metric)
    return metric, Domain({_T: POSITIVE})


def _corroborated(potential: MirrorPotential, end: End) -> Evidence | None:
    """Look at the values close to an end, by a route that uses neither the orders nor the limits."""
    if isinstance(potential, DualPotential):
        return None if end.dual is None else _trend(potential, end)
    if isinstance(potential, PrimalPotential):
        return None if end.dual is None else _trend_of_formula(potential, end)
    if end.exponent is None:
        return None
    at = _with_numbers(potential)
    far = bool(end.at.is_infinite)
    metric, effective = (BallFunction(e, (S,)) for e in (at.inverse_metric, at.effective.expression(S)))
    shifts = [abs(shift) for shift, _ in at.effective.factors if shift != 0]
    start = sympy.ceiling(sum(shifts, sympy.S.One)) / _NEAR if far else _NEAR / sympy.ceiling(sum(1 / s for s in shifts) + 1)
    expected = end.exponent.subs(dict.fromkeys(_exponent_symbols(potential), sympy.Rational(3, 2)))
    with precision(_BITS):
        (x, m), (x_next, m_next) = ((effective(s), metric(s)) for s in (start, start * (10 if far else sympy.Rational(1, 10))))
        slope = (m_next / m).log() / (x_next / x).log()
        if not abs(slope - ball(expected)) < Ball(10) ** -_DIGITS:
            raise BrokenCheck(f"log(1/R'')/log x has slope {_shown(slope)} towards x = {end.at}, and not {expected}")
        where = "x = oo" if far else "x = 0"
        detail = f"1/R'' grows like x^({expected}) towards {where}, to {_DIGITS} digits in balls"
    return Evidence("sampled", Verdict.SUPPORTED, f"at {end.at}", detail, essential=False)


def _trend(potential: DualPotential, end: End) -> Evidence:
    """Follow x(y) and R*(y) - e y towards the end: x approaches its end, R* grows as its derivative x says, and to its limit."""
    origin = end.at if end.at.is_finite else sympy.S.Zero
    dx, limit = BallFunction(potential.closed_inverse_mirror_map - origin, (Y,)), end.moment.value
    moment = None if potential.closed_conjugate is None else BallFunction(potential.closed_conjugate - origin * Y, (Y,))
    with precision(_BITS):
        points = _towards(potential.dual_domain, end.dual == potential.dual_domain[1])
        distances = [abs(dx(y)) for y in points]
        if not (_increasing(distances[2:]) if end.at.is_infinite else _increasing(distances[::-1])):
            raise BrokenCheck(f"x(y) does not tend to {end.at} as y tends to {end.dual}")
        if moment is not None:
            values = [moment(y) for y in points]
            for (a, b), (left, right) in zip(pairwise(points), pairwise(values), strict=True):
                step = (right - left) / (b - a)
                if step < dx(min(a, b)) or step > dx(max(a, b)):
                    raise BrokenCheck(f"R* does not grow with slope x(y) towards y = {end.dual}")
            if limit is not None and not _tends(values, limit):
                raise BrokenCheck(f"R*(y) - ({origin})*y does not tend to {limit} as y tends to {end.dual}")
    detail = f"x(y){'' if moment is None else ' and R*(y)'} move to their limits at {len(points)} points, in balls"
    return Evidence("sampled", Verdict.SUPPORTED, f"at {end.at}", detail, essential=False)


def _trend_of_formula(potential: PrimalPotential, end: End) -> Evidence:
    """Follow R'(x), and R or x R' - R, towards the end: R' moves to its limit, and so does the other where it has one."""
    forms = [(potential.closed_mirror_map, end.dual)]
    if end.moment.value is not None:
        moment = (
            potential.closed_potential
            if end.at.is_finite
            else potential.symbol * potential.closed_mirror_map - potential.closed_potential
        )
        forms.append((moment, end.moment.value))
    count = 0
    with precision(_BITS):
        points = _towards(potential.region, end.at == potential.region[1])
        for form, limit in forms:
            function = BallFunction(form, (potential.symbol,))
            values = [value for x in points if (value := function(x)).is_finite()]
            if limit is not None and len(values) > 2 and not _tends(values, limit):
                raise BrokenCheck(f"R' or R does not tend to {limit} as x tends to {end.at}")
            count = max(count, len(values))
    detail = f"R'{'' if len(forms) == 1 else ' and R'} move to their limits at {count} points, in balls"
    return Evidence("sampled", Verdict.SUPPORTED, f"at {end.at}", detail, essential=False)


def _tends(values: list[Ball], limit: sympy.Expr) -> bool:
    if limit.is_infinite:
        sizes = [value if limit > 0 else -value for value in values[2:]]
        return _increasing(sizes) and not sizes[-1] < 0
    gaps = [abs(value - BallFunction(limit, ())()) for value in values]
    return _increasing(gaps[::-1]) and not gaps[-1] > gaps[0] / 2


def _towards(interval: tuple[sympy.Expr, sympy.Expr], upper: bool) -> list[Ball]:
    low, high = (None if e.is_infinite else BallFunction(e, ())() for e in interval)
    near, other, sign = (high, low, 1) if upper else (low, high, -1)
    if near is None:
        return [(Ball(0) if other is None else other) + sign * Ball(2) ** k for k in (4, 8, 16, 32, 64)]
    distance = Ball(1) if other is None else abs(near - other) / 2
    return [near - sign * distance * Ball(10) ** -k for k in (2, 4, 8, 16, 32)]


def _increasing(values: list[Ball]) -> bool:
    """Return whether balls are finite and nowhere seen to decrease."""
    return all(a.is_finite() and b.is_finite() and not b < a for a, b in pairwise(values))


def _mirrored(potential: MirrorPotential, found: Ends) -> bool:
    """Return whether the domain of a product is R, so that both ends are alike."""
    return isinstance(potential, Potential) and bool(found.left.at.is_infinite and found.right.at.is_infinite)


def _interval(left: sympy.Expr, right: sympy.Expr) -> str:
    if left.is_infinite and right.is_infinite:
        return "R"
    return f"{'(-oo' if left.is_infinite else f'[{left}'}, {'oo)' if right.is_infinite else f'{right}]'}"


def _dual_end(potential: MirrorPotential, end: End, minus: str) -> str:
    if end.dual is not None:
        return str(end.dual)
    if not isinstance(potential, Potential) or end.exponent is None:
        return f"R'({end.at})"
    if end.slope.diverges is not False:
        return f"{minus}oo" if end.slope.diverges else "?"
    return f"{minus}c" if end.at.is_infinite and potential.normalisation is Normalisation.ORIGIN else "0"
