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
# # Where does the flow end?
#
# **Question.** With more coordinates than data, many $x$ fit $Zx = b$. A flow picks one of them. Can we say which, without
# following the flow?
#
# The layers of $x = w_1 \cdots w_L$ follow $\dot w_i = -\varphi_q(\partial_{w_i} f)$,
# $\varphi_q(g) = \operatorname{sign}(g)|g|^{q-1}$, so that $y = R'(x)$ obeys $\dot y = -\varphi_q(Z^\top r)$ with the residual
# $r = Zx - b$. At $q = 2$ the link is linear: $y$ never leaves $y_0$ plus the row space of $Z$, and this is the KKT condition of
#
# $$x_\infty = \operatorname*{arg\,min}_{Zx = b} D_R(x, x_0), \qquad
# D_R(x, x_0) = R(x) - R(x_0) - \langle R'(x_0), x - x_0\rangle .$$
#
# Below $q = 2$ the link bends the row space, and the argument breaks. What is left?

# %%
import matplotlib.pyplot as plt
import numpy as np
import sympy
from IPython.display import Markdown, display

from mirrortheory import REALS, Domain, EndsAt, Flow, Identity, Lq, Product
from mirrortheory.bias import implicit_bias, max_margin, row_equivalent_pair
from mirrortheory.bias.classification import directions, margin_exponent
from mirrortheory.flows import Exponential, Quadratic, simulate

# %%
sympy.init_printing(use_latex="mathjax")
colours, dashes = ["#0072B2", "#D55E00", "#009E73"], ["-", "--", "-."]
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
# ## One equation
#
# For one datum $z$ all is well at every $q$: $\varphi_q(r z) = \varphi_q(r)\,\varphi_q(z)$, so $y$ moves on one line,
# $y = y_0 + c\,\varphi_q(z)$, and the end minimises a Bregman divergence with weights,
#
# $$x_\infty = \operatorname*{arg\,min}_{z \cdot x = b} \sum_j |z_j|^{2-q}\, D_j(x_j, x_{0,j}).$$
#
# `implicit_bias` asks its rules in order, and says which one applied. Beside each prediction stands the end of a simulated flow.

# %%
problem, weights = Quadratic([[1.0, 2.0]], [4.0]), [[1.0, 1.0], [0.5, 0.5]]
rows = []
for exponent in ("2", "3/2", "1"):
    flow = Flow(Lq(exponent), Product(2))
    end, path = (
        implicit_bias(flow, problem, weights),
        simulate(flow, problem, weights, 8.0),
    )
    both = [f"$({v[0]:.9f}, {v[1]:.9f})$" for v in (end.x, path.x[-1])]
    rows.append((f"${exponent}$", end.rule.partition(":")[0], *both))
table(("exponent $q$", "rule", "predicted", "simulated"), rows)

# %%
figure, axes = plt.subplots(figsize=(6, 4))
axes.plot([0.4, 1.6], [1.8, 1.2], color="0.6", linestyle=":", label="$x_1 + 2 x_2 = 4$")
for exponent in ("2", "3/2", "1"):
    flow = Flow(Lq(exponent), Product(2))
    layers = simulate(flow, problem, weights, 8.0).at(np.linspace(0, 8, 4000))
    (drawn,) = axes.plot(*layers.prod(axis=1).T, label=f"$q = {exponent}$, simulated")
    axes.plot(
        *implicit_bias(flow, problem, weights).x,
        "o",
        color=drawn.get_color(),
        markersize=9,
        fillstyle="none",
    )
axes.set(
    xlabel="$x_1$",
    ylabel="$x_2$",
    title="One start, three exponents, three ends (circles: predicted)",
)
axes.legend(loc="lower right")
figure.tight_layout()

# %% [markdown]
# At $q = 1$ the end can be had in rational arithmetic, so that "the flow ends in this box" can be proved. The neighbour, a box
# around the end of gradient flow, is refuted by the same check:

# %%
flow, thousandth = Flow(Lq(1), Product(2)), sympy.Rational(1, 1000)
for end in (("4/3", "4/3"), ("903/1000", "1549/1000")):
    middle = [sympy.Rational(e) for e in end]
    found = EndsAt(
        flow, problem, weights, [(e - thousandth, e + thousandth) for e in middle]
    ).examine(seed=0)
    formula = rf"$x_\infty \approx {sympy.latex(tuple(middle))}$"
    display(Markdown(f"{formula} **{found.verdict}**: {found.detail}"))

# %% [markdown]
# ## Two equations: no functional predicts the end
#
# Take two rows that share their three coordinates, and depth one, $x = w$, from $x_0 = 0$. Row operations $(Z, b) \to (AZ, Ab)$
# change neither $R$, nor $x_0$, nor the set of solutions. So whatever is predicted from these three cannot change. Let $v$ span the
# null space of $Z$. At $q = 2$ the flow never moves along $v$. At $q = 3/2$ it does, and the statement says so for the rates
# themselves, for every residual $(r_1, r_2)$:

# %%
Z, b = [[1.0, 2.0, 0.5], [1.0, -1.0, 1.0]], [2.0, 1.0]
r1, r2 = sympy.symbols("r_1 r_2", real=True)
null = (5, -1, -6)
gradient = (r1 + r2, 2 * r1 - r2, r1 / 2 + r2)
for exponent in (2, sympy.Rational(3, 2)):
    along = -sum(v * Lq(exponent).link(g) for v, g in zip(null, gradient, strict=True))
    found = Identity(along, 0, on=Domain({r1: REALS, r2: REALS})).examine(seed=0)
    law = rf"$q = {sympy.latex(exponent)}: \quad v\cdot\dot x = 0$"
    display(Markdown(f"{law} **{found.verdict}**: {found.detail}"))

