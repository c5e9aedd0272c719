r"""Ball arithmetic: SymPy expressions as Arb evaluators whose result contains the true value.

The printer keeps every rational exact until the working precision is known: a constant such as 1/3 is never rounded to
a double on the way. A result that is undefined anywhere in its ball (a pole, a branch point, an undecided condition) is a
non-finite ball, and so is every function of it.

Source: Johansson (2017), "Arb: efficient arbitrary-precision midpoint-radius interval arithmetic", IEEE Trans. Comput. 66.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any

import flint
import sympy
from sympy.core.relational import Relational
from sympy.functions.elementary.piecewise import ExprCondPair

from mirrortheory.errors import InvalidArgument, NotEvaluable, shown
from mirrortheory.exact.arb import BITS_PER_DIGIT, Ball, ball, bits_for, precision
from mirrortheory.exact.carlson import carlson_rc, carlson_rd, carlson_rf, carlson_rj
from mirrortheory.exact.complex_balls import complex_function
from mirrortheory.exact.constants import Constant
from mirrortheory.exact.implicit import inverse_function, powers_integral
from mirrortheory.exact.monotone import monotone_root
from mirrortheory.exact.power_integrals import power_integral
from mirrortheory.exact.rationals import as_expression

_MAX_DOUBLINGS = 7
_MAX_UNDEFINED = 2  # precision does not mend a pole, but a condition that is nearly equal
_LARGEST_ROOT = 2**32
_MAX_EVALUATIONS = 3000  # of an integrand: a singular one would go on for ever


def _nan() -> Ball:
    return Ball("nan")


def _power(base: Ball, exponent: Ball) -> Ball:
    # Arb goes through log at 0, where x**e is nevertheless 0 for e > 0 and 1 for e = 0.
    if base == 0:
        return Ball(0) if exponent > 0 else Ball(1) if exponent == 0 else _nan()
    return base**exponent


def _integer_power(base: Ball, n: int) -> Ball:
    # Arb's power of a ball that contains 0 is not finite through python-flint; squaring is, and n is small.
    result, square = Ball(1), abs(base) if n % 2 == 0 else base
    while n:
        result = result * square if n % 2 else result
        square = square * square
        n //= 2
    return result


def _root(base: Ball, n: int) -> Ball:
    return base if base == 0 else base.root(n)  # a ball that merely holds 0 has no root through Arb


def _hypergeometric(upper: list[Any], lower: list[Any], argument: Ball, whole: Sequence[bool]) -> Ball:
    if len(upper) > len(lower) + 1 or any(c.contains_integer() and not c > 0 for c in lower):
        return _nan()
    if (len(upper), len(lower)) == (2, 1):
        return argument.hypgeom_2f1(upper[0], upper[1], lower[0], False, *whole)
    return argument.hypgeom(upper, lower)


def _whole_differences(expr: sympy.hyper) -> tuple[bool, ...]:
    """Return whether a - b, a - c, b - c and a + b - c are integers, which the balls of a third, say, do not show."""
    if (len(expr.ap), len(expr.bq)) != (2, 1):
        return ()
    (a, b), (c,) = expr.ap, expr.bq
    return tuple(bool(difference.is_Integer) for difference in (a - b, a - c, b - c, a + b - c))


def _compare(kind: type[Relational], left: Ball, right: Ball) -> bool | None:
    difference = left - right
    if not difference.is_finite():
        return None
    positive, negative, zero = difference > 0, difference < 0, difference == 0
    truth = {
        sympy.Gt: (positive, negative or zero),
        sympy.Ge: (positive or zero, negative),
        sympy.Lt: (negative, positive or zero),
        sympy.Le: (negative or zero, positive),
        sympy.Eq: (zero, positive or negative),
        sympy.Ne: (positive or negative, zero),
    }[kind]
    return True if truth[0] else False if truth[1] else None


class BallFunction:
    """A SymPy expression compiled for ball arithmetic.

    Args:
        expr: expression in ``variables``: rationals, powers, exp, log, trigonometric and hyperbolic functions, Abs, sign, Max, Min,
            Piecewise, LambertW, hyper, Legendre and Carlson elliptic integrals, and definite integrals of analytic integrands.
        variables: the symbols, in the order of the arguments of the call.

    Raises:
        NotEvaluable: when the expression holds a float, an unknown symbol or a function with no enclosure here.

    >>> x = sympy.Symbol("x")
    >>> third = BallFunction(x / 3, (x,))
    >>> with precision(200):
    ...     (3 * third(1)).contains(1)
    True
    """

    def __init__(self, expr: sympy.Expr, variables: Sequence[sympy.Symbol]) -> None:
        self.expr, self.variables = expr, tuple(variables)
        self._names: dict[sympy.Basic, str] = {v: f"v{i}" for i, v in enumerate(self.variables)}
        self._constants: list[str] = []
        self._lines: list[str] = []
        self._namespace: dict[str, Any] = dict(_NAMESPACE)
        result = self._name(as_expression(expr, "expr"))
        # The source holds our own operations and numbered names only, never a name or a number that someone typed.
        arguments = ", ".join(f"v{i}" for i in range(len(self.variables)))
        body = "\n".join(f"        {line}" for line in (*self._lines, f"return {result}"))
        prepared = "\n".join(f"    {line}" for line in self._constants)
        source = f"def prepare():\n{prepared}\n    def function({arguments}):\n{body}\n    return function\n"
        exec(compile(source, "<ball function>", "exec"), self._namespace)
        self._prepare: Callable[[], Callable[..., Ball]] = self._namespace["prepare"]

    def __reduce__(self) -> tuple[type[BallFunction], tuple[sympy.Expr, tuple[sympy.Symbol, ...]]]:
        return BallFunction, (self.expr, self.variables)  # compiled anew

    def __call__(self, *point: object) -> Ball:
        """Return an enclosure at ``point`` (balls or exact rationals) at the current precision; it may be non-finite."""
        if len(point) != len(self.variables):
            names = ", ".join(map(str, self.variables))
            raise InvalidArgument("point", f"one value for each of ({names})", len(point), "give every variable a value")
        return self._prepare()(*map(ball, point))

    def enclose(self, point: Sequence[object], digits: int) -> Ball:
        """Return a ball of radius at most 10^-digits (relative to max(1, |value|)), raising the precision as needed.

        Args:
            point: a value of each variable.
            digits: decimal digits.

        Raises:
            NotEvaluable: when 128 times the first precision does not reach that radius.
        """
        bits, undefined = bits_for(digits), 0
        for _ in range(_MAX_DOUBLINGS):
            with precision(bits):
                value = self(*point)
                if value.is_finite() and is_accurate(value, digits):
                    return value
            bits, undefined = 2 * bits, undefined + (not value.is_finite())
            if undefined == _MAX_UNDEFINED:
                break
        raise NotEvaluable(f"no enclosure of {shown(self.expr)} to {digits} digits at {shown(point)}")

    def over(self, points: Sequence[Sequence[object]], digits: int) -> list[Ball]:
        """Return what :meth:`enclose` gives at each of many points, compiled and prepared once for all of them.

        Args:
            points: values of the variables, for each point.
            digits: decimal digits.
        """
        with precision(bits_for(digits)):
            function = self._prepare()
            values = [function(*map(ball, point)) for point in points]
        enough = int(digits * BITS_PER_DIGIT) + 2  # relative accuracy suffices; what lacks it is looked at again
        return [v if v.rel_accuracy_bits() > enough else self.enclose(p, digits) for v, p in zip(values, points, strict=True)]

    # An operation is a line of source whose places {0}, {1}, .. are filled with the names of its arguments.

    def _name(self, expr: sympy.Basic) -> str:
        if expr not in self._names:
            if isinstance(expr, sympy.Rational):
                name = f"c{len(self._constants)}"
                self._constants.append(f"{name} = {self._held(ball)}({self._held(expr)})")
            elif isinstance(expr, Constant):  # once for all points; named like what may be undefined
                name = f"v_{len(self._constants)}"
                self._constants.append(f"{name} = {self._held(BallFunction(expr.value, ()))}()")
            else:
                template, arguments = self._operation(expr)
                operands = [self._name(a) for a in arguments]
                name = f"v{len(self.variables) + len(self._lines)}"
                self._lines.append(f"{name} = {template.format(*operands)}{self._if_defined(expr, operands)}")
            self._names[expr] = name
        return self._names[expr]

    @staticmethod
    def _if_defined(expr: sympy.Basic, operands: Sequence[str]) -> str:
        """Arb's atan, sin, sign, 1/x, 1**x or largest of an undefined value may be finite; sums and products are not."""
        computed = () if isinstance(expr, sympy.Add | sympy.Mul) else [o for o in dict.fromkeys(operands) if o[0] == "v"]
        return f" if {' and '.join(f'{o}.is_finite()' for o in computed)} else undefined" if computed else ""

    def _held(self, value: object) -> str:
        """Put a value into the namespace of the source and return its name there."""
        name = f"k{len(self._namespace)}"
        self._namespace[name] = value
        return name

    def _operation(self, expr: sympy.Basic) -> tuple[str, tuple[sympy.Basic, ...]]:
        if isinstance(expr, sympy.Add | sympy.Mul):
            joined = (" + " if expr.is_Add else " * ").join(f"{{{i}}}" for i in range(len(expr.args)))
            return joined, expr.args
        if isinstance(expr, sympy.Pow):
            return self._pow(expr)
        if isinstance(expr, sympy.Max | sympy.Min):
            places = ", ".join(f"{{{i}}}" for i in range(len(expr.args)))
            return f"reduce({'largest' if isinstance(expr, sympy.Max) else 'smallest'}, ({places}))", expr.args
        if isinstance(expr, sympy.Piecewise):
            return self._conditional(expr)
        if isinstance(expr, sympy.hyper):
            upper, lower, count = len(expr.ap), len(expr.bq), len(expr.ap) + len(expr.bq)
            above, below = (", ".join(f"{{{i}}}" for i in places) for places in (range(upper), range(upper, upper + lower)))
            held = self._held(_whole_differences(expr))
            return f"hypergeometric([{above}], [{below}], {{{count}}}, {held})", (
                *expr.ap,
                *expr.bq,
                sympy.unpolarify(expr.argument),
            )
        if isinstance(expr, sympy.Integral):
            return self._integral(expr)
        if isinstance(expr, inverse_function | powers_integral):
            return self._inverse(expr) if isinstance(expr, inverse_function) else self._powers(expr)
        if isinstance(expr, sympy.elliptic_pi):
            return ("complete_pi({0}, {1})" if len(expr.args) == 2 else "incomplete_pi({0}, {1}, {2})"), expr.args
        template = _TEMPLATES.get(type(expr)) or _NUMBERS.get(expr)
        if template is None or template.count("{") != len(expr.args):
            remedy = "; write exact numbers, such as Rational(1, 2)" if isinstance(expr, sympy.Float) else ""
            raise NotEvaluable(f"{shown(expr)} ({type(expr).__name__}) has no enclosure in ball arithmetic{remedy}")
        return template, expr.args

    def _pow(self, expr: sympy.Pow) -> tuple[str, tuple[sympy.Basic, ...]]:
        base, exponent = expr.args
        if exponent == sympy.S.Half:
            return "{0}.sqrt()", (base,)
        if exponent == -sympy.S.Half:
            return "{0}.rsqrt()", (base,)
        if isinstance(exponent, sympy.Integer):
            n = abs(int(exponent))
            raised = {1: "{0}", 2: "(abs({0}) * abs({0}))"}.get(n, f"integer_power({{0}}, {n})")
            return raised if exponent > 0 else f"1 / {raised}", (base,)
        if isinstance(exponent, sympy.Rational) and exponent > 0 and exponent.q < _LARGEST_ROOT:
            return f"integer_power(root({{0}}, {int(exponent.q)}), {int(exponent.p)})", (base,)
        return "power({0}, {1})", (base, exponent)

    def _conditional(self, expr: sympy.Piecewise) -> tuple[str, tuple[sympy.Basic, ...]]:
        # Every branch is a function of its own, so that a pole in a branch not taken does no harm.
        pairs = []
        for value, condition in (p.args for p in expr.args if isinstance(p, ExprCondPair)):
            pairs.append((compile_condition(condition, self.variables), BallFunction(value, self.variables)))

        def choose(*point: Ball) -> Ball:
            for condition, branch in pairs:
                truth = condition(*point)
                if truth:
                    return branch(*point)
                if truth is None:
                    break
            return _nan()

        places = ", ".join(f"{{{i}}}" for i in range(len(self.variables)))
        return f"{self._held(choose)}({places})", self.variables

    def _integral(self, expr: sympy.Integral) -> tuple[str, tuple[sympy.Basic, ...]]:
        if len(expr.limits) != 1 or len(expr.limits[0]) != 3:
            raise NotEvaluable(f"{shown(expr)} is no definite integral in one variable")
        variable, low, high = expr.limits[0]
        integrand = complex_function(expr.function, (variable, *self.variables))

        def integrate(a: Ball, b: Ball, *rest: Ball) -> Ball:
            parameters = [flint.acb(v) for v in rest]
            return _real(
                flint.acb.integral(
                    lambda z, analytic: integrand(analytic, z, *parameters), flint.acb(a), flint.acb(b), eval_limit=_MAX_EVALUATIONS
                )
            )

        places = ", ".join(f"{{{i}}}" for i in range(2 + len(self.variables)))
        return f"{self._held(integrate)}({places})", (low, high, *self.variables)

    def _inverse(self, expr: inverse_function) -> tuple[str, tuple[sympy.Basic, ...]]:
        form, slope = (BallFunction(side.expr, side.variables) for side in (expr.form, expr.slope))
        ends = [None if end.is_infinite else BallFunction(end, ()) for end in expr.ends]

        def solve(value: Ball) -> Ball:
            low, high = (None if end is None else end() for end in ends)
            return monotone_root(form._prepare(), slope._prepare(), value, low, high)

        return f"{self._held(solve)}({{0}})", (expr.value,)

    def _powers(self, expr: powers_integral) -> tuple[str, tuple[sympy.Basic, ...]]:
        end, order, *_ = expr.args
        exponents = [e for _, _, e in expr.factors]

        def integrate(s: Ball, *pairs: Ball) -> Ball:
            factors = [(s * a, b, e) for a, b, e in zip(pairs[::2], pairs[1::2], exponents, strict=True)]
            return _power(s, ball(order + 1)) * power_integral(order, factors)

        places = ", ".join(f"{{{i}}}" for i in range(1 + 2 * len(exponents)))
        return f"{self._held(integrate)}({places})", (end, *(part for a, b, _ in expr.factors for part in (a, b)))


