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
# # Check your own conjecture
#
# **Question.** You have a formula that might be conserved by training. How do you find out whether it is, and how do you make
# others believe it without trusting you, or this package?
#
# This story goes from a wrong guess to a checked claim: a verdict, a witness, what is true instead, a claim file with false
# neighbours that it must refute, and a certificate that a small independent program rechecks.

# %%
import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib.pyplot as plt
import sympy
from IPython.display import Markdown, display

from mirrortheory import (
    Flow,
    Identity,
    Lq,
    Product,
    Quadratic,
    Separable,
    derive,
    simulate,
)
from mirrortheory.check import examine as examine_claim
from mirrortheory.check import load
from mirrortheory.conjecture import conjecture, examine
from mirrortheory.notation import q

# %%
sympy.init_printing(use_latex="mathjax")
colours, dashes = ["#0072B2", "#D55E00", "#009E73"], ["-", "--", "-."]
plt.rcParams.update(
    {"figure.dpi": 110, "axes.prop_cycle": plt.cycler(color=colours, linestyle=dashes)}
)


def show(quantity, found):
    """Show that a quantity is conserved as mathematics, with the verdict and why."""
    formula = rf"$\frac{{d}}{{dt}}\Bigl({sympy.latex(quantity)}\Bigr) = 0$"
    display(Markdown(f"{formula} **{found.verdict}**: {found.detail}"))


# %% [markdown]
# ## A guess
#
# Two layers, $x = w_1 w_2$, follow $\dot w_i = -\varphi_q(\partial_{w_i} f)$ with $\varphi_q(g) = \operatorname{sign}(g)|g|^{q-1}$.
# Large layers have small gradients and small layers have large ones; so perhaps the *ratio* $|w_1|^q |w_2|^{-q}$ stays? The
# conjecture is typed as text, about all $q \in [1, 2]$ at once:

# %%
flow = Flow(Lq(q), Product(2))
guess = conjecture(flow, "|w_1|^q |w_2|^(-q)", conserved=True)
finding = examine(guess)
show(guess.quantity, finding.evidence)

# %% [markdown]
# Refuted. The witness is exact, and the smallest that was found. The derivative there is not $0$ but a ball that excludes $0$:

# %%
print(
    "at  ",
    ", ".join(f"{letter} = {value}" for letter, value in finding.witness.items()),
)
print("then", ", ".join(f"{side} = {ball}" for side, ball in finding.sides.items()))

# %% [markdown]
# One can redo it by hand. At $q = 2$, $w = (2, 1)$ and slope $1$ the velocities are $\dot w_1 = -w_2 = -1$ and
# $\dot w_2 = -w_1 = -2$, so
#
# $$\frac{d}{dt}\frac{w_1^2}{w_2^2} = \frac{2 w_1 \dot w_1}{w_2^2} - \frac{2 w_1^2 \dot w_2}{w_2^3} = -4 + 16 = 12 .$$
#
# ## What is true instead
#
# The examination looks near the guess for a statement of the same kind that holds:

# %%
text, verdict = finding.nearest
print(f"{text}: {verdict}")

# %% [markdown]
# A plot is no proof, but it makes both answers plausible. Along a simulated flow at $q = 3/2$ the ratio moves, and the difference
# stays.

# %%
half = sympy.Rational(3, 2)
path = simulate(
    Flow(Lq(half), Product(2)), Quadratic([[1.0]], [2.0]), [[0.9], [0.3]], 1.2
)
w1, w2 = abs(path.w[:, :, 0]).T ** 1.5
figure, axes = plt.subplots(figsize=(6, 3.6))
axes.plot(path.t, w1 / w2, label="$|w_1|^q\\,|w_2|^{-q}$")
axes.plot(path.t, w1 - w2, label="$|w_1|^q - |w_2|^q$")
axes.set(
    xlabel="time $t$",
    ylabel="quantity along the flow",
    title="$q = 3/2$",
    ylim=(0, None),
)
axes.legend()
figure.tight_layout()

# %% [markdown]
# ## A conjecture of your own
#
# Now another map: $x = u^2 v$ with $u, v > 0$. By analogy one may guess that $u^q - v^q$ is kept. It is not, and the search finds a
# weight that depends on $q$:

# %%
u, v = sympy.symbols("u v", positive=True)
cubic = Flow(Lq(q), Separable(u**2 * v, (u, v)))
finding = examine(conjecture(cubic, "u^q - v^q", conserved=True))
print(f"{finding.verdict} at {finding.witness}")
print(f"instead: {finding.nearest[0]} ({finding.nearest[1]})")

