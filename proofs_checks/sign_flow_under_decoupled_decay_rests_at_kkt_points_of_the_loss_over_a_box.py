r"""At q = 1 decoupled decay leaves a product at rest just at the KKT points of the loss over a box.

.. math:: \dot w_i = -\sigma\,\mathrm{sign}(x/w_i) - \alpha w_i = 0, \qquad \sigma \in \mathrm{SIGN}(f'(x)):
          \qquad |w_i| = \frac{|\sigma|}\alpha \le \frac1\alpha, \quad \sigma = -\mathrm{sign}(x)\,\alpha\,|x|^{1/L},
          \quad |x| \le \alpha^{-L}

(x != 0.) Filippov's inclusion, with one sigma for all layers of a coordinate. So either f' = 0, |sigma| < 1 and x is anywhere
inside the box, or |sigma| = 1 where |x| = alpha^(-L), and f' points outwards, -f' x > 0. For a convex f, which lies above its
tangent, such an x minimises f over the box: f'(x)(z - x) >= 0 for |z| <= alpha^(-L).

Checked: with a letter sigma in place of sign f' a layer moves outwards at -sigma sign(x) - alpha |w_i|; for f' != 0, sigma =
sign f', that is the velocity of the flow. |sigma| is 1/(1 + u), where all layers are at rest at |w_i| = |sigma|/alpha, and z
is t short of the bound that f' points out of.
Source: this project; Xie and Li (2024) for AdamW at depth one; Filippov (1988).
"""

import sympy
from sympy import Derivative

from mirrortheory import Decoupled, Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONNEGATIVE, NONZERO, POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.theory import Velocity

CLAIM = Claim(
    "sign_flow_under_decoupled_decay_rests_at_kkt_points_of_the_loss_over_a_box",
    r"\dot w = 0 \iff |w_i| = |\sigma|/\alpha,\ \sigma = -\operatorname{sign}(x)\,\alpha |x|^{1/L} \in \operatorname{SIGN}(f'(x));"
    r" \quad |x| \le \alpha^{-L}, \quad f'(x) (z - x) \ge 0 \text{ for } |z| \le \alpha^{-L}",
    topic="decay",
    source="this project; Xie and Li (2024) for AdamW at depth one; Filippov (1988)",
    scope="depth 1..5, every layer; q = 1; alpha > 0; every orthant, x != 0; the tangent for convex f",
    on_paper=("Filippov's inclusion, with one sigma for all layers of a coordinate", "a convex loss lies above its tangent"),
)

rate, size = sympy.symbols("alpha g", positive=True)
t, u = sympy.symbols("t u", nonnegative=True)
sigma = sympy.Symbol("sigma", real=True)


def check(edge=1 / rate, share=1, outwards=-1):
    for depth in range(1, 6):
        flow, part = Flow(Lq(1), Product(depth), Decoupled(rate)), f"depth {depth}"
        on, x = flow.domain({rate: POSITIVE}), flow.effective
        for w in flow.weights:
            included = -sigma * sympy.sign(Derivative(x, w)) - rate * w  # sigma in place of sign f'
            outward = -share * sigma * sympy.sign(x) - rate * abs(w)
            here = on.with_ranges({sigma: sympy.Interval(-1, 1)})
            yield Identity(sympy.sign(w) * included, outward, on=here, part=f"{part}, {w} of the inclusion", samples=4)
            chosen = at(included, {sigma: sympy.sign(flow.slope)})
            yield Identity(Velocity(flow, w), chosen, on=on, part=f"{part}, {w} where f' != 0", samples=4)
        free = sympy.symbols(f"v1:{depth + 1}", real=True)
        signs = [sympy.sign(v) for v in free]
        side, sizes = sympy.Mul(*signs), {w: s * edge / (1 + u) for w, s in zip(flow.weights, signs, strict=True)}
        on = Domain(dict.fromkeys(free, NONZERO) | {rate: POSITIVE, u: NONNEGATIVE})
        yield Identity(at(abs(x), sizes), (rate * (1 + u)) ** -depth, on=on, part=f"{part}, |x| at rest", samples=4)
        for w in flow.weights:
            still = -sigma * sympy.sign(Derivative(x, w)) - rate * w
            held = at(still, sizes | {sigma: outwards * share * side / (1 + u)})
            yield Identity(held, 0, on=on, part=f"{part}, {w} at rest, sigma = -sign(x)/(1 + u)", samples=4)
        box = Domain({rate: POSITIVE, u: NONNEGATIVE})
        yield Inequality((rate * (1 + u)) ** -depth, rate**-depth, on=box, part=f"{part}, |x| is in the box")
        on = Domain(dict.fromkeys(free, NONZERO) | {rate: POSITIVE, size: POSITIVE, t: NONNEGATIVE})
        slope, bound = outwards * side * size, side * rate**-depth
        rises = slope * (side * (rate**-depth - t) - bound)
        yield Identity(rises, size * t, on=on, part=f"{part}, the tangent rises from the bound", samples=4)
    yield Inequality(0, size * t, on=Domain({size: POSITIVE, t: NONNEGATIVE}), part="the tangent")


MUTANTS = {
    "box of the inverse side": {"edge": rate},
    "half of the sign": {"share": sympy.S.Half},
    "a slope that points inwards": {"outwards": 1},
}
