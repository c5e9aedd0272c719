r"""A potential of the user's own: from a formula for R, R', R'' or x(y) to a mirror potential, or a refusal that says why.

Nothing is taken for granted. On the whole domain the formula must be analytic (but for abs and sign of x, off x = 0) and
:math:`R'' \ge 0`, by :class:`~mirrortheory.exact.Ranges`. As R'' is then zero at isolated points at most, R' increases strictly. At
x = 0 a formula with abs or sign must join: R and R' must not jump. A formula that fails is refused, with a point where it does, or
with the remark that neither is shown.

Source: this project.
"""

from __future__ import annotations

import dataclasses

import sympy

from mirrortheory.errors import BrokenCheck, InvalidArgument
from mirrortheory.exact import (
    BallFunction,
    Ranges,
    ball,
    between,
    compare,
    decimal,
    expression,
    interval,
    inverse,
    lowest,
    points,
    precision,
    sign_of,
    simplified,
)
from mirrortheory.potentials.closed_form import ClosedForm
from mirrortheory.potentials.dual import REAL_X, DualPotential, closed_forms
from mirrortheory.potentials.legendre import limit_at
from mirrortheory.potentials.potential import X, Y
from mirrortheory.potentials.primal import PrimalPotential, near_end

GIVEN = ("potential", "mirror-map", "hessian", "inverse-mirror-map")
_NAMES = {"potential": "R", "mirror-map": "R'", "hessian": "R''", "inverse-mirror-map": "x(y)"}
_DEFINED = "defined and smooth"
_BITS = 256
_U = sympy.Symbol("u", real=True)

Interval = tuple[sympy.Expr, sympy.Expr]
Forms = tuple[sympy.Expr, sympy.Expr, sympy.Expr]


def own(formula: object, domain: object = None, *, given: str = "potential") -> PrimalPotential | DualPotential:
    """Return the mirror potential that a formula gives.

    Args:
        formula: R(x), R'(x), R''(x), or x(y) as an expression in one symbol of that name, or as text.
        domain: an interval of x (of y for x(y)), as a SymPy set or as text such as ``0 < x < 1``; its interior is meant. By
            default R, or x > 0 where the formula is not defined on R.
        given: what the formula is, one of :data:`GIVEN`.

    Raises:
        InvalidArgument: where it is not a formula in that letter, is not defined, not differentiable or not strictly convex on the
            domain, or is not seen to be; the message has a point where it fails, if one is found.

    >>> entropy = own("x*log(x) - x", "x > 0")
    >>> entropy.mirror_map, entropy.inverse_mirror_map, entropy.conjugate
    (log(x), exp(y), exp(y))
    >>> own("x**3", "x > -1")
    Traceback (most recent call last):
    ...
    mirrortheory.errors.InvalidArgument: potential must be strictly convex on -1 < x < oo, got x**3; R'' = -3 +/- 0 at x = -1/2
    """
    if given not in GIVEN:
        raise InvalidArgument("given", f"one of {', '.join(GIVEN)}", given, "write one of them")
    return _Reader(formula, given).read(domain)