# %% [markdown]
# `row_equivalent_pair` follows the flow on $(Z, b)$ and on $(AZ, Ab)$, and compares the ends with their errors:

# %%
start, mixed = np.zeros((1, 3)), Quadratic(Z, b)
pairs = {
    name: row_equivalent_pair(Flow(Lq(name), Product(1)), mixed, start)
    for name in ("2", "3/2", "1")
}
rows = []
for name, pair in pairs.items():
    errors = f"{pair.end.error:.0e} and {pair.other_end.error:.0e}"
    rows.append(
        (
            f"${name}$",
            f"{pair.distance:.1e}",
            errors,
            "conclusive" if pair.conclusive else "none that is seen",
        )
    )
table(("exponent $q$", "distance of the ends", "errors", "difference"), rows)
display(
    sympy.Eq(
        sympy.Symbol("A"), sympy.Matrix(pair.A).applyfunc(sympy.Integer), evaluate=False
    )
)

# %%
figure, panels = plt.subplots(1, 3, figsize=(10, 3.4), sharey=True)
for axes, (name, pair) in zip(panels, pairs.items(), strict=True):
    for label, data in {"$(Z, b)$": pair.problem, "$(AZ, Ab)$": pair.other}.items():
        path = simulate(Flow(Lq(name), Product(1)), data, start, 8.0)
        x = path.at(np.linspace(0, 8, 4000))[:, 0]
        axes.plot(
            x @ np.array(null),
            np.linalg.norm(x @ mixed.Z.T - mixed.b, axis=1),
            label=label,
        )
    axes.set(xlabel=r"$v \cdot x$", title=f"$q = {name}$", xlim=(-1.7, 0.3))
panels[0].set_ylabel("$|Zx - b|$")
panels[0].legend(loc="upper left")
figure.tight_layout()

# %% [markdown]
# All flows end on $Zx = b$. At $q = 2$ both end at one point; below, at two. So for these data *no* functional of
# $(R, x_0, \{Zx = b\})$ gives the end, and `implicit_bias` refuses to predict at $q = 3/2$ and says why:

# %%
refused = implicit_bias(Flow(Lq("3/2"), Product(1)), mixed, start, witness=True)
print(refused.rule)
print(refused.certificate)
print(*refused.notes)

# %% [markdown]
# ## Classification
#
# On separable data the loss has no minimum, and only the direction of $x$ is left. The candidate for balanced layers is the largest
# margin in the norm $\ell_e$, $e = p/L$ with $p = q/(q - 1)$. `max_margin` finds it with a certificate: exact for $e = 1$ and
# $e = \infty$, in proved balls between. Here is one datum, $z = (1, 2)$, and two layers:

# %%
data, rows = ([[1, 2]], [1]), []
for exponent in ("2", "3/2", "1"):
    e = margin_exponent(exponent, 2)
    best = max_margin(data, exponent=e)
    rows.append(
        (
            f"${exponent}$",
            f"${sympy.latex(e)}$",
            f"$({best.x[0]:.4f}, {best.x[1]:.4f})$",
            best.certificate.kind,
        )
    )
table(("exponent $q$", "norm $e$", "$x$ of margin $1$", "certificate"), rows)

# %% [markdown]
# `directions` follows the flow with $M = -\log f$ as its clock, up to $M = 10^6$, that is $f = e^{-1000000}$. The layers start
# balanced, at $x = (1, 1/4)$.

# %%
figure, axes = plt.subplots(figsize=(6, 3.8))
for exponent in ("2", "3/2", "1"):
    begin = [[1.0, 0.5], [1.0, 0.5]]
    seen = directions(
        Flow(Lq(exponent), Product(2)), Exponential(*data), begin, to=1e6, points=40
    )
    axes.plot(seen.M, seen.angle, label=f"$q = {exponent}$")
axes.set(
    xscale="log",
    yscale="log",
    xlabel=r"$M = -\log f$",
    ylabel=r"angle to the $\ell_{p/L}$ margin (radians)",
)
axes.legend()
figure.tight_layout()

# %% [markdown]
# The angles fall like powers of $\log(1/f)$, and not of $f$: a loss of $10^{-8}$ is still early. Directions of finite runs say
# little about limits.
#
# ## Answer
#
# At $q = 2$ the end is the Bregman projection of the start. For $q < 2$ one datum, or rows that are equivalent to rows without a
# common coordinate, still have a projection, with weights $|z_j|^{2-q}$. Beyond that the end depends on the rows themselves, and no
# functional of $(R, x_0, \{Zx=b\})$ can predict it in general. Only the sign flow of one datum was PROVED to end in its box here,
# and that $v \cdot x$ moves below $q = 2$ is shown by a witness. The predictions are computed to rounding, the pairs are simulated
# with estimated errors, and the margins are certified, but that a flow tends to them is seen in simulations only. An exact pair of
# problems at $q = 1$, in rational arithmetic, is among the claims of the package:
# `mirrortheory check scaling_a_row_of_the_data_moves_the_end_of_sign_flow`.
