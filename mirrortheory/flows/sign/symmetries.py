r"""Which coordinates a symmetry of a sign flow exchanges: their events are simultaneous, exactly.

A signed permutation :math:`x_{\pi(k)} \leftarrow s_k x_k` with

.. math:: H_{\pi(k)\pi(l)} = s_k s_l H_{kl}, \quad (Z^T b)_{\pi(k)} = s_k (Z^T b)_k, \quad y_{\pi(k)}(0) = s_k y_k(0), \quad
          \{\lambda_{\pi(k)}\} = \{\lambda_k\}

takes solutions to solutions and keeps the start, so a solution that is unique is its own image: :math:`y_{\pi(k)} = s_k y_k` and
:math:`g_{\pi(k)} = s_k g_k` at all times. All data are rational here and the equalities are decided.

Source: derived for this project.
"""

from __future__ import annotations

from collections.abc import Sequence

from mirrortheory.exact import Exact

_MOST_NODES = 20_000


def exchangeable(
    H: Sequence[Sequence[Exact]], target: Sequence[Exact], y: Sequence[Exact], excess: Sequence[Sequence[Exact]], i: int, j: int
) -> bool:
    """Return whether a symmetry is found that takes coordinate i to j; False says only that none was found.

    Args:
        H: Z^T Z, shape (d, d).
        target: Z^T b, shape (d,).
        y: dual variables at the start, shape (d,).
        excess: lambda of each coordinate, shape (d, L).
    """
    d = len(H)
    kinds = [(H[k][k], abs(target[k]), abs(y[k]), sorted(excess[k])) for k in range(d)]
    order = [i, *(k for k in range(d) if k != i)]
    image: dict[int, tuple[int, int]] = {}
    nodes = 0

    def fits(k: int, to: int, s: int) -> bool:
        same = target[to] == s * target[k] and y[to] == s * y[k]
        return same and all(H[to][other] == s * t * H[k][l] for l, (other, t) in image.items())

    def extend(depth: int) -> bool:
        nonlocal nodes
        if depth == d:
            return True
        k, used = order[depth], {to for to, _ in image.values()}
        for to in [j] if depth == 0 else range(d):
            for s in (1, -1):
                nodes += 1
                if nodes > _MOST_NODES:
                    return False
                if to not in used and kinds[to] == kinds[k] and fits(k, to, s):
                    image[k] = (to, s)
                    if extend(depth + 1):
                        return True
                    del image[k]
        return False

    return extend(0)
