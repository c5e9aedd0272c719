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
# # From three layers to a mirror potential
#
# A deep diagonal network multiplies its layers entrywise, $x = w_1 w_2 w_3$. We train the layers by steepest descent with gradient
# exponent $q$, and ask what that does to $x$. The slope $f'(x)$ stays a symbol, so the answer holds for every loss.

# %%
import matplotlib.pyplot as plt
import numpy as np
import sympy

from mirrortheory import Decoupled, Flow, Lq, Product, derive
from mirrortheory.evidence import START, TIME, AlongFlow, Identity
from mirrortheory.exact import decimal
from mirrortheory.flows import Quadratic, simulate
from mirrortheory.notation import alpha, q
from mirrortheory.potentials.numeric import values

flow = Flow(Lq(q), Product(3))
flow.velocity

# %% [markdown]
# ## What is conserved
#
# Separating variables gives one first integral for each pair of layers: the *balance* $|w_i|^q - |w_j|^q$.

# %%
derived = derive(flow, imbalance=(0, sympy.Rational(1, 2), 2))
derived.invariants

# %% [markdown]
# ## The mirror potential
#
# With $s = \min_i |w_i|^q$ everything is explicit along the curve $x(s)$: the dual variable $y = R'(x)$ is an integral of the dual density.
# At $q = 1$ the density is constant, so $y = s$ and the conjugate is a polynomial.

# %%
sign = derive(Flow(Lq(1), Product(3)), imbalance=(0, sympy.Rational(1, 2), 2)).potential
sign.inverse_mirror_map, sign.conjugate

# %% [markdown]
# For gradient flow the mirror map is an elliptic integral; its values are certified to as many digits as we ask for.

# %%
gradient = derive(Flow(Lq(2), Product(3)), imbalance=(0, sympy.Rational(1, 2), 2)).potential
decimal(values(gradient, "17/10", digits=40).mirror_map, 40)

# %%
grid = [sympy.Rational(k, 20) for k in range(1, 61)]
figure, axes = plt.subplots(figsize=(6, 3.5))
for exponent in ("1", "3/2", "2"):
    potential = derive(Flow(Lq(exponent), Product(3)), imbalance=(0, sympy.Rational(1, 2), 2)).potential
    axes.plot(grid, [float(values(potential, x, digits=15).mirror_map) for x in grid], label=f"q = {exponent}")
axes.set(xlabel="x", ylabel="R'(x)", title="Mirror maps of three layers, imbalance 0, 1/2, 2")
axes.legend()
figure.tight_layout()

# %% [markdown]
# ## The balance under weight decay
#
# Decoupled decay shrinks the balance at the rate $q\alpha$. The ring proves it for every $q$, $\alpha$ and orthant of weights at once.

# %%
decayed = Flow(Lq(q), Product(3), Decoupled(alpha))
balance = abs(decayed.weights[0]) ** q - abs(decayed.weights[1]) ** q
proof = Identity(decayed.derivative(balance), -q * alpha * balance, on=decayed.domain()).examine(seed=0)
assert proof.verdict.name == "PROVED"
proof.detail

# %% [markdown]
# A simulation is no proof, but it would show a slip in the statement. The error estimate comes from two tolerances.

# %%
half = Flow(Lq("3/2"), Product(3), Decoupled("3/10"))
measured = abs(half.weights[0]) ** sympy.Rational(3, 2) - abs(half.weights[1]) ** sympy.Rational(3, 2)
problem = Quadratic([[1.0, 0.5], [0.2, 1.0]], [1.0, 1.5])
start = [[0.5, -0.4], [0.3, -0.9], [0.8, 0.6]]
law = START * sympy.exp(-sympy.Rational(9, 20) * TIME)
seen = AlongFlow(half, problem, start, 0.5, measured, law).examine(seed=0)
assert seen.verdict.name == "SUPPORTED"
seen.detail

# %%
path = simulate(half, problem, start, 0.5)
observed, error = path.quantity(measured)
figure, axes = plt.subplots(figsize=(6, 3.5))
for j in range(observed.shape[1]):
    axes.plot(path.t, observed[:, j], ".", label=f"coordinate {j + 1}, simulated")
    axes.plot(path.t, observed[0, j] * np.exp(-0.45 * path.t), "k-", linewidth=0.8)
axes.set(xlabel="t (dimensionless)", ylabel=r"$|w_1|^{3/2} - |w_2|^{3/2}$", title="The balance follows its law (line)")
axes.legend()
figure.tight_layout()
