"""A few lines of Python that evaluate both sides of a refuted conjecture at its witness, from what a person would write."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import sympy

from mirrortheory.conjecture.stated import Conjecture
from mirrortheory.conjecture.typed import SLOPE_NAME, typed
from mirrortheory.decays import NoDecay, text_of
from mirrortheory.definitions import Named
from mirrortheory.domain import Point
from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import as_expression, expression
from mirrortheory.notation import alpha, q
from mirrortheory.reparams import Reparam, Separable
from mirrortheory.theory import SLOPE

_DIGITS = 20


def python(conjecture: Conjecture, point: Point) -> str:
    """Return lines of Python that print the two sides at a point.

    >>> from mirrortheory import Flow, Lq, Product
    >>> from mirrortheory.conjecture import conjecture
    >>> false = conjecture(Flow(Lq(2), Product(1)), "w1", at_most="w1**2")
    >>> print(python(false, {w: sympy.Rational(1, 2) for w in false.statement.on.ranges}))
    import sympy
    from mirrortheory.exact import expression
    <BLANKLINE>
    letters = {name: sympy.Symbol(name, real=True) for name in ("w1",)}
    lhs, rhs = expression("w1", letters), expression("w1**2", letters)
    point = {letters["w1"]: sympy.Rational(1, 2)}
    print(lhs.subs(point).evalf(20), rhs.subs(point).evalf(20))
    """
    lines = _of_formulas(conjecture, point) if conjecture.quantity is None else _of_a_flow(conjecture, point)
    return "\n".join(lines)


def _of_formulas(conjecture: Conjecture, point: Point) -> list[str]:
    sides = (conjecture.statement.lhs, conjecture.statement.rhs)
    meant = [side.replace(lambda e: isinstance(e, Named), lambda e: e.meaning) for side in sides]
    if not all(map(_can_be_read, meant)):  # cases, or functions that the parser does not have
        left, right = (sympy.srepr(side.xreplace(point)).replace("TupleArg", "Tuple") for side in meant)
        return ["from sympy import *", "", f"lhs, rhs = {left}, {right}", f"print(lhs.evalf({_DIGITS}), rhs.evalf({_DIGITS}))"]
    lhs, rhs = map(typed, meant)
    names = _tuple([f'"{v}"' for v in point])
    positive = "positive" if all(v.is_positive for v in point) else "real"
    return [
        "import sympy",
        "from mirrortheory.exact import expression",
        "",
        f"letters = {{name: sympy.Symbol(name, {positive}=True) for name in {names}}}",
        f'lhs, rhs = expression("{lhs}", letters), expression("{rhs}", letters)',
        f"point = {_at({_letter(str(v)): value for v, value in point.items()})}",
        f"print(lhs.subs(point).evalf({_DIGITS}), rhs.subs(point).evalf({_DIGITS}))",
    ]


def _can_be_read(side: sympy.Expr) -> bool:
    letters = {v.name: v for v in side.free_symbols}
    try:
        return bool(expression(typed(side), letters).free_symbols <= side.free_symbols)
    except InvalidArgument:
        return False


def _tuple(entries: Sequence[object]) -> str:
    return f"({', '.join(map(str, entries))}{',' if len(entries) == 1 else ''})"


def _letter(name: str) -> str:
    return f'letters["{name}"]'


def _of_a_flow(conjecture: Conjecture, point: Point) -> list[str]:
    flow, quantity, law = conjecture.flow, conjecture.quantity, conjecture.statement.rhs
    assert quantity is not None
    letters = [v for v in point if v in flow.parameters]
    decay = "" if isinstance(flow.decay, NoDecay) else f", {type(flow.decay).__name__}({_parameter(flow.decay.rate)})"
    weights = ", ".join(map(str, flow.weights)) + ("," if len(flow.weights) == 1 else "")
    kinds = sorted(
        {type(flow.geometry).__name__, type(flow.reparam).__name__, "Flow"} | ({type(flow.decay).__name__} if decay else set())
    )
    lines = [f"from mirrortheory import {', '.join(kinds)}", "from mirrortheory.exact import expression"]
    named = [str(v) for v in letters if v in (q, alpha)]
    lines += [f"from mirrortheory.notation import {', '.join(sorted(named))}"] if named else []
    lines += ["from mirrortheory.decays import TIME as t"] if flow.decay.varies else []
    own = isinstance(flow.reparam, Separable)
    if own or any(not value.is_Integer for value in point.values()):
        lines.insert(0, "import sympy")
    lines.append("")
    if own:
        lines.append(
            f'{weights} = sympy.symbols("{" ".join(map(str, flow.weights))}{"," if weights.endswith(",") else ""}", positive=True)'
        )
    table = ", ".join(f'"{v}": {v}' for v in (*flow.weights, *letters))
    table = f"letters = {{{table}}}" if SLOPE not in law.free_symbols else f'letters = {{{table}, "{SLOPE_NAME}": flow.slope}}'
    made = f"flow = Flow(Lq({_parameter(flow.geometry.exponent)}), {_reparam(flow.reparam)}{decay})"
    names = {SLOPE: "flow.slope"}
    return [
        *lines,
        made,
        *([] if own else [f"{weights} = flow.weights"]),
        table,
        f'rate = flow.derivative(expression("{typed(quantity)}", letters)).doit()',
        f'law = expression("{typed(law)}", letters)',
        f"point = {_at({names.get(v, str(v)): value for v, value in point.items()})}",
        f"print(rate.subs(point).evalf({_DIGITS}), law.subs(point).evalf({_DIGITS}))",
    ]


def _at(point: Mapping[str, sympy.Rational]) -> str:
    values = {v: str(n) if n.is_Integer else f"sympy.Rational({n.p}, {n.q})" for v, n in point.items()}
    return "{" + ", ".join(f"{v}: {n}" for v, n in values.items()) + "}"


def _parameter(value: sympy.Expr) -> str:
    """Return an exponent or a rate as it is written in Python: a letter by its name, fractions and formulas in t as text."""
    return str(value) if value.is_Symbol or value.is_Integer else f'"{text_of(value)}"'


def _reparam(reparam: Reparam) -> str:
    if isinstance(reparam, Separable):
        table = ", ".join(f'"{w}": {w}' for w in reparam.weights)
        return f'Separable(expression("{typed(reparam.expr)}", {{{table}}}), {_tuple(reparam.weights)})'
    fields = (getattr(reparam, field.name) for field in dataclasses.fields(reparam))  # type: ignore[arg-type]
    return f"{type(reparam).__name__}({', '.join(_parameter(as_expression(value)) for value in fields)})"