class _Reader:
    def __init__(self, formula: object, given: str) -> None:
        self.given, self.letter = given, "y" if given == "inverse-mirror-map" else "x"
        symbol = Y if self.letter == "y" else REAL_X
        self.text = formula
        if isinstance(formula, str):
            self.formula = expression(formula, {self.letter: symbol, "pi": sympy.pi}, "potential")
            return
        formula = formula.expression if isinstance(formula, ClosedForm) else formula
        if not isinstance(formula, sympy.Expr):
            raise InvalidArgument("potential", f"a formula in {self.letter}", formula, "write text, or a SymPy expression")
        others = [s for s in formula.free_symbols if s.name != self.letter]
        if others or len(formula.free_symbols) > 1:
            raise InvalidArgument("potential", f"a formula in {self.letter}", formula, "give its parameters numbers")
        self.formula = formula.subs(dict.fromkeys(formula.free_symbols, symbol))

    def read(self, domain: object) -> PrimalPotential | DualPotential:
        if domain is not None:
            return self.on(interval(domain, self.letter))
        try:
            return self.on((-sympy.oo, sympy.oo))
        except InvalidArgument as refused:
            if not refused.condition.startswith(_DEFINED):
                raise
            return self.on((sympy.S.Zero, sympy.oo))

    def on(self, domain: Interval) -> PrimalPotential | DualPotential:
        if self.letter == "y":
            return self.dual(domain)
        return self.primal(domain)

    # from R, R' or R''

    def primal(self, domain: Interval) -> PrimalPotential:
        low, high = domain
        if self.formula.has(sympy.Abs, sympy.sign) and sign_of(low) < 0 < sign_of(high):
            symbol = REAL_X
            right, normalised = self.forms(domain, 1)
            left, _ = self.forms(domain, -1)
            self.join(right, left, domain)
            forms = _joined(right, left)
            validity = f"R'' >= 0 on {self.where(domain)} off x = 0, zero at isolated points at most; R and R' do not jump at 0"
        else:
            symbol = X if sign_of(low) >= 0 else REAL_X
            forms, normalised = self.forms(domain, 0)
            validity = f"R'' >= 0 on {self.where(domain)}, zero at isolated points at most: R' increases strictly"
        found = PrimalPotential(*forms, domain, (None, None), symbol, normalised, (validity,))
        near = (found.towards(found.closed_mirror_map, side) for side in (0, 1))
        below, above = (limit_at(form, X, place, "+") for form, place in near)
        return _with_inverse(dataclasses.replace(found, dual_domain=_seen((below, above), found)))

    def forms(self, domain: Interval, side: int) -> tuple[Forms, str]:
        """Return R, R' and R'' when they are seen to be those of a strictly convex function, and where R and R' vanish, in words.

        With ``side`` 1 or -1 they are for x > 0 or x < 0, as functions of u = |x| > 0; else for x on the whole domain. With
        G(u) = R(side u): G' = side R', G'' = R''.
        """
        low, high = domain
        sign = side or 1
        piece = domain if not side else (sympy.S.Zero, side * (high if side > 0 else low))
        symbol = X if sign_of(piece[0]) >= 0 else REAL_X
        ranges = Ranges(symbol, piece)
        formula = _without_abs(self.formula.subs(REAL_X, sign * symbol), ranges)
        if formula.has(sympy.Abs, sympy.sign, sympy.Piecewise):
            raise self.refusal("smooth but at x = 0", domain, "take one side of its kink as the domain")
        order = GIVEN.index(self.given)
        chain = [formula if order != 1 else sign * formula]
        while len(chain) < 3 - order:
            chain.append(sympy.diff(chain[-1], symbol))
        for form in chain:
            self.must_be_defined(form, symbol, piece, domain, sign)
        hessian = simplified(chain.pop())
        if not hessian.has(symbol):
            if sign_of(hessian) <= 0:
                raise self.refusal("strictly convex", domain, f"R'' = {hessian}")
        elif not ranges.nonnegative(hessian):
            raise self.not_convex(hessian, symbol, piece, domain, sign)
        chain.append(hessian)
        anchor = sympy.S.Zero if side else _anchor(domain)
        while len(chain) < 3:
            chain.insert(0, _primitive(chain[0], symbol, ranges, anchor))
        if chain[1].has(sympy.Integral):
            chain[0] = _twice(hessian, symbol, anchor)
        chain[1] = min(chain[1], simplified(chain[1]), key=sympy.count_ops)
        normalised = ("R as given", f"R' as given, R({anchor}) = 0", f"R({anchor}) = 0 and R'({anchor}) = 0")[order]
        return (chain[0], sign * chain[1], hessian), normalised

    def must_be_defined(self, form: sympy.Expr, symbol: sympy.Symbol, piece: Interval, domain: Interval, side: int) -> None:
        if Ranges(symbol, piece).covers(form):
            return
        function = BallFunction(form, (symbol,))
        with precision(_BITS):
            place = next((p for p in points(*piece) if not function(ball(p)).is_finite()), None)
        seen = "it is not seen to be" if place is None else f"it is not at {self.letter} = {side * place}"
        raise self.refusal(_DEFINED, domain, f"{seen}; take another domain, such as {self.letter} > 0")

    def not_convex(self, rate: sympy.Expr, symbol: sympy.Symbol, piece: Interval, domain: Interval, side: int) -> InvalidArgument:
        name, condition = ("R''", "strictly convex") if self.letter == "x" else ("dx/dy", "strictly increasing")
        found = lowest(rate, symbol, piece)
        if found is None:
            remedy = f"{name} >= 0 is not seen, and no point against it; take a smaller domain"
            return self.refusal(condition if self.letter == "y" else f"seen to be {condition}", domain, remedy)
        place, value = found
        seen = decimal(value, 10)
        return self.refusal(condition, domain, f"{name} = {seen['mid']} +/- {seen['rad']} at {self.letter} = {side * place}")

    def join(self, right: Forms, left: Forms, domain: Interval) -> None:
        """Refuse what jumps at 0, or has another slope on each side."""
        for name, a, b in (("R", right[0], left[0]), ("R'", right[1], left[1])):
            at = [limit_at(form, X, sympy.S.Zero, "+") for form in (a, b)]
            with precision(_BITS):  # where it has a value at 0, that is the limit
                for value, form in zip(at, (a, b), strict=True):
                    here = BallFunction(form, (X,))(0)
                    if value is not None and value.is_finite and here.is_finite() and not here.overlaps(BallFunction(value, ())()):
                        raise BrokenCheck(f"SymPy's limit {value} of {name} at 0 is not its value there")
            if None in at or any(value.is_infinite for value in at if value is not None):
                raise self.refusal("differentiable", domain, f"{name} has no finite limit at x = 0; take x > 0 as the domain")
            if compare(*at) != 0:
                kind = "R'(0-)" if name == "R'" else "R(0-)"
                raise self.refusal("differentiable", domain, f"{kind} = {at[1]} and {kind.replace('-', '+')} = {at[0]}")

    def refusal(self, condition: str, domain: Interval, remedy: str) -> InvalidArgument:
        return InvalidArgument("potential", f"{condition} on {self.where(domain)}", self.text, remedy)

    def where(self, domain: Interval) -> str:
        return f"{domain[0]} < {self.letter} < {domain[1]}"

    # from x(y)

    def dual(self, domain: Interval) -> DualPotential:
        low, high = domain
        if self.formula.has(sympy.Abs, sympy.sign):
            raise self.refusal("smooth", domain, "take one side of its kink as the domain")
        rate = sympy.diff(self.formula, Y)
        for form in (self.formula, rate):
            self.must_be_defined(form, Y, domain, domain, 1)
        if not rate.has(Y) and sign_of(rate) <= 0:
            raise self.refusal("strictly increasing", domain, f"dx/dy = {rate}")
        if not Ranges(Y, domain).nonnegative(rate):
            raise self.not_convex(rate, Y, domain, domain, 1)
        near = (near_end(self.formula, Y, end, side) for side, end in enumerate(domain))
        region = tuple(limit_at(form, X, place, "+") for form, place in near)
        if None in region:
            raise self.refusal("of a known range", domain, "SymPy finds no limits of x(y) at its ends; take another domain")
        left, right = (e for e in region if e is not None)
        symbol = X if sign_of(left) >= 0 else REAL_X
        from_zero = sign_of(low) < 0 < sign_of(high)
        conjugate = _closed_primitive(self.formula, Y)
        if conjugate is not None and not Ranges(Y, domain).covers(conjugate):
            conjugate = None
        if conjugate is not None and from_zero:
            conjugate -= conjugate.subs(Y, 0)
        origin = from_zero and sign_of(self.formula.subs(Y, 0)) == 0
        mirror_map = inverse(self.formula, Y, symbol)
        if mirror_map is not None and not _undoes((mirror_map, symbol), (self.formula, Y), domain):
            mirror_map = None
        forms = closed_forms(mirror_map, conjugate, symbol)
        return DualPotential(
            closed_inverse_mirror_map=self.formula,
            dual_domain=domain,
            region=(left, right),
            symbol=symbol,
            origin=origin,
            closed_conjugate=conjugate,
            validity=(f"dx/dy >= 0 on {self.where(domain)}, zero at isolated points at most: x(y) increases strictly",),
            normalisation="" if origin else "x(y) as given, R*(0) = 0" if from_zero else "x(y) as given, R* up to a constant",
            **forms,
        )


