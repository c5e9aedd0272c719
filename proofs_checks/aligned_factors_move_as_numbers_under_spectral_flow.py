r"""Under spectral flow factors aligned with the gradient keep their bases, and their diagonals move as two layers of numbers.

.. math:: U = P a Q^\top,\ V = Q b R^\top,\ C = P c R^\top \quad\Longrightarrow\quad
   \frac{\mathrm d}{\mathrm dt} (P^\top U Q) = -\varphi_q(c b),\quad \frac{\mathrm d}{\mathrm dt} (Q^\top V R) = -\varphi_q(c a)

a, b, c are diagonal, P, Q, R rotations. One line: :math:`C V^\top = P\, c b\, Q^\top`. So :math:`|a_i|^q - |b_i|^q` is
conserved (and shrinks at the rate q alpha under decoupled decay), and while gradients stay aligned all that is known of a
product of two layers of numbers holds for the matrices, at every q.

Not to be confused with the entrywise link, under which an aligned start does not stay aligned: sign flow leaves the diagonal.
Source: this project; Saxe, McClelland and Ganguli (2014), arXiv:1312.6120, for gradient flow.
"""

import sympy

from mirrortheory import NONNEGATIVE, NONZERO, REALS, Domain, Lq
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.evidence import Exists, Identity
from mirrortheory.notation import alpha, matrix, q, rotation

CLAIM = Claim(
    "aligned_factors_move_as_numbers_under_spectral_flow",
    r"\frac{d}{dt}(P^\top U Q) = -\varphi_q(c b),\ \frac{d}{dt}(Q^\top V R) = -\varphi_q(c a),\ "
    r"\frac{d}{dt}\left(|a_i|^q - |b_i|^q\right) = -q \alpha \left(|a_i|^q - |b_i|^q\right)",
    topic="matrices",
    source="this project; Saxe, McClelland and Ganguli (2014), arXiv:1312.6120, for gradient flow",
    scope="2 x 2; every q in [1, 2]; all rotations P, Q, R but half turns; all nonzero a, b, c; alpha >= 0 for the balance",
    on_paper=("Phi_q(P x Q^T) = P phi_q(x) Q^T for diagonal x: the definition, spectral_link_is_the_slope_of_a_schatten_norm",),
)
s, t, v = sympy.symbols("s t v", real=True)


def link(e, exponent=q):
    return Lq(exponent).link(e)


def check(other=1, basis=lambda: rotation(s), exponent=q, rate=q):
    first, middle, last = rotation(s), rotation(t), rotation(v)
    a, b, c = (sympy.symbols(f"{name}1 {name}2", real=True) for name in "abc")
    u, w, slope = matrix("u", 2, 2), matrix("w", 2, 2), matrix("e", 2, 2)
    outputs, turned = list(u * w), (first.T * u * middle, middle.T * w * last)
    start = (first * sympy.diag(*a) * middle.T, middle * sympy.diag(*b) * last.T, basis() * sympy.diag(*c) * last.T)
    here = dict(zip([*u, *w, *slope], [*start[0], *start[1], *start[2]], strict=True))
    on = Domain(
        dict.fromkeys((s, t, v), REALS) | dict.fromkeys((*a, *b, *c), NONZERO) | {q: sympy.Interval(1, 2), alpha: NONNEGATIVE}
    )
    speeds = []
    for name, factor, (p, r), beside in (("U", u, (first, middle), b), ("V", w, (middle, last), [other * e for e in a])):
        gradient = sympy.Matrix(
            2, 2, [sum(e * sympy.Derivative(x, z) for e, x in zip(slope, outputs, strict=True)) for z in factor]
        )
        seen = p.T * gradient * r
        for i in range(2):
            yield Identity(
                at(seen[i, i], here), c[i] * beside[i], on=on, part=f"{name}, the gradient in its bases, {i + 1}", samples=3
            )
            yield Identity(at(seen[i, 1 - i], here), 0, on=on, part=f"{name}, the gradient off its diagonal, {i + 1}", samples=3)
        linked = p * sympy.diag(*(link(c[i] * beside[i], exponent) for i in range(2))) * r.T
        speeds += list(-linked - alpha * factor)
    velocity = dict(zip([*u, *w], speeds, strict=True))
    rates = {}
    for name, seen, own, beside in (("U", turned[0], a, b), ("V", turned[1], b, a)):
        for i in range(2):
            for j in range(2):
                moving = sum(sympy.Derivative(seen[i, j], z) * speed for z, speed in velocity.items() if seen[i, j].has(z))
                expected = -link(c[i] * beside[i]) - alpha * own[i] if i == j else 0
                rates |= {own[i]: at(moving, here)} if i == j else {}
                yield Identity(
                    at(moving, here), expected, on=on, part=f"{name}, velocity in its bases, {i + 1}, {j + 1}", samples=3
                )
    for i, (x, y) in enumerate(zip(a, b, strict=True)):
        balance = abs(x) ** q - abs(y) ** q
        moving = sum(sympy.Derivative(balance, z) * rates[z] for z in (x, y))
        yield Identity(moving, -rate * alpha * balance, on=on, part=f"balance {i + 1}", samples=3)
    signs = [sympy.sign(e) for e in start[2] * start[1].T]
    off = (first.T * sympy.Matrix(2, 2, signs) * middle)[0, 1]
    yield Exists(off, 0, on=on, part="entrywise sign flow, off the diagonal")


MUTANTS = {
    "twice the factor beside": {"other": 2},
    "a gradient in other bases": {"basis": lambda: rotation(t)},
    "gradient flow": {"exponent": 2},
    "the balance at the rate alpha": {"rate": 1},
}
