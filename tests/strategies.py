"""Hypothesis strategies that the tests share: exact numbers, flows' parameters, and expressions."""

from fractions import Fraction

import sympy
from hypothesis import strategies as st

from mirrortheory.domain import NONNEGATIVE, NONZERO, POSITIVE, REALS, Domain
from mirrortheory.evidence import Identity, Inequality

A, B = sympy.symbols("a b", real=True)
U, V = sympy.symbols("u v", positive=True)
Q = sympy.Symbol("q", positive=True)


def _exact(value):
    return sympy.Rational(value.numerator, value.denominator)


rationals = st.fractions(-12, 12, max_denominator=12).map(_exact)
positive_rationals = st.fractions(Fraction(1, 12), 12, max_denominator=12).map(_exact)
nonzero_rationals = st.tuples(positive_rationals, st.sampled_from((1, -1))).map(lambda pair: pair[0] * pair[1])
sizes = st.builds(lambda n, m, k: sympy.Rational(n, m) * sympy.Integer(10) ** k, *[st.integers(1, 99)] * 2, st.integers(-300, 300))
exponents = st.fractions(1, 2, max_denominator=6).map(_exact)
depths = st.integers(2, 5)


def weights(depth):
    """Nonzero rational weights of ``depth`` layers."""
    return st.tuples(*[nonzero_rationals] * depth)


_INFINITE = (sympy.zoo, sympy.oo, sympy.nan)
_COMPLEX = (sympy.I, sympy.atan2, sympy.re, sympy.im, sympy.arg, sympy.conjugate)


def is_real_and_finite(expr):
    """Whether SymPy's automatic evaluation left a finite expression, without functions of complex numbers."""
    return not expr.has(*_INFINITE, *_COMPLEX)


def _positive(expr):
    return 1 + expr**2


def _tame(expr):
    return expr / (1 + expr**2)


def _power(base, exponent):
    return base if base.is_zero or (base.is_negative and not exponent.is_Integer) else base**exponent


@st.composite
def _programs(draw, leaves, operations, longest):
    """Apply operations, one after the other, to leaves and earlier results; the last result comes back."""
    results = list(leaves)
    for _ in range(draw(st.integers(2, longest))):
        operation, count, parameters = draw(st.sampled_from(operations))
        operands = [results[-1], *(draw(st.sampled_from(results)) for _ in range(count - 1))]
        extra = [draw(st.sampled_from(choices)) for choices in parameters]
        try:
            result = operation(*operands, *extra)
        except RecursionError:  # SymPy's Abs does not come to an end on some arguments
            continue
        if result.free_symbols and is_real_and_finite(result) and result.count_ops() < _LARGEST:
            results.append(result)
    return results[-1]


_LARGEST = 60
_FRACTIONS = tuple(sympy.Rational(n, d) for d in (2, 3, 5) for n in (-3, -1, 1, 2, 4) if n % d)
_PARAMETERS = tuple(sympy.Rational(n, d) for n in (1, 2, 5) for d in (1, 2, 3))
_ARITHMETIC = (
    (lambda e, f: e + f, 2, ()),
    (lambda e, f: e - f, 2, ()),
    (lambda e, f: e * f, 2, ()),
    (_power, 1, (tuple(map(sympy.Integer, (-3, -2, -1, 2, 3))),)),
)
_REAL = (
    *_ARITHMETIC,
    *((f, 1, ()) for f in (sympy.asinh, sympy.tanh, sympy.Abs, sympy.sign, sympy.atan)),
    (lambda e: sympy.exp(_tame(e)), 1, ()),
    (lambda e: sympy.sinh(_tame(e)), 1, ()),
    (lambda e: sympy.cosh(_tame(e)), 1, ()),
    (lambda e: sympy.log(_positive(e)), 1, ()),
    (lambda e: sympy.sqrt(_positive(e)), 1, ()),
    (lambda e: sympy.LambertW(_positive(e)), 1, ()),
    (lambda e, n: _positive(e) ** n, 1, (_FRACTIONS,)),
    (lambda e, n: _power(sympy.Abs(e), n), 1, (_FRACTIONS,)),
    (lambda e, f, n: sympy.Piecewise((e, n < A), (f, True)), 2, (_FRACTIONS,)),
    (lambda e, f: e if e.has(sympy.Piecewise) else sympy.Piecewise((f, e > U), (e, True)), 2, ()),
    (lambda e, a, b: sympy.hyper((a, b), (sympy.Rational(7, 4),), 1 - _positive(e)), 1, (_PARAMETERS, _PARAMETERS)),
)
_SYMBOLIC = (*map(sympy.Rational, ("1/2", "1/3", "3/2")), Q, Q - 1, 1 / Q, 2 * Q, 1 - Q)
_RING = (
    *_ARITHMETIC,
    (_power, 1, (_SYMBOLIC,)),
    (lambda e, n: _power(sympy.Abs(e), n), 1, (_SYMBOLIC,)),
    *((f, 1, ()) for f in (sympy.Abs, sympy.sign, sympy.exp)),
    (lambda e: e if e.is_zero else sympy.log(sympy.Abs(e)), 1, ()),
    (lambda e: sympy.log(_positive(e)), 1, ()),
    (lambda e, f: sympy.sqrt(sympy.expand((e + f) ** 2)), 2, ()),
)
_NUMBERS = tuple(map(sympy.Rational, (1, -2, "1/3")))