def _real(value: flint.acb) -> Ball:
    """Return the real part of a value that is real, and an undefined ball for any other."""
    return value.real if value.is_finite() and value.imag.contains(0) else _nan()


def _where(holds: Callable[..., bool], function: Callable[..., Any]) -> Callable[..., Ball]:
    """Return a complex function as a real one where ``holds``, and undefined elsewhere."""
    return lambda *values: _real(function(*map(flint.acb, values))) if holds(*values) else _nan()


def _below_pole(angle: Ball, parameter: Ball) -> bool:
    return bool(parameter < 1 or (abs(angle) < Ball.pi() / 2 and parameter * angle.sin() ** 2 < 1))


_TEMPLATES: dict[type[sympy.Basic], str] = {
    function: f"{{0}}.{function.__name__}()"
    for function in (sympy.exp, sympy.log, sympy.sinh, sympy.cosh, sympy.tanh, sympy.asinh, sympy.acosh, sympy.atanh)
} | {
    sympy.sin: "{0}.sin()",
    sympy.cos: "{0}.cos()",
    sympy.tan: "{0}.tan()",
    sympy.atan: "{0}.atan()",
    sympy.gamma: "{0}.gamma()",
    sympy.tan: "{0}.tan()",
    sympy.erf: "{0}.erf()",
    sympy.erfc: "{0}.erfc()",
    sympy.Ei: "{0}.ei()",
    sympy.expint: "{1}.expint({0})",
    sympy.LambertW: "{0}.lambertw()",
    sympy.Abs: "abs({0})",
    sympy.sign: "{0}.sgn()",
    sympy.elliptic_k: "elliptic_k({0})",
    sympy.elliptic_e: "elliptic_e({0})",
    sympy.elliptic_f: "elliptic_f({0}, {1})",
    carlson_rf: "carlson_rf({0}, {1}, {2})",
    carlson_rd: "carlson_rd({0}, {1}, {2})",
    carlson_rj: "carlson_rj({0}, {1}, {2}, {3})",
    carlson_rc: "carlson_rc({0}, {1})",
}
_NUMBERS = {sympy.pi: "arb.pi()", sympy.E: "arb.const_e()"}
_NAMESPACE: dict[str, Any] = {
    "arb": Ball,
    "undefined": _nan(),
    "hypergeometric": _hypergeometric,
    "complete_pi": _where(lambda n, m: n < 1 and m < 1, flint.acb.elliptic_pi),
    "incomplete_pi": _where(lambda n, z, m: _below_pole(z, n) and _below_pole(z, m), flint.acb.elliptic_pi_inc),
    "elliptic_k": _where(lambda m: m < 1, flint.acb.elliptic_k),
    "elliptic_e": _where(lambda m: m <= 1, flint.acb.elliptic_e),
    "elliptic_f": _where(_below_pole, flint.acb.elliptic_f),
    "carlson_rf": _where(lambda x, y, z: x >= 0 and y >= 0 and z >= 0, flint.acb.elliptic_rf),
    "carlson_rd": _where(lambda x, y, z: x >= 0 and y >= 0 and z > 0, flint.acb.elliptic_rd),
    "carlson_rj": _where(lambda x, y, z, p: x >= 0 and y >= 0 and z >= 0 and p > 0, flint.acb.elliptic_rj),
    "carlson_rc": _where(lambda x, y: x >= 0 and y > 0, flint.acb.elliptic_rc),
    "integer_power": _integer_power,
    "largest": Ball.max,
    "power": _power,
    "reduce": reduce,
    "root": _root,
    "smallest": Ball.min,
}


