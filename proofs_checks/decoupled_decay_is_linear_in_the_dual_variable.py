r"""Under decoupled decay the dual variable of unbalanced layers obeys a linear law, although its potential moves with time.

.. math:: \frac{\mathrm d}{\mathrm d t} R'_{\lambda(t)}(x) = -\phi_q(f'(x)) - \alpha\, L(1-m)\, R'_{\lambda(t)}(x), \qquad
          L(1-m) = q - L(q-1), \quad \lambda(t) = e^{-q\alpha t}\lambda(0)

So the drift is down M = L(1 - m) R_lambda, as for balanced layers; it is absent at L = p, and at q = 1 its rate is alpha.
Reason: y = int_0^s D(u) du, s = |w_1|^q, with D homogeneous of degree -L/p in (u, lambda), while s and lambda both shrink at the
rate q alpha. Checked: d(u D)/du + sum_i lambda_i dD/dlambda_i = (1 - L/p) D, Euler's relation, which integrates to that of y,
s D(s) + sum_i lambda_i p_i = (1 - L/p) y with p_i = dy/dlambda_i; and the law for every y that obeys it, whatever y and the p_i
are. With nothing on paper, from closed forms: closed_forms_of_the_dual_variable_obey_the_linear_decay_law.

For every depth, the letter L: the factor (u + lambda_i)^(-1/p) of D has the share -D/p in Euler's relation; among any number of
others, of the product r, a layer has d|w|^q/dt = -q phi_q(x f') - q alpha |w|^q; and the law follows, as D = |x|^(1 - q)/q.

Not to be confused with the critical line for balanced layers: there R' is a logarithm, not homogeneous, and the drift is alpha.
Source: this project; Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, for balanced layers.
"""

import sympy

from mirrortheory import Decoupled, Flow, Lq, Product, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONNEGATIVE, POSITIVE, REALS, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import alpha, imbalance, q
from mirrortheory.theory import S

CLAIM = Claim(
    "decoupled_decay_is_linear_in_the_dual_variable",
    r"\frac{d}{dt} R'_{\lambda(t)}(x) = -\phi_q(f'(x)) - \alpha L(1-m) R'_{\lambda(t)}(x)",
    topic="decay",
    source="this project; arXiv:2603.02064 for balanced layers",
    scope="every depth (2..5: as derived); 1 <= q <= 2; alpha >= 0; every orthant; every imbalance with layer 1 alone smallest",
    on_paper=(
        "Euler's relation of D, integrated from 0 to s, is that of y = int_0^s D, differentiated under the integral",
        "beyond depth 5, D is a product of L powers of charges, whose shares in Euler's relation the product rule adds up",
    ),
)
value, charge = sympy.Symbol("y", real=True), sympy.Symbol("s", real=True)


def check(rate=lambda depth: q - depth * (q - 1), speed=q):
    yield from _every_depth(sympy.Symbol("L", positive=True), rate, speed)
    for depth in range(5, 1, -1):
        flow, shifts = Flow(Lq(q), Product(depth), Decoupled(alpha)), imbalance(depth)
        density = derive(Flow(Lq(q), Product(depth)), imbalance=shifts).potential.dual_density.expression(S)
        on = Domain(dict.fromkeys((S, *shifts[1:]), POSITIVE) | {q: sympy.Interval(1, 2)})
        euler = sympy.Add(sympy.Derivative(S * density, S), *(e * sympy.Derivative(density, e) for e in shifts[1:]))
        yield Identity(euler / density, rate(depth) / q, on=on, part=f"depth {depth}, Euler's relation")
        first, *others = (abs(w) ** q for w in flow.weights)
        gaps = [other - first for other in others]
        for i, gap in enumerate(gaps, start=2):
            yield Identity(flow.derivative(gap), -speed * alpha * gap, on=flow.domain(), part=f"depth {depth}, lambda_{i}")
        letters = sympy.symbols(f"lam2:{depth + 1}", real=True)
        real = density.xreplace({S: charge} | dict(zip(shifts[1:], letters, strict=True)))
        here = at(real, {charge: first} | dict(zip(letters, gaps, strict=True)))
        free = sympy.symbols(f"p2:{depth}", real=True)  # the last of the p_i follows from the others
        known = first * here + sympy.Add(*(gap * p for gap, p in zip(gaps, free, strict=False)))
        partial = (*free, (rate(depth) / q * value - known) / gaps[-1])
        moved = sympy.Add(*(p * flow.derivative(gap) for p, gap in zip(partial, gaps, strict=True)))
        side = sympy.sign(flow.effective)
        law = -Lq(q).link(flow.slope) - alpha * rate(depth) * side * value
        on = flow.domain(dict.fromkeys((value, *free), REALS)).where(sympy.Ne(others[-1], first))
        yield Identity(side * (here * flow.derivative(first) + moved), law, on=on, part=f"depth {depth}, the law")


def _every_depth(depth, rate, speed):
    """With the letter L for the depth: one layer, whose second weight stands for the product of the others."""
    flow, shift = Flow(Lq(q), Product(2), Decoupled(alpha)), sympy.Symbol("lam", nonnegative=True)
    factor = (S + shift) ** (1 / q - 1)
    share = S * sympy.Derivative(factor, S) + shift * sympy.Derivative(factor, shift)
    on = Domain({S: POSITIVE, shift: NONNEGATIVE, depth: POSITIVE, q: sympy.Interval(1, 2)})
    yield Identity(1 + depth * share / factor, rate(depth) / q, on=on, part="depth L, Euler's relation")
    x, size = flow.effective, abs(flow.weights[0]) ** q
    moved = -q * Lq(q).link(x * flow.slope) - speed * alpha * size
    yield Identity(flow.derivative(size), moved, on=flow.domain(), part="depth L, |w|^q")
    density, side = abs(x) ** (1 - q) / q, sympy.sign(x)
    # All lambda_i shrink at one rate; the sum of the lambda_i p_i follows from Euler's relation.
    pulled = -speed * alpha * (rate(depth) / q * value - size * density)
    law = -Lq(q).link(flow.slope) - alpha * rate(depth) * side * value
    yield Identity(side * (density * moved + pulled), law, on=flow.domain({value: REALS, depth: POSITIVE}), part="depth L, the law")


MUTANTS = {
    "1 - m": {"rate": lambda depth: q / depth - (q - 1)},
    "drift absent": {"rate": lambda depth: sympy.S.Zero},
    "m - 1": {"rate": lambda depth: depth * (q - 1) - q},
    "charge at the rate alpha": {"speed": 1},
}