# %% [markdown]
# The same comes out of the derivation, which separates the variables. At $q = 2$ it is $u^2 - 2v^2$, and at $q = 1$ it is $u - v$.

# %%
kept = derive(cubic).invariants[0]
show(kept, Identity(cubic.derivative(kept), 0, on=cubic.domain()).examine(seed=0))

# %% [markdown]
# ## A claim file with teeth
#
# A claim is one file, named by its conclusion. `check` yields statements. What might be wrong in the formula is an *argument*, so
# that `MUTANTS` can replace it by false neighbours. The same check must refute every one of them: a check that cannot fail shows
# nothing.

# %%
CLAIM_FILE = '''r"""The flow of x = u^2 v conserves u^q - 2^(q-1) v^q. Source: mine."""
import sympy
from mirrortheory import Claim, Flow, Identity, Lq, Separable
from mirrortheory.notation import q

CLAIM = Claim(
    "weighted_balance_is_kept",
    r"u^q - 2^{q-1} v^q",
    source="me",
    scope="1 <= q <= 2; u, v > 0",
)
u, v = sympy.symbols("u v", positive=True)

def check(weight=2 ** (q - 1)):
    flow = Flow(Lq(q), Separable(u**2 * v, (u, v)))
    yield Identity(flow.derivative(u**q - weight * v**q), 0, on=flow.domain())

MUTANTS = {"as for two layers": {"weight": 1}, "as at q = 2": {"weight": 2}}
'''

# %% [markdown]
# We write it to a folder, load it, and examine it. (From the command line: `mirrortheory check FILE.py`.)

# %%
folder = TemporaryDirectory()
file = Path(folder.name) / "weighted_balance_is_kept.py"
file.write_text(CLAIM_FILE, encoding="utf-8")
outcome = examine_claim(load(file))
outcome

# %%
for mutant, answer in outcome.neighbours.items():
    print(f"mutant, {mutant}: {answer}")

# %% [markdown]
# What if the check has no teeth? Let a "mutant" be a true statement, $2^{q-1}$ written as $2^q/2$. It cannot be refuted, and the
# whole check counts as broken, although its statement is true:

# %%
blunt = Path(folder.name) / "blunt" / file.name
blunt.parent.mkdir()
blunt.write_text(
    CLAIM_FILE.replace('{"weight": 2}', '{"weight": 2**q / 2}'), encoding="utf-8"
)
examine_claim(load(blunt))

# %% [markdown]
# ## A certificate
#
# The outcome carries a certificate: the statement *as it is defined*, with the derivative not yet worked out, and the evidence. It
# is plain JSON.

# %%
certificate = Path(folder.name) / "certificate.json"
certificate.write_text(json.dumps(outcome.certificate), encoding="utf-8")
flow_stated = outcome.certificate["flows"][0]
print("map:", flow_stated["map"])
print("statement:", json.dumps(outcome.certificate["statement"][0])[:150], "..")

# %% [markdown]
# The *kernel* is one file that needs neither SymPy nor the rest of the package. It builds the vector field from map and link,
# differentiates, and earns the verdict again. We run it as a process of its own, once on the certificate, and once on a forged one,
# in which the map says $x = u^3 v$:

# %%
forged = outcome.certificate | {
    "flows": [
        flow_stated
        | {"map": json.loads(json.dumps(flow_stated["map"]).replace('"2"', '"3"'))}
    ]
}
(certificate.parent / "forged.json").write_text(json.dumps(forged), encoding="utf-8")
for name in ("certificate.json", "forged.json"):
    command = [sys.executable, "-m", "mirrortheory.kernel", name]
    answer = subprocess.run(command, cwd=folder.name, capture_output=True, text=True)
    print(answer.stdout.strip())
folder.cleanup()

# %% [markdown]
# For $u^3 v$ the statement is false, and the kernel finds that at the very points that the certificate names.
#
# ## Answer
#
# Type the formula: a false one comes back REFUTED with a point that you can check by hand, and often with what is true instead.
# Then write a claim file whose mutants are refuted by the same check, and hand over the certificate: who wants to believe it has to
# trust the kernel and python-flint, and neither SymPy nor the derivation.
#
# What was shown: $|w_1|^q|w_2|^{-q}$ is REFUTED, and $u^q - 2^{q-1}v^q$ is PROVED to be conserved by the flow of $u^2 v$, for all
# $q \in [1, 2]$, $u, v > 0$ and all slopes but $0$. What was not: that the formula says what *you* mean. Read the statement, its
# domain and its scope before its verdict. And the search for what is true instead looks only near the guess; where it finds
# nothing, nothing follows.
