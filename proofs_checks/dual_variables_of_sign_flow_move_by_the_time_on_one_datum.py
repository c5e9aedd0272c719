r"""Under sign flow each dual variable moves by the time that has passed while its slope keeps a sign, and by no more otherwise.

.. math:: q = 1: \quad |\dot y_i| = 1 \ (f'_i \ne 0), \qquad \|y_\infty - y_0\|_\infty \le T, \qquad
          |y_{\infty,i} - y_{0,i}| = T \ \text{ for one datum with } z_i \ne 0

where no two smallest layers of a coordinate reach 0 together: it stays at such a saddle, and y with it. (Z = (1, 3), b = 13,
layers (-1, 1) and (1, 1): the end is (0, 13/3), at T = 1.08, and y_1 has moved by 1.) T is when the flow has come to rest. For one
datum f'_i = -z_i r changes no sign before r = 0, so that all coordinates use all of the time: the fit takes T = |c|, the root of
z.x(c) = b, increasing in c as each z_i dx_i/dc = |z_i|/R_i''. With more data a coordinate whose slope vanishes earlier rests,
slides with a control in [-1, 1], or turns; x_0 and b being given, no data fit earlier than the largest |y_oo - y_0|.

Along the curve of a product y = sign(x) s, with s = |w_1| the smallest layer (sign_flow_conjugate_is_a_polynomial).
Source: this project.
"""

import sympy
from sympy import Rational

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONZERO, Domain
from mirrortheory.evidence import EndsAt, Identity
from mirrortheory.flows import Quadratic

CLAIM = Claim(
    "dual_variables_of_sign_flow_move_by_the_time_on_one_datum",
    r"\|y_\infty - y_0\|_\infty \le T, \quad |y_{\infty,i} - y_{0,i}| = T \text{ for one datum}, z_i \neq 0, \text{ no saddle met}",
    topic="bias",
    source="this project",
    scope="q = 1; products of depth 1..6, every orthant; no two smallest layers of a coordinate reach 0 together; ends at T "
    "exactly for one datum at depth 1..4, and for two data apart",
    on_paper=(
        "a function whose derivative is at most 1 in size moves by at most the time; Filippov's inclusion where f'_i = 0",
        "y is continuous where x passes 0 with a single smallest layer",
    ),
)

z, r = sympy.symbols("z r", real=True)


def check(speed=1, stop=1, grown=abs(z)):
    for depth in range(1, 7):
        flow, part = Flow(Lq(1), Product(depth)), f"depth {depth}"
        moves = sympy.sign(flow.effective) * flow.derivative(abs(flow.weights[0]))
        yield Identity(abs(moves), speed, on=flow.domain(), part=f"{part}, |dy/dt|", samples=6)
        ranges = dict.fromkeys((*flow.weights, z, r), NONZERO)
        pulled = at(moves, {flow.slope: -z * r})
        yield Identity(pulled, sympy.sign(z) * sympy.sign(r), on=Domain(ranges), part=f"{part}, dy/dt on one datum", samples=6)
        along = at(z * flow.derivative(flow.effective), {flow.slope: -z * r})
        told = grown * flow.inverse_metric * sympy.sign(r)
        yield Identity(along, told, on=Domain(ranges), part=f"{part}, z dx/dt", samples=6)
    near = Rational(1, 10**9)
    for depth in range(1, 5):
        start = [[layer, layer + 1] for layer in range(1, depth + 1)]
        size = [sympy.Mul(*(row[j] + 1 for row in start)) for j in range(2)]  # every layer has moved by T = 1
        target, box = size[0] + 3 * size[1], [(e - near, e + near) for e in size]
        problem = Quadratic([[1, 3]], [int(target)])
        yield EndsAt(Flow(Lq(1), Product(depth)), problem, start, box, t_end=stop, part=f"depth {depth}, one datum ends at T = 1")
    apart = Quadratic([[1, 0], [0, 2]], [4, 18])
    box = [(e - near, e + near) for e in (4, 9)]
    yield EndsAt(Flow(Lq(1), Product(2)), apart, [[1, 1]] * 2, box, t_end=2, part="two data apart: y moves by 1 and by 2 = T")


MUTANTS = {"twice as fast": {"speed": 2}, "by the entry": {"grown": z**2}, "signs of z ignored": {"grown": z}}
