r"""FALSE: Adam conserves the balance, as sign descent does, which is taken for it. It does not from the second step on.

.. math:: m_k = \beta_1 m_{k-1} + (1 - \beta_1) g_k, \quad v_k = \beta_2 v_{k-1} + (1 - \beta_2) g_k^2, \quad
          w \leftarrow w - \eta\,\frac{m_k/(1 - \beta_1^k)}{\sqrt{v_k/(1 - \beta_2^k)}}
          \quad\not\Rightarrow\quad |w_1| - |w_2| = \text{const}

at epsilon = 0, over two steps from m = v = 0 on f = -x, from any two positive layers, with betas 1/2 and 9/10. It holds without
memory and from balanced layers. The right statement is adam_drives_layers_apart_at_the_difference_of_its_lags.

Source: this project; Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, for sign flow as a proxy of Adam.
"""

import sympy

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Verdict
from mirrortheory.notation import eta

CLAIM = Claim(
    "adam_conserves_the_balance_as_sign_descent_does",
    r"\text{Adam, } \epsilon = 0: \quad |w_1| - |w_2| \text{ is the same after two steps}",
    topic="discrete",
    source="this project; arXiv:2603.02064 for the question",
    scope="depth 2; positive layers; f = -x; betas 1/2 and 9/10; epsilon = 0; eta > 0; two steps from m = v = 0",
    expect=Verdict.REFUTED,
)

u, v = sympy.symbols("u v", positive=True)


def check(first=sympy.S.Half, second=sympy.Rational(9, 10), other=v):
    flow = Flow(Lq(1), Product(2))
    sizes, means, squares = [u, other], [sympy.S.Zero] * 2, [sympy.S.Zero] * 2
    for k in (1, 2):
        here = dict(zip(flow.weights, sizes, strict=True)) | {flow.slope: -1}
        seen = [at(flow.slope * sympy.Derivative(flow.effective, w), here) for w in flow.weights]
        means = [first * m + (1 - first) * g for m, g in zip(means, seen, strict=True)]
        squares = [second * s + (1 - second) * g**2 for s, g in zip(squares, seen, strict=True)]
        sizes = [
            w - eta * m / (1 - first**k) / sympy.sqrt(s / (1 - second**k)) for w, m, s in zip(sizes, means, squares, strict=True)
        ]
    on = Domain(dict.fromkeys((u, v, eta), POSITIVE))
    yield Identity(abs(sizes[0]) - abs(sizes[1]), u - other, on=on, part="two steps")


CONTROLS = {"no memory": {"first": sympy.S.Zero, "second": sympy.S.Zero}, "balanced layers": {"other": u}}
