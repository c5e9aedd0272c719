r"""From small starts, all coordinates of one datum grow in the ratio of powers of its entries, whose exponent depends on p/L alone.

.. math:: \frac{x_i}{x_j} \to \Bigl|\frac{z_i}{z_j}\Bigr|^{1/(p/L - 1)} \quad (a \to 0), \qquad
          x_j^{1-m} = a^{1-m} + L(1-m)\,|z_j|^{q-1} c, \quad \mathrm d c = \phi_q(r)\,\mathrm d t, \qquad p/L > 1

for balanced layers, all x_j = a at the start, and a loss of z.x alone: f'_j = -z_j r. So the axis of sparsity across exponents is
p/L and not m: the pairs (q, L) = (4/3, 2) and (6/5, 3) share p/L = 2 and the ratio |z_i/z_j|, with m = 2/3 and 4/5; (1, 4) and
(3/2, 2) share m = 3/4, and their ratios are 1 and |z_i/z_j|^2. z > 0 here.

For p/L <= 1: one_coordinate_of_one_datum_outgrows_all_others_from_the_critical_line_on. For q = 1:
sign_flow_is_never_sparse_on_one_datum_although_its_metric_exponent_tends_to_one.
Source: this project.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONNEGATIVE, POSITIVE, Domain
from mirrortheory.evidence import Exists, Identity, Limit
from mirrortheory.notation import metric_exponent, q

CLAIM = Claim(
    "small_starts_on_one_datum_end_at_powers_of_its_entries",
    r"x_i/x_j \to |z_i/z_j|^{1/(p/L - 1)} \quad (a \to 0)",
    topic="bias",
    source="this project",
    scope="depth 2..6; 1 <= q < L/(L - 1), so p/L > 1; balanced positive weights of equal size, one datum, residual of one sign",
    on_paper=(
        "c grows with time and is the same for all coordinates",
        "as a -> 0 the c of the end tends to a number > 0, that with z.x = b > 0",
        "a power of a limit is the limit of the power",
    ),
)
z, other, grown, pull = sympy.symbols("z v c r", positive=True)
small = sympy.Symbol("e", nonnegative=True)  # a^(1 - m)


def _exponent(depth, exponent=q):
    """1/(p/L - 1), without a pole at q = 1."""
    return depth * (exponent - 1) / (exponent - depth * (exponent - 1))


def check(power=_exponent, speed=lambda depth: depth, same=((sympy.Rational(4, 3), 2), (sympy.Rational(6, 5), 3))):
    positive, both = Domain(dict.fromkeys((z, grown, pull), POSITIVE)), Domain({z: POSITIVE, other: POSITIVE})
    for depth in range(2, 7):
        exponents, part = {q: sympy.Interval.Ropen(1, sympy.Rational(depth, depth - 1))}, f"depth {depth}"
        n = 1 - metric_exponent(depth)
        flow, inside = Flow(Lq(q), Product(depth)), positive.with_ranges({small: NONNEGATIVE} | exponents)
        size, clock = (small + grown) ** (1 / (n * depth)), grown / (speed(depth) * n * z ** (q - 1))  # told by x^(1-m) - a^(1-m)
        moves = at(flow.derivative(flow.weights[0]), dict.fromkeys(flow.weights, size) | {flow.slope: -z * pull})
        told = Derivative(size, grown) * pull ** (q - 1)
        yield Identity(told, moves * Derivative(clock, grown), on=inside, part=f"{part}, every layer moves so", samples=6)
        on, ratio = both.with_ranges(exponents), z / other
        yield Identity(ratio ** ((q - 1) / n), ratio ** power(depth), on=on, part=f"{part}, x_i/x_j")
    on = Domain(dict.fromkeys((z, other, grown), POSITIVE) | {small: NONNEGATIVE, q: sympy.Interval(1, 2)})
    mine, its, bound = z ** (q - 1), other ** (q - 1), (z / other) ** (q - 1)  # with c times L (1 - m) for the letter
    ratio, factor = (small + mine * grown) / (small + its * grown), (1 + bound) / (its * grown)
    yield Limit(ratio, small, 0, bound, on=on, factor=factor, power=1, part="(x_i/x_j)^(1-m)", samples=20)
    first, second = (_ratio(*pair) for pair in same)
    yield Identity(first, second, on=both, part="p/L = 2 twice")
    yield Identity(first, z / other, on=both, part="p/L = 2")
    pairs = (sympy.S.One, 4), (sympy.Rational(3, 2), 2)
    yield Identity(*(_metric_exponent(*pair) for pair in pairs), on=Domain({z: POSITIVE}), part="m = 3/4 twice")
    first, second = (_ratio(*pair) for pair in pairs)
    yield Exists(first, second, on=both, at={z: 2, other: 1}, part="m = 3/4 twice, other ratios")


def _ratio(exponent, depth):
    """Return x_i/x_j from the start 0."""
    n = 1 - metric_exponent(depth, exponent)
    charges = {grown: depth * n * z ** (exponent - 1), pull: depth * n * other ** (exponent - 1)}
    return at((grown / pull) ** (1 / n), charges)


def _metric_exponent(exponent, depth):
    """Return d log(1/R'')/d log x of balanced layers."""
    flow = Flow(Lq(exponent), Product(depth))
    metric = at(flow.inverse_metric, dict.fromkeys(flow.weights, z ** sympy.Rational(1, depth)))
    return z * Derivative(metric, z) / metric


MUTANTS = {
    "p instead of p/L": {"power": lambda depth: q - 1},
    "the exponent of m alone": {"power": lambda depth: 1 / (1 - metric_exponent(depth))},
    "one layer more": {"speed": lambda depth: depth + 1},
    "equal m is enough": {"same": ((sympy.S.One, 4), (sympy.Rational(3, 2), 2))},
}
