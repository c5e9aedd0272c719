"""Certificates: what was stated and shown, as JSON that :mod:`mirrortheory.kernel` checks without SymPy.

The format is described in docs/certificates.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any

import sympy
from sympy.core.relational import Relational

from mirrortheory.decays import Coupled, Decoupled, NoDecay
from mirrortheory.definitions import Named, work_out
from mirrortheory.domain import Domain, Point
from mirrortheory.errors import InvalidArgument, NotEvaluable, shown
from mirrortheory.evidence import AlongFlow, Evidence, Identity, Inequality, Statement, Verdict
from mirrortheory.exact import factor_in_ring
from mirrortheory.geometries import Lq
from mirrortheory.theory import Velocity

VERSION = 2
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
_DECAYS: dict[type, str] = {NoDecay: "none", Decoupled: "decoupled", Coupled: "coupled"}
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
    given = Given()
    statements, evidence = [], []
    for place, (statement, found) in enumerate(examined):
        statements.append(_statement(statement, domains, given))
        evidence.append(_evidence(place, statement, found))
    return {
        "version": VERSION,
        "claim": dict(claim),
        "definitions": given.definitions,
        "flows": given.flows,
        "statement": statements,
        "domain": domains,
        "evidence": evidence,
        "verdict": str(verdict),
    }


class Given:
    """What the trees of a certificate refer to: named expressions and flows, each written once, in the order of their use."""

    def __init__(self) -> None:
        self.definitions: list[Json] = []
        self.flows: list[Json] = []

    def name(self, defined: Named) -> Json:
        """Return the tree of a named expression.

        Raises:
            InvalidArgument: when the name already stands for another expression.
        """
        entry = {"name": defined.name, "is": tree(defined.meaning, self)}
        for known in self.definitions:
            if known["name"] == entry["name"] and known != entry:
                raise InvalidArgument("name", "the name of one expression in a claim", defined.name, "rename one of the two")
        if entry not in self.definitions:
            self.definitions.append(entry)
        return ["def", defined.name]

    def velocity(self, velocity: Velocity) -> Json:
        """Return the tree of a velocity: the flow is written by its map, link and decay, from which the kernel builds the field."""
        flow, decay = velocity.flow, _DECAYS.get(type(velocity.flow.decay))
        if not isinstance(flow.geometry, Lq) or decay is None:  # a link or a decay of someone's own: as it works out
            return tree(velocity.doit(), self)
        terms = {"map": flow.effective, "slope": flow.slope, "q": flow.geometry.exponent, "rate": flow.decay.rate}
        entry = {"weights": [str(w) for w in flow.weights], "decay": decay} | {name: tree(e, self) for name, e in terms.items()}
        if entry not in self.flows:
            self.flows.append(entry)
        return ["velocity", self.flows.index(entry), str(velocity.weight)]


def tree(expr: sympy.Basic, given: Given | None = None) -> Json:
    """Return a SymPy expression as nested lists; what it refers to is added to ``given``.

    >>> tree(sympy.Symbol("x") ** sympy.Rational(1, 2))
    ['pow', ['sym', 'x'], ['num', '1/2']]
    """
    given = given or Given()
    if isinstance(expr, Named):
        return given.name(expr)
    if isinstance(expr, Velocity):
        return given.velocity(expr)
    if isinstance(expr, sympy.Derivative):
        return reduce(lambda body, letter: ["diff", body, str(letter)], expr.variables, tree(expr.expr, given))
    if isinstance(expr, sympy.Subs):
        # The letters bound here keep their names: SymPy compares such expressions by other ones.
        pairs = zip(expr.args[1], expr.args[2], strict=True)
        return ["at", tree(expr.args[0], given), [[str(letter), tree(value, given)] for letter, value in pairs]]
    if isinstance(expr, sympy.Rational):
        return ["num", str(expr)]
    if isinstance(expr, sympy.Symbol):
        return ["sym", str(expr)]
    if expr is sympy.pi:
        return ["pi"]
    if expr is sympy.E:
        return ["exp", ["num", "1"]]
    if isinstance(expr, sympy.Add | sympy.Mul):
        return ["add" if expr.is_Add else "mul", *(tree(e, given) for e in expr.args)]
    if isinstance(expr, sympy.Pow):
        return ["exp", tree(expr.exp, given)] if expr.base is sympy.E else ["pow", tree(expr.base, given), tree(expr.exp, given)]
    if isinstance(expr, sympy.hyper) and (len(expr.ap), len(expr.bq)) == (2, 1):
        return ["hyp2f1", *(tree(e, given) for e in (*expr.ap, *expr.bq, sympy.unpolarify(expr.argument)))]
    if isinstance(expr, sympy.Piecewise):
        return ["piecewise", *([_condition(c), tree(e)] for e, c in expr.args)]
    name = _FUNCTIONS.get(type(expr))
    if name is None or len(expr.args) != 1:
        raise NotEvaluable(f"{shown(expr)} ({type(expr).__name__}) has no place in a certificate")
    return [name, tree(expr.args[0], given)]


def _condition(condition: sympy.Basic) -> Json:
    if condition == sympy.true:
        return True
    if not isinstance(condition, Relational):
        raise NotEvaluable(f"the condition {shown(condition)} has no place in a certificate")
    return [_RELATIONS[condition.func], tree(condition.lhs), tree(condition.rhs)]


def _statement(statement: Statement, domains: list[Json], given: Given) -> Json:
    if isinstance(statement, Identity | Inequality):
        domain = _domain(statement.on)
        if domain not in domains:
            domains.append(domain)
        relation = "eq" if isinstance(statement, Identity) else "lt" if statement.strict else "le"
        sides = {"lhs": tree(statement.lhs, given), "rhs": tree(statement.rhs, given)}
        return {"part": statement.part, "relation": relation, **sides, "domain": domains.index(domain)}
    if isinstance(statement, AlongFlow):
        quantity = f"{statement.quantity} = {statement.law} along {statement.flow}"
        return {"part": statement.part, "relation": "simulated", "quantity": quantity}
    raise NotEvaluable(f"a statement of type {type(statement).__name__} has no place in a certificate")


def _evidence(place: int, statement: Statement, found: Evidence) -> Json:
    entry = {"statement": place, "kind": found.kind, "verdict": str(found.verdict), "detail": found.detail}
    if "points" in found.data:
        entry["points"] = [_point(p) for p in found.data["points"]]
    if "witness" in found.data:
        entry["witness"] = _point(found.data["witness"])
    if "splits" in found.data:
        entry["boxes"] = list(found.data["splits"])
    if found.kind == "ring" and isinstance(statement, Identity):
        entry["rewrites"] = _rewrites(statement)
    return entry


def _point(point: Point) -> dict[str, str]:
    return {str(v): str(value) for v, value in point.items()}


def _rewrites(statement: Identity) -> Json:
    """Factor what stands under roots, Abs and sign, so that the kernel need not: it checks each by multiplying out."""
    found = []
    difference = sympy.Add(*(work_out(side).expr for side in (statement.lhs, statement.rhs)))
    bases = {p.base for p in difference.atoms(sympy.Pow) if not (p.exp.is_Integer or isinstance(p.base, sympy.Abs))}
    # SymPy writes |-e| as |e|, and the kernel does not: both.
    bases |= {s * f.args[0] for f in difference.atoms(sympy.Abs, sympy.sign) for s in (1, -1)}
    # What is inside another comes before it.
    for base in sorted((b for b in bases if b.has(sympy.Add)), key=lambda b: (b.count_ops(), str(b))):
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
