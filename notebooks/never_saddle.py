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
# # Never saddle?
#
# **Question.** Small weights have small gradients, so a start near $0$ is a start near a saddle of $f(w_1 \cdots w_L)$. It is said
# that steepest descent with a small exponent $q$ never feels that saddle. Is this true, and in which sense?
#
# The layers follow $\dot w_i = -\varphi_q(\partial_{w_i} f)$ with $\varphi_q(g) = \operatorname{sign}(g)|g|^{q-1}$, from gradient
# flow at $q = 2$ to sign flow at $q = 1$. Two numbers decide nearly everything: the conjugate exponent $p = q/(q-1)$, and the
# metric exponent $m = q(L-1)/L$ of balanced layers. Note that $m < 1$ if and only if $L < p$.

# %%
import matplotlib.pyplot as plt
import numpy as np
import sympy
from IPython.display import Markdown, display

from mirrortheory import (
    GRADIENT_EXPONENTS,
    POSITIVE,
    Domain,
    Flow,
    Identity,
    Inequality,
    Lq,
    Product,
    Quadratic,
    simulate,
)
from mirrortheory.notation import q
from mirrortheory.saddles import escape_rate_ratio, escape_time, fewest_stable_steps

# %%
sympy.init_printing(use_latex="mathjax")
colours, dashes = ["#0072B2", "#D55E00", "#009E73", "#000000"], ["-", "--", "-.", ":"]
plt.rcParams.update(
    {"figure.dpi": 110, "axes.prop_cycle": plt.cycler(color=colours, linestyle=dashes)}
)


def show(formula, found):
    """Show a formula as mathematics, with its verdict and what it rests on."""
    display(Markdown(f"${sympy.latex(formula)}$ **{found.verdict}**: {found.detail}"))


