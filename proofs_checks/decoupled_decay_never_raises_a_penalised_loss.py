r"""Decoupled decay of any model never raises the loss plus alpha^(p-1)/p times the p-th power of the l_p norm of its weights.

.. math:: V = f + \frac{\alpha^{p-1}}p \|w\|_p^p, \qquad \frac{\mathrm d V}{\mathrm d t}
          = -\sum_i \bigl(\phi_q(g_i) + \alpha w_i\bigr)\bigl(g_i + \alpha^{p-1}\phi_p(w_i)\bigr) \le 0, \qquad g_i = \partial_i f

With phi_q(g) = u: g = phi_p(u) and alpha^(p-1) phi_p(w) = phi_p(alpha w), so each term is (u - v)(phi_p(u) - phi_p(v)) with
v = -alpha w, and phi_p is increasing. It is 0 only at u = v, where dw_i/dt = 0: V falls until all weights rest.

One weight of any model moves as a flow of depth one with its partial slope g_i in place of f', so the sum is over such flows; for
products it is checked as it stands. The sign: for g and w of one sign by form. For two signs, |g| = z (alpha |w|)^(p-1), the term
is (alpha |w|)^p (z^(q-1) - 1)(z - 1); and for p = 2, 3, 4, 5 it is positive by form, nothing being taken from paper.

Not to be confused with f + alpha |w|^2/2, which may rise: decoupled_decay_never_raises_the_loss_plus_squared_weights.
Source: this project.
"""

import sympy
from sympy import Derivative

from mirrortheory import Decoupled, Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import p, q

CLAIM = Claim(
    "decoupled_decay_never_raises_a_penalised_loss",
    r"\frac{d}{dt}\Bigl(f + \frac{\alpha^{p-1}}{p} \|w\|_p^p\Bigr) \le 0",
    topic="decay",
    source="this project",
    scope="every model, by its partial slopes g_i; 1 < q <= 2, by form alone at q = 2, 3/2, 4/3, 5/4; alpha > 0; g_i, w_i != 0",
    on_paper=(
        "the chain rule over the weights of a model, and continuity where a slope or a weight is 0",
        "a power with a positive exponent is increasing",
    ),
)

rate, a, b, d, z = sympy.symbols("alpha a b d z", positive=True)
ABOVE_ONE = {q: sympy.Interval.Lopen(1, 2)}


def _rate_of(flow, penalty):
    """dV/dt along a flow: the slope times dx/dt, and the derivative of the penalty."""
    return flow.slope * flow.derivative(flow.effective) + flow.derivative(penalty)


def check(conjugate=p, scale=lambda r: rate ** (r - 1) / r, falls=-1):
    for depth in range(1, 4):
        flow = Flow(Lq(q), Product(depth), Decoupled(rate))
        slopes = [flow.slope * Derivative(flow.effective, w) for w in flow.weights]
        penalty = scale(conjugate) * sum(abs(w) ** conjugate for w in flow.weights)
        phi = [sympy.sign(w) * abs(w) ** (p - 1) for w in flow.weights]
        terms = [(Lq(q).link(g) + rate * w) * (g + rate ** (p - 1) * f) for g, w, f in zip(slopes, flow.weights, phi, strict=True)]
        on = flow.domain({rate: POSITIVE, **ABOVE_ONE})
        yield Identity(_rate_of(flow, penalty), falls * sum(terms), on=on, part=f"depth {depth}, dV/dt", samples=6)
    every = Domain(dict.fromkeys((rate, a, b, z), POSITIVE) | ABOVE_ONE)
    for sign in (1, -1):
        falls_by, (w, g) = _one_weight(q, conjugate, scale, falls)
        here, part = {w: sign * a, g: sign * b}, f"g of sign {sign}"
        yield Inequality(0, at(falls_by, here), on=every, part=f"{part}, w of the same", strict=True)
        here = {w: -sign * a, g: sign * z * (rate * a) ** (p - 1)}
        product = (rate * a) ** p * (z ** (q - 1) - 1) * (z - 1)  # both factors have the sign of z - 1
        yield Identity(at(falls_by, here), product, on=every, part=f"{part}, w of the other")
        for n in range(1, 5):  # n = p - 1
            falls_by, (w, g) = _one_weight(1 + sympy.Rational(1, n), conjugate.subs(q, 1 + sympy.Rational(1, n)), scale, falls)
            on = Domain(dict.fromkeys((rate, a, d), POSITIVE))
            for u, v, name in ((a * (1 + d), a, "|g| larger"), (a, a * (1 + d), "|w| larger")):
                here = {w: -sign * v / rate, g: sign * u**n}
                yield Inequality(0, at(falls_by, here), on=on, part=f"{part}, w of the other, p = {n + 1}, {name}", strict=True)


def _one_weight(exponent, conjugate, scale, falls):
    """Return -dV/dt of a weight with any partial slope, which is f' of the flow of depth one, and the two letters."""
    flow = Flow(Lq(exponent), Product(1), Decoupled(rate))
    (w,) = flow.weights
    return falls * _rate_of(flow, scale(conjugate) * abs(w) ** conjugate), (w, flow.slope)


MUTANTS = {
    "squared weights": {"conjugate": sympy.Integer(2)},
    "the exponent q": {"conjugate": q},
    "alpha without its power": {"scale": lambda r: rate / r},
    "p forgotten": {"scale": lambda r: rate ** (r - 1)},
    "rises": {"falls": 1},
}