def _anchor(domain: Interval) -> sympy.Expr:
    """Return where R and R' of a given R'' vanish: 0, or else 1, or another point of the domain."""
    low, high = domain
    for place in (sympy.S.Zero, sympy.S.One):
        if compare(low, place) < 0 < compare(high, place):
            return place
    return between(low, high)


def _without_abs(formula: sympy.Expr, ranges: Ranges) -> sympy.Expr:
    """Put u or -u for abs(u), and 1 or -1 for sign(u), where u is seen to keep its sign."""
    for node in formula.atoms(sympy.Abs, sympy.sign):
        (u,) = node.args
        keeps = ranges.nonnegative if isinstance(node, sympy.Abs) else ranges.positive
        for sign in (1, -1):
            if keeps(sign * u):
                formula = formula.subs(node, sign * u if isinstance(node, sympy.Abs) else sign)
                break
    return formula


def _primitive(form: sympy.Expr, symbol: sympy.Symbol, ranges: Ranges, anchor: sympy.Expr) -> sympy.Expr:
    """Return the antiderivative that vanishes at ``anchor``, as an integral where no closed form is seen to be smooth."""
    closed = _closed_primitive(form, symbol)
    at_anchor = None if closed is None or not ranges.covers(closed) else limit_at(closed, symbol, anchor, "+")
    if closed is not None and at_anchor is not None and at_anchor.is_finite:
        return sympy.expand(closed - at_anchor) if closed.is_Add else closed - at_anchor
    return sympy.Integral(form.subs(symbol, _U), (_U, anchor, symbol))