def table(head, rows):
    """Show a table whose entries are mathematics."""
    lines = [head, ["---"] * len(head), *rows]
    display(
        Markdown("\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines))
    )


# %% [markdown]
# ## Leaving: how long does it take?
#
# Let the slope be constant, $f' = -G$. Balanced layers, $|w_1| = \dots = |w_L|$, then obey $\dot x = L\,G^{q-1} x^m$. We state this
# along the field of the flow for three layers, and beside it a false neighbour with the wrong power:

# %%
G, w, x = sympy.symbols("G w x", positive=True)
everywhere = Domain({G: POSITIVE, w: POSITIVE, q: GRADIENT_EXPONENTS})
flow = Flow(Lq(q), Product(3))
balanced = dict.fromkeys(flow.weights, w) | {flow.slope: -G}
velocity = sympy.Subs(
    flow.derivative(flow.effective), list(balanced), list(balanced.values())
)
for power in (2 * q / 3, q / 3):
    found = Identity(
        velocity, 3 * G ** (q - 1) * (w**3) ** power, on=everywhere
    ).examine(seed=0)
    show(sympy.Eq(sympy.Symbol(r"\dot x"), 3 * G ** (q - 1) * x**power), found)

# %% [markdown]
# So from $x_0$ to $x_1$ the flow takes
#
# $$T = \frac{x_1^{1-m} - x_0^{1-m}}{L(1-m)G^{q-1}} \quad (m \neq 1), \qquad T = \frac{\log(x_1/x_0)}{L\,G^{q-1}} \quad (m = 1).$$
#
# As $x_0 \to 0$ this stays bounded for $m < 1$, grows like $\log(1/x_0)$ at $m = 1$, and like the power $x_0^{1-m}$ beyond. The
# bound, for $x_1 = 1$ and all $m$ in $(0, 1)$ and all $x_0$ in $(0, 1]$ at once, and the same with a number for $m = 1$:

# %%
start, m = sympy.symbols("x_0 m", positive=True)
below = Domain({start: sympy.Interval.Lopen(0, 1), m: sympy.Interval.open(0, 1)})
time, bound = (1 - start ** (1 - m)) / (1 - m), 1 / (1 - m)
show(time < bound, Inequality(time, bound, on=below, strict=True).examine(seed=0))
critical = Domain({start: sympy.Interval.Lopen(0, 1)})
found = Inequality(-sympy.log(start) / 2, 5, on=critical).examine(seed=0)
show(-sympy.log(start) / 2 <= 5, found)
print(", ".join(f"{name} = {value}" for name, value in found.witness.items()))

# %% [markdown]
# `escape_time` encloses $T$ in a ball. Here it is over the start, for two and for three layers. For two layers gradient flow pays a
# logarithm only; from three layers on it pays a power.

# %%
starts = [sympy.Rational(1, 10**k) for k in range(1, 9)]
figure, panels = plt.subplots(1, 2, figsize=(9, 3.8), sharey=True)
for depth, axes in zip((2, 3), panels, strict=True):
    for exponent in ("1", "4/3", "3/2", "2"):
        times = [
            float(
                escape_time(
                    depth, exponent=exponent, start=s, end=1, slope=1, digits=8
                ).mid()
            )
            for s in starts
        ]
        power = sympy.Rational(exponent) * (depth - 1) / depth
        label = f"$q = {exponent}$, $m = {power}$"
        axes.plot([float(s) for s in starts], times, label=label)
    axes.set(xscale="log", yscale="log", xlabel="start $x_0$", title=f"$L = {depth}$")
    axes.legend()
panels[0].set_ylabel("time $T$ to $x = 1$ at slope $-1$")
figure.tight_layout()

# %% [markdown]
# ## Reaching: is the saddle avoided?
#
# No. If $k < p$ layers tie as the smallest and the slope drives them to $0$, the flow *reaches* the saddle in finite time, and sign
# flow does so for every $k$. Only for $k \ge p$, such as any tie under gradient flow, is it never reached. Let the minimum be at
# $x = -1$, and start at $x > 0$, once from equal layers and once from unequal ones:

# %%
problem, t, rows = Quadratic([[1.0]], [-1.0]), np.linspace(0, 6, 400), []
figure, panels = plt.subplots(1, 2, figsize=(9, 3.8), sharey=True)
for axes, layers in zip(panels, ([[0.8], [0.8]], [[0.8], [0.4]]), strict=True):
    for exponent in ("1", "3/2", "2"):
        path = simulate(Flow(Lq(exponent), Product(2)), problem, layers, 6.0)
        axes.plot(t, path.at(t).prod(axis=1), label=f"$q = {exponent}$")
        seen = [f"{event.kind} at $t = {event.time:.3f}$" for event in path.events]
        rows.append(
            (
                f"$({layers[0][0]}, {layers[1][0]})$",
                f"${exponent}$",
                ", ".join(seen) or "none",
                f"${path.x[-1, 0]:.6f}$",
            )
        )
    axes.axhline(0, color="0.7", linestyle="-", linewidth=0.8, zorder=0)
    axes.set(xlabel="time $t$", title=f"$w(0) = ({layers[0][0]}, {layers[1][0]})$")
panels[0].set_ylabel("$x = w_1 w_2$")
panels[0].legend()
figure.tight_layout()

# %%
table(("start $w(0)$", "exponent $q$", "events", "end $x(6)$"), rows)

# %% [markdown]
# From equal layers $q = 1$ and $q = 3/2$ come to the saddle and stay there in this simulation, while gradient flow only creeps
# towards it. Staying is a choice, $\operatorname{sign}(0) = 0$: the flow is *not unique* from there on. At $q = 3/2$ and slope $1$,
# for example, $x = (1 - t/2)^4$ reaches $0$ at $t = 2$, and may stay, or leave as $-((t - t_0)/2)^4$ at any time $t_0 \ge 2$. That
# the arm which leaves solves $\dot x = -2|x|^{3/4}$, the flow of balanced layers, is a statement too, with a false neighbour that
# moves faster:

# %%
time = sympy.Symbol("t", positive=True)
for scale in (1, 2):
    after = -((scale * time / 2) ** 4)
    law = -2 * abs(after) ** sympy.Rational(3, 4)
    found = Identity(
        sympy.Derivative(after, time), law, on=Domain({time: POSITIVE})
    ).examine(seed=0)
    show(sympy.Eq(sympy.Derivative(after, time), law, evaluate=False), found)

# %% [markdown]
# With *unequal* layers there is no saddle at $x = 0$: one layer passes through zero alone, $x$ changes its sign, and every $q$ goes
# on to the minimum. It is the balance of the start, and not only the exponent, that avoids the saddle.
#
# ## What the balance does to the time
#
# Start at $x = 0$ with one layer $0$ and two layers $\lambda$, at slope $-1$. Then even gradient flow leaves, and the time to
# $x = 1$ is finite for every $q$. "A smaller $q$ leaves sooner" holds for small $\lambda$, and *reverses* for large ones:

# %%
rows = []
for size in ("1/100", "1/10", "1", "10"):
    shifts = {
        e: (0, sympy.Rational(size) ** e, sympy.Rational(size) ** e) for e in (1, 2)
    }
    times = [
        escape_time(
            3, exponent=e, start=0, end=1, slope=1, imbalance=shifts[e], digits=8
        )
        for e in (1, 2)
    ]
    rows.append((f"${size}$", *(f"${float(time.mid()):.5f}$" for time in times)))
table((r"imbalance $\lambda$", "time at $q = 1$", "time at $q = 2$"), rows)

# %% [markdown]
# ## Which clock?
#
# At $q = 1$ the steps of the flow do not shrink with the gradient. Descent in the norm $\|\cdot\|_p$ with a step proportional to
# the dual norm follows the *same path* at another speed, $\|\nabla f\|_q^{2-q}$ times as fast. Near the saddle that factor is
# small. On balanced layers,
#
# $$\|\nabla f\|_q^{2-q}\,\dot x = L^{2/q}\, G\, x^{2 - 2/L}:$$
#
# the power of $x$ does not depend on $q$ any more. It is that of gradient flow. Neighbour: the power of the flow's own clock.

# %%
norm = sympy.Add(*(abs(g) ** q for g in flow.gradient)) ** (1 / q)
slowed = sympy.Subs(
    norm ** (2 - q) * flow.derivative(flow.effective),
    list(balanced),
    list(balanced.values()),
)
for power in (sympy.Rational(4, 3), 2 * q / 3):
    found = Identity(slowed, 3 ** (2 / q) * G * (w**3) ** power, on=everywhere).examine(
        seed=0
    )
    show(
        sympy.Eq(
            sympy.Symbol(r"\|\nabla f\|_q^{2-q}\,\dot x"), 3 ** (2 / q) * G * x**power
        ),
        found,
    )

# %% [markdown]
# In that clock the same escape, $L = 3$, $G = x_1 = 1$, takes $3^{1-2/q}$ times the time of gradient flow, at every start:

# %%
figure, axes = plt.subplots(figsize=(6, 3.8))
gradient = [
    float(escape_time(3, exponent=2, start=s, end=1, slope=1, digits=8).mid())
    for s in starts
]
for name, exponent in {"1": 1, "3/2": 1.5, "2": 2}.items():
    label = rf"$q = {name}$, clock of $\|\cdot\|_p$ descent"
    axes.plot(
        [float(s) for s in starts],
        3 ** (1 - 2 / exponent) * np.array(gradient),
        label=label,
    )
sign = [
    float(escape_time(3, exponent=1, start=s, end=1, slope=1, digits=8).mid())
    for s in starts
]
axes.plot([float(s) for s in starts], sign, label="$q = 1$, clock of the flow")
axes.set(
    xscale="log",
    yscale="log",
    xlabel="start $x_0$",
    ylabel="time to $x = 1$",
    title="$L = 3$: the same paths in two clocks",
)
axes.legend()
figure.tight_layout()

# %% [markdown]
# Sign descent and Adam take steps that do not shrink, so the clock of the flow is theirs. What gradient descent pays in *steps* is
# exact: no rate that is stable at the minimum of $(x - x^*)^2/2$ reaches half of $x^*$ in fewer steps than these. At two layers the
# price is some twenty steps, so "gradient descent needs an unrealistic rate" is false there, and true from three layers on. Beside
# it: how many times the rate of sign descent gradient descent needs, to go from $w_0 = 10^{-3}$ to $1$ in as many steps, a hundred,
# at slope $-1$.

# %%
rows = []
for depth in (2, 3, 4):
    steps = fewest_stable_steps(depth, start="1/1000000", reach="1/2")
    ratio = escape_rate_ratio(
        depth, start="1/1000", end=1, slope=1, steps=100, digits=5
    )
    rows.append(
        (
            f"${depth}$",
            f"${steps:,}$".replace(",", r"\,"),
            f"${float(ratio.mid()):.1f}$",
        )
    )
table(
    (
        "depth $L$",
        "fewest stable steps from $w_0 = 10^{-6}$",
        "rate over that of sign descent",
    ),
    rows,
)

# %% [markdown]
# ## Answer
#
# "Never saddle" is true of *leaving*, in the clock of the flow: under a constant slope, from balanced layers with $L < p$, the
# escape time stays bounded as the start shrinks, at $L = p$ it is logarithmic, beyond it is a power. At $q = 1$ it is bounded at
# every depth. It is false of *reaching*: from tied layers flows with $k < p$ do reach the saddle, and are not unique there;
# gradient flow does not reach it. It is false in the clock of $\|\cdot\|_p$ descent, which pays what gradient descent pays. And a
# start with *one* smallest layer avoids the saddle at every $q$, as the balances are kept.
#
# What was shown: the speeds in both clocks are PROVED for three balanced layers, and the bound for $m < 1$ at one slope; the times
# are enclosed by balls. That flows come to the saddle, and pass it, was only simulated here.
