"""Small random statements, given to the engine and to the kernel: ``python tests/kernel/fuzz_agreement.py COUNT SEED``.

Each is an identity or an inequality, true or false, made from a number alone: laws of powers, roots, signs, moduli and logarithms, of
sums that vanish somewhere or nowhere, on domains with and without 0. Neither side is protected by samples: the ring, the positive
form and the boxes of the engine, and the sums of the kernel, must speak the truth by themselves. The run stops with

* a false PROVED: some point of the domain, zeros of the bases among them, where the statement fails or is undefined. The judge is the
  small evaluator below, exact where values are rational;
* a disagreement: what the engine proves or derives, the kernel must earn at least as strongly.

Every 25th statement is examined in full, samples and certificate included, and the certificate must be accepted.
"""

import functools
import itertools
import json
import math
import random
import sys
import time
from collections import Counter
from fractions import Fraction

import sympy

from mirrortheory import kernel
from mirrortheory.check.certificates import certificate
from mirrortheory.domain import NONNEGATIVE, NONZERO, POSITIVE, REALS, Domain
from mirrortheory.errors import NotEvaluable
from mirrortheory.evidence import Evidence, Identity, Inequality, Verdict
from mirrortheory.evidence.identity import _equality_in_ring
from mirrortheory.evidence.sampling import difference_of
from mirrortheory.exact import compile_condition, cover_positive, precision

Abs, sign, sqrt, log, exp, R, Interval = sympy.Abs, sympy.sign, sympy.sqrt, sympy.log, sympy.exp, sympy.Rational, sympy.Interval
FULL_EVERY, MOST_BOXES, TOLERANCE, LARGEST = 25, 40, 1e-7, 1e60
RANK = {None: 0, "SUPPORTED": 0, "DERIVED": 1, "PROVED": 2}


def symbols(**assumptions):
    return sympy.symbols("x y", **assumptions)


x, y = symbols(real=True)
u, v = symbols(positive=True)
m, n = symbols(nonnegative=True)
q = sympy.Symbol("q", positive=True)
QS = {q: Interval(1, 2)}
DOMAINS = [
    Domain({x: REALS, y: REALS, **QS}),
    Domain({u: POSITIVE, v: POSITIVE, **QS}),
    Domain({m: NONNEGATIVE, n: NONNEGATIVE, **QS}),
    Domain({x: NONNEGATIVE, y: NONNEGATIVE, **QS}),
    Domain({x: Interval(0, 2), y: Interval(-1, 1), **QS}),
    Domain({x: NONZERO, y: REALS, **QS}),
    Domain({x: REALS, y: REALS, **QS}, (sympy.Ne(x, y),)),
    Domain({u: POSITIVE, n: NONNEGATIVE, q: Interval.Lopen(1, 2)}),
    Domain({x: Interval(1, 3), y: Interval.open(1, 2), q: Interval.open(1, 2)}),
    Domain({x: Interval(0, 2) - sympy.FiniteSet(1), y: REALS, **QS}),
    Domain({u: POSITIVE, v: POSITIVE, **QS}, (u > v,)),
    Domain({x: Interval(-1, 1), y: Interval(R(1, 2), 2), q: Interval(1, 2)}, (sympy.Ne(x, 0),)),
]
KERNEL_DOMAINS = [
    kernel.Domain(certificate({}, [(Identity(0, 0, on=on), Evidence("ring", Verdict.PROVED, "", ""))], "")["domain"][0])
    for on in DOMAINS
]
GRID = sorted({s * Fraction(a) for s in (1, -1) for a in ("0", "1/2", "1", "3/2", "2", "3", "5/7", "1/9", "1234567/2097152", "40")})


# The judge ------------------------------------------------------------------------------------------------------------


class Undefined(Exception):
    """The expression has no value at the point."""


class Unclear(Exception):
    """Rounding leaves open what happens at the point."""


def value(expr, point):
    """Return a fraction where the value is seen to be rational, else a float."""
    if isinstance(expr, sympy.Rational):
        return Fraction(int(expr.p), int(expr.q))
    if isinstance(expr, sympy.Symbol):
        return point[str(expr)]
    if expr is sympy.E or expr is sympy.pi:
        return float(expr)
    arguments = [value(a, point) for a in expr.args]
    if any(abs(a) > LARGEST for a in arguments):
        raise Unclear
    first = arguments[0]
    if isinstance(expr, sympy.Add):
        total = sum(arguments)
        if isinstance(total, float) and abs(total) < TOLERANCE * sum(map(abs, arguments)):
            raise Unclear
        return total
    if isinstance(expr, sympy.Mul):
        return math.prod(arguments)
    if isinstance(expr, sympy.Pow):
        return power(*arguments)
    if isinstance(expr, Abs):
        return abs(first)
    if isinstance(expr, sign):
        return Fraction((first > 0) - (first < 0))
    if isinstance(expr, log):
        if first <= 0:
            raise Undefined
        return Fraction(0) if first == 1 else math.log(first)
    if isinstance(expr, exp):
        return power(math.e, first)
    return float(getattr(math, type(expr).__name__)(first))


