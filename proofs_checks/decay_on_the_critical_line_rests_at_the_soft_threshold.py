r"""At L = p decoupled decay of a quadratic loss rests at its soft threshold: the penalty is alpha^(p-1) |x|.

.. math:: f = \tfrac12 (x - x^*)^2, \quad L = p, \quad x^* > 0: \qquad
          \dot a = a\,\bigl[(x^* - x)^{q-1} - \alpha\bigr], \qquad x = a^L \to \max(x^* - \alpha^{p-1},\, 0)

for balanced layers a = |w_i| > 0 and x < x*; from x > x* on the slope pulls them down too, with -(x - x*)^(q-1). For x* >
alpha^(p-1) the layers are at rest at x = x* - alpha^(p-1), which is the only minimiser of f + alpha^(p-1) |x| over x > 0; they
grow below it and shrink above, as alpha = D^(q-1) for D = x* - x there. For x* <= alpha^(p-1) they shrink everywhere. Coupled
decay has this at L = 2, for every q, with alpha in place of alpha^(p-1).

Source: this project; soft thresholds: Donoho and Johnstone (1994).
"""

import sympy
from sympy import Derivative

from mirrortheory import Coupled, Decoupled, Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONNEGATIVE, POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality, Minimiser
from mirrortheory.notation import q, x
from mirrortheory.theory import Velocity

CLAIM = Claim(
    "decay_on_the_critical_line_rests_at_the_soft_threshold",
    r"L = p: \quad x_t \to \max(x^* - \alpha^{p-1}, 0), \quad \dot a = a\,[(x^* - x)^{q-1} - \alpha]",
    topic="decay",
    source="this project; Donoho and Johnstone (1994)",
    scope="depth 2..6, q = L/(L-1); coupled at depth 2, 1 <= q <= 2; f = (x - x*)^2/2, x* > 0; balanced; x > 0, x != x*; alpha > 0",
    on_paper=(
        "a power with a positive exponent is increasing",
        "a size that grows below a point, and shrinks above it, tends to it (at x = x* it shrinks by continuity)",
    ),
)

rate, gap, b, root, z = sympy.symbols("alpha D b s z", positive=True)
surplus = sympy.Symbol("c", nonnegative=True)


def check(power=lambda depth: sympy.Rational(1, depth - 1), threshold=lambda depth: depth - 1, shrinks=-1):
    for depth in range(2, 7):
        critical, part = sympy.Rational(depth, depth - 1), f"depth {depth}"
        flow = Flow(Lq(critical), Product(depth), Decoupled(rate))
        balanced, size = dict.fromkeys(flow.weights, x ** sympy.Rational(1, depth)), x ** sympy.Rational(1, depth)
        slope = at(Derivative((z - x - gap) ** 2 / 2, z), {z: x})  # x* = x + D
        on = Domain(dict.fromkeys((x, gap, rate), POSITIVE))
        moved = at(Velocity(flow, flow.weights[0]), balanced | {flow.slope: slope})
        yield Identity(moved, size * (gap ** power(depth) - rate), on=on, part=f"{part}, velocity")
        still = at(moved, {gap: rate ** threshold(depth)})
        yield Identity(still, 0, on=Domain(dict.fromkeys((x, rate), POSITIVE)), part=f"{part}, at rest at D = alpha^(p-1)")
        # D = s^(p-1), which is more than alpha^(p-1) below the threshold, and less above.
        signs = Domain(dict.fromkeys((x, root, b), POSITIVE))
        for name, decay, sign in (("below", root / (1 + b), 1), ("above", root * (1 + b), shrinks)):
            here = {gap: root ** threshold(depth), rate: decay}
            yield Inequality(0, sign * at(moved, here), on=signs, part=f"{part}, {name} the threshold", strict=True)
        beyond = at(Velocity(flow, flow.weights[0]), balanced | {flow.slope: gap})  # f' = x - x* = D
        yield Identity(beyond, -size * (gap ** power(depth) + rate), on=on, part=f"{part}, velocity beyond x*")
        yield Inequality(
            0,
            shrinks * at(beyond, {gap: root ** threshold(depth)}),
            on=Domain(dict.fromkeys((x, root, rate), POSITIVE)),
            part=f"{part}, shrinks beyond x*",
            strict=True,
        )
    flow = Flow(Lq(q), Product(2), Coupled(rate))
    w = flow.weights[0]
    argument = -flow.slope * Derivative(flow.effective, w) - rate * w
    moved = at(argument, dict.fromkeys(flow.weights, sympy.sqrt(x)) | {flow.slope: slope})
    yield Identity(moved, sympy.sqrt(x) * (gap - rate), on=on, part="coupled, depth 2, argument of the link")
    target, pull = sympy.symbols("xs A", positive=True)
    penalised = (z - target) ** 2 / 2 + pull * z
    ranges = Domain(dict.fromkeys((x, pull, z), POSITIVE))
    yield Minimiser(at(penalised, {target: pull + x}), {z: x}, on=ranges, strict=True, part="the minimiser, for x* = A + x")
    rises = at(Derivative(penalised, z), {pull: target + surplus})
    on = Domain(dict.fromkeys((target, z), POSITIVE) | {surplus: NONNEGATIVE})
    yield Inequality(0, rises, on=on, part="no minimiser on x > 0, for x* <= A", strict=True)


MUTANTS = {
    "the slope itself": {"power": lambda depth: 1},
    "the threshold alpha": {"threshold": lambda depth: 1},
    "grows above": {"shrinks": 1},
}
