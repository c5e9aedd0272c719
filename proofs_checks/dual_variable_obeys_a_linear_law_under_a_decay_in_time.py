r"""Under decoupled decay that depends on time the dual variable of the dilated potential obeys a linear law, in closed forms.

.. math:: y = R_t'(x) = e^{-\kappa A} R'(e^{LA} x), \qquad \frac{\mathrm d y}{\mathrm d t} = -\phi_q(f'(x)) - \kappa\,\alpha(t)\,y,
          \qquad \kappa = q - L(q - 1), \quad A(t) = \int_0^t \alpha

R' as it is derived for the imbalance at time zero. For two layers of imbalance lam, R_t' is the mirror map of
:math:`\lambda(t) = e^{-qA}\lambda`, which is checked; the law is on the level set :math:`|w_2|^q = |w_1|^q + \lambda(t)`. For
balanced layers at L = p, where R' is a logarithm, :math:`R_t' = R' + A`, and kappa is 0.

Checked: with letters c > 0 for exp(A) and alpha for the rate, at one time, so that it holds for every alpha(t). Balanced: dy/dt is
alpha c dy/dc plus the derivative of y along the flow. Two layers: dx/dt along the flow is that of x(y), as y obeys the law.
For every imbalance and every homogeneous map: decoupled_decay_dilates_the_flow_without_it, and the chain rule.
Source: this project; arXiv:2603.02064 for balanced layers and a constant rate.
"""

import sympy

from mirrortheory import Decoupled, Flow, Lq, Product, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONNEGATIVE, NONZERO, POSITIVE, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import alpha, lam, slope, x
from mirrortheory.theory import S, Y

CLAIM = Claim(
    "dual_variable_obeys_a_linear_law_under_a_decay_in_time",
    r"\frac{dy}{dt} = -\phi_q(f'(x)) - \kappa\,\alpha(t)\,y, \quad y = e^{-\kappa A} R'(e^{LA} x), \quad \kappa = q - L(q - 1)",
    topic="decay",
    source="this project",
    scope="every alpha(t) >= 0; positive weights; two layers of any imbalance at q = 1 and 2; balanced layers of depth 1..4 at "
    "q = 1, 4/3, 3/2 and 2, the critical ones included",
    on_paper=("d/dt exp(A) = alpha exp(A), as A is the integral of alpha",),
)

grown = sympy.Symbol("c", positive=True)
signed = sympy.Symbol("x", real=True)
y = sympy.Symbol("y", positive=True)
SINH, COSH = ((sympy.exp(y) + sign * sympy.exp(-y)) / 2 for sign in (-1, 1))
HERE = Domain({S: POSITIVE, grown: POSITIVE, slope: NONZERO, alpha: NONNEGATIVE})


def check(rate=lambda law: law.rate, turn=lambda form: form):
    for q, layers in ((1, lambda gap: (y, y + gap)), (2, lambda gap: (sympy.sqrt(gap) * SINH, sympy.sqrt(gap) * COSH))):
        flow, part = Flow(Lq(q), Product(2), Decoupled(alpha)), f"q = {q}, two layers"
        found = derive(flow, imbalance=(0, lam))
        law, shrunk = found.decay_law, found.imbalance_in_time(sympy.log(grown))[1]
        mirror_map = turn(law.forms(found.potential, sympy.log(grown))["mirror_map"])
        on, anew = Domain({x: POSITIVE, lam: POSITIVE, grown: POSITIVE}), found.potential.mirror_map.xreplace({lam: shrunk})
        yield Identity(mirror_map, anew, on=on, part=f"{part}, the mirror map of lam(t)")
        image = turn(law.forms(found.potential, sympy.log(grown))["inverse_mirror_map"]).xreplace({Y: y}).rewrite(sympy.exp)
        curve, on = dict(zip(flow.weights, layers(shrunk), strict=True)), HERE.with_ranges({lam: POSITIVE, y: POSITIVE})
        yield Identity(at(flow.effective, curve), image, on=on, part=f"{part}, x of y on the level set")
        velocity = -flow.geometry.link(slope) - rate(law) * alpha * y
        moved = alpha * grown * sympy.Derivative(image, grown) + velocity * sympy.Derivative(image, y)
        yield Identity(at(flow.derivative(flow.effective), curve), moved, on=on, part=f"{part}, dx/dt by the law of y")
    for depth in range(1, 5):
        for q in (1, sympy.Rational(4, 3), sympy.Rational(3, 2), 2):
            flow = Flow(Lq(q), Product(depth), Decoupled(alpha))
            found = derive(flow)
            mirror_map = turn(found.decay_law.forms(found.potential, sympy.log(grown))["mirror_map"])
            yield law_of(flow, mirror_map, found.decay_law, rate, dict.fromkeys(flow.weights, S), f"q = {q}, {depth} balanced")


def law_of(flow, mirror_map, law, rate, curve, part):
    dual = at(mirror_map.xreplace({x: signed}), {signed: flow.effective})
    moved = alpha * grown * sympy.Derivative(dual, grown) + flow.derivative(dual, constants=(grown,))
    expected = -flow.geometry.link(slope) - rate(law) * alpha * at(dual, curve)
    return Identity(at(moved, curve), expected, on=HERE, part=f"{part}, the law")


MUTANTS = {
    "depth times the rate": {"rate": lambda law: law.degree},
    "no drift": {"rate": lambda law: 0},
    "the opposite drift": {"rate": lambda law: -law.rate},
    "the mirror map of time zero": {"turn": lambda form: form.subs(grown, 1)},
    "twice the dual variable": {"turn": lambda form: 2 * form},
}