# Expressions in A (real) and U (positive) that are real wherever they are finite.
real_expressions = _programs((*_NUMBERS, U, A), _REAL, 6)

# Expressions of the operations that the ring knows, in A, B (real), U, V (positive) and Q (an exponent).
ring_expressions = _programs((*_NUMBERS, V, U, Q, B, A), _RING, 5)


# Claims: statements on domains of every shape, true ones among them ---------------------------------------------------------

_CHOICES = (
    *_REAL,
    (lambda e, f: sympy.Max(e, f), 2, ()),
    (lambda e, f: sympy.Min(e, f, 1), 2, ()),
    (lambda e, n: sympy.Piecewise((e, (n < A) | (U > 2)), (n, A < 0), (-e, True)), 1, (_FRACTIONS,)),
)
_REGIONS = (
    *(REALS, NONZERO, NONNEGATIVE, POSITIVE, sympy.Interval(-1, 2), sympy.Interval.Lopen(1, 3), sympy.S.EmptySet),
    *(sympy.FiniteSet(1, 3, sympy.Rational(5, 2)), sympy.Range(-2, 6), sympy.Interval.open(-sympy.sqrt(2), sympy.pi)),
    *(REALS - sympy.FiniteSet(sympy.sqrt(2)), sympy.Union(sympy.Interval(-3, -1), sympy.Interval(1, 2))),
)
_CONDITIONS = (A < U, sympy.Ne(A, U), A + U > 1, sympy.Ge(A * U, -2), (A > 1) | (A < -1), (A > -5) & (U < 9), A**2 + U < 0)
_POSITIVE_REGIONS = tuple(r for r in _REGIONS if r.is_subset(POSITIVE))


@st.composite
def _domains(draw):
    ranges = {A: draw(st.sampled_from(_REGIONS)), U: draw(st.sampled_from(_POSITIVE_REGIONS))}
    more = {V: POSITIVE, B: REALS, Q: sympy.Interval(1, 2)}
    return Domain(ranges | more, tuple(draw(st.lists(st.sampled_from(_CONDITIONS), max_size=2, unique=True))))


@st.composite
def _statements(draw):
    left, other = (draw(st.one_of(real_expressions, ring_expressions, _programs((*_NUMBERS, U, A), _CHOICES, 4))) for _ in range(2))
    rewrites = (lambda e: e, sympy.expand, lambda e: e + other - other, lambda e: other, lambda e: e + sympy.Rational(1, 10**40))
    right = draw(st.sampled_from(rewrites))(left)
    on = draw(_domains())
    kind = draw(st.integers(0, 3))
    if kind < 2 or not is_real_and_finite(right):
        return Identity(left, right if is_real_and_finite(right) else left, on=on, samples=5)
    shift = draw(st.sampled_from((sympy.S.Zero, sympy.S.One, abs(other), sympy.exp(other))))
    return Inequality(left, right + shift if is_real_and_finite(shift) else right, on=on, samples=8, strict=kind == 3)


claims = st.lists(_statements(), min_size=1, max_size=3)
