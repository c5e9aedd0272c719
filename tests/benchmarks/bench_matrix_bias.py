"""Implicit bias of matrices in numbers: ``python tests/benchmarks/bench_matrix_bias.py [problems]``.

Random multiclass data of up to 5 classes, 10 columns and 30 rows at seven norms: gaps of the two proved bounds, and times. Then the
margins that normalised descent reaches in four geometries, relative to the largest in its own norm; and gradient flow on U U^T from
a^2 I under three random symmetric measurements of 3 x 3 matrices, which do not commute: its distance from the projection in the von
Neumann entropy, relative to its size, and by how much its trace exceeds the least that is known, of that projection at three starts.
"""

import sys
from pathlib import Path
from time import process_time

import numpy as np
import sympy
from scipy.linalg import expm
from scipy.optimize import minimize

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bias"))

from test_schatten_margin import NORMS, drawn, gradient_of, margins_of, size

from mirrortheory import MatrixFlow, MatrixProduct, Quadratic, Schatten, max_margin, simulate
from mirrortheory.bias.matrices import max_schatten_margin

STEPS = (100, 1000, 10000)


def bounds(problems: int) -> None:
    """Print the gaps of proved bounds, and the times."""
    gaps, times = [], []
    for seed in range(problems):
        h, labels, classes = drawn(seed)
        for p in NORMS:
            before = process_time()
            found = max_schatten_margin(h, labels, p=p, classes=classes)
            times.append(process_time() - before)
            gaps.append(found.margin_at_most / found.margin_at_least - 1)
    print(f"{len(gaps)} margins: gap {np.median(gaps):.1e} (median), {max(gaps):.1e} (largest)", end="; ")
    print(f"{np.median(times):.3f} s (median), {max(times):.2f} s (largest)")


def descent(seeds: int) -> None:
    """Print the reached share of the largest margin, the least over some data, at three numbers of steps."""
    shares: dict[str, list[list[float]]] = {}
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        W, h = rng.normal(size=(3, 4)), rng.normal(size=(9, 4))
        labels = np.argmax(h @ W.T, axis=1)
        pairs = [np.outer(np.eye(3)[y] - np.eye(3)[k], h[i]).ravel() for i, y in enumerate(labels) for k in range(3) if k != y]
        entrywise = max_margin((np.array(pairs), np.ones(len(pairs))), exponent=sympy.oo).margin
        largest = {q: max_schatten_margin(h, labels, q=q, classes=3).margin for q in (1, "3/2", 2)}
        norms = {q: (lambda W, order=order: size(W, order)) for q, order in ((1, np.inf), ("3/2", 3), (2, 2))}
        rules = [(f"Schatten({q})", Schatten(q).link_of, norms[q], largest[q]) for q in largest]
        for name, link, norm, most in [*rules, ("sign", np.sign, lambda W: float(np.abs(W).max()), entrywise)]:
            W, reached = np.zeros((3, 4)), []
            for k in range(1, STEPS[-1] + 1):
                direction = link(gradient_of(W, h, labels))
                W = W - 0.5 / np.sqrt(k) * direction / norm(direction)
                if k in STEPS:
                    reached.append(margins_of(W, h, labels).min() / norm(W) / most)
            spectral = margins_of(W, h, labels).min() / size(W, np.inf) / largest[1]
            shares.setdefault(name, []).append([*reached, spectral])
    for name, rows in shares.items():
        least = np.min(rows, axis=0)
        print(f"{name}: after {STEPS} steps at least {least[:-1].round(4).tolist()} of its own margin", end="; ")
        print(f"of the spectral one {least[-1]:.3f} to {np.max(rows, axis=0)[-1]:.3f}")


def entropic(A: np.ndarray, b: np.ndarray, a: float) -> np.ndarray:
    """Return the projection of a^2 I in the von Neumann entropy on <A_k, X> = b_k."""

    def dual(multipliers: np.ndarray) -> tuple[float, np.ndarray]:
        point = expm(2 * np.log(a) * np.eye(3) + np.tensordot(multipliers, A, 1))
        return float(np.trace(point) - b @ multipliers), np.tensordot(A, point, 2) - b

    found = minimize(dual, np.zeros(3), jac=True, method="BFGS", options={"gtol": 1e-10, "maxiter": 2000})
    return expm(2 * np.log(a) * np.eye(3) + np.tensordot(found.x, A, 1))


def sensing(seeds: int) -> None:
    """Print how far flows under measurements that do not commute end from what commuting ones end at."""
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        A = rng.normal(size=(3, 3, 3))
        A, v = (A + A.transpose(0, 2, 1)) / 2, rng.normal(size=3)
        b = np.tensordot(A, np.outer(v, v) / (v @ v), 2)
        others = {a: entropic(A, b, a) for a in (0.5, 0.1, 1e-2, 1e-4)}
        least, told = min(float(np.trace(X)) for X in others.values()), []
        for a in (0.5, 0.1, 1e-2):
            flow = MatrixFlow(Schatten(2), MatrixProduct(3, 3, 3))
            path = simulate(flow, Quadratic(A.reshape(3, -1), b), [a * np.eye(3)] * 2, 300.0)
            end = path.X[-1]
            apart = np.linalg.norm(end - others[a]) / np.linalg.norm(end)
            reached = "" if path.loss[-1] < 1e-12 else f" (loss {path.loss[-1]:.0e})"
            told.append(f"a = {a:g}: {apart:.3f}, {100 * (np.trace(end) / least - 1):+.2f} %{reached}")
        print(f"seed {seed}: " + "; ".join(told))


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    bounds(count)
    descent(4)
    sensing(6)
