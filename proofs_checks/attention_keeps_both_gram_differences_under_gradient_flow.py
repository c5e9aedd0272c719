r"""Gradient flow of softmax attention keeps the Gram differences of its query-key and its value-output pair, for every loss.

.. math:: o = W_O \sum_j p_j\, W_V y_j, \quad p_j = \frac{e^{s_j}}{\sum_l e^{s_l}}, \quad
   s_j = \tau\, (W_Q x) \cdot (W_K y_j): \qquad
   \frac{\mathrm d}{\mathrm dt}\bigl(W_Q W_Q^\top - W_K W_K^\top\bigr) = 0,\quad
   \frac{\mathrm d}{\mathrm dt}\bigl(W_V W_V^\top - W_O^\top W_O\bigr) = 0

The output sees the weights by :math:`W_Q^\top W_K` and :math:`W_O W_V` alone, and so the softmax is no matter. c is the
gradient of the loss in the output o, any vector; a batch adds such gradients, and other tokens of a sequence add outputs, to
which the law is linear. The kernel differentiates the softmax itself.

Not to be confused with an entrywise link below q = 2, as of sign descent or Adam
(attention_keeps_no_gram_difference_below_q_two).
Source: Marcotte, Gribonval and Peyre (2025), arXiv:2506.06194, for attention layers.
"""

import sympy

from mirrortheory import POSITIVE, REALS, Domain
from mirrortheory.check.claims import Claim
from mirrortheory.evidence import Identity
from mirrortheory.notation import matrix

CLAIM = Claim(
    "attention_keeps_both_gram_differences_under_gradient_flow",
    r"\frac{d}{dt}\left(W_Q W_Q^\top - W_K W_K^\top\right) = 0, \quad \frac{d}{dt}\left(W_V W_V^\top - W_O^\top W_O\right) = 0",
    topic="matrices",
    source="Marcotte, Gribonval and Peyre (2025), arXiv:2506.06194",
    scope="one head, two tokens y1, y2 of dimension 2, one query x, weights 2 x 2, any tokens, scale tau > 0 and gradient c",
    on_paper=("a sum over outputs and data keeps a law that each term keeps",),
)
tau = sympy.Symbol("tau", positive=True)


def check(key=1, value=1, other=lambda q, k: (q, k)):
    q, k, v, o = (matrix(name, 2, 2) for name in ("q", "k", "v", "o"))
    x, tokens, c = matrix("x", 2, 1), (matrix("y", 2, 1), matrix("z", 2, 1)), matrix("c", 2, 1)
    logits = [tau * (q * x).dot(k * y) for y in tokens]
    weights = [sympy.exp(s) / sum(map(sympy.exp, logits)) for s in logits]
    loss = sum(p * c.dot(o * v * y) for p, y in zip(weights, tokens, strict=True))  # c times the output
    letters = [*q, *k, *v, *o]
    on = Domain(dict.fromkeys([*letters, *x, *tokens[0], *tokens[1], *c], REALS) | {tau: POSITIVE})
    queries, keys = other(q, k)
    laws = {
        "query and key": (queries * queries.T - key * keys * keys.T, [*q, *k]),
        "value and output": (v * v.T - value * o.T * o, [*v, *o]),
    }
    for name, (law, moving) in laws.items():
        for i, j in ((0, 0), (0, 1), (1, 1)):
            rate = -sum(sympy.Derivative(law[i, j], w) * sympy.Derivative(loss, w) for w in moving if law[i, j].has(w))
            yield Identity(rate, 0, on=on, part=f"{name}, entry {i + 1}, {j + 1}", samples=3)


MUTANTS = {
    "the sum of queries and keys": {"key": -1},
    "the sum of values and outputs": {"value": -1},
    "the queries alone": {"key": 0},
    "Gram matrices of the other side": {"other": lambda q, k: (q.T, k.T)},
}