def _twice(form: sympy.Expr, symbol: sympy.Symbol, anchor: sympy.Expr) -> sympy.Expr:
    """Return the second antiderivative that vanishes at ``anchor`` with its slope."""
    return sympy.Integral((symbol - _U) * form.subs(symbol, _U), (_U, anchor, symbol))


def _closed_primitive(form: sympy.Expr, symbol: sympy.Symbol) -> sympy.Expr | None:
    inner = [node.args[0] for node in form.atoms(sympy.Function)]
    inner += [node.base for node in form.atoms(sympy.Pow) if not node.exp.is_Integer]
    if form.has(sympy.Integral) or not all(argument.is_rational_function(symbol) for argument in inner):
        return None  # SymPy takes minutes over functions, or roots, of other functions
    found = sympy.integrate(form, symbol)
    if found.has(sympy.Integral, sympy.Piecewise, sympy.I):
        return None
    return found if sympy.simplify(sympy.diff(found, symbol) - form) == 0 else None


def _seen(ends: tuple[sympy.Expr | None, sympy.Expr | None], found: PrimalPotential) -> tuple[sympy.Expr | None, sympy.Expr | None]:
    """Return the limits of R' at the ends of its domain, None for one that a value of R' lies beyond: R' increases."""
    function = BallFunction(found.closed_mirror_map, (found.symbol,))
    with precision(_BITS):
        values = [function(ball(place)) for place in points(*found.region, depth=5)]
        kept: list[sympy.Expr | None] = []
        for end, sign in zip(ends, (-1, 1), strict=True):
            contradicted = end is not None and (
                end == -sign * sympy.oo or (end.is_finite and any(sign * (value - BallFunction(end, ())()) > 0 for value in values))
            )
            kept.append(None if contradicted else end)
    return kept[0], kept[1]


def _joined(right: Forms, left: Forms) -> Forms:
    """Return R, R' and R'' in x from those in |x| on both sides of 0."""
    if all(sympy.simplify(a - sign * b) == 0 for a, b, sign in zip(right, left, (1, -1, 1), strict=True)):
        size = sympy.Abs(REAL_X)
        value, slope, curvature = (form.subs(X, size) for form in right)
        return value, sympy.sign(REAL_X) * slope, curvature
    value, slope, curvature = (
        sympy.Piecewise((b.subs(X, -REAL_X), REAL_X < 0), (a.subs(X, REAL_X), True)) for a, b in zip(right, left, strict=True)
    )
    return value, slope, curvature


