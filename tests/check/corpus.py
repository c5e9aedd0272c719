"""False statements made from the true ones by systematic mutation, and true ones rewritten."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import sympy

from mirrortheory.check.claims import find, load
from mirrortheory.definitions import work_out
from mirrortheory.domain import Domain
from mirrortheory.errors import InvalidArgument, NotEvaluable
from mirrortheory.evidence import Identity, Inequality, Verdict
from mirrortheory.exact import BallFunction, bits_for, precision

FOLDER = Path(__file__).resolve().parents[2] / "proofs_checks"
_PER_THEOREM = 1
_DIGITS = 120


@dataclass(frozen=True)
class Case:
    """A statement of the corpus: where it comes from, how it was made."""

    origin: str
    rule: str
    statement: Identity | Inequality


def true_statements() -> Iterator[tuple[str, Identity | Inequality]]:
    """Yield some statements of each theorem file that is expected to hold, spread over its parts."""
    for path in find(FOLDER):
        theorem = load(path)
        if theorem.claim.expect is Verdict.REFUTED:
            continue
        statements = [s for s in theorem.check() if isinstance(s, Identity | Inequality)]
        step = max(1, len(statements) // _PER_THEOREM)
        for statement in statements[::step][:_PER_THEOREM]:
            yield path.stem, statement


def _replacements(node: sympy.Basic, symbols: list[sympy.Symbol]) -> Iterator[tuple[str, sympy.Basic]]:
    """Yield false neighbours of one node of an expression, with the name of the rule."""
    if isinstance(node, sympy.Rational):
        yield "constant", node + 1
        yield "constant", 2 * node
        yield "sign", -node
    elif isinstance(node, sympy.Symbol):
        for other in symbols:
            if other != node and str(other)[0] == str(node)[0]:
                yield "layers confused", other
        if str(node) == "q":
            yield "q and p exchanged", node / (node - 1)
            yield "exponent", node - 1
    elif isinstance(node, sympy.Pow):
        yield "exponent", node.base ** (node.exp + 1)
        yield "exponent", node.base ** (2 * node.exp)
        yield "exponent", node.base
    elif isinstance(node, sympy.Add):
        for i in range(len(node.args)):
            yield "term dropped", sympy.Add(*(a for j, a in enumerate(node.args) if j != i))
            yield "sign", sympy.Add(*(-a if j == i else a for j, a in enumerate(node.args)))
    elif isinstance(node, sympy.Mul):
        for i in range(len(node.args)):
            yield "factor forgotten", sympy.Mul(*(a for j, a in enumerate(node.args) if j != i))
        yield "sign", -node
    elif isinstance(node, sympy.Abs):
        yield "Abs forgotten", node.args[0]
    elif isinstance(node, sympy.sign):
        yield "sign function forgotten", sympy.S.One
    elif isinstance(node, sympy.log | sympy.exp | sympy.asinh | sympy.sinh | sympy.cosh):
        yield "function", node.args[0]
        yield "argument", node.func(2 * node.args[0])


def _mutants(expr: sympy.Expr, symbols: list[sympy.Symbol]) -> Iterator[tuple[str, sympy.Expr]]:
    for node in sympy.preorder_traversal(expr):
        for rule, other in _replacements(node, symbols):
            try:
                changed = expr.xreplace({node: other})
            except (ValueError, TypeError):  # a derivative of order -1, or in a number
                continue
            if changed != expr and not changed.has(sympy.zoo, sympy.nan, sympy.oo, sympy.I):
                yield rule, changed
    yield "a hair off", expr + sympy.Rational(1, 10**90)


def is_false(statement: Identity | Inequality, *, seed: int) -> bool:
    """Return whether ball arithmetic at many points, drawn apart from the examination's own, shows it false."""
    variables = tuple(statement.on.ranges)
    try:
        lhs, rhs = (BallFunction(work_out(side).expr, variables) for side in (statement.lhs, statement.rhs))
    except (NotEvaluable, InvalidArgument):  # a 2F1 that lost a parameter, a letter that lost its value: nothing confirms it
        return False
    with precision(bits_for(_DIGITS)):
        for point in statement.on.sample(30, seed=seed):
            left, right = (side(*(point[v] for v in variables)) for side in (lhs, rhs))
            fails = not left.overlaps(right) if isinstance(statement, Identity) else left > right
            if left.is_finite() and right.is_finite() and fails:
                return True
    return False


