r"""What an expansion leaves out is its stated next term: the error divided by it is within 1/10 of 1 close to the limit.

.. math:: \Bigl|\frac{Q - (\text{terms})}{\text{next term}} - 1\Bigr| \le \frac1{10}

for Q = R', R, R'', R*(R'(x)) and x(y), at 0, at oo, in the imbalance and in the depth; enclosed in balls on a short interval there.
Q is the derived closed form, or along the curve of the weights y = s at q = 1, and R* = s/2 at q = 2. That the ratio tends to 1 is
not shown; a wrong coefficient, power or logarithm would be seen.

Source: this project; Lagrange (1770) for the coefficients.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import Domain
from mirrortheory.evidence import Inequality
from mirrortheory.notation import lam
from mirrortheory.potentials.limits import DEPTH, QUANTITIES, balanced_of_depth, expand
from mirrortheory.reparams import PowerDifference
from mirrortheory.theory import S, X

CLAIM = Claim(
    "derived_expansions_leave_their_next_term",
    r"\Bigl|\frac{Q - (\text{terms})}{\text{next term}} - 1\Bigr| \le \frac1{10}",
    topic="potentials",
    source="this project; Lagrange (1770) for the coefficients",
    scope="two and three layers at q = 1, 3/2, 2 with imbalances 1 and 2; u^3 - v^3; x, y, s, the imbalance or depth at 10^-6 or"
    " 10^6, at q = 3/2 at 10^-2 or 10^2",
)

THREE_LAYERS = (
    (1, "mirror_map", (0, 1, 2), S),
    (2, "conjugate", (0, 1, 2), S / 2),
    (2, "mirror_map", (0, 1, 1), sympy.atan(sympy.sqrt(S))),
)


def check(bound=sympy.Rational(1, 10), factor=1):
    for exponent, quantities in ((1, QUANTITIES), (2, QUANTITIES), ("3/2", ("mirror_map", "conjugate"))):
        form, part = derive(Flow(Lq(exponent), Product(2)), imbalance=(0, 1)).potential, f"two layers, q = {exponent}"
        for quantity in quantities:
            slope = Derivative(form.potential, X)
            known = {"mirror_map": slope, "potential": form.potential, "hessian": Derivative(form.mirror_map, X)}
            known |= {"conjugate": X * slope - form.potential, "inverse_mirror_map": form.inverse_mirror_map}
            for limit in (0, sympy.oo) if quantity != "inverse_mirror_map" else (0,):
                found = expand(form, quantity, limit)
                yield _near(known[quantity], found, {}, found.variable, bound, factor, part)
    for exponent, quantity, shifts, value in THREE_LAYERS:
        form, part = derive(Flow(Lq(exponent), Product(3)), imbalance=shifts).potential, f"three layers, q = {exponent}"
        for limit in (0, sympy.oo):
            found = expand(form, quantity, limit)
            yield _near(value, found, {X: form.effective.expression(S)}, S, bound, factor, part)
    form = derive(Flow(Lq(1), Product(2)), imbalance=(0, lam)).potential
    for limit in (0, sympy.oo):
        found = expand(form, "mirror_map", limit, variable=lam)
        yield _near(Derivative(form.potential, X), found, {X: 2}, lam, bound, factor, "two layers, q = 1")
    form = derive(Flow(Lq(1), PowerDifference(3)), initial=(2, 1)).potential
    yield _near(form.mirror_map, expand(form, "mirror_map", 0), {}, form.symbol, bound, factor, "u^3 - v^3, q = 1")
    found = expand(balanced_of_depth(1), "mirror_map", sympy.oo, variable=DEPTH)
    yield _near(X ** (1 / DEPTH), found, {X: 2}, DEPTH, bound, factor, "balanced layers, q = 1")


def _near(value, found, place, letter, bound, factor, part):
    size = 10**2 if value.has(sympy.hyper) else 10**6
    low = sympy.Rational(1, size) if found.point == 0 else sympy.Integer(size)
    on = Domain({letter: sympy.Interval(low, low * (1 + sympy.Rational(1, 10**40)))})
    error = at(value - found.expression, place) if letter != S else value - at(found.expression, place)
    rest = at(factor * found.remainder, place)
    off = abs(error / rest - 1) if found.remainder != 0 else abs(factor * error + factor - 1)
    return Inequality(off, bound, on=on, part=f"{part}, {found.quantity}: {found}", samples=10)


MUTANTS = {"twice the next term": {"factor": 2}, "minus the next term": {"factor": -1}}
