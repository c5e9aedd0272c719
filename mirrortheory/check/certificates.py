"""Certificates: what was stated and shown, as JSON that :mod:`mirrortheory.kernel` checks without SymPy.

The format is described in docs/certificates.md.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import reduce
from typing import Any

import sympy
from sympy.core.relational import Relational

from mirrortheory import kernel
from mirrortheory.decays import Coupled, Decoupled, NoDecay
from mirrortheory.definitions import Named
from mirrortheory.domain import Domain, Point
from mirrortheory.errors import InvalidArgument, NotEvaluable, shown
from mirrortheory.evidence import Evidence, Identity, Inequality, Statement, Verdict, combine
from mirrortheory.exact import factor_in_ring, precision
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
_SEVERAL = {sympy.Add: "add", sympy.Mul: "mul", sympy.Max: "max", sympy.Min: "min"}
_RELATIONS = {sympy.Lt: "lt", sympy.Le: "le", sympy.Gt: "gt", sympy.Ge: "ge", sympy.Eq: "eq", sympy.Ne: "ne"}
_KERNEL_BITS, _MOST_POINTS = 240, 1000
_WEAKER = (Verdict.DERIVED, Verdict.SUPPORTED)


def settled(
    claim: Mapping[str, str], examined: Sequence[tuple[Statement, Evidence]]
) -> tuple[Sequence[tuple[Statement, Evidence]], Json]:
    """Return statements with evidence whose verdicts the kernel earns, and their certificate.

    What the kernel cannot earn is weakened, and says so: what is printed, certified and rechecked is one verdict.

    Raises:
        NotEvaluable: when a statement holds a function that the format does not have, or is beyond its limits.
    """
    record = certificate(claim, examined, combine([found for _, found in examined]))
    if rejection(record) is None:  # of the whole, as nearly all are accepted
        return examined, record
    examined = [(statement, _earned(statement, found)) for statement, found in examined]
    return examined, certificate(claim, examined, combine([found for _, found in examined]))


def _earned(statement: Statement, found: Evidence) -> Evidence:
    """Return the evidence with the strongest verdict that the kernel accepts from it, not above its own."""
    reason = _refused(statement, found)
    if reason is None:
        return found
    for verdict in _WEAKER:
        kind = "sampled" if verdict is Verdict.SUPPORTED else found.kind
        weaker = replace(found, kind=kind, verdict=verdict, detail=f"{found.detail}; the kernel earns {verdict} only")
        if _refused(statement, weaker) is None:
            return weaker
    why = "the kernel does not see that there is none" if found.verdict is Verdict.VACUOUS else f"the kernel: {reason}"
    detail = f"{found.detail}; {why}"
    undecided = replace(found, kind="sampled", verdict=Verdict.UNDECIDED, detail=detail, witness=None, data={})
    if _refused(statement, undecided) is not None:  # it cannot be read
        raise NotEvaluable(f"a statement has no place in a certificate: {reason}")
    return undecided


def _refused(statement: Statement, found: Evidence) -> str | None:
    """Return why the kernel rejects a statement alone with this evidence; None when it accepts it."""
    return rejection(certificate({}, [(statement, found)], combine([found])))


def rejection(record: Json) -> str | None:
    """Return why the kernel rejects a certificate, in one line; None when it accepts it.

    Args:
        record: the certificate, as JSON data.
    """
    if len(json.dumps(record)) > kernel.MAX_BYTES:
        return f"a certificate of more than {kernel.MAX_BYTES} bytes"
    try:
        with precision(_KERNEL_BITS):
            kernel.check(record)
    except kernel.Rejected as error:
        return " ".join(str(error).split())
    return None


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

    def place(domain: Domain) -> int:
        for variable in domain.ranges:
            given.letter(variable)
        data = _domain(domain)
        if data not in domains:
            domains.append(data)
        return domains.index(data)

    for number, (statement, found) in enumerate(examined):
        given.letters = {}
        statements.append({"part": found.part, **statement.written(lambda e: tree(e, given), place)})
        evidence.append({"statement": number, **_evidence(statement, found)})
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
        self.letters: dict[str, sympy.Symbol] = {}  # of the statement that is being written

    def letter(self, symbol: sympy.Symbol) -> str:
        """Return the name of a symbol.

        Raises:
            InvalidArgument: when another symbol of the statement, perhaps a bound one, has that name.
        """
        if self.letters.setdefault(str(symbol), symbol) != symbol:
            remedy = "two symbols of that name differ in their assumptions: use one of them, or rename one"
            raise InvalidArgument("a letter", "the name of one symbol in a statement", symbol, remedy)
        return str(symbol)

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
        flow, decay = velocity.flow, velocity.flow.decay
        if type(flow.geometry) is not Lq or type(decay) not in (NoDecay, Decoupled, Coupled):  # of someone's own
            return tree(velocity.doit(), self)
        terms = {"map": flow.effective, "slope": flow.slope, "q": flow.geometry.exponent}
        for name, of in (("coupled", Coupled), ("decoupled", Decoupled)):
            terms[name] = decay.rate if type(decay) is of else sympy.S.Zero
        entry = {"weights": [str(w) for w in flow.weights]} | {name: tree(e, self) for name, e in terms.items()}
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
        return reduce(lambda body, letter: ["diff", body, given.letter(letter)], expr.variables, tree(expr.expr, given))
    if isinstance(expr, sympy.Subs):
        # The letters bound here keep their names: SymPy compares such expressions by other ones.
        pairs = zip(expr.args[1], expr.args[2], strict=True)
        return ["at", tree(expr.args[0], given), [[given.letter(letter), tree(value, given)] for letter, value in pairs]]
    if isinstance(expr, sympy.Rational):
        if max(abs(expr.p), expr.q) >= 10**kernel.MAX_DIGITS:  # Python has no text for integers of more than 4300 digits
            raise NotEvaluable(f"a number of more than {kernel.MAX_DIGITS} digits has no place in a certificate")
        return ["num", str(expr)]
    if isinstance(expr, sympy.Symbol):
        return ["sym", given.letter(expr)]
    if expr is sympy.pi:
        return ["pi"]
    if expr is sympy.E:
        return ["exp", ["num", "1"]]
    if type(expr) in _SEVERAL:
        return [_SEVERAL[type(expr)], *(tree(e, given) for e in expr.args)]
    if isinstance(expr, sympy.Pow):
        return ["exp", tree(expr.exp, given)] if expr.base is sympy.E else ["pow", tree(expr.base, given), tree(expr.exp, given)]
    if isinstance(expr, sympy.hyper) and (len(expr.ap), len(expr.bq)) == (2, 1):
        return ["hyp2f1", *(tree(e, given) for e in (*expr.ap, *expr.bq, sympy.unpolarify(expr.argument)))]
    if isinstance(expr, sympy.Piecewise):
        return ["piecewise", *([_condition(c, given), tree(e, given)] for e, c in expr.args)]
    name = _FUNCTIONS.get(type(expr))
    if name is None or len(expr.args) != 1:
        raise NotEvaluable(f"{shown(expr)} ({type(expr).__name__}) has no place in a certificate")
    return [name, tree(expr.args[0], given)]


def _condition(condition: sympy.Basic, given: Given | None = None) -> Json:
    if condition in (sympy.true, sympy.false):
        return bool(condition)
    if isinstance(condition, sympy.And | sympy.Or):
        parts = (_condition(part, given) for part in sorted(condition.args, key=str))
        return ["and" if isinstance(condition, sympy.And) else "or", *parts]
    if not isinstance(condition, Relational):
        raise NotEvaluable(f"the condition {shown(condition)} has no place in a certificate")
    return [_RELATIONS[condition.func], tree(condition.lhs, given), tree(condition.rhs, given)]


def _evidence(statement: Statement, found: Evidence) -> Json:
    entry = {"kind": found.kind, "verdict": str(found.verdict), "detail": found.detail, **found.data.get("record", {})}
    if "points" in found.data:
        entry["points"] = [_point(p) for p in found.data["points"]]
    if "witness" in found.data:
        entry["witness"] = _point(found.data["witness"])
    if "splits" in found.data:
        entry["boxes"] = list(found.data["splits"])
    if found.kind in ("ring", "form") and isinstance(statement, Identity | Inequality):
        entry["rewrites"] = _rewrites(statement)
    if "parts" in found.data:
        entry["parts"] = [_evidence(*pair) for pair in found.data["parts"]]
    if "contrary" in found.data:
        entry["contrary"] = _evidence(*found.data["contrary"])
    return entry


def _point(point: Point) -> dict[str, str]:
    return {v.name: str(Fraction(int(value.p), int(value.q))) for v, value in point.items()}  # SymPy prints at ten times the cost


def _rewrites(statement: Identity | Inequality) -> Json:
    """Factor what stands under roots, Abs, sign and a bar, so that the kernel need not: it checks each by multiplying out."""
    found = []
    bases: set[sympy.Expr] = set()
    for worked in statement.plain():
        bases |= {p.base for p in worked.atoms(sympy.Pow) if not (p.exp.is_Integer and p.exp.is_positive)}
        # SymPy writes |-e| as |e|, and the kernel does not: both.
        bases |= {s * f.args[0] for f in worked.atoms(sympy.Abs, sympy.sign) for s in (1, -1)}
    # What is inside another comes before it.
    for base in sorted((b for b in bases if b.is_Add), key=lambda b: (b.count_ops(), str(b))):
        try:
            factored = sympy.factor(base) if base.is_polynomial(*base.free_symbols) else factor_in_ring(base)
        except NotEvaluable:  # the ring has no place for it, and the kernel does without a hint
            continue
        if factored != base and not factored.is_Add:
            found.append([tree(base), tree(factored)])
    return found


def _domain(domain: Domain) -> Json:
    ranges, conditions = {}, [_condition(c) for c in domain.conditions]
    for variable, region in domain.ranges.items():
        ranges[str(variable)], more = _range(variable, region)
        conditions += more
    return {"ranges": ranges, "conditions": conditions}


def _range(variable: sympy.Symbol, region: sympy.Set) -> tuple[Json, list[Json]]:
    """Return a range; when an end of it is no rational, one between integers, and conditions that state it."""
    if all(end.is_Rational or end.is_infinite for end in _ends(region)):
        return _rational_range(region), []
    low, high = sympy.floor(region.inf), sympy.ceiling(region.sup)
    relation = region.as_relational(variable)
    conditions = sorted(relation.args, key=str) if isinstance(relation, sympy.And) else [relation]
    interval = [str(low), str(high), low == -sympy.oo, high == sympy.oo]
    return {"intervals": [interval], "without": []}, [_condition(c) for c in conditions]


def _ends(region: sympy.Set) -> list[sympy.Expr]:
    if isinstance(region, sympy.Interval):
        return [region.inf, region.sup]
    if isinstance(region, sympy.Union | sympy.Complement):
        return [end for part in region.args for end in _ends(part)]
    if isinstance(region, sympy.FiniteSet) or (isinstance(region, sympy.Range) and region.size <= _MOST_POINTS):
        return list(region)
    if region is sympy.S.EmptySet:
        return []
    raise NotEvaluable(f"the range {shown(region)} has no place in a certificate")


def _rational_range(region: sympy.Set) -> Json:
    if isinstance(region, sympy.Complement):
        inner = _rational_range(region.args[0])
        return {**inner, "without": inner["without"] + [str(v) for v in sorted(_ends(region.args[1]))]}
    intervals: list[Json] = []
    for part in region.args if isinstance(region, sympy.Union) else (region,):
        if isinstance(part, sympy.Interval):
            intervals.append([str(part.inf), str(part.sup), bool(part.left_open), bool(part.right_open)])
        else:
            intervals += [[str(v), str(v), False, False] for v in sorted(_ends(part))]
    return {"intervals": intervals, "without": []}