def compile_condition(condition: sympy.Basic, variables: Sequence[sympy.Symbol]) -> Callable[..., bool | None]:
    """Return a relation as a function of balls that gives True, False, or None when they do not decide it.

    Args:
        condition: a relation, or several joined by and, or.
        variables: the symbols, in the order of the balls.

    Raises:
        NotEvaluable: for any other condition.
    """
    if condition in (sympy.true, sympy.false):
        return lambda *point: bool(condition)
    if isinstance(condition, Relational):
        left, right = (BallFunction(side, variables) for side in (condition.lhs, condition.rhs))
        return lambda *point: _compare(condition.func, left(*point), right(*point))
    if isinstance(condition, sympy.And | sympy.Or):
        parts = [compile_condition(c, variables) for c in condition.args]
        decisive = isinstance(condition, sympy.Or)

        def combined(*point: Ball) -> bool | None:
            truths = [part(*point) for part in parts]
            if decisive in truths:
                return decisive
            return None if None in truths else not decisive

        return combined
    raise NotEvaluable(f"the condition {shown(condition)} cannot be decided in ball arithmetic")


def is_accurate(value: Ball, digits: int) -> bool:
    """Return whether the radius is at most 10^-digits times max(1, |midpoint|).

    Args:
        value: a ball.
        digits: decimal digits.
    """
    scale = abs(value.mid())
    return bool(value.rad() <= (scale if scale > 1 else Ball(1)) * Ball(10) ** -digits)


def evaluate(expr: sympy.Expr, point: Mapping[sympy.Symbol, Any], digits: int = 50) -> Ball:
    """Enclose ``expr`` at an exact rational ``point`` with radius at most 10^-digits (relative above 1).

    Args:
        expr: a SymPy expression without floats.
        point: exact rational value of each symbol.
        digits: decimal digits asked for.

    Raises:
        NotEvaluable: when no finite enclosure of that radius is found.

    >>> x = sympy.Symbol("x")
    >>> evaluate(sympy.asinh(x) / 3, {x: 1}, digits=20).contains(evaluate(sympy.asinh(x) / 3, {x: 1}, digits=60))
    True
    """
    return BallFunction(expr, tuple(point)).enclose(tuple(point.values()), digits)
