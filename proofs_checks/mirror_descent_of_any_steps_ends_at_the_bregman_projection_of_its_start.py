r"""Mirror descent ends at the Bregman projection of its start, whatever its steps are, if it ends at a solution at all.

.. math:: R'(x^+) = R'(x) - \eta Z^{\mathsf T} r \;\Longrightarrow\;
          \sum_j \left(D_R(x^*_j, x^+_j) - D_R(x^*_j, x_j)\right) = \eta\,r \cdot Z x^* + \text{a term free of } x^*

So for two solutions x*, x' the difference of the two divergences never changes, and x_oo is nearest to x_0: D(x*, x_0) - D(x_oo,
x_0) = D(x*, x_oo) >= 0. The steps may vary and be stochastic, r being any vector. Checked for exponentiated gradient (entropy),
and for its two-sided form (hyperbolic entropy, any width c). Gradient descent on the weights has this for vanishing steps only:
gradient_descent_on_two_layers_ends_at_a_hyperbolic_projection_of_a_shifted_start.

Source: Gunasekar, Lee, Soudry, Srebro (2018), arXiv:1802.08246, Theorem 1.
"""

import sympy
from sympy import Derivative, log

from mirrortheory.check.claims import Claim
from mirrortheory.definitions import Named, at
from mirrortheory.domain import POSITIVE, REALS, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import x

CLAIM = Claim(
    "mirror_descent_of_any_steps_ends_at_the_bregman_projection_of_its_start",
    r"D_R(x^*, x_k) - D_R(x', x_k) \text{ is constant for } Zx^* = Zx', \quad R'(x_{k+1}) = R'(x_k) - \eta_k Z^{\mathsf T} r_k",
    topic="discrete",
    source="Gunasekar, Lee, Soudry, Srebro (2018), arXiv:1802.08246, Theorem 1",
    scope="each coordinate, every step; entropy on x > 0, hyperbolic entropy of every width; two data in three coordinates",
    on_paper=(
        "the sum over the coordinates, with s = eta (Z^T r)_j, vanishes for x* - x' in the null space of Z",
        "a quantity that stays the same in each step keeps its value in the limit",
        "D_R > 0 off the diagonal, as R'' > 0",
    ),
)

left, right, factor, plus, minus = sympy.symbols("x_s x_t r x_p x_m", positive=True)
z, one, other = sympy.symbols("z y_s y_t", real=True)
width = sympy.Symbol("c", positive=True)


def _divergence(r, variable, first, second):
    """Return D_R(first, second)."""
    return at(r, {variable: first}) - at(r, {variable: second}) - at(Derivative(r, variable), {variable: second}) * (first - second)


def check(rate=1, entropy=x * log(x) - x, hyperbolic=z * sympy.asinh(z / (2 * width)) - sympy.sqrt(z**2 + 4 * width**2)):
    # Exponentiated gradient: x^+ = x r with r = e^-s.
    on = Domain(dict.fromkeys((x, left, right, factor), POSITIVE))
    r = Named("R", entropy)
    apart = [_divergence(r, x, left, place) - _divergence(r, x, right, place) for place in (x * factor, x)]
    yield Identity(apart[0] - apart[1], -rate * log(factor) * (left - right), on=on, part="entropy, a step")
    yield Inequality(0, Derivative(r, x, x), on=Domain({x: POSITIVE}), part="entropy, R'' > 0", strict=True)
    # Two sides: x^+ = x_p r - x_m/r, of width c^2 = x_p x_m; told by the rate in r, from no step at r = 1.
    on = Domain(dict.fromkeys((plus, minus, factor), POSITIVE) | dict.fromkeys((one, other), REALS))
    h = Named("H", at(hyperbolic, {width: sympy.sqrt(plus * minus)}))
    place = plus * factor - minus / factor
    apart = _divergence(h, z, one, place) - _divergence(h, z, other, place)
    yield Identity(Derivative(apart, factor), -rate / factor * (one - other), on=on, part="hyperbolic entropy, the rate in r")
    yield Inequality(
        0, Derivative(hyperbolic, z, z), on=Domain({z: REALS, width: POSITIVE}), part="hyperbolic, R'' > 0", strict=True
    )
    rows, e = sympy.symbols("z1:7", real=True), sympy.symbols("r1 r2", real=True)
    normal = sympy.Matrix(rows[:3]).cross(sympy.Matrix(rows[3:]))
    inner = sum(v * (rows[j] * e[0] + rows[3 + j] * e[1]) for j, v in enumerate(normal))
    yield Identity(inner, 0, on=Domain(dict.fromkeys((*rows, *e), REALS)), part="Z^T r is orthogonal to x* - x'")


MUTANTS = {
    "half the rate": {"rate": sympy.Rational(1, 2)},
    "the other way": {"rate": -1},
    "the Burg entropy": {"entropy": -log(x)},
    "half the width": {"hyperbolic": z * sympy.asinh(z / width) - sympy.sqrt(z**2 + width**2)},
}