def false_cases(per_statement: int) -> Iterator[Case]:
    """Yield false statements: mutants of one side of a true one that ball arithmetic confirms to be false."""
    for origin, statement in true_statements():
        symbols = sorted(statement.on.ranges, key=str)
        found: list[Case] = []
        for side in ("rhs", "lhs"):
            rules: dict[str, int] = {}
            for rule, changed in _mutants(getattr(statement, side), symbols):
                if rules.get(rule, 0) >= per_statement:
                    continue
                mutant = replace(statement, **{side: changed})
                if is_false(mutant, seed=991):
                    rules[rule] = rules.get(rule, 0) + 1
                    found.append(Case(origin, rule, mutant))
        yield from found
        yield from islice(_widened(origin, statement), per_statement)


def _widened(origin: str, statement: Identity | Inequality) -> Iterator[Case]:
    """Yield statements with a hypothesis dropped or a range widened, where that makes them false."""
    for i in range(len(statement.on.conditions)):
        kept = tuple(c for j, c in enumerate(statement.on.conditions) if j != i)
        wider = replace(statement, on=Domain(statement.on.ranges, kept))
        if is_false(wider, seed=991):
            yield Case(origin, "hypothesis dropped", wider)
    for variable, region in statement.on.ranges.items():
        if str(variable) == "q":
            beyond = Domain({**statement.on.ranges, variable: sympy.Interval(1, 4)}, statement.on.conditions)
            wider = replace(statement, on=beyond)
            if region != sympy.Interval(1, 4) and is_false(wider, seed=991):
                yield Case(origin, "range widened", wider)


_REWRITES = {
    "expanded": sympy.expand,
    "factored": sympy.factor,
    "powers combined": lambda e: sympy.powsimp(e, force=True),
    "powers split": lambda e: sympy.expand_power_base(sympy.expand_power_exp(e), force=True),
    "over one denominator": sympy.together,
    "logarithms for asinh": lambda e: e.rewrite(sympy.log),
    "exponentials for sinh": lambda e: e.rewrite(sympy.exp),
    "logarithms split": lambda e: sympy.expand_log(e, force=True),
}


def true_rewrites() -> Iterator[Case]:
    """Yield true statements in other words: one side rewritten, layers permuted, a variable substituted, a term moved."""
    for origin, statement in true_statements():
        lhs, rhs = (work_out(side).expr for side in (statement.lhs, statement.rhs))
        for rule, rewrite in _REWRITES.items():
            for side, expr in (("lhs", lhs), ("rhs", rhs)):
                changed = rewrite(expr)
                if changed != expr:
                    yield Case(origin, rule, replace(statement, **{side: changed}))
        layers = [v for v in statement.on.ranges if str(v)[0] == "w"]
        if len(layers) > 1:
            turn = dict(zip(layers, (*layers[1:], layers[0]), strict=True))
            turned = replace(statement, lhs=lhs.xreplace(turn), rhs=rhs.xreplace(turn))
            yield Case(origin, "layers permuted", turned)
        if isinstance(statement, Identity):
            yield Case(origin, "sides moved", replace(statement, lhs=lhs - rhs, rhs=sympy.S.Zero))
            yield Case(origin, "both sides squared", replace(statement, lhs=lhs**2, rhs=rhs**2))
        for variable, region in statement.on.ranges.items():
            if region == sympy.Interval.open(0, sympy.oo):
                swap = {variable: variable**2}
                yield Case(origin, "square substituted", replace(statement, lhs=lhs.subs(swap), rhs=rhs.subs(swap)))
                break