def _with_inverse(found: PrimalPotential) -> PrimalPotential:
    """Add closed forms of x(y) and R*(y), where rules find them and points of the domain do not contradict them.

    R' is inverted for x > 0 and y > 0 where it is odd. Else x is c + u or c - u, u > 0, where the region has a finite end c, and
    so is y.
    """
    x, high = found.symbol, found.dual_domain[1]
    if found.closed_potential.has(sympy.Integral):
        return found
    odd = not x.is_positive and sympy.simplify(found.closed_mirror_map.subs(x, -X) + found.closed_mirror_map.subs(x, X)) == 0
    t = sympy.Symbol("t", positive=True)
    place, y = (X, t) if odd else (_from_an_end(found.region, X, x), _from_an_end(found.dual_domain, t, Y))
    mirror_map, potential = (form.subs(x, place) for form in (found.closed_mirror_map, found.closed_potential))
    variable = x if place == x else X
    solution = inverse(mirror_map, variable, y)
    if solution is None:
        return found
    solution = sympy.powsimp(sympy.expand_log(solution))
    solution = min(solution, simplified(solution), key=sympy.count_ops)
    x_of_y = place.subs(variable, solution)
    at_y = _cancelled(potential.subs(mirror_map, y).subs(variable, solution))
    conjugate = sympy.simplify(sympy.expand(x_of_y * y - at_y))
    solved = sympy.solve(y - Y, t)
    forms = [form.subs(t, solved[0]) if solved else form for form in (x_of_y, conjugate)]
    if odd:
        size = sympy.oo if high is None else high
        forms = [_extended(form, sign, (-size, size)) for form, sign in zip(forms, (-1, 1), strict=True)]
    if not _undoes((forms[0], Y), (found.closed_mirror_map, found.symbol), found.region):
        return found
    with_inverse = dataclasses.replace(found, closed_inverse_mirror_map=forms[0])
    at_x = found.symbol * found.closed_mirror_map - found.closed_potential
    known = _agree((forms[1].subs(Y, found.closed_mirror_map), found.symbol), (at_x, found.symbol), found.region)
    return dataclasses.replace(with_inverse, closed_conjugate=forms[1]) if known else with_inverse


def _from_an_end(ends: tuple[sympy.Expr | None, sympy.Expr | None], distance: sympy.Symbol, symbol: sympy.Symbol) -> sympy.Expr:
    """Return a variable by its distance from a finite end of its interval, or ``symbol`` where there is none."""
    low, high = ends
    if low is not None and low.is_finite:
        return low + distance
    return high - distance if high is not None and high.is_finite else symbol


def _cancelled(expr: sympy.Expr) -> sympy.Expr:
    """Let asinh undo sinh, and so on, of real arguments."""
    for outer, inner in ((sympy.asinh, sympy.sinh), (sympy.atanh, sympy.tanh)):
        expr = expr.replace(
            lambda e, outer=outer, inner=inner: isinstance(e, outer) and isinstance(e.args[0], inner), lambda e: e.args[0].args[0]
        )
    return expr


def _extended(form: sympy.Expr, parity: int, domain: Interval) -> sympy.Expr:
    """Return a function of y > 0 as an odd (-1) or even function of y: itself where it is one, else with sign(y) and abs(y)."""
    if sympy.simplify(form - parity * form.subs(Y, -Y)) == 0 and Ranges(Y, domain).covers(form):
        return form
    return (sympy.sign(Y) if parity < 0 else 1) * form.subs(Y, sympy.Abs(Y))


def _agree(left: tuple[sympy.Expr, sympy.Symbol], right: tuple[sympy.Expr, sympy.Symbol], interval: Interval) -> bool:
    """Return whether two functions agree at points of an interval, in balls."""
    sides = [BallFunction(form, (symbol,)) for form, symbol in (left, right)]
    with precision(_BITS):
        pairs = [[side(ball(p)) for side in sides] for p in points(*interval, depth=4)]
        return all(a.is_finite() and b.is_finite() and a.overlaps(b) for a, b in pairs)


def _undoes(outer: tuple[sympy.Expr, sympy.Symbol], inner: tuple[sympy.Expr, sympy.Symbol], interval: Interval) -> bool:
    """Return whether a function undoes another at points of an interval, in balls."""
    (form, symbol), (inside, variable) = outer, inner
    return _agree((form.subs(symbol, inside), variable), (variable, variable), interval)
