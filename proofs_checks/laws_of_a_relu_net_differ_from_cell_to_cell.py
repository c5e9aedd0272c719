r"""How many laws a network with rectifiers has depends on which neuron is active on which datum.

.. math:: x_d = \sum_j v_j \max(u_j \cdot z_d, 0): \qquad
   \#\{\text{laws}\} = \begin{cases} 2,\ 0,\ 3 & \text{both neurons active on both data} \\
   4,\ 4,\ 4 & \text{each active on a datum of its own} \end{cases} \qquad (q = 1,\ 1 < q < 2,\ q = 2)

for two neurons, two inputs and the data (1, 0), (0, 1). In a cell the map is a polynomial. Where both are active everywhere it
is U v; where each sees one datum it is a product of two numbers for each, with two weights that never move. So a law of a cell
ends where a neuron dies or wakes up.

Source: this project; counts at q = 2 in the sense of Marcotte, Gribonval and Peyre (2023), arXiv:2307.00144.
"""

from mirrortheory import HasLaws
from mirrortheory.check.claims import Claim
from mirrortheory.notation import matrix, q

CLAIM = Claim(
    "laws_of_a_relu_net_differ_from_cell_to_cell",
    r"\#\{\text{laws}\} = 2, 0, 3 \text{ or } 4, 4, 4 \text{ at } q = 1,\ 1 < q < 2,\ q = 2",
    topic="balance",
    source="this project",
    scope="two neurons, data (1, 0), (0, 1); q = 1, 3/2 in the cell of positive weights, all q in (1, 2) but finitely many, and 2",
    on_paper=("links of columns that are not parallel are linearly independent functions of the slope",),
)

CELLS = {"both active on both": ((1, 1), (1, 1)), "each active on one": ((1, 0), (0, 1))}


def check(counts=((2, 0, 3), (4, 4, 4))):
    v, u, data = matrix("v", 2, 1), matrix("u", 2, 2), ((1, 0), (0, 1))
    for (name, active), numbers in zip(CELLS.items(), counts, strict=True):
        outputs = [sum(v[j] * active[j][d] * (u[j, 0] * z[0] + u[j, 1] * z[1]) for j in range(2)) for d, z in enumerate(data)]
        for exponent, count in zip((1, "3/2", q, 2), (numbers[0], numbers[1], numbers[1], numbers[2]), strict=True):
            yield HasLaws(outputs, [*v, *u], exponent, count, part=f"{name}, q = {exponent}")


MUTANTS = {
    "the same in both cells": {"counts": ((2, 0, 3), (2, 0, 3))},
    "the same at every q": {"counts": ((3, 3, 3), (4, 4, 4))},
    "the balances only": {"counts": ((2, 0, 3), (2, 2, 2))},
}
