"""Certificates: what was stated and shown, as JSON that :mod:`mirrortheory.kernel` checks without SymPy.

The format is described in docs/certificates.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sympy
from sympy.core.relational import Relational

from mirrortheory.domain import Domain, Point
from mirrortheory.errors import NotEvaluable, shown
from mirrortheory.evidence import Evidence, Identity, Statement, Verdict
from mirrortheory.exact import factor_in_ring

VERSION = 1
Json = Any

_FUNCTIONS = {
    sympy.Abs: "abs",
    sympy.sign: "sign",
    sympy.exp: "exp",
    sympy.log: "log",
    sympy.sinh: "sinh",
    sympy.cosh: "cosh",
    sympy.tanh: "tanh",
    sympy.asinh: "asinh",
    sympy.acosh: "acosh",
    sympy.atanh: "atanh",
    sympy.sin: "sin",
    sympy.cos: "cos",
    sympy.atan: "atan",
    sympy.gamma: "gamma",
    sympy.LambertW: "lambertw",
}
_RELATIONS = {sympy.Lt: "lt", sympy.Le: "le", sympy.Gt: "gt", sympy.Ge: "ge", sympy.Eq: "eq", sympy.Ne: "ne"}


def certificate(claim: Mapping[str, str], examined: Sequence[tuple[Statement, Evidence]], verdict: Verdict) -> Json:
    """Return the certificate of a claim from its statements and the evidence on each.

    Args:
        claim: name, statement (LaTeX), source and scope.
        examined: each statement with its evidence.
        verdict: the verdict of the whole.

    Raises:
        NotEvaluable: when a statement holds a function that the format does not have.
    """
    domains: list[Json] = []
    statements, evidence = [], []

    def place(domain: Domain) -> int:
        data = _domain(domain)
        if data not in domains:
            domains.append(data)
        return domains.index(data)

    for number, (statement, found) in enumerate(examined):
        statements.append({"part": found.part, **statement.written(tree, place)})
        evidence.append({"statement": number, **_evidence(statement, found)})
    return {
        "version": VERSION,
        "claim": dict(claim),
        "statement": statements,
        "domain": domains,
        "evidence": evidence,
        "verdict": str(verdict),
    }


def tree(expr: sympy.Basic) -> Json:
    """Return a SymPy expression as nested lists.

    >>> tree(sympy.Symbol("x") ** sympy.Rational(1, 2))
    ['pow', ['sym', 'x'], ['num', '1/2']]
    """
    if isinstance(expr, sympy.Rational):
        return ["num", str(expr)]
    if isinstance(expr, sympy.Symbol):
        return ["sym", str(expr)]
    if expr is sympy.pi:
        return ["pi"]
    if expr is sympy.E:
        return ["exp", ["num", "1"]]
    if isinstance(expr, sympy.Add | sympy.Mul):
        return ["add" if expr.is_Add else "mul", *map(tree, expr.args)]
    if isinstance(expr, sympy.Pow):
        return ["exp", tree(expr.exp)] if expr.base is sympy.E else ["pow", tree(expr.base), tree(expr.exp)]
    if isinstance(expr, sympy.hyper) and (len(expr.ap), len(expr.bq)) == (2, 1):
        return ["hyp2f1", *map(tree, (*expr.ap, *expr.bq, sympy.unpolarify(expr.argument)))]
    if isinstance(expr, sympy.Piecewise):
        return ["piecewise", *([_condition(c), tree(e)] for e, c in expr.args)]
    name = _FUNCTIONS.get(type(expr))
    if name is None or len(expr.args) != 1:
        raise NotEvaluable(f"{shown(expr)} ({type(expr).__name__}) has no place in a certificate")
    return [name, tree(expr.args[0])]


def _condition(condition: sympy.Basic) -> Json:
    if condition == sympy.true:
        return True
    if not isinstance(condition, Relational):
        raise NotEvaluable(f"the condition {shown(condition)} has no place in a certificate")
    return [_RELATIONS[condition.func], tree(condition.lhs), tree(condition.rhs)]


def _evidence(statement: Statement, found: Evidence) -> Json:
    entry = {"kind": found.kind, "verdict": str(found.verdict), "detail": found.detail, **found.data.get("record", {})}
    if "points" in found.data:
        entry["points"] = [_point(p) for p in found.data["points"]]
    if "witness" in found.data:
        entry["witness"] = _point(found.data["witness"])
    if "splits" in found.data:
        entry["boxes"] = list(found.data["splits"])
    if found.kind == "ring" and isinstance(statement, Identity):
        entry["rewrites"] = _rewrites(statement)
    if "parts" in found.data:
        entry["parts"] = [_evidence(*pair) for pair in found.data["parts"]]
    if "contrary" in found.data:
        entry["contrary"] = _evidence(*found.data["contrary"])
    return entry


def _point(point: Point) -> dict[str, str]:
    return {str(v): str(value) for v, value in point.items()}


def _rewrites(statement: Identity) -> Json:
    """Factor what stands under roots, Abs and sign, so that the kernel need not: it checks each by multiplying out."""
    found = []
    difference = statement.lhs - statement.rhs
    bases = {p.base for p in difference.atoms(sympy.Pow) if not p.exp.is_Integer}
    bases |= {f.args[0] for f in difference.atoms(sympy.Abs, sympy.sign)}
    for base in sorted((b for b in bases if b.has(sympy.Add)), key=str):
        factored = sympy.factor(base) if base.is_polynomial(*base.free_symbols) else factor_in_ring(base)
        if factored != base:
            found.append([tree(base), tree(factored)])
    return found


def _domain(domain: Domain) -> Json:
    ranges = {str(variable): _range(region) for variable, region in domain.ranges.items()}
    return {"ranges": ranges, "conditions": [_condition(c) for c in domain.conditions]}


def _range(region: sympy.Set) -> Json:
    if isinstance(region, sympy.Complement) and isinstance(region.args[1], sympy.FiniteSet):
        inner = _range(region.args[0])
        return {**inner, "without": inner["without"] + [str(v) for v in sorted(region.args[1])]}
    parts = region.args if isinstance(region, sympy.Union) else (region,)
    intervals: list[Json] = []
    for part in parts:
        if isinstance(part, sympy.FiniteSet):
            intervals += [[str(v), str(v), False, False] for v in sorted(part)]
        elif isinstance(part, sympy.Interval):
            low = "-oo" if part.inf == -sympy.oo else str(part.inf)
            high = "oo" if part.sup == sympy.oo else str(part.sup)
            intervals.append([low, high, bool(part.left_open), bool(part.right_open)])
        else:
            raise NotEvaluable(f"the range {shown(region)} has no place in a certificate")
    return {"intervals": intervals, "without": []}
