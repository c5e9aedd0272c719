"""Small parts of the ring: exponents as sums of rational multiples of atoms, prime powers, where functions are real."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any

import flint
import sympy

from mirrortheory.errors import NotEvaluable, shown
from mirrortheory.exact.carlson import carlson_rc, carlson_rd, carlson_rf, carlson_rj

_EVERYWHERE = (sympy.sin, sympy.cos, sympy.atan, sympy.sinh, sympy.cosh, sympy.tanh, sympy.asinh)


def real_where(function: sympy.Function) -> tuple[sympy.Expr, ...]:
    """Return expressions where whose positivity a function of real arguments is real.

    Raises:
        NotEvaluable: when it is not known where the function is real.

    >>> real_where(sympy.acosh(sympy.Symbol("x")))
    (x - 1,)
    """
    kind, arguments = type(function), tuple(function.args)
    if kind in _EVERYWHERE:
        return ()
    if kind in (sympy.gamma, sympy.LambertW) and len(arguments) == 1:
        return arguments
    if kind is sympy.acosh:
        return (arguments[0] - 1,)
    if kind is sympy.atanh:
        return (1 - arguments[0] ** 2,)
    if kind is sympy.hyper:  # on its principal branch, with no pole of the parameters below
        return (1 - arguments[2], *arguments[1])
    if kind in (sympy.elliptic_k, sympy.elliptic_e, sympy.elliptic_f):
        return (1 - arguments[-1],)
    if kind is sympy.elliptic_pi:
        return (1 - arguments[0], 1 - arguments[-1])
    if kind in (carlson_rc, carlson_rd, carlson_rf, carlson_rj):
        return arguments
    raise NotEvaluable(f"it is not known where {shown(function)} is real")


def partial_parts(expr: sympy.Expr) -> tuple[sympy.Expr, ...]:
    """Return the parts of an expression that may have no value, by their form: it has a real one where all of them have.

    Args:
        expr: an expression.

    >>> x = sympy.Symbol("x", real=True)
    >>> partial_parts(sympy.exp(x) - abs(x)), partial_parts(x + sympy.log(x) * (x - 1) ** -2)
    ((), (1/(x - 1), log(x)))
    """
    return tuple(dict.fromkeys(_partial_parts(expr)))


def _partial_parts(expr: sympy.Expr) -> Iterator[sympy.Expr]:
    if expr.is_Atom:
        return
    if isinstance(expr, sympy.Pow) and expr.exp.is_Integer and expr.exp.is_negative:
        yield sympy.Pow(expr.base, -1, evaluate=False)
    elif isinstance(expr, (sympy.Add, sympy.Mul, sympy.Max, sympy.Min, sympy.Abs, sympy.sign, sympy.exp, *_EVERYWHERE)) or (
        isinstance(expr, sympy.Pow) and (expr.exp.is_Integer or expr.base is sympy.E or _is_power_of_a_modulus(expr))
    ):
        for part in expr.args:
            yield from _partial_parts(part)
    else:
        yield expr


def _is_power_of_a_modulus(power: sympy.Pow) -> bool:
    """Return whether a power is a positive one of what is not negative, by its form: 0 at 0."""
    base = power.base
    modulus = isinstance(base, sympy.Abs) or (base.is_Atom and base.is_nonnegative)
    return bool(modulus and with_facts(power.exp).is_positive)


def replaced(expr: sympy.Expr, values: Mapping[sympy.Symbol, sympy.Expr]) -> sympy.Expr:
    """Put expressions for symbols and evaluate nothing: 1/x - 1/x is not 0 where it is undefined.

    Args:
        expr: an expression.
        values: an expression for each symbol.
    """
    if expr in values:
        return values[expr]
    if not expr.free_symbols & set(values):
        return expr
    arguments = [replaced(argument, values) for argument in expr.args]
    keep = isinstance(expr, sympy.Add | sympy.Mul | sympy.Pow | sympy.exp | sympy.log | sympy.Abs | sympy.sign)
    return expr.func(*arguments, evaluate=False) if keep else expr.func(*arguments)


@lru_cache(maxsize=4096)
def with_facts(expr: sympy.Expr) -> sympy.Expr:
    """Return an expression whose facts (``is_positive``, ..) may be asked: the same where it has a value.

    A statement keeps 4*0 as it was written. SymPy never builds such a product itself, and is wrong about one: it takes 0 x y for
    positive where x and y are, or raises, in an order that changes from run to run. So products with a 0 are worked out first.

    Args:
        expr: an expression.

    >>> x = sympy.Symbol("x", positive=True)
    >>> kept = sympy.Mul(sympy.Mul(4, 0, evaluate=False), x, evaluate=False)
    >>> with_facts(kept).is_positive, with_facts(1 + x).is_positive
    (False, True)
    """
    if not any(sympy.S.Zero in product.args for product in expr.atoms(sympy.Mul)):
        return expr
    return expr.func(*map(with_facts, expr.args))


def arguments_of_signs(expr: sympy.Expr) -> list[sympy.Expr]:
    """Return the symbols, or else the whole arguments, whose zeros are the zeros of an argument of sign.

    Under Abs a zero does no harm: |e| = s e with s^2 = 1 holds at e = 0 too, with any sign.
    """
    found: list[sympy.Expr] = []
    for node in expr.atoms(sympy.sign):
        for factor in sympy.Mul.make_args(node.args[0]):
            bare = factor.base if isinstance(factor, sympy.Pow) else factor
            if not with_facts(bare).is_positive and not bare.is_Number:
                found.append(bare)
    return found


@lru_cache(maxsize=4096)  # a ring that grows asks again for each exponent
def terms(exponent: sympy.Expr) -> tuple[tuple[Fraction, sympy.Expr], ...]:
    """Split an exponent into (rational coefficient, atom) pairs: (2 - q)/q gives (2, 1/q), (-1, 1)."""
    if any(power.base.is_Add and power.exp.is_negative for power in exponent.atoms(sympy.Pow)):  # q/(q - 1) is 1 + 1/(q - 1)
        exponent = sympy.cancel(exponent)
        symbols = tuple(exponent.free_symbols)
        exponent = sympy.apart(exponent) if len(symbols) == 1 and exponent.is_rational_function(*symbols) else exponent
    found: dict[sympy.Expr, Fraction] = {}
    for term in sympy.Add.make_args(sympy.expand(exponent)):
        coefficient, atom = term.as_coeff_Mul()
        if not isinstance(coefficient, sympy.Rational):
            raise NotEvaluable(f"the exponent {shown(exponent)} must have rational coefficients")
        value = Fraction(int(coefficient.p), int(coefficient.q))
        found[atom] = found.get(atom, Fraction(0)) + value
    return tuple((c, a) for a, c in found.items() if c)


@lru_cache(maxsize=4096)
def even_root(power: sympy.Pow) -> tuple[sympy.Expr, sympy.Expr] | None:
    """Write (E^2k)^t, E a polynomial, as |E|^(2kt): return (|E|, 2kt), or None when the base is no such power."""
    base, exponent = power.args
    if exponent.is_Integer or not base.is_Add or not base.is_polynomial(*base.free_symbols):
        return None
    factored = sympy.factor(base)
    if isinstance(factored, sympy.Pow) and factored.exp.is_Integer and factored.exp % 2 == 0:
        return sympy.Abs(factored.base), factored.exp * exponent
    return None


def prime_powers(value: Fraction) -> dict[int, int]:
    """Return the small primes of a positive rational with their powers, negative in the denominator; what is left counts as one."""
    found: dict[int, int] = {}
    for side, sign in ((value.numerator, 1), (value.denominator, -1)):
        for prime, power in flint.fmpz(side).factor(trial_limit=1000):
            found[int(prime)] = sign * int(power)
    return found


_MAX_BITS = 10**8


def bits_of(polynomial: Any) -> int:
    """Return how many bits the longest coefficient of a polynomial has."""
    return max((int(c.height_bits()) for c in polynomial.coeffs()), default=0)


def must_be_short(bits: int) -> None:
    """Refuse to multiply out a power or a product whose result has this many bits, when it would take seconds."""
    if bits > _MAX_BITS:
        raise NotEvaluable(f"a power or a product has some 10^{len(str(bits)) - 1} bits when it is multiplied out")
