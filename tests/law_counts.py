"""The maps of the table of docs/matrices.md, and the table: ``python tests/pages.py law_counts``."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import sympy

from mirrortheory import count_laws
from mirrortheory.notation import matrix

Map = tuple[list[sympy.Expr], list[sympy.Symbol]]
LETTER = sympy.Symbol("q", positive=True)


def letters(text: str) -> list[sympy.Symbol]:
    """Return real symbols."""
    return list(sympy.symbols(text, real=True))


def linear_net(*widths: int) -> Map:
    """Return the product of matrices of a deep linear network, whose widths are given from the input on."""
    layers = [matrix("UVWABC"[k], after, before) for k, (before, after) in enumerate(pairwise(widths))]
    total = layers[0]
    for layer in layers[1:]:
        total = layer * total
    return list(total), [w for layer in layers for w in layer]


def entrywise(depth: int, size: int) -> Map:
    """Return x_j = w_1j .. w_Lj."""
    layers = matrix("w", depth, size)
    return [sympy.prod(layers[:, j]) for j in range(size)], list(layers)


def cyclic_convolution(size: int) -> Map:
    """Return x = u * v on a cycle."""
    u, v = letters(f"u:{size}"), letters(f"v:{size}")
    return [sympy.Add(*(u[i] * v[(k - i) % size] for i in range(size))) for k in range(size)], [*u, *v]


def tensor(size: int, rank: int) -> Map:
    """Return x_ijk = sum_r a_ir b_jr c_kr."""
    a, b, c = (matrix(name, size, rank) for name in "abc")
    every = range(size)
    entries = [sympy.Add(*(a[i, r] * b[j, r] * c[k, r] for r in range(rank))) for i in every for j in every for k in every]
    return entries, [*a, *b, *c]


def gram(rows: int, columns: int) -> Map:
    """Return the entries of U U^T."""
    u = matrix("u", rows, columns)
    product = u * u.T
    return [product[i, j] for i in range(rows) for j in range(i + 1)], list(u)


def gains(size: int) -> Map:
    """Return x_ij = a_i U_ij."""
    a, u = letters(f"a:{size}"), matrix("u", size, size)
    return [a[i] * u[i, j] for i in range(size) for j in range(size)], [*a, *u]


def relu_net(active: Sequence[Sequence[bool]], data: Sequence[Sequence[int]]) -> Map:
    """Return x_d = sum_j v_j relu(u_j . z_d) in the sign cell where neuron j is active on the datum d or not."""
    v = letters(f"v:{len(active)}")
    u = matrix("u", len(active), len(data[0]))
    neurons = [
        [(u[j, :] * sympy.Matrix(z))[0] if on else 0 for z, on in zip(data, active[j], strict=True)] for j in range(len(active))
    ]
    return [sympy.Add(*(v[j] * neurons[j][d] for j in range(len(active)))) for d in range(len(data))], [*v, *u]


def attention(width: int, rank: int) -> Map:
    """Return the entries of Q K^T and of V O: the query-key pair of a head and its value-output pair."""
    q, k, v = matrix("q", width, rank), matrix("k", width, rank), matrix("v", rank, width)
    return [*(q * k.T), *(matrix("o", width, rank) * v)], [*q, *k, *v, *matrix("o", width, rank)]


a, *PAIR = letters("a u1 u2 v1 v2")
MODELS: dict[str, Map] = {
    "w_1 w_2 w_3": entrywise(3, 1),
    "m_j w_j, j = 1, 2": entrywise(2, 2),
    "a w_j, j = 1, 2": ([a * PAIR[0], a * PAIR[1]], [a, *PAIR[:2]]),
    "a u_j v_j, j = 1, 2": ([a * PAIR[0] * PAIR[2], a * PAIR[1] * PAIR[3]], [a, *PAIR]),
    "a_i U_ij, 2 x 2 (gains)": gains(2),
    "U v, 2 x 2": linear_net(1, 2, 2),
    "cyclic convolution, 3": cyclic_convolution(3),
    "tensor of rank 2, 2 x 2 x 2": tensor(2, 2),
    "U U^T, 2 x 3": gram(2, 3),
    "Q K^T and O V, width 3, rank 2": attention(3, 2),
    "ReLU, 2 neurons, 2 data in the plane, active on both": relu_net([(True, True)] * 2, [(1, 0), (1, 2)]),
    "ReLU, the same, each active on one": relu_net([(True, False), (False, True)], [(1, 0), (1, 2)]),
    "linear net [2,2,2]": linear_net(2, 2, 2),
    "linear net [2,3,2]": linear_net(2, 3, 2),
    "linear net [1,3,1]": linear_net(1, 3, 1),
    "linear net [2,2,2,2]": linear_net(2, 2, 2, 2),
    "linear net [4,4,4]": linear_net(4, 4, 4),
    "linear net [5,5,5]": linear_net(5, 5, 5),
    "linear net [3,3,3,3]": linear_net(3, 3, 3, 3),
    "linear net [5,5,4,4,5]": linear_net(5, 5, 4, 4, 5),
    "linear net [2,3,4,5,2]": linear_net(2, 3, 4, 5, 2),
}


def table() -> str:
    """Return the table as Markdown; each count is checked again from its certificate."""
    rows = ["| map | weights | q = 1 | 1 < q < 2 | q = 2 |", "|---|---|---|---|---|"]
    for name, (outputs, weights) in MODELS.items():
        counts = [count_laws(outputs, weights, q) for q in (1, LETTER, 2)]
        assert [count.recheck() for count in counts] == [(count.at_least, count.at_most) for count in counts]
        numbers = [str(c.count) if c.count is not None else f"{c.at_least} to {c.at_most}" for c in counts]
        rows.append(f"| {name} | {len(weights)} | {' | '.join(numbers)} |")
    return "\n".join(rows)
