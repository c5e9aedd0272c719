r"""An entrywise link below q = 2 keeps neither Gram difference of softmax attention, nor a balance of the rows of a pair.

.. math:: \exists:\; \frac{\mathrm d}{\mathrm dt}\Bigl(\sum_j |(W_Q)_{1j}|^q - \sum_j |(W_K)_{1j}|^q\Bigr) \ne 0, \quad
   \frac{\mathrm d}{\mathrm dt}\Bigl(\sum_j |(W_V)_{1j}|^q - \sum_i |(W_O)_{i1}|^q\Bigr) \ne 0, \qquad
   \dot w = -\varphi_q(\partial f/\partial w)

nor the Gram differences themselves. So what gradient flow keeps of a query-key pair and of a value-output pair
(attention_keeps_both_gram_differences_under_gradient_flow), sign flow moves. That pairs of this kind have no law at all below
q = 2 says a count (:func:`mirrortheory.count_laws`, docs/conservation.md), for Q K^T and O V with gradients of their own.

Source: this project.
"""

import sympy

from mirrortheory import POSITIVE, REALS, Domain
from mirrortheory.check.claims import Claim
from mirrortheory.evidence import Exists
from mirrortheory.notation import matrix

CLAIM = Claim(
    "attention_keeps_no_gram_difference_below_q_two",
    r"\exists:\ \frac{d}{dt}\left(\sum_j |(W_Q)_{1j}|^q - \sum_j |(W_K)_{1j}|^q\right) \ne 0,\ "
    r"\frac{d}{dt}\left(W_Q W_Q^\top - W_K W_K^\top\right)_{11} \ne 0, \text{ and for } W_V, W_O",
    topic="matrices",
    source="this project",
    scope="q = 1 and 3/2; one head, two tokens of dimension 2, one query, weights 2 x 2; softmax attention, for one output",
)
tau = sympy.Symbol("tau", positive=True)


def check(exponents=("1", "3/2")):
    q, k, v, o = (matrix(name, 2, 2) for name in ("q", "k", "v", "o"))
    x, tokens, c = matrix("x", 2, 1), (matrix("y", 2, 1), matrix("z", 2, 1)), matrix("c", 2, 1)
    logits = [tau * (q * x).dot(k * y) for y in tokens]
    weights = [sympy.exp(s) / sum(map(sympy.exp, logits)) for s in logits]
    loss = sum(p * c.dot(o * v * y) for p, y in zip(weights, tokens, strict=True))  # c times the output
    letters = [*q, *k, *v, *o, *x, *tokens[0], *tokens[1], *c]
    on = Domain(dict.fromkeys(letters, REALS) | {tau: POSITIVE})
    values = (1, -3, 2, -3, -3, 2, -1, 3, 2, 3, -2, 1, 3, -3, 3, -2, -2, -1, -1, 3, 3, 1, -1, -2)
    somewhere = dict(zip(letters, values, strict=True)) | {tau: sympy.Rational(1, 4)}
    for exponent in map(sympy.Rational, exponents):
        for name, first, second in (("query and key", q[0, :], k[0, :]), ("value and output", v[0, :], o[:, 0])):
            for power in dict.fromkeys((exponent, sympy.Integer(2))):
                law = sum(abs(w) ** power for w in first) - sum(abs(w) ** power for w in second)
                rate = sympy.S.Zero
                for w in (*first, *second):
                    slope = sympy.Derivative(loss, w)
                    linked = slope if exponent == 2 else sympy.sign(slope) * abs(slope) ** (exponent - 1)
                    rate -= sympy.Derivative(law, w) * linked
                yield Exists(rate, 0, on=on, part=f"q = {exponent}, {name}, power {power}", at=somewhere)


MUTANTS = {"gradient flow": {"exponents": ("2",)}, "gradient flow among them": {"exponents": ("3/2", "2")}}
