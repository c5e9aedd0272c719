r"""The horizon of a mirror potential: the shape that its level sets tend to far out.

.. math:: \frac{1}{\varrho(r)} \Bigl\{ x : \sum_j R_j(x_j) \le r \Bigr\} \to \{ x : h(x) \le 1 \} \quad (r \to \infty), \qquad
          \varrho(r) \text{ the size of the set}

With :math:`R_j \sim c_j |x|^a` the gauge h is :math:`(\sum c_j |x_j|^a)^{1/a}`; with :math:`R_j \sim c_j |x| \log |x|`, and with
:math:`R_j \sim c_j |x|`, it is :math:`\sum c_j |x_j|`; with :math:`\log R_j \sim c_j |x|` it is :math:`\max c_j |x_j|`; each up to
a factor. For a potential of metric exponent m at infinity, a = 2 - m for m < 1, x log x for m = 1,
and for m > 1 the slope of R is bounded: then R' is not onto, and the theorem does not apply.

**What it is for.** Mirror flow, so q = 2, with R' onto R^d ends on separable data in the direction of the largest margin in the
norm h. For steepest mirror flows of layers with q != 2 the margin is that of l_{p/L} instead, and

.. math:: (2 - m) - \frac pL = (2 - q)\Bigl(1 - \frac pL\Bigr),

so that the horizon is the norm of the margin just for q = 2 and on the critical line p = L.

Source: Pesme, Dragomir, Flammarion (2024), arXiv:2406.12763, for horizons and q = 2; the rest: this project.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from mirrortheory.errors import InvalidArgument, NoClosedForm
from mirrortheory.potentials import (
    DualPotential,
    MirrorPotential,
    Normalisation,
    Potential,
    PrimalPotential,
    Y,
    exponents,
    limit_at,
)
from mirrortheory.potentials.limits import expand

STEP = "horizon"


@dataclass(frozen=True)
class Horizon:
    """How one coordinate of a potential grows far out.

    Attributes:
        exponent: a >= 1, of the norm h; oo where R grows exponentially.
        right, left: the factor c as x -> oo and x -> -oo; None where the region ends before.
        logarithmic: whether R grows like |x| log |x|.
        onto: whether R' is onto R at the ends that there are, which the theorem on margins asks for.
    """

    exponent: sympy.Expr
    right: sympy.Expr
    left: sympy.Expr | None
    logarithmic: bool
    onto: bool

    def __str__(self) -> str:
        if self.exponent == sympy.oo:
            return f"l_oo, as log R ~ {self.right} |x|"
        growth = "|x| log |x|" if self.logarithmic else "|x|" if self.exponent == 1 else f"|x|^({self.exponent})"
        return f"l_{self.exponent}, as R ~ {self.right} {growth}" + ("" if self.onto else "; R' is bounded")


def horizon(potential: MirrorPotential) -> Horizon:
    """Return the horizon of a derived potential, or of one of your own.

    Raises:
        InvalidArgument: for what is no potential.
        NoClosedForm: where R does not grow at least like x, so that level sets are not bounded; where SymPy has no limit; and
            where the two ends grow at different exponents.

    >>> from mirrortheory import Flow, Lq, Product, derive
    >>> for q, layers in ((2, (0, 3)), (1, (0, 0)), (2, (0, 1, 1))):
    ...     print(horizon(derive(Flow(Lq(q), Product(len(layers))), imbalance=layers).potential))
    l_1, as R ~ 1/2 |x| log |x|
    l_3/2, as R ~ 2/3 |x|^(3/2)
    l_1, as R ~ pi/2 |x|; R' is bounded
    """
    if not isinstance(potential, MirrorPotential):
        raise InvalidArgument("potential", "a derived potential", type(potential).__name__, "write derive(..).potential")
    if isinstance(potential, Potential):
        return _of_layers(potential)
    low, high = potential.region
    if high != sympy.oo:
        raise NoClosedForm(STEP, f"x stays below {high}")
    exponent, right, logarithmic, onto = _growth(potential, 1)
    if low != -sympy.oo:
        return Horizon(exponent, right, None, logarithmic, onto)
    other, left, too, also = _growth(potential, -1)
    if (other, too) != (exponent, logarithmic):
        raise NoClosedForm(STEP, f"R grows with exponent {exponent} at oo and {other} at -oo")
    return Horizon(exponent, right, left, logarithmic, onto and also)


Growth = tuple[sympy.Expr, sympy.Expr, bool, bool]


def _growth(potential: DualPotential | PrimalPotential, side: int) -> Growth:
    return _of_dual(potential, side) if isinstance(potential, DualPotential) else _of_formula(potential, side)


def _of_layers(potential: Potential) -> Horizon:
    """x ~ c s^A and dy/ds ~ k s^d along the curve."""
    _, m = exponents(potential)
    A, k = potential.effective.order_at_infinity(), potential.dual_density.coefficient
    excess = sympy.simplify(m - 1)
    if excess.is_negative:
        order = potential.dual_density.order_at_infinity() + 1
        size = potential.effective.coefficient ** (-order / A) * k / order  # y ~ size x^(1 - m)
        growth: Growth = (2 - m, sympy.simplify(size / (2 - m)), False, True)
    elif excess == 0:
        growth = (sympy.S.One, sympy.simplify(k / A), True, True)
    elif excess.is_positive:
        if potential.normalisation is Normalisation.INFINITY:
            raise NoClosedForm(STEP, "R falls at infinity, where R' is 0 by its normalisation: no level set is bounded")
        growth = (sympy.S.One, expand(potential, "mirror_map", sympy.oo, terms=1).expression, False, False)
    else:
        raise NoClosedForm(STEP, f"the sign of m - 1 = {excess} is not known; put numbers in")
    exponent, right, logarithmic, onto = growth
    return Horizon(exponent, right, right if potential.even else None, logarithmic, onto)


def _of_dual(potential: DualPotential, side: int) -> Growth:
    end = potential.dual_domain[1 if side > 0 else 0]
    if not end.is_infinite:
        return _linear(side * end)
    x = side * potential.closed_inverse_mirror_map.subs(Y, side * Y)
    letter = sympy.Symbol("y", positive=True)
    x = x.subs(Y, letter)
    rate = _limit(sympy.diff(x, letter) / x, letter)
    if rate.is_positive and rate.is_finite:
        return sympy.S.One, 1 / rate, True, True
    power = _limit(letter * sympy.diff(x, letter) / x, letter)
    if not (power.is_positive and power.is_finite):
        raise NoClosedForm(STEP, "x(y) is neither an exponential nor a power far out")
    size = _limit(x / letter**power, letter)
    return 1 + 1 / power, sympy.simplify(size ** (-1 / power) * power / (power + 1)), False, True


def _of_formula(potential: PrimalPotential, side: int) -> Growth:
    letter = sympy.Symbol("x", positive=True)
    slope = side * potential.closed_mirror_map.subs(potential.symbol, side * letter)
    bend = sympy.diff(slope, letter)
    power = _limit(letter * bend / slope, letter)
    if power == sympy.oo:
        return sympy.oo, _limit(bend / slope, letter), False, True
    if power.is_positive:
        return 1 + power, sympy.simplify(_limit(slope / letter**power, letter) / (1 + power)), False, True
    rate = _limit(letter * bend, letter)
    if rate.is_positive:
        return sympy.S.One, rate, True, True
    return _linear(_limit(slope, letter))


def _linear(slope: sympy.Expr) -> Growth:
    if not slope.is_positive:
        raise NoClosedForm(STEP, "R does not grow at infinity, so its level sets are not bounded")
    return sympy.S.One, slope, False, False


def _limit(expr: sympy.Expr, letter: sympy.Symbol) -> sympy.Expr:
    found = limit_at(sympy.simplify(expr), letter, sympy.oo, "-")
    if found is None:
        raise NoClosedForm(STEP, f"SymPy has no limit of {expr} at infinity")
    return found
