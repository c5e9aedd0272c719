r"""A running mean lags beta/(1 - beta) steps behind what moves steadily; Adam's corrected mean starts with no lag.

.. math:: M_k = \beta M_{k-1} + (1 - \beta) z_k, \quad z_k = z_{k-1} + s, \quad \tau = \frac{\beta}{1 - \beta}
          \quad\Longrightarrow\quad M_k - (z_k - \tau s) = \beta\bigl(M_{k-1} - (z_{k-1} - \tau s)\bigr)

for every M_(k-1). So M comes to z - tau s, and what is left falls by beta a step. Adam starts from M_0 = 0 and divides by
1 - beta^k: then

.. math:: \frac{M_k}{1 - \beta^k} = z_k - \ell_k s, \qquad \ell_k = \tau - \frac{k\beta^k}{1 - \beta^k},

which is 0 in the first step, where the mean is z itself, and less than tau in all others. For a quantity z(t) with steps of eta,
M = z - eta tau dz/dt obeys the recursion up to eta^2: what it leaves vanishes with its derivative in eta at 0.

Source: this project; Kingma and Ba (2015), arXiv:1412.6980, for Adam.
"""

import sympy

from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, REALS, Domain
from mirrortheory.evidence import Identity, Inequality

CLAIM = Claim(
    "means_of_adam_lag_behind_by_beta_over_one_minus_beta_steps",
    r"M_k - (z_k - \tau s) = \beta (M_{k-1} - (z_{k-1} - \tau s)), \quad"
    r" \frac{M_k}{1-\beta^k} = z_k - \Bigl(\tau - \frac{k\beta^k}{1-\beta^k}\Bigr) s, \quad \tau = \frac{\beta}{1-\beta}",
    topic="discrete",
    source="this project; Kingma and Ba (2015), arXiv:1412.6980, for Adam",
    scope="0 < beta < 1; steady motion from any mean, and with Adam's correction of the bias in steps 2..6; "
    "any quadratic z(t) in time",
    on_paper=("Taylor's theorem, for other z(t)",),
)

z, s, mean = sympy.symbols("z s M", real=True)
c, beta = sympy.symbols("c beta", positive=True)
eta, t, second = sympy.symbols("eta t a", real=True)
LAG = beta / (1 - beta)


def check(lag=LAG, warm=1):
    unit = sympy.Interval.open(0, 1)
    on = Domain({z: REALS, s: REALS, mean: REALS, beta: unit})
    now, before = beta * mean + (1 - beta) * z - (z - lag * s), mean - (z - s - lag * s)
    yield Identity(now, beta * before, on=on, part="steady motion")
    seen, short = (1 - beta) * z, Domain({c: POSITIVE})
    for k in range(2, 7):
        here = z + (k - 1) * s
        seen, left = beta * seen + (1 - beta) * here, lag - warm * k * beta**k / (1 - beta**k)
        yield Identity(seen / (1 - beta**k), here - left * s, on=Domain({z: REALS, s: REALS, beta: unit}), part=f"step {k}")
        yield Inequality(0, at(LAG - left, {beta: 1 / (1 + c)}), on=short, part=f"step {k}, less than tau", strict=True)
    path = z + s * t + second * t**2
    lagged = path - eta * lag * sympy.Derivative(path, t)
    rest = lagged - beta * at(lagged, {t: t - eta}) - (1 - beta) * path
    on = Domain({z: REALS, s: REALS, second: REALS, t: REALS, beta: unit})
    yield Identity(at(rest, {eta: 0}), 0, on=on, part="any motion, eta = 0")
    yield Identity(at(sympy.Derivative(rest, eta), {eta: 0}), 0, on=on, part="any motion, first order in eta")


MUTANTS = {"the length of the memory": {"lag": 1 / (1 - beta)}, "beta": {"lag": beta}, "no correction of the bias": {"warm": 0}}