def power(base, exponent):
    if base == 0:
        if exponent < 0:
            raise Undefined
        return Fraction(exponent == 0)
    whole = isinstance(exponent, Fraction) and exponent.denominator == 1
    if base < 0 and not whole:
        raise Undefined
    if abs(float(exponent) * math.log(abs(base))) > 130:
        raise Unclear
    if isinstance(base, Fraction) and isinstance(exponent, Fraction):
        if whole:
            return base ** int(exponent)
        root = Fraction(*(round(float(part) ** (1 / exponent.denominator)) for part in (base.numerator, base.denominator)))
        if root**exponent.denominator == base:
            return root**exponent.numerator
    return float(base) ** float(exponent)


def points(domain):
    """Return points of a domain, as the kernel sees it: a grid on which bases vanish."""
    exponents = [Fraction(1), Fraction(3, 2), Fraction(2), Fraction(17, 11)]
    for a, b, c in itertools.product(GRID, GRID, exponents):
        point = {"x": a, "y": b, "q": c}
        if all(domain.inside(k, t) for k, t in point.items()) and all(kernel.decide(c, point) for c in domain.every):
            yield point


@functools.cache
def points_of(place):
    """Return some of the points of a domain, by its place."""
    with precision(100):
        found = list(points(KERNEL_DOMAINS[place]))
    return random.Random(1).sample(found, min(len(found), 80))


def witness(statement, place):
    """Return a point at which the statement fails or is undefined; None when none is seen."""
    for point in points_of(place):
        try:
            left, right = value(statement.lhs, point), value(statement.rhs, point)
        except Undefined:
            return point
        except Unclear:
            continue
        gap = right - left
        if isinstance(gap, float) and abs(gap) <= TOLERANCE * max(1, abs(left), abs(right)):
            continue
        if gap != 0 if isinstance(statement, Identity) else gap < 0 or (statement.strict and gap == 0):
            return point
    return None


# Statements -------------------------------------------------------------------------------------------------------------


def base(rng, letters):
    """Return a small polynomial, most of which vanish somewhere."""
    a, b = rng.sample(letters, 2)
    k = rng.choice((1, 1, 2, 3, R(1, 2)))
    forms = (
        lambda: a,
        lambda: a,
        lambda: b,
        lambda: a - k,
        lambda: a + b,
        lambda: a - b,
        lambda: a * b,
        lambda: k - a,
        lambda: a + k,
        lambda: a * (a - k),
        lambda: a**2 - b**2,
        lambda: a**2 + b**2,
        lambda: a * b - a,
        lambda: a + k * b,
        lambda: (a - k) ** 2,
        lambda: k * a,
    )
    return rng.choice(forms)()


EXPONENTS = (
    1,
    2,
    3,
    -1,
    -2,
    R(1, 2),
    R(1, 3),
    R(-1, 2),
    R(3, 2),
    R(-2, 3),
    q,
    -q,
    1 - q,
    1 / q,
    q - 1,
    2 * q,
    1 / (q - 1),
    q / 2 - 1,
)


def exponent(rng):
    return rng.choice(EXPONENTS)


