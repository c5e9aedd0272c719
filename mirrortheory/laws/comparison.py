r"""Published and derived potentials compared: equal up to a positive factor and an affine term, or not.

Papers normalise potentials differently, so the question is whether one Bregman divergence is a multiple of the other,

.. math:: D_{\text{published}}(x, x_0) = c\, D_R(x, x_0) \iff R_{\text{published}}'' = c\, R'',

with a constant c. It is asked on all of the domain of the derived potential: where R(-x) = R(x), for x > 0 and for x < 0, and where
R' is finite at 0, R_published and R_published' must not jump there. Where R'' has no closed form it is asked along the exact curve
x(s), or x(y). A candidate for c comes from one point; the identities that it enters are examined like any other statement.

Some papers give x(y) = (R_published')^{-1}(y) and no R. With x(0) = 0 on both sides the question is then whether

.. math:: x_{\text{published}}(c\,y) = x(y), \qquad c = \frac{x'(0)}{x_{\text{published}}'(0)}.

Source: Bregman (1967) for the divergence; the comparison is this project's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import sympy

from mirrortheory.domain import NONZERO, POSITIVE, REALS, Domain
from mirrortheory.errors import InvalidArgument, NoClosedForm, NotEvaluable
from mirrortheory.evidence import Evidence, Identity, Verdict, combine
from mirrortheory.exact import as_expression, reduce_to_ring, sign_of
from mirrortheory.exact import compare as order
from mirrortheory.potentials import DualPotential, MirrorPotential, Normalisation, Potential, PrimalPotential, S, X, Y

_KINKS = (sympy.DiracDelta, sympy.Heaviside, sympy.Piecewise, sympy.Derivative)


@dataclass(frozen=True, repr=False)
class Comparison:
    """Whether R_published = factor R + affine term, on a domain.

    Attributes:
        factor: the candidate for c.
        domain: where the two are compared.
        evidence: of R_published'' = c R'' on each side of 0, and of no jump at 0.
        other: what it is compared with, in words.
    """

    factor: sympy.Expr
    domain: Domain
    evidence: tuple[Evidence, ...]
    other: str = "the derived potential"

    @property
    def verdict(self) -> Verdict:
        """How much was shown; REFUTED means that no factor will do."""
        return combine(self.evidence)

    def __repr__(self) -> str:
        return f"Comparison(factor={self.factor}, domain={str(self.domain)!r}, verdict={self.verdict})"

    def __str__(self) -> str:
        decisive = next(e for e in self.evidence if e.verdict is self.verdict)
        why = f"{decisive.part}: {decisive.detail}"
        if self.verdict is Verdict.REFUTED:
            return f"REFUTED: no multiple of {self.other} on {self.domain}; {why}, {_witness(decisive)}"
        apart = " on each side of 0" if NONZERO in self.domain.ranges.values() else ""
        return f"{self.verdict}: {self.factor} times {self.other} on {self.domain}, up to an affine term{apart}; {why}"


@dataclass(frozen=True)
class _Side:
    """The published potential and the derived metric on one side of 0, or on an interval that is taken whole.

    Attributes:
        name: the side, in words.
        published: R_published as a function of ``at``, the distance from 0 or x itself.
        variable, ends: of the curve on which they are compared.
        argument: ``at`` along the curve.
        metric: 1/R'' along the curve.
    """

    name: str
    published: sympy.Expr
    at: sympy.Symbol
    variable: sympy.Symbol
    ends: tuple[sympy.Expr, sympy.Expr]
    argument: sympy.Expr
    metric: sympy.Expr

    def ratio(self) -> sympy.Expr:
        """R_published''/R'' along the curve."""
        return _without_cancellation(sympy.diff(self.published, self.at, 2).subs(self.at, self.argument) * self.metric)


def symbol_of(potential: MirrorPotential) -> sympy.Symbol:
    """Return the symbol in which to write a published potential: real where x may be negative, else positive."""
    even = isinstance(potential, Potential) and potential.even
    return sympy.Symbol(potential.symbol.name, real=True) if even else potential.symbol


def compare(published: sympy.Expr, potential: MirrorPotential, *, seed: int = 0) -> Comparison:
    """Compare a published potential with a derived one, on all of the domain of the derived one.

    Args:
        published: R(x) as an expression in a symbol of the name of ``potential.symbol``. A symbol declared positive states it for
            x > 0 only, and there it is compared; :func:`symbol_of` gives the one to use. Or x(y) as an expression in ``Y``.
        potential: derived, with numbers for q and for the imbalance, or one of your own.
        seed: of the sampling.

    Raises:
        InvalidArgument: for what is no potential, for other symbols, or a published potential that is affine, has a kink, or is not
            real where x < 0.
        NoClosedForm: where the derived curve has symbols.

    >>> from mirrortheory import Flow, Lq, derive
    >>> from mirrortheory.reparams import PowerDifference
    >>> found = derive(Flow(Lq(2), PowerDifference(2)), initial=(1, 1)).potential
    >>> x = found.symbol
    >>> compare(x * sympy.asinh(x / 2) - sympy.sqrt(x**2 + 4), found)  # Woodworth et al. (2020) drop the 4
    Comparison(factor=4, domain='x in R', verdict=PROVED)
    """
    _must_be_a_formula_and_a_potential(published, potential)
    x, published = potential.symbol, as_expression(published, "published")
    if published.free_symbols == {Y}:
        return _compare_inverses(published, potential, seed)
    if [s.name for s in published.free_symbols] != [x.name]:
        raise InvalidArgument("published", f"an expression in {x}, or x(y) in {Y}", published, "give its parameters numbers")
    if sympy.simplify(sympy.diff(published, *published.free_symbols, 2)) == 0:
        raise InvalidArgument("published", "a potential with R'' != 0", published, "an affine function has no Bregman divergence")
    domain, sides = _sides(published, potential)
    for side in sides:
        if (side.argument.free_symbols | side.metric.free_symbols) - {side.variable}:
            raise NoClosedForm("comparison", "the derived potential has symbols; give q and the imbalance numbers")
    factor = _factor(sides[0], published)
    if any(side.published.has(*_KINKS) or side.ratio().has(*_KINKS) for side in sides):
        raise InvalidArgument("published", "smooth, off x = 0", published, "compare it between its kinks, piece by piece")
    evidence = []
    for statement in _statements(sides, factor, joined=domain.contains({next(iter(domain.ranges)): sympy.S.Zero})):
        found = statement.examine(seed=seed)
        if found.kind == "ring" and found.verdict is Verdict.DERIVED:  # equal off a point, where R_published' may jump
            found = replace(found, verdict=Verdict.UNDECIDED, detail=f"{found.detail}, and a kink there is not ruled out")
        evidence.append(found)
        if evidence[-1].verdict is Verdict.REFUTED:
            break
    return Comparison(factor, domain, tuple(evidence))


def _must_be_a_formula_and_a_potential(published: object, potential: object) -> None:
    if not isinstance(potential, MirrorPotential):
        remedy = "write compare(formula, potential), a formula first, and derivation.potential of a derivation"
        raise InvalidArgument("potential", "a derived one, or one of your own", potential, remedy)
    if isinstance(published, MirrorPotential):
        raise InvalidArgument("published", "a formula", published, "write its .potential, or its .inverse_mirror_map")


def _compare_inverses(published: sympy.Expr, potential: MirrorPotential, seed: int) -> Comparison:
    variable, ends, y, x, start = _along(potential)
    if (y.free_symbols | x.free_symbols) - {variable}:
        raise NoClosedForm("comparison", "the derived potential has symbols; give q and the imbalance numbers")
    slope = _at_zero(sympy.diff(published, Y).subs(Y, X))
    if sympy.simplify(published.subs(Y, 0)) != 0 or not (slope.is_positive and start.is_positive and start.is_finite):
        raise NoClosedForm("comparison", "x(y) is compared where both have x(0) = 0 and a finite positive slope there")
    factor = sympy.simplify(start / slope)
    on = Domain({variable: sympy.Interval.open(*ends)})
    both = isinstance(potential, Potential) and potential.even
    signs = ((1, ", x > 0"), (-1, ", x < 0")) if both else ((1, ""),)
    evidence = []
    for sign, where in signs:
        lhs, rhs = (_with_whole_bases(e) for e in (published.subs(Y, sign * factor * y), sign * x))
        statement = Identity(lhs, rhs, on=on, part=f"x_published(c y) = x(y){where}")
        evidence.append(statement.examine(seed=seed))
    if isinstance(potential, Potential):
        domain = Domain({symbol_of(potential): REALS if both else POSITIVE})
    else:
        domain = Domain({potential.symbol: sympy.Interval.open(*potential.region)})
    return Comparison(factor, domain, tuple(evidence))


def _with_whole_bases(expr: sympy.Expr) -> sympy.Expr:
    """Write (1/2 - y)^e as (1/2)^e (1 - 2 y)^e, so that a ring sees powers of one base."""

    def whole(base: sympy.Expr, exponent: sympy.Expr) -> sympy.Expr:
        content, primitive = base.as_content_primitive()
        return content**exponent * primitive**exponent

    return expr.replace(lambda e: e.is_Pow and e.base.is_Add and e.exp.is_Rational, lambda e: whole(*e.args))


def _along(potential: MirrorPotential) -> tuple[sympy.Symbol, tuple[sympy.Expr, sympy.Expr], sympy.Expr, sympy.Expr, sympy.Expr]:
    """Return a curve: its variable, the ends of that, y and x along it, and dx/dy where x = y = 0."""
    if isinstance(potential, Potential):
        if potential.normalisation is not Normalisation.ORIGIN:
            raise NoClosedForm("comparison", "x(y) is compared where R'(0) = 0, and here R'(0) is infinite")
        if potential.closed_inverse_mirror_map is not None and potential.dual_density.order_at_infinity() >= -1:
            x_of_y = potential.closed_inverse_mirror_map.subs(Y, X)
            return X, (sympy.S.Zero, sympy.oo), X, x_of_y, sympy.limit(sympy.diff(x_of_y, X), X, 0, "+")
        y = sympy.integrate(potential.dual_density.expression(S), S)
        if y.has(sympy.Integral, sympy.Piecewise, sympy.hyper, sympy.meijerg):
            y = potential.mirror_map_expression().subs(X, potential.effective.expression(S))
        else:
            y -= sympy.limit(y, S, 0, "+")
        return S, (sympy.S.Zero, sympy.oo), y, potential.effective.expression(S), sympy.limit(potential.inverse_metric, S, 0, "+")
    if isinstance(potential, DualPotential):
        if sympy.simplify(potential.closed_inverse_mirror_map.subs(Y, 0)) != 0:
            raise NoClosedForm("comparison", "x(y) is compared where x(0) = 0, and here it is not")
        start = sympy.simplify(potential.inverse_metric.subs(Y, 0))
        return Y, potential.dual_domain, Y, potential.closed_inverse_mirror_map, start
    x = potential.symbol
    if x.is_positive or sympy.simplify(potential.closed_mirror_map.subs(x, 0)) != 0:
        raise NoClosedForm("comparison", "x(y) is compared where x(0) = 0, and here it is not")
    return x, potential.region, potential.closed_mirror_map, x, 1 / potential.closed_hessian.subs(x, 0)


def _without_cancellation(ratio: sympy.Expr) -> sympy.Expr:
    """Write hyperbolic functions as quotients of sums of exponentials, where these are defined everywhere by their form.

    1 - tanh(x)^2 times cosh(x)^2 is 1, and far out balls would need thousands of digits to see it.
    """
    if not ratio.has(sympy.exp, sympy.tanh, sympy.sinh, sympy.cosh):
        return ratio
    exponential = ratio.rewrite(sympy.exp)
    try:
        reduction = reduce_to_ring(exponential)
    except NotEvaluable:
        return ratio
    return ratio if reduction.nonzero or reduction.defined else sympy.cancel(exponential)


def _factor(side: _Side, published: sympy.Expr) -> sympy.Expr:
    place = _between(*side.ends)
    factor = sympy.simplify(side.ratio().subs(side.variable, place))
    if not factor.is_finite:
        raise NoClosedForm("comparison", f"R_published''/R'' is not finite at {side.variable} = {place}")
    if not factor.is_positive:
        condition = f"smooth and strictly convex at {side.variable} = {place}"
        raise InvalidArgument("published", condition, published, "check its sign, and whether it has a kink there")
    return factor


def _statements(sides: Sequence[_Side], factor: sympy.Expr, *, joined: bool) -> Iterator[Identity]:
    for side in sides:
        on = Domain({side.variable: sympy.Interval.open(*side.ends)})
        yield Identity(side.ratio(), factor, on=on, part=f"R_published'' = c R''{side.name}")
    if joined and len(sides) == 2:
        right, left = sides
        here = Domain({})
        yield Identity(_at_zero(right.published), _at_zero(left.published), on=here, part="R_published does not jump at 0")
        slopes = (sympy.diff(side.published, side.at) for side in sides)  # along the distance from 0
        rising, falling = map(_at_zero, slopes)
        yield Identity(rising, -falling, on=here, part="R_published' does not jump at 0")


def _sides(published: sympy.Expr, potential: MirrorPotential) -> tuple[Domain, tuple[_Side, ...]]:
    x = potential.symbol
    (given,) = published.free_symbols
    if not isinstance(potential, Potential):
        return Domain({x: sympy.Interval.open(*potential.region)}), _explicit_sides(published.subs(given, x), potential)
    whole = sympy.S.Zero, sympy.oo
    if potential.closed_hessian is not None:
        curve = X, whole, X, 1 / potential.closed_hessian
    else:
        curve = S, whole, potential.effective.expression(S), potential.inverse_metric
    right = _Side("", published.subs(given, X), X, *curve)
    if not potential.even or given.is_positive:
        return Domain({X: POSITIVE}), (right,)
    mirrored = published.subs(given, -X)
    through = potential.normalisation is Normalisation.ORIGIN
    if mirrored.subs(X, 1).is_real is False:
        if through:
            raise InvalidArgument("published", "real for x < 0 too, as the potential is even", published, "write abs(x) for x")
        return Domain({X: POSITIVE}), (right,)  # 0 is not reached, and x > 0 is a domain of its own
    both = tuple(_Side(f", {name}", form, X, *curve) for name, form in (("x > 0", right.published), ("x < 0, in -x", mirrored)))
    return Domain({symbol_of(potential): REALS if through else NONZERO}), both


def _explicit_sides(published: sympy.Expr, potential: DualPotential | PrimalPotential) -> tuple[_Side, ...]:
    x, (low, high) = potential.symbol, potential.region
    kinks = (sympy.Abs, sympy.sign, sympy.Piecewise)
    split = published.has(*kinks) or (isinstance(potential, PrimalPotential) and potential.closed_potential.has(*kinks))
    if not (split and sign_of(low) < 0 < sign_of(high)):
        if potential.closed_hessian is not None:
            return (_Side("", published, x, x, (low, high), x, 1 / potential.closed_hessian),)
        assert isinstance(potential, DualPotential)
        return (_Side("", published, x, Y, potential.dual_domain, potential.closed_inverse_mirror_map, potential.inverse_metric),)
    if potential.closed_hessian is None:
        raise NoClosedForm("comparison", "abs and sign are compared where R'' has a closed form")
    return tuple(
        _Side(
            f", {name}", published.subs(x, sign * X), X, X, (sympy.S.Zero, end), X, 1 / potential.closed_hessian.subs(x, sign * X)
        )
        for name, sign, end in (("x > 0", 1, high), ("x < 0, in -x", -1, -low))
    )


def _at_zero(form: sympy.Expr) -> sympy.Expr:
    """Return the value, or else the limit, of an expression in X at 0 from the right."""
    value = form.subs(X, 0)
    if not value.is_finite or value.has(sympy.AccumBounds):
        value = sympy.limit(form, X, 0, "+")
    if not value.is_finite:
        raise NoClosedForm("comparison", "R_published or R_published' has no finite limit at x = 0")
    return value


def _between(low: sympy.Expr, high: sympy.Expr) -> sympy.Expr:
    if order(low, 1) < 0 < order(high, 1):  # rather than 0, where powers of x are singular
        return sympy.S.One
    if low == -sympy.oo:
        return sympy.floor(high) - 1
    return sympy.ceiling(low) + 1 if high == sympy.oo else (low + high) / 2


def _witness(evidence: Evidence) -> str:
    return ", ".join(f"{name} = {value}" for name, value in (evidence.witness or {}).items())
