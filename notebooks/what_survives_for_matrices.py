# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # What survives for matrices
#
# **Question.** Deep diagonal maps $x = w_1 w_2$ are called a simplified proxy for attention, where $X = U V$ is a product of
# matrices. For numbers the balances $|w_1|^q - |w_2|^q$ are conserved at every gradient exponent $q$. Which laws are left for
# matrices, under sign descent, under gradient descent, and under spectral descent such as Muon?

# %%
import matplotlib.pyplot as plt
import numpy as np
from IPython.display import Markdown, display

from mirrortheory import (
    HasLaws,
    MatrixFlow,
    MatrixProduct,
    Quadratic,
    Schatten,
    count_laws,
    simulate,
)
from mirrortheory.bias.matrices import max_schatten_margin
from mirrortheory.geometries import CUBIC, Entrywise, newton_schulz_error
from mirrortheory.notation import matrix, q

# %%
colours, dashes = (
    ["#0072B2", "#D55E00", "#009E73", "#CC79A7"],
    ["-", "--", "-.", (0, (5, 1, 1, 1, 1, 1))],
)
plt.rcParams.update(
    {"figure.dpi": 110, "axes.prop_cycle": plt.cycler(color=colours, linestyle=dashes)}
)


def table(head, rows):
    """Show a table whose entries are mathematics."""
    lines = [head, ["---"] * len(head), *rows]
    display(
        Markdown("\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines))
    )


# %% [markdown]
# ## Counting laws
#
# A law is a function of the weights that stays constant along $\dot w = -\varphi_q(J(w)^\top c)$ whatever the slope $c$ is, that
# is for every loss. `count_laws` counts them from both sides: from below by laws that it exhibits and verifies, from above by
# brackets of the fields that are independent at a point.


# %%
def product(*sizes):
    """Return the entries of a product of matrices of such sizes, and the weights."""
    layers = [matrix("uvw"[k], *sizes[k : k + 2]) for k in range(len(sizes) - 1)]
    total = layers[0]
    for layer in layers[1:]:
        total = total * layer
    return list(total), [entry for layer in layers for entry in layer]


numbers = [product(1, 1, 1), product(1, 3, 1)]
matrices = [product(2, 2, 1), product(2, 2, 2), product(2, 3, 2), product(2, 2, 2, 2)]
names = ["1x1 1x1", "1x3 3x1", "2x2 2x1", "2x2 2x2", "2x3 3x2", "2x2 2x2 2x2"]
counts = [
    [count_laws(*map_, exponent) for exponent in (1, q, 2)]
    for map_ in numbers + matrices
]
table(
    ["map $X$", "weights", "at $q = 1$", "for $1 < q < 2$", "at $q = 2$"],
    [
        [name, len(row[0].letters), *(found.count for found in row)]
        for name, row in zip(names, counts, strict=True)
    ],
)

# %% [markdown]
# With two inputs and two outputs **nothing is left below $q = 2$**: not the balances, and no other function either. At $q = 2$
# there are the entries of $U^\top U - V V^\top$. Each count comes with a certificate, which a second program checks without
# sharing code, and a count can be claimed as a statement:

# %%
for exponent, count in ((2, 3), (2, 2), ("3/2", 0), ("3/2", 1)):
    found = HasLaws(*product(2, 2, 2), exponent, count).examine(seed=0)
    laws = "law" if count == 1 else "laws"
    display(
        Markdown(
            f"$q = {exponent}$, {count} {laws}: **{found.verdict}**: {found.detail}"
        )
    )

# %% [markdown]
# ## Spectral flow
#
# Muon follows the matrix sign $U V^\top$ of the gradient $U S V^\top$. Its flow is that of `Schatten(1)`. Let the target be
# $\operatorname{diag}(3, 1)$ and watch the balance $(U^\top U)^{q/2} - (V V^\top)^{q/2}$ from two starts: one is *aligned*,
# all factors share their singular vectors with the target; the other is not.

# %%
widths = MatrixProduct(2, 2, 2)
loss = Quadratic(np.eye(4), np.diag([3.0, 1.0]).ravel())
aligned = [np.diag([0.9, 0.4]), np.diag([0.3, 0.6])]
turn = np.array([[np.cos(0.6), -np.sin(0.6)], [np.sin(0.6), np.cos(0.6)]])
starts = {"aligned": aligned, "turned": [turn @ aligned[0], aligned[1] @ turn]}
geometries = {"$q = 2$": Schatten(2), "spectral": Schatten(1), "sign": Entrywise(1)}
figure, axes = plt.subplots(1, 2, figsize=(9, 3), sharey=True)
for axis, (name, start) in zip(axes, starts.items(), strict=True):
    for label, geometry in geometries.items():
        path = simulate(MatrixFlow(geometry, widths), loss, start, 1.5, rtol=1e-3)
        ((difference, error),) = path.gram_differences()
        moved = np.abs(difference - difference[0]).max(axis=(1, 2))
        axis.plot(path.t, moved, label=f"{label}, error {error[-1]:.0e}")
    axis.set(title=f"start {name}", xlabel="time $t$")
    axis.legend(fontsize=8)
axes[0].set_ylabel("how far the balance moved")
figure.tight_layout()
plt.show()

# %% [markdown]
# Gradient flow keeps its balance from both starts. Spectral flow keeps it from the aligned start, where each singular value moves
# as a coordinate of a diagonal network, and loses it from the other. Sign descent agrees with spectral descent on diagonal
# matrices only.

# %% [markdown]
# ## What Muon does in the place of the matrix sign
#
# Muon iterates a polynomial of degree five. The range of the iteration on singular values is enclosed in ball arithmetic:

# %%
rows = []
for label, options in (("Muon", {}), ("cubic", {"coefficients": CUBIC})):
    for steps in (5, 10, 15):
        found = newton_schulz_error(steps, "1/100", **options)
        rows.append(
            [
                label,
                steps,
                f"{found.low:.3f}",
                f"{found.high:.3f}",
                f"{found.error:.1e}",
            ]
        )
table(["coefficients", "steps", "lowest", "highest", "error at most"], rows)

# %% [markdown]
# Muon's iteration does not converge to the matrix sign: it leaves singular values between 0.68 and 1.14. More steps do not help.

# %% [markdown]
# ## Where the direction goes
#
# On separable data with several classes a geometry prefers the classifier of the largest margin in its own norm: the operator
# norm for spectral descent, the Frobenius norm for gradient descent. For one datum $e_i$ in each of $K$ classes the largest margin
# is $(K-1)^{-1/p}$; both sides are bounds in ball arithmetic:

# %%
rows = []
for count in (2, 3, 5):
    for norm, power in (("operator", np.inf), ("Frobenius", 2), ("nuclear", 1)):
        found = max_schatten_margin(
            np.eye(count), range(count), p="oo" if power == np.inf else power
        )
        low, high = found.margin_at_least, found.margin_at_most
        expected = (count - 1) ** (-1 / power)
        rows.append([count, norm, f"[{low:.9f}, {high:.9f}]", f"{expected:.9f}"])
table(["classes $K$", "norm", "largest margin", "formula $(K-1)^{-1/p}$"], rows)

# %% [markdown]
# ## Answer
#
# - **Entrywise below $q = 2$: nothing.** A product of matrices with two inputs and two outputs, query-key pairs included, has no
#   conservation law. The balances of the diagonal proxy are lost with the first off-diagonal entry.
# - **Gradient flow: the Gram differences**, and no more.
# - **Spectral flow: the balance from aligned starts**, where the theory of diagonal networks holds for singular values.
# - Muon's polynomial is no matrix sign; what it does to singular values is known to six digits, with proof.