# Two sides that are equal everywhere, somewhere, or by a mistake often made: of sums s and t, exponents a and b, a root r of |s|.
LAWS = (
    lambda s, t, a, b, r: (Abs(s) ** a * Abs(s) ** b, Abs(s) ** (a + b)),
    lambda s, t, a, b, r: (s**a * s**b, s ** (a + b)),
    lambda s, t, a, b, r: ((s * t) ** a, s**a * t**a),
    lambda s, t, a, b, r: (Abs(s * t) ** a, Abs(s) ** a * Abs(t) ** a),
    lambda s, t, a, b, r: ((s**a) ** b, s ** (a * b)),
    lambda s, t, a, b, r: ((Abs(s) ** a) ** b, Abs(s) ** (a * b)),
    lambda s, t, a, b, r: (sqrt(sympy.expand(s**2)), Abs(s)),
    lambda s, t, a, b, r: (sqrt(s**2), s),
    lambda s, t, a, b, r: (sign(s) * Abs(s), s),
    lambda s, t, a, b, r: (sign(s) ** 2, 1),
    lambda s, t, a, b, r: (sign(Abs(s)), 1),
    lambda s, t, a, b, r: (sign(r) ** 2, 1),
    lambda s, t, a, b, r: (sign(s) * sign(t), sign(s * t)),
    lambda s, t, a, b, r: (sign(s) * Abs(s) ** a * Abs(s) ** b, s * Abs(s) ** (a + b - 1)),
    lambda s, t, a, b, r: (r ** (-1) * r, 1),
    lambda s, t, a, b, r: (r**2, Abs(s)),
    lambda s, t, a, b, r: (log(s * t), log(s) + log(t)),
    lambda s, t, a, b, r: (log(Abs(s)) + log(Abs(t)), log(Abs(s * t))),
    lambda s, t, a, b, r: (log(s**2), 2 * log(Abs(s))),
    lambda s, t, a, b, r: (log(s), log(s)),
    lambda s, t, a, b, r: (exp(log(Abs(s)) * 2), s**2),
    lambda s, t, a, b, r: ((s + t) * (s + t) ** a, s * (s + t) ** a + t * (s + t) ** a),
    lambda s, t, a, b, r: ((s + t) ** a * s + (s + t) ** a * t, (s + t) ** (1 + a)),
    lambda s, t, a, b, r: (s / t + t / s, (s**2 + t**2) / (s * t)),
    lambda s, t, a, b, r: ((s**2 - t**2) / (s - t), s + t),
    lambda s, t, a, b, r: (1 / (sqrt(Abs(s)) + 1), (sqrt(Abs(s)) - 1) / (Abs(s) - 1)),
    lambda s, t, a, b, r: (sqrt(s) ** 2, s),
    lambda s, t, a, b, r: (sqrt(s + 1) * sqrt(s + 1), s + 1),
    lambda s, t, a, b, r: (exp(s) * exp(t), exp(s + t)),
    lambda s, t, a, b, r: (sympy.atan(s) + sympy.atan(t), sympy.atan(t) + sympy.atan(s)),
    lambda s, t, a, b, r: (sympy.asinh(r) * r, r * sympy.asinh(r)),
    lambda s, t, a, b, r: (sympy.acosh(s), sympy.acosh(s)),
    lambda s, t, a, b, r: (sympy.expand((s + t) ** 2), (s + t) ** 2),
    lambda s, t, a, b, r: (sqrt(s**2 + t**2) ** a, (s**2 + t**2) ** (a * R(1, 2))),
    lambda s, t, a, b, r: (s**a, s**b),
    lambda s, t, a, b, r: (Abs(s), s),
    lambda s, t, a, b, r: (s, t),
)


def law(rng, letters):
    s, t = base(rng, letters), base(rng, letters)
    root = Abs(s) ** rng.choice((R(1, 2), R(1, 3), R(3, 2), 1 / q))
    return rng.choice(LAWS)(s, t, exponent(rng), exponent(rng), root)


def make(number):
    """Return the place of a domain and a statement on it; None when SymPy finds that it has no real value."""
    rng = random.Random(number)
    place = rng.randrange(len(DOMAINS))
    on = DOMAINS[place]
    letters = [letter for letter in on.ranges if letter != q]
    left, right = law(rng, letters)
    if rng.random() < 0.5:
        factor = base(rng, letters) ** rng.choice((1, 2, -1, R(1, 2)))
        left, right = (left * factor, right * factor) if rng.random() < 0.5 else (left + factor, right + factor)
    if rng.random() < 0.2:
        other_left, other_right = law(rng, letters)
        left, right = left + other_left, right + other_right
    if rng.random() < 0.2:
        left, right = rng.choice(((left + 1, right + 2), (left, -right), (2 * left, right), (left, right * Abs(right))))
    strict, kind = rng.random() < 0.5, rng.random()
    if kind < 0.2:
        right = right + rng.choice((0, 1, R(1, 3), base(rng, letters) ** 2, Abs(base(rng, letters))))
    elif kind < 0.3:
        left, right = 0, rng.choice((base(rng, letters) ** 2, Abs(base(rng, letters)) ** exponent(rng), right**2))
    left, right = sympy.sympify(left), sympy.sympify(right)
    if any(side.has(sympy.nan, sympy.zoo, sympy.oo, sympy.I, sympy.arg, sympy.Piecewise) for side in (left, right)):
        return place, None
    return place, Inequality(left, right, on=on, strict=strict) if kind < 0.3 else Identity(left, right, on=on)


# Both provers, without samples ------------------------------------------------------------------------------------------


def engine(statement):
    """Return the kind of proof, what it shows and, of a subdivision, its steps."""
    on = statement.on
    if isinstance(statement, Identity):
        found = _equality_in_ring(difference_of(statement.lhs, statement.rhs), on)
        return ("ring", str(found[1]), ()) if found else ("ring", None, ())
    difference = difference_of(statement.rhs, statement.lhs)
    if on.positive_by_form(difference, or_zero=not statement.strict, finely=True):
        return "form", "PROVED", ()
    if on.box():
        variables = sorted(on.ranges, key=str)
        box = tuple(on.box()[list(on.ranges).index(letter)] for letter in variables)
        conditions = [compile_condition(c, variables) for c in on.conditions]
        found = cover_positive(difference, variables, box, conditions, most=MOST_BOXES)
        if found:
            return "boxes", "PROVED", found.splits
    return "form", None, ()


def earned(statement, place, kind, splits, claimed):
    """Return what the kernel earns by a kind of proof."""
    found = Evidence(kind, Verdict[claimed], "", "", data={"points": [], "splits": splits})
    data = json.loads(json.dumps(certificate({}, [(statement, found)], Verdict.PROVED)))
    domain, entry, evidence = KERNEL_DOMAINS[place], data["statement"][0], data["evidence"][0]
    statement = (entry["relation"], *(kernel.tree(entry[side], domain.ranges) for side in ("lhs", "rhs")))
    kernel.SPENT.clear()
    return kernel.proved(statement, domain, evidence)


class Failed(Exception):
    """A false proof, or a disagreement."""


def examine(number, counts):
    """Run one statement through both; raise when they disagree or prove what is false."""
    place, statement = make(number)
    if statement is None:
        counts["no real value"] += 1
        return
    kind, shown, splits = engine(statement)
    try:
        kernel_shows = earned(statement, place, kind, splits, shown or "PROVED")
    except NotEvaluable:
        counts["no certificate"] += 1
        return
    except (kernel.Rejected, kernel.Unsupported) as reason:
        kernel_shows, counts[f"kernel: {reason}"[:60]] = None, counts[f"kernel: {reason}"[:60]] + 1
    what = f"number {number}: {statement.lhs}  {'=' if kind == 'ring' else '<' if statement.strict else '<='}  {statement.rhs}  on  {statement.on}"
    if "PROVED" in (shown, kernel_shows):
        found = witness(statement, place)
        if found is not None:
            raise Failed(
                f"false PROVED (engine {shown}, kernel {kernel_shows}) at {' '.join(f'{k}={t}' for k, t in found.items())}: {what}"
            )
    if RANK[shown] > RANK[kernel_shows]:
        raise Failed(f"the engine says {shown} by {kind}, the kernel {kernel_shows}: {what}")
    if not number % FULL_EVERY:
        whole(statement, what)
    counts[kind, shown or "nothing"] += 1
    counts["kernel stronger"] += RANK[kernel_shows] > RANK[shown]


def whole(statement, what):
    """Examine a statement with samples, and recheck its certificate; what SymPy simplifies is no matter of the kernel."""
    found = statement.examine(seed=0)
    if found.kind == "symbolic":
        return
    try:
        answer = kernel.check(json.loads(json.dumps(certificate({}, [(statement, found)], found.verdict))))
    except kernel.Rejected as reason:
        raise Failed(f"the certificate of {found.kind} {found.verdict} is rejected, {reason}: {what}") from None
    if answer != str(found.verdict):
        raise Failed(f"the engine says {found.verdict}, the certificate {answer}: {what}")


def run(count, seed, *, report=None, all_failures=False):
    """Examine ``count`` statements; return the counts of what was shown and, if all are asked for, the failures."""
    counts, failures = Counter(), []
    begin = time.perf_counter()
    with precision(240):
        for number in range(seed * 10**6, seed * 10**6 + count):
            try:
                examine(number, counts)
            except Failed as failure:
                if not all_failures:
                    raise
                failures.append(str(failure))
            if report and (number + 1) % report == 0:
                print(f"{number + 1 - seed * 10**6} statements, {time.perf_counter() - begin:.0f} s", flush=True)
    return counts, failures


if __name__ == "__main__":
    done, _ = run(int(sys.argv[1]), int(sys.argv[2]), report=1000)
    print(*(f"{number:7} {' '.join(key) if isinstance(key, tuple) else key}" for key, number in done.most_common()), sep="\n")
